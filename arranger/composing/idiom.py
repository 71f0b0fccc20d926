"""Penalties for unidiomatic features of a phrase that breaks no constraint, in nats per note.

The terms are small compared with the loss of the model (about 1.8 nats per note): they decide between phrases that the
model finds about equally good.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from arranger.composing.setting import PhraseSpan, Sung, TuneSetting

Bar = tuple[tuple[int, int, int | None], ...]  # for each note: position in the bar, duration, MIDI number
_BUSY = 1.6  # notes per beat in a song; dances have more


def idiom_penalty(heard: Sequence[Sung], span: PhraseSpan, setting: TuneSetting) -> float:
    """Return the sum of the penalties for the phrase ``span``, the last one of the notes so far."""
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


def bars_of(notes: Sequence[Sung], setting: TuneSetting) -> dict[int, Bar]:
    """Return the notes of each bar, by index of the bar."""
    found: dict[int, list[tuple[int, int, int | None]]] = {}
    for note in notes:
        found.setdefault(note.onset // setting.bar, []).append((note.onset % setting.bar, note.ticks, note.midi))
    return {number: tuple(bar) for number, bar in found.items()}


def _rhythm(bar: Bar) -> tuple[tuple[int, int], ...]:
    return tuple((offset, ticks) for offset, ticks, _ in bar)


def _without_motif(heard: Sequence[Sung], span: PhraseSpan, setting: TuneSetting) -> float:
    """Return the share of the bars of the phrase, except the last, whose rhythm occurs nowhere else in the tune."""
    bars = bars_of(heard, setting)
    counts = Counter(_rhythm(bar) for bar in bars.values())
    asked = range(-(-span.start // setting.bar), (span.end - 1) // setting.bar)
    return sum(counts[_rhythm(bars[number])] == 1 for number in asked) / max(1, len(asked))


def _copies(heard: Sequence[Sung], span: PhraseSpan, setting: TuneSetting) -> float:
    """Return the share of the bars meant to be new that equal an earlier bar."""
    bars = bars_of(heard, setting)
    asked = range(-(-(span.start + span.copied) // setting.bar), -(-span.end // setting.bar))
    return sum(bars[number] in [bars[other] for other in bars if other < number] for number in asked) / max(
        1, len(asked)
    )


def _uneven(own: Sequence[Sung], setting: TuneSetting) -> float:
    """Return the share of successive bars whose numbers of notes differ by more than a factor of two."""
    counts = [len(bar) for bar in bars_of(own, setting).values()]
    pairs = list(itertools.pairwise(counts[:-1]))
    return sum(max(one, other) > 2 * min(one, other) for one, other in pairs) / max(1, len(pairs))


def _ends_high(line: Sequence[int], span: PhraseSpan, setting: TuneSetting) -> float:
    """Return 1 if the tune ends on a tonic that is the highest note of the phrase, else 0."""
    return float(span.following == 0 and line[-1] == max(line) and setting.degree(line[-1]) == 0)


def _monotonous(own: Sequence[Sung]) -> float:
    """Return 1 if all notes except the last have the same duration, else 0."""
    return float(len(own) > 4 and len({note.ticks for note in own[:-1]}) == 1)


def _wobbling(line: Sequence[int]) -> float:
    """Return the share of notes that alternate between two pitches for the third time or more."""
    pairs = [line[index : index + 2] for index in range(len(line) - 1)]
    back = [pairs[index] == pairs[index - 2] == pairs[index - 4] for index in range(4, len(pairs))]
    return sum(back) / max(1, len(line))
