"""Words (**text, **silbe) and dynamics (**dynam) beside the notes of a **kern spine.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), **text and **silbe: hyphens join the syllables of a word,
a tilde the words of a hyphenated word, and ``|`` holds the syllable over another note.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.score import Direction, Lyric

_JOINTS = "-~"
_ESCAPE = re.compile(r"\\([aouAOU])3|\\(s)2")  # as programs of the 1990s wrote umlauts
_UMLAUTS = dict(zip("aouAOUs", "äöüÄÖÜß", strict=True))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
HOLDS = ("|", "_")
_DYNAMIC = re.compile(r"(?<![a-z])(p{1,4}|f{1,4}|mp|mf|fp|sfz?|sffz?|sfp|rfz?|fz|sfpp)(?![a-z])")
_WEDGES = {"<": "crescendo", ">": "diminuendo", "[": "stop", "]": "stop"}


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable and whether hyphens join it to its neighbours."""

    text: str
    after: bool = False  # joined to the syllable before
    before: bool = False  # joined to the next one
    holds: bool = False  # only holds the syllable before over another note

    def lyric(self, verse: str, *, joined: bool) -> Lyric:
        """Return the syllable as a lyric; it is also ``joined`` if the one before ended with a hyphen."""
        kinds = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        return Lyric(self.text, verse, kinds[self.after or joined, self.before])


def parse_syllable(text: str) -> Syllable | None:
    r"""Return the syllable of a field; None for a hyphen alone, which only goes on.

    >>> parse_syllable("-bove"), parse_syllable("L\\u3f-").text
    (Syllable(text='bove', after=True, before=False, holds=False), 'Lüf')
    """
    if text in HOLDS:
        return Syllable("", holds=True)
    plain = decoded(text)
    bare = plain.strip(_JOINTS).replace("~", "-").strip()
    if not bare:
        return None
    tail = "-" if plain.endswith("~") else ""  # the hyphen of half-mast is printed
    return Syllable(bare + tail, plain[0] in _JOINTS, plain[-1] in _JOINTS)


def decoded(text: str) -> str:
    r"""Return text with its HTML entities and old escapes as letters, without control characters.

    >>> decoded("Gem&uuml;t und Gl\\u3ck")
    'Gemüt und Glück'
    """
    plain = html.unescape(_ESCAPE.sub(lambda match: _UMLAUTS[match[1] or match[2]], text))
    return _CONTROL.sub("", plain).strip()


def parse_dynamics(text: str, onset_quarter: Fraction) -> list[Direction]:
    """Return the dynamics and hairpins of a field of **dynam.

    >>> [(each.kind, each.value) for each in parse_dynamics("mf <", Fraction(0))]
    [('dynamic', 'mf'), ('wedge', 'crescendo')]
    """
    found = [
        Direction(onset_quarter, "dynamic", match[1], match[1], placement="below") for match in _DYNAMIC.finditer(text)
    ]
    for sign, value in _WEDGES.items():
        if sign in text:
            wedge = Direction(onset_quarter, "wedge", value=value, placement="below")
            found = [wedge, *found] if value == "stop" else [*found, wedge]
    return found
