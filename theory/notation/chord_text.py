"""Chord symbols as text.

The parser reads the tokens of a suffix from left to right (``m``, ``maj``, ``7``, ``sus4``, ``b9``,
``add9``, ``no3`` ...) and collects the degrees of the chord. It accepts the common spellings of lead
sheets and rejects everything else. Choices where charts differ: a triangle or ``^`` alone means a major
seventh; ``C2`` is C with an added ninth and ``C4`` is Csus4; ``C7+`` is C7#5; ``-`` after the root means
minor, after a number it lowers the next degree (``C-7-5``); a number in parentheses is an added tone
(``C7(13)``), with a sign after it an altered one (``C7(9-)``); a slash before a quality separates only
(``C#/dim``), ``d`` alone means diminished, and ``Cmj7`` is a major seventh. A lower-case root is accepted only if
the suffix names the third (``am7``), because some books write minor chords as lower-case letters; a bass note may
be lower-case, and have ``+`` for a sharp (``A7/c+``).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from theory.notation.chord_kinds import (
    QUALITIES,
    QUALITY_NAMES,
    ChordDegree,
    ChordSymbolError,
    Degrees,
    Quality,
    nearest_qualities,
    normalized,
)
from theory.notation.pitch import Tone

_UNIFORM = str.maketrans(
    {"♭": "b", "♯": "#", "△": "Δ", "∆": "Δ", "▵": "Δ", "Ø": "ø", "∅": "ø", "º": "°", "˚": "°", "⁺": "+",
     "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-", "[": "(", "]": ")",
     "𝄫": "bb", "𝄪": "##",
     "\ue260": "b", "\ue262": "#", "\ue10d": "b", "\ue10c": "#"}  # characters of music fonts: SMuFL and older MuseScore
)  # fmt: skip
LONGEST_SYMBOL = 60  # characters; a longer text is no chord symbol
NO_CHORD = re.compile(r"^(n\.?\s?c\.?|no chord|tacet)$", re.IGNORECASE)
_NOTE = r"[A-Ga-g](?:bb|##|b|#|x)?"
# + and - raise and lower a bass note in older tune books: A7/c+ is A7 over C sharp
_SYMBOL = re.compile(rf"^({_NOTE})(.*?)(?:\s*/\s*({_NOTE}[+-]?))?[.,]?$")
_SLASHED_QUALITY = re.compile(
    r"^/\s*(?=(?:dim|aug|sus|add|maj|min|m7?(?![a-z])|°|\+))", re.IGNORECASE
)  # C#/dim is C#dim
_SIGN_AFTER = re.compile(r"(?<=[(,])\s*(13|11|9|6|5)([+-])\s*(?=[),])")  # C7(9-) is C7(b9)
_TOKEN = re.compile(
    r"""
      (?P<gap>[(),\s])
    | (?P<slash>/(?!o))
    | (?P<half>ø|(?i:half-?dim(?:inished)?|hdim)|h|/o)
    | (?P<sus>(?i:sus))(?P<sus_number>24|2|4)?
    | (?P<add>(?i:add))(?P<add_sign>[b#]?)(?P<add_number>13|11|9|6|4|2)
    | (?P<omit>(?i:no|omit))\s?(?P<omit_number>13|11|9|7|5|3)(?:rd|th)?
    | (?P<alt>(?i:alt))
    | (?P<major>(?i:major|maj|mj|ma(?!dd))|M(?![Ii])|j|Δ|\^)
    | (?P<minor>(?i:minor|min|mi)|m|-)
    | (?P<dim>(?i:diminished|dim)|°|o|d(?=7?$))
    | (?P<aug>(?i:augmented|aug)|\+)
    | (?P<dominant>(?i:dom))
    | (?P<sign>[b#])(?P<degree>13|11|9|7|6|5|4)
    | (?P<number>6/9|69|13|11|9|7|6|5|4|2)
    """,
    re.VERBOSE,
)
# after a number, - and + lower and raise a degree, as in older books: C-7-5, C7+9
_SIGNED = re.compile(r"(?P<sign>[+-])(?P<degree>13|11|9|5)")
_BALANCED = re.compile(r"[^()]*(\([^()]*\)[^()]*)*")
_SIGNS = {"b": -1, "-": -1, "": 0, "#": 1, "+": 1}


@dataclass
class _Reading:
    """State of the parser while it reads a suffix."""

    third: int | None = 0  # alteration of the third; None: no third
    fifth: int | None = 0  # alteration of the fifth; None: no fifth
    number: str = ""  # the chord's number: 6, 7, 9 ...
    triad: str = ""  # the token that named the triad: minor, dim or half
    is_major: bool = False  # a token for major was read; the seventh is major
    added: list[ChordDegree] = field(default_factory=list)
    omitted: set[int] = field(default_factory=set)
    last: str = ""  # kind of the previous token


def parse_symbol(text: str) -> tuple[Tone, Degrees, Tone | None]:
    """Read root, degrees and slash bass of a chord symbol. Raises ChordSymbolError if it is not understood.

    >>> root, degrees, bass = parse_symbol("B♭6/9/F")
    >>> str(root), len(degrees), str(bass)
    ('Bb', 5, 'F')
    """
    match = _SYMBOL.match(_uniform(text)) if len(text) <= LONGEST_SYMBOL else None
    if not match:
        raise _unknown(text)
    root, suffix, bass = match[1], match[2].strip(), match[3]
    try:
        degrees = parse_suffix(suffix)
    except ChordSymbolError:
        raise _unknown(text) from None
    if root[0].islower() and not _says_third(suffix):
        capital = root[0].upper() + root[1:]
        raise ChordSymbolError(f"chord symbol {text!r} is ambiguous; write {capital}{suffix} or {capital}m{suffix}")
    return _tone(root), degrees, parse_bass(bass) if bass else None


def parse_bass(name: str) -> Tone:
    """Return a bass note after a slash; ``+`` and ``-`` raise and lower it.

    >>> str(parse_bass("f+")), str(parse_bass("Bb"))
    ('F#', 'Bb')
    """
    plain = name.strip().translate(_UNIFORM)
    signs = {"+": "#", "-": "b"}
    return _tone(plain[:1].upper() + "".join(signs.get(sign, sign) for sign in plain[1:]))


def _uniform(text: str) -> str:
    """Return a symbol in plain letters, digits and signs: those of music fonts and raised ones are replaced."""
    return unicodedata.normalize("NFKC", text.strip().translate(_UNIFORM)).translate(_UNIFORM)


def _tone(name: str) -> Tone:
    return Tone.parse(name.replace("x", "##"))


def _says_third(suffix: str) -> bool:
    token = _TOKEN.match(suffix)
    return token is not None and any(token[word] for word in ("half", "sus", "major", "minor", "dim", "aug"))


def parse_suffix(text: str) -> Degrees:
    """Read the degrees of a suffix such as ``m7b5`` or ``7(b9,#11)``. Raises ChordSymbolError if it is not understood.

    >>> [str(degree) for degree in sorted(parse_suffix("-7b5"))]
    ['1', 'b3', 'b5', 'b7']
    """
    suffix = _SIGN_AFTER.sub(_sign_before, _SLASHED_QUALITY.sub("", _uniform(text)))
    if suffix in QUALITY_NAMES:
        return QUALITY_NAMES[suffix]
    if not _BALANCED.fullmatch(suffix):
        raise _unknown(text)
    reading, position = _Reading(), 0
    while position < len(suffix):
        match = (_SIGNED.match(suffix, position) if reading.number else None) or _TOKEN.match(suffix, position)
        if not match or not _take(reading, match.groupdict()):
            raise _unknown(text)
        position = match.end()
    if reading.last in ("dominant", "slash") or (reading.number == "5" and (reading.triad or reading.is_major)):
        raise _unknown(text)
    return _degrees(reading)


def _sign_before(match: re.Match[str]) -> str:
    return ("#" if match[2] == "+" else "b") + match[1]


def _take(reading: _Reading, token: dict[str, str | None]) -> bool:
    """Apply one token to the reading and return whether it is allowed at this point."""
    kind = next(name for name in _TAKERS if token.get(name))
    taken = _TAKERS[kind](reading, {name: value or "" for name, value in token.items()})
    reading.last = kind
    return taken


def _take_gap(reading: _Reading, token: dict[str, str]) -> bool:
    return True


def _take_slash(reading: _Reading, token: dict[str, str]) -> bool:
    return reading.last != "slash" and bool(reading.number or reading.triad)


def _take_triad(reading: _Reading, token: dict[str, str]) -> bool:
    word = next(name for name in ("half", "minor", "dim") if token.get(name))
    if reading.triad or reading.number or reading.is_major or reading.third is None:
        return False
    reading.triad, reading.third = word, -1
    if word != "minor":
        reading.fifth = -1
    return True


def _take_augmented(reading: _Reading, token: dict[str, str]) -> bool:
    if reading.fifth != 0:
        return False
    reading.fifth = 1
    return True


def _take_major(reading: _Reading, token: dict[str, str]) -> bool:
    if reading.is_major or reading.number not in ("", "7") or reading.triad == "half":
        return False
    reading.is_major = True
    if token["major"] in ("Δ", "^") and not reading.number:
        reading.number = "Δ"
    return True


def _take_number(reading: _Reading, token: dict[str, str]) -> bool:
    number = token["number"]
    apart = reading.last in ("gap", "slash") and number not in ("5", "6", "7", "69", "6/9")
    if apart or reading.number not in ("", "Δ"):
        reading.added.append(ChordDegree(int(number) if number.isdigit() else 0))
        return reading.last in ("gap", "slash") and number in ("9", "11", "13", "2", "4", "6")
    if reading.last == "slash":  # Dm/7 is ambiguous: a seventh chord, or the seventh in the bass
        return False
    if reading.last == "aug" and number == "5":  # in C+5 the 5 only repeats the raised fifth
        return True
    if reading.last == "aug" and reading.triad == "minor":  # Cm+7 is ambiguous: m7#5 or m(maj7)
        return False
    reading.number = number.replace("/", "")
    return True


def _take_degree(reading: _Reading, token: dict[str, str]) -> bool:
    number, alter = int(token["degree"]), _SIGNS[token["sign"]]
    if number == 7:  # Cm#7 is a minor chord with a major seventh
        reading.is_major = alter == 1 and reading.triad == "minor" and not reading.number
        reading.number = reading.number or "7"
        return reading.is_major
    if reading.last == "major" and not reading.number:  # Cmaj#11 is ambiguous: with or without the seventh
        return False
    if number == 5 and reading.fifth == 0:
        reading.fifth = None
    reading.added.append(ChordDegree({4: 11, 6: 13}.get(number, number), alter))
    return True


def _take_added(reading: _Reading, token: dict[str, str]) -> bool:
    number = int(token["add_number"])
    reading.added.append(ChordDegree({2: 9, 4: 11}.get(number, number), _SIGNS[token["add_sign"]]))
    return True


def _take_omitted(reading: _Reading, token: dict[str, str]) -> bool:
    reading.omitted.add(int(token["omit_number"]))
    return True


def _take_suspended(reading: _Reading, token: dict[str, str]) -> bool:
    reading.third = None
    reading.added += [ChordDegree(int(number)) for number in token["sus_number"] or "4"]
    return not reading.triad and reading.number not in ("2", "5")


def _take_altered(reading: _Reading, token: dict[str, str]) -> bool:
    reading.fifth = None
    reading.added += [ChordDegree(5, 1), ChordDegree(9, -1), ChordDegree(9, 1)]
    reading.number = reading.number or "7"
    return reading.number == "7" and not reading.triad


def _take_dominant(reading: _Reading, token: dict[str, str]) -> bool:
    return not reading.triad and not reading.number and not reading.is_major


_TAKERS = {
    "gap": _take_gap,
    "slash": _take_slash,
    "half": _take_triad,
    "sus": _take_suspended,
    "add": _take_added,
    "omit": _take_omitted,
    "alt": _take_altered,
    "major": _take_major,
    "minor": _take_triad,
    "dim": _take_triad,
    "aug": _take_augmented,
    "dominant": _take_dominant,
    "degree": _take_degree,
    "number": _take_number,
}


def _degrees(reading: _Reading) -> Degrees:
    degrees = {ChordDegree(1)} | set(reading.added)
    if reading.third is not None:
        degrees.add(ChordDegree(3, reading.third))
    if reading.fifth is not None:
        degrees.add(ChordDegree(5, reading.fifth))
    degrees |= _of_number(reading)
    if reading.number in ("4", "5", "11") and reading.third == 0:
        degrees.discard(ChordDegree(3))
    return normalized(degree for degree in degrees if degree.number not in reading.omitted)


def _of_number(reading: _Reading) -> set[ChordDegree]:
    """Return the degrees that the chord's number implies: a seventh and the tensions up to the number."""
    number = "7" if reading.number == "Δ" or (reading.triad == "half" and not reading.number) else reading.number
    if number in ("6", "69"):
        return {ChordDegree(int(digit)) for digit in number}
    if number in ("2", "4"):
        return {ChordDegree({"2": 9, "4": 4}[number])}
    if number not in ("7", "9", "11", "13"):
        return set()
    seventh = 0 if reading.is_major else -2 if reading.triad == "dim" else -1
    tensions = {n for n in (9, 11, 13) if n <= int(number)}
    if number == "13" and reading.third != -1:
        tensions.discard(11)
    altered = {degree.number for degree in reading.added if degree.alter}
    return {ChordDegree(7, seventh)} | {ChordDegree(n) for n in tensions - altered}


def _unknown(text: str) -> ChordSymbolError:
    """Return the error for a symbol that is not understood; it suggests the nearest known symbol."""
    match = re.match(rf"^({_NOTE})(.*)$", _uniform(text))
    root, suffix = (match[1][0].upper() + match[1][1:], match[2]) if match else ("C", text.strip()[1:])
    near = difflib.get_close_matches(suffix, [quality.name for quality in QUALITIES], n=1, cutoff=0.4)
    return ChordSymbolError(f"chord symbol {text!r} is not understood; the nearest known is {root}{''.join(near)}")


@lru_cache(maxsize=4096)
def suffix_of(degrees: Degrees) -> str:
    """Return the canonical suffix of degrees, which :func:`parse_suffix` reads back.

    Raises ChordSymbolError if no suffix describes the degrees, for example if there are two thirds.

    >>> suffix_of(parse_suffix("min7(b5)")), suffix_of(parse_suffix("7b9#11"))
    ('m7b5', '7b9#11')
    """
    for quality in nearest_qualities(degrees):
        suffix = _changed_suffix(quality, degrees)
        if _reads_as(suffix, degrees):
            return suffix
    raise ChordSymbolError(f"no chord symbol has the degrees {' '.join(str(degree) for degree in sorted(degrees))}")


def _changed_suffix(quality: Quality, degrees: Degrees) -> str:
    """Return the suffix of a quality, extended by the words that change it to these degrees."""
    numbers = {degree.number for degree in degrees}
    missing = {degree.number for degree in quality.degrees} - numbers
    if numbers & {2, 4}:  # sus already removes the third
        missing.discard(3)
    words = [_word(degree) for degree in sorted(degrees - quality.degrees)] + [f"no{n}" for n in sorted(missing)]
    text = "".join(words)
    return f"({text})" if not quality.name and text[:1] in ("b", "#") else quality.name + text


def _word(degree: ChordDegree) -> str:
    if degree.alter:
        return str(degree)
    return f"sus{degree.number}" if degree.number in (2, 4) else f"add{degree.number}"


def _reads_as(suffix: str, degrees: Degrees) -> bool:
    try:
        return parse_suffix(suffix) == degrees
    except ChordSymbolError:
        return False
