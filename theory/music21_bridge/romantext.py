"""Reads RomanText with music21 and returns Roman numerals as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from theory.analysis.numeral import RomanNumeral
from theory.notation.beats import printed_bars, time_in_bar
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Score

_AUGMENTED_SIXTHS = {"It": "7", "Ge": "7", "Fr": "7b5"}  # suffix of the chord symbol, whose root is the bass
_FIGURES = re.compile(r"[0-9]+|\[[^]]*\]|(?<=\d)/(?=\d)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FINEST = 48  # largest denominator of times, so that decimal thirds of beats become exact thirds


def from_romantext(text: str, score: Score) -> tuple[RomanNumeral, ...]:
    """Return the chords of an analysis in RomanText, with their times in a score.

    Bars are matched by printed numbers; variants (``m7var1``) are ignored. Raises ValueError if the text is not
    RomanText, has no Roman numeral, or refers to a bar that the score does not have.
    """
    bars = printed_bars(score)
    found: dict[Fraction, Any] = {}
    for numeral, name, offset in _numerals(text):
        number = name if name in bars else name.rstrip(_LETTERS)
        if number not in bars:
            raise ValueError(f"the analysis refers to bar {number}, which the score does not have")
        found[time_in_bar(bars[number], offset)] = numeral
    if not found:
        raise ValueError("no Roman numerals found; is it RomanText?")
    times = sorted(found)
    ends = [*times[1:], score.end_quarter]
    chords = [chord_of(found[start], start, end) for start, end in zip(times, ends, strict=True) if start < end]
    return tuple(_joined(chords))


def _numerals(text: str) -> Iterator[tuple[Any, str, Fraction]]:
    """Yield the numerals of a RomanText, each with its printed bar number and offset in quarters in the full bar."""
    from music21 import converter, exceptions21

    try:
        stream = converter.parse(text, format="romantext")
    except (exceptions21.Music21Exception, ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"it cannot be read as RomanText ({' '.join(str(error).split())[:80]})") from None
    for measure in stream.recurse().getElementsByClass("Measure"):
        for numeral in measure.getElementsByClass("RomanNumeral"):
            offset = Fraction(numeral.offset) + Fraction(measure.paddingLeft)
            yield numeral, f"{measure.number}{measure.numberSuffix or ''}", offset.limit_denominator(_FINEST)


def chord_of(numeral: Any, start: Fraction, end: Fraction) -> RomanNumeral:
    """Return a music21 numeral in a time span, in quarters."""
    key = Key(_tone(numeral.key.tonic), "minor" if numeral.key.mode == "minor" else "major")
    figure = re.sub(r"(?<=\d)/(?=\d)", "", numeral.figure.replace("/o", "ø"))
    degree = "/".join(_FIGURES.sub("", name) for name in figure.split("/"))
    return RomanNumeral(start, end, key, _symbol(numeral), degree, figure, numeral.inversion())


def _symbol(numeral: Any) -> ChordSymbol:
    """Return the chord symbol of a numeral; an augmented sixth becomes the seventh chord that it sounds like."""
    bass = _tone(numeral.bass())
    if quality := _AUGMENTED_SIXTHS.get(numeral.primaryFigure[:2]):
        return ChordSymbol.build(bass, quality)
    return ChordSymbol.of_tones(_tone(numeral.root()), map(_tone, numeral.pitches), bass=bass)


def _tone(pitch: Any) -> Tone:
    return Tone.parse(pitch.name)


def _joined(chords: list[RomanNumeral]) -> Iterator[RomanNumeral]:
    """Yield the chords; a chord that is repeated in succession becomes one."""
    before: RomanNumeral | None = None
    for chord in chords:
        same = before is not None and (before.key, before.figure) == (chord.key, chord.figure)
        if before is not None and not same:
            yield before
        start = before.start_quarter if before is not None and same else chord.start_quarter
        before = RomanNumeral(
            start, chord.end_quarter, chord.key, chord.symbol, chord.degree, chord.figure, chord.inversion
        )
    if before is not None:
        yield before
