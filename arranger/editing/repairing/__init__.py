"""Repairing any score: the fewest notes are changed that clear what the rules find in it."""
