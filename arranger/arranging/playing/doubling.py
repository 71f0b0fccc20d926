"""Parts that double another part, such as the double bass under the cello."""

from __future__ import annotations

from dataclasses import replace

from arranger.arranging.ensembles import EnsemblePart
from theory.notation.instruments import Instrument
from theory.notation.pitch import Interval
from theory.notation.score import Note, Part

_OCTAVE = 12
_MOST_OCTAVES = 3


def doubled(part: EnsemblePart, line: Part) -> Part:
    """Return a part that plays the line of another, in the octave that suits its instrument.

    A note beyond its range is moved by another octave; one that it cannot play in any octave is left out.
    """
    midis = [note.pitch.midi for note in line.notes if note.pitch]
    middle = (part.instrument.tessitura.low.midi + part.instrument.tessitura.high.midi) / 2
    mean = sum(midis) / len(midis) if midis else middle
    octaves = min(
        sorted(range(-_MOST_OCTAVES, _MOST_OCTAVES + 1), key=abs), key=lambda each: abs(mean + _OCTAVE * each - middle)
    )
    notes = tuple(_moved(note, octaves, part.instrument) for note in line.notes)
    return Part(part.name, notes, part.instrument.name, part.abbreviation)


def _moved(note: Note, octaves: int, played: Instrument) -> Note:
    if note.pitch is None:
        return note
    choices = sorted((octaves, octaves + 1, octaves - 1), key=lambda each: abs(each - octaves))
    pitches = [note.pitch.up(Interval(7 * each, _OCTAVE * each)) for each in choices]
    playable = [pitch for pitch in pitches if played.comfortable.contains(pitch.midi)]
    playable += [pitch for pitch in pitches if played.absolute.contains(pitch.midi)]
    silent = replace(note, pitch=None, tie_start=False, tie_stop=False, articulations=(), slur_starts=(), slur_stops=())
    return replace(note, pitch=playable[0], lyrics=()) if playable else silent
