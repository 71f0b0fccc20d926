"""The key for the singers one has: what each key costs whom.

Each key is tried: the tune is moved there, and in the keys that suit the tune best the sheet is arranged quickly, by
rules alone. A part's *strain* is by how many semitones its notes lie outside its tessitura, on average over its time;
semitones outside the comfortable range count four times more. Keys are ranked by the strain of all parts together and
by the accidentals beyond those that are easy to read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.arranging.ensembles import EnsemblePart
from arranger.arranging.key import in_key
from arranger.arranging.plan import Plan
from theory.notation.key import Key
from theory.notation.score import LeadSheet
from theory.types import Ints

BEST = "best"
TRIED = 6  # keys in which the sheet is arranged
UNCOMFORTABLE = 4.0  # weight of a semitone outside the comfortable range against one outside the tessitura
SIGN = 0.1  # strain that an accidental beyond the easy ones is worth
EASY_SIGNS = 4
_NOTABLE = 0.05  # share of the time outside the tessitura that is told
Trial = Callable[[Key], tuple[Plan, Ints]]  # an arrangement in a key: its plan and MIDI numbers (T, V)


@dataclass(frozen=True)
class PartStrain:
    """What a key asks of one part."""

    part: str
    too_high: int  # notes above the comfortable range
    too_low: int
    high: float  # share of the time above the tessitura
    low: float
    strain: float  # semitones outside the tessitura, on average; see the module

    @property
    def text(self) -> str:
        """What is notable: "has 2 notes too high, lies high for 12% of the time"; empty if the part lies well."""
        told = [
            f"has {count} {'note' if count == 1 else 'notes'} too {side}"
            for count, side in ((self.too_high, "high"), (self.too_low, "low"))
            if count
        ]
        shares = ((self.high, "high"), (self.low, "low"))
        told += [f"lies {side} for {share:.0%} of the time" for share, side in shares if share >= _NOTABLE]
        return ", ".join(told)


@dataclass(frozen=True)
class KeyCost:
    """A key and what it costs each part."""

    key: Key
    parts: tuple[PartStrain, ...]
    cost: float

    @property
    def text(self) -> str:
        """What the key costs whom, as one sentence without its full stop."""
        strained = [f"the {each.part.lower()} {each.text}" for each in self.parts if each.text]
        signs = abs(self.key.fifths)
        hard = [f"{signs} {'sharps' if self.key.fifths > 0 else 'flats'} to read"] if signs > EASY_SIGNS else []
        return "; ".join([*strained, *hard]) or "every part lies well"


def rank_keys(sheet: LeadSheet, melody: EnsemblePart, trial: Trial) -> tuple[KeyCost, ...]:
    """Return the keys in which the sheet was tried, the best first."""
    home = sheet.score.bars[0].key
    keys = [Key.from_fifths(fifths, home.mode_name) for fifths in range(-5, 7)]
    keys.sort(key=lambda key: (_distance(home, key), key.fifths))
    keys.sort(key=lambda key: _tune_cost(sheet, melody, key))
    found = [_cost(key, *trial(key)) for key in keys[:TRIED]]
    return tuple(sorted(found, key=lambda each: (round(each.cost, 4), _distance(home, each.key), each.key.fifths)))


def chosen_text(ranked: Sequence[KeyCost]) -> str:
    """Return why the first of some ranked keys was chosen, and what speaks against the runner-up."""
    best, *others = ranked
    chosen = f"{best.key} suits these singers best: {best.text}"
    return f"{chosen}. Next would be {others[0].key}: {others[0].text}" if others else chosen


def key_table(ranked: Sequence[KeyCost]) -> str:
    """Return ranked keys as a table, a line for each: what it costs whom."""
    width = max(len(str(each.key)) for each in ranked)
    return "\n".join(f"{each.key!s:<{width}}  {each.text}" for each in ranked)


def _distance(home: Key, key: Key) -> int:
    return abs((key.tonic.pitch_class - home.tonic.pitch_class + 6) % 12 - 6)


def _tune_cost(sheet: LeadSheet, melody: EnsemblePart, key: Key) -> tuple[int, float]:
    """Return the notes of the tune out of reach in a key, and its strain per note with the key's accidentals."""
    moved, _ = in_key(sheet, melody, str(key))
    midi = np.array([note.pitch.midi for note in moved.melody.notes if note.pitch] or [0])
    played = melody.instrument
    beyond = sum(not played.absolute.contains(int(each)) for each in midi)
    outside = _beyond(midi, played.tessitura.low.midi, played.tessitura.high.midi)
    uncomfortable = _beyond(midi, played.comfortable.low.midi, played.comfortable.high.midi)
    return beyond, float(np.mean(outside + UNCOMFORTABLE * uncomfortable)) + _hard(key)


def _hard(key: Key) -> float:
    return SIGN * max(0, abs(key.fifths) - EASY_SIGNS)


def _beyond(midi: Ints, low: int | Ints, high: int | Ints) -> Ints:
    """Return by how many semitones notes lie outside a range."""
    return np.asarray(np.maximum(0, low - midi) + np.maximum(0, midi - high))


def _cost(key: Key, plan: Plan, midi: Ints) -> KeyCost:
    parts = tuple(_strain(plan, midi, voice) for voice in range(midi.shape[1]))
    return KeyCost(key, parts, sum(each.strain for each in parts) + _hard(key))


def _strain(plan: Plan, midi: Ints, voice: int) -> PartStrain:
    length = np.array([float(each) for each in plan.texture.duration_quarter])
    line, sounds = midi[:, voice], midi[:, voice] >= 0
    low, high = plan.ranges.tessitura_low[voice], plan.ranges.tessitura_high[voice]
    whole = max(float((sounds * length).sum()), 1e-9)
    begins = sounds & (np.diff(line, prepend=-1) != 0)
    uncomfortable = _beyond(line, plan.ranges.low[voice], plan.ranges.high[voice])
    semitones = _beyond(line, low, high) + UNCOMFORTABLE * uncomfortable
    return PartStrain(
        plan.texture.voices[voice],
        too_high=int((begins & (line > plan.ranges.high[voice])).sum()),
        too_low=int((begins & (line < plan.ranges.low[voice])).sum()),
        high=float(((sounds & (line > high)) * length).sum() / whole),
        low=float(((sounds & (line < low)) * length).sum() / whole),
        strain=float((sounds * semitones * length).sum() / whole),
    )
