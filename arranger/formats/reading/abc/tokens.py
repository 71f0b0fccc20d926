"""The signs of a line of ABC music.

Source: the ABC music standard 2.1, section 4 (the tune body). A lone ``!`` is a line break of older books (section
10.2.1): what stands between two of them is a decoration only if it is no music.
"""

from __future__ import annotations

import re
from fractions import Fraction

TOKEN = re.compile(
    r"""
    (?P<quoted>"(?:[^"\\]|\\.){0,500}")
  | (?P<decoration>!(?:f{1,4}|fz|8v[ab][()]|[0-5]|[<>][()]?|\^|[Dd]\.\s?[CcSs]\.[^!|"]{0,20}
        |(?![A-Ga-gxyzZHLMOPSTuv0-9,'/_^=<>()\[\]{}:~.&`-]+!)[^!|\s"]{1,40})!
      |\+(?![A-Ga-g0-9,'/_^=]+\+)[a-zA-Z]{1,30}\+|[.~HLMOPSTuv](?![|]))
  | (?P<oldchord>\+[A-Ga-g0-9,'/_^=]{1,40}\+)
  | (?P<grace>\{/?[^}]{0,500}\})
  | (?P<field>\[[A-Za-z]:[^\]]{0,500}\])
  | (?P<bar>(?:\.?\|[\]:|]*|:{1,100}\|[\]:|]*|\[\|\]?|::)(?:\s*\[?[1-9][0-9,\-]{0,9})?|\[[1-9][0-9,\-]{0,9})
  | (?P<chord>\[[^\]\[|]{0,500}\]\d*/*\d*)
  | (?P<tuplet>\(\d(?::\d?){0,2})
  | (?P<note>(?:[_^]\d?/\d?|[_^=]{0,2})[A-Ga-g][,']*\d*/*\d*)
  | (?P<rest>[zxZX]\d*/*\d*)
  | (?P<broken><+|>+)
  | (?P<tie>-)
  | (?P<slur>[()])
  | (?P<space>y\d*|\\"?|[\s`$!])
  | (?P<overlay>&)
  | (?P<other>.)
    """,
    re.VERBOSE,
)
NOTE = re.compile(r"([_^]\d?/\d?|[_^=]{0,2})([A-Ga-g])([,']*)(\d*)(/*)(\d*)(-?)")
QUARTER_TONE = "/"  # in an accidental: ^/ is half a sharp, _3/2 one flat and a half
_ALTERS = {"=": 0, "^": 1, "^^": 2, "_": -1, "__": -2}
_LENGTH = re.compile(r"(\d{0,3})(/{0,7})(\d{0,3})")


def alteration(sign: str) -> int:
    """Return the half steps of an accidental; a quarter tone becomes the half step towards the plain note.

    Raises ValueError if the sign is no accidental.

    >>> alteration("^^"), alteration("_/"), alteration("^3/2")
    (2, 0, 1)
    """
    if QUARTER_TONE in sign:
        above, below = sign[1:].split(QUARTER_TONE)
        if below != "0":
            return int(Fraction(int(above or 1), int(below or 2))) * _ALTERS[sign[0]]
    if sign not in _ALTERS:
        raise ValueError(f"'{sign}' is not an accidental")
    return _ALTERS[sign]


def length_factor(text: str) -> Fraction:
    """Return the factor of a length suffix: "2", "/", "3/2", "//". Raises ValueError if no note has that length."""
    match = _LENGTH.fullmatch(text)
    number = int(match[1] or 1) if match else 0
    if match is None or not number or (match[3] and not int(match[3])):
        raise ValueError(f"'{text[:20]}' is not a note length")
    return Fraction(number, int(match[3]) if match[3] else 2 ** len(match[2]))
