"""Human Roman-numeral analyses in music21's corpus, with their scores.

The analyses of Bach chorales (`bach/choraleAnalyses`, RomanText) are by Andrew Jones, Dmitri Tymoczko and Hamish Robb.
Their Riemenschneider numbers are mapped to BWV numbers, which tell the list (train, valid or test) of each. The
analyses of Monteverdi's madrigals, books 3 to 5 (`monteverdi`), are by Noam Elkies, Ian Quinn, Jon Wild, Steve Taylor
and others.

Scores and analyses come from different editions, and the files have errors, which `analysed_pieces` corrects: an
analysis in another key than the score is transposed; duplicate rests that overfill a bar are removed; rehearsal
letters encoded as chord symbols are removed; a part that sounds an octave too low, because its clef has lost its
octave sign, is transposed up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from corpora.chorales import vocal_score
from corpora.corpus import music21_folder
from theory.harmony.graph import degrees
from theory.harmony.states import QUALITIES
from theory.music21_bridge.reading import from_music21
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Tone
from theory.notation.score import Score

HALF_OCTAVE = 6  # semitones


@dataclass(frozen=True)
class AnalysedChord:
    """One chord of an analysis: root and tonic as pitch classes, quality as a chord symbol's suffix.

    ``quality`` is ``?`` if no suffix fits (for augmented triads, for example). ``name`` is the degree in the
    harmony graph, empty if the graph does not have the chord.
    """

    onset_quarter: Fraction
    tonic: int
    mode: str
    root: int
    quality: str
    name: str
    bass: int  # pitch class
    pitch_classes: frozenset[int]

    @property
    def inversion(self) -> int:
        """Inversion: 0 for the root in the bass, 1 for the third, and so on."""
        tones = sorted(self.pitch_classes, key=lambda tone: (tone - self.root) % 12)
        return tones.index(self.bass) if self.bass in tones else 0

    def up(self, semitones: int) -> AnalysedChord:
        """Return the chord transposed up by a number of semitones."""
        tonic, root, bass = ((tone + semitones) % 12 for tone in (self.tonic, self.root, self.bass))
        return replace(
            self,
            tonic=tonic,
            root=root,
            bass=bass,
            pitch_classes=frozenset((tone + semitones) % 12 for tone in self.pitch_classes),
        )


@dataclass(frozen=True)
class AnalysedPiece:
    """A score without chord symbols, its music21 stream, and a human analysis of it."""

    name: str
    side: str  # list of the split, or the book of madrigals, such as "madrigals 3"
    score: Score
    stream: Any
    chords: tuple[AnalysedChord, ...]

    @property
    def manner(self) -> str:
        """Kind of harmony: ``chorale`` or ``madrigal``."""
        return "madrigal" if self.side.startswith("madrigals") else "chorale"

    @property
    def fit(self) -> float:
        """Share of the sounding notes, by duration, that belong to the chords of the analysis."""
        return _fit(self.score, self.chords)


def roman_analyses(
    split: Mapping[str, Sequence[str]], names: Iterable[str]
) -> Iterator[tuple[str, tuple[AnalysedChord, ...]]]:
    """Yield (chorale, chords) for the analysed chorales in the named lists of a split."""
    from music21 import converter

    for chorale, path in chorale_analysis_files({chorale for name in names for chorale in split[name]}):
        yield chorale, chords_of(converter.parse(path))


def analysed_pieces(
    split: Mapping[str, Sequence[str]], names: Iterable[str], books: Iterable[int] = ()
) -> Iterator[AnalysedPiece]:
    """Yield the analysed chorales of the named lists of a split, then the madrigals of the books (3 to 5)."""
    from music21 import converter, corpus

    sides = {chorale: name for name in names for chorale in split[name]}
    for chorale, path in chorale_analysis_files(set(sides)):
        stream = _mended(corpus.parse(f"bach/{chorale}"))
        score = vocal_score(stream, chorale)
        yield _matched(AnalysedPiece(chorale, sides[chorale], score, stream, chords_of(converter.parse(path))))
    for madrigal, chords in madrigal_analyses(books):
        stream = _octaves_mended(_mended(corpus.parse(f"monteverdi/{madrigal}.mxl")))
        side = f"madrigals {madrigal.split('.')[1]}"
        yield _matched(AnalysedPiece(madrigal, side, from_music21(stream), stream, chords))


def madrigal_analyses(books: Iterable[int]) -> Iterator[tuple[str, tuple[AnalysedChord, ...]]]:
    """Yield (madrigal, chords) for the analyses of Monteverdi's books of madrigals (3 to 5)."""
    from music21 import converter

    folder = music21_folder() / "monteverdi"
    for path in (path for book in books for path in sorted(folder.glob(f"madrigal.{book}.*.rntxt"))):
        yield path.stem, chords_of(converter.parse(path))


