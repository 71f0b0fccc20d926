"""Places in a score as users write them: printed bars, beats and rehearsal marks.

``12`` is a bar, ``12.3`` its third beat, ``12.2.5`` the second half of its second beat, and ``A`` the music from the
rehearsal mark A to the next mark. A range such as ``9-12``, ``9.3-12.1`` or ``A-B`` includes both ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.beats import printed_bars, time_in_bar
from theory.notation.score import Bar, Score

_BAR = re.compile(r"(?P<bar>\w+)(?:\.(?P<beat>\d+(?:\.\d+|/\d+)?))?")
_FINEST = 16  # parts of a beat; so 1.67 is 1 2/3
_RANGE = re.compile(r"\s*([^\s-]+)(?:\s*-\s*([^\s-]+))?\s*")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time in quarters, without its end."""

    start_quarter: Fraction
    end_quarter: Fraction

    def holds(self, onset_quarter: Fraction) -> bool:
        """Whether a time lies inside."""
        return self.start_quarter <= onset_quarter < self.end_quarter


def parse_spans(text: str, score: Score) -> tuple[Span, ...]:
    """Return the stretches that a text names, such as "9-12", "9.3-12.1, 20" or "A", joined where they touch.

    Raises ValueError if the text cannot be read or names a place that the score lacks.
    """
    return joined(_span(term, score) for term in text.split(",") if term.strip() or not text.strip())


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return stretches in order, those that touch or overlap as one.

    >>> [str(each.end_quarter) for each in joined([Span(Fraction(4), Fraction(8)), Span(Fraction(0), Fraction(4))])]
    ['8']
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start_quarter <= found[-1].end_quarter:
            found[-1] = Span(found[-1].start_quarter, max(found[-1].end_quarter, span.end_quarter))
        else:
            found.append(span)
    return tuple(found)


def _span(text: str, score: Score) -> Span:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"bars are given as 9-12, 9 or 9.3-12.1, not {text.strip()!r}")
    first = place(match[1], score)
    last = place(match[2], score) if match[2] else first
    if last.end_quarter <= first.start_quarter:
        raise ValueError(f"bars {text.strip()}: the last comes before the first")
    return Span(first.start_quarter, last.end_quarter)


def place(text: str, score: Score) -> Span:
    """Return the bar, beat or section that a text names, such as "12", "12.3" or "A".

    Raises ValueError if the score has no such place.
    """
    match = _BAR.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} is no place in a score; write bar and beat, for example 12.3")
    bars = printed_bars(score)
    if match["bar"] in bars:
        parts = bars[match["bar"]]
        return (
            _beat(parts, match["beat"]) if match["beat"] else Span(parts[0][0].onset_quarter, parts[-1][0].end_quarter)
        )
    if not match["beat"] and (section := _section(match["bar"], score)):
        return section
    first, last = next(iter(bars)), list(bars)[-1]
    marks = ", ".join(each.text for each in score.directions if each.kind == "rehearsal")
    raise ValueError(
        f"there is no bar {match['bar']}; the bars are {first} to {last}{', the marks ' * bool(marks)}{marks}"
    )


def _beat(parts: Sequence[tuple[Bar, Fraction]], text: str) -> Span:
    """Return a beat of a printed bar, which repeat signs may have divided; see `printed_bars`."""
    (bar, _), (last, _) = parts[0], parts[-1]
    beat, whole = Fraction(text).limit_denominator(_FINEST), bar.meter.beat_quarters
    offset = (beat - 1) * whole
    if not 0 <= offset < bar.meter.quarters:
        raise ValueError(f"bar {bar.number} has the beats 1 to {bar.meter.quarters / whole}; there is no beat {text}")
    start = time_in_bar(parts, offset)
    return Span(start, min(start + whole / beat.denominator, last.end_quarter))


def _section(mark: str, score: Score) -> Span | None:
    starts = sorted(each.onset_quarter for each in score.directions if each.kind == "rehearsal")
    own = [each for each in score.directions if each.kind == "rehearsal" and each.text.strip() == mark]
    if not own:
        return None
    end = next((start for start in starts if start > own[0].onset_quarter), score.end_quarter)
    return Span(own[0].onset_quarter, end)
