"""What a musician hears in a progression under a tune, as costs in nats: its closes, its bass, its variety.

Each term is a function of progressions drawn for one tune, side by side, and returns one cost per progression. What
is usual, `USUAL`, are the medians of the settings that the model learned from. Shapes: N progressions, T slots (beats).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from arranger.models.progression.runtime import Progressions
from arranger.models.progression.vocabulary import QUALITY_NAMES
from theory.harmony.evidence import Evidence
from theory.harmony.states import QUALITIES
from theory.notation.score import Score
from theory.types import Costs, Floats, Ints, Mask
from theory.values import Value

_LEADS_UP = tuple(QUALITY_NAMES.index(name) for name in ("dim", "m7b5", "dim7"))
_DOMINANT, _MAJOR, _MINOR = (QUALITY_NAMES.index(name) for name in ("7", "", "m"))
_SCALE, _RAISED_SEVENTH, _RELATIVE_MINOR = (0, 2, 4, 5, 7, 9, 11), 8, 9  # semitones above the reference
_TRIAD = 3
_FOURTH, _FIFTH = 5, 7  # semitones
_DOMINANTS = (7, 4)  # roots of the dominants of the major key and of its relative minor, above the reference
_STRONG = 0.5  # metrical strength
_WIDEST_BASS = 6  # semitones: a tritone, the widest interval of pitch classes


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
    "hymn": Usual(nats=1.15, kinds=1.5, chromatic=0.05, sevenths=0.09, repeats=0.35, steps=0.42),
    # psalms, by the half notes in which they move; drawn as chorales are, from triads
    "renaissance": Usual(nats=1.45, kinds=2.5, chromatic=0.11, sevenths=0.0, repeats=0.32, steps=0.49),
    "folk": Usual(nats=2.22, kinds=0.63, chromatic=0.14, sevenths=0.32, repeats=0.77, steps=0.14),
    "song": Usual(nats=4.17, kinds=1.10, chromatic=0.30, sevenths=0.59, repeats=0.69, steps=0.21),
}


# nats per occurrence, for the terms that count; the other terms have their weights inside
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
}  # fmt: skip
WEIGHTS |= {"renaissance": WEIGHTS["chorale"], "folk": WEIGHTS["hymn"], "song": WEIGHTS["hymn"]}


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Value):
    """Progressions under a tune, or under its beginning, with what the terms ask."""

    root: Ints  # (N, T) pitch class
    quality: Ints  # (N, T)
    inversion: Ints  # (N, T)
    bass: Ints  # (N, T) pitch class
    tones: Mask  # (N, T, 12) pitch classes of the chord
    nats: Floats  # (N, T) negative log-probabilities
    tune: Ints  # (T,) pitch class that sounds where the slot begins, -1 in rests
    attack: Mask  # (T,) the tune begins a note there
    resolves: Mask  # (T,) the note that begins there goes on by step
    arrival: Mask  # (T,) the last note of a phrase begins
    opening: Mask  # (T,) the slot follows a phrase end
    strength: Floats  # (T,) metrical strength
    weight: Floats  # (T, 12) how much of the slot each pitch class of the tune takes; passing notes weigh little
    reference: Ints  # (T,) pitch class

    @classmethod
    def of(cls, found: Progressions, references: Ints, evidence: Evidence, tune: Score) -> Drawn:
        """Return progressions with the facts of the tune and of the chords; they may break off before the tune ends."""
        slots = found.tokens.shape[1]
        references = references[:slots]
        root = (found.tokens[..., 0] + references) % 12
        quality, inversion = found.tokens[..., 1], found.tokens[..., 2]
        steps = _STEPS[quality, inversion]
        tones = np.zeros((*root.shape, 12), dtype=bool)
        for step in range(4):
            above = _STEPS[quality, step]
            np.put_along_axis(tones, ((root + above) % 12)[..., None], values=True, axis=-1)
        pitch, attack, resolves = tune_at(tune, evidence)
        return cls(
            root, quality, inversion, (root + steps) % 12, tones, -found.log_probs,
            pitch[:slots], attack[:slots], resolves[:slots],
            evidence.arrival[:slots], evidence.opening[:slots], evidence.strength[:slots], evidence.weight[:slots],
            references,
        )  # fmt: skip


def costs_of(drawn: Drawn, style: str, *, finished: bool = True) -> dict[str, Costs]:
    """Return the cost of each progression by each term, (N,); an unfinished one has no final close yet."""
    usual, weights = USUAL[style], WEIGHTS[style]
    found = {term.__name__: term(drawn, usual) for term in TERMS if finished or term not in _OF_THE_END}
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


def final_close(drawn: Drawn, usual: Usual) -> Costs:
    """The piece does not end on its tonic in root position, by way of dominant or subdominant, and a predominant."""
    last = drawn.root[:, -1]
    degree = (last - drawn.reference[-1]) % 12
    triad = (drawn.quality[:, -1] == _MAJOR) | (drawn.quality[:, -1] == _MINOR)
    home = triad & ((degree == 0) & (drawn.quality[:, -1] == _MAJOR) | (degree == 9))
    cost = np.where(home & (drawn.inversion[:, -1] == 0), 0.0, 30.0)
    before, predominant = _approach(drawn)
    return cost + np.select([before == 7, before == 5], [0.0, 1.5], 10.0) + np.where(predominant, 0.0, 4.0)


def _approach(drawn: Drawn) -> tuple[Ints, Mask]:
    """Return the root above the last one of the chord before the last, 7 or 5 in root position, and if one prepares it.

    Chords of the slots at the end that have the last chord's root count as one.
    """
    above = (drawn.root - drawn.root[:, -1:]) % 12  # (N, T)
    found, prepared = np.full(len(above), -1), np.zeros(len(above), dtype=bool)
    for row, line in enumerate(above):
        place = len(line) - 1
        while place > 0 and line[place] == 0:
            place -= 1
        if drawn.inversion[row, place] == 0:
            found[row] = line[place]
        while place > 0 and line[place] == line[-1] + found[row]:
            place -= 1
        six_four = line[place] == 0 and drawn.inversion[row, place] == 2
        prepared[row] = line[place] in (2, 5, 9) or six_four
    return found, prepared


def phrase_closes(drawn: Drawn, usual: Usual) -> Costs:
    """Phrases that end on an inverted chord or a dissonant one."""
    ends = drawn.arrival
    inverted = (drawn.inversion[:, ends] > 0).sum(axis=1)
    dissonant = ~np.isin(drawn.quality[:, ends], (_MAJOR, _MINOR))
    return 3.0 * inverted + 2.0 * dissonant.sum(axis=1)


def aimless_closes(drawn: Drawn, usual: Usual) -> Costs:
    """Phrases whose end is none of the known closes: authentic, half, plagal or deceptive."""
    ends, before = np.flatnonzero(drawn.arrival), _changed_before(drawn)[:, drawn.arrival]
    root, quality = drawn.root[:, ends], drawn.quality[:, ends]
    degree = (root - drawn.reference[ends]) % 12
    rises = (root - np.take_along_axis(drawn.root, before, axis=1)) % 12
    from_dominant = np.isin(np.take_along_axis(drawn.quality, before, axis=1), (_MAJOR, _DOMINANT))
    settled = np.take_along_axis(drawn.inversion, before, axis=1) == 0
    authentic = (rises == _FOURTH) & from_dominant
    half = (quality == _MAJOR) & np.isin(degree, _DOMINANTS)
    plagal = (rises == _FIFTH) & np.isin(degree, (0, _RELATIVE_MINOR))
    deceptive = np.isin(rises, (1, 2)) & from_dominant
    kinds = [authentic & settled, half, authentic, plagal & settled, deceptive]
    return np.select(kinds, [0.0, 0.3, 1.5, 0.8, 1.0], 2.5).sum(axis=1)


def _changed_before(drawn: Drawn) -> Ints:
    """Return, for each slot, the last slot before it with another root, (N, T); itself if there is none."""
    changed = np.zeros(drawn.root.shape, dtype=bool)
    changed[:, 1:] = drawn.root[:, 1:] != drawn.root[:, :-1]
    slots = np.broadcast_to(np.arange(drawn.root.shape[1]), drawn.root.shape)
    since = np.maximum.accumulate(np.where(changed, slots, 0), axis=1)  # where the chord of each slot began
    return np.where(since > 0, since - 1, slots)


def opening(drawn: Drawn, usual: Usual) -> Costs:
    """The first chord on a strong beat is not the tonic in root position."""
    first = int(np.argmax(drawn.strength >= _STRONG))
    degree = (drawn.root[:, first] - drawn.reference[first]) % 12
    tonic = np.isin(degree, (0, _RELATIVE_MINOR)) & np.isin(drawn.quality[:, first], (_MAJOR, _MINOR))
    return np.where(tonic, 0.0, 3.0) + np.where(drawn.inversion[:, first] > 0, 1.0, 0.0)


def early_end(drawn: Drawn, usual: Usual) -> Costs:
    """The last chord is there before the last note of the tune."""
    last = int(np.flatnonzero(drawn.attack)[-1]) if drawn.attack.any() else 0
    return 4.0 * (drawn.root[:, last] == drawn.root[:, max(0, last - 1)])


def same_closes(drawn: Drawn, usual: Usual) -> Costs:
    """Neighbouring phrases that end on the same chord."""
    ends = drawn.root[:, drawn.arrival]
    return 1.0 * (ends[:, 1:] == ends[:, :-1]).sum(axis=1)


def outer_parallels(drawn: Drawn, usual: Usual) -> Costs:
    """Fifths or octaves of tune and bass that both move in succession."""
    interval = np.where(drawn.tune >= 0, (drawn.tune - drawn.bass) % 12, -1)
    moves = (np.diff(drawn.tune) != 0) & (np.diff(drawn.bass, axis=1) != 0) & ~drawn.opening[1:]
    perfect = [(interval[:, 1:] == size) & (interval[:, :-1] == size) for size in (0, 7)]
    return 6.0 * ((perfect[0] | perfect[1]) & moves).sum(axis=1)


def doubled_leading_tone(drawn: Drawn, usual: Usual) -> Costs:
    """The tune's leading tone, the third of a dominant, in the bass too."""
    third = (drawn.inversion == 1) & np.isin(drawn.quality, (_MAJOR, _DOMINANT))
    leading = (drawn.bass - drawn.reference) % 12 == 11
    return 5.0 * (third & leading & (drawn.bass == drawn.tune)).sum(axis=1)


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
    passing = (_distance(before, here) <= 2) & (_distance(here, after) <= 2)
    return 3.0 * (six_four & ~cadential & ~passing).sum(axis=1)


