"""What a document says, made into what is to be seen on the page.

Marks that two voices share are printed once, words that never go on get no hyphens, the last bar gets its final line,
a piano reduction is small, and the page layout of the program that wrote the file is left out.
"""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from arranger.engraving.document import SIGNS, is_choir, placed, printed_name
from arranger.formats.writing.staves import PIANO

SMALL_PERCENT = 70  # size of staves that are there to be seen, not to be played or sung
_LAYOUT = ("defaults", "credit")  # of the page; the page here is another one
_SOON_QUARTERS = 4  # a word goes on at once, though files often mark its end as another word
_NAMES = ("part-name", "part-abbreviation")
_ALTERED_DEGREE = re.compile(r"[b#](?=\d)")


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
    _set_reduction(root)
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


def printed_kind(text: str) -> str:
    """Return the kind of a chord symbol with signs for its flats and sharps.

    >>> printed_kind("m7b5"), printed_kind("7#9"), printed_kind("maj7")
    ('m7♭5', '7♯9', 'maj7')
    """
    return _ALTERED_DEGREE.sub(lambda match: SIGNS[match[0]], text)


def _set_reduction(root: Element) -> None:
    """Draw a piano reduction below a choir small, with one name and one set of dynamics for its two staves."""
    listed = root.find("part-list")
    names = [each.findtext("part-name") or "" for each in root.iter("score-part")]
    if listed is None or tuple(names[-2:]) != PIANO:
        return
    hands = root.findall("part")[-2:]
    for each in list(root.iter("score-part"))[-2:]:
        for name in [child for child in each if child.tag in _NAMES]:
            name.text = ""
    groups = [each for each in listed.findall("part-group") if each.get("type") == "start"]
    title = Element("group-name")
    title.text = PIANO[0]
    groups[-1].insert(0, title)
    for part in hands:
        make_small(part)
    for measure in hands[1].iter("measure"):
        for mark in measure.findall("direction"):
            measure.remove(mark)


def make_small(part: Element) -> None:
    """Let the staff of a part be drawn smaller than those of the others."""
    attributes = part.find("measure/attributes")
    if attributes is None or attributes.find("staff-details/staff-size") is not None:
        return
    details = Element("staff-details")
    SubElement(details, "staff-size").text = str(SMALL_PERCENT)
    clefs = [place for place, child in enumerate(attributes) if child.tag == "clef"]
    attributes.insert(clefs[-1] + 1 if clefs else len(attributes), details)


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
