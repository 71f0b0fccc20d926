"""Corpora of existing music: catalogue, splits, loading and encoding. Nothing here trains or arranges."""