def bass_line(drawn: Drawn, usual: Usual) -> Costs:
    """How far repeats and steps of the bass are from what is usual."""
    distance = _distance(drawn.bass[:, :-1], drawn.bass[:, 1:])  # (N, T - 1)
    moves = distance > 0
    repeats = 1 - moves.sum(axis=1) / max(1, moves.shape[1])
    steps = ((distance <= 2) & moves).sum(axis=1) / np.maximum(1, moves.sum(axis=1))
    return 0.9 * len(drawn.tune) * (np.abs(repeats - usual.repeats) + np.maximum(0, usual.steps - steps))


def variety(drawn: Drawn, usual: Usual) -> Costs:
    """How far the number of different chords is from what is usual; a few more are welcome."""
    pairs = zip(drawn.root.tolist(), drawn.quality.tolist(), strict=True)
    kinds = np.array([len(set(zip(*each, strict=True))) for each in pairs]) * 10 / len(drawn.tune)
    return 6.0 * np.maximum(0, usual.kinds - kinds) + 4.0 * np.maximum(0, kinds - 1.3 * usual.kinds)


def unresolved(drawn: Drawn, usual: Usual) -> Costs:
    """Chords outside the scale that do not lead, as dominants do, to the next chord: a fifth down or a half step up."""
    chromatic = outside_scale(drawn)[:, :-1]
    rises = (drawn.root[:, 1:] - drawn.root[:, :-1]) % 12
    upward = np.isin(drawn.quality, _LEADS_UP)[:, :-1]
    dominant = np.isin(drawn.quality, (_MAJOR, _DOMINANT))[:, :-1]
    same = (rises == 0) & outside_scale(drawn)[:, 1:]
    leads = (dominant & (rises == 5)) | (upward & (rises == 1)) | same
    return 6.0 * (chromatic & ~leads).sum(axis=1)


