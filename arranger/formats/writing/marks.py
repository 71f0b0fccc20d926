"""What stands over and under a staff: chord symbols, tempo, dynamics, words, hairpins and jumps."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from theory.notation.chord_xml import to_harmony
from theory.notation.durations import dotted_quarters
from theory.notation.pitch import STEPS, Tone
from theory.notation.score import Direction, Harmony
from theory.notation.unfold import JUMPS

_DYNAMICS = frozenset(
    [
        "p",
        "pp",
        "ppp",
        "pppp",
        "ppppp",
        "pppppp",
        "f",
        "ff",
        "fff",
        "ffff",
        "fffff",
        "ffffff",
        "mp",
        "mf",
        "sf",
        "sfp",
        "sfpp",
        "fp",
        "rf",
        "rfz",
        "sfz",
        "sffz",
        "fz",
        "n",
        "pf",
        "sfzp",
    ]
)
_JUMP_SOUNDS = {
    "segno": {"segno": "segno"},
    "coda": {"coda": "coda"},
    "fine": {"fine": "yes"},
    "to-coda": {"tocoda": "coda"},
    "da-capo": {"dacapo": "yes"},
    "dal-segno": {"dalsegno": "segno"},
}
_JUMP_WORDS = {"fine": "Fine", "to-coda": "To Coda", "da-capo": "D.C.", "dal-segno": "D.S."}


def decimal(number: Fraction) -> str:
    """Return a number as MusicXML writes it, with at most three decimals.

    >>> decimal(Fraction(120)), decimal(Fraction(181, 2))
    ('120', '90.5')
    """
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def _add_tone(parent: Element, name: str, tone: Tone) -> None:
    element = SubElement(parent, name)
    SubElement(element, f"{name}-step").text = STEPS[tone.step]
    if tone.alter:
        SubElement(element, f"{name}-alter").text = str(tone.alter)


def harmony_element(harmony: Harmony, offset: int = 0) -> Element:
    """Return a chord symbol's ``harmony``, so many divisions after the note it stands before."""
    element = Element("harmony", {"placement": "above"})
    symbol = harmony.symbol
    kind, text, degrees = to_harmony(symbol)
    if symbol.root is None:
        SubElement(element, "function")  # a root, even with an empty text, is printed by MuseScore 3
    else:
        _add_tone(element, "root", symbol.root)
    SubElement(element, "kind", {"text": text} if text else {}).text = kind
    if symbol.root is not None and symbol.bass is not None and symbol.bass != symbol.root:
        _add_tone(element, "bass", symbol.bass)
    for value, alter, change in degrees:
        degree = SubElement(element, "degree", {"print-object": "no"})
        SubElement(degree, "degree-value").text = str(value)
        SubElement(degree, "degree-alter").text = str(alter)
        SubElement(degree, "degree-type").text = change
    _add_offset(element, offset)
    return element


def _add_offset(element: Element, offset: int) -> None:
    if offset:
        SubElement(element, "offset").text = str(offset)


def _tempo(direction: Direction, types: Element) -> dict[str, str]:
    """Fill a tempo mark; return its sound: quarters a minute."""
    quarters = Fraction(direction.value)
    metronome = SubElement(types, "metronome")
    SubElement(metronome, "beat-unit").text = direction.beat_unit
    for _ in range(direction.beat_dots):
        SubElement(metronome, "beat-unit-dot")
    beat = dotted_quarters(direction.beat_unit, direction.beat_dots)
    SubElement(metronome, "per-minute").text = decimal(quarters / beat)
    return {"tempo": decimal(quarters)}


def _jump_text(direction: Direction) -> str:
    following = {"fine": " al Fine", "coda": " al Coda"}.get(direction.value, "")
    return direction.text or _JUMP_WORDS[direction.kind] + following


def _fill_type(direction: Direction, types: Element) -> dict[str, str]:
    """Fill a ``direction-type``; return the attributes of its ``sound``."""
    kind = direction.kind
    if kind == "tempo":
        return _tempo(direction, types)
    if kind == "dynamic":
        name = direction.text or direction.value
        dynamics = SubElement(types, "dynamics")
        if name in _DYNAMICS:
            SubElement(dynamics, name)
        else:
            SubElement(dynamics, "other-dynamics").text = name
    elif kind == "wedge":
        SubElement(types, "wedge", {"type": direction.value})
    elif kind in ("segno", "coda"):
        SubElement(types, kind)
    elif kind in JUMPS:
        SubElement(types, "words").text = _jump_text(direction)
    else:
        SubElement(types, "rehearsal" if kind == "rehearsal" else "words").text = direction.text
    return _JUMP_SOUNDS.get(kind, {})


def direction_element(direction: Direction, offset: int = 0, *, placement: str = "") -> Element:
    """Return a ``direction``, so many divisions after the note it stands before."""
    element = Element("direction", {"placement": placement or direction.placement})
    if direction.kind == "tempo" and direction.text:
        SubElement(SubElement(element, "direction-type"), "words").text = direction.text
    sound: dict[str, str] = {}
    if direction.kind != "tempo" or direction.value:
        sound = _fill_type(direction, SubElement(element, "direction-type"))
    _add_offset(element, offset)
    if sound:
        SubElement(element, "sound", sound)
    return element
