"""Suppression of findings, by words in the score or by an entry in the configuration.

An entry names rules and a reason, and optionally files, bars and voices. A suppression that suppresses nothing,
although its rules are checked, is itself a finding (LT101).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from fractions import Fraction
from pathlib import PurePath

from arranger.linter.suppression_comments import UNUSED, UNUSED_NAME, SuppressedSpan
from arranger.linter.verdict import Aside
from theory.checking.report import Finding
from theory.notation.beats import BAR_RANGE
from theory.rules.profile import Profile


@dataclass(frozen=True)
class Suppression:
    """A suppression in the configuration; a field that is left empty does not restrict it."""

    rules: tuple[str, ...]
    reason: str
    files: tuple[str, ...] = ()  # patterns such as "songs/*.mxl"
    bars: str = ""  # printed numbers: "9-12, 20"
    voices: tuple[str, ...] = ()

    def names(self, source: str) -> bool:
        """Whether it applies to a file; a pattern may match the whole path or its last parts."""
        path = PurePath(source)
        return not self.files or any(fnmatch(source, pattern) or path.match(pattern) for pattern in self.files)

    def covers(self, finding: Finding) -> bool:
        """Whether the suppression applies to this finding, if it applies to the file."""
        return (
            finding.code.startswith(self.rules)
            and (not self.bars or _in_bars(finding.bar, self.bars))
            and (not self.voices or any(voice in self.voices for voice in finding.voices))
        )


def _in_bars(bar: str, ranges: str) -> bool:
    """Whether a printed bar number lies in ranges.

    >>> [_in_bars(bar, "9-12, 20") for bar in ("8", "10", "20", "12a")]
    [False, True, True, False]
    """
    for first, last in BAR_RANGE.findall(ranges):
        if bar in (first, last):
            return True
        if bar.isdigit() and first.isdigit() and last.isdigit() and int(first) <= int(bar) <= int(last):
            return True
    return False


def set_aside(
    findings: Sequence[Finding], spans: Sequence[SuppressedSpan], entries: Sequence[Suppression]
) -> tuple[list[Finding], list[Aside], set[int], set[int]]:
    """Return the findings that still count, those set aside, and the indices of the used spans and entries."""
    counts: list[Finding] = []
    asides: list[Aside] = []
    used_spans: set[int] = set()
    used_entries: set[int] = set()
    for finding in findings:
        inside = [number for number, span in enumerate(spans) if span.covers(finding)]
        named = [number for number, entry in enumerate(entries) if entry.covers(finding)]
        used_spans.update(inside)
        used_entries.update(named)
        if inside:
            asides.append(Aside(finding, "inSource", spans[inside[0]].reason))
        elif named:
            asides.append(Aside(finding, "external", entries[named[0]].reason))
        else:
            counts.append(finding)
    return counts, asides, used_spans, used_entries


def is_checked(rules: Sequence[str], profile: Profile) -> bool:
    """Whether a profile checks any of the rules that a suppression names, or any rule at all if it names none."""
    on = [code for code, setting in profile.rules.items() if setting.severity != "off"]
    return any(code.startswith(tuple(rules)) for code in on) if rules else bool(on)


def unused_entry(entry: Suppression) -> Finding:
    """Return the finding (LT101) that an entry of the configuration suppresses nothing."""
    message = f"the suppression of {', '.join(entry.rules)} ({entry.reason}) suppresses nothing; remove it"
    return Finding(UNUSED, UNUSED_NAME, "warning", message, "", 0, Fraction(1), Fraction(0), (), ())
