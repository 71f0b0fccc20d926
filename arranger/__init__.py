"""Arranges a lead sheet for choir or quartet.

A lead sheet is a score with holes: the tune and perhaps the harmony are known, every other cell is
to be filled. A neural part model proposes, rules of music theory judge, and a beam search assembles
the voices that are best by both.

>>> from arranger import arrange, read_lead_sheet, write_score
>>> sheet = read_lead_sheet("examples/amazing-grace.musicxml")  # doctest: +SKIP
>>> write_score(arrange(sheet).score, "song-satb.musicxml")  # doctest: +SKIP

Importing the package is cheap: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arranger.arranging.main import Arrangement, Options, arrange, arrange_variants
    from arranger.formats.reading import ReadError, read_lead_sheet, read_score
    from arranger.formats.writing import WriteError, write_score

__version__ = "0.1.0"

__all__ = [
    "arrange",
    "arrange_variants",
    "Arrangement",
    "Options",
    "read_lead_sheet",
    "read_score",
    "ReadError",
    "write_score",
    "WriteError",
]

_HOME = {
    "arranger.arranging.main": ("arrange", "arrange_variants", "Arrangement", "Options"),
    "arranger.formats.reading": ("read_lead_sheet", "read_score", "ReadError"),
    "arranger.formats.writing": ("write_score", "WriteError"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that defines it."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'arranger' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)
