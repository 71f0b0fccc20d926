"""The Bach chorales of music21's corpus, each as its four vocal parts."""

from __future__ import annotations

from typing import Any

from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score

_VOICES = (("Soprano", "Soprano 1"), ("Alto",), ("Tenor",), ("Bass",))


def read_chorale(name: str) -> Score:
    """Return a chorale as soprano, alto, tenor and bass, without the instruments that double them.

    ValueError where the four voices cannot be told.
    """
    from music21 import corpus

    return vocal_score(corpus.parse(f"bach/{name}"), name)


def vocal_score(stream: Any, name: str) -> Score:
    """Return the four vocal parts of a music21 score, chosen by name where there are instruments."""
    parts = list(stream.parts)
    if len(parts) != len(_VOICES):
        chosen = [_voice(parts, names) for names in _VOICES]
        if any(part is None for part in chosen):
            raise ValueError(f"{name}: no soprano, alto, tenor and bass among {[part.partName for part in parts]}")
        for part in parts:
            if not any(part is voice for voice in chosen):
                stream.remove(part)
    return from_music21(stream)


def _voice(parts: list[Any], names: tuple[str, ...]) -> Any:
    """Return the part of one of these names, or the one whose name begins with it ("Soprano, Oboe 1, 2"), or None."""
    exact = next((part for part in parts if part.partName in names), None)
    first_words = [(part.partName or "").replace(",", " ").split()[:1] for part in parts]
    return exact or next((part for part, word in zip(parts, first_words, strict=True) if word == [names[0]]), None)
