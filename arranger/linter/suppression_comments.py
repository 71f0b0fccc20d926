"""Suppressions written in a score: the words ``lint: off VL101 - reason`` and ``lint: on``.

From where they stand they suppress one rule, several or all, until ``lint: on`` or the end. Words that begin with
``lint:`` but cannot be understood are a finding (LT102), and so is a suppression that suppresses nothing (LT101):
nobody should rely on words that have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.checking.report import Finding
from theory.notation.score import Direction, Score
from theory.rules.catalogue import ALL

UNUSED, UNUSED_NAME = "LT101", "unused-suppression"
UNREADABLE, UNREADABLE_NAME = "LT102", "unreadable-suppression"
OWN_RULES = {
    UNUSED: (
        UNUSED_NAME,
        "A suppression, in the score or the configuration, allows something that does not occur.",
    ),
    UNREADABLE: (
        UNREADABLE_NAME,
        "Words in the score begin with 'lint:' but are neither 'lint: on' nor 'lint: off' with known codes.",
    ),
}
_MARK = re.compile(r"\s*lint\s*:", re.IGNORECASE)
_WORDS = re.compile(r"\s*lint\s*:\s*(on|off)\b([A-Za-z0-9, ]*)(?:[-\u2013\u2014:(]\s*(.*?)\)?)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class SuppressedSpan:
    """A passage of a score in which some or all rules are suppressed."""

    rules: tuple[str, ...]  # codes or beginnings of codes; empty: all rules
    start_quarter: Fraction
    end_quarter: Fraction
    reason: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding lies in the passage and belongs to one of these rules."""
        inside = self.start_quarter <= finding.onset_quarter < self.end_quarter
        return inside and (not self.rules or finding.code.startswith(self.rules))


@dataclass(frozen=True)
class _Command:
    """A parsed ``lint:`` text."""

    off: bool
    rules: tuple[str, ...]
    reason: str


def _parsed(text: str) -> _Command | None:
    """Return the parsed command, or None if the words cannot be understood.

    >>> _parsed("lint: off VL101, HA - organum")
    _Command(off=True, rules=('VL101', 'HA'), reason='organum')
    >>> _parsed("lint: off the record") is None
    True
    """
    match = _WORDS.fullmatch(text)
    codes = tuple(re.findall(r"[A-Z0-9]+", match[2].upper())) if match else ()
    known = all(any(rule.code.startswith(code) for rule in ALL) for code in codes)
    return _Command(match[1].lower() == "off", codes, match[3] or "") if match and known else None


def spans_of(score: Score) -> list[SuppressedSpan]:
    """Return the passages that words in a score suppress.

    ``lint: on`` without codes ends all open passages, with codes only those that name the same codes.
    """
    spans: list[SuppressedSpan] = []
    still_open: list[SuppressedSpan] = []
    for direction in _marked(score):
        command, onset = _parsed(direction.text), direction.onset_quarter
        if command is None:
            continue
        if command.off:
            still_open.append(SuppressedSpan(command.rules, onset, onset, command.reason))
            continue
        ended = [span for span in still_open if not command.rules or span.rules == command.rules]
        spans += [SuppressedSpan(span.rules, span.start_quarter, onset, span.reason) for span in ended]
        still_open = [span for span in still_open if span not in ended]
    end = score.end_quarter + 1  # findings at the very end are suppressed as well
    return [*spans, *(SuppressedSpan(span.rules, span.start_quarter, end, span.reason) for span in still_open)]


def _marked(score: Score) -> Iterator[Direction]:
    """Yield the texts that begin with ``lint:``."""
    yield from (each for each in score.directions if each.kind == "words" and _MARK.match(each.text))


def unused_span(span: SuppressedSpan, score: Score) -> Finding:
    """Return the finding (LT101) that words in a score suppress nothing."""
    rules = f" {', '.join(span.rules)}" if span.rules else ""
    return _finding(UNUSED, f"\u201clint: off{rules}\u201d suppresses nothing; remove it", span.start_quarter, score)


def unreadable(score: Score) -> Sequence[Finding]:
    """Return a finding (LT102) for each text that begins with ``lint:`` and cannot be understood."""
    advice = "write \u201clint: off VL101 - reason\u201d or \u201clint: on\u201d"
    return [
        _finding(UNREADABLE, f"\u201c{each.text}\u201d is not understood; {advice}", each.onset_quarter, score)
        for each in _marked(score)
        if _parsed(each.text) is None
    ]


def _finding(code: str, message: str, onset_quarter: Fraction, score: Score) -> Finding:
    bar = score.bar_at(onset_quarter)
    return Finding(
        code=code,
        name=OWN_RULES[code][0],
        severity="warning",
        message=message,
        bar=bar.number,
        measure_index=bar.index,
        beat=bar.beat_at(onset_quarter),
        onset_quarter=onset_quarter,
        voices=(),
        notes=(),
    )
