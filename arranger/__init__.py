"""Arranges lead sheets for choirs and instruments, and checks any score by the same rules.

A lead sheet is a score with holes: the tune and perhaps the harmony are known, every other cell is to be filled. A
neural part model proposes, rules of music theory judge, and a beam search assembles the voices that are best by both.

>>> from arranger import arrange, read_lead_sheet
>>> sheet = read_lead_sheet("examples/amazing-grace.musicxml")
>>> sheet
LeadSheet('Amazing Grace', 17 bars, 17 chord symbols)
>>> arrange(sheet, style="hymn", beam=4).score
Score('Amazing Grace', 17 bars: Soprano, Alto, Tenor, Bass)

The functions are defined in `arranger.api`. Importing the package is cheap, because each name is imported when it is
first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arranger.api import analyse, arrange, check, compose, draft, harmonize, repair, why
    from arranger.arranging.main import Arrangement, Options, arrange_variants
    from arranger.editing.passages.draft import Draft
    from arranger.formats.reading import ReadError, read_lead_sheet, read_score
    from arranger.formats.writing import WriteError, write_score

__version__ = "0.1.0"

__all__ = [
    "read_lead_sheet",
    "read_score",
    "arrange",
    "draft",
    "harmonize",
    "compose",
    "check",
    "repair",
    "why",
    "analyse",
    "write_score",
    "arrange_variants",
    "Arrangement",
    "Draft",
    "Options",
    "ReadError",
    "WriteError",
]

_HOME = {
    "arranger.api": ("analyse", "arrange", "check", "compose", "draft", "harmonize", "repair", "why"),
    "arranger.arranging.main": ("arrange_variants", "Arrangement", "Options"),
    "arranger.editing.passages.draft": ("Draft",),
    "arranger.formats.reading": ("read_lead_sheet", "read_score", "ReadError"),
    "arranger.formats.writing": ("write_score", "WriteError"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that defines it."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'arranger' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