def chorale_analysis_files(wanted: set[str]) -> Iterator[tuple[str, Path]]:
    """Yield (chorale, path of its analysis) for those of the chorales that have one."""
    from music21.corpus.chorales import ChoraleListRKBWV

    numbers = ChoraleListRKBWV().byRiemenschneider
    folder = music21_folder() / "bach" / "choraleAnalyses"
    for number in sorted(numbers):
        chorale = f"bwv{numbers[number]['bwv']}"
        path = folder / f"riemenschneider{int(number):03d}.rntxt"
        if chorale in wanted and path.exists():
            yield chorale, path


def _mended(stream: Any) -> Any:
    """Return a music21 stream without chord symbols, and without the rests that overfill a bar."""
    for symbol in list(stream.recurse().getElementsByClass("Harmony")):
        symbol.activeSite.remove(symbol)
    for part in stream.parts:
        start = 0.0
        for measure in part.getElementsByClass("Measure"):
            room = measure.barDuration.quarterLength
            for rest in list(measure.recurse().getElementsByClass("Rest")):
                if rest.offset >= room:
                    rest.activeSite.remove(rest)
            part.setElementOffset(measure, start)
            start += measure.highestTime or room
    return stream


def _octaves_mended(stream: Any) -> Any:
    """Return a music21 stream with any inner part that lies an octave too low transposed up.

    A part is too low if its median pitch is more than half an octave below the mean of its neighbours' medians.
    """
    middles = [median(pitch.midi for pitch in part.pitches) for part in stream.parts]
    triples = zip(middles, middles[1:], middles[2:], strict=False)
    for part, (above, middle, below) in zip(list(stream.parts)[1:-1], triples, strict=True):
        if (above + below) / 2 - middle > HALF_OCTAVE:
            for pitch in part.pitches:
                pitch.octave += 1
    return stream


def _matched(piece: AnalysedPiece) -> AnalysedPiece:
    """Return a piece with its analysis transposed to the key of the score, by the best fit."""
    shifted = (tuple(chord.up(semitones) for chord in piece.chords) for semitones in range(12))
    return replace(piece, chords=max(shifted, key=lambda chords: _fit(piece.score, chords)))


def _fit(score: Score, chords: Sequence[AnalysedChord]) -> float:
    """Return the share of the sounding notes, by duration, that belong to the chord at their onset."""
    starts = [chord.onset_quarter for chord in chords]
    sounding = within = Fraction(0)
    for note in (note for part in score.parts for note in part.notes if note.grace is None):
        if note.pitch is None:
            continue
        chord = chords[max(0, bisect_right(starts, note.onset_quarter) - 1)]
        sounding += note.duration_quarter
        within += note.duration_quarter * (note.pitch.midi % 12 in chord.pitch_classes)
    return float(within / sounding)


def chords_of(analysis: Any) -> tuple[AnalysedChord, ...]:
    """Return the chords of a parsed RomanText analysis (a music21 stream), in order."""
    from music21 import roman

    chords = []
    for numeral in analysis.flatten().getElementsByClass(roman.RomanNumeral):
        tonic, mode = numeral.key.tonic.pitchClass, numeral.key.mode
        root, quality = numeral.root().pitchClass, quality_of(numeral)
        known = {(degree.offset, degree.quality): degree.name for degree in degrees(mode)}
        name = known.get(((root - tonic) % 12, quality), "")
        tones = frozenset(numeral.pitchClasses)
        onset = Fraction(numeral.offset).limit_denominator(96)
        chords.append(AnalysedChord(onset, tonic, mode, root, quality, name, numeral.bass().pitchClass, tones))
    return tuple(chords)


def quality_of(chord: Any) -> str:
    """Return the quality of a music21 chord as a chord symbol's suffix, ``?`` if none fits."""
    root = chord.root().pitchClass
    tones = tuple(sorted({(tone - root) % 12 for tone in chord.pitchClasses}))
    return next((quality for quality, offsets in QUALITIES.items() if offsets == tones), "?")


def roman_symbols(names: Iterable[str]) -> Iterator[tuple[str, tuple[tuple[Fraction, ChordSymbol], ...]]]:
    """Yield (chorale, chord symbols with onsets in quarters) for those of the named chorales that have an analysis.

    Inversions have a slash bass; a chord without a suitable symbol becomes N.C.
    """
    from music21 import converter

    for chorale, path in chorale_analysis_files(set(names)):
        yield chorale, _symbols_of(converter.parse(path))


def _symbols_of(analysis: Any) -> tuple[tuple[Fraction, ChordSymbol], ...]:
    from music21 import roman

    numerals = analysis.flatten().getElementsByClass(roman.RomanNumeral)
    return tuple((Fraction(numeral.offset), _symbol(numeral)) for numeral in numerals)


def _symbol(numeral: Any) -> ChordSymbol:
    quality = quality_of(numeral)
    if quality == "?":
        return ChordSymbol.parse("N.C.")
    root, bass = (Tone.parse(pitch.name.replace("-", "b")) for pitch in (numeral.root(), numeral.bass()))
    return ChordSymbol.build(root, quality, None if bass == root else bass)
