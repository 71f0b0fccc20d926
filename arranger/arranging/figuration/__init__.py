"""Figuration: from the held chords of the search to the lines that a band plays."""
