"""Transposition of what is written on a staff: notes, keys and chord symbols."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from arranger.engraving.document import placed
from arranger.formats.writing.accidentals import accidentals_of
from theory.notation.key import Key
from theory.notation.pitch import STEPS, Interval, Pitch, Tone
from theory.notation.score import Note

_UNISON = Interval(0, 0)
_LOW = 55  # mean MIDI number of sounding pitch below which a treble clef has too many ledger lines


def transposition(part: Element) -> Interval:
    """Return the interval from written to sounding pitch at the beginning of a part."""
    transpose = part.find("measure/attributes/transpose")
    if transpose is None:
        return _UNISON
    octaves = _number(transpose, "octave-change")
    diatonic = _number(transpose, "diatonic")
    return Interval(diatonic + 7 * octaves, _number(transpose, "chromatic") + 12 * octaves)


def _number(parent: Element, tag: str) -> int:
    return int(float(parent.findtext(tag) or 0))


def to_concert(part: Element) -> None:
    """Write a transposing part at sounding pitch; one that reads whole octaves away is left as it is read."""
    interval = transposition(part)
    if interval.semitones % 12 == 0:
        return
    transpose_staff(part, interval)
    for attributes in part.iter("attributes"):
        for transpose in attributes.findall("transpose"):
            attributes.remove(transpose)
    heights = [pitch_of(note).midi for note in part.iter("note") if note.find("pitch") is not None]
    clef = part.find("measure/attributes/clef")
    if clef is not None and heights and sum(heights) / len(heights) < _LOW:
        _write(clef, "sign", "F")
        _write(clef, "line", "4")


def transpose_staff(part: Element, interval: Interval) -> None:
    """Move notes, keys and chord symbols of a part up by an interval, and print the accidentals anew."""
    for fifths in part.iter("fifths"):
        fifths.text = str(Key.from_fifths(int(fifths.text or 0)).up(interval).fifths)
    for harmony in part.iter("harmony"):
        transpose_symbol(harmony, interval)
    for note in part.iter("note"):
        if note.find("pitch") is not None:
            write_pitch(note, pitch_of(note).up(interval))
    print_accidentals(part)


def transpose_symbol(harmony: Element, interval: Interval) -> None:
    """Move root and bass of a chord symbol up by an interval."""
    for name in ("root", "bass"):
        step, alter = harmony.find(f"{name}/{name}-step"), harmony.findtext(f"{name}/{name}-alter")
        if step is None or not step.text:
            continue
        tone = Tone(STEPS.index(step.text), int(float(alter or 0))).up(interval)
        parent = harmony.find(name)
        assert parent is not None
        step.text = STEPS[tone.step]
        for old in parent.findall(f"{name}-alter"):
            parent.remove(old)
        if tone.alter:
            SubElement(parent, f"{name}-alter").text = str(tone.alter)


def pitch_of(note: Element) -> Pitch:
    """Return the written pitch of a note."""
    octave, step = note.findtext("pitch/octave") or "4", note.findtext("pitch/step") or "C"
    return Pitch(int(octave), STEPS.index(step), int(float(note.findtext("pitch/alter") or 0)))


def write_pitch(note: Element, pitch: Pitch) -> None:
    """Give a note another pitch."""
    parent = note.find("pitch")
    assert parent is not None
    parent[:] = []
    SubElement(parent, "step").text = STEPS[pitch.step]
    if pitch.alter:
        SubElement(parent, "alter").text = str(pitch.alter)
    SubElement(parent, "octave").text = str(pitch.octave)


def _write(parent: Element, tag: str, text: str) -> None:
    child = parent.find(tag)
    if child is not None:
        child.text = text


def print_accidentals(part: Element, *, only: Element | None = None) -> None:
    """Print the accidentals of a part, or of only one of its bars, anew."""
    for measure, key, notes in _bars(part):
        if only is not None and measure is not only:
            continue
        stand_ins = {id(note): _stand_in(note, onset) for note, onset in notes}
        signs = accidentals_of(stand_ins.values(), key)
        for note, _ in notes:
            for old in note.findall("accidental"):
                note.remove(old)
            sign = signs.get(id(stand_ins[id(note)]))
            if sign:
                _insert_accidental(note, sign)


def _bars(part: Element) -> Iterator[tuple[Element, Key, list[tuple[Element, Fraction]]]]:
    """Yield each bar with its key and its notes."""
    onsets = {id(element): onset for element, onset in placed(part)}
    fifths = 0
    for measure in part.iter("measure"):
        fifths = int(measure.findtext("attributes/key/fifths") or fifths)
        notes = [note for note in measure.findall("note") if note.find("pitch") is not None]
        yield measure, Key.from_fifths(fifths), [(note, onsets[id(note)]) for note in notes]


def _stand_in(note: Element, onset_quarter: Fraction) -> Note:
    tied = any(tie.get("type") == "stop" for tie in note.findall("tie"))
    return Note(onset_quarter, Fraction(1), pitch_of(note), tie_stop=tied)


def _insert_accidental(note: Element, sign: str) -> None:
    """Put an accidental where the schema wants it: after the note's type and dots."""
    place = max(index for index, child in enumerate(note) if child.tag in ("type", "dot", "voice", "pitch", "duration"))
    element = Element("accidental")
    element.text = sign
    note.insert(place + 1, element)
