"""Who sounds a part: a section of women or men, or a recorded instrument."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

from theory.notation.families import VOICES, families_of
from theory.notation.instruments import player_of
from theory.notation.score import Part

_PIANO = 0
_HIGHEST_MENS = 57  # mean MIDI number; a part that lies no higher is sung by men
_RELEASES = {"strings": 0.12, "keyboards": 0.18}  # seconds
_USUAL_RELEASE = 0.07


@dataclass(frozen=True, slots=True)
class Singers:
    """A section of a choir."""

    kind: Literal["woman", "man"]


@dataclass(frozen=True, slots=True)
class Player:
    """A recorded instrument: its General MIDI program from 0, and how long its sound takes to stop."""

    program: int
    release_second: float = _USUAL_RELEASE


def cast(parts: Sequence[Part]) -> list[Singers | Player]:
    """Return who sounds each part, by its instrument, its name, and where it lies.

    A part whose name says nothing is sung if it has words, and otherwise played on the piano.

    >>> cast([Part("Violin I", ()), Part("Trumpet 1 in Bb", ()), Part("Tenor", (), "tenor")])[1:]
    [Player(program=56, release_second=0.07), Singers(kind='man')]
    """
    return [_cast(part, family) for part, family in zip(parts, families_of(parts), strict=True)]


def _cast(part: Part, family: str) -> Singers | Player:
    player = player_of(part) if part.instrument or family in ("", VOICES) else None
    if player and not player.is_voice:
        return Player(player.program, _RELEASES.get(player.family, _USUAL_RELEASE))
    has_words = any(note.lyrics for note in part.notes)
    if player or family == VOICES or (not family and has_words):
        low = player.clef.sign == "F" or player.clef.octave < 0 if player else _middle(part) <= _HIGHEST_MENS
        return Singers("man" if low else "woman")
    program = _named(part.name)
    if program is None:
        program = next((each for low, each in _table()["families"].get(family, ()) if _middle(part) >= low), _PIANO)
    return Player(program, _RELEASES.get("keyboards" if program == _PIANO else family, _USUAL_RELEASE))


def _middle(part: Part) -> float:
    heights = [note.pitch.midi for note in part.notes if note.pitch]
    return sum(heights) / len(heights) if heights else 60.0


def _named(name: str) -> int | None:
    words = [word.removesuffix("s") for word in re.findall(r"[^\W\d_]+", name.casefold())]
    known = {each: int(program) for program, names in _table()["names"].items() for each in names}
    return next((known[each] for each in [*map(" ".join, pairwise(words)), *words] if each in known), None)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files("arranger.sounding").joinpath("programs.toml").read_text(encoding="utf-8"))
