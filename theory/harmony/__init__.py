"""Functional harmony as a graph, and keys and chords estimated with it where none are given."""
