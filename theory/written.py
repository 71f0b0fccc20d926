"""The score itself, for rules that look at more than a few slices and so only check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from theory.score import Part, Score
from theory.texture import Texture


@dataclass(frozen=True)
class Written:
    """A whole score, its texture (with chords and keys, given or estimated) and the lines it was to keep."""

    score: Score
    texture: Texture
    given: Mapping[str, Part] = field(default_factory=dict)  # part name -> the line that it was given


@dataclass(frozen=True)
class Remark:
    """Something that a Written rule finds: where, in which parts, which notes, and what of it."""

    onset_quarter: Fraction
    voices: tuple[int, ...]  # indices of parts
    notes: tuple[str, ...] = ()
    detail: str = ""
