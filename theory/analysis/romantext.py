"""Writes analyses as RomanText, which music21 and other programs read.

Each bar is one line: its number, then the numerals with beats, and keys where they change (Tymoczko, Gotham,
Cuthbert & Ariza, The RomanText format, ISMIR 2019). Times within a beat are decimal fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import attrgetter

from theory.analysis.numeral import RomanNumeral
from theory.notation.beats import by_bar, counted_beat_quarters, printed_bars
from theory.notation.key import Key
from theory.notation.score import Meter, Score

ESTIMATED = "estimated by program"


def to_romantext(score: Score, chords: Sequence[RomanNumeral], *, analyst: str = ESTIMATED) -> str:
    """Return the chords of a score as RomanText; the heading names the analyst.

    >>> from theory.analysis import analyse
    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> score = example_score(passes("D5 C5 / B4 C5 / G4 E4 / G3 C3", ""))
    >>> print(to_romantext(score, analyse(score).chords).splitlines()[-1])
    m1 C: V b2 I
    """
    lines = [*_heading(score), f"Analyst: {_line(analyst)}"]
    inside = by_bar(score, chords, onset=attrgetter("start_quarter"))
    meter: Meter | None = None
    key: Key | None = None
    for number, parts in printed_bars(score).items():
        if parts[0][0].meter != meter:
            meter = parts[0][0].meter
            lines += ["", f"Time Signature: {meter}", ""]
        words = []
        for bar, offset in parts:
            for chord in inside.get(bar.index, ()):
                words += _words(chord, offset + chord.start_quarter - bar.onset_quarter, bar.meter)
                words += [f"{key_text(chord.key)}:"] if chord.key != key else []
                words.append(chord.figure)
                key = chord.key
        if words:
            lines.append(" ".join([f"m{number}", *words]))
    return "\n".join(lines) + "\n"


def key_text(key: Key) -> str:
    """Return a key in RomanText: lower case for minor.

    >>> key_text(Key.parse("Bb")), key_text(Key.parse("f# minor"))
    ('Bb', 'f#')
    """
    tonic = str(key.tonic)
    return tonic.lower() if key.is_minor else tonic


def _heading(score: Score) -> Iterator[str]:
    composers = [name for role, name in score.creators if role == "composer"]
    yield f"Composer: {_line(', '.join(composers)) or 'unknown'}"
    yield f"Title: {_line(score.title) or 'untitled'}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _words(chord: RomanNumeral, offset: Fraction, meter: Meter) -> list[str]:
    beat = 1 + offset / counted_beat_quarters(meter)
    return [] if beat == 1 else [f"b{beat}" if beat.denominator == 1 else f"b{float(beat):.4g}"]
