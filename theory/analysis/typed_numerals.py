"""Roman numerals that somebody typed into a score: as lyrics under a staff, or as text beside it.

People write ``V6/5``, ``V65`` or ``V⁶₅``, ``vii°7`` or ``viio7``, ``D: V`` or ``D:`` and then ``V``. All are read as
RomanText writes them (`theory.analysis.romantext`). ``vii`` without a sign is the diminished chord, since nothing else
is meant by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


def typed_numerals(score: Score) -> tuple[TypedNumeral, ...]:
    """Return the numerals that are typed into a score, in order; empty if there are none.

    They are the lowest line of lyrics that mostly consists of numerals, or else such texts.
    """
    for line in _lines(score):
        read = [_read(onset, text) for onset, text in line]
        known = sum(bool(each.figure or each.key) for each in read)
        if known >= _LEAST_SHARE * len(read) and any(each.figure not in ("", "I", "i") for each in read):
            return tuple(_with_keys(read))
    return ()


def _lines(score: Score) -> Iterator[list[tuple[Fraction, str]]]:
    """Yield lines of (onset in quarters, text): lyrics from the lowest part and verse up, then texts."""
    for part in reversed(score.parts):
        verses: dict[str, list[tuple[Fraction, str]]] = defaultdict(list)
        for note in part.notes:
            for lyric in note.lyrics:
                verses[lyric.verse].append((note.onset_quarter, lyric.text))
        yield from (verses[verse] for verse in sorted(verses, reverse=True))
    texts = [(each.onset_quarter, each.text) for each in score.directions if each.kind == "words" and each.text.strip()]
    yield [(onset, text) for onset, text in sorted(texts) if _read(onset, text).figure]


def _read(onset_quarter: Fraction, text: str) -> TypedNumeral:
    try:
        return TypedNumeral(onset_quarter, text, *parse_numeral(text))
    except ValueError:
        return TypedNumeral(onset_quarter, text)


def _with_keys(read: Sequence[TypedNumeral]) -> Iterator[TypedNumeral]:
    """Yield the numerals; a key on its own belongs to the next one."""
    key: Key | None = None
    for each in read:
        key = each.key or key
        if each.figure or each.key is None:
            yield TypedNumeral(each.onset_quarter, each.text, each.figure, key)
            key = None
