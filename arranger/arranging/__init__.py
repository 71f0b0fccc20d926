"""Arranging a lead sheet, with one stage per module; `main` calls them in order."""
