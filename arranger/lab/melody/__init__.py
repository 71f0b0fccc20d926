"""The melody model learned: its network, the tunes it learns from, its training."""
