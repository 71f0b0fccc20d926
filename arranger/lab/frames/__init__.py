"""Networks that predict sixteenth-note frames, for comparison with published figures; their weights do not ship."""
