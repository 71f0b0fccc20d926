"""A MusicXML document made ready for the page: ids of notes, chord symbols as they are printed, no page layout.

A note's id says where it is: ``p2v1q33-2`` is a note of the second part, voice 1, that begins 33/2 quarters after the
first bar. The other notes of a chord get ``c1``, ``c2`` ..., grace notes ``g1`` .... Equal scores have equal ids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.formats.reading.files import parse_xml

_LAYOUT = ("defaults", "credit")  # of the page; the page here is another one
_NAMES = ("part-name", "part-abbreviation")
_KEY = re.compile(r"\b([A-G])([b#])(?![\w])")
_SIGNS = {"b": "♭", "#": "♯"}
_ALTERED_DEGREE = re.compile(r"[b#](?=\d)")


def parse_document(musicxml: bytes) -> Element:
    """Return the root of a MusicXML document, ready for the engraver.

    Raises ValueError if it is not MusicXML in score-partwise order or has no music.
    """
    root = parse_xml(musicxml, "the score")
    if root.tag != "score-partwise":
        raise ValueError(f"the score is {root.tag}, not score-partwise; save it as MusicXML")
    if root.find("part/measure/note") is None:
        raise ValueError("the score is empty: it has no notes")
    _drop_layout(root)
    for kind in root.iter("kind"):
        if kind.get("text"):
            kind.set("text", printed_kind(kind.get("text", "")))
    for harmony in root.iter("harmony"):
        for degree in harmony.findall("degree[@print-object='no']"):
            harmony.remove(degree)  # Verovio prints it, though the text of the kind says it already
    for note, name in named_notes(root):
        if not note.get("id"):
            note.set("id", name)
    _name_staves(root)
    return root


def _drop_layout(root: Element) -> None:
    for tag in _LAYOUT:
        for element in root.findall(tag):
            root.remove(element)
    for measure in root.iter("measure"):
        for element in measure.findall("print"):
            measure.remove(element)


def _name_staves(root: Element) -> None:
    """Leave out the name of the only staff, which says nothing; keys of instruments get signs: Clarinet in B♭."""
    names = [each for part in root.iter("score-part") for each in part if each.tag in _NAMES]
    for name in names:
        name.text = _KEY.sub(lambda match: match[1] + _SIGNS[match[2]], name.text or "")
    if len(root.findall("part")) == 1 and root.find("part/measure/attributes/staves") is None:
        for name in names:
            name.text = ""


def printed_kind(text: str) -> str:
    """Return the kind of a chord symbol with signs for its flats and sharps.

    >>> printed_kind("m7b5"), printed_kind("7#9"), printed_kind("maj7")
    ('m7♭5', '7♯9', 'maj7')
    """
    return _ALTERED_DEGREE.sub(lambda match: _SIGNS[match[0]], text)


def named_notes(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield the notes and rests of a document with their ids."""
    for number, part in enumerate(root.iter("part"), 1):
        for placed in placed_notes(part):
            yield placed[0], f"p{number}v{placed[0].findtext('voice') or 1}q{placed[2]}"


def placed_notes(part: Element) -> Iterator[tuple[Element, Fraction, str]]:
    """Yield each note of a part with its onset in quarters, and its onset and number as they stand in its id."""
    onset_quarter, divisions = Fraction(0), 1
    seen: Counter[tuple[str, Fraction, str]] = Counter()
    for measure in part.iter("measure"):
        now = end = onset_quarter
        before = now
        for element in measure:
            divisions = int(float(element.findtext("divisions") or divisions))
            length = Fraction(element.findtext("duration") or 0) / divisions
            if element.tag == "note":
                chord, grace = element.find("chord") is not None, element.find("grace") is not None
                here = before if chord and not grace else now
                kind = "g" if grace else "c"
                voice = element.findtext("voice") or "1"
                count = seen[voice, here, kind] + grace
                seen[voice, here, kind] += 1
                yield element, here, _moment(here) + (f"{kind}{count}" if count else "")
                if not chord and not grace:
                    before, now = now, now + length
            elif element.tag in ("backup", "forward"):
                now += -length if element.tag == "backup" else length
            end = max(end, now)
        onset_quarter = end


def _moment(onset_quarter: Fraction) -> str:
    whole = onset_quarter.denominator == 1
    return str(onset_quarter) if whole else f"{onset_quarter.numerator}-{onset_quarter.denominator}"
