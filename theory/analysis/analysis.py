"""Analyses a score: Roman numerals in key regions, and non-chord tones.

Chords and keys are decoded together, then the keys are decided again over the whole piece (`theory.harmony.estimate`).
A chord is divided where the bass moves to another of its tones, which changes its inversion. The spelling distinguishes
an augmented sixth from a dominant seventh. Non-chord tones are classified by their melodic context
(`theory.analysis.nonchord`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from theory.analysis.nonchord import NonChordTone, non_chord_tones
from theory.analysis.numeral import SIXTHS, RomanNumeral, augmented_sixth, figure_of
from theory.harmony.bass import bass_line, inversions
from theory.harmony.estimate import HarmonicSpan, estimate_chords, estimate_harmony
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key, KeyRegion
from theory.notation.pitch import Tone
from theory.notation.score import Note, Score

_SEVENTH_TONES = 4
_TRUST = 4.0  # weight of written chord symbols, high because their author knew the chords


@dataclass(frozen=True, repr=False)
class Analysis:
    """The harmony of a score: its chords in order, and its non-chord tones."""

    chords: tuple[RomanNumeral, ...]
    non_chord_tones: tuple[NonChordTone, ...]
    inferred: bool = True  # the chords were estimated and may be wrong

    def __repr__(self) -> str:
        keys = ", ".join(dict.fromkeys(str(region.key) for region in self.keys))
        return f"Analysis({len(self.chords)} chords in {keys}, {len(self.non_chord_tones)} non-chord tones)"

    @property
    def keys(self) -> tuple[KeyRegion, ...]:
        """The key regions in order."""
        regions: list[KeyRegion] = []
        for chord in self.chords:
            if regions and regions[-1].key == chord.key:
                regions[-1] = replace(regions[-1], end_quarter=chord.end_quarter)
            else:
                regions.append(KeyRegion(chord.key, chord.start_quarter, chord.end_quarter))
        return tuple(regions)


def analyse(score: Score, *, key: Key | None = None, given: Sequence[RomanNumeral] = ()) -> Analysis:
    """Return the harmony of a score.

    Parameters
    ----------
    score
        A score with any number of parts; for a tune alone the harmony is only a guess. Chord symbols are
        followed as far as Roman numerals can name them.
    key
        The key of the whole piece, if it does not modulate; all chords are then named in this key.
    given
        The chords of an existing analysis; then only the non-chord tones are found.
    """
    bass = bass_line(score.parts)
    chords = tuple(given) or tuple(_numerals(score, _estimated(score, key), bass))
    return Analysis(chords, non_chord_tones(score, chords, bass), inferred=not given)


def _estimated(score: Score, key: Key | None) -> tuple[HarmonicSpan, ...]:
    return estimate_harmony(score, trust=_TRUST) if key is None else estimate_chords(score, key=key, trust=_TRUST)


def _numerals(score: Score, spans: Sequence[HarmonicSpan], line: Sequence[Note]) -> Iterator[RomanNumeral]:
    """Yield the chords of an estimate, each inversion as a separate numeral."""
    bass = line if len(score.parts) > 1 else ()  # a tune alone has no bass
    has_sixths = any(span.degree in SIXTHS for span in spans)
    notes = sorted(_sounding(score), key=lambda note: note.onset_quarter) if has_sixths else []
    for span in spans:
        beat = score.bar_at(span.start_quarter).meter.beat_quarters
        times = (span.start_quarter, span.end_quarter)
        spelled = _spelled(notes, times) if span.degree in SIXTHS else set()
        found = list(inversions(bass, times, members=span.symbol.pitch_classes, beat_quarter=min(beat, Fraction(1))))
        ends = [*(time for time, _ in found[1:]), span.end_quarter]
        for (start, lowest), end in zip(found, ends, strict=True):
            yield _numeral(replace(span, start_quarter=start, end_quarter=end), lowest, spelled)


def _numeral(span: HarmonicSpan, lowest: int, spelled: set[int]) -> RomanNumeral:
    members = span.symbol.pitch_classes
    inversion = members.index(lowest)
    seventh = len(members) == _SEVENTH_TONES
    figure = augmented_sixth(span.degree, span.key, spelled, lowest_is_root=not inversion) or figure_of(
        span.degree, span.key.mode, inversion, seventh=seventh
    )
    symbol = _over(span.symbol, lowest) if inversion else span.symbol
    return RomanNumeral(span.start_quarter, span.end_quarter, span.key, symbol, span.degree, figure, inversion)


@lru_cache(maxsize=1024)
def _over(symbol: ChordSymbol, lowest: int) -> ChordSymbol:
    """Return a chord with a pitch class of it in the bass."""
    fifths = symbol.spelling(lowest)
    assert fifths is not None
    assert symbol.root is not None
    return ChordSymbol.of_degrees(symbol.root, symbol.degrees, bass=Tone.from_fifths(fifths))


def _sounding(score: Score) -> Iterator[Note]:
    return (note for part in score.parts for note in part.notes if note.pitch is not None and note.grace is None)


def _spelled(notes: Sequence[Note], times: tuple[Fraction, Fraction]) -> set[int]:
    """Return the positions on the line of fifths of the notes that begin in a time span."""
    start, end = (bisect_left(notes, time, key=lambda note: note.onset_quarter) for time in times)
    return {note.pitch.fifths for note in notes[start:end] if note.pitch is not None}
