"""Walking basses: a line in even notes from each chord's bass to the next, through chord and scale.

A stroke with the tone ``walk`` has the bass of the chord where a chord begins. Between, the cheapest line is taken:
steps rather than leaps, chord tones on strong beats, and a half or whole step into the next chord.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.arranging.figuration.figuring import Player, Sounding
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Score
from theory.slices.texture import REST

WIDEST = 12  # semitones between successive notes
STRONG = 0.5  # metrical strength
# cost of an interval, by semitones: a repetition is dull, a step is best, a tritone or a sixth awkward
_SIZE_COSTS = (3.0, 0.0, 0.0, 0.5, 0.6, 0.8, 1.8, 1.0, 2.0, 2.4, 3.0, 4.0, 1.4)
_FOREIGN_STRONG, _FOREIGN_WEAK, _CHROMATIC, _LEFT_BY_LEAP = 3.0, 0.3, 0.8, 4.0
_RETURN = 0.8  # to the note before the last one


@dataclass(frozen=True, slots=True)
class _Choice:
    midi: int
    cost: float  # of the note by itself
    foreign: bool  # not a chord tone


def walked(line: Sequence[Sounding], chords: Sequence[Harmony], score: Score, player: Player) -> list[Sounding]:
    """Return a bass line in which runs of ``walk`` strokes lead from chord to chord."""
    found = list(line)
    onsets = [chord.onset_quarter for chord in chords]
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end].tone == "walk" and found[end].midi != REST:
            end += 1
        if end > start:
            found[start:end] = _run(found, start, end, _Ground(chords, onsets, score, player))
        start = max(end, start + 1)
    return found


@dataclass(frozen=True)
class _Ground:
    """What a bass walks on."""

    chords: Sequence[Harmony]
    onsets: Sequence[Fraction]
    score: Score
    player: Player

    def chord(self, onset_quarter: Fraction) -> ChordSymbol | None:
        index = bisect_right(self.onsets, onset_quarter) - 1
        return self.chords[index].symbol if index >= 0 else None

    def choices(self, note: Sounding) -> list[_Choice]:
        """Return the notes that may be played at a stroke: the own note where a chord begins or there is none."""
        chord = self.chord(note.start_quarter)
        if chord is None or chord.root is None or note.start_quarter in self.onsets:
            return [_Choice(note.midi, 0.0, foreign=False)]
        bar = self.score.bar_at(note.start_quarter)
        strong = bar.meter.strength(bar.offset_in_meter(note.start_quarter)) >= STRONG
        scale = bar.key.scale
        found = []
        for midi in range(
            max(note.midi - WIDEST, self.player.lowest), min(note.midi + WIDEST, self.player.highest) + 1
        ):
            role = chord.role_of(midi % 12)
            if role not in (None, "tension"):
                found.append(_Choice(midi, 0.0, foreign=False))
            else:
                cost = _FOREIGN_STRONG if strong else _FOREIGN_WEAK
                found.append(_Choice(midi, cost + (0.0 if midi % 12 in scale else _CHROMATIC), foreign=True))
        return found


def _run(line: Sequence[Sounding], start: int, end: int, ground: _Ground) -> list[Sounding]:
    """Return a run of walking notes as the cheapest line from the note before it to the note after it."""
    before = line[start - 1].midi if start else REST
    following = line[end].midi if end < len(line) else REST
    first = _Choice(before, 0.0, foreign=False)
    # paths by their last two notes: (cost, path)
    paths: dict[tuple[int, int], tuple[float, tuple[_Choice, ...]]] = {(REST, before): (0.0, (first,))}
    for note in line[start:end]:
        grown: dict[tuple[int, int], tuple[float, tuple[_Choice, ...]]] = {}
        for cost, path in paths.values():
            for choice in ground.choices(note):
                total = cost + choice.cost + _step(path, choice)
                key = path[-1].midi, choice.midi
                if key not in grown or total < grown[key][0]:
                    grown[key] = total, (*path, choice)
        paths = grown
    goal = _Choice(following, 0.0, foreign=False)
    best = min(paths.values(), key=lambda each: (round(each[0] + _step(each[1], goal), 6), _heights(each[1])))[1]
    return [replace(note, midi=choice.midi) for note, choice in zip(line[start:end], best[1:], strict=True)]


def _heights(path: Sequence[_Choice]) -> tuple[int, ...]:
    return tuple(choice.midi for choice in path)


def _step(path: Sequence[_Choice], choice: _Choice) -> float:
    """Return the cost of going on from a path to a note."""
    last = path[-1]
    if REST in (last.midi, choice.midi):
        return 0.0
    size = abs(choice.midi - last.midi)
    cost = _SIZE_COSTS[size] if size <= WIDEST else 6.0
    cost += _LEFT_BY_LEAP if last.foreign and not 0 < size <= 2 else 0.0
    return cost + (_RETURN if len(path) > 1 and path[-2].midi == choice.midi else 0.0)
