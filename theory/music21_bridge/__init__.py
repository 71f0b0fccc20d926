"""The only package of `theory` that imports music21. It copies its streams into scores, and scores into streams."""
