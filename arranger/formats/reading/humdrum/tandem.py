"""Tandem interpretations of **kern: keys, meters, tempos and names of instruments.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), **kern, and the Humdrum guide to interpretations.
Scores stand at sounding pitch, so the transposition of an instrument (``*ITrd1c2``) changes no note.
"""

from __future__ import annotations

import re
from fractions import Fraction

from arranger.formats import limits
from theory.notation.pitch import Tone
from theory.notation.score import Direction, Meter

_METER = re.compile(r"\*M(\d+(?:\+\d+)*)/(\d+)")
_TEMPO = re.compile(r"\*MM(\d{1,4}(?:\.\d+)?)")
_TEMPO_WORDS = re.compile(r"\*MM\[([^\]]{1,80})\]")
_SIGNATURE = re.compile(r"\*k\[((?:[a-g](?:#|-|n))*)\]")
_KEY = re.compile(r"\*([A-Ga-g])([#-]?):([a-z]{3})?")
SYMBOLS = {"*met(c)": "common", "*met(c|)": "cut", "*met(C)": "common", "*met(C|)": "cut"}
_SHARPS, _FLATS = "fcgdaeb", "beadgcf"
# sharps of a signature minus those of the major key on its tonic -> mode, with a major or a minor third
_MAJOR_MODES = {0: "major", -1: "mixolydian", 1: "lydian"}
_MINOR_MODES = {-3: "minor", -2: "dorian", -4: "phrygian", -5: "locrian"}
_NAMED = {"ion": "major", "mix": "mixolydian", "lyd": "lydian", "aeo": "minor", "dor": "dorian", "phr": "phrygian",
          "loc": "locrian"}  # fmt: skip
_FIFTHS_OF = {mode: fifths for table in (_MAJOR_MODES, _MINOR_MODES) for fifths, mode in table.items()}
# codes of *I interpretations that are not their own names
_CODES = {
    "soprn": "Soprano", "cant": "Soprano", "canto": "Soprano",  # codespell:ignore cant
    "mezzo": "Mezzo-soprano", "calto": "Alto",
    "ctenor": "Countertenor", "barit": "Baritone", "vox": "Voice", "feme": "Voice", "male": "Voice",
    "pfhar": "Piano", "cemba": "Harpsichord", "clavi": "Clavichord", "guitr": "Guitar", "liuto": "Lute", "arpa": "Harp",
    "violn": "Violin", "ivioln": "Violin", "vioin": "Violin", "cbass": "Double Bass", "gamba": "Viol", "flt": "Flute",
    "picco": "Piccolo", "cangl": "English Horn", "clars": "Clarinet", "bclar": "Bass Clarinet", "fagot": "Bassoon",
    "cfag": "Contrabassoon", "cor": "Horn", "tromp": "Trumpet", "tromb": "Trombone", "timpa": "Timpani",
    "flts": "Recorder", "saxS": "Soprano Saxophone", "saxA": "Alto Saxophone", "saxT": "Tenor Saxophone",
    "saxR": "Baritone Saxophone",
}  # fmt: skip
_CODE = re.compile(r"\*I([a-z]{3,6}[A-Z]?)\d?")
_NAME = re.compile(r"\*I\"(.+)|\*I:\s*\[?([^\]]+)\]?")


def parse_meter(text: str) -> Meter | None:
    """Return the meter of ``*M3/4``, None if the text is no meter. Raises ValueError if the meter is impossible.

    >>> str(parse_meter("*M3+2/8")), parse_meter("*MM120")
    ('5/8', None)
    """
    match = _METER.fullmatch(text)
    if match is None:
        return None
    beats, unit = sum(int(number[:4]) for number in match[1].split("+")), int(match[2][:5])
    if not unit and len(match[2]) < 3:  # 0 is a breve, as in the lengths of notes
        return Meter(2 * beats * (1 + len(match[2]) // 2), 1) if 0 < beats <= limits.MAX_BEATS // 4 else None
    if not 0 < beats <= limits.MAX_BEATS or not 0 < unit <= limits.MAX_BEAT_TYPE or unit & (unit - 1):
        raise ValueError(f"'{text[:30]}' is not a meter that can be read")
    return Meter(beats, unit)


def parse_signature(text: str) -> int | None:
    """Return the number of sharps of ``*k[f#c#]`` (flats are negative), None if it is no usual signature.

    >>> parse_signature("*k[b-e-]"), parse_signature("*k[]"), parse_signature("*k[f#b-]")
    (-2, 0, None)
    """
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        return None
    letters, signs = match[1][::2], set(match[1][1::2])
    if signs == {"#"} and set(letters) == set(_SHARPS[: len(letters)]):
        return len(letters)
    if signs == {"-"} and set(letters) == set(_FLATS[: len(letters)]):
        return -len(letters)
    return None if letters else 0


def parse_key(text: str, signature: int | None) -> tuple[int, str | None] | None:
    """Return (sharps, mode) of a key such as ``*G:``, ``*g:`` or ``*D:dor``; None if the text is no key.

    The signature, if there is one, stays as it is, and the mode is the one that the tonic has in it.

    >>> parse_key("*d:", -1), parse_key("*d:", 0), parse_key("*G:mix", None), parse_key("*b-:", None)
    ((-1, 'minor'), (0, 'dorian'), (0, 'mixolydian'), (-5, 'minor'))
    """
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    tonic = Tone.parse(match[1].upper() + match[2])
    minor = match[1].islower()
    named = _NAMED.get(match[3] or "", "minor" if minor else "major")
    fifths = tonic.fifths + _FIFTHS_OF[named]
    if abs(fifths) > limits.MAX_KEY_FIFTHS:
        return None
    if signature is None or signature == fifths:
        return fifths, named
    modes = _MINOR_MODES if named in _MINOR_MODES.values() else _MAJOR_MODES
    return signature, modes.get(signature - tonic.fifths)


def parse_tempo(text: str, onset_quarter: Fraction) -> Direction | None:
    """Return the tempo of ``*MM96``, or the words of ``*MM[Allegro]``; None if the text is neither."""
    number, words = _TEMPO.match(text), _TEMPO_WORDS.match(text)
    if number and float(number[1]) > 0:
        return Direction(onset_quarter, "tempo", "", f"{float(number[1]):.6g}")
    return Direction(onset_quarter, "words", words[1].strip()) if words else None


def parse_name(text: str) -> str:
    r"""Return the name of a part in ``*I"Soprano``, ``*I:[SOPRANO]`` or a code such as ``*Ivioln``, else nothing.

    >>> parse_name('*I"1st Violin'), parse_name("*I:[TENORE]"), parse_name("*Icalto"), parse_name("*ICvox")
    ('1st Violin', 'Tenore', 'Alto', '')
    """
    full = _NAME.fullmatch(text)
    if full is not None:
        name = (full[1] or full[2]).strip()
        return name.title() if full[2] and name.isupper() else name
    code = _CODE.fullmatch(text)
    return _CODES.get(code[1], code[1].capitalize()) if code else ""
