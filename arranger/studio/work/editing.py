"""Changing single notes by hand: another pitch, steps up or down, a rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from arranger.formats.limits import MAX_ALTER, MAX_MIDI_NUMBER, MAX_OCTAVE
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import changed_music, score_of
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Note, Part, Score


def edit(say: Say, *, music: Music, document: bytes, edits: Sequence[Json]) -> tuple[Music, bytes]:
    """Return a score with some notes changed, checked anew."""
    score = score_of(music, document)
    for each in edits:
        score = edited(score, each)
    return changed_music(score, music)


def edited(score: Score, wish: Mapping[str, Any]) -> Score:
    """Return the score with one note changed, with all the notes that it is tied to.

    ``wish`` has ``voice`` and ``onset_quarter``, and one of ``pitch``, ``steps`` (of the key's scale), ``semitones``
    and ``rest``. Raises RefusedError if there is no such note or the pitch is not on any staff.
    """
    part = part_of(score, wish["voice"])
    index = note_at(part, Fraction(wish["onset_quarter"]), score)
    first, last = tied(part.notes, index)
    pitch = _wished(part.notes[index], score.bar_at(part.notes[index].onset_quarter), wish)
    changed = [_with_pitch(note, pitch) for note in part.notes[first : last + 1]]
    notes = (*part.notes[:first], *changed, *part.notes[last + 1 :])
    parts = tuple(replace(each, notes=notes) if each is part else each for each in score.parts)
    return replace(score, parts=parts)


def part_of(score: Score, voice: int) -> Part:
    """Return a part by its index, 0 for the top one. Raises RefusedError if there is none."""
    if not 0 <= voice < len(score.parts):
        raise RefusedError(f"there is no voice {voice}; the score has {len(score.parts)}, counted from 0")
    return score.parts[voice]


def note_at(part: Part, onset_quarter: Fraction, score: Score) -> int:
    """Return the index of the note or rest of a part that begins at a time. Raises RefusedError if there is none."""
    for index, note in enumerate(part.notes):
        if note.onset_quarter == onset_quarter and not note.grace and not note.chord:
            return index
    where = f"bar {score.bar_at(onset_quarter).number}" if 0 <= onset_quarter < score.end_quarter else "the score"
    raise RefusedError(f"{part.name or 'the part'} has no note in {where} that begins {onset_quarter} quarters in")


def tied(notes: Sequence[Note], index: int) -> tuple[int, int]:
    """Return the indices of the first and last of the notes that are tied to one."""
    first = last = index
    while first and notes[first].tie_stop and notes[first - 1].tie_start:
        first -= 1
    while last + 1 < len(notes) and notes[last].tie_start and notes[last + 1].tie_stop:
        last += 1
    return first, last


def _with_pitch(note: Note, pitch: Pitch | None) -> Note:
    if pitch is None:
        return Note(
            note.onset_quarter, note.duration_quarter, None, notation=note.notation, voice=note.voice, id=note.id
        )
    return replace(note, pitch=pitch)


def _wished(note: Note, bar: Bar, wish: Mapping[str, Any]) -> Pitch | None:
    if wish.get("rest"):
        return None
    if wish.get("pitch") is not None:
        pitch = _parsed(wish["pitch"])
    elif note.pitch is None:
        raise RefusedError("a rest has no pitch to move; type a note instead")
    elif wish.get("steps"):
        pitch = _stepped(note.pitch, bar, wish["steps"])
    else:
        pitch = _shifted(note.pitch, bar, wish.get("semitones") or 0)
    if not (0 <= pitch.midi <= MAX_MIDI_NUMBER and 0 <= pitch.octave <= MAX_OCTAVE):
        raise RefusedError(f"{pitch} is higher or lower than anything that can be written")
    return pitch


def _parsed(text: str) -> Pitch:
    pitch = Pitch.parse(text)
    if abs(pitch.alter) > MAX_ALTER:
        raise RefusedError(f"{text!r} has more sharps or flats than can be written")
    return pitch


def _stepped(pitch: Pitch, bar: Bar, steps: int) -> Pitch:
    """Return the note of the key's signature some steps of the staff higher or lower."""
    octave, step = divmod(pitch.diatonic + steps, 7)
    alters = {Pitch.spelled(60 + pc, bar.key.spelling[pc]).tone for pc in bar.key.scale}
    alter = next((tone.alter for tone in alters if tone.step == step), 0)
    return Pitch(octave, step, alter)


def _shifted(pitch: Pitch, bar: Bar, semitones: int) -> Pitch:
    midi = pitch.midi + semitones
    if not 0 <= midi <= MAX_MIDI_NUMBER:
        raise RefusedError(f"{semitones} semitones from {pitch} is higher or lower than anything that can be written")
    if midi % 12 in bar.key.scale:
        return bar.key.spell(midi)
    neighbour = bar.key.spell(midi - 1 if semitones > 0 else midi + 1)  # upwards a note is raised, downwards lowered
    return Pitch.on_staff(midi, neighbour.diatonic)
