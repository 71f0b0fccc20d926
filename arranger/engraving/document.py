"""A MusicXML document: ids of its notes, where they are, and what kind of score it is.

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

SIGNS = {"b": "♭", "#": "♯"}
_GOOD_PART = 0.25  # of the bars in which a voice rests
_KEY = re.compile(r"\b([A-G])([b#])(?![\w])")


def parse_document(musicxml: bytes) -> Element:
    """Return the root of a MusicXML document whose notes have ids.

    Raises ValueError if it is not MusicXML in score-partwise order or has no music.
    """
    root = parse_xml(musicxml, "the score")
    if root.tag != "score-partwise":
        raise ValueError(f"the score is {root.tag}, not score-partwise; save it as MusicXML")
    if root.find("part/measure/note") is None:
        raise ValueError("the score is empty: it has no notes")
    for note, name in named_notes(root):
        if not note.get("id"):
            note.set("id", name)
    return root


def printed_name(name: str) -> str:
    """Return the name of a part with signs for flats and sharps.

    >>> printed_name("Clarinet in Bb"), printed_name("Bob")
    ('Clarinet in B♭', 'Bob')
    """
    return _KEY.sub(lambda match: match[1] + SIGNS[match[2]], name)


def joined_rests(root: Element) -> tuple[range, ...]:
    """Return the runs of bars, by their indices, that the only part of a document draws as one bar of rest."""
    if len(root.findall("part")) > 1:
        return ()
    lengths = (measure.findtext("attributes/measure-style/multiple-rest") for measure in root.iter("measure"))
    runs = [range(index, index + int(length)) for index, length in enumerate(lengths) if length and length.isdigit()]
    return tuple(run for run in runs if len(run) > 1)


def has_resting_voice(root: Element) -> bool:
    """Whether a choir has a voice, such as a descant, that rests for a good part of the piece."""
    if not is_choir(root) or len(root.findall("part")) < 2:
        return False
    return any(_resting(part) >= _GOOD_PART for part in root.iter("part"))


def is_choir(root: Element) -> bool:
    """Whether the parts of a document are sung."""
    return any((sound.text or "").startswith("voice") for sound in root.iter("instrument-sound"))


def _resting(part: Element) -> float:
    measures = part.findall("measure")
    return sum(measure.find("note/pitch") is None for measure in measures) / len(measures)


def named_notes(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield the notes and rests of a document with their ids."""
    for number, part in enumerate(root.iter("part"), 1):
        for placed in placed_notes(part):
            yield placed[0], f"p{number}v{placed[0].findtext('voice') or 1}q{placed[2]}"


def placed_notes(part: Element) -> Iterator[tuple[Element, Fraction, str]]:
    """Yield each note of a part with its onset in quarters, and its onset and number as they stand in its id."""
    seen: Counter[tuple[str, Fraction, str]] = Counter()
    for element, here in placed(part):
        if element.tag == "note":
            kind = "g" if element.find("grace") is not None else "c"
            key = element.findtext("voice") or "1", here, kind
            count = seen[key] + (kind == "g")
            seen[key] += 1
            yield element, here, _moment(here) + (f"{kind}{count}" if count else "")


def placed(part: Element) -> Iterator[tuple[Element, Fraction]]:
    """Yield what the bars of a part hold, each with its onset in quarters from the first bar."""
    start, divisions = Fraction(0), 1
    for measure in part.iter("measure"):
        now = before = end = start
        for element in measure:
            divisions = int(float(element.findtext("divisions") or divisions))
            length = Fraction(element.findtext("duration") or 0) / divisions
            if element.tag == "note" and element.find("chord") is not None:
                yield element, before
                continue
            yield element, now + Fraction(element.findtext("offset") or 0) / divisions
            before, now = now, now - length if element.tag == "backup" else now + length
            end = max(end, now)
        start = end


def _moment(onset_quarter: Fraction) -> str:
    whole = onset_quarter.denominator == 1
    return str(onset_quarter) if whole else f"{onset_quarter.numerator}-{onset_quarter.denominator}"
