"""A MusicXML document made ready for the page: ids of notes, chord symbols as they are printed, no page layout.

A note's id says where it is: ``p2v1q33-2`` is a note of the second part, voice 1, that begins 33/2 quarters after the
first bar. The other notes of a chord get ``c1``, ``c2`` ..., grace notes ``g1`` .... Equal scores have equal ids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from arranger.formats.reading.files import parse_xml

_LAYOUT = ("defaults", "credit")  # of the page; the page here is another one
_GOOD_PART = 0.25  # of the bars in which a voice rests
_SOON_QUARTERS = 4  # a word goes on at once, though files often mark its end as another word
_NAMES = ("part-name", "part-abbreviation")
_KEY = re.compile(r"\b([A-G])([b#])(?![\w])")
_SIGNS = {"b": "♭", "#": "♯"}
_ALTERED_DEGREE = re.compile(r"[b#](?=\d)")


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


def made_ready(root: Element) -> Element:
    """Change a document into what is to be seen, and return it; afterwards it is for the engraver alone."""
    _drop_layout(root)
    for kind in root.iter("kind"):
        if kind.get("text"):
            kind.set("text", printed_kind(kind.get("text", "")))
    for harmony in root.iter("harmony"):
        for degree in harmony.findall("degree[@print-object='no']"):
            harmony.remove(degree)  # Verovio prints it, though the text of the kind says it already
    for name in _names(root):
        name.text = "" if _is_alone(root) else printed_name(name.text or "")
    _share_marks(root)
    for part in root.iter("part"):
        _share_breaths(part)
        _end_words(part)
        _close(part)
    return root


def _drop_layout(root: Element) -> None:
    for tag in _LAYOUT:
        for element in root.findall(tag):
            root.remove(element)
    for measure in root.iter("measure"):
        for element in measure.findall("print"):
            measure.remove(element)
        for attributes in measure.findall("attributes"):
            for style in attributes.findall("measure-style"):
                attributes.remove(style)  # Verovio would lose what else the bar has; `joined_rests` knows them


def _names(root: Element) -> list[Element]:
    return [each for part in root.iter("score-part") for each in part if each.tag in _NAMES]


def _is_alone(root: Element) -> bool:
    """Whether there is a single staff, before which a name says nothing."""
    return len(root.findall("part")) == 1 and root.find("part/measure/attributes/staves") is None


def printed_name(name: str) -> str:
    """Return the name of a part with signs for flats and sharps.

    >>> printed_name("Clarinet in Bb"), printed_name("Bob")
    ('Clarinet in B♭', 'Bob')
    """
    return _KEY.sub(lambda match: match[1] + _SIGNS[match[2]], name)


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


def _share_marks(root: Element) -> None:
    """Print a dynamic mark once, above the upper staff, where the two staves of a choir in closed score share it."""
    parts = root.findall("part")
    if not is_choir(root) or len(parts) != 2 or any(part.find("measure/backup") is None for part in parts):
        return
    upper = {_mark(element, here) for element, here in placed(parts[0]) if element.tag == "direction"}
    shared = {id(element) for element, here in placed(parts[1]) if _mark(element, here) in upper}
    for measure in parts[1].iter("measure"):
        for element in [each for each in measure if id(each) in shared]:
            measure.remove(element)


def _mark(element: Element, onset_quarter: Fraction) -> tuple[Fraction, str]:
    """Return what a direction says, and where."""
    said = (f"{each.tag}{sorted(each.attrib.items())}{(each.text or '').strip()}" for each in element.iter())
    return onset_quarter, " ".join(list(said)[1:])  # without its own placement


def _share_breaths(part: Element) -> None:
    """Print a breath mark once where the two voices of a staff breathe together."""
    ends: set[Fraction] = set()  # of notes after which the upper voice breathes
    divisions = int(float(part.findtext("measure/attributes/divisions") or 1))
    for note, onset in [(each, onset) for each, onset in placed(part) if each.tag == "note"]:
        end = onset + Fraction(note.findtext("duration") or 0) / divisions
        for articulations in note.findall("notations/articulations"):
            for mark in articulations.findall("breath-mark"):
                if note.findtext("voice", "1") == "1":
                    ends.add(end)
                elif end in ends:
                    articulations.remove(mark)


def _end_words(part: Element) -> None:
    """End a word whose next syllable does not come soon: hyphens would go on to the next word, wherever it is."""
    open_words: dict[tuple[str, str], tuple[Element, Fraction]] = {}  # (voice, verse) -> its last syllable, and where
    for note, onset in placed(part):
        for lyric in note.findall("lyric"):
            key = note.findtext("voice") or "1", lyric.get("number") or "1"
            said = lyric.find("syllabic")
            before = open_words.pop(key, None)
            if said is None:
                continue
            if before and said.text in ("single", "begin") and onset - before[1] > _SOON_QUARTERS:
                _end_word(before[0])
            if said.text in ("begin", "middle"):
                open_words[key] = said, onset
    for syllabic, _ in open_words.values():
        _end_word(syllabic)


def _end_word(syllabic: Element) -> None:
    syllabic.text = "single" if syllabic.text == "begin" else "end"


def _close(part: Element) -> None:
    """End the last bar of a part with a final bar line, unless it ends otherwise."""
    last = part.findall("measure")[-1]
    if not any(line.get("location", "right") == "right" for line in last.findall("barline")):
        SubElement(SubElement(last, "barline", {"location": "right"}), "bar-style").text = "light-heavy"


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
