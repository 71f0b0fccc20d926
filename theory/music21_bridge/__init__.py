"""The only door to music21 in this package: its streams copied into scores, and scores into streams."""
