"""Stems and voices: every chord note has a note whose stem it shares, and a voice sounds one stem at a time.

Files break both: a chord sign on the first note of a bar, chord notes longer than their chord, and notes that a
<backup> puts under others of the same voice. No notation program writes such music, and none reads it alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.reading.mending.values import Doubt
from theory.notation.score import Note

Stem = list[Note]
_ROUNDING = Fraction(1, 20)  # quarters; a shorter overlap is a rounding error of the program that wrote the file


@dataclass
class _Layer:
    """Stems of one voice that follow one another."""

    voice: str
    stems: list[Stem]
    reached: Fraction = Fraction(0)  # end of the last stem


def mend_voices(notes: list[Note], doubt: Doubt) -> list[Note]:
    """Return the notes of one staff in a bar with whole chords, and with overlapping notes in voices of their own.

    Raises ValueError for a chord of more notes than `limits.MAX_CHORD_NOTES`.
    """
    voices: dict[str, list[Note]] = {}
    for note in notes:
        voices.setdefault(note.voice, []).append(note)
    found: list[Note] = []
    for voice, own in voices.items():
        stems = _stems(own, doubt)
        ordered = sorted(stems, key=lambda stem: stem[0].onset_quarter)
        found += [note for stem in _in_layers(voice, ordered, doubt) for note in stem]
    return notes if sorted(map(id, found)) == sorted(map(id, notes)) else found


def _stems(notes: Sequence[Note], doubt: Doubt) -> list[Stem]:
    """Return the notes of one voice by stem, each chord note in the length of its chord."""
    stems: list[Stem] = []
    for note in notes:
        if note.chord and note.pitch is None:
            continue  # a rest in a chord says nothing
        head = stems[-1][0] if stems else None
        if not note.chord or head is None or head.onset_quarter != note.onset_quarter:
            stems.append([_alone(note, doubt)])
        elif head.pitch is None:
            doubt(f"a rest shares its stem with {note.pitch}; the rest is left out")
            stems[-1] = [replace(note, chord=False, duration_quarter=head.duration_quarter)]
        else:
            stems[-1].append(_as_long_as(head, note, doubt))
        if len(stems[-1]) > limits.MAX_CHORD_NOTES:
            raise ValueError(f"a chord of more than {limits.MAX_CHORD_NOTES} notes")
    return stems


def _alone(note: Note, doubt: Doubt) -> Note:
    if not note.chord:
        return note
    doubt(f"{note.pitch} is marked as a chord note, but no note begins with it; it is read as a note of its own")
    return replace(note, chord=False)


def _as_long_as(head: Note, note: Note, doubt: Doubt) -> Note:
    if note.duration_quarter == head.duration_quarter:
        return note
    if abs(note.duration_quarter - head.duration_quarter) > _ROUNDING:
        doubt(
            f"{note.pitch} lasts {note.duration_quarter} quarters in a chord of {head.duration_quarter}; "
            "it is read with the length of the chord"
        )
    return replace(note, duration_quarter=head.duration_quarter, notation=head.notation)


def _in_layers(voice: str, stems: Sequence[Stem], doubt: Doubt) -> list[Stem]:
    """Return the stems of one voice; those that begin while another one sounds get a voice of their own."""
    layers = [_Layer(voice, [])]
    moved: list[Note] = []
    for stem in stems:
        head = stem[0]
        layer = next((each for each in layers if _fits(each, head)), None)
        if layer is None and head.pitch is None:
            continue  # a rest under a note says nothing
        if layer is None:
            layer = _Layer(f"{voice}{len(layers) + 1}", [])
            layers.append(layer)
        if layer is not layers[0]:
            moved.append(head)
            stem = [replace(note, voice=layer.voice) for note in stem]
        layer.stems.append(stem)
        layer.reached = max(layer.reached, head.end_quarter)
    if moved:
        doubt(
            f"{len(moved)} notes of voice {voice}, from {moved[0].pitch} on, begin while the note before them sounds; "
            "they are read as another voice"
        )
    return [stem for layer in layers for stem in layer.stems]


def _fits(layer: _Layer, head: Note) -> bool:
    """Whether a stem can follow in a layer; a rest before it, or a rounding error, is shortened to make room."""
    overlap = layer.reached - head.onset_quarter
    if overlap <= 0 or head.grace:
        return True
    last = next(index for index in reversed(range(len(layer.stems))) if not layer.stems[index][0].grace)
    before = layer.stems[last][0]
    left = before.duration_quarter - overlap
    if (before.pitch is not None and overlap > _ROUNDING) or left < 0 or (left == 0 and before.pitch is not None):
        return False
    if left:
        layer.stems[last] = [replace(note, duration_quarter=left) for note in layer.stems[last]]
    else:
        del layer.stems[last]
    layer.reached = head.onset_quarter
    return True
