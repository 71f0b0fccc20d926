"""Fingerprints that know a finding again after the score around it has changed.

A fingerprint is made of the rule, the voices, the finding's notes and its bar as these voices have it.
It holds no bar number and no time, so that bars put in before it do not change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from theory.checking.report import Finding
from theory.notation.score import Bar, Note, Score

_LENGTH = 16  # hexadecimal digits: two different findings of a score never meet


def fingerprints(score: Score, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return one fingerprint a finding; equal bars that are equally faulty have equal ones."""
    bars: dict[tuple[int, tuple[str, ...]], str] = {}
    found = []
    for finding in findings:
        place = (finding.measure_index, finding.voices)
        if place not in bars:
            bars[place] = _bar_text(score, score.bars[finding.measure_index], finding.voices)
        facts = (finding.code, *finding.voices, *finding.notes, str(finding.beat), bars[place])
        found.append(sha256("\n".join(facts).encode()).hexdigest()[:_LENGTH])
    return tuple(found)


def _bar_text(score: Score, bar: Bar, voices: Sequence[str]) -> str:
    """Return the notes of some voices in a bar, with their places in it."""
    parts = [part for part in score.parts if part.name in voices]
    return " / ".join(
        " ".join(
            _note_text(note, bar) for note in part.notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter
        )
        for part in parts
    )


def _note_text(note: Note, bar: Bar) -> str:
    return f"{note.onset_quarter - bar.onset_quarter}:{note.duration_quarter}:{note.pitch}"
