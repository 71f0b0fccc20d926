"""Evidence about the harmony of a score, beat by beat.

A *slot* is a beat, or a quarter if the beat is a half note, so that chords in cut time may change on quarters.
Each sounding note adds to the weight of its pitch class in proportion to its share of the slot. A note off the
beat weighs less. A note that moves by step and does not fill the slot (passing tone, neighbour, suspension)
weighs much less. The evidence for a chord is the sum of the weights times the log-probabilities of the pitch
classes given the chord.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np

from theory.harmony.bass import bass_line
from theory.harmony.states import KEYS, QUALITIES, state_degrees
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import Bar, Note, Score
from theory.slices.symbols import spread_symbols
from theory.types import Floats, Ints, Mask
from theory.values import Value

OFF_BEAT, FIGURATION, ACCENTED_FIGURATION = 0.5, 0.35, 0.7  # weights relative to a chord tone on the beat
_STEP = 2
_TRIAD, _SEVENTH = (0.31, 0.27, 0.23), (0.27, 0.23, 0.18, 0.16)  # probability of root, third, fifth, seventh
_OUTSIDE = 0.007  # probability of each tone outside the scale
_BASS = (0.62, 0.24, 0.05, 0.06)  # probability of root, third, fifth, seventh in the bass
_BASS_OUTSIDE = 0.015
_SYMBOL_ROOT, _SYMBOL_TONE = 4.0, 2.0  # cost in nats of another root than the symbol's, and of each tone it lacks


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Value):
    """The T slots of a score and the evidence in each of them."""

    onset_quarter: tuple[Fraction, ...]  # (T,)
    end_quarter: Fraction  # end of the score
    weight: Floats  # (T, 12) weight of each pitch class
    bass: Floats  # (T, 12) weight of each pitch class in the bass
    strength: Floats  # (T,) metrical strength of the slot's onset
    arrival: Mask  # (T,) the last note of a phrase begins here
    opening: Mask  # (T,) a phrase begins here
    signature: tuple[Key, ...]  # (T,) key signature
    symbols: tuple[ChordSymbol | None, ...]  # (T,)
    fermatas: int  # number of fermatas in the top part
    evenness: float  # share of slots in which the top part begins a note, minus its share of notes off the beat
    trust: float = 1.0  # weight of the chord symbols

    @property
    def voices(self) -> float:
        """Mean number of sounding voices (total weight) per slot that is not silent."""
        heard = self.weight.sum(axis=1)
        return float(heard[heard > 0].mean()) if (heard > 0).any() else 0.0

    def joined(self, first: Sequence[int]) -> Evidence:
        """Return the evidence in longer slots, each of which begins with one of these slots."""
        return replace(
            self,
            onset_quarter=tuple(self.onset_quarter[slot] for slot in first),
            weight=np.add.reduceat(self.weight, first, axis=0),
            bass=np.add.reduceat(self.bass, first, axis=0),
            strength=self.strength[list(first)],
            arrival=np.logical_or.reduceat(self.arrival, first),
            opening=self.opening[list(first)],
            signature=tuple(self.signature[slot] for slot in first),
            symbols=tuple(self.symbols[slot] for slot in first),
        )


def slot_onsets(score: Score) -> tuple[Fraction, ...]:
    """Return the onsets of the slots in quarters: the beats of each bar, and the bar lines."""
    times: list[Fraction] = []
    for bar in score.bars:
        step = slot_quarters(bar)
        onset = bar.onset_quarter
        into = bar.offset_in_meter(onset) % step
        times.append(onset)
        onset += step - into
        while onset < bar.end_quarter:
            times.append(onset)
            onset += step
    return tuple(times)


def slot_quarters(bar: Bar) -> Fraction:
    """Return the length of a slot in quarters: the beat, at most a quarter in simple meters."""
    beat = bar.meter.beat_quarters
    return beat if bar.meter.is_compound else min(beat, Fraction(1))


def evidence_of(score: Score, parts: Sequence[int] | None = None) -> Evidence:
    """Return the evidence of the chord symbols and of the notes in the given parts (by default all)."""
    onsets = slot_onsets(score)
    chosen = range(len(score.parts)) if parts is None else parts
    weight, bass = np.zeros((len(onsets), 12)), np.zeros((len(onsets), 12))
    for index in chosen:
        _weigh(score.parts[index].notes, onsets, score.end_quarter, weight)
    lowest = len(score.parts) - 1
    if lowest > 0 and lowest in chosen:
        _weigh(bass_line(score.parts[index] for index in chosen), onsets, score.end_quarter, bass, only_beats=True)
    return evidence_at(score, onsets, weight, bass=bass, top=min(chosen, default=None))


def evidence_at(
    score: Score, onsets: tuple[Fraction, ...], weight: Floats, *, bass: Floats | None = None, top: int | None = 0
) -> Evidence:
    """Return the evidence in slots with given onsets from the weights of pitch classes in them, (T, 12).

    Parameters
    ----------
    bass
        The weights of pitch classes in the bass, (T, 12); by default 0.
    top
        Index of the part that tells where phrases end.
    """
    bars = [score.bar_at(time) for time in onsets]
    tune = () if top is None or not score.parts else score.parts[top].notes
    attacks = _attacks(tune)
    arrival, opening = _phrases(score, onsets, attacks)
    return Evidence(
        onset_quarter=onsets,
        end_quarter=score.end_quarter,
        weight=weight,
        bass=np.zeros_like(weight) if bass is None else bass,
        strength=np.array([b.meter.strength(b.offset_in_meter(t)) for b, t in zip(bars, onsets, strict=True)]),
        arrival=arrival,
        opening=opening,
        signature=tuple(bar.key for bar in bars),
        symbols=_symbols_at(score, onsets),
        fermatas=sum(note.fermata for note in tune),
        evenness=_evenness(attacks, onsets),
    )


def _weigh(
    line: Sequence[Note], onsets: Sequence[Fraction], end: Fraction, weight: Floats, *, only_beats: bool = False
) -> None:
    """Add the weight of a line's notes to ``weight`` (T, 12)."""
    notes = [note for note in line if note.pitch is not None and note.grace is None]
    edges = [float(time) for time in (*onsets, end)]  # equal fractions give equal floats
    for index, note in enumerate(notes):
        assert note.pitch is not None
        factor = _figuration(notes, index)
        since, until = float(note.onset_quarter), float(note.end_quarter)
        slot = max(0, bisect_right(edges, since, hi=len(onsets)) - 1)
        while slot < len(onsets) and edges[slot] < until:
            start, stop = edges[slot], edges[slot + 1]
            share = (min(stop, until) - max(start, since)) / (stop - start)
            accent = 1.0 if since <= start else 0.0 if only_beats else OFF_BEAT
            held = 0 if since >= start else min(1, note.duration_quarter)
            short = share < 1 or held
            weight[slot, note.pitch.midi % 12] += share * accent * (factor if short else 1.0)
            slot += 1


