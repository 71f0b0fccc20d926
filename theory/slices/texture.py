"""A many-voiced score as arrays: slices x voices.

Slices are the union of the attacks and releases of the known voices, the chord-symbol onsets, the
bar lines and, where holes are to be filled, the grid of a texture style. A cell holds the sounding
pitch as a MIDI number, ``REST`` or ``HOLE``; ``attack`` tells a new note from a held one. Training,
search and checker all build their slices with `slice_onsets`, from the given voices only, so that
no hidden rhythm leaks through the grid.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import ceil, lcm

import numpy as np

from theory.notation.chord import ChordSymbol
from theory.notation.columns import Columns, in_quarters, in_ticks, ticks_needed
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import Harmony, Meter, Part, Score
from theory.types import Floats, Ints, Mask
from theory.values import Value

REST = -1
HOLE = -2
_ROUNDING = 1000


@dataclass(frozen=True, eq=False, repr=False)
class Texture(Value):
    """Voices over slices of time; T slices, V voices, high to low as in the score."""

    voices: tuple[str, ...]
    onset_quarter: tuple[Fraction, ...]  # T
    duration_quarter: tuple[Fraction, ...]  # T
    pitch: Ints  # (T, V) MIDI number, REST or HOLE
    fifths: Ints  # (T, V) spelling: place on the line of fifths; 0 where nothing sounds
    attack: Mask  # (T, V) a note begins here
    note: Ints  # (T, V) index in the part's notes, -1 where none sounds
    bar: Ints  # (T,) index of the bar
    strength: Floats  # (T,) metrical strength, 1 on a downbeat
    phrase_end: Mask  # (T,) a phrase ends with this slice
    chord: tuple[ChordSymbol | None, ...]  # T; None where no symbol holds
    chord_onset: Mask  # (T,) a chord symbol begins here
    key: tuple[Key, ...]  # T
    predecessors: tuple[tuple[int, ...], ...]  # T; slices heard before each: the last one, and across seams

    def in_short(self) -> str:  # noqa: D102
        holes = int((self.pitch == HOLE).sum())
        return f"{len(self.onset_quarter)} slices, {', '.join(self.voices)}, {holes} holes"

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of slices and voices."""
        return self.pitch.shape[0], self.pitch.shape[1]

    @cached_property
    def tone(self) -> Ints:
        """(T, V) How many notes each voice has begun by then: the same for notes tied together."""
        return self.attack.cumsum(axis=0)

    def slice_at(self, onset_quarter: Fraction) -> int:
        """Return the slice that holds a time."""
        return max(0, bisect_right(self.onset_quarter, onset_quarter) - 1)


def slice_onsets(score: Score, parts: Iterable[Part], *, grid: Iterable[Fraction] = ()) -> tuple[Fraction, ...]:
    """Return the onsets of all slices: attacks and releases of the given parts, symbols, bars and a grid."""
    columns = [part.columns for part in parts]
    fixed = [*grid, *(chord.onset_quarter for chord in spread_symbols(score))]
    ticks = lcm(ticks_needed(fixed), score.bar_times.ticks, *(column.ticks for column in columns))
    begins, stops = (times.tolist() for times in score.bar_times.scaled(ticks))
    times = {0, *in_ticks(fixed, ticks).tolist(), *begins}
    for column in columns:
        for edges in column.scaled(ticks):
            times.update(edges[column.counts].tolist())
    end = stops[-1] if stops else 0
    return in_quarters((time for time in sorted(times) if 0 <= time < end), ticks)


def spread_symbols(score: Score) -> tuple[Harmony, ...]:
    """Return the chord symbols, those that share an onset spread over the beats to the next one.

    ``Am7 D7`` written over one whole note is heard as two half notes. Beats are dealt out evenly,
    the earlier symbols getting the longer shares; where there are fewer beats than symbols, the
    time is divided evenly.
    """
    groups: dict[Fraction, list[Harmony]] = {}
    for chord in score.chords:
        groups.setdefault(chord.onset_quarter, []).append(chord)
    onsets = [*sorted(groups), score.end_quarter]
    spread: list[Harmony] = []
    for onset, following in itertools.pairwise(onsets):
        group = groups[onset]
        bar = score.bar_at(onset)
        limit = min(following, bar.end_quarter) if len(group) > 1 else following
        shares = _shares(limit - onset, len(group), bar.meter.beat_quarters)
        spread += [Harmony(onset + late, chord.symbol) for late, chord in zip(shares, group, strict=True)]
    return tuple(spread)


