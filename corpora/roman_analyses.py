"""Human Roman-numeral analyses of Bach chorales, as music21's corpus holds them.

The analyses (`bach/choraleAnalyses`, RomanText) are by Andrew Jones, Dmitri Tymoczko and Hamish Robb.
Their Riemenschneider numbers give the BWV numbers, and with them the side of the split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.harmony_graph import degrees
from theory.harmony_states import QUALITIES


@dataclass(frozen=True)
class AnalysedChord:
    """One chord of an analysis: root and tonic as pitch classes, quality as a chord symbol's suffix.

    ``name`` is the degree in the harmony graph, empty for a chord that it does not hold (augmented
    triads, for example); ``quality`` is then ``?`` where no suffix fits.
    """

    onset_quarter: Fraction
    tonic: int
    mode: str
    root: int
    quality: str
    name: str


def roman_analyses(
    split: Mapping[str, Sequence[str]], names: Iterable[str]
) -> Iterator[tuple[str, tuple[AnalysedChord, ...]]]:
    """Yield (chorale, chords) for the analyses whose chorale is in the named lists of a split."""
    from music21 import common, converter
    from music21.corpus.chorales import ChoraleListRKBWV

    wanted = {chorale for name in names for chorale in split[name]}
    numbers = ChoraleListRKBWV().byRiemenschneider
    folder = common.getCorpusFilePath() / "bach" / "choraleAnalyses"
    for number in sorted(numbers):
        chorale = f"bwv{numbers[number]['bwv']}"
        path = folder / f"riemenschneider{int(number):03d}.rntxt"
        if chorale in wanted and path.exists():
            yield chorale, chords_of(converter.parse(path))


def chords_of(analysis: Any) -> tuple[AnalysedChord, ...]:
    """Return the chords of a parsed RomanText analysis (a music21 stream), in order."""
    from music21 import roman

    chords = []
    for numeral in analysis.flatten().getElementsByClass(roman.RomanNumeral):
        tonic, mode = numeral.key.tonic.pitchClass, numeral.key.mode
        root, quality = numeral.root().pitchClass, quality_of(numeral)
        known = {(degree.offset, degree.quality): degree.name for degree in degrees(mode)}
        name = known.get(((root - tonic) % 12, quality), "")
        chords.append(AnalysedChord(Fraction(numeral.offset), tonic, mode, root, quality, name))
    return tuple(chords)


def quality_of(chord: Any) -> str:
    """Return the quality of a music21 chord as a symbol's suffix, ``?`` where none of ours fits."""
    root = chord.root().pitchClass
    tones = tuple(sorted({(tone - root) % 12 for tone in chord.pitchClasses}))
    return next((quality for quality, offsets in QUALITIES.items() if offsets == tones), "?")
