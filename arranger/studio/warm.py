"""Imports all that a worker needs, and loads the weights; importing this module is all there is to it.

Worker processes are forked from one that has imported it.
"""

from __future__ import annotations

import contextlib

from arranger.studio.answers import SILENT
from arranger.studio.work.arranging import arrange

_TUNE = b"X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GFED|C4|]\n"

with contextlib.suppress(ImportError):  # without it, scores cannot be seen; the page says so
    import verovio  # noqa: F401

with contextlib.suppress(Exception):  # whatever is wrong is told by the first job that meets it
    arrange(SILENT, content=_TUNE, name="warm.abc", choices={"style": "hymn"})
