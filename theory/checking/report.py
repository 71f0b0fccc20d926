"""What a check found: findings, notices and a summary, as data and as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.notation.beats import beat_text
from theory.notation.score import Notice
from theory.version import program_version

_WORST_FIRST = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing that one rule found at one place."""

    code: str
    name: str
    severity: str
    message: str
    bar: str  # as printed; a pickup is 0
    measure_index: int  # counts from 0
    beat: Fraction  # counts from 1
    onset_quarter: Fraction
    voices: tuple[str, ...]
    notes: tuple[str, ...]
    inferred: bool = False  # rests on a harmony that was estimated
    at_phrase_end: bool = False  # between the end of a phrase and the next one
    non_chord_tones: tuple[str, ...] = ()  # kinds of those that make parallels, which then weigh less
    ids: tuple[str, ...] = ()  # of the notes that sound there in these voices, where the score gives notes ids

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            **{name: getattr(self, name) for name in ("code", "name", "severity", "message", "bar", "measure_index")},
            "beat": float(self.beat),
            "onset_quarter": float(self.onset_quarter),
            "voices": list(self.voices),
            "notes": list(self.notes),
            "inferred": self.inferred,
            "at_phrase_end": self.at_phrase_end,
            "non_chord_tones": list(self.non_chord_tones),
            "ids": list(self.ids),
        }

    @property
    def place(self) -> str:
        """Bar and beat as they are said."""
        return f"bar {self.bar} beat {beat_text(self.beat)}"

    def to_text(self, path: str) -> str:
        """Return the finding as one line.

        >>> where = {"bar": "12", "measure_index": 12, "beat": Fraction(3), "onset_quarter": Fraction(47)}
        >>> voices, notes = ("Soprano", "Tenor"), ("D5", "E5", "G4", "A4")
        >>> print(Finding("VL101", "parallel-fifths", "error", "parallel fifths D5-E5 over G4-A4",
        ...     **where, voices=voices, notes=notes).to_text("chorale.mxl"))
        chorale.mxl  bar 12 beat 3  S-T  VL101 error  parallel fifths D5-E5 over G4-A4
        """
        doubts = [
            text for text, holds in (("inferred", self.inferred), ("at a phrase end", self.at_phrase_end)) if holds
        ]
        doubts += self.non_chord_tones
        doubt = f" ({', '.join(doubts)})" if doubts else ""
        return f"{path}  {self.place}  {voices_text(self.voices)}  {self.code} {self.severity}  {self.message}{doubt}"


def voices_text(names: tuple[str, ...]) -> str:
    """Return the initials of voices where they differ, otherwise their names."""
    initials = [name[:1] for name in names]
    single = all(name and " " not in name for name in names)
    return "-".join(initials if single and len(set(initials)) == len(names) else names)


@dataclass(frozen=True, repr=False)
class Report:
    """All that a check says of a score."""

    profile: str
    findings: tuple[Finding, ...]  # by time, then code
    notices: tuple[Notice, ...] = ()
    inferred: bool = False  # the harmony was estimated

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {severity}" for severity, count in self.counts.items())
        return f"Report({self.profile!r}, {counts})"

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of errors, warnings and infos."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in _WORST_FIRST}

    def at_least(self, severity: str) -> tuple[Finding, ...]:
        """Return the findings that are at least so severe."""
        wanted = _WORST_FIRST[: _WORST_FIRST.index(severity) + 1]
        return tuple(finding for finding in self.findings if finding.severity in wanted)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data, in the schema that `check` and `arrange` share."""
        codes = Counter(finding.code for finding in self.findings)
        return {
            "version": program_version(),
            "profile": self.profile,
            "findings": [finding.to_json() for finding in self.findings],
            "notices": [
                {
                    "message": notice.message,
                    "bar": notice.bar,
                    "onset_quarter": None if notice.onset_quarter is None else float(notice.onset_quarter),
                }
                for notice in self.notices
            ],
            "summary": {**self.counts, "codes": dict(sorted(codes.items())), "harmony_inferred": self.inferred},
        }

    def to_text(self, path: str = "score") -> str:
        """Return one line a finding, then the notices and the counts."""
        counts = ", ".join(f"{count} {severity}" for severity, count in self.counts.items())
        lines = [finding.to_text(path) for finding in self.findings]
        lines += [
            f"{path}  {f'bar {notice.bar}  ' if notice.bar else ''}note: {notice.message}" for notice in self.notices
        ]
        return "\n".join([*lines, f"{path}  {counts} ({self.profile})"])
