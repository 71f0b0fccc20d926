"""Encoding of tunes for the melody model: events with their context.

`Walk` computes the context event by event, so that training, scoring and composition share one encoding. Besides
meter, mode, phrase and chord, the context looks back: what stood at the same position one, two, four and eight bars
ago, and for how many events the tune has repeated what it did then (lookback features: E. Waite, Generating Long-Term
Structure in Songs and Stories, 2016). Folk tunes repeat their bars, and a network of this size does not learn to count
bars by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from arranger.models.melody.vocabulary import (
    DURATIONS,
    METERS,
    NO_LENGTH,
    NO_PITCH,
    RECALLED_BARS,
    REST,
    TICKS,
    done_bucket,
    left_bucket,
    length_token,
    offset_bucket,
    pitch_token,
    run_bucket,
    scale_of,
)
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import Note, Score
from theory.types import Ints
from theory.values import Value

_KINDS = ((3, frozenset((4, 10))), (1, frozenset((4, 7))), (2, frozenset((3, 7))))  # kind, semitones above the root
_NOTHING = (NO_PITCH, NO_LENGTH)


@dataclass(frozen=True, eq=False, repr=False)
class Events(Value):
    """An encoded tune of N events."""

    context: Ints  # (N, columns of CONTEXT)
    pitch: Ints  # (N,) tokens
    length: Ints  # (N,) tokens


@dataclass(frozen=True)
class Place:
    """The context of an event, which does not depend on its pitch and duration; times in ticks."""

    offset: int  # from the beginning of the full bar
    bar: int  # length of the full bar
    meter: str  # one of METERS
    minor: bool
    left: int  # time to the end of the phrase
    done: int  # time since its beginning
    following: int  # number of phrases after this one
    before: int  # number of phrases before this one
    chord: tuple[int, int] = (0, 0)  # see `chord_classes`


class Walk:
    """Follows a tune and gives the context of each event."""

    def __init__(self) -> None:
        self._heard: dict[int, tuple[int, int]] = {}
        self._runs = [0] * len(RECALLED_BARS)
        self.onset = 0  # ticks since the beginning

    def copy(self) -> Walk:
        """Return an independent copy."""
        twin = Walk()
        twin._heard, twin._runs, twin.onset = dict(self._heard), list(self._runs), self.onset
        return twin

    def context(self, place: Place, *, recalls: int = max(RECALLED_BARS)) -> list[int]:
        """Return the columns of CONTEXT for the event that begins now, looking back at most ``recalls`` bars."""
        row = [
            offset_bucket(place.offset), METERS.index(place.meter), int(place.minor), left_bucket(place.left),
            done_bucket(place.done), min(place.following, 3), min(place.before, 3), *place.chord,
        ]  # fmt: skip
        for bars, run in zip(RECALLED_BARS, self._runs, strict=True):
            then, run = (self._then(bars, place.bar), run) if bars <= recalls else (_NOTHING, 0)
            row += [*then, run_bucket(run)]
        return row

    def advance(self, place: Place, pitch: int, length: int, *, ticks: int | None = None) -> None:
        """Append an event by its tokens; ``ticks`` is its true duration if the token is only the nearest one."""
        for index, bars in enumerate(RECALLED_BARS):
            same = self._then(bars, place.bar) == (pitch, length)
            self._runs[index] = self._runs[index] + 1 if same else 0
        self._heard[self.onset] = (pitch, length)
        self.onset += DURATIONS[length] if ticks is None else ticks

    def _then(self, bars: int, bar: int) -> tuple[int, int]:
        return self._heard.get(self.onset - bars * bar, _NOTHING)


def events_of(score: Score, key: Key, *, chords: bool = True, nearest: bool = False) -> Events:
    """Return the first part of a score as events.

    The context includes the chord symbols of the score if ``chords`` is true. Raises ValueError if the model does not
    know a meter or a duration; with ``nearest``, an unknown duration is replaced by the nearest known one.
    """
    tonic = key.tonic.pitch_class
    notes = line_of(score)
    reference = reference_tonic([note.pitch.midi for note in notes if note.pitch], tonic)
    walk, rows, tokens = Walk(), [], []
    for note, place in zip(notes, places_of(score, notes, minor=key.is_minor), strict=True):
        if chords:
            place = replace(place, chord=chord_classes(chord_symbol_at(score, note.onset_quarter), tonic))
        factor, _ = scale_of(score.bar_at(note.onset_quarter).meter)
        pitch = REST if note.pitch is None else pitch_token(note.pitch.midi - reference)
        ticks = note.duration_quarter * factor * TICKS
        length = length_token(ticks, nearest=nearest)
        rows.append(walk.context(place))
        walk.advance(place, pitch, length, ticks=round(ticks))
        tokens.append((pitch, length))
    columns = np.array(tokens, dtype=np.int64)
    return Events(np.array(rows, dtype=np.int64), columns[:, 0], columns[:, 1])


def line_of(score: Score) -> tuple[Note, ...]:
    """Return the notes and rests of the first part without grace notes; tied notes and successive rests are merged.

    Raises ValueError if there is no note.
    """
    found: list[Note] = []
    for note in score.parts[0].notes:
        if note.grace is not None or note.chord or not note.duration_quarter:
            continue
        before = found[-1] if found else None
        if before is not None and (note.tie_stop or note.pitch is None) and before.pitch == note.pitch:
            found[-1] = replace(before, duration_quarter=note.end_quarter - before.onset_quarter)
        else:
            found.append(note)
    if not any(note.pitch for note in found):
        raise ValueError("no notes in the tune")
    return tuple(found)


def reference_tonic(midi: Sequence[int], tonic: int) -> int:
    """Return the MIDI number of the tonic nearest to 4.5 semitones below the median note of a tune.

    >>> reference_tonic([67, 69, 71, 74], 7), reference_tonic([62, 64, 66, 67, 71], 7)
    (67, 67)
    """
    middle = sorted(midi)[len(midi) // 2]
    return min((tonic + 12 * octave for octave in range(11)), key=lambda number: abs(number + 4.5 - middle))


def places_of(score: Score, notes: Sequence[Note], *, minor: bool) -> list[Place]:
    """Return the position of each note in bar, meter and phrase."""
    ends = [end for end in phrase_ends(score) if end > notes[0].onset_quarter]
    found = []
    for note in notes:
        bar = score.bar_at(note.onset_quarter)
        factor, meter = scale_of(bar.meter)
        number = min(bisect_right(ends, note.onset_quarter), len(ends) - 1)
        start = ends[number - 1] if number else notes[0].onset_quarter
        times = (
            bar.offset_in_meter(note.onset_quarter), bar.meter.quarters, ends[number] - note.onset_quarter,
            note.onset_quarter - start,
        )  # fmt: skip
        offset, length, left, done = (round(time * factor * TICKS) for time in times)
        found.append(Place(offset, length, meter, minor, left, done, len(ends) - 1 - number, number))
    return found


def chord_classes(symbol: ChordSymbol | None, tonic: int) -> tuple[int, int]:
    """Return the class of a chord's root above a tonic (1 to 12) and of its kind; zeros if no chord is known.

    Kinds: 1 major, 2 minor, 3 with major third and minor seventh, 4 others.
    """
    if symbol is None or symbol.root is None:
        return 0, 0
    root = symbol.root.pitch_class
    tones = {(tone - root) % 12 for tone in symbol.pitch_classes}
    kind = next((number for number, needed in _KINDS if needed <= tones), 4)
    return 1 + (root - tonic) % 12, kind


def hears_minor(midi: Sequence[int], tonic: int) -> bool:
    """Whether a tune (MIDI numbers) has the minor third above a tonic more often than the major third.

    >>> hears_minor([62, 65, 69, 66, 65], 2), hears_minor([62, 66, 69], 2)
    (True, False)
    """
    degrees = [(number - tonic) % 12 for number in midi]
    return degrees.count(3) > degrees.count(4)


def chord_symbol_at(score: Score, onset_quarter: Fraction) -> ChordSymbol | None:
    """Return the chord symbol in force at a time, if any."""
    index = bisect_right([chord.onset_quarter for chord in score.chords], onset_quarter) - 1
    return score.chords[index].symbol if index >= 0 else None
