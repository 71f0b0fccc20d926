"""Figured bass: which tones the figures under a bass note ask for.

Figures are read as they are printed: ``6``, ``64`` or ``6/4``, ``65``, ``42`` or ``2``, ``7``, a sign alone for the
third, a sign before or after a figure, ``6+`` or ``6/`` for a raised figure (a stroke through it), and ``4-3`` for
figures that follow each other over one note. Figures are abbreviated as usual (C. P. E. Bach, *Versuch über die wahre
Art das Clavier zu spielen* II, 1762; Christensen, *Die Grundlagen des Generalbassspiels im 18. Jahrhundert*, 1992).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from theory.notation.chord import ChordSymbol, ChordSymbolError
from theory.notation.key import Key
from theory.notation.pitch import STEP_FIFTHS, STEPS, Tone

_SIGNS = {"♯": "#", "♭": "b", "♮": "n", "𝄪": "x", "𝄫": "bb", "##": "x", "h": "n", "\\": "+"}
_SIGN = r"(?:##|bb|[#bnxh+♯♭♮𝄪𝄫\\])"
_FIGURE = re.compile(rf"(?P<before>{_SIGN}?)(?P<number>[2-9])(?P<after>(?:{_SIGN}|/(?=$|,))?)|(?P<alone>{_SIGN})")
_BETWEEN_TWO = re.compile(rf"[2-9](?![+\\]){_SIGN}[2-9]")
_NOTHING = (".", "_")  # a note without figures
_LONGEST = 40  # characters of the figures under one note

# the figures as written -> all figures of the chord, and the one that is the root (0: not a chord in thirds); "/" joins
# ways of writing
_CHORDS = {
    "0 3 5 8 53 83 85 853": ("35", 1),
    "6 63 86 863": ("36", 6),
    "64 864": ("46", 4),
    "7 73 75 753 87 873": ("357", 1),
    "65 653": ("356", 6),
    "43 643": ("346", 4),
    "2 42 62 642": ("246", 2),
    "4 54": ("45", 1),
    "74 754": ("457", 1),
    "9 93 95 953": ("359", 1),
    "97 973 975 9753": ("3579", 1),
    "94 954": ("459", 1),
    "974": ("479", 1),
    "96 963": ("369", 6),
    "52 542": ("25", 0),
    "72 742": ("247", 0),
}  # fmt: skip
_COMPLETE = {written: chord for names, chord in _CHORDS.items() for written in names.split()}
_SUSPENDED = {"45", "457", "359", "3579", "459", "479", "369"}  # chords with a suspension above the bass
_AUGMENTED_SIXTH = 10  # semitones above the bass, spelled as a sixth


@dataclass(frozen=True)
class Figures:
    """The figures that are valid at one time over a bass note.

    >>> [figures.numbers for figures in parse_figures("4-3")], parse_figures("6/4")[0].text
    ([(4, 5), (3, 5)], '64')
    """

    text: str  # as written, without separators; empty: no figures
    signs: tuple[tuple[int, str], ...] = ()  # (figure, sign) as written: #, b, n, x, bb, or + for a raised figure

    @property
    def numbers(self) -> tuple[int, ...]:
        """All figures of the chord, also those that are not written, from low to high."""
        return tuple(map(int, self._complete[0]))

    @property
    def is_suspended(self) -> bool:
        """Whether a fourth or ninth is suspended above the bass."""
        return self._complete[0] in _SUSPENDED

    @property
    def _complete(self) -> tuple[str, int]:
        written = "".join(str(number) for number in sorted({number for number, _ in self.signs}, reverse=True))
        return _COMPLETE[written or "0"]

    def tones(self, bass: Tone, key: Key) -> dict[int, Tone]:
        """Return the tone of each figure above a bass tone, as the key signature and the written signs spell it.

        >>> (figures,) = parse_figures("65")
        >>> {figure: str(tone) for figure, tone in figures.tones(Tone.parse("F#"), Key.parse("g")).items()}
        {3: 'A', 5: 'C', 6: 'D'}
        """
        signs = dict(self.signs)
        return {number: _tone(bass, number, signs.get(number, ""), key) for number in self.numbers}

    def needed(self, bass: Tone, key: Key) -> tuple[Tone, ...]:
        """Return the tones above the bass that must sound; a fifth that is not written may be left out."""
        written, tones = {number for number, _ in self.signs}, self.tones(bass, key)
        may_lack = {5} - written if 6 not in tones else set()
        return tuple(tone for number, tone in tones.items() if number not in may_lack)

    def symbol(self, bass: Tone, key: Key) -> ChordSymbol | None:
        """Return the chord over a bass tone, without a suspended ninth; None if no symbol names it.

        An augmented sixth chord is the seventh chord that it sounds like.

        >>> str(parse_figures("6")[0].symbol(Tone.parse("E"), Key.parse("C")))
        'C/E'
        """
        tones, root = self.tones(bass, key), self._complete[1]
        if not root:
            return None
        sixth = tones.get(6)
        if sixth is not None and (sixth.pitch_class - bass.pitch_class) % 12 == _AUGMENTED_SIXTH:
            return ChordSymbol.build(bass, "7b5" if 4 in tones else "7")
        of_chord = [tone for number, tone in tones.items() if number != 9]
        try:
            return ChordSymbol.of_tones(bass if root == 1 else tones[root], (bass, *of_chord), bass=bass)
        except ChordSymbolError:
            return None


def parse_figures(text: str) -> tuple[Figures, ...]:
    """Read the figures under one bass note; ``-`` separates those that follow each other, ``.`` means none.

    Raises ValueError for figures that are not understood.

    >>> [figures.text for figures in parse_figures("64-5#")], [figures.signs for figures in parse_figures("6+")]
    (['64', '5#'], [((6, '+'),)])
    """
    if len(text) > _LONGEST:
        raise ValueError(f"'{text[:_LONGEST]} ...' is too long for the figures of one note")
    return tuple(_parsed(step, text) for step in text.split("-"))


def _parsed(step: str, whole: str) -> Figures:
    if step in _NOTHING:
        return Figures("")
    if _BETWEEN_TWO.search(step):
        raise ValueError(f"'{whole}': it is not clear to which figure the sign belongs; separate them, as in 6/b5")
    signs = tuple(_signs(step, whole))
    numbers = sorted((number for number, _ in signs), reverse=True)
    if "".join(map(str, numbers)) not in _COMPLETE:
        advice = "join figures that sound together and separate those that follow each other by -, as in 94-83"
        raise ValueError(f"'{whole}' is not a usual chord of figured bass; {advice}")
    return Figures("".join(match[0] for match in _FIGURE.finditer(step)), signs)


def _signs(step: str, whole: str) -> Iterator[tuple[int, str]]:
    """Yield (figure, sign) of each figure; a sign alone belongs to the third."""
    rest = step
    found = list(_FIGURE.finditer(step))
    for match in found:
        rest = rest.replace(match[0], " ", 1)
    if not found or rest.strip(" /,"):
        raise ValueError(f"'{whole}' is not a figure; write for example 6, 64, 65, 42, 7, #, 6+ or 4-3")
    for match in found:
        sign = match["alone"] or match["before"] or match["after"] or ""
        yield int(match["number"] or 3), "+" if sign == "/" else _SIGNS.get(sign, sign)


def _tone(bass: Tone, number: int, sign: str, key: Key) -> Tone:
    step = (bass.step + number - 1) % len(STEPS)
    own = _signature(step, key)
    return Tone(step, _altered(own, sign))


def _signature(step: int, key: Key) -> int:
    """Return the alteration of a letter in the key signature.

    >>> [_signature(STEPS.index(letter), Key.parse("g")) for letter in "BEF"]
    [-1, -1, 0]
    """
    return (key.fifths - STEP_FIFTHS[step] + 5) // 7


def _altered(own: int, sign: str) -> int:
    """Return the alteration of a tone with a sign, given that of the key signature.

    A sharp cancels a flat of the signature, and a flat a sharp, as in old prints; a stroke or + raises by a half step.
    """
    if sign == "#":
        return 0 if own < 0 else 1
    if sign == "b":
        return 0 if own > 0 else -1
    return {"": own, "n": 0, "x": 2, "bb": -2, "+": own + 1}[sign]
