"""Vocabulary of the melody model: tokens of pitch and duration, and the columns of the context.

A tune is a sequence of events: notes and rests. Each event has a pitch, in semitones above a reference tonic (the tonic
nearest to 4.5 semitones below the median note), and a duration in ticks. Meters are scaled so that a beat is a quarter
(a dotted quarter in compound meters); so 3/2, 3/4 and 3/8 have the same tokens.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

import numpy as np

from theory.notation.score import Meter

TICKS = 24  # ticks per quarter, after scaling
LOWEST, HIGHEST = -14, 24  # semitones from the reference tonic
REST = HIGHEST - LOWEST + 1
PITCHES = REST + 1
NO_PITCH = PITCHES  # before the first event, and where nothing stood in an earlier bar
DURATIONS = (3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 32, 36, 42, 48, 60, 72, 84, 96, 108, 120, 132, 144, 168, 192, 240, 288)
LENGTHS = len(DURATIONS)
NO_LENGTH = LENGTHS
METERS = ("2/4", "3/4", "4/4", "6/8", "9/8", "12/8", "5/4")
RECALLED_BARS = (1, 2, 4, 8)

_LEFT = tuple(TICKS * quarters / 2 for quarters in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48))
_DONE = tuple(TICKS * quarters for quarters in (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24))
_OFFSETS = 73  # twelfths of a quarter, up to the end of a bar of six quarters
_RUNS = 5  # classes of the number of events repeated from an earlier bar: 0, 1, 2, 3, 4 or more

CONTEXT: tuple[tuple[str, int], ...] = (
    ("place in the bar", _OFFSETS),
    ("meter", len(METERS)),
    ("minor", 2),
    ("to the end of the phrase", len(_LEFT) + 1),
    ("since the beginning of the phrase", len(_DONE) + 1),
    ("phrases that follow", 4),
    ("phrases before", 4),
    ("chord root above the tonic", 13),
    ("kind of chord", 5),
    *((f"{what} {bars} bars ago", size) for bars in RECALLED_BARS for what, size in (
        ("pitch", PITCHES + 1), ("duration", LENGTHS + 1), ("events repeated from", _RUNS),
    )),
)  # fmt: skip
SIZES = (*(size for _, size in CONTEXT), PITCHES + 1, LENGTHS + 1)  # of the context columns and the event before
STARTS = np.cumsum((0, *SIZES[:-1]))  # first row of each column in the embedding table
_FACTS = [CONTEXT, LOWEST, HIGHEST, TICKS, DURATIONS, METERS, RECALLED_BARS, _LEFT, _DONE]
FINGERPRINT = hashlib.sha256(json.dumps(_FACTS).encode()).hexdigest()[:16]
CHORD_COLUMNS = (7, 8)
_LENGTH_OF = {ticks: token for token, ticks in enumerate(DURATIONS)}


def scale_of(meter: Meter) -> tuple[Fraction, str]:
    """Return the factor that scales a meter to quarter beats, and the scaled meter.

    Raises ValueError if the model does not know the meter.

    >>> [scale_of(Meter(*meter)) for meter in ((3, 2), (3, 8), (2, 2))]
    [(Fraction(1, 2), '3/4'), (Fraction(2, 1), '3/4'), (Fraction(1, 1), '4/4')]
    """
    if meter.beats % 3 == 0 and meter.beats > 3:
        factor, name = Fraction(meter.beat_type, 8), f"{meter.beats}/8"
    elif (meter.beats, meter.beat_type) == (2, 2):
        factor, name = Fraction(1), "4/4"
    else:
        factor, name = Fraction(meter.beat_type, 4), f"{meter.beats}/4"
    if name not in METERS:
        raise ValueError(f"the melody model does not know {meter}; choose 2/4, 3/4, 4/4, 6/8, 9/8, 12/8 or 5/4")
    return factor, name


def pitch_token(semitones: int) -> int:
    """Return the token of a pitch in semitones above the reference tonic, moved by octaves into the compass."""
    while semitones < LOWEST:
        semitones += 12
    while semitones > HIGHEST:
        semitones -= 12
    return semitones - LOWEST


def length_token(ticks: Fraction | int, *, nearest: bool = False) -> int:
    """Return the token of a duration in ticks.

    Raises ValueError if the model does not know the duration, unless ``nearest`` asks for the nearest known one.
    """
    if nearest:
        return _LENGTH_OF[min(DURATIONS, key=lambda known: abs(known - Fraction(ticks)))]
    if ticks not in _LENGTH_OF:
        raise ValueError(f"the melody model does not know notes of {Fraction(ticks) / TICKS} beats")
    return _LENGTH_OF[int(ticks)]


def left_bucket(ticks: int) -> int:
    """Return the class of the time to the end of the phrase."""
    return int(np.searchsorted(_LEFT, ticks))


def done_bucket(ticks: int) -> int:
    """Return the class of the time since the beginning of the phrase."""
    return int(np.searchsorted(_DONE, ticks))


def offset_bucket(ticks: int) -> int:
    """Return the class of a position in the bar, in ticks."""
    return min(ticks // 2, _OFFSETS - 1)


def run_bucket(events: int) -> int:
    """Return the class of the number of events repeated from an earlier bar."""
    return min(events, _RUNS - 1)
