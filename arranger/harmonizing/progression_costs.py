"""What a musician hears in a progression under a tune, as costs in nats: its closes, its bass, its variety.

Each term is a function of progressions drawn for one tune, side by side, and returns one cost per progression. What
is usual, `USUAL`, are the medians of the settings that the model learned from. Shapes: N progressions, T slots (beats).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from arranger.harmonizing import progression_closes as closes
from arranger.harmonizing import progression_counts as counts
from arranger.harmonizing.drawn import (
    DOMINANT,
    LEADS_UP,
    MAJOR,
    TRIAD,
    Drawn,
    distance,
)
from theory.types import Costs


@dataclass(frozen=True)
class Usual:
    """Medians of the real settings of a style, and the loss of the model on them."""

    nats: float  # per slot
    kinds: float  # different chords (root and quality) per 10 slots
    chromatic: float  # share of slots with a chord outside the scale
    sevenths: float  # share of slots with a seventh chord
    repeats: float  # share of slots whose bass is that of the slot before
    steps: float  # share of moves of the bass that are steps


USUAL = {
    "chorale": Usual(nats=1.80, kinds=3.2, chromatic=0.19, sevenths=0.24, repeats=0.20, steps=0.60),
    "hymn": Usual(nats=1.15, kinds=1.5, chromatic=0.05, sevenths=0.09, repeats=0.28, steps=0.42),
    # psalms, by the half notes in which they move; drawn as chorales are, from triads
    "renaissance": Usual(nats=1.45, kinds=2.5, chromatic=0.11, sevenths=0.0, repeats=0.32, steps=0.49),
    "folk": Usual(nats=2.22, kinds=0.63, chromatic=0.14, sevenths=0.32, repeats=0.77, steps=0.14),
    "song": Usual(nats=4.17, kinds=1.10, chromatic=0.30, sevenths=0.59, repeats=0.69, steps=0.21),
}

# nats per occurrence, for what is counted; the other terms have their weights inside
WEIGHTS = {
    "chorale": {
        "held_over": 0.25, "no_close": 1.5, "weak_closes": 1.0, "dull_repeats": 0.5, "falling_leading_tone": 0.7,
        "stuck_sevenths": 2.5, "rocking": 1.2, "tritones": 1.5,
    },
    "hymn": {
        "held_over": 0.7, "no_close": 1.0, "weak_closes": 1.5, "dull_repeats": 0.4, "falling_leading_tone": 1.0,
        "stuck_sevenths": 2.5, "rocking": 1.0, "tritones": 2.8, "arpeggios": 0.15, "similar_motion": 0.08,
        "unprepared_closes": 0.3,
    },
}  # fmt: skip  # fmt: skip
WEIGHTS |= {"renaissance": WEIGHTS["chorale"], "folk": WEIGHTS["hymn"], "song": WEIGHTS["hymn"]}


def costs_of(drawn: Drawn, style: str, *, finished: bool = True) -> dict[str, Costs]:
    """Return the cost of each progression by each term, (N,); an unfinished one has no final close yet."""
    usual, weights = USUAL[style], WEIGHTS[style]
    found = {term.__name__: term(drawn, usual) for term in TERMS}
    found |= {close.__name__: close(drawn) for close in CLOSES if finished or close not in _OF_THE_END}
    return found | {
        count.__name__: weights[count.__name__] * count(drawn) for count in COUNTS if count.__name__ in weights
    }


def typical(drawn: Drawn, usual: Usual) -> Costs:
    """How far the loss per slot is from that of real settings: likelier is dull, less likely is odd."""
    above = drawn.nats.mean(axis=1) - usual.nats
    return len(drawn.tune) ** 0.5 * (4.0 * np.maximum(0, above) + 4.0 * np.maximum(0, -above - 0.35 * usual.nats))


def odd_moments(drawn: Drawn, usual: Usual) -> Costs:
    """Slots that the model finds very improbable."""
    return 1.5 * np.maximum(0, drawn.nats - 3.5).sum(axis=1)


def outer_parallels(drawn: Drawn, usual: Usual) -> Costs:
    """Fifths or octaves of tune and bass that both move in succession."""
    interval = np.where(drawn.tune >= 0, (drawn.tune - drawn.bass) % 12, -1)
    moves = (np.diff(drawn.tune) != 0) & (np.diff(drawn.bass, axis=1) != 0) & ~drawn.opening[1:]
    perfect = [(interval[:, 1:] == size) & (interval[:, :-1] == size) for size in (0, 7)]
    return 6.0 * ((perfect[0] | perfect[1]) & moves).sum(axis=1)


def doubled_leading_tone(drawn: Drawn, usual: Usual) -> Costs:
    """The tune's leading tone, the third of a dominant or of any dominant seventh chord, in the bass too."""
    third = (drawn.inversion == 1) & np.isin(drawn.quality, (MAJOR, DOMINANT))
    leading = ((drawn.bass - drawn.reference) % 12 == 11) | (drawn.quality == DOMINANT)
    return 8.0 * (third & leading & (drawn.bass == drawn.tune)).sum(axis=1)


