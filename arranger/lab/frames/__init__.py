"""Networks of sixteenth-note frames, for measuring; their weights do not ship."""
