"""The tempo of a sheet without a metronome number: from its words, or else from its groove."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from importlib.resources import files
from tomllib import loads

from theory.notation.score import PLAYED_ONLY, Direction, Score

CUT_TIME = Fraction(4, 3)  # by which quarters are faster where halves are counted
_NAMES = {Fraction(3, 2): ("quarter", 1), Fraction(2): ("half", 0), Fraction(1, 2): ("eighth", 0)}


@cache
def tempo_words() -> dict[str, int]:
    """Return the beats per minute that tempo words stand for."""
    return {str(word): int(beats) for word, beats in loads(_text()).items()}


def _text() -> str:
    return (files(__package__) / "tempo_words.toml").read_text(encoding="utf-8")


def opening_tempo(score: Score, usual: int) -> Direction:
    """Return a tempo to play by, without a number that is printed.

    ``usual`` is in quarters per minute, in compound meters in dotted quarters.
    The first word in a direction of the first bar that is a tempo word decides.
    """
    early = [each.text for each in score.directions if each.onset_quarter < score.bars[0].end_quarter]
    words = [word for text in early for word in re.findall(r"[a-zäöüéè]+", text.lower())]
    beats = next((tempo_words()[word] for word in words if word in tempo_words()), usual)
    meter = score.bars[0].meter
    beat = meter.beat_quarters
    unit, dots = _NAMES.get(beat, ("quarter", 0))
    quarters = beats * (beat if meter.is_compound else CUT_TIME if beat > 1 else Fraction(1))
    return Direction(
        Fraction(0), "tempo", "", str(float(quarters)), beat_unit=unit, beat_dots=dots, placement=PLAYED_ONLY
    )
