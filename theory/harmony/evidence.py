"""What the notes of a score say about its harmony, beat by beat.

A *slot* is a beat (a half note counts as two, so that cut time may change chords on quarters). Each
sounding note gives its pitch class weight by its share of the slot; a note off the beat weighs less,
and one that is short and moves by step, as passing and neighbour notes and suspensions do, much
less. The weights, times the log-probability of the pitch class in a chord, are the evidence for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from theory.harmony.bass import bass_line
from theory.harmony.states import KEYS, QUALITIES, state_degrees
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import Bar, Note, Part, Score
from theory.slices.texture import spread_symbols
from theory.types import Floats, Ints, Mask
from theory.values import Value

OFF_BEAT, FIGURATION, ACCENTED_FIGURATION = 0.5, 0.35, 0.7  # weights of notes against one on the beat
_STEP = 2
_TRIAD, _SEVENTH = (0.31, 0.27, 0.23), (0.27, 0.23, 0.18, 0.16)  # root, third, fifth, seventh
_OUTSIDE = 0.007  # probability of each tone outside the scale
_BASS = {"root": 0.62, "third": 0.24, "fifth": 0.05, "seventh": 0.06}
_BASS_OUTSIDE = 0.015
_SYMBOL_ROOT, _SYMBOL_TONE = 4.0, 2.0  # nats against a chord on another root than the symbol's, and for each other tone


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Value):
    """The slots of a score (T) and what is known in them."""

    onset_quarter: tuple[Fraction, ...]  # T
    end_quarter: Fraction
    weight: Floats  # (T, 12) weight of each pitch class
    bass: Floats  # (T, 12) weight of the bass's pitch class
    strength: Floats  # (T,) metrical strength of the slot's beginning
    arrival: Mask  # (T,) the last note of a phrase begins here
    opening: Mask  # (T,) a phrase begins here
    signature: tuple[Key, ...]  # T
    symbols: tuple[ChordSymbol | None, ...]  # T
    fermatas: int  # in the top part
    evenness: float  # share of slots in which the top part begins a note, less its share of notes off the beat
    trust: float = 1.0  # how much chord symbols count; 1 where they guide a guess

    @property
    def voices(self) -> float:
        """Mean number of voices that are heard."""
        heard = self.weight.sum(axis=1)
        return float(heard[heard > 0].mean()) if (heard > 0).any() else 0.0


def slot_onsets(score: Score) -> tuple[Fraction, ...]:
    """Return the beginnings of the slots: the beats of each bar, and the bar lines."""
    times: list[Fraction] = []
    for bar in score.bars:
        step = slot_quarters(bar)
        place = bar.onset_quarter
        into = bar.offset_in_meter(place) % step
        times.append(place)
        place += step - into
        while place < bar.end_quarter:
            times.append(place)
            place += step
    return tuple(times)


def slot_quarters(bar: Bar) -> Fraction:
    """Return the length of a slot in a bar: its beat, at most a quarter in simple meters."""
    beat = bar.meter.beat_quarters
    return beat if bar.meter.is_compound else min(beat, Fraction(1))


def evidence_of(score: Score, parts: Sequence[int] | None = None) -> Evidence:
    """Return what the notes of the given parts (default: all) and the chord symbols say."""
    onsets = slot_onsets(score)
    chosen = range(len(score.parts)) if parts is None else parts
    weight, bass = np.zeros((len(onsets), 12)), np.zeros((len(onsets), 12))
    for index in chosen:
        _weigh(score.parts[index].notes, onsets, score.end_quarter, weight)
    lowest = len(score.parts) - 1
    if lowest > 0 and lowest in chosen:
        _weigh(bass_line(score.parts[index] for index in chosen), onsets, score.end_quarter, bass, only_beats=True)
    bars = [score.bar_at(time) for time in onsets]
    top = _attacks(score.parts[min(chosen)]) if chosen else []
    arrival, opening = _phrases(score, onsets, top)
    return Evidence(
        onset_quarter=onsets,
        end_quarter=score.end_quarter,
        weight=weight,
        bass=bass,
        strength=np.array([b.meter.strength(b.offset_in_meter(t)) for b, t in zip(bars, onsets, strict=True)]),
        arrival=arrival,
        opening=opening,
        signature=tuple(bar.key for bar in bars),
        symbols=_symbols_at(score, onsets),
        fermatas=sum(note.fermata for note in score.parts[min(chosen)].notes) if chosen else 0,
        evenness=_evenness(top, onsets),
    )


def _weigh(
    line: Sequence[Note], onsets: Sequence[Fraction], end: Fraction, weight: Floats, *, only_beats: bool = False
) -> None:
    """Add the weight of a line's notes to the slots."""
    notes = [note for note in line if note.pitch is not None and note.grace is None]
    edges = [float(time) for time in (*onsets, end)]  # equal fractions give equal floats
    for place, note in enumerate(notes):
        assert note.pitch is not None
        factor = _figuration(notes, place)
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


