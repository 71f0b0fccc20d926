"""The progression model learned: its network, the pieces it learns from, its training."""