def colour(drawn: Drawn, usual: Usual) -> Costs:
    """How far the shares of chords outside the scale and of seventh chords are from what is usual."""
    chromatic = outside_scale(drawn).mean(axis=1)
    sevenths = drawn.tones.sum(axis=2) > _TRIAD
    length = len(drawn.tune)
    return length * (3.0 * np.abs(chromatic - usual.chromatic) + 1.5 * np.abs(sevenths.mean(axis=1) - usual.sevenths))


def outside_scale(drawn: Drawn) -> Mask:
    """Return which chords have a tone outside the scale, (N, T); in minor the raised seventh belongs to it."""
    above = (np.arange(12) - drawn.reference[:, None]) % 12  # (T, 12)
    minor = (drawn.root[:, -1] - drawn.reference[-1]) % 12 == _RELATIVE_MINOR
    inside = np.isin(above, _SCALE) | ((above == _RAISED_SEVENTH) & minor[:, None, None])
    return np.asarray((drawn.tones & ~inside).any(axis=2))


def held_over(drawn: Drawn) -> Costs:
    """Chords with their bass that are held from a weaker beat into a stronger one."""
    same = (drawn.root[:, 1:] == drawn.root[:, :-1]) & (drawn.bass[:, 1:] == drawn.bass[:, :-1])
    stronger = (drawn.strength[1:] > drawn.strength[:-1]) & ~drawn.opening[1:] & ~drawn.arrival[1:]
    return (same & stronger).sum(axis=1).astype(float)


