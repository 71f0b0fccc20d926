"""Chord symbols, words and signs of MusicXML: <harmony>, <direction>, <sound>.

A chord symbol with an <inversion> but no <bass> gets the bass that the inversion names.

Jumps (D.C. al Fine, D.S. al Coda, To Coda, Fine) are recognised by the attributes of <sound>, or
else by their wording.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.formats import limits
from arranger.formats.reading.musicxml.notes import exact, number_of, text_of
from arranger.formats.reading.typed import direction_of_words
from theory.notation.chord import ChordSymbol
from theory.notation.chord_xml import parse_harmony
from theory.notation.durations import TYPE_QUARTERS, dotted_quarters
from theory.notation.pitch import Tone
from theory.notation.score import Direction, DirectionKind

_SIGNS: dict[str, DirectionKind] = {"segno": "segno", "coda": "coda"}
# attribute of <sound> -> kind of direction
_SOUNDS: dict[str, DirectionKind] = {
    "dacapo": "da-capo",
    "dalsegno": "dal-segno",
    "tocoda": "to-coda",
    "fine": "fine",
    "coda": "coda",
    "segno": "segno",
}


def parse_harmony_element(element: Element) -> tuple[ChordSymbol | None, list[str]]:
    """Return the chord symbol of a <harmony>, None if it cannot be read, and messages about it.

    Of several chords in one <harmony> the first one is followed.
    """
    groups = _chords_of(element)
    if not groups:
        return None, []
    symbol, doubt = _parse_chord(groups[0])
    doubts = [doubt] if doubt else []
    for group in groups[1:]:
        other = _parse_chord(group)[0]
        shown = f"'{symbol}' and '{other}'" if symbol and other else "several chords"
        doubts.append(f"one chord symbol has {shown} stacked; only the first is followed")
    return symbol, doubts


def _chords_of(element: Element) -> list[list[Element]]:
    """Return the elements of each chord in a <harmony>."""
    groups: list[list[Element]] = []
    for child in element:
        # each chord begins with its root (a chord without one is given by its kind alone)
        if child.tag in ("root", "function", "numeral") or (child.tag == "kind" and not groups):
            groups.append([])
        if groups:
            groups[-1].append(child)
    return groups


def _parse_chord(group: Sequence[Element]) -> tuple[ChordSymbol | None, str]:
    chord = {child.tag: child for child in group}
    kind = chord.get("kind", Element("kind"))
    name, label = (kind.text or "").strip(), kind.get("text") or ""
    doubt = "" if name or label else "a chord symbol without a kind is read as a major triad"
    try:
        root, bass = _tone(chord.get("root"), "root"), _tone(chord.get("bass"), "bass")
        degrees = tuple(_degree(child) for child in group if child.tag == "degree")
        symbol = parse_harmony(root, name or ("" if label else "major"), kind_text=label, degrees=degrees, bass=bass)
    except ValueError as error:
        shown = text_of(chord["root"], "root-step") if "root" in chord else ""
        return None, f"the chord symbol '{shown}{label or name}' cannot be read ({error}); left out"
    inversion = number_of(chord["inversion"].text, 0) if "inversion" in chord else 0
    if not inversion or bass is not None or symbol.root is None:
        return symbol, doubt
    try:
        return symbol.inverted(inversion), doubt
    except ValueError:
        return symbol, f"the chord symbol '{symbol}' has no inversion {inversion}; it is read in root position"


def _tone(element: Element | None, name: str) -> Tone | None:
    if element is None or not text_of(element, f"{name}-step"):
        return None
    tone = Tone.parse(text_of(element, f"{name}-step"))
    return Tone(tone.step, _altered(element, f"{name}-alter"))


def _altered(element: Element, name: str) -> int:
    """Return an alteration in half steps. Raises ValueError if it is impossible."""
    alter = number_of(element.findtext(name), 0)
    if abs(alter) > limits.MAX_ALTER:
        raise ValueError(f"an alteration by {alter} half steps; at most {limits.MAX_ALTER} are possible")
    return alter


def _degree(element: Element) -> tuple[int, int, str]:
    value = number_of(element.findtext("degree-value"), 0)
    if not 0 < value <= limits.MAX_DEGREE:
        raise ValueError(f"a degree {value}; degrees are 1 to {limits.MAX_DEGREE}")
    return value, _altered(element, "degree-alter"), text_of(element, "degree-type", "add")


def parse_directions(element: Element, onset_quarter: Fraction, lost: Counter[str]) -> list[Direction]:
    """Return the directions of one <direction>; signs that cannot be kept are counted in ``lost``."""
    sound = element.find("sound")
    placement = element.get("placement") or "above"
    found: list[Direction] = []
    for sign in element.iterfind("direction-type/*"):
        direction = _direction(sign, onset_quarter, placement)
        if direction is not None:
            found.append(direction)
        elif sign.tag != "words":
            lost[sign.tag] += 1
    return found if sound is None else _with_sound(found, sound, onset_quarter)


def parse_sound(element: Element, onset_quarter: Fraction) -> list[Direction]:
    """Return the directions of a <sound> outside a <direction>."""
    return _with_sound([], element, onset_quarter)


def _direction(sign: Element, onset_quarter: Fraction, placement: str) -> Direction | None:
    text = " ".join((sign.text or "").split())
    if sign.tag == "words":
        return direction_of_words(text, onset_quarter, placement) if text else None
    if sign.tag == "rehearsal":
        return Direction(onset_quarter, "rehearsal", text, placement=placement)
    if sign.tag in _SIGNS:
        return Direction(onset_quarter, _SIGNS[sign.tag], placement=placement)
    if sign.tag == "dynamics" and len(sign):
        mark = sign[0].text or "" if sign[0].tag == "other-dynamics" else sign[0].tag
        return Direction(onset_quarter, "dynamic", mark, mark, placement=placement)
    if sign.tag == "wedge" and sign.get("type") in ("crescendo", "diminuendo", "stop"):
        return Direction(onset_quarter, "wedge", value=str(sign.get("type")), placement=placement)
    return _metronome(sign, onset_quarter, placement) if sign.tag == "metronome" else None


def _metronome(sign: Element, onset_quarter: Fraction, placement: str) -> Direction | None:
    """Return a tempo in quarters per minute, with the printed beat unit; None if it has no number."""
    unit, dots = text_of(sign, "beat-unit"), len(sign.findall("beat-unit-dot"))
    number = re.search(r"\d{1,5}(?:\.\d{1,5})?", text_of(sign, "per-minute"))
    if unit not in TYPE_QUARTERS or number is None or dots > limits.MAX_DOTS:
        return None
    quarters = Fraction(number[0]) * dotted_quarters(unit, dots)
    return Direction(onset_quarter, "tempo", "", _decimal(quarters), unit, dots, placement)


def _with_sound(found: list[Direction], sound: Element, onset_quarter: Fraction) -> list[Direction]:
    """Return directions with those that only <sound> gives: a tempo without a mark, a jump not known by its words."""
    kinds: set[DirectionKind] = {direction.kind for direction in found}
    tempo = sound.get("tempo")
    if tempo and "tempo" not in kinds:
        found = [*found, Direction(onset_quarter, "tempo", "", _decimal(exact(tempo.strip())))]
    for attribute, kind in _SOUNDS.items():
        if sound.get(attribute) and kind not in kinds:
            found = _named(found, kind, onset_quarter)
            kinds.add(kind)
    return found


def _named(found: list[Direction], kind: DirectionKind, onset_quarter: Fraction) -> list[Direction]:
    """Return directions in which the words or sign get the kind that <sound> says; it is added if there are none."""
    for index, direction in enumerate(found):
        if direction.kind == "words" or (direction.kind == "coda" and kind == "to-coda"):
            return [*found[:index], replace(direction, kind=kind), *found[index + 1 :]]
    return [*found, Direction(onset_quarter, kind)]


def _decimal(number: Fraction) -> str:
    """Return a number as short text: 96, 67.5."""
    return f"{float(number):.6g}"
