"""The Bach chorales in music21's corpus, read as four vocal parts."""

from __future__ import annotations

from pathlib import Path
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
        "The three .krn files (bwv277, bwv281, bwv366) reserve rights to derivative formats; none is trained on.",
        "The folder also holds music that is in no split, such as the prelude BWV 846.",
        "Some pieces have several files: bwv277, bwv281 and bwv366 are read from .krn, bwv112.5 not from bwv112.5-sc.",
        "music21 matches names loosely: it would read bwv69.6-a, which is on a test list, for bwv69.6.",
    ),
    files=413,
    folders=("bach",),
    suffixes=(".krn", ".mxl", ".xml"),
    digest="4df6006549d65093",
    style="chorale",
    split_file="bach_split.json",
)
_VOICES = (("Soprano", "Soprano 1"), ("Alto",), ("Tenor",), ("Bass",))


def read_chorale(name: str) -> Score:
    """Return a chorale as soprano, alto, tenor and bass, without the instruments that double them.

    Raises ValueError if there is no such file, or the four voices cannot be identified.
    """
    from music21 import converter

    return vocal_score(converter.parse(chorale_file(name)), name)


def chorale_file(name: str) -> Path:
    """Return the file of a chorale in music21's corpus, by its exact name. Raises ValueError if there is none."""
    from music21 import common

    paths = [common.getCorpusFilePath() / "bach" / f"{name}{suffix}" for suffix in CHORALES.suffixes]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise ValueError(f"{name}: no such chorale in music21's corpus")
    return found


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
