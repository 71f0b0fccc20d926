"""Chord symbols of Humdrum: **mxhm (``G dominant``), **harte (``G:7/3``), and labels such as ``Gm7``."""

from __future__ import annotations

import re

from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.chord_xml import parse_harmony
from theory.notation.pitch import Interval, Tone

# spines whose fields are chord symbols, and spines whose fields may be chord symbols or an analysis
SYMBOL_KINDS = ("mxhm", "harte", "chord", "chords", "jazz", "cchord")
LABEL_KINDS = ("harm", "cdata", "rhrm", "harmony")
_TONE = r"[A-Ga-g](?:##|--|bb|#|-|b|♯|♭)?"
# in Humdrum - is a flat; before a number, and on C and F, it may be the minus of a jazz chord
_FLAT = re.compile(r"(?<=[A-G])-(?=$|/|\s)|(?<=^[ABDEG])-(?=[a-zA-Z])")
_WORDED = re.compile(rf"({_TONE})\s+([a-zA-Z0-9+\-]+(?:\s[a-z]+)?)\s*(?:/\s*({_TONE}))?")
_HARTE = re.compile(rf"({_TONE}):([a-z0-9]*)(\([^)]*\))?(?:/(b|#)?(\d{{1,2}}))?")
_SHORTHAND = {"maj": "", "min": "m", "dim": "dim", "aug": "aug", "maj7": "maj7", "min7": "m7", "7": "7", "dim7": "dim7",
              "hdim7": "m7b5", "minmaj7": "m(maj7)", "maj6": "6", "min6": "m6", "9": "9", "maj9": "maj9", "min9": "m9",
              "sus4": "sus4", "sus2": "sus2", "11": "11", "13": "13", "": ""}  # fmt: skip
_STEPS_OF = {1: "P1", 2: "M2", 3: "M3", 4: "P4", 5: "P5", 6: "M6", 7: "M7", 9: "M2"}


def is_chord_spine(kind: str) -> bool:
    """Whether a spine may have chord symbols."""
    return kind in SYMBOL_KINDS or kind.startswith(LABEL_KINDS)


def parse_chord(text: str) -> ChordSymbol:
    """Return the chord symbol of a field. Raises ChordSymbolError if it is none.

    >>> [str(parse_chord(text)) for text in ("G dominant", "B- minor/D-", "C:min7/b3", "F#m7")]
    ['G7', 'Bbm/Db', 'Cm7/Eb', 'F#m7']
    """
    text = " ".join(text.split())
    if text in ("N", "r", "N.C.", "NC", "none"):
        return ChordSymbol.parse("N.C.")
    worded = _WORDED.fullmatch(text)
    if worded is not None:
        return _worded(worded)
    harte = _HARTE.fullmatch(text)
    if harte is not None and not harte[3] and harte[2] in _SHORTHAND:
        return _harte(harte)
    return ChordSymbol.parse(_FLAT.sub("b", text))


def _worded(match: re.Match[str]) -> ChordSymbol:
    """Return the symbol of a root and a kind of MusicXML in words: ``C# half-diminished/E``."""
    root, kind, bass = _tone(match[1]), match[2].strip(), match[3]
    return parse_harmony(root, kind.lower().replace(" ", "-"), bass=_tone(bass) if bass else None)


def _harte(match: re.Match[str]) -> ChordSymbol:
    """Return the symbol of a chord in Harte's notation, whose bass is a degree above the root."""
    root, bass = _tone(match[1]), ""
    if match[5]:
        bass = f"/{_above(root, int(match[5]), {'b': -1, '#': 1}.get(match[4] or '', 0))}"
    return ChordSymbol.parse(f"{root}{_SHORTHAND[match[2]]}{bass}")


def _above(root: Tone, degree: int, alter: int) -> Tone:
    if degree not in _STEPS_OF:
        raise ChordSymbolError(f"a bass on degree {degree} is not understood")
    interval = Interval.parse(_STEPS_OF[degree])
    return root.up(Interval(interval.steps, interval.semitones + alter))


def _tone(name: str) -> Tone:
    return Tone.parse(name[0].upper() + name[1:].replace("-", "b"))
