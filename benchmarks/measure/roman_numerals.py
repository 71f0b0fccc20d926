"""Agreement of `analyse` with human Roman-numeral analyses, compared with music21, as shares of time.

    python -m benchmarks.measure.roman_numerals bach_split.json [BOOKS [FOLDER]]

BOOKS are the books of madrigals, by default ``3,4,5``; ``0`` for the chorales only. FOLDER holds further analyses
(RomanText, ``NAME.rntxt``), each beside its score (``NAME.mxl``, ``.musicxml`` or ``.krn``).

The analyses are those of music21's corpus: Bach chorales and Monteverdi madrigals. Costs were counted on
the chorales of the training list; settings were chosen and the weights of key regions fitted on these, on the
validation list and on the madrigals of book 3 (`benchmarks.make.fit_key_regions`).
The chorales of the two test lists and the madrigals of books 4 and 5 were not used, and are reported separately
("unseen"). music21 chordifies the score and calls `romanNumeralFromChord` on every chord, in the key
that `analyze("key")` finds. Agreement is weighted by time, with both analyses divided wherever either changes:

Each analysed piece is also measured *as figuration*: its chords set for the keyboard under its own tune, with Alberti
basses, arpeggios and the like (`benchmarks.make.figured_music`), since no analysed keyboard music is in the corpus.

key          tonic and mode
degree       root, in semitones above the tonic
inversion    chord member in the bass
together     key, degree and inversion
quality      the chord's tones above its root
all_four     key, degree, inversion and quality

If less than 0.8 of the sounding notes belong to the chords of the human analysis (`AnalysedPiece.fit`), score and
analysis are taken to be of different editions; such pieces are listed and left out.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from arranger.formats.reading.sheet import read_score
from benchmarks.make.figured_music import plan_of, realised
from corpora.roman_analyses import AnalysedChord, AnalysedPiece, analysed_pieces, chords_of, quality_of
from theory.analysis import RomanNumeral, analyse
from theory.notation.score import Score

FITTED = ("train", "valid", "madrigals 3")
_LISTS = ("train", "valid", "test", "test_deepchoir")
FITS = 0.8
SEED = 7  # of the settings as figuration, other than those that the chord network was fitted on
SCORES = (".mxl", ".musicxml", ".krn")


@dataclass(frozen=True)
class Label:
    """The features of one chord of an analysis that are compared."""

    start_quarter: Fraction
    key: tuple[int, str]
    degree: int
    inversion: int
    quality: str


@dataclass
class Agreement:
    """The quarters compared, and for each feature the quarters on which two analyses agree."""

    quarters: float = 0.0
    key: float = 0.0
    degree: float = 0.0
    inversion: float = 0.0
    together: float = 0.0
    quality: float = 0.0
    all_four: float = 0.0

    def add(self, other: Agreement) -> None:
        """Add the quarters of another piece."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def __str__(self) -> str:
        shares = [f"{field.name} {100 * getattr(self, field.name) / self.quarters:5.1f}" for field in fields(self)[1:]]
        return "  ".join(shares)


def human_labels(chords: Sequence[AnalysedChord]) -> list[Label]:
    """Return a human analysis, or one of music21, as labels."""
    return [
        Label(
            chord.onset_quarter,
            (chord.tonic, chord.mode),
            (chord.root - chord.tonic) % 12,
            chord.inversion,
            chord.quality,
        )
        for chord in chords
    ]


def our_labels(chords: Sequence[RomanNumeral]) -> list[Label]:
    """Return our analysis as labels."""
    return [
        Label(
            chord.start_quarter,
            (chord.key.tonic.pitch_class, chord.key.mode),
            (chord.symbol.root.pitch_class - chord.key.tonic.pitch_class) % 12,
            chord.inversion,
            chord.symbol.quality,
        )
        for chord in chords
        if chord.symbol.root is not None
    ]


def music21_chords(piece: AnalysedPiece) -> tuple[list[AnalysedChord], float]:
    """Return music21's chords and numerals, and the seconds that the numerals alone took."""
    from music21 import roman

    key = piece.stream.analyze("key")
    chords = list(piece.stream.chordify().flatten().getElementsByClass("Chord"))
    start = time.perf_counter()
    numerals = [roman.romanNumeralFromChord(chord, key) for chord in chords]
    seconds = time.perf_counter() - start
    tonic, mode = key.tonic.pitchClass, key.mode
    found = []
    for chord, numeral in zip(chords, numerals, strict=True):
        onset, tones = Fraction(chord.offset).limit_denominator(96), frozenset(chord.pitchClasses)
        root, bass = numeral.root().pitchClass, chord.bass().pitchClass
        found.append(AnalysedChord(onset, tonic, mode, root, quality_of(numeral), "", bass, tones))
    return found, seconds


