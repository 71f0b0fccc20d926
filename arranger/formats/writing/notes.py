"""Notes as MusicXML elements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from theory.notation.pitch import STEPS, Pitch
from theory.notation.score import Lyric, Notation, Note

_ARTICULATIONS = frozenset(
    [
        "accent",
        "strong-accent",
        "staccato",
        "tenuto",
        "detached-legato",
        "staccatissimo",
        "spiccato",
        "scoop",
        "plop",
        "doit",
        "falloff",
        "breath-mark",
        "caesura",
        "stress",
        "unstress",
        "soft-accent",
    ]
)
_ORNAMENTS = frozenset(
    [
        "trill-mark",
        "turn",
        "delayed-turn",
        "inverted-turn",
        "delayed-inverted-turn",
        "vertical-turn",
        "inverted-vertical-turn",
        "shake",
        "mordent",
        "inverted-mordent",
        "schleifer",
        "haydn",
    ]
)


@dataclass(frozen=True)
class Look:
    """What the notes around a note decide about its look."""

    accidental: str = ""
    beams: tuple[str, ...] = ()
    stem: str = ""
    words: str = ""  # placement of the words
    hidden: bool = False  # a rest that another voice on the staff already shows
    bar_rest: bool = False


def note_element(note: Note, look: Look, divisions: Callable[[Fraction], int]) -> Element:
    """Return a note, chord note, grace note or rest; children stand in the order that the schema asks for."""
    attributes = {"print-object": "no" if look.hidden else "", "color": note.colour, "id": note.id}
    element = Element("note", {name: value for name, value in attributes.items() if value})
    if note.grace:
        SubElement(element, "grace", {"slash": "yes"} if note.grace == "acciaccatura" else {})
    if note.chord:
        SubElement(element, "chord")
    _add_pitch(element, note, look)
    if not note.grace:
        SubElement(element, "duration").text = str(divisions(note.duration_quarter))
    for kind in _tie_kinds(note):
        SubElement(element, "tie", {"type": kind})
    SubElement(element, "voice").text = note.voice
    _add_type(element, None if look.bar_rest else note.notation, look)
    if look.stem and note.pitch:
        SubElement(element, "stem").text = look.stem
    if not note.chord:
        for number, beam in enumerate(look.beams, 1):
            SubElement(element, "beam", {"number": str(number)}).text = beam
    _add_notations(element, note)
    for lyric in note.lyrics:
        _add_lyric(element, lyric, look.words)
    return element


def _add_pitch(element: Element, note: Note, look: Look) -> None:
    if note.pitch is None:
        SubElement(element, "rest", {"measure": "yes"} if look.bar_rest else {})
        return
    pitch: Pitch = note.pitch
    parent = SubElement(element, "pitch")
    SubElement(parent, "step").text = STEPS[pitch.step]
    if pitch.alter:
        SubElement(parent, "alter").text = str(pitch.alter)
    SubElement(parent, "octave").text = str(pitch.octave)


def _tie_kinds(note: Note) -> list[str]:
    return [kind for kind, here in (("stop", note.tie_stop), ("start", note.tie_start)) if here and note.pitch]


def _add_type(element: Element, notation: Notation | None, look: Look) -> None:
    if notation is not None:
        SubElement(element, "type").text = notation.type
        for _ in range(notation.dots):
            SubElement(element, "dot")
    if look.accidental:
        SubElement(element, "accidental").text = look.accidental
    if notation is not None and notation.tuplets:
        actual = normal = 1
        for tuplet in notation.tuplets:
            actual, normal = actual * tuplet.actual, normal * tuplet.normal
        modification = SubElement(element, "time-modification")
        SubElement(modification, "actual-notes").text = str(actual)
        SubElement(modification, "normal-notes").text = str(normal)


def _tuplet_marks(notation: Notation | None) -> list[Element]:
    marks: list[Element] = []
    for number, tuplet in enumerate(notation.tuplets if notation else (), 1):
        kinds = [kind for kind, here in (("start", tuplet.start), ("stop", tuplet.stop)) if here]
        for kind in kinds:
            mark = Element("tuplet", {"type": kind, "number": str(number)})
            if kind == "start":
                mark.set("bracket", "yes")
                for name, count in (("actual", tuplet.actual), ("normal", tuplet.normal)):
                    SubElement(SubElement(mark, f"tuplet-{name}"), "tuplet-number").text = str(count)
            marks.append(mark)
    return marks


def _named(parent: str, names: tuple[str, ...], known: frozenset[str], other: str) -> list[Element]:
    """Return one element that holds marks by name; none where there are no names."""
    if not names:
        return []
    element = Element(parent)
    for name in names:
        if name in known:
            SubElement(element, name)
        else:
            SubElement(element, other).text = name
    return [element]


def _add_notations(element: Element, note: Note) -> None:
    marks = [Element("tied", {"type": kind}) for kind in _tie_kinds(note)]
    marks += [Element("slur", {"type": "stop", "number": str(number)}) for number in note.slur_stops]
    marks += [Element("slur", {"type": "start", "number": str(number)}) for number in note.slur_starts]
    if not note.chord:
        marks += _tuplet_marks(note.notation)
    marks += _named("ornaments", note.ornaments, _ORNAMENTS, "other-ornament")
    marks += _named("articulations", note.articulations, _ARTICULATIONS, "other-articulation")
    if note.fermata:
        marks.append(Element("fermata", {"type": "upright"}))
    if marks:
        SubElement(element, "notations").extend(marks)


def _add_lyric(element: Element, lyric: Lyric, placement: str) -> None:
    attributes = {"number": lyric.verse} | ({"placement": placement} if placement else {})
    parent = SubElement(element, "lyric", attributes)
    SubElement(parent, "syllabic").text = lyric.syllabic
    SubElement(parent, "text").text = lyric.text
    if lyric.extend:
        SubElement(parent, "extend")
