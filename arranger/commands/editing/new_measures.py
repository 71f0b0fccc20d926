"""New notes in some measures of a MusicXML file, while everything else in it stays as it is, byte for byte.

The notes come from the same score as the program writes it. Directions, chord symbols and whatever else a measure holds
stay in their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.score import Note, Score

_PART = re.compile(rb"<part\b[^>]*>(.*?)</part\s*>", re.DOTALL)
_MEASURE = re.compile(rb"<measure\b[^>]*>.*?</measure\s*>", re.DOTALL)
_NOTE = re.compile(rb"<note\b[^>]*>.*?</note\s*>", re.DOTALL)
_HEAD = re.compile(rb"<measure\b[^>]*>")
_TAIL = re.compile(rb"</measure\s*>")
_MOVES = re.compile(rb"<(?:backup|forward)\b")
_DIVISIONS = re.compile(rb"<divisions>\s*(\d+)\s*</divisions>")
_DURATION = re.compile(rb"(<duration>)\s*(\d+)\s*(</duration>)")
_NO_TIME = re.compile(rb"<(?:chord|grace)\b")
_DEFAULT_DIVISIONS = 1


@dataclass(frozen=True)
class _Timed:
    """A piece of a measure and its time in quarters from the start of the measure."""

    onset_quarter: Fraction
    text: bytes


def with_new_measures(data: bytes, before: Score, after: Score, written: bytes) -> bytes | None:
    """Return a MusicXML file with the notes of a changed score in the measures that differ.

    Parameters
    ----------
    data
        The file from which ``before`` was read, one part a staff.
    written
        ``after`` as this program writes it, with the same parts and bars.

    None if a measure that differs has several voices, or if the measures do not agree.
    """
    ours, theirs = list(_PART.finditer(written)), list(_PART.finditer(data))
    if not len(ours) == len(theirs) == len(before.parts) == len(after.parts):
        return None
    edits: list[tuple[int, int, bytes]] = []
    for number, (new, old) in enumerate(zip(ours, theirs, strict=True)):
        news, olds = _measures(written, new), _measures(data, old)
        if not len(news) == len(olds) == len(before.bars):
            return None
        own, other = _divisions(news), _divisions(olds)
        for bar in _different_bars(before, after, number):
            changed = _changed(olds[bar][0], news[bar][0], other[bar], own[bar])
            if changed is None:
                return None
            edits.append((olds[bar][1], olds[bar][2], changed))
    for start, end, text in sorted(edits, reverse=True):
        data = data[:start] + text + data[end:]
    return data


def _measures(data: bytes, part: re.Match[bytes]) -> list[tuple[bytes, int, int]]:
    """Return each measure of a part, with where it begins and ends in the file."""
    return [(each[0], each.start(), each.end()) for each in _MEASURE.finditer(data, part.start(1), part.end(1))]


def _divisions(measures: Sequence[tuple[bytes, int, int]]) -> list[int]:
    """Return the divisions per quarter in each measure."""
    found, now = [], _DEFAULT_DIVISIONS
    for text, _, _ in measures:
        said = _DIVISIONS.search(text)
        now = int(said[1]) if said else now
        found.append(now)
    return found


def _different_bars(before: Score, after: Score, part: int) -> list[int]:
    """Return the indices of the bars in which a part differs."""
    rows = [[_by_bar(score, score.parts[part].notes) for score in (before, after)]]
    return [bar for old, new in rows for bar in range(len(before.bars)) if old[bar] != new[bar]]


def _by_bar(score: Score, notes: Sequence[Note]) -> list[list[tuple[object, ...]]]:
    found: list[list[tuple[object, ...]]] = [[] for _ in score.bars]
    for note in notes:
        if note.pitch is None:  # rests may be divided otherwise
            continue
        marks = note.lyrics, note.articulations, note.slur_starts, note.slur_stops, note.fermata
        sounds = note.onset_quarter, note.duration_quarter, note.pitch, note.tie_start, note.tie_stop
        found[score.bar_at(note.onset_quarter).index].append((*sounds, *marks))
    return found


def _changed(old: bytes, new: bytes, divisions: int, own_divisions: int) -> bytes | None:
    """Return a measure with the notes of another one, None if there are several voices or a time does not fit."""
    if _MOVES.search(old) or _MOVES.search(new):
        return None
    scale = Fraction(divisions, own_divisions)
    notes = [_Timed(each.onset_quarter, _scaled(each.text, scale)) for each in _notes(new, own_divisions)]
    if any(not text for text in (each.text for each in notes)):
        return None
    head, tail = _HEAD.match(old), _TAIL.search(old)
    assert head is not None
    assert tail is not None
    space = re.match(rb"\s*", old[head.end() :])
    between = space[0] if space else b""
    others = list(_others(old[head.end() : tail.start()], divisions))
    merged: list[bytes] = []
    for note in notes:
        while others and others[0].onset_quarter <= note.onset_quarter:
            merged.append(others.pop(0).text)
        merged.append(note.text)
    merged += [each.text for each in others]
    end = re.search(rb"\s*\Z", old[head.end() : tail.start()])
    return head[0] + b"".join(between + each for each in merged) + (end[0] if end else b"") + old[tail.start() :]


def _notes(measure: bytes, divisions: int) -> Iterator[_Timed]:
    """Yield the notes of a measure of one voice."""
    at = Fraction(0)
    for note in _NOTE.finditer(measure):
        yield _Timed(at, note[0])
        at += _length(note[0], divisions)


def _others(content: bytes, divisions: int) -> Iterator[_Timed]:
    """Yield what stands between the notes of a measure."""
    at, end = Fraction(0), 0
    for note in _NOTE.finditer(content):
        if content[end : note.start()].strip():
            yield _Timed(at, content[end : note.start()].strip())
        at, end = at + _length(note[0], divisions), note.end()
    if content[end:].strip():
        yield _Timed(at, content[end:].strip())


def _length(note: bytes, divisions: int) -> Fraction:
    duration = _DURATION.search(note)
    return Fraction(int(duration[2]), divisions) if duration and not _NO_TIME.search(note) else Fraction(0)


def _scaled(note: bytes, scale: Fraction) -> bytes:
    """Return a note with its duration in other divisions; empty if it is no whole number of them."""
    duration = _DURATION.search(note)
    if duration is None:
        return note
    length = int(duration[2]) * scale
    if length.denominator != 1:
        return b""
    return note[: duration.start()] + duration[1] + str(length).encode() + duration[3] + note[duration.end() :]
