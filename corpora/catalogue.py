"""Catalogue of the corpora that models are trained and evaluated on, with source and licence.

Splits are lists of names in `corpora/splits`: ``train`` for training and fitting, ``valid`` for model selection,
test lists for final measurements only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MUSIC21 = "Cuthbert and Ariza, music21: A Toolkit for Computer-Aided Musicology, ISMIR 2010 (its corpus)"
MUSIC21_LICENCE = "the music is in the public domain; the encodings come with music21 (BSD-3-Clause)"
_SPLITS = Path(__file__).parent / "splits"


@dataclass(frozen=True)
class Corpus:
    """A named set of scores with its splits."""

    name: str
    title: str
    citation: str
    licence: str
    shipped: str  # where the scores come from
    split_file: str
    style: str  # name of the style, an input of the models

    def names(self, split: str) -> tuple[str, ...]:
        """Return the names of a split's pieces. Raises KeyError for an unknown split.

        >>> len(CHORALES.names("train")), len(HYMNS.names("valid"))
        (224, 25)
        """
        lists = json.loads((_SPLITS / self.split_file).read_text(encoding="utf-8"))
        if split not in lists or split == "about":
            raise KeyError(f"{self.name} has no split {split!r}; it has {', '.join(sorted(set(lists) - {'about'}))}")
        return tuple(lists[split])

    @property
    def count(self) -> int:
        """Number of pieces in ``train`` and ``valid``."""
        return len(self.names("train")) + len(self.names("valid"))

    @property
    def split_digest(self) -> str:
        """Digest of the split file, for model cards."""
        return hashlib.sha256((_SPLITS / self.split_file).read_bytes()).hexdigest()[:16]


CHORALES = Corpus(
    name="chorales",
    title="Four-part chorales of J. S. Bach",
    citation=f"{MUSIC21}; split after Boulanger-Lewandowski, Bengio and Vincent, ICML 2012",
    licence=MUSIC21_LICENCE,
    shipped="in music21's corpus",
    split_file="bach_split.json",
    style="chorale",
)
HYMNS = Corpus(
    name="hymns",
    title="Four-part hymns with words, Open Hymnal Project",
    citation="Open Hymnal Project (openhymnal.org), edited by B. J. Dumont and others",
    licence="public domain, as each score states",
    shipped="a folder that is given; not part of this package",
    split_file="hymn_split.json",
    style="hymn",
)
QUARTETS = Corpus(
    name="quartets",
    title="String quartets op. 1 no. 1 and op. 74 no. 1 of J. Haydn, K. 80, 155, 156 and 458 of W. A. Mozart",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    shipped="in music21's corpus",
    split_file="quartet_split.json",
    style="quartet",
)
MASSES = Corpus(
    name="masses",
    title="Sections in four parts of the masses of G. P. da Palestrina",
    citation=f"encoded by J. Miller (1992-2000), converted to Humdrum by B. Aarden; {MUSIC21}",
    licence="the music is in the public domain; each file reserves the rights to derivative electronic formats and "
    "asks that the licence agreement go with it, so scores made from the files are not passed on",
    shipped="in music21's corpus",
    split_file="palestrina_split.json",
    style="renaissance",
)
CORPORA = (CHORALES, HYMNS, QUARTETS, MASSES)