def _shares(span: Fraction, count: int, beat: Fraction) -> list[Fraction]:
    """Return how late in a span each of ``count`` symbols begins: on whole beats where they go round."""
    beats = span // beat
    if beats < count:
        return [span * place / count for place in range(count)]
    return [beat * ceil(Fraction(beats * place, count)) for place in range(count)]


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
        Any score; its parts are the voices, in score order. The top sounding note of a part is taken.
    onsets
        Slices to use; by default those of all parts. A note that begins inside a slice is snapped to it.
    keys
        One key a slice; by default the key signatures.
    predecessors
        Slices heard before each slice; by default the one before it.
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
    """The slices in ticks."""

    ticks: int  # of a quarter
    starts: Ints  # (T,)
    ends: Ints  # (T,)
    bars: Ints  # (T,) place of the bar in the score
    offsets: Ints  # (T,) how long the bar has lasted

    @classmethod
    def of(cls, score: Score, times: Sequence[Fraction]) -> _Timeline:
        """Return the timeline of slices that begin at these times."""
        ticks = lcm(ticks_needed(times), score.bar_times.ticks, *(part.columns.ticks for part in score.parts))
        begins, stops = score.bar_times.scaled(ticks)
        edges = np.append(in_ticks(times, ticks), stops[-1:])
        places = np.maximum(np.searchsorted(begins, edges[:-1], side="right") - 1, 0)
        return cls(ticks, edges[:-1], edges[1:], places, edges[:-1] - begins[places])

    @cached_property
    def lengths(self) -> tuple[Fraction, ...]:
        """How many quarters each slice lasts."""
        return in_quarters((self.ends - self.starts).tolist(), self.ticks)

    def slices_of(self, columns: Columns) -> tuple[list[int], list[int]]:
        """Return the first slice of each note, and the first one after it; a note always has one."""
        onset, end = columns.scaled(self.ticks)
        first = np.maximum(np.searchsorted(self.starts, onset, side="right") - 1, 0)
        # what reaches into a slice by less than a thousandth of a quarter was rounded
        last = np.searchsorted(self.starts * _ROUNDING, end * _ROUNDING - self.ticks, side="right")
        return first.tolist(), np.maximum(last, first + 1).tolist()


def _sung(columns: Columns, timeline: _Timeline) -> tuple[list[int], list[bool]]:
    """Return which note one part sounds in each slice, -1 for none, and whether it begins there.

    Of notes that sound together the highest is kept.
    """
    midi, chord, tied = columns.midi.tolist(), columns.chord.tolist(), columns.tie_stop.tolist()
    slices = len(timeline.starts)
    index, attack, sounding = [-1] * slices, [False] * slices, [REST] * slices
    firsts, lasts = timeline.slices_of(columns)
    for place in np.flatnonzero(columns.counts & (columns.midi >= 0)).tolist():
        first, pitch = firsts[place], midi[place]
        # a tie between different pitches is a slur by another name
        goes_on = tied[place] and first > 0 and sounding[first - 1] == pitch
        for cell in range(first, min(lasts[place], slices)):
            if pitch < sounding[cell] and (cell != first or chord[place]):
                continue
            index[cell], attack[cell], sounding[cell] = place, cell == first and not goes_on, pitch
    return index, attack


def _strengths(score: Score, timeline: _Timeline) -> Floats:
    """Return the metrical strength of each slice."""
    known: list[tuple[Meter, Fraction]] = []  # few differ
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

    places = zip(timeline.bars.tolist(), timeline.offsets.tolist(), strict=True)
    return np.array([strength(kind[bar], offset) for bar, offset in places])


def _chords_at(score: Score, times: Sequence[Fraction]) -> tuple[tuple[ChordSymbol | None, ...], Mask]:
    symbols = spread_symbols(score)
    starts = [chord.onset_quarter for chord in symbols]
    held = [bisect_right(starts, time) - 1 for time in times]
    onset = np.array(
        [place >= 0 and starts[place] == time for place, time in zip(held, times, strict=True)], dtype=bool
    )
    return tuple(symbols[place].symbol if place >= 0 else None for place in held), onset


def _mark_phrase_ends(score: Score, timeline: _Timeline) -> Mask:
    """Mark the slices at whose end, or inside which, a phrase ends."""
    found = np.zeros(len(timeline.starts), dtype=bool)
    times = phrase_ends(score)
    ticks = lcm(timeline.ticks, ticks_needed(times))
    starts = timeline.starts * (ticks // timeline.ticks)
    inside = np.searchsorted(starts, in_ticks(times, ticks), side="left") - 1
    found[inside[(inside >= 0) & (np.array(times) <= score.end_quarter)]] = True
    return found
