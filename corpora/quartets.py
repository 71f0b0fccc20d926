"""The classical string quartets in music21's corpus: Haydn and Mozart, which have a split, and Beethoven."""

from __future__ import annotations

from corpora.corpus import MUSIC21, MUSIC21_LICENCE, Corpus, music21_folder, read_four_parts
from theory.notation.score import Score

QUARTETS = Corpus(
    name="quartets",
    title="String quartets op. 1 no. 1 and op. 74 no. 1 of J. Haydn, K. 80, 155, 156 and 458 of W. A. Mozart",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    quirks=(
        "One file is not a quartet but the exposition of Mozart's piano sonata K. 545; it is in no split.",
        "Double stops are chords in one part.",
        "Repeats are marks, not written out.",
    ),
    files=25,
    folders=("haydn", "mozart"),
    suffixes=(".mxl",),
    digest="eff17ab9a9efd73d",
    style="quartet",
    split_file="quartet_split.json",
)
BEETHOVEN = Corpus(
    name="beethoven-quartets",
    title="String quartets op. 18 no. 1 to op. 133 of L. van Beethoven",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    quirks=(
        "Op. 132, 133 and others are one file for the whole work.",
        "Op. 18 no. 1 is also there as .krn, the same music twice.",
        "Double stops are chords; cadenzas and tremolos are written in small values.",
    ),
    files=22,
    folders=("beethoven",),
    suffixes=(".mxl",),
    digest="78315c4e9a409455",
    style="quartet",
)


def read_quartet(name: str) -> Score:
    """Return a movement by its name in ``quartet_split.json``. Raises ValueError if it does not have four parts."""
    return read_four_parts(music21_folder() / f"{name}.mxl")
