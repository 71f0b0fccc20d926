"""Roman numerals that somebody typed into a score: as lyrics under a staff, or as text beside it.

People write ``V6/5``, ``V65`` or ``V⁶₅``, ``vii°7`` or ``viio7``, ``D: V`` or ``D:`` and then ``V``. All are read as
RomanText writes them (`theory.analysis.romantext`). ``vii`` without a sign is the diminished chord, since nothing else
is meant by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from theory.notation.key import Key
from theory.notation.score import Score

_SAME = str.maketrans(
    {
        **{sign: str(number) for digits in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉") for number, sign in enumerate(digits)},
        **dict.fromkeys("°º˚", "o"),
        **dict.fromkeys("Ø⌀∅", "ø"),
        "♯": "#", "♭": "b", "♮": "", "⁺": "+", "\u00a0": " ",
        **dict.fromkeys("()[]", None),
    }
)  # fmt: skip
_DEGREE = "(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
_CHORD = rf"(?:[b#]{{0,2}}{_DEGREE}[oø+]?|N|It|Fr|Ger|Cad)"
_NUMERAL = re.compile(rf"{_CHORD}\+?(?:64|65|6|7|43|42|9)?(?:/[b#]?{_DEGREE}o?)?")
_KEY = re.compile(r"([A-Ga-g][b#]?)\s*(major|minor|maj|min|dur|moll|m)?\s*:\s*", re.IGNORECASE)
_NATIONAL = re.compile(r"^(?:Gr|Gn|Al)(?=\d|$)")
_STACKED = re.compile(r"(?<=\d)[/,\-.](?=\d)")
_SIX_FOURS = re.compile(r"^[KC]64|^Cad64|^[KC]6$")
_MOST_TEXT = 24  # characters of one numeral with its key
_LEAST_SHARE = 0.6  # of the words of a verse that must be numerals for the verse to be an analysis
_GOALS = ("7", "65", "43", "42", "6")  # figures that change a numeral; others lead back to the triad
_FIGURES = (*_GOALS, "5", "53", "3", "64")
_MINOR = {"minor", "min", "m", "moll"}


@dataclass(frozen=True)
class TypedNumeral:
    """A numeral as typed, and as RomanText writes it; ``figure`` is empty if it is not understood."""

    onset_quarter: Fraction
    text: str
    figure: str = ""
    key: Key | None = None  # a new key that is named before it


def parse_numeral(text: str) -> tuple[str, Key | None]:
    """Return a numeral as RomanText writes it and the key that is named before it, empty and None if there is none.

    Raises ValueError if it is neither.

    >>> parse_numeral("V6/5"), parse_numeral("vii°7/V")[0], str(parse_numeral("f#: i")[1]), parse_numeral("K64")[0]
    (('V65', None), 'viio7/V', 'F# minor', 'Cad64')
    """
    if len(text) > _MOST_TEXT:
        raise ValueError(f"'{text[:_MOST_TEXT]} ...' is too long for a Roman numeral")
    plain = text.translate(_SAME).strip()
    named = _KEY.match(plain)
    key = _key(named) if named else None
    rest = _written(plain[named.end() :] if named else plain)
    if (rest or key is None) and not _NUMERAL.fullmatch(rest):
        raise ValueError(f"'{text}' is not a Roman numeral; write for example V65, viio7/V, N6, Ger65 or 'D: V'")
    return rest, key


def _key(match: re.Match[str]) -> Key:
    tonic, mode = match[1], (match[2] or "").lower()
    if mode:
        return Key.parse(f"{tonic} {'minor' if mode in _MINOR and match[2] != 'M' else 'major'}")
    return Key.parse(tonic)


def _written(text: str) -> str:
    """Return a numeral as RomanText writes it."""
    plain = re.sub(r"\s+of\s+", "/", text)
    plain = _STACKED.sub("", "".join(plain.split())).replace("0", "o", 1 if re.search(r"[iIvV]0", plain) else 0)
    plain = plain.replace("/o", "ø").replace("o/", "ø", 1 if re.search(r"o/\d", plain) else 0)
    plain = _SIX_FOURS.sub("Cad64", _NATIONAL.sub("Ger", plain))
    if plain in ("Ger", "Fr", "It", "N", "Ger6", "Fr6", "Ger+6", "Fr+6", "It+6"):
        plain = {"G": "Ger65", "F": "Fr43", "I": "It6", "N": "N6"}[plain[0]]
    plain = re.sub(r"53?(?=/|$)", "", plain) if re.search(r"[iIvVo+]53?(?:/|$)", plain) else plain
    plain = re.sub(r"(?<=[iIvVoø+])63(?=/|$)", "6", plain)
    plain = re.sub(r"(?<=[iIvVoø])(?:4?2)(?=/|$)", "42", plain)
    return re.sub(r"^vii(?=\d|$|/)", "viio", plain)


def numeral_steps(text: str) -> list[str]:
    """Return the numerals that follow each other over one bass note.

    >>> numeral_steps("V64-53"), numeral_steps("V8-7"), numeral_steps("V4-3"), numeral_steps("ii6")
    (['Cad64', 'V'], ['V', 'V7'], ['V'], ['ii6'])
    """
    head, dash, tail = text.partition("-")
    numeral = head.rstrip("0123456789/")
    if not dash or not numeral:
        return [text]
    first, last = (figures.replace("/", "") for figures in (head[len(numeral) :], tail))
    goal = numeral + (last if last in _GOALS else "")
    if first == "64":
        key, _, _ = numeral.rpartition(":")
        return [f"{key}:Cad64" if key else "Cad64", goal]
    return [numeral, goal] if goal != numeral and first in ("8", "5", "") else [goal]


def typed_numerals(score: Score) -> tuple[TypedNumeral, ...]:
    """Return the numerals that are typed into a score, in order; empty if there are none.

    They are the lowest line of lyrics that mostly consists of numerals, or else such texts. Figures alone, as a program
    makes of ``V64-53``, belong to the numeral before.
    """
    for line in _lines(score):
        read = [each for text in line for each in _read(text)]
        known = sum(bool(each.figure or each.key) for each in read)
        if known >= _LEAST_SHARE * len(read) and any(each.figure not in ("", "I", "i") for each in read):
            return tuple(_with_keys(_with_figures(read)))
    return ()


@dataclass(frozen=True)
class _Text:
    """A text with its onset and duration in quarters."""

    onset_quarter: Fraction
    duration_quarter: Fraction
    text: str


def _lines(score: Score) -> Iterator[list[_Text]]:
    """Yield lines of texts: lyrics from the lowest part and the last verse on, then the words of the score."""
    for part in reversed(score.parts):
        verses: dict[str, list[_Text]] = defaultdict(list)
        for note in part.notes:
            for lyric in note.lyrics:
                verses[lyric.verse].append(_Text(note.onset_quarter, note.duration_quarter, lyric.text.strip()))
        yield from (verses[verse] for verse in sorted(verses, reverse=True))
    words = [
        _Text(each.onset_quarter, Fraction(0), each.text.strip()) for each in score.directions if each.kind == "words"
    ]
    yield [each for each in words if any(found.figure for found in _read(each))]


def _read(text: _Text) -> Iterator[TypedNumeral]:
    """Yield the numerals of a text; several over one note divide its time."""
    steps = numeral_steps(text.text)
    for index, step in enumerate(steps):
        onset = text.onset_quarter + index * text.duration_quarter / len(steps)
        try:
            yield TypedNumeral(onset, text.text, *parse_numeral(step))
        except ValueError:
            yield TypedNumeral(onset, text.text)


def _with_figures(read: Sequence[TypedNumeral]) -> Iterator[TypedNumeral]:
    """Yield the numerals; figures alone are the numeral before with these figures."""
    for index, each in enumerate(read):
        before = read[index - 1].figure.rstrip("0123456789") if index else ""
        figures = each.text.translate(_SAME).replace("/", "")
        after = read[index + 1].text.replace("/", "") if index + 1 < len(read) else ""
        if figures in _FIGURES and before and not each.figure:
            yield replace(each, figure=before + (figures if figures in _GOALS else ""))
        elif each.figure == "V64" and after in ("5", "53"):
            yield replace(each, figure="Cad64")
        else:
            yield each


def _with_keys(read: Iterable[TypedNumeral]) -> Iterator[TypedNumeral]:
    """Yield the numerals; a key on its own belongs to the next one."""
    key: Key | None = None
    for each in read:
        key = each.key or key
        if each.figure or each.key is None:
            yield replace(each, key=key)
            key = None
