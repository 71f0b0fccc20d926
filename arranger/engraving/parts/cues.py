"""Cue notes: the last bar of a long rest shows what another part plays, in small notes (Gould, Behind Bars, p. 569)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from arranger.engraving.parts.transposing import pitch_of, print_accidentals, transposition, write_pitch
from theory.notation.pitch import Interval

LONG_REST_BARS = 4
_OCTAVE = Interval(7, 12)
_MIDDLE = {"G": 34, "F": 22, "C": 28}  # staff position (C4 is 28) of the middle line by the usual clef of each sign
_KEPT = frozenset({"chord", "pitch", "rest", "duration", "voice", "type", "dot", "time-modification", "beam"})
_VOICE = "9"  # of the cue, which no part uses itself


def add_cues(own: Element, others: Sequence[tuple[str, Element]], runs: Sequence[range]) -> list[range]:
    """Show cue notes in the last bar of each long rest, and return the rests that are left to be joined.

    Args:
        own: the part that rests.
        others: name and part of those that may play meanwhile, those that are heard best first.
        runs: the rests, as indices of bars.
    """
    left = []
    for run in runs:
        cued = len(run) >= LONG_REST_BARS and _add_cue(own, others, run.stop - 1)
        left.append(run[:-1] if cued else run)
    return [run for run in left if len(run) > 1]


def _add_cue(own: Element, others: Sequence[tuple[str, Element]], index: int) -> bool:
    """Show what the first part that plays in a bar plays there; return whether any does."""
    measure = own.findall("measure")[index]
    rest = _length(measure)
    for name, other in others:
        notes = _playing(other.findall("measure")[index])
        scale = Fraction(divisions_of(own), divisions_of(other))
        if not notes or any((scale * _duration(note)).denominator > 1 for note in notes):
            continue
        label = Element("direction", {"placement": "above"})
        SubElement(SubElement(label, "direction-type"), "words", {"font-size": "8"}).text = name
        backup = Element("backup")
        SubElement(backup, "duration").text = str(rest)
        interval = _between(transposition(other), transposition(own))
        cue = [_cue_note(note, interval, scale) for note in notes]
        _onto_staff(cue, own)
        first = next(place for place, child in enumerate(measure) if child.tag == "note")
        measure.insert(first, label)
        bar_line = measure.find("barline[@location='right']")
        place = list(measure).index(bar_line) if bar_line is not None else len(measure)
        measure[place:place] = [backup, *cue]
        print_accidentals(own, only=measure)
        return True
    return False


def _playing(measure: Element) -> list[Element]:
    """Return the notes and rests of the first voice of a bar; nothing if it rests or has grace notes."""
    voice = measure.findtext("note/voice")
    notes = [note for note in measure.findall("note") if note.findtext("voice") == voice]
    plays = any(note.find("pitch") is not None for note in notes)
    return notes if plays and all(note.find("grace") is None for note in notes) else []


def divisions_of(part: Element) -> int:
    """Return how many divisions a quarter has at the beginning of a part."""
    return int(float(part.findtext("measure/attributes/divisions") or 1))


def _length(measure: Element) -> int:
    """Return the length of a bar in divisions: that of its first voice."""
    voice = measure.findtext("note/voice")
    notes = [note for note in measure.findall("note") if note.findtext("voice") == voice]
    return sum(int(_duration(note)) for note in notes if note.find("chord") is None)


def _duration(note: Element) -> Fraction:
    return Fraction(note.findtext("duration") or 0)


def _between(theirs: Interval, ours: Interval) -> Interval:
    """Return the interval from what one part reads to what another reads for the same sound."""
    return Interval(theirs.steps - ours.steps, theirs.semitones - ours.semitones)


def _cue_note(note: Element, interval: Interval, scale: Fraction) -> Element:
    cue = deepcopy(note)
    cue.attrib.clear()
    cue[:] = [child for child in cue if child.tag in _KEPT]
    cue.insert(0, Element("cue"))
    for child in cue:
        if child.tag == "voice":
            child.text = _VOICE
        elif child.tag == "duration":
            child.text = str(_duration(note) * scale)
    if cue.find("pitch") is not None:
        write_pitch(cue, pitch_of(cue).up(interval))
        stem = Element("stem")
        stem.text = "up"
        cue.insert(max(place for place, child in enumerate(cue) if child.tag in ("type", "dot", "voice")) + 1, stem)
    return cue


def _onto_staff(cue: Sequence[Element], own: Element) -> None:
    """Move cue notes by octaves to where the player's clef shows them without many ledger lines."""
    sounding = [note for note in cue if note.find("pitch") is not None]
    heights = [pitch_of(note).diatonic for note in sounding]
    middle = _MIDDLE.get(own.findtext("measure/attributes/clef/sign") or "G", _MIDDLE["G"])
    octaves = round((middle - sum(heights) / len(heights)) / 7)
    for note in sounding:
        write_pitch(note, pitch_of(note).up(Interval(_OCTAVE.steps * octaves, _OCTAVE.semitones * octaves)))
