"""Accidentals: which notes of a bar carry a printed sign.

A sign is printed where a note differs from what the key signature or an earlier sign at the same
staff position in the bar says. A note tied over the barline carries none, and counts for nothing after it.
"""

from __future__ import annotations

from collections.abc import Iterable

from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Note

_SIGNS = {
    -3: "triple-flat",
    -2: "flat-flat",
    -1: "flat",
    0: "natural",
    1: "sharp",
    2: "double-sharp",
    3: "triple-sharp",
}


def signature_alters(key: Key) -> list[int]:
    """Return what the key signature does to the letters C to B.

    >>> signature_alters(Key.parse("D"))
    [1, 0, 0, 1, 0, 0, 0]
    """
    scale = [Tone.from_fifths(key.fifths + place) for place in range(-1, 6)]
    return [tone.alter for tone in sorted(scale)]


def accidentals_of(notes: Iterable[Note], key: Key) -> dict[int, str]:
    """Return the printed signs of a staff's notes in one bar, by the identity (``id``) of the note."""
    signature = signature_alters(key)
    heard: dict[int, int] = {}  # staff position -> what the last sign at it says
    signs: dict[int, str] = {}
    for note in sorted(notes, key=lambda note: note.onset_quarter):
        if note.pitch is None:
            continue
        position, alter = note.pitch.diatonic, note.pitch.alter
        if alter == heard.get(position, signature[note.pitch.step]) or (note.tie_stop and position not in heard):
            continue
        heard[position] = alter
        if alter in _SIGNS:
            signs[id(note)] = _SIGNS[alter]
    return signs
