"""Changing finished scores: what is good stays, what is not is done again."""