def compare(truth: Sequence[Label], guess: Sequence[Label], end_quarter: Fraction) -> Agreement:
    """Return the agreement of two analyses of a piece; the first chord of each holds from the beginning."""
    agreement = Agreement()
    for quarters, one, other in _overlaps(truth, guess, end_quarter):
        key, degree = one.key == other.key, one.degree == other.degree
        inversion, quality = one.inversion == other.inversion, one.quality == other.quality
        together = key and degree and inversion
        agreement.add(
            Agreement(*(quarters * one for one in (1, key, degree, inversion, together, quality, together and quality)))
        )
    return agreement


def _overlaps(truth: Sequence[Label], guess: Sequence[Label], end: Fraction) -> Iterator[tuple[float, Label, Label]]:
    times = sorted(
        {Fraction(0), end, *(label.start_quarter for label in (*truth, *guess) if label.start_quarter < end)}
    )
    one = other = 0
    for start, stop in itertools.pairwise(times):
        while one + 1 < len(truth) and truth[one + 1].start_quarter <= start:
            one += 1
        while other + 1 < len(guess) and guess[other + 1].start_quarter <= start:
            other += 1
        yield float(stop - start), truth[one], guess[other]


def as_figuration(piece: AnalysedPiece) -> Score:
    """Return the chords of a piece's analysis as keyboard figuration under the piece's own tune."""
    return realised(plan_of(piece.chords, piece.score), np.random.default_rng(SEED), piece.score.parts[0])


def other_analyses(folder: Path) -> Iterator[tuple[str, Score, Sequence[AnalysedChord]]]:
    """Yield (name, score without chord symbols, human chords) for the analyses in a folder."""
    from music21 import converter

    for path in sorted(folder.glob("*.rntxt")):
        score = next(path.with_suffix(suffix) for suffix in SCORES if path.with_suffix(suffix).exists())
        chords = chords_of(converter.parse(path, format="romantext"))
        yield path.stem, replace(read_score(score), chords=()), chords


def main(split_path: str, books: str = "3,4,5", folder: str = "") -> None:
    """Print the agreement on every list and book, and the time that the analyses took."""
    split = json.loads(Path(split_path).read_text())
    ours, theirs = defaultdict(Agreement), defaultdict(Agreement)
    our_seconds = their_seconds = 0.0
    for piece in analysed_pieces(split, _LISTS, map(int, books.split(","))):
        if piece.fit < FITS:
            print(f"left out: {piece.name}, whose analysis fits only {piece.fit:.2f} of the notes")
            continue
        group = "fitted on" if piece.side in FITTED else "unseen"
        end, truth = piece.score.end_quarter, human_labels(piece.chords)
        start = time.perf_counter()
        found = analyse(piece.score).chords
        our_seconds += time.perf_counter() - start
        chords, seconds = music21_chords(piece)
        their_seconds += seconds
        for name in (piece.side, f"{piece.manner}s, {group}"):
            ours[name].add(compare(truth, our_labels(found), end))
            theirs[name].add(compare(truth, human_labels(chords), end))
        figured = our_labels(analyse(as_figuration(piece)).chords)
        ours[f"{piece.manner}s as figuration, {group}"].add(compare(truth, figured, end))
    for name, score, human in other_analyses(Path(folder)) if folder else ():
        agreement = compare(human_labels(human), our_labels(analyse(score).chords), score.end_quarter)
        print(f"{name:14} {score.end_quarter!s:>5} quarters  {agreement}")
        ours["other analyses"].add(agreement)
    for name in sorted(ours):
        print(f"\n{name} ({ours[name].quarters:.0f} quarters)\n  analyse  {ours[name]}")
        if name in theirs:
            print(f"  music21  {theirs[name]}")
    print(f"\nseconds: analyse {our_seconds:.2f}, music21's numerals alone {their_seconds:.2f}, ", end="")
    print(f"{their_seconds / our_seconds:.1f} times as many")


if __name__ == "__main__":
    main(*sys.argv[1:4])
