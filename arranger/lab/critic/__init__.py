"""Training of the critic of progressions: its network, the plans that it learns to tell, its rounds."""
