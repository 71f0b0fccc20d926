"""Real music as data: catalogue, splits, loading and encoding. Nothing here trains or arranges."""
