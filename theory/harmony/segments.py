"""Segments of a score that may be a single chord, and what sounds in them.

A *moment* is a time at which a chord may begin: a beat, or half a beat (in compound meters a third) where a note is
struck. A *segment* runs from one moment to a later one in the same bar. An arpeggio or an Alberti bass spells one
chord over a whole segment, although few of its tones sound at once; so a segment is described as a whole, by the
tones that sound in it, those struck at its beginning, and its lowest notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.harmony.evidence import slot_quarters
from theory.notation.score import Bar, Note, Part, Score
from theory.slices.written import midi_of
from theory.types import Floats, Ints
from theory.values import Value

LONGEST = 8  # moments in a segment; longer chords are made of several segments
FIGURE = 0.35  # weight of a note that may be a passing tone, neighbour, suspension or appoggiatura
_STEP = 2  # semitones
_PULSES = (0.75, 1.25, 2.25, 3.25)  # bounds between the classes of length
_STRENGTHS = (0.2, 0.4, 0.9)  # bounds between the classes of metrical strength: within a beat, beat, middle, bar line
_HALF = 0.5  # of a pulse; a tone that sounds so long is certainly there
SHARES = ("tones", "stressed", "present", "struck", "lowest", "first bass", "bass")
FEATURES = 12 * len(SHARES) + len(_PULSES) + 1 + len(_STRENGTHS) + 1 + 2
_SILENT = 999
_CHORDAL = 2.75  # mean number of different tones that are struck together; below 2.75 in all analysed chorales


@dataclass(frozen=True, eq=False, repr=False)
class Moments(Value):
    """The T moments of a score; weights of pitch classes are in pulses (beats, at most a quarter in simple meters)."""

    onset_quarter: tuple[Fraction, ...]  # (T,)
    end_quarter: Fraction  # end of the score
    pulses: Floats  # (T,) time until the next moment
    strength: Floats  # (T,) metrical strength
    bar: Ints  # (T,) index of the bar
    tones: Floats  # (T, 12) time that each pitch class sounds, in all voices; figures count less
    stressed: Floats  # (T, 12) the same of the notes struck on a beat
    struck: Floats  # (T, 12) voices that sound each pitch class at the moment itself
    lowest: Ints  # (T,) MIDI number of the lowest note until the next moment, 999 if all is silent

    @property
    def bass(self) -> Floats:
        """Time in pulses that each pitch class is the lowest, (T, 12)."""
        return _one_hot(self.lowest) * self.pulses[:, None]


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Value):
    """The N segments of a score and their features, sorted by their last moment."""

    start: Ints  # (N,) first moment
    stop: Ints  # (N,) first moment after the segment
    shares: Floats  # (N, len(SHARES), 12) by pitch class
    other: Floats  # (N, FEATURES - 12 * len(SHARES)) length, strength, silence


def is_chordal(score: Score) -> bool:
    """Whether whole chords are struck, so that each beat tells its chord; not in figuration or counterpoint."""
    struck: dict[Fraction, set[int]] = {}
    for note in (note for part in score.parts for note in part.notes if note.pitch is not None and not note.tie_stop):
        struck.setdefault(note.onset_quarter, set()).add(midi_of(note) % 12)
    return sum(map(len, struck.values())) >= _CHORDAL * len(struck)


def moments_of(score: Score) -> Moments:
    """Return the moments of a score."""
    lines = [list(_weighed(part)) for part in score.parts]
    struck = {note.onset_quarter for line in lines for note, _ in line}
    onsets, bars = _onsets(score, struck)
    ends = (*onsets[1:], score.end_quarter)
    pulse = [float(slot_quarters(score.bars[bar])) for bar in bars]
    times = np.array([float(time) for time in (*onsets, score.end_quarter)])
    tones, stressed, at_once = (np.zeros((len(onsets), 12)) for _ in range(3))
    lowest = np.full(len(onsets), _SILENT)
    for note, weight in (each for line in lines for each in line):
        midi = midi_of(note)
        since, until = float(note.onset_quarter), float(note.end_quarter)
        first = max(int(np.searchsorted(times, since, side="right")) - 1, 0)
        on_beat = times[first] == since and score.bars[bars[first]].beat_at(note.onset_quarter).denominator == 1
        for moment in range(first, len(onsets)):
            if times[moment] >= until:
                break
            share = (min(times[moment + 1], until) - max(times[moment], since)) / pulse[moment]
            tones[moment, midi % 12] += weight * share
            stressed[moment, midi % 12] += weight * share * (on_beat or moment > first)
            at_once[moment, midi % 12] += weight * (since <= times[moment])
            lowest[moment] = min(lowest[moment], midi)
    return Moments(
        onset_quarter=onsets,
        end_quarter=score.end_quarter,
        pulses=np.array([float(end - time) for time, end in zip(onsets, ends, strict=True)]) / np.array(pulse),
        strength=np.array(
            [
                score.bars[bar].meter.strength(score.bars[bar].offset_in_meter(time))
                for bar, time in zip(bars, onsets, strict=True)
            ]
        ),
        bar=np.array(bars),
        tones=tones,
        stressed=stressed,
        struck=at_once,
        lowest=lowest,
    )


def segments_of(moments: Moments) -> Segments:
    """Return all segments of a score, at most `LONGEST` moments long, and their features."""
    start, stop = _bounds(moments)
    total = {name: _sums(getattr(moments, name), start, stop) for name in ("tones", "stressed")}
    low = _lowest(moments, start, stop)
    first = moments.lowest[start]
    sounding = total["tones"].sum(axis=1)
    shares = np.stack(
        [
            _normal(total["tones"]),
            _normal(total["stressed"]),
            np.minimum(total["tones"] / _HALF, 1.0),
            np.minimum(moments.struck[start], 1.0),
            _one_hot(low),
            _one_hot(first),
            _normal(_sums(moments.bass, start, stop)),
        ],
        axis=1,
    )
    length = _sums(moments.pulses[:, None], start, stop)[:, 0]
    other = np.concatenate(
        [
            np.eye(len(_PULSES) + 1)[np.searchsorted(_PULSES, length)],
            np.eye(len(_STRENGTHS) + 1)[levels(moments.strength)[start]],
            (sounding == 0)[:, None],
            (np.log1p(sounding) / 2)[:, None],
        ],
        axis=1,
    )
    return Segments(start, stop, shares, other)


def levels(strength: Floats) -> Ints:
    """Return the class of each metrical strength: 0 within a beat, 1 on a beat, 2 in mid bar, 3 at the bar line."""
    return np.searchsorted(_STRENGTHS, strength)


def rotated(shares: Floats) -> Floats:
    """Return the shares as seen from each root, (N, root, SHARES, semitones above the root)."""
    turned = (np.arange(12)[None, :] + np.arange(12)[:, None]) % 12
    return np.moveaxis(shares[:, :, turned], 1, 2)


def _onsets(score: Score, struck: set[Fraction]) -> tuple[tuple[Fraction, ...], list[int]]:
    """Return the moments and the index of the bar of each."""
    onsets: list[Fraction] = []
    bars: list[int] = []
    for index, bar in enumerate(score.bars):
        division = 3 if bar.meter.is_compound else 2
        found = sorted(_beats(bar, 1) | (_beats(bar, division) & struck))
        onsets += found
        bars += [index] * len(found)
    return tuple(onsets), bars


def _beats(bar: Bar, division: int) -> set[Fraction]:
    return {bar.onset_quarter, *bar.onsets_every(slot_quarters(bar) / division)} if bar.length_quarter else set()


def _weighed(part: Part) -> Iterator[tuple[Note, float]]:
    """Yield the sounding notes of a part with their weights: 1, or `FIGURE` for what may be a figure."""
    notes = [note for note in part.notes if note.pitch is not None and note.grace is None and note.duration_quarter]
    starts = sorted({note.onset_quarter for note in notes})
    groups: list[list[Note]] = [[] for _ in starts]
    place = {time: index for index, time in enumerate(starts)}
    for note in notes:
        groups[place[note.onset_quarter]].append(note)
    for index, group in enumerate(groups):
        before = groups[index - 1] if index else []
        after = groups[index + 1] if index + 1 < len(groups) else []
        for note in group:
            left = _nearest(note, after, note.end_quarter >= after[0].onset_quarter) if after else _SILENT
            came = _nearest(note, before, before[0].end_quarter >= note.onset_quarter) if before else _SILENT
            steps = 0 < left <= _STEP and came <= _STEP
            yield note, FIGURE if steps else 1.0


def _nearest(note: Note, others: Sequence[Note], joined: bool) -> int:
    midi = midi_of(note)
    return min(abs(midi_of(other) - midi) for other in others) if joined else _SILENT


def _bounds(moments: Moments) -> tuple[Ints, Ints]:
    """Return first and last moments of all segments, sorted by the last one."""
    count = len(moments.bar)
    first = np.searchsorted(moments.bar, moments.bar, side="left")
    pairs = [
        (start, stop)
        for stop in range(1, count + 1)
        for start in range(max(int(first[stop - 1]), stop - LONGEST), stop)
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _sums(values: Floats, start: Ints, stop: Ints) -> Floats:
    running = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(running[stop] - running[start])


def _lowest(moments: Moments, start: Ints, stop: Ints) -> Ints:
    """Return the lowest note of each segment."""
    found = moments.lowest[start].copy()
    for ahead in range(1, LONGEST):
        longer = start + ahead < stop
        found[longer] = np.minimum(found[longer], moments.lowest[start[longer] + ahead])
    return found


def _one_hot(midi: Ints) -> Floats:
    return np.asarray((midi[:, None] % 12 == np.arange(12)) & (midi != _SILENT)[:, None], dtype=np.float64)


def _normal(values: Floats) -> Floats:
    return np.asarray(values / np.maximum(values.sum(axis=1, keepdims=True), 1e-9))
