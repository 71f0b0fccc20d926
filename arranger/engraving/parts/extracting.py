"""One part of a score as a score of its own, and a score in which one staff is larger than the others."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.engraving.document import placed
from arranger.engraving.parts.cues import add_cues
from arranger.engraving.parts.rests import join, long_rests
from arranger.engraving.parts.transposing import to_concert, transpose_symbol, transposition
from arranger.engraving.tidying import make_small
from theory.notation.pitch import Interval

_FOR_ALL = ("metronome", "rehearsal", "segno", "coda")  # marks that stand on top of a score and are for every player


@dataclass(frozen=True)
class PartOptions:
    """How parts are written."""

    concert: bool = False  # at sounding pitch
    cues: bool = True
    chords: str = "own"  # chord symbols: own (for the part that has them in the score), all or none


@dataclass(frozen=True)
class PartDocument:
    """A part as a MusicXML document. Each drawn bar stands for ``bars`` bars: more than one in a long rest."""

    name: str
    root: Element
    bars: tuple[int, ...]


def names_of(root: Element) -> list[str]:
    """Return the names of the parts of a document, each different from the others."""
    by_id = {each.get("id"): " ".join((each.findtext("part-name") or "").split()) for each in root.iter("score-part")}
    names = [by_id.get(part.get("id"), "") or f"Part {number}" for number, part in enumerate(root.iter("part"), 1)]
    return [
        name if names.count(name) == 1 else f"{name} {names[:place].count(name) + 1}"
        for place, name in enumerate(names)
    ]


def extract_part(root: Element, index: int, options: PartOptions) -> PartDocument:
    """Return a part of a document, counted from 0, with the marks that are for every player."""
    copy = deepcopy(root)
    parts, names = copy.findall("part"), names_of(copy)
    own = parts[index]
    if index:
        _add_marks(own, parts[0])
    if options.chords == "none" or (options.chords == "all" and index):
        _remove(own, "harmony")
    if options.chords == "all" and index:
        _add_symbols(own, parts[0])
    for ending in own.iter("ending"):
        ending.attrib.pop("print-object", None)
    runs = long_rests(own)
    if options.cues:
        others = [(name, part) for name, part in zip(names, parts, strict=True) if part is not own]
        runs = add_cues(own, others, runs)
    if options.concert:
        to_concert(own)
    bars = join(own, runs)
    for part in parts:
        if part is not own:
            copy.remove(part)
    _keep_in_list(copy, own.get("id") or "")
    return PartDocument(names[index], copy, bars)


def _add_marks(own: Element, top: Element) -> None:
    """Give a part the marks above the top staff that are for every player: tempo, letters, jumps, capitalised words."""
    for mark, place in list(_marks(top)):
        if _is_for_all(mark):
            _insert(own, place, mark)


def _is_for_all(mark: Element) -> bool:
    words = (each.text or "" for each in mark.iter("words"))
    return mark.tag == "direction" and (
        any(mark.find(f".//{tag}") is not None for tag in _FOR_ALL) or any(text[:1].isupper() for text in words)
    )


def _add_symbols(own: Element, top: Element) -> None:
    """Give a part the chord symbols of the top staff, as its player reads them."""
    theirs, ours = transposition(top), transposition(own)
    interval = Interval(theirs.steps - ours.steps, theirs.semitones - ours.semitones)
    for mark, place in list(_marks(top)):
        if mark.tag == "harmony":
            _insert(own, place, mark)
    for harmony in own.iter("harmony"):
        transpose_symbol(harmony, interval)


def _marks(part: Element) -> Iterator[tuple[Element, tuple[int, Fraction]]]:
    """Yield copies of what stands between the notes of a part, with their bar and quarters from its beginning."""
    onsets = {id(element): onset for element, onset in placed(part)}
    for index, measure in enumerate(part.findall("measure")):
        start = min((onsets[id(each)] for each in measure if each.tag == "note"), default=Fraction(0))
        for element in measure:
            if element.tag in ("direction", "harmony"):
                yield deepcopy(element), (index, onsets[id(element)] - start)


def _insert(part: Element, place: tuple[int, Fraction], mark: Element) -> None:
    """Put a mark into a bar at its beginning, with the offset to where it belongs."""
    index, offset_quarter = place
    measure = part.findall("measure")[index]
    for old in mark.findall("offset"):
        mark.remove(old)
    divisions = Fraction(part.findtext("measure/attributes/divisions") or 1)
    if offset_quarter:
        offset = Element("offset")
        offset.text = str(round(offset_quarter * divisions))
        sound = mark.find("sound")
        mark.insert(len(mark) if sound is None else list(mark).index(sound), offset)
    first = next((at for at, child in enumerate(measure) if child.tag in ("note", "backup", "forward")), len(measure))
    measure.insert(first, mark)


def _remove(part: Element, tag: str) -> None:
    for measure in part.iter("measure"):
        for element in measure.findall(tag):
            measure.remove(element)


def _keep_in_list(root: Element, part_id: str) -> None:
    listed = root.find("part-list")
    if listed is not None:
        for each in list(listed):
            if each.get("id") != part_id or each.tag != "score-part":
                listed.remove(each)


def enlarge_staff(root: Element, index: int) -> Element:
    """Return a score in which the staves of the other parts are small: a singer's copy."""
    copy = deepcopy(root)
    for number, part in enumerate(copy.findall("part")):
        if number != index:
            make_small(part)
    return copy
