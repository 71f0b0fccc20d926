"""What a musician may sing under a given chord symbol: which chords, in which inversions, on each beat.

At its onset a symbol has its own chord, in any inversion that it does not forbid; a major triad a fifth above the next
chord may have its seventh. On later beats of the symbol a chord may lead into what follows: its dominant or
leading-tone chord, before a dominant its second or fourth degree; and a six-four chord may prepare a dominant under a
tune that is itself on the tonic chord (Aldwell & Schachter, Harmony and Voice Leading, on the cadential and the passing
six-four and on applied chords). A chord that is not the symbol's own contains the note of the tune.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from arranger.harmonizing.drawn import tune_at
from arranger.harmonizing.manners import Manner
from arranger.models.chords.features import chord_number, references_of
from arranger.models.progression.vocabulary import PARTS, QUALITY_NAMES
from theory.harmony.evidence import Evidence
from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Score
from theory.types import Ints, Mask
from theory.values import Value

_WEAK = 0.25  # metrical strength of a beat that is neither the first nor the middle of its bar
_LONG = 2  # slots of a symbol in which there is room for a chord that leads on
_FIFTH, _SEVENTH, _TRIAD = 7, 11, 3
_DOMINANTS = (4, 7)  # semitones above the reference: the fifth degree of the relative minor and of the major key
_RICHER = {"": "7", "m": "m7"}  # where the next root is a fifth below
_LEADING = {_FIFTH: ("", "7"), _SEVENTH: ("dim", "dim7", "m7b5")}  # semitones of the root above that of the next chord
_PREPARING = {_FIFTH: ("m", "m7", "m7b5"), 10: ("", "m")}  # the same before a dominant: second and fourth degree


@dataclass(frozen=True, eq=False, repr=False)
class Given(Value):
    """The symbols of a sheet, slot by slot. T slots."""

    chords: tuple[Harmony, ...]
    number: Ints  # (T,) which of the chords is in force, -1 before the first
    head: Mask  # (T,) the first slot of its chord

    @classmethod
    def of(cls, chords: Sequence[Harmony], onset_quarter: Sequence[Fraction]) -> Given:
        """Return chords, in order of time, by the slots that begin at the onsets."""
        starts = [chord.onset_quarter for chord in chords]
        number = np.array([bisect_right(starts, time) - 1 for time in onset_quarter])
        return cls(tuple(chords), number, np.diff(number, prepend=-2) != 0)

    def symbol(self, slot: int) -> ChordSymbol | None:
        """Return the symbol in force in a slot, None before the first one and after the last slot."""
        inside = slot < len(self.number) and self.number[slot] >= 0
        return self.chords[self.number[slot]].symbol if inside else None

    def following(self, slot: int) -> ChordSymbol | None:
        """Return the next symbol with another root."""
        here = self.symbol(slot)
        later = (chord.symbol for chord in self.chords[self.number[slot] + 1 :])
        return next((each for each in later if here is None or each.root != here.root), None)

    def slots(self, slot: int) -> int:
        """Return for how many slots the symbol of a slot is in force."""
        return int(
            np.searchsorted(self.number, self.number[slot], "right") - np.searchsorted(self.number, self.number[slot])
        )


def allowed_chords(given: Given, tune: Score, evidence: Evidence, manner: Manner) -> Mask:
    """Return which chords may be sung in each slot, (T, 12, 9, 4): roots above the reference, qualities, inversions."""
    allowed = np.zeros((len(given.number), *PARTS), dtype=bool)
    references = references_of(evidence).tolist()
    pitch, _, _ = tune_at(tune, evidence)
    closing, rooted = at_rest(evidence), _rooted(given, evidence)
    weak = (evidence.strength <= _WEAK) & ~given.head
    for slot, reference in enumerate(references):
        symbol = given.symbol(slot)
        if symbol is None or symbol.root is None:
            allowed[slot] = True  # nothing is sung there, or nothing is known
            continue
        for root, quality, inversions in _own(given, slot):
            allowed[slot, (root - reference) % 12, QUALITY_NAMES.index(quality), inversions] = True
        if is_plain(symbol) and symbol.bass is None:
            allowed[slot] &= _inverted(manner, rooted=bool(rooted[slot]), passing=bool(weak[slot]))
        if closing[slot] or not manner.adds or not is_plain(symbol) or evidence.signature[slot].church:
            continue
        for root, quality, inversions in _leading(given, slot, evidence, reference, int(pitch[slot])):
            sounding = (pitch[slot] - root) % 12
            if pitch[slot] < 0 or sounding in QUALITIES[quality]:
                allowed[slot, (root - reference) % 12, QUALITY_NAMES.index(quality), inversions] = True
    return allowed


def at_rest(evidence: Evidence) -> Mask:
    """Return the slots in which the last note of a phrase sounds, (T,): there no voice moves by itself."""
    found = evidence.arrival.copy()
    for slot in range(1, len(found)):
        found[slot] |= found[slot - 1] and not evidence.opening[slot]
    return found


def _rooted(given: Given, evidence: Evidence) -> Mask:
    """Return the slots whose chord stands on its root: the first downbeat, closes and the last symbol."""
    found = evidence.arrival | (given.number == len(given.chords) - 1)
    found[np.argmax((given.number >= 0) & (evidence.strength == 1))] = True
    return found


def _inverted(manner: Manner, *, rooted: bool, passing: bool) -> Mask:
    """Return which inversions a symbol's own chord may have, (1, 9, 4); six-fours only pass on weak beats."""
    found = np.zeros((1, *PARTS[1:]), dtype=bool)
    found[..., [0] if rooted else list(manner.inversions)] = True
    if not passing:
        found[:, [len(QUALITIES[name]) == _TRIAD for name in QUALITY_NAMES], 2] = False
    return found


