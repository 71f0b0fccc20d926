"""A polyphonic score as arrays of shape (slice, voice).

A new slice begins at each attack and release of the known voices, at each chord symbol and bar line and, if
there are holes to fill, at each point of a texture style's grid. A cell holds the sounding pitch as a MIDI
number, ``REST`` or ``HOLE``; ``attack`` tells a new note from a held one. Training, search and checker all
build their slices with `slice_onsets` from the given voices only, so that the slices do not reveal the rhythm
of hidden voices.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import lcm

import numpy as np

from theory.notation.chord import ChordSymbol
from theory.notation.columns import Columns, in_quarters, in_ticks, ticks_needed
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import Meter, Part, Score
from theory.slices.symbols import symbols_in_force
from theory.types import Floats, Ints, Mask
from theory.values import Value

REST = -1
HOLE = -2
_ROUNDING = 1000


@dataclass(frozen=True, eq=False, repr=False)
class Texture(Value):
    """V voices over T slices of time; the voices are in score order, normally high to low."""

    voices: tuple[str, ...]
    onset_quarter: tuple[Fraction, ...]  # (T,)
    duration_quarter: tuple[Fraction, ...]  # (T,)
    pitch: Ints  # (T, V) MIDI number, REST or HOLE
    fifths: Ints  # (T, V) spelling as position on the line of fifths; 0 where nothing sounds
    attack: Mask  # (T, V) a note begins here
    note: Ints  # (T, V) index in the part's notes, -1 where nothing sounds
    bar: Ints  # (T,) index of the bar
    strength: Floats  # (T,) metrical strength, 1 on a downbeat
    phrase_end: Mask  # (T,) a phrase ends with this slice
    chord: tuple[ChordSymbol | None, ...]  # (T,) None before the first symbol
    chord_onset: Mask  # (T,) a chord symbol begins here
    key: tuple[Key, ...]  # (T,)
    predecessors: tuple[tuple[int, ...], ...]  # (T,) slices heard directly before each, also across seams

    def in_short(self) -> str:  # noqa: D102
        holes = int((self.pitch == HOLE).sum())
        return f"{len(self.onset_quarter)} slices, {', '.join(self.voices)}, {holes} holes"

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of slices and voices."""
        return self.pitch.shape[0], self.pitch.shape[1]

    @cached_property
    def tone(self) -> Ints:
        """(T, V) Number of notes that each voice has begun so far; tied notes count once."""
        return self.attack.cumsum(axis=0)

    def slice_at(self, onset_quarter: Fraction) -> int:
        """Return the index of the slice that contains a time."""
        return max(0, bisect_right(self.onset_quarter, onset_quarter) - 1)


def slice_onsets(score: Score, parts: Iterable[Part], *, grid: Iterable[Fraction] = ()) -> tuple[Fraction, ...]:
    """Return the onsets of all slices, in quarters: attacks and releases of the parts, symbols, bars and a grid."""
    columns = [part.columns for part in parts]
    fixed = [*grid, *(chord.onset_quarter for chord in symbols_in_force(score))]
    ticks = lcm(ticks_needed(fixed), score.bar_times.ticks, *(column.ticks for column in columns))
    begins, stops = (times.tolist() for times in score.bar_times.scaled(ticks))
    times = {0, *in_ticks(fixed, ticks).tolist(), *begins}
    for column in columns:
        for edges in column.scaled(ticks):
            times.update(edges[column.counts].tolist())
    end = stops[-1] if stops else 0
    return in_quarters((time for time in sorted(times) if 0 <= time < end), ticks)


def texture_of(
    score: Score,
    *,
    onsets: Sequence[Fraction] | None = None,
    keys: Sequence[Key] | None = None,
    predecessors: Sequence[tuple[int, ...]] | None = None,
) -> Texture:
    """Return the texture of a score.

    Parameters
    ----------
    score
        Any score; its parts are the voices, in score order. If a part sounds several notes, its highest is taken.
    onsets
        Onsets of the slices; by default those of all parts. A note that begins inside a slice is moved to its onset.
    keys
        One key per slice; by default the key signatures.
    predecessors
        Slices heard directly before each slice; by default the previous slice.
    """
    times = tuple(onsets) if onsets is not None else slice_onsets(score, score.parts)
    timeline = _Timeline.of(score, times)
    shape = (len(times), len(score.parts))
    pitch, fifths = np.full(shape, REST), np.zeros(shape, dtype=np.int64)
    attack, index = np.zeros(shape, dtype=bool), np.full(shape, -1)
    for voice, part in enumerate(score.parts):
        index[:, voice], attack[:, voice] = _sung(part.columns, timeline)
        sounds = index[:, voice] >= 0
        for cells, column in ((pitch, part.columns.midi), (fifths, part.columns.fifths)):
            cells[sounds, voice] = column[index[sounds, voice]]
    chords, chord_onset = _chords_at(score, times)
    return Texture(
        voices=tuple(part.name for part in score.parts),
        onset_quarter=times,
        duration_quarter=timeline.lengths,
        pitch=pitch,
        fifths=fifths,
        attack=attack,
        note=index,
        bar=timeline.bars,
        strength=_strengths(score, timeline),
        phrase_end=_mark_phrase_ends(score, timeline),
        chord=chords,
        chord_onset=chord_onset,
        key=tuple(keys) if keys is not None else tuple(score.bars[bar].key for bar in timeline.bars.tolist()),
        predecessors=tuple(predecessors or ((slice_ - 1,) if slice_ else () for slice_ in range(len(times)))),
    )


