"""Training of the chord model: its network, its data, its training task."""
