"""Findings marked in a copy of the score: coloured notes, and rule codes above the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from theory.checking.report import Finding, voices_text
from theory.notation.beats import beat_text
from theory.notation.score import Direction, Note, Part, Score

COLOURS = {"error": "#C00000", "warning": "#C86400", "info": "#3060C0"}  # red, orange, blue; dark enough to read
_MILDEST_FIRST = ("info", "warning", "error")
_MOST_NAMED = 3  # codes printed above one bar of a staff; the others are only counted
Place = tuple[int, int]  # (index of the part, index of the note in it)


def annotated(score: Score, findings: Sequence[Finding], *, prefix: str = "") -> Score:
    """Return a copy of the score with the notes of the findings coloured and the rule codes as words above them.

    With a ``prefix`` the marked notes get ids that begin with it, so that a web page can link to them.
    """
    colours = colours_of(score, findings)
    parts = tuple(
        replace(part, notes=tuple(_marked(note, (p, n), colours, prefix) for n, note in enumerate(part.notes)))
        for p, part in enumerate(score.parts)
    )
    bars: dict[int, list[Finding]] = {}
    for finding in findings:
        bars.setdefault(finding.measure_index, []).append(finding)
    words = [Direction(_first(found).onset_quarter, "words", _summary(found)) for found in bars.values()]
    directions = sorted([*score.directions, *words], key=lambda direction: direction.onset_quarter)
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


def colours_of(score: Score, findings: Sequence[Finding]) -> dict[Place, str]:
    """Return the colour of each marked note, which is that of its most severe finding."""
    ranked = sorted(findings, key=lambda finding: _MILDEST_FIRST.index(finding.severity))
    return {place: COLOURS[finding.severity] for finding in ranked for place in places_of(finding, score)}


def texts_of(score: Score, findings: Sequence[Finding]) -> dict[Place, str]:
    """Return the texts to print above notes: one for each staff and bar, so that they do not pile up.

    A text stands in the highest voice concerned. Parts that were split from one staff share their texts.
    """
    groups: dict[tuple[str, int], list[tuple[Finding, Place]]] = {}
    for finding in findings:
        if places := places_of(finding, score):
            part, staff = places[0][0], score.parts[places[0][0]].id.rpartition("-")[0]
            groups.setdefault((staff or str(part), finding.measure_index), []).append((finding, places[0]))
    texts = {}
    for group in groups.values():
        found = [finding for finding, _ in group]
        texts[next(place for finding, place in group if finding is _first(found))] = _summary(found)
    return texts


def _first(findings: Sequence[Finding]) -> Finding:
    return min(_named(findings), key=lambda finding: finding.onset_quarter)


def _named(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings whose codes are printed: the most severe ones, each code once per place."""
    ranked = sorted(findings, key=lambda finding: -_MILDEST_FIRST.index(finding.severity))
    distinct = {(finding.code, finding.onset_quarter, finding.voices): finding for finding in reversed(ranked)}
    return list(reversed(distinct.values()))[:_MOST_NAMED]


def _summary(findings: Sequence[Finding]) -> str:
    """Return the codes in one bar with their voices, the most severe first; with beats if there are several."""
    named = _named(findings)
    several = len({finding.onset_quarter for finding in named}) > 1
    texts = []
    for finding in named:
        text = f"{finding.code} {voices_text(finding.voices)}".rstrip()
        texts.append(f"{beat_text(finding.beat)}: {text}" if several else text)
    more = len({(finding.code, finding.onset_quarter, finding.voices) for finding in findings}) - len(named)
    return ", ".join(texts) + (f" +{more}" if more else "")


def places_of(finding: Finding, score: Score) -> list[Place]:
    """Return the written notes that a finding is about, as (part, note) indices.

    In each of its voices this is the note that sounds at its onset and, if the finding names several notes per voice,
    the notes before it with those names.
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
    """Return the indices of the last ``count`` attacks up to the note that sounds at ``onset``, latest first."""
    begun = [
        index
        for index, note in enumerate(part.notes)
        if note.pitch and note.onset_quarter <= onset and _is_meant(note, named)
    ]
    sounding = [index for index in begun if part.notes[index].end_quarter > onset or part.notes[index].grace]
    chosen: list[int] = []
    for index in reversed(begun[: begun.index(sounding[-1]) + 1] if sounding else begun[-1:]):
        if count <= 0:
            break
        chosen.append(index)
        count -= not part.notes[index].tie_stop  # tied notes count as one attack
    return chosen


def _is_meant(note: Note, named: set[str]) -> bool:
    return not named or str(note.pitch) in named