@dataclass(frozen=True)
class _Timeline:
    """Onsets and ends of the slices in ticks."""

    ticks: int  # per quarter
    starts: Ints  # (T,)
    ends: Ints  # (T,)
    bars: Ints  # (T,) index of the bar
    offsets: Ints  # (T,) ticks since the start of the bar

    @classmethod
    def of(cls, score: Score, times: Sequence[Fraction]) -> _Timeline:
        """Return the timeline of slices that begin at these times."""
        ticks = lcm(ticks_needed(times), score.bar_times.ticks, *(part.columns.ticks for part in score.parts))
        begins, stops = score.bar_times.scaled(ticks)
        edges = np.append(in_ticks(times, ticks), stops[-1:])
        bars = np.maximum(np.searchsorted(begins, edges[:-1], side="right") - 1, 0)
        return cls(ticks, edges[:-1], edges[1:], bars, edges[:-1] - begins[bars])

    @cached_property
    def lengths(self) -> tuple[Fraction, ...]:
        """Duration of each slice in quarters."""
        return in_quarters((self.ends - self.starts).tolist(), self.ticks)

    def slices_of(self, columns: Columns) -> tuple[list[int], list[int]]:
        """Return the first slice of each note and the first slice after it; every note has at least one slice."""
        onset, end = columns.scaled(self.ticks)
        first = np.maximum(np.searchsorted(self.starts, onset, side="right") - 1, 0)
        # an overlap of less than a thousandth of a quarter is a rounding error
        last = np.searchsorted(self.starts * _ROUNDING, end * _ROUNDING - self.ticks, side="right")
        return first.tolist(), np.maximum(last, first + 1).tolist()


def _sung(columns: Columns, timeline: _Timeline) -> tuple[list[int], list[bool]]:
    """Return the index of the note that one part sounds in each slice (-1: none), and whether it begins there.

    If several notes sound together, the highest is kept.
    """
    midi, chord, tied = columns.midi.tolist(), columns.chord.tolist(), columns.tie_stop.tolist()
    slices = len(timeline.starts)
    index, attack, sounding = [-1] * slices, [False] * slices, [REST] * slices
    firsts, lasts = timeline.slices_of(columns)
    for note in np.flatnonzero(columns.counts & (columns.midi >= 0)).tolist():
        first, pitch = firsts[note], midi[note]
        # a tie between different pitches is really a slur
        goes_on = tied[note] and first > 0 and sounding[first - 1] == pitch
        for cell in range(first, min(lasts[note], slices)):
            if pitch < sounding[cell] and (cell != first or chord[note]):
                continue
            index[cell], attack[cell], sounding[cell] = note, cell == first and not goes_on, pitch
    return index, attack


def _strengths(score: Score, timeline: _Timeline) -> Floats:
    """Return the metrical strength of each slice, shape (T,)."""
    known: list[tuple[Meter, Fraction]] = []  # distinct (meter, missing quarters); few occur
    kind: list[int] = []
    for bar in score.bars:
        measure = bar.meter, bar.missing_quarter
        if measure not in known[-1:]:
            known.append(measure)
        kind.append(len(known) - 1)

    @cache
    def strength(kind: int, offset: int) -> float:
        meter, missing = known[kind]
        return meter.strength(Fraction(offset, timeline.ticks) + missing)

    offsets = zip(timeline.bars.tolist(), timeline.offsets.tolist(), strict=True)
    return np.array([strength(kind[bar], offset) for bar, offset in offsets])


def _chords_at(score: Score, times: Sequence[Fraction]) -> tuple[tuple[ChordSymbol | None, ...], Mask]:
    symbols = symbols_in_force(score)
    starts = [chord.onset_quarter for chord in symbols]
    held = [bisect_right(starts, time) - 1 for time in times]
    onset = np.array(
        [index >= 0 and starts[index] == time for index, time in zip(held, times, strict=True)], dtype=bool
    )
    return tuple(symbols[index].symbol if index >= 0 else None for index in held), onset


def _mark_phrase_ends(score: Score, timeline: _Timeline) -> Mask:
    """Return a mask (T,) of the slices in which, or at whose end, a phrase ends."""
    found = np.zeros(len(timeline.starts), dtype=bool)
    times = phrase_ends(score)
    ticks = lcm(timeline.ticks, ticks_needed(times))
    starts = timeline.starts * (ticks // timeline.ticks)
    inside = np.searchsorted(starts, in_ticks(times, ticks), side="left") - 1
    found[inside[(inside >= 0) & (np.array(times) <= score.end_quarter)]] = True
    return found
