"""Turns a texture back into a written score, so that generated arrays can be checked and written to files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np

from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Harmony, Meter, Note, Part, Score
from theory.slices.texture import HOLE, Texture


def score_of(texture: Texture) -> Score:
    """Return the score of a texture. Raises ValueError if it has holes.

    A texture does not store time signatures: each bar gets the simplest one of its length.
    """
    if (texture.pitch == HOLE).any():
        raise ValueError("some notes are missing (a texture with holes); fill them in before it is made a score")
    parts = tuple(Part(name, tuple(_notes(texture, voice))) for voice, name in enumerate(texture.voices))
    return Score(tuple(_bars(texture)), parts, tuple(_chords(texture)))


def _bars(texture: Texture) -> Iterator[Bar]:
    firsts = [int(slice_) for slice_ in np.flatnonzero(np.diff(texture.bar, prepend=-1))]
    for index, (first, following) in enumerate(pairwise([*firsts, len(texture.bar)])):
        length = sum(texture.duration_quarter[first:following], start=Fraction(0))
        key = texture.key[first]
        yield Bar(index, str(index + 1), texture.onset_quarter[first], length, _meter(length), key)


def _meter(length_quarter: Fraction) -> Meter:
    """Return the meter of a bar, with quarters as beat type if they fit, else the longest note value that fits."""
    unit = 4
    while (length_quarter * unit / 4).denominator > 1:
        unit *= 2
    return Meter(int(length_quarter * unit / 4), unit)


def _notes(texture: Texture, voice: int) -> Iterator[Note]:
    """Yield the notes and rests of a voice, tied across bar lines, with a breath mark at each phrase end."""
    pitch = texture.pitch[:, voice]
    bar_begins = np.diff(texture.bar, prepend=-1) != 0
    begins = texture.attack[:, voice] | (np.diff(pitch, prepend=pitch[0] - 1) != 0)
    for first, following in pairwise([*np.flatnonzero(begins | bar_begins).tolist(), len(pitch)]):
        start, sounds = texture.onset_quarter[first], pitch[first] >= 0
        fifths = int(texture.fifths[first, voice])
        closes = bool(sounds and texture.phrase_end[following - 1])
        yield Note(
            start,
            texture.onset_quarter[following - 1] + texture.duration_quarter[following - 1] - start,
            Pitch.spelled(int(pitch[first]), fifths) if sounds else None,
            tie_stop=bool(sounds and not begins[first]),
            tie_start=bool(sounds and following < len(pitch) and not begins[following]),
            articulations=("breath-mark",) if closes else (),
        )


def _chords(texture: Texture) -> Iterator[Harmony]:
    for onset, symbol, begins in zip(texture.onset_quarter, texture.chord, texture.chord_onset, strict=True):
        if begins and symbol is not None:
            yield Harmony(onset, symbol)
