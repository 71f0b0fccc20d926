"""Other music in parts that music21's corpus holds: Palestrina, Monteverdi, and the quartets of the classics.

What it is, whence, under what licence, how much, and what a reader must know of it. The digest is of all
files of a set, so that a figure can say exactly which music it was measured on; `check_shipped` compares
it with what is installed. Models learn from the splits of `corpora.catalogue` that are taken from these sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora.catalogue import MASSES, MUSIC21, MUSIC21_LICENCE
from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score


@dataclass(frozen=True)
class ShippedSet:
    """A set of scores in music21's corpus."""

    name: str
    title: str
    style: str
    citation: str
    licence: str
    folder: str  # in the corpus
    suffix: str  # of the files that count; other forms of the same music stand beside them
    files: int
    quirks: tuple[str, ...]
    digest: str  # of all names and contents


PALESTRINA = ShippedSet(
    name="palestrina",
    title="Movements and sections of the masses of G. P. da Palestrina",
    style="renaissance",
    citation=MASSES.citation,
    licence=MASSES.licence,
    folder="palestrina",
    suffix=".krn",
    files=1318,
    quirks=(
        "498 in four parts, 75 in three, 477 in five, the others in six to eight",
        "a movement is cut into sections where the number of voices changes, each a file of its own",
        "spines go from the lowest voice to the highest; two tenors share a name",
        "bars are of one or two breves, with ties across them; note values are long",
        "no words",
    ),
    digest="4cbcd1acf62d6bad",
)
MONTEVERDI = ShippedSet(
    name="monteverdi",
    title="Madrigals of C. Monteverdi, books 3 to 5",
    style="renaissance",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    folder="monteverdi",
    suffix=".mxl",
    files=49,
    quirks=(
        "in five parts, a few in six: none can be given to a model of four without leaving a voice out",
        "Canto and Quinto cross all the time",
        "Roman numerals of 48 stand beside them (.rntxt)",
    ),
    digest="8247539a89864175",
)
HAYDN = ShippedSet(
    name="haydn-quartets",
    title="String quartets op. 1 no. 1 and op. 74 no. 1 of J. Haydn",
    style="quartet",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    folder="haydn",
    suffix=".mxl",
    files=9,
    quirks=("double stops are chords in one part", "repeats are marks, not written out"),
    digest="97d1a1524be77430",
)
MOZART = ShippedSet(
    name="mozart-quartets",
    title="String quartets K. 80, 155, 156 and 458 of W. A. Mozart",
    style="quartet",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    folder="mozart",
    suffix=".mxl",
    files=16,
    quirks=("one file is no quartet but the exposition of the piano sonata K. 545", "double stops are chords"),
    digest="84f14be65f1130b1",
)
BEETHOVEN = ShippedSet(
    name="beethoven-quartets",
    title="String quartets op. 18 no. 1 to op. 133 of L. van Beethoven",
    style="quartet",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    folder="beethoven",
    suffix=".mxl",
    files=22,
    quirks=(
        "op. 132, 133 and others are one file for the whole work",
        "op. 18 no. 1 stands there as .krn too: the same music twice",
        "double stops are chords; cadenzas and tremolos are written in small values",
    ),
    digest="84bc8a3b32ad0eea",
)
SHIPPED = (PALESTRINA, MONTEVERDI, HAYDN, MOZART, BEETHOVEN)


def read_quartet(name: str) -> Score:
    """Return a movement by its name in ``quartet_split.json``, as `read_shipped` does."""
    from music21 import common

    return read_shipped(common.getCorpusFilePath() / f"{name}.mxl")


def shipped_files(shipped: ShippedSet) -> Iterator[Path]:
    """Yield the files of a set, by name."""
    from music21 import common

    folder = common.getCorpusFilePath() / shipped.folder
    yield from sorted(path for path in folder.rglob(f"*{shipped.suffix}") if path.is_file())


def check_shipped(shipped: ShippedSet) -> None:
    """Raise ValueError where the installed files of a set are others than the catalogue describes."""
    from music21 import common

    base, whole, count = common.getCorpusFilePath(), hashlib.sha256(), 0
    for path in shipped_files(shipped):
        whole.update(path.relative_to(base).as_posix().encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
        count += 1
    if (count, whole.hexdigest()[:16]) != (shipped.files, shipped.digest):
        raise ValueError(
            f"{shipped.name}: {count} files of digest {whole.hexdigest()[:16]}, the catalogue has {shipped.files} of "
            f"{shipped.digest}; install the music21 that pyproject.toml names"
        )


def read_shipped(path: Path) -> Score:
    """Return one of the scores, its parts from high to low; ValueError where it has not four."""
    from music21 import converter

    score = from_music21(converter.parse(path))
    if len(score.parts) != 4:
        raise ValueError(f"{path.name}: {len(score.parts)} parts, not four")
    return score