def foreign_tune(drawn: Drawn, usual: Usual) -> Costs:
    """Notes of the tune that begin outside the chord, more so if they do not go on by step."""
    inside = np.take_along_axis(drawn.tones, np.broadcast_to(np.maximum(drawn.tune, 0), drawn.root.shape)[..., None], 2)
    foreign = ~inside[..., 0] & drawn.attack
    return (foreign * np.where(drawn.resolves, 0.7, 4.0)).sum(axis=1)


def uncovered_tune(drawn: Drawn, usual: Usual) -> Costs:
    """How much of the tune, wherever it begins in its slot, is outside the chord."""
    outside = np.where(drawn.tones, 0.0, drawn.weight).sum(axis=2)
    return 3.0 * outside.sum(axis=1)


def six_fours(drawn: Drawn, usual: Usual) -> Costs:
    """Six-four chords that neither prepare a cadence over the same bass nor lie in a stepwise bass."""
    six_four = drawn.inversion[:, 1:-1] == 2
    before, here, after = drawn.bass[:, :-2], drawn.bass[:, 1:-1], drawn.bass[:, 2:]
    cadential = (after == here) & (drawn.inversion[:, 2:] == 0)
    passing = (distance(before, here) <= 2) & (distance(here, after) <= 2)
    return 3.0 * (six_four & ~cadential & ~passing).sum(axis=1)


def bass_line(drawn: Drawn, usual: Usual) -> Costs:
    """How far repeats and steps of the bass are from what is usual."""
    size = distance(drawn.bass[:, :-1], drawn.bass[:, 1:])  # (N, T - 1)
    moves = size > 0
    repeats = 1 - moves.sum(axis=1) / max(1, moves.shape[1])
    steps = ((size <= 2) & moves).sum(axis=1) / np.maximum(1, moves.sum(axis=1))
    return 0.9 * len(drawn.tune) * (np.abs(repeats - usual.repeats) + np.maximum(0, usual.steps - steps))


def variety(drawn: Drawn, usual: Usual) -> Costs:
    """How far the number of different chords is from what is usual; a few more are welcome."""
    pairs = zip(drawn.root.tolist(), drawn.quality.tolist(), strict=True)
    kinds = np.array([len(set(zip(*each, strict=True))) for each in pairs]) * 10 / len(drawn.tune)
    return 6.0 * np.maximum(0, usual.kinds - kinds) + 4.0 * np.maximum(0, kinds - 1.3 * usual.kinds)


def unresolved(drawn: Drawn, usual: Usual) -> Costs:
    """Chords outside the scale that do not lead, as dominants do, to the next chord: a fifth down or a half step up."""
    chromatic = drawn.outside_scale[:, :-1]
    rises = (drawn.root[:, 1:] - drawn.root[:, :-1]) % 12
    upward = np.isin(drawn.quality, LEADS_UP)[:, :-1]
    dominant = np.isin(drawn.quality, (MAJOR, DOMINANT))[:, :-1]
    same = (rises == 0) & drawn.outside_scale[:, 1:]
    leads = (dominant & (rises == 5)) | (upward & (rises == 1)) | same
    return 6.0 * (chromatic & ~leads).sum(axis=1)


def colour(drawn: Drawn, usual: Usual) -> Costs:
    """How far the shares of chords outside the scale and of seventh chords are from what is usual."""
    chromatic = drawn.outside_scale.mean(axis=1)
    sevenths = drawn.tones.sum(axis=2) > TRIAD
    length = len(drawn.tune)
    return length * (3.0 * np.abs(chromatic - usual.chromatic) + 1.5 * np.abs(sevenths.mean(axis=1) - usual.sevenths))


TERMS: tuple[Callable[[Drawn, Usual], Costs], ...] = (
    typical, odd_moments, outer_parallels, doubled_leading_tone, foreign_tune, uncovered_tune, six_fours, bass_line,
    variety, colour, unresolved,
)  # fmt: skip
CLOSES: tuple[Callable[[Drawn], Costs], ...] = (
    closes.final_close, closes.early_end, closes.opening, closes.phrase_closes, closes.aimless_closes,
    closes.same_closes,
)  # fmt: skip
COUNTS: tuple[Callable[[Drawn], Costs], ...] = (
    counts.held_over, closes.no_close, closes.weak_closes, counts.similar_motion, counts.dull_repeats,
    counts.arpeggios, counts.falling_leading_tone, counts.stuck_sevenths, counts.rocking, counts.tritones,
    closes.unprepared_closes,
)  # fmt: skip
_OF_THE_END = (closes.final_close, closes.early_end)