def no_close(drawn: Drawn) -> Costs:
    """Phrases whose last chord is there already before their last note."""
    ends = np.flatnonzero(drawn.arrival)
    ends = ends[ends > 0]
    return (drawn.root[:, ends] == drawn.root[:, ends - 1]).sum(axis=1).astype(float)


def weak_closes(drawn: Drawn) -> Costs:
    """Phrases whose last chord comes from the inversion of a dominant."""
    ends = np.flatnonzero(drawn.arrival)
    ends = ends[ends > 0]
    rises = (drawn.root[:, ends] - drawn.root[:, ends - 1]) % 12
    before = drawn.quality[:, ends - 1]
    dominant = np.isin(before, (_MAJOR, _DOMINANT)) & (rises == 5) & (drawn.inversion[:, ends - 1] > 0)
    return (dominant | np.isin(before, _LEADS_UP) & (rises == 1)).sum(axis=1).astype(float)


def similar_motion(drawn: Drawn) -> Costs:
    """Moves of tune and bass in the same direction, by the shorter way."""
    tune, bass = (
        _direction(drawn.tune[None, :-1], drawn.tune[None, 1:]),
        _direction(drawn.bass[:, :-1], drawn.bass[:, 1:]),
    )
    return ((tune == bass) & (bass != 0) & ~drawn.opening[1:]).sum(axis=1).astype(float)


def dull_repeats(drawn: Drawn) -> Costs:
    """Repeated notes of the tune over an unchanged chord and bass."""
    again = (np.diff(drawn.tune) == 0) & drawn.attack[1:] & ~drawn.opening[1:]
    same = (drawn.root[:, 1:] == drawn.root[:, :-1]) & (drawn.bass[:, 1:] == drawn.bass[:, :-1])
    return (same & again).sum(axis=1).astype(float)


def arpeggios(drawn: Drawn) -> Costs:
    """Moves of the bass inside a chord."""
    same = drawn.root[:, 1:] == drawn.root[:, :-1]
    return (same & (drawn.bass[:, 1:] != drawn.bass[:, :-1])).sum(axis=1).astype(float)


def falling_leading_tone(drawn: Drawn) -> Costs:
    """Dominants over their third, or chords on the leading tone, that resolve without the half step up in the bass."""
    third = (drawn.inversion == 1) & np.isin(drawn.quality, (_MAJOR, _DOMINANT))
    leading = third | ((drawn.inversion == 0) & np.isin(drawn.quality, _LEADS_UP))
    rises = (drawn.bass[:, 1:] - drawn.bass[:, :-1]) % 12
    same = drawn.root[:, 1:] == drawn.root[:, :-1]
    dominant = third[:, :-1] & ~((drawn.root[:, 1:] - drawn.root[:, :-1]) % 12 == 5)
    return (
        (leading[:, :-1] & (rises != 1) & (rises != 0) & ~same & ~dominant & ~drawn.opening[1:])
        .sum(axis=1)
        .astype(float)
    )