def _figuration(notes: Sequence[Note], place: int) -> float:
    """Return how much a note counts that may be a passing note, neighbour, suspension or appoggiatura."""
    note = notes[place]
    if place + 1 == len(notes):
        return 1.0
    left = _steps(note, notes[place + 1])
    came = _steps(notes[place - 1], note) if place else 9
    if left not in (1, 2) or notes[place + 1].duration_quarter == 0:
        return 1.0
    if came in (1, 2):
        return FIGURATION if note.onset_quarter % 1 else ACCENTED_FIGURATION
    return ACCENTED_FIGURATION if came == 0 else 1.0


def _steps(one: Note, other: Note) -> int:
    """Return the half steps between two notes, 9 where a rest lies between or it is more than a step anyway."""
    if one.pitch is None or other.pitch is None:
        return 9
    size = abs(one.pitch.midi - other.pitch.midi)
    return size if size <= _STEP and one.end_quarter >= other.onset_quarter else 9


def _attacks(part: Part) -> list[Fraction]:
    """Return where notes begin in a part."""
    return [
        note.onset_quarter for note in part.notes if note.pitch is not None and not note.tie_stop and note.grace is None
    ]


def _evenness(attacks: Sequence[Fraction], onsets: Sequence[Fraction]) -> float:
    """Return how far a line goes in even beats, as a hymn tune does: 1 for a note on every beat and none between."""
    beats = set(onsets)
    on_beat = sum(time in beats for time in set(attacks))
    return on_beat / len(beats) - (len(attacks) - on_beat) / len(attacks) if attacks and beats else 0.0


def _phrases(score: Score, onsets: Sequence[Fraction], attacks: Sequence[Fraction]) -> tuple[Mask, Mask]:
    """Mark the slots in which the last note of a phrase begins, and those that follow a phrase's end."""
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
    return tuple(symbols[place].symbol if place >= 0 else None for place in held)


@lru_cache(maxsize=4)
def profiles(in_scale: float) -> tuple[Floats, Floats]:
    """Return the log-probability of each pitch class in each state, and in its bass, shape (states, 12) each.

    ``in_scale`` is the probability of each tone of the scale that is no chord tone.
    """
    tones, basses = [], []
    for number, degree in state_degrees():
        tonic, mode = KEYS[number]
        root = (tonic + degree.offset) % 12
        offsets = QUALITIES[degree.quality]
        shares = _TRIAD if len(offsets) == 3 else _SEVENTH
        scale = {(tonic + step) % 12 for step in _scale(mode)}
        tone = np.array([in_scale if pc in scale else _OUTSIDE for pc in range(12)])
        bass = np.full(12, _BASS_OUTSIDE)
        for offset, share, role in zip(offsets, shares, _BASS, strict=False):
            tone[(root + offset) % 12] = share
            bass[(root + offset) % 12] = _BASS[role]
        tones.append(np.log(tone / tone.sum()))
        basses.append(np.log(bass / bass.sum()))
    return np.array(tones), np.array(basses)


def _scale(mode: str) -> tuple[int, ...]:
    # minor has both forms of the sixth and seventh degrees
    return (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 9, 10, 11)


@lru_cache(maxsize=512)
def symbol_costs(symbol: ChordSymbol) -> Floats:
    """Return the nats that speak against each state where a chord symbol stands, shape (states,)."""
    roots, members = _state_tones()
    if symbol.root is None:
        return np.zeros(len(roots))
    tones = np.zeros(12, dtype=bool)
    tones[list(symbol.pitch_classes)] = True
    other_root = roots != symbol.root.pitch_class
    # tensions above a chord that the vocabulary lacks cost alike for all
    lacking, surplus = (members & ~tones).sum(axis=1), (tones & ~members).sum(axis=1)
    return np.asarray(_SYMBOL_ROOT * other_root + _SYMBOL_TONE * lacking + 0.5 * surplus)


@lru_cache(maxsize=1)
def _state_tones() -> tuple[Ints, Mask]:
    """Return the root of each state's chord, (states,), and which pitch classes belong to it, (states, 12)."""
    states = state_degrees()
    roots = np.array([(KEYS[number][0] + degree.offset) % 12 for number, degree in states])
    members = np.zeros((len(states), 12), dtype=bool)
    for place, (_, degree) in enumerate(states):
        members[place, [(roots[place] + step) % 12 for step in QUALITIES[degree.quality]]] = True
    return roots, members
