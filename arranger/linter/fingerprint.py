"""Fingerprints, by which a finding is recognised after other parts of the score have changed.

A fingerprint is a hash of the rule, the voices, the notes of the finding, its beat, and the notes of these voices in
its bar. It contains no bar number and no onset in the piece, so that inserting bars before it does not change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from theory.checking.report import Finding
from theory.notation.score import Bar, Note, Score

_LENGTH = 16  # hexadecimal digits, long enough that different findings do not collide


def fingerprints(score: Score, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return one fingerprint per finding; equal findings in equal bars have equal fingerprints."""
    bars: dict[tuple[int, tuple[str, ...]], str] = {}
    found = []
    for finding in findings:
        key = (finding.measure_index, finding.voices)
        if key not in bars:
            bars[key] = _bar_text(score, score.bars[finding.measure_index], finding.voices)
        facts = (finding.code, *finding.voices, *finding.notes, str(finding.beat), bars[key])
        found.append(sha256("\n".join(facts).encode()).hexdigest()[:_LENGTH])
    return tuple(found)


def _bar_text(score: Score, bar: Bar, voices: Sequence[str]) -> str:
    """Return the notes of some voices in a bar as text, with onsets relative to the bar."""
    parts = [part for part in score.parts if part.name in voices]
    return " / ".join(
        " ".join(
            _note_text(note, bar) for note in part.notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter
        )
        for part in parts
    )


def _note_text(note: Note, bar: Bar) -> str:
    return f"{note.onset_quarter - bar.onset_quarter}:{note.duration_quarter}:{note.pitch}"