def stuck_sevenths(drawn: Drawn) -> Costs:
    """Sevenths that find no note a step below them, nor themselves, in the next chord."""
    seventh = (drawn.root + _STEPS[drawn.quality, 3]) % 12
    has = drawn.tones.sum(axis=2) > _TRIAD
    following = drawn.tones[:, 1:]
    resolved = np.zeros(has[:, :-1].shape, dtype=bool)
    for below in (0, 1, 2):
        resolved |= np.take_along_axis(following, ((seventh[:, :-1] - below) % 12)[..., None], axis=2)[..., 0]
    in_bass = (drawn.inversion[:, :-1] == 3) & (((drawn.bass[:, :-1] - drawn.bass[:, 1:]) % 12) > 2)
    return (has[:, :-1] & ~resolved).sum(axis=1) + 2.0 * (has[:, :-1] & in_bass).sum(axis=1)


def rocking(drawn: Drawn) -> Costs:
    """Notes of the bass that return after one other note."""
    moves = drawn.bass[:, 1:] != drawn.bass[:, :-1]
    return ((drawn.bass[:, 2:] == drawn.bass[:, :-2]) & moves[:, 1:]).sum(axis=1).astype(float)


def tritones(drawn: Drawn) -> Costs:
    """Tritones in the bass."""
    return (_distance(drawn.bass[:, :-1], drawn.bass[:, 1:]) == _WIDEST_BASS).sum(axis=1).astype(float)


def unprepared_closes(drawn: Drawn) -> Costs:
    """Phrases that close from a dominant in root position before which the bass does not move by step."""
    ends = np.flatnonzero(drawn.arrival)
    ends = ends[ends > 1]
    fifth = (drawn.bass[:, ends] - drawn.bass[:, ends - 1]) % 12 == 5
    before = _distance(drawn.bass[:, ends - 2], drawn.bass[:, ends - 1])
    return (fifth & ((before > 2) | (before == 0))).sum(axis=1).astype(float)


TERMS: tuple[Callable[[Drawn, Usual], Costs], ...] = (
    typical, odd_moments, final_close, early_end, opening, phrase_closes, aimless_closes, same_closes,
    outer_parallels, doubled_leading_tone, foreign_tune, uncovered_tune, six_fours, bass_line, variety, colour,
    unresolved,
)  # fmt: skip
COUNTS: tuple[Callable[[Drawn], Costs], ...] = (
    held_over, no_close, weak_closes, similar_motion, dull_repeats, arpeggios, falling_leading_tone, stuck_sevenths,
    rocking, tritones, unprepared_closes,
)  # fmt: skip

_OF_THE_END = (final_close, early_end)


def _distance(one: Ints, other: Ints) -> Ints:
    """Return the semitones between pitch classes by the shorter way."""
    up = (other - one) % 12
    return np.minimum(up, 12 - up)


def _direction(one: Ints, other: Ints) -> Ints:
    """Return whether the shorter way between pitch classes goes up (1) or down (-1), 0 for repeats and tritones."""
    up = (other - one) % 12
    return np.where((up > 0) & (up < _WIDEST_BASS), 1, np.where(up > _WIDEST_BASS, -1, 0))


def _steps_table() -> Ints:
    """Return the semitones of each chord tone above the root, (quality, 4); triads repeat their root."""
    rows = [(*QUALITIES[name], 0)[:4] for name in QUALITY_NAMES]
    return np.array(rows, dtype=np.int64)


_STEPS = _steps_table()


def tune_at(tune: Score, evidence: Evidence) -> tuple[Ints, Mask, Mask]:
    """Return the tune's pitch class at each slot, whether a note begins there, and whether it goes on by step."""
    notes = [note for note in tune.parts[0].notes if note.grace is None]
    starts = [note.onset_quarter for note in notes]
    slots = len(evidence.onset_quarter)
    pitch, attack, resolves = np.full(slots, -1), np.zeros(slots, dtype=bool), np.zeros(slots, dtype=bool)
    for slot, time in enumerate(evidence.onset_quarter):
        index = bisect_right(starts, time) - 1
        note = notes[index] if index >= 0 else None
        if note is None or note.pitch is None or note.end_quarter <= time:
            continue
        pitch[slot] = note.pitch.midi % 12
        attack[slot] = note.onset_quarter == time and not note.tie_stop
        following = notes[index + 1].pitch if index + 1 < len(notes) else None
        resolves[slot] = following is not None and abs(following.midi - note.pitch.midi) in (1, 2)
    return pitch, attack, resolves
