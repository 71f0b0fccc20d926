"""The Bach chorales in music21's corpus, read as four vocal parts."""

from __future__ import annotations

from typing import Any

from corpora.corpus import MUSIC21, MUSIC21_LICENCE, Corpus
from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score

CHORALES = Corpus(
    name="chorales",
    title="Four-part chorales of J. S. Bach",
    citation=f"{MUSIC21}; split after Boulanger-Lewandowski, Bengio and Vincent, ICML 2012",
    licence=MUSIC21_LICENCE,
    quirks=(
        "Some chorales have instruments that double the voices or play along.",
        "The folder also holds music that is in no split, such as the prelude BWV 846.",
        "Some pieces have two files: music21 reads bwv277, bwv281 and bwv366 from .krn.",
        "music21 reads bwv112.5 from bwv112.5-sc, bwv190.7 from bwv190.7-inst, and bwv69.6 from bwv69.6-a.",
    ),
    files=413,
    folders=("bach",),
    suffixes=(".mxl", ".xml", ".krn"),
    digest="4df6006549d65093",
    style="chorale",
    split_file="bach_split.json",
)
_VOICES = (("Soprano", "Soprano 1"), ("Alto",), ("Tenor",), ("Bass",))


def read_chorale(name: str) -> Score:
    """Return a chorale as soprano, alto, tenor and bass, without the instruments that double them.

    Raises ValueError if the four voices cannot be identified.
    """
    from music21 import corpus

    return vocal_score(corpus.parse(f"bach/{name}"), name)


def vocal_score(stream: Any, name: str) -> Score:
    """Return the four vocal parts of a music21 score, chosen by name if it has instruments too."""
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
    """Return the part with one of these names, else one whose first word is the first name, else None."""
    exact = next((part for part in parts if part.partName in names), None)
    first_words = [(part.partName or "").replace(",", " ").split()[:1] for part in parts]
    return exact or next((part for part, word in zip(parts, first_words, strict=True) if word == [names[0]]), None)
