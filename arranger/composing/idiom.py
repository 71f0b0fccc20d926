"""What a musician would wince at in a phrase that breaks no rule, as nats per note.

Terms are small beside the model's surprise (about one and a half nats a note): they choose between
phrases that the model finds about equally good.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from arranger.composing.setting import Setting, Span, Sung

Bar = tuple[tuple[int, int, int | None], ...]  # place in the bar, duration, pitch
_BUSY = 1.6  # notes a beat of a song; dances have more


def distaste(heard: Sequence[Sung], span: Span, setting: Setting) -> float:
    """Return the cost of the phrase with which a tune ends so far; see the terms."""
    own = [note for note in heard if note.onset >= span.start]
    line = [note.midi for note in own if note.midi is not None]
    steps = [after - before for before, after in itertools.pairwise(line)]
    leaps = sum(abs(step) > 4 for step in steps) / max(1, len(steps))
    still = sum(step == 0 for step in steps) / max(1, len(steps))
    return (
        1.0 * max(0.0, leaps - 0.2)
        + 1.0 * max(0.0, still - 0.2)
        + 0.5 * max(0, 7 - (max(line) - min(line))) / 7
        + 0.7 * _without_motif(heard, span, setting)
        + 0.3 * _uneven(own, setting)
        + 1.5 * _copies(heard, span, setting)
        + 1.0 * max(0.0, len(own) * setting.beat / (span.end - span.start) - _BUSY)
        + 0.3 * _ends_high(line, span, setting)
        + 0.5 * _monotonous(own)
        + 1.0 * _wobbling(line)
    )


def bars_of(notes: Sequence[Sung], setting: Setting) -> dict[int, Bar]:
    """Return the notes of each bar by its number."""
    found: dict[int, list[tuple[int, int, int | None]]] = {}
    for note in notes:
        found.setdefault(note.onset // setting.bar, []).append((note.onset % setting.bar, note.ticks, note.midi))
    return {number: tuple(bar) for number, bar in found.items()}


def _rhythm(bar: Bar) -> tuple[tuple[int, int], ...]:
    return tuple((offset, ticks) for offset, ticks, _ in bar)


def _without_motif(heard: Sequence[Sung], span: Span, setting: Setting) -> float:
    """Return the share of the phrase's bars, but its last, whose rhythm the tune has nowhere else."""
    bars = bars_of(heard, setting)
    counts = Counter(_rhythm(bar) for bar in bars.values())
    asked = range(-(-span.start // setting.bar), (span.end - 1) // setting.bar)
    return sum(counts[_rhythm(bars[number])] == 1 for number in asked) / max(1, len(asked))


def _copies(heard: Sequence[Sung], span: Span, setting: Setting) -> float:
    """Return the share of the bars meant to be new that an earlier bar has already, or its neighbour."""
    bars = bars_of(heard, setting)
    asked = range(-(-(span.start + span.copied) // setting.bar), -(-span.end // setting.bar))
    return sum(bars[number] in [bars[other] for other in bars if other < number] for number in asked) / max(
        1, len(asked)
    )


def _uneven(own: Sequence[Sung], setting: Setting) -> float:
    """Return how often the number of notes changes from bar to bar by more than a factor of two."""
    counts = [len(bar) for bar in bars_of(own, setting).values()]
    pairs = list(itertools.pairwise(counts[:-1]))
    return sum(max(one, other) > 2 * min(one, other) for one, other in pairs) / max(1, len(pairs))


def _ends_high(line: Sequence[int], span: Span, setting: Setting) -> float:
    """Whether the tune's last note is its highest."""
    return float(span.following == 0 and line[-1] == max(line) and setting.degree(line[-1]) == 0)


def _monotonous(own: Sequence[Sung]) -> float:
    """Whether all notes but the last are of one length."""
    return float(len(own) > 4 and len({note.ticks for note in own[:-1]}) == 1)


def _wobbling(line: Sequence[int]) -> float:
    """Return the share of notes that go back and forth between two pitches for the third time and more."""
    pairs = [line[place : place + 2] for place in range(len(line) - 1)]
    back = [pairs[place] == pairs[place - 2] == pairs[place - 4] for place in range(4, len(pairs))]
    return sum(back) / max(1, len(line))
