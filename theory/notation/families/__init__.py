"""Which family of voices or instruments plays a part, by the usual forms of its name in several languages.

The names are in ``names.toml``. Alto and bass are voices, unless the names around them are those of instruments:
the alto between two violins and a cello is a viola, the bass beside drums a bass guitar.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from theory.notation.instruments import player_of
from theory.notation.score import Part

VOICES, STRINGS, KEYBOARDS, PLUCKED, WINDS, PERCUSSION = (
    "voices", "strings", "keyboards", "plucked", "winds", "percussion",
)  # fmt: skip
_PRIORITY = (PERCUSSION, WINDS, PLUCKED, STRINGS, KEYBOARDS, VOICES)  # a bass drum is no bass, an alto flute no alto
_SHARED = {"alto", "altos", "bass", "basso", "bassi", "basse", "bajo"}
_LETTERS = {"s", "a", "t", "b", "mz", "br"}
_OURS = {"woodwinds": WINDS, "saxophones": WINDS, "brass": WINDS, "recorders": WINDS}


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    text = (files(__name__) / "names.toml").read_text(encoding="utf-8")
    return {family: frozenset(words) for family, words in tomllib.loads(text).items()}


def families_of(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the family of each part, empty if its name says nothing.

    >>> families_of([Part(name, ()) for name in ("Violino I", "2nd Violin", "Alto", "Vc.")])
    ('strings', 'strings', 'strings', 'strings')
    """
    found = [_family(part) for part in parts]
    if not any(found) and all(_words(part.name) and _words(part.name)[0] in _LETTERS for part in parts):
        return (VOICES,) * len(parts)
    shared = [
        bool(_SHARED.intersection(_words(part.name))) and family == VOICES
        for part, family in zip(parts, found, strict=True)
    ]
    others = {family for family, is_shared in zip(found, shared, strict=True) if not is_shared}
    if VOICES in others:
        return tuple(found)
    instead = STRINGS if STRINGS in others else PLUCKED if PERCUSSION in others or PLUCKED in others else VOICES
    return tuple(instead if is_shared else family for family, is_shared in zip(found, shared, strict=True))


def is_early(part: Part) -> bool:
    """Whether a part has a Latin or Italian name of the Renaissance: Cantus, Superius, Quinto."""
    return not _names()["early"].isdisjoint(_words(part.name))


def _family(part: Part) -> str:
    words = set(_words(part.name))
    named = next((family for family in _PRIORITY if not words.isdisjoint(_names()[family])), "")
    player = player_of(part) if part.instrument or not named else None
    return named if player is None else _OURS.get(player.family, player.family)


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case, also joined in pairs and without a plural s."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    pairs = [f"{one}-{other}" for one, other in pairwise(words)]
    return [*words, *pairs, *(word.removesuffix("s") for word in words)]
