"""When chord symbols take effect: spread over the beats, and in each ending as it is heard."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

from theory.notation.score import Bar, Harmony, Score


def spread_symbols(score: Score) -> tuple[Harmony, ...]:
    """Return the chord symbols, with those that share an onset spread over the time to the next one.

    ``Am7 D7`` over one whole note becomes two half notes. Each symbol begins on a beat, and the times are as equal as
    possible, the earlier ones the longer; if there are fewer beats than symbols, they begin on half beats, else the
    time is divided evenly. They are spread within their bar only, and at the end of the piece while the top part
    sounds.
    """
    groups: dict[Fraction, list[Harmony]] = {}
    for chord in score.chords:
        groups.setdefault(chord.onset_quarter, []).append(chord)
    onsets = [*sorted(groups), score.end_quarter]
    spread: list[Harmony] = []
    for onset, following in itertools.pairwise(onsets):
        group = groups[onset]
        if len(group) == 1:
            spread += group
            continue
        limit = min(following, score.bar_at(onset).end_quarter)
        if limit == score.end_quarter and _last_sound(score) > onset:
            limit = _last_sound(score)
        times = _divided(score.bar_at(onset), onset, limit, len(group))
        spread += [Harmony(time, chord.symbol) for time, chord in zip(times, group, strict=True)]
    return tuple(spread)


def _last_sound(score: Score) -> Fraction:
    """Return the end of the last note of the top part, in quarters."""
    notes = score.parts[0].notes if score.parts else ()
    return next((note.end_quarter for note in reversed(notes) if note.pitch and note.grace is None), Fraction(0))


def _divided(bar: Bar, start: Fraction, end: Fraction, count: int) -> list[Fraction]:
    """Return the onsets of ``count`` symbols that divide a time within a bar, on beats if there are enough of them."""
    beat = bar.meter.beat_quarters
    for step in (beat, beat / (3 if bar.meter.is_compound else 2)):
        times = [start, *(time for time in bar.onsets_every(step) if start < time < end)]
        if len(times) >= count:
            return [times[ceil(Fraction(len(times) * index, count))] for index in range(count)]
    return [start + (end - start) * index / count for index in range(count)]


def symbols_in_force(score: Score) -> tuple[Harmony, ...]:
    """Return the chord symbols as they are heard, spread over the beats; see `spread_symbols`.

    A second ending without a symbol at its beginning has the one of the bar before the first ending, not that of the
    first ending.
    """
    written = spread_symbols(score)
    starts = [chord.onset_quarter for chord in written]
    implied = []
    for bar, entry in _later_endings(score.bars):
        before = bisect_left(starts, entry.onset_quarter) - 1
        if before >= 0 and bar.onset_quarter not in starts:
            implied.append(Harmony(bar.onset_quarter, written[before].symbol))
    return tuple(sorted((*written, *implied), key=lambda chord: chord.onset_quarter)) if implied else written


def _later_endings(bars: Sequence[Bar]) -> Iterator[tuple[Bar, Bar]]:
    """Yield the first bar of each ending but the first, with the first bar of its group of endings."""
    first: Bar | None = None
    for before, bar in itertools.pairwise(bars):
        begins = bool(bar.volta) and bar.volta != before.volta
        if begins and (not before.volta or 1 in bar.volta):
            first = bar
        elif begins and first is not None:
            yield bar, first
        elif not bar.volta:
            first = None