def _figuration(notes: Sequence[Note], index: int) -> float:
    """Return the weight of a note, less than 1 if it may be a passing tone, neighbour, suspension or appoggiatura."""
    note = notes[index]
    if index + 1 == len(notes):
        return 1.0
    left = _steps(note, notes[index + 1])
    came = _steps(notes[index - 1], note) if index else 9
    if left not in (1, 2) or notes[index + 1].duration_quarter == 0:
        return 1.0
    if came in (1, 2):
        return FIGURATION if note.onset_quarter % 1 else ACCENTED_FIGURATION
    return ACCENTED_FIGURATION if came == 0 else 1.0


def _steps(one: Note, other: Note) -> int:
    """Return the semitones between two notes, 9 if they are more than a step apart or separated by a rest."""
    if one.pitch is None or other.pitch is None:
        return 9
    size = abs(one.pitch.midi - other.pitch.midi)
    return size if size <= _STEP and one.end_quarter >= other.onset_quarter else 9


def _attacks(notes: Sequence[Note]) -> list[Fraction]:
    """Return the onsets of notes; tied notes count once."""
    return [note.onset_quarter for note in notes if note.pitch is not None and not note.tie_stop and note.grace is None]


def _evenness(attacks: Sequence[Fraction], onsets: Sequence[Fraction]) -> float:
    """Return how evenly a line moves in beats, as a hymn tune does: 1 for a note on every beat and none between."""
    beats = set(onsets)
    on_beat = sum(time in beats for time in set(attacks))
    return on_beat / len(beats) - (len(attacks) - on_beat) / len(attacks) if attacks and beats else 0.0


