"""The report of a check: findings, notices and a summary, as data and as text."""

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
    """One thing that a rule found, with its position in the score."""

    code: str
    name: str
    severity: str
    message: str
    bar: str  # printed number; a pickup is 0
    measure_index: int  # counted from 0
    beat: Fraction  # counted from 1
    onset_quarter: Fraction
    voices: tuple[str, ...]
    notes: tuple[str, ...]
    inferred: bool = False  # depends on an estimated harmony
    at_phrase_end: bool = False  # between the end of a phrase and the start of the next
    non_chord_tones: tuple[str, ...] = ()  # kinds of non-chord tones that cause parallels and make them milder
    ids: tuple[str, ...] = ()  # ids of the notes concerned, if the score has ids

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
        """Bar and beat as text."""
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
    """Return the initials of the voices if they are unambiguous, otherwise their names, joined by hyphens."""
    initials = [name[:1] for name in names]
    single = all(name and " " not in name for name in names)
    return "-".join(initials if single and len(set(initials)) == len(names) else names)


@dataclass(frozen=True, repr=False)
class Report:
    """The findings and notices of a check of one score."""

    profile: str
    findings: tuple[Finding, ...]  # sorted by onset, then code
    notices: tuple[Notice, ...] = ()
    inferred: bool = False  # the harmony was estimated

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {severity}" for severity, count in self.counts.items())
        return f"Report({self.profile!r}, {counts})"

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of errors, warnings and infos, by severity."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in _WORST_FIRST}

    def at_least(self, severity: str) -> tuple[Finding, ...]:
        """Return the findings with at least this severity."""
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
        """Return one line per finding, then the notices and the counts."""
        counts = ", ".join(f"{count} {severity}" for severity, count in self.counts.items())
        lines = [finding.to_text(path) for finding in self.findings]
        lines += [
            f"{path}  {f'bar {notice.bar}  ' if notice.bar else ''}note: {notice.message}" for notice in self.notices
        ]
        return "\n".join([*lines, f"{path}  {counts} ({self.profile})"])
