"""Cells of tables that spreadsheets open."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that looks like it begins with an apostrophe.

    >>> safe_cell("=1+1"), safe_cell("song")
    ("'=1+1", 'song')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
