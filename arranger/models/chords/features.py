"""Encoding for the chord model: tunes as input features, chords and keys as classes.

A slot is a beat. `arranger.models.chords.vocabulary` lists the columns of the features and the order of the classes.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from arranger.models.chords.vocabulary import COLUMNS, QUALITY_NAMES, STYLES
from theory.harmony.evidence import Evidence, evidence_of
from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.score import Note, Score
from theory.types import Floats, Floats32, Ints

_GRADES = (0.25, 0.5, 1.0)  # bounds of the classes of metrical strength, as in `theory.harmony.path`
_ENDING = 4  # number of last slots that have columns of their own
_LONG_PHRASE = 16.0  # slots at which the phrase position saturates


def features_of(score: Score, style: str, styles: tuple[str, ...] = STYLES) -> Floats32:
    """Return the input features of a tune, (slot, column). Raises ValueError if the style is not one of ``styles``."""
    if style not in styles:
        raise ValueError(f"there is no style of harmony {style!r}; choose from {', '.join(styles)}")
    evidence = evidence_of(score, (0,))
    slots = len(evidence.onset_quarter)
    columns = [
        _relative(evidence.weight, evidence),
        *_beginnings(score, evidence),
        _meters(score, evidence),
        _phrases(evidence),
        _places(slots),
        *_whole(score, evidence),
        np.full((slots, 1), evidence.evenness),
        np.tile(np.eye(len(styles))[styles.index(style)], (slots, 1)),
    ]
    found = np.concatenate(columns, axis=1).astype(np.float32)
    assert found.shape == (slots, COLUMNS - len(STYLES) + len(styles))
    return found


def references_of(evidence: Evidence) -> Ints:
    """Return the reference pitch class of each slot, (slot,): the tonic of its signature, taken as major."""
    return np.array([7 * key.fifths % 12 for key in evidence.signature], dtype=np.int64)


def chord_number(symbol: ChordSymbol, reference: int) -> int:
    """Return the class of the chord with the same root that is nearest to a symbol, -1 for N.C.

    >>> chord_number(ChordSymbol.parse("D9"), 0) == 2 * 9 + 3
    True
    """
    if symbol.root is None:
        return -1
    root = symbol.root.pitch_class
    tones = {(pitch_class - root) % 12 for pitch_class in symbol.pitch_classes}
    unlike = [2 * len(set(QUALITIES[name]) - tones) + len(tones - set(QUALITIES[name])) for name in QUALITY_NAMES]
    return (root - reference) % 12 * len(QUALITY_NAMES) + int(np.argmin(unlike))


def key_number(key: Key, reference: int) -> int:
    """Return the class of a key.

    >>> key_number(Key.parse("A minor"), 0)
    21
    """
    return (key.tonic.pitch_class - reference) % 12 + 12 * key.is_minor


def _relative(values: Floats, evidence: Evidence) -> Floats:
    """Return values (slot, 12) by pitch class, rotated so that the reference of each slot comes first."""
    steps = (np.arange(12)[None, :] + references_of(evidence)[:, None]) % 12
    return np.take_along_axis(values, steps, axis=1)


def _beginnings(score: Score, evidence: Evidence) -> list[Floats]:
    """Return the pitch class at the beginning of each slot, (slot, 12), and flags (slot, 2): attacked, silent."""
    notes = _sounding(score)
    starts = [note.onset_quarter for note in notes]
    pitch, flags = np.zeros((len(evidence.onset_quarter), 12)), np.zeros((len(evidence.onset_quarter), 2))
    for slot, time in enumerate(evidence.onset_quarter):
        index = bisect_right(starts, time) - 1
        if index < 0 or notes[index].end_quarter <= time:
            flags[slot, 1] = 1
            continue
        note = notes[index]
        assert note.pitch is not None
        pitch[slot, note.pitch.midi % 12] = 1
        flags[slot, 0] = note.onset_quarter == time and not note.tie_stop
    return [_relative(pitch, evidence), flags]


def _sounding(score: Score) -> list[Note]:
    return [note for note in score.parts[0].notes if note.pitch is not None and note.grace is None]


def _meters(score: Score, evidence: Evidence) -> Floats:
    grades = np.searchsorted(_GRADES, evidence.strength, side="right")
    compound = [[score.bar_at(time).meter.is_compound] for time in evidence.onset_quarter]
    return np.concatenate([np.eye(4)[grades], np.array(compound, dtype=np.float64)], axis=1)


def _phrases(evidence: Evidence) -> Floats:
    gone, count = np.zeros(len(evidence.opening)), 0
    for slot, opens in enumerate(evidence.opening):
        count = 0 if opens else count + 1
        gone[slot] = min(1.0, count / _LONG_PHRASE)
    return np.stack([evidence.arrival, evidence.opening, gone], axis=1).astype(np.float64)


def _places(slots: int) -> Floats:
    found = np.zeros((slots, 1 + _ENDING))
    found[:1, 0] = 1
    for back in range(min(_ENDING, slots)):
        found[slots - 1 - back, 1 + back] = 1
    return found


def _whole(score: Score, evidence: Evidence) -> list[Floats]:
    """Return features of the whole tune, (slot, 12) each: the share of each pitch class, and the last note."""
    share, last = np.zeros(12), np.zeros(12)
    notes = _sounding(score)
    for note in notes:
        assert note.pitch is not None
        share[note.pitch.midi % 12] += float(note.duration_quarter)
    if notes and notes[-1].pitch:
        last[notes[-1].pitch.midi % 12] = 1
    rows = (len(evidence.onset_quarter), 1)
    return [_relative(np.tile(values, rows), evidence) for values in (share / max(share.sum(), 1e-9), last)]
