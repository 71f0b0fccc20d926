"""Limits of what is drawn."""

NARROWEST, WIDEST = 280, 4000  # pixels