def _phrases(score: Score, onsets: Sequence[Fraction], attacks: Sequence[Fraction]) -> tuple[Mask, Mask]:
    """Return two masks (T,): the last note of a phrase begins in the slot; the slot follows a phrase end."""
    arrival, opening = np.zeros(len(onsets), dtype=bool), np.zeros(len(onsets), dtype=bool)
    for end in phrase_ends(score):
        last = bisect_right(attacks, end - Fraction(1, 1000)) - 1
        if last >= 0:
            arrival[max(0, bisect_right(onsets, attacks[last]) - 1)] = True
        following = bisect_right(onsets, end - Fraction(1, 1000))
        if following < len(onsets):
            opening[following] = True
    return arrival, opening


def _symbols_at(score: Score, onsets: Sequence[Fraction]) -> tuple[ChordSymbol | None, ...]:
    symbols = spread_symbols(score)
    starts = [harmony.onset_quarter for harmony in symbols]
    ends = (*onsets[1:], score.end_quarter) if onsets else ()
    held = [bisect_right(starts, (start + end) / 2) - 1 for start, end in zip(onsets, ends, strict=True)]
    return tuple(symbols[index].symbol if index >= 0 else None for index in held)


@lru_cache(maxsize=4)
def profiles(in_scale: float) -> tuple[Floats, Floats]:
    """Return the log-probability of each pitch class given each state, and the same for the bass, each (state, 12).

    ``in_scale`` is the probability of each scale tone outside the chord, before normalisation.
    """
    states = state_degrees()
    tones, basses = np.empty((len(states), 12)), np.full((len(states), 12), _BASS_OUTSIDE)
    scales = [{(tonic + step) % 12 for step in _scale(mode)} for tonic, mode in KEYS]
    for state, (number, degree) in enumerate(states):
        root = (KEYS[number][0] + degree.offset) % 12
        members = [(root + offset) % 12 for offset in QUALITIES[degree.quality]]
        tones[state] = tone_weights(members, scales[number], in_scale)
        basses[state, members] = _BASS[: len(members)]
    return _log_shares(tones), _log_shares(basses)


def tone_weights(members: Sequence[int], scale: Set[int], in_scale: float) -> Floats:
    """Return the weight of each pitch class under a chord, given its tones from the root up and the scale, (12,)."""
    weights = np.array([in_scale if pitch_class in scale else _OUTSIDE for pitch_class in range(12)])
    weights[list(members)] = (_TRIAD if len(members) == len(_TRIAD) else _SEVENTH)[: len(members)]
    return weights


def _log_shares(weights: Floats) -> Floats:
    """Return the logarithm of each weight's share of its row, (row, 12)."""
    return np.asarray(np.log(weights / weights.sum(axis=1, keepdims=True)))


def _scale(mode: str) -> tuple[int, ...]:
    # in minor, both forms of the sixth and seventh degrees
    return (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 9, 10, 11)


@lru_cache(maxsize=512)
def symbol_costs(symbol: ChordSymbol) -> Floats:
    """Return the cost in nats of each state under a chord symbol, shape (state,)."""
    roots, members = _state_tones()
    if symbol.root is None:
        return np.zeros(len(roots))
    tones = np.zeros(12, dtype=bool)
    tones[list(symbol.pitch_classes)] = True
    other_root = roots != symbol.root.pitch_class
    # tensions that no state has cost the same for all states
    lacking, surplus = (members & ~tones).sum(axis=1), (tones & ~members).sum(axis=1)
    return np.asarray(_SYMBOL_ROOT * other_root + _SYMBOL_TONE * lacking + 0.5 * surplus)


@lru_cache(maxsize=1)
def _state_tones() -> tuple[Ints, Mask]:
    """Return the root of each state's chord, (state,), and a mask of its chord tones, (state, 12)."""
    states = state_degrees()
    roots = np.array([(KEYS[number][0] + degree.offset) % 12 for number, degree in states])
    members = np.zeros((len(states), 12), dtype=bool)
    for state, (_, degree) in enumerate(states):
        members[state, [(roots[state] + step) % 12 for step in QUALITIES[degree.quality]]] = True
    return roots, members