def is_plain(symbol: ChordSymbol) -> bool:
    """Whether a symbol is one of the chords of the progression model, over a tone of its own.

    >>> [is_plain(ChordSymbol.parse(name)) for name in ("G7", "C/E", "C/D", "Gsus4", "C6")]
    [True, True, False, False, False]
    """
    return symbol.root is not None and symbol.quality in QUALITY_NAMES and not symbol.has_foreign_bass


def _own(given: Given, slot: int) -> Iterator[tuple[int, str, list[int]]]:
    """Yield root, quality and inversions of the symbol's own chord; a symbol that names its bass keeps it."""
    symbol, after = given.symbol(slot), given.following(slot)
    assert symbol is not None
    assert symbol.root is not None
    root = symbol.root.pitch_class
    if not is_plain(symbol):
        quality = QUALITY_NAMES[chord_number(symbol, 0) % len(QUALITY_NAMES)]
        yield root, quality, [_inversion(symbol, quality)]
        return
    yield root, symbol.quality, _inversions(symbol, symbol.quality)
    richer = _RICHER.get(symbol.quality)
    if richer and after and after.root and (after.root.pitch_class - root) % 12 == 12 - _FIFTH:
        yield root, richer, _inversions(symbol, richer)


def _inversions(symbol: ChordSymbol, quality: str) -> list[int]:
    if symbol.bass is not None:
        return [_inversion(symbol, quality)]
    return list(range(len(QUALITIES[quality])))


def _inversion(symbol: ChordSymbol, quality: str) -> int:
    """Return which tone of a chord the symbol puts into the bass; the root, if it is another tone."""
    assert symbol.root is not None
    assert symbol.bass_pitch_class is not None
    above = (symbol.bass_pitch_class - symbol.root.pitch_class) % 12
    return QUALITIES[quality].index(above) if above in QUALITIES[quality] else 0


def _leading(
    given: Given, slot: int, evidence: Evidence, reference: int, tune: int
) -> Iterator[tuple[int, str, list[int]]]:
    """Yield root, quality and inversions of the chords that lead from a symbol into the chord of the next slot."""
    symbol, after = given.symbol(slot), given.symbol(slot + 1)
    assert symbol is not None
    assert symbol.root is not None
    if given.head[slot]:
        if evidence.arrival[slot + given.slots(slot) : slot + given.slots(slot) + 1].any():
            yield from _six_four(given, slot, tune)
        return
    if after is None or after.root is None or not is_plain(after):
        return
    if given.slots(slot) < _LONG:
        return
    if evidence.strength[slot] > _WEAK and given.slots(slot) <= _LONG:
        return
    target = after.root.pitch_class
    kinds = dict(_LEADING)
    if (target - reference) % 12 in _DOMINANTS and after.quality in ("", "7"):
        kinds = {step: (*kinds.get(step, ()), *_PREPARING.get(step, ())) for step in {**kinds, **_PREPARING}}
    for step, qualities in kinds.items():
        for quality in qualities:
            yield (target + step) % 12, quality, list(range(len(QUALITIES[quality])))


def _six_four(given: Given, slot: int, tune: int) -> Iterator[tuple[int, str, list[int]]]:
    """Yield the tonic over the bass of a dominant that lasts, if the tune is on a tone that the dominant lacks."""
    symbol, after = given.symbol(slot), given.following(slot)
    assert symbol is not None
    assert symbol.root is not None
    if after is None or after.root is None or after.quality not in ("", "m"):
        return
    if symbol.bass or given.slots(slot) < _LONG:
        return
    tonic, dominant = after.root.pitch_class, symbol.root.pitch_class
    foreign = tune >= 0 and tune not in symbol.pitch_classes
    if (dominant - tonic) % 12 == _FIFTH and symbol.quality in ("", "7") and foreign:
        yield tonic, after.quality, [2]


def added(chords: Sequence[Harmony], given: Sequence[Harmony]) -> tuple[Harmony, ...]:
    """Return those chords of a decorated sheet that have other tones than the symbol in force."""
    symbols = sorted(given, key=lambda each: each.onset_quarter)
    starts = [each.onset_quarter for each in symbols]
    before = [bisect_right(starts, chord.onset_quarter) - 1 for chord in chords]
    return tuple(
        chord
        for chord, index in zip(chords, before, strict=True)
        if index >= 0 and set(chord.symbol.pitch_classes) != set(symbols[index].symbol.pitch_classes)
    )
