"""Times of MIDI on a grid: onsets and releases are quantised.

Each quarter gets the grid that moves its onsets less, sixteenths or triplet eighths. Where that would put two notes
that follow each other at one time, the quarter gets a finer grid: a run of 32nds or of five in a quarter keeps all
its notes. Gaps shorter than a sixteenth are closed, because players and programs release early.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import pairwise

from arranger.formats.reading.midi.bars import MidiEvent
from arranger.formats.reading.midi.keys import Span

_GAP = Fraction(1, 4)  # quarters; a shorter gap between two notes is an early release, not a rest
_TOGETHER = Fraction(1, 24)  # quarters; keys pressed within this time are one chord if they sound together
_ROUNDING = Fraction(1, 48)  # quarters; smaller moves are rounding errors of the program that wrote the file
_SIXTEENTH, _TRIPLET = Fraction(1, 4), Fraction(1, 3)
# finer grids, in quarters, each with the mean distance that it must save to be preferred to a plainer one
_FINE = {
    Fraction(1, 6): Fraction(0),
    Fraction(1, 8): Fraction(0),
    Fraction(1, 5): Fraction(15, 1000),
    Fraction(1, 12): Fraction(20, 1000),
    Fraction(1, 16): Fraction(20, 1000),
    Fraction(1, 7): Fraction(25, 1000),
}


@dataclass
class Quantised:
    """The notes of a track on their grid; all times in quarters."""

    events: list[MidiEvent] = field(default_factory=list)  # by onset, and within an onset from high to low
    onset_of: dict[int, Fraction] = field(default_factory=dict)  # tick at which a key is pressed -> onset
    moved: list[tuple[Fraction, Fraction]] = field(default_factory=list)  # (time, how far) of moves that are heard
    merged: list[Fraction] = field(default_factory=list)  # onsets at which notes that follow each other fell together


def quantised(spans: Sequence[Span], ticks: int) -> Quantised:
    """Return the notes of a track, given in ticks, on their grid.

    >>> found = quantised([(0, 470, 60), (482, 950, 62)], 480)
    >>> [(str(event.onset_quarter), str(event.end_quarter)) for event in found.events]
    [('0', '1'), ('1', '2')]
    """
    spans = sorted(spans)
    chord_of = _chords(spans, ticks)
    times = sorted({Fraction(start, ticks) for start in chord_of.values()})
    grids = _grids(times)
    result = Quantised()
    placed = {time: snap(time, grids[int(time)]) for time in times}
    result.merged = [placed[after] for before, after in pairwise(times) if placed[before] == placed[after]]
    stems: dict[Fraction, dict[int, Fraction]] = defaultdict(dict)
    for start, stop, midi in spans:
        time, exact = Fraction(chord_of[start], ticks), Fraction(start, ticks)
        onset = result.onset_of[start] = placed[time]
        release = Fraction(stop, ticks)
        end = max(snap(release, grids.get(int(release), _SIXTEENTH)), onset + grids[int(time)])
        stems[onset][midi] = max(end, stems[onset].get(midi, Fraction(0)))
        if abs(onset - exact) > _ROUNDING:
            result.moved.append((onset, abs(onset - exact)))
    result.events = _events(stems)
    return result


def _events(stems: dict[Fraction, dict[int, Fraction]]) -> list[MidiEvent]:
    """Return the notes of stems, given as onset -> (MIDI number -> end), without gaps and overlaps."""
    onsets = sorted(stems)
    events = []
    for onset, following in zip(onsets, [*onsets[1:], None], strict=True):
        end = max(stems[onset].values())
        if following is not None and (end > following or following - end < _GAP):
            end = following
        events += [MidiEvent(onset, end, midi) for midi in sorted(stems[onset], reverse=True)]
    return events


def _chords(spans: Sequence[Span], ticks: int) -> dict[int, int]:
    """Return, for each tick at which a key is pressed, the tick of the first key of its chord."""
    chord_of: dict[int, int] = {}
    first = before = until = -1
    for start, stop, _ in spans:
        together = first >= 0 and start - first <= _TOGETHER * ticks and until - start > start - before
        if not together:
            first, until = start, stop
        chord_of[start] = chord_of.get(start, first)
        before, until = start, min(until, stop)
    return chord_of


def snap(time: Fraction, grid: Fraction) -> Fraction:
    """Return the grid point nearest to a time.

    >>> str(snap(Fraction(49, 100), Fraction(1, 4)))
    '1/2'
    """
    return round(time / grid) * grid


def _grids(times: Sequence[Fraction]) -> dict[int, Fraction]:
    """Return the grid of each quarter with onsets, as its step in quarters."""
    quarters: dict[int, list[Fraction]] = defaultdict(list)
    for time in times:
        quarters[int(time)].append(time)
    grids = {quarter: min((_SIXTEENTH, _TRIPLET), key=partial(_cost, each)) for quarter, each in quarters.items()}
    for before, after in pairwise(times):
        for quarter in (int(before), int(after)):
            is_fine = grids[quarter] in _FINE  # and so does not change any more
            if not is_fine and snap(before, grids[int(before)]) == snap(after, grids[int(after)]):
                grids[quarter] = _fine_grid(quarters[quarter])
    return grids


def _fine_grid(times: Sequence[Fraction]) -> Fraction:
    """Return the plainest grid that keeps the onsets of a quarter apart and moves them little."""

    def rank(grid: Fraction) -> tuple[int, Fraction]:
        together = len(times) - len({snap(time, grid) for time in times})
        return together, _cost(times, grid) / len(times) + _FINE[grid]

    return min(_FINE, key=rank)


def _cost(times: Sequence[Fraction], grid: Fraction) -> Fraction:
    """Return the total distance by which a grid moves some onsets."""
    return sum((abs(snap(time, grid) - time) for time in times), Fraction(0))
