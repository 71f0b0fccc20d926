"""The form of a tune: phrases, what each repeats, and how it closes.

Textbook forms (Caplin, Classical Form, 1998, ch. 3-5; Schoenberg, Fundamentals of Musical Composition,
1967, ch. 5-6). A *period* is two phrases, or two pairs of phrases, that begin alike; the first half
closes on the dominant, the second on the tonic. *aaba* closes its first phrase openly, the second one
on the tonic, goes elsewhere, and comes back literally.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FORMS = ("period", "aaba")
_PHRASE_BARS = 4


@dataclass(frozen=True)
class Phrase:
    """Some bars of a tune."""

    bars: int
    cadence: str  # open, half or full
    repeats: int | None = None  # number of an earlier phrase that it repeats, or None
    repeated_bars: int = 0  # how many of its bars do


def plan_form(bars: int, form: str = "period") -> tuple[Phrase, ...]:
    """Return the phrases of a tune of so many bars: four bars each, the last one longer where they do not divide.

    ValueError for an unknown form or fewer than two bars.

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
    """Return the lengths of the phrases: fours, or a pair of threes; what is left over lengthens the last one."""
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
    """Return a phrase of periods: two phrases, or two pairs, that begin alike."""
    if count == 2:
        return Phrase(_PHRASE_BARS, "full", 0, _PHRASE_BARS // 2) if number else Phrase(_PHRASE_BARS, "half")
    cadence = ("open", "half", "open", "full")[number % 4]
    if number % 4 < 2:
        return Phrase(_PHRASE_BARS, cadence)
    return Phrase(_PHRASE_BARS, cadence, number - 2, _PHRASE_BARS if number % 4 == 2 else _PHRASE_BARS // 2)


def _aaba(number: int, count: int) -> Phrase:
    """Return a phrase of the rounded song: a open, a closed, b, a again; over and over where there are more."""
    if count < 3:
        return _period(number, count)
    place = number % 4
    if place == 2:
        return Phrase(_PHRASE_BARS, "half")
    if not number:
        return Phrase(_PHRASE_BARS, "half")
    model = {0: 0, 1: number - 1, 3: number - 2}[place]
    return Phrase(_PHRASE_BARS, "full" if place else "half", model, _PHRASE_BARS)


def _fitted(phrases: list[Phrase], lengths: list[int]) -> tuple[Phrase, ...]:
    """Return the phrases with their lengths; the last closes, and none repeats a close that is not its own."""
    phrases[-1] = replace(phrases[-1], cadence="full")
    found: list[Phrase] = []
    for phrase, bars in zip(phrases, lengths, strict=True):
        most = phrase.repeated_bars if bars == _PHRASE_BARS else min(phrase.repeated_bars, bars // 2)
        if phrase.repeats is not None and found[phrase.repeats].cadence != phrase.cadence:
            most = min(most, bars - 2) if bars == 3 else min(most, _PHRASE_BARS - 1)
        found.append(replace(phrase, bars=bars, repeated_bars=most))
    return tuple(found)
