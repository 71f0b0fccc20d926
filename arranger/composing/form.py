"""The form of a tune: its phrases, what each phrase repeats, and its cadence.

The forms are those of textbooks (Caplin, Classical Form, 1998, ch. 3-5; Schoenberg, Fundamentals of Musical
Composition, 1967, ch. 5-6). A *period* has two phrases, or two pairs of phrases, that begin alike; the first half ends
with a half cadence, the second with a full cadence. In *aaba* the first a ends with a half cadence and the second with
a full one; b contrasts, and the last a returns literally.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FORMS = ("period", "aaba")
_PHRASE_BARS = 4


@dataclass(frozen=True)
class Phrase:
    """A phrase of a tune."""

    bars: int
    cadence: str  # open, half or full
    repeats: int | None = None  # index of the earlier phrase that it repeats, or None
    repeated_bars: int = 0  # number of bars that it repeats, from its beginning


def plan_form(bars: int, form: str = "period") -> tuple[Phrase, ...]:
    """Return the phrases of a tune with this number of bars: mostly four bars each, with a remainder at the end.

    Raises ValueError if the form is unknown or there are fewer than 2 bars.

    >>> [(phrase.cadence, phrase.repeats, phrase.repeated_bars) for phrase in plan_form(8)]
    [('half', None, 0), ('full', 0, 2)]
    >>> [(phrase.cadence, phrase.repeats, phrase.repeated_bars) for phrase in plan_form(16, "aaba")]
    [('half', None, 0), ('full', 0, 3), ('half', None, 0), ('full', 1, 4)]
    """
    if form not in FORMS:
        raise ValueError(f"there is no form {form!r}; choose {' or '.join(FORMS)}")
    if bars < 2:
        raise ValueError(f"a tune needs 2 bars or more, not {bars}")
    lengths = _lengths(bars)
    make = _aaba if form == "aaba" else _period
    return _fitted([make(number, len(lengths)) for number in range(len(lengths))], lengths)


def _lengths(bars: int) -> list[int]:
    """Return the lengths of the phrases in bars: fours, or two threes for 6 bars.

    A remainder of 3 bars is a phrase of its own; a smaller remainder lengthens the last phrase.
    """
    if bars == 6:
        return [3, 3]
    if bars < 2 * _PHRASE_BARS - 1:
        return [bars]
    if bars % _PHRASE_BARS == 3:
        return [_PHRASE_BARS] * (bars // _PHRASE_BARS) + [3]
    lengths = [_PHRASE_BARS] * (bars // _PHRASE_BARS)
    lengths[-1] += bars % _PHRASE_BARS
    return lengths


def _period(number: int, count: int) -> Phrase:
    """Return phrase ``number`` of a period of two phrases, or of periods of four, whose halves begin alike."""
    if count == 2:
        return Phrase(_PHRASE_BARS, "full", 0, _PHRASE_BARS // 2) if number else Phrase(_PHRASE_BARS, "half")
    cadence = ("open", "half", "open", "full")[number % 4]
    if number % 4 < 2:
        return Phrase(_PHRASE_BARS, cadence)
    return Phrase(_PHRASE_BARS, cadence, number - 2, _PHRASE_BARS if number % 4 == 2 else _PHRASE_BARS // 2)


def _aaba(number: int, count: int) -> Phrase:
    """Return phrase ``number`` of aaba: a open, a closed, b, a closed, and so on if there are more than four."""
    if count < 3:
        return _period(number, count)
    in_group = number % 4
    if in_group == 2:
        return Phrase(_PHRASE_BARS, "half")
    if not number:
        return Phrase(_PHRASE_BARS, "half")
    model = {0: 0, 1: number - 1, 3: number - 2}[in_group]
    return Phrase(_PHRASE_BARS, "full" if in_group else "half", model, _PHRASE_BARS)


def _fitted(phrases: list[Phrase], lengths: list[int]) -> tuple[Phrase, ...]:
    """Return the phrases with their lengths; the last cadence is full, and no phrase repeats a different cadence."""
    phrases[-1] = replace(phrases[-1], cadence="full")
    found: list[Phrase] = []
    for phrase, bars in zip(phrases, lengths, strict=True):
        most = phrase.repeated_bars if bars == _PHRASE_BARS else min(phrase.repeated_bars, bars // 2)
        if phrase.repeats is not None and found[phrase.repeats].cadence != phrase.cadence:
            most = min(most, bars - 2) if bars == 3 else min(most, _PHRASE_BARS - 1)
        found.append(replace(phrase, bars=bars, repeated_bars=most))
    return tuple(found)
