"""Findings marked in a copy of the score: their notes coloured, their codes over the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from theory.checking.report import Finding, voices_text
from theory.notation.score import Direction, Note, Part, Score

COLOURS = {"error": "#C00000", "warning": "#C86400", "info": "#3060C0"}  # red, orange, blue; dark enough to read
_MILDEST_FIRST = ("info", "warning", "error")
Place = tuple[int, int]  # part and note, both counted from 0


def annotated(score: Score, findings: Sequence[Finding], *, prefix: str = "") -> Score:
    """Return a copy with the notes of the findings coloured and the codes as words at their places.

    With a prefix the marked notes have ids that begin with it, so that a page can point at them.
    """
    colours = _colours(score, findings)
    parts = tuple(
        replace(part, notes=tuple(_marked(note, (p, n), colours, prefix) for n, note in enumerate(part.notes)))
        for p, part in enumerate(score.parts)
    )
    directions = sorted([*score.directions, *_words(findings)], key=lambda direction: direction.onset_quarter)
    return replace(score, parts=parts, directions=tuple(directions))


def note_id(place: Place, *, prefix: str) -> str:
    """Return the id of a marked note.

    >>> note_id((0, 4), prefix="score1")
    'score1-part1-note5'
    """
    part, note = place
    return f"{prefix}-part{part + 1}-note{note + 1}"


def _marked(note: Note, place: Place, colours: Mapping[Place, str], prefix: str) -> Note:
    if place not in colours:
        return note
    return replace(note, colour=colours[place], id=note_id(place, prefix=prefix) if prefix else "")


def _colours(score: Score, findings: Sequence[Finding]) -> dict[Place, str]:
    """Return the colour of each marked note: that of the worst finding about it."""
    ranked = sorted(findings, key=lambda finding: _MILDEST_FIRST.index(finding.severity))
    return {place: COLOURS[finding.severity] for finding in ranked for place in places_of(finding, score)}


def _words(findings: Sequence[Finding]) -> list[Direction]:
    """Return one line of words for each place: its codes, each with its voices, the worst first."""
    at: dict[Fraction, dict[str, None]] = {}
    for finding in sorted(findings, key=lambda finding: -_MILDEST_FIRST.index(finding.severity)):
        at.setdefault(finding.onset_quarter, {})[f"{finding.code} {voices_text(finding.voices)}".rstrip()] = None
    return [Direction(onset, "words", ", ".join(texts)) for onset, texts in at.items()]


def places_of(finding: Finding, score: Score) -> list[Place]:
    """Return the written notes that a finding is about.

    In each of its voices these are the note that sounds at its time and, where it names several notes a voice,
    the ones before it of those names.
    """
    named = set(finding.notes)
    count = max(1, len(finding.notes) // len(finding.voices)) if finding.voices else 0
    return [
        (index, note)
        for index, part in enumerate(score.parts)
        if part.name in finding.voices
        for note in _notes_at(part, finding.onset_quarter, named, count)
    ]


def _notes_at(part: Part, onset: Fraction, named: set[str], count: int) -> list[int]:
    """Return the indices of up to so many attacks that end with the one sounding at a time."""
    begun = [
        place
        for place, note in enumerate(part.notes)
        if note.pitch and note.onset_quarter <= onset and _is_meant(note, named)
    ]
    sounding = [place for place in begun if part.notes[place].end_quarter > onset or part.notes[place].grace]
    chosen: list[int] = []
    for place in reversed(begun[: begun.index(sounding[-1]) + 1] if sounding else begun[-1:]):
        if count <= 0:
            break
        chosen.append(place)
        count -= not part.notes[place].tie_stop  # tied notes are one attack
    return chosen


def _is_meant(note: Note, named: set[str]) -> bool:
    return not named or str(note.pitch) in named
