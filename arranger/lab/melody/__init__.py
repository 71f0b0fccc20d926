"""Training of the melody model: its network, its data, its training task."""
