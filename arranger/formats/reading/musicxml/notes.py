"""Notes of MusicXML: <note> -> ``Note``.

Source: MusicXML 4.0 reference, element note. Durations are counted in divisions of a quarter. If the
divisions of a file cannot express a tuplet exactly, its duration is taken from the note type, so that
onsets stay exact fractions.
"""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.formats import limits
from theory.notation.durations import TYPE_QUARTERS, drawn_quarters
from theory.notation.pitch import STEPS, Pitch
from theory.notation.score import Lyric, Notation, Note, Tuplet
from theory.notation.syllables import without_number

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{0,9})?")
_COLOUR = re.compile(r"#([0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")
_ELISION = "\u203f"
_ROUNDING = Fraction(1, 20)  # quarters; the largest rounding error of a tuplet
_KEPT_NOTATIONS = {"tied", "slur", "tuplet", "articulations", "ornaments", "fermata"}
_KEPT_ORNAMENTS = {
    "trill-mark", "turn", "delayed-turn", "inverted-turn", "delayed-inverted-turn", "vertical-turn",
    "shake", "mordent", "inverted-mordent", "schleifer", "haydn",
}  # fmt: skip


def text_of(element: Element, path: str, default: str = "") -> str:
    """Return the stripped text of the element at a path, or the default if it is empty or missing."""
    return (element.findtext(path) or "").strip() or default


def exact(text: str) -> Fraction:
    """Return the value of an integer or decimal number. Raises ValueError for anything else.

    >>> str(exact("1.5"))
    '3/2'
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text[:20]}' is not a number")
    return Fraction(text)


def number_of(text: str | None, default: int) -> int:
    """Return the integer in a text, or the default if it has none."""
    try:
        return int(exact((text or "").strip()))
    except ValueError:
        return default


def parse_note(element: Element, onset_quarter: Fraction, divisions: Fraction, lost: Counter[str]) -> Note:
    """Return one <note> at an onset, in quarters; marks that cannot be kept are counted in ``lost``.

    Raises ValueError for a malformed pitch or number.
    """
    notation = _notation(element)
    marks = [mark for group in element.findall("notations") for mark in group]
    lost.update(mark.tag for mark in marks if mark.tag not in _KEPT_NOTATIONS)
    ties = {tie.get("type") for tie in element.findall("tie")} or {m.get("type") for m in marks if m.tag == "tied"}
    grace = element.find("grace")
    return Note(
        onset_quarter,
        duration_quarter(element, divisions, notation),
        _pitch(element),
        tie_stop="stop" in ties,
        tie_start="start" in ties,
        lyrics=tuple(lyric for item in element.findall("lyric") if (lyric := _lyric(item))),
        notation=notation,
        grace=None if grace is None else "acciaccatura" if grace.get("slash") == "yes" else "appoggiatura",
        articulations=tuple(sign.tag for mark in marks if mark.tag == "articulations" for sign in mark),
        ornaments=tuple(_ornaments(marks, lost)),
        fermata=any(mark.tag == "fermata" for mark in marks),
        slur_starts=_slurs(marks, "start"),
        slur_stops=_slurs(marks, "stop"),
        voice=text_of(element, "voice", "1"),
        chord=element.find("chord") is not None,
        colour=_colour(element.get("color", "")),
    )


def quarter_tone(element: Element) -> str:
    """Return a pitch that lies between the half steps as text, such as ``C4 +0.5``; empty for other notes."""
    alter = text_of(element, "pitch/alter", "0")
    if exact(alter).denominator == 1:
        return ""
    sign = "" if alter.startswith(("-", "+")) else "+"
    return f"{text_of(element, 'pitch/step')}{text_of(element, 'pitch/octave')} {sign}{alter}"


def duration_quarter(element: Element, divisions: Fraction, notation: Notation | None = None) -> Fraction:
    """Return the duration of a note in quarters, 0 for a grace note. Raises ValueError for a malformed number."""
    if element.find("grace") is not None:
        return Fraction(0)
    duration = exact(text_of(element, "duration", "0")) / divisions
    if notation is not None and notation.tuplets:
        written = drawn_quarters(notation)
        if abs(written - duration) <= min(1 / divisions, _ROUNDING):
            return written
    return duration


def _colour(text: str) -> str:
    """Return the colour of a note; empty if it is black or malformed."""
    return text if _COLOUR.fullmatch(text) and text[-6:] != "000000" else ""


def _pitch(element: Element) -> Pitch | None:
    pitch = element.find("pitch")
    if pitch is None:
        return None
    step = text_of(pitch, "step").upper()
    if len(step) != 1 or step not in STEPS:
        raise ValueError(f"'{step}' is not a note name")
    alter = exact(text_of(pitch, "alter", "0"))  # a quarter tone is read as the half step towards the plain note
    if abs(alter) > 3:
        raise ValueError(f"an alteration by {text_of(pitch, 'alter')} half steps is not supported")
    return Pitch(int(exact(text_of(pitch, "octave"))), STEPS.index(step), int(alter))


def _notation(element: Element) -> Notation | None:
    note_type = text_of(element, "type")
    dots = len(element.findall("dot"))
    if note_type not in TYPE_QUARTERS or dots > limits.MAX_DOTS:
        return None
    return Notation(note_type, dots, _tuplets(element))


def _tuplets(element: Element) -> tuple[Tuplet, ...]:
    """Return the tuplet of a note; nested tuplets are given as one ratio, which has the same sounding duration."""
    ratio = element.find("time-modification")
    if ratio is None:
        return ()
    actual, normal = number_of(ratio.findtext("actual-notes"), 0), number_of(ratio.findtext("normal-notes"), 0)
    if not (0 < actual <= limits.MAX_TUPLET and 0 < normal <= limits.MAX_TUPLET):
        return ()
    ends = {mark.get("type") for mark in element.iterfind("notations/tuplet")}
    return (Tuplet(actual, normal, "start" in ends, "stop" in ends),)


def _lyric(element: Element) -> Lyric | None:
    """Return the lyric of a <lyric>, None if it is empty; syllables under one note are joined by their elision sign."""
    texts: list[str] = []
    syllabics: list[str] = []
    elision = ""
    for child in element:
        if child.tag == "elision":
            elision = child.text or _ELISION
        elif child.tag == "syllabic":
            syllabics.append((child.text or "").strip())
        elif child.tag == "text":
            texts.append(elision + (child.text or "").strip())
            elision = ""
    text = "".join(texts)
    if not text:
        return None
    verse = (element.get("number") or element.get("name") or "1").strip()
    return without_number(Lyric(text, verse, _syllabic(syllabics), element.find("extend") is not None))


def _syllabic(syllabics: list[str]) -> str:
    if not syllabics:
        return "single"
    opens = syllabics[0] not in ("middle", "end")
    closes = syllabics[-1] not in ("middle", "begin")
    return {(True, True): "single", (True, False): "begin", (False, True): "end"}.get((opens, closes), "middle")


def _ornaments(marks: list[Element], lost: Counter[str]) -> list[str]:
    signs = [sign.tag for mark in marks if mark.tag == "ornaments" for sign in mark]
    lost.update(sign for sign in signs if sign not in _KEPT_ORNAMENTS and sign != "accidental-mark")
    return [sign for sign in signs if sign in _KEPT_ORNAMENTS]


def _slurs(marks: list[Element], end: str) -> tuple[int, ...]:
    return tuple(number_of(mark.get("number"), 1) for mark in marks if mark.tag == "slur" and mark.get("type") == end)
