"""Writing a passage that was composed anew into its score: everything outside is taken from the score note by note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.figuration.figuring import clipped
from arranger.arranging.given.places import Span
from arranger.arranging.plan import Plan
from arranger.arranging.playing.doubling import doubled
from arranger.arranging.realise import written_lines, written_notes, written_pitch
from arranger.arranging.search.beam import Hypothesis
from theory.notation.pitch import Interval
from theory.notation.score import Note, Part, Score
from theory.types import Mask


def with_new_pitches(score: Score, plan: Plan, found: Hypothesis, holes: Mask) -> Score:
    """Return a score whose notes in the holes have new pitches; their rhythm, words and marks stay.

    ``plan`` is that of the score, so that its texture knows the written notes.
    """
    parts = list(score.parts)
    for voice in np.flatnonzero(holes.any(axis=0)).tolist():
        changed: dict[int, int] = {}
        for t in np.flatnonzero(holes[:, voice]).tolist():
            note, midi = int(plan.texture.note[t, voice]), int(found.midi[t, voice])
            if note >= 0 and parts[voice].notes[note].pitch is not None:
                changed[note] = midi
        parts[voice] = replace(parts[voice], notes=tuple(_moved(parts[voice].notes, changed, plan)))
    return replace(score, parts=tuple(parts))


def _moved(notes: Sequence[Note], changed: Mapping[int, int], plan: Plan) -> Iterator[Note]:
    """Yield the notes with the changed MIDI numbers; grace notes move with the note that they adorn."""
    waiting: list[Note] = []
    for index, note in enumerate(notes):
        if note.grace is not None:
            waiting.append(note)
            continue
        new = note
        if note.pitch is not None and changed.get(index, note.pitch.midi) != note.pitch.midi:
            t = plan.texture.slice_at(note.onset_quarter)
            new = replace(note, pitch=written_pitch(plan, t, changed[index]), colour="")
            waiting = [each.up(Interval.between(note.pitch, new.pitch)) if new.pitch else each for each in waiting]
        yield from waiting
        yield new
        waiting = []
    yield from waiting


def with_new_notes(score: Score, plan: Plan, found: Hypothesis, holes: Mask, ensemble: Ensemble) -> Score:
    """Return a score in whose holes stand the notes of a texture, written as the plan says.

    A new note that begins and ends with an old one keeps what the old one had besides its pitch.
    """
    lines, parts = written_lines(plan, found), list(score.parts)
    for voice in np.flatnonzero(holes.any(axis=0)).tolist():
        spans = spans_of(plan, holes[:, voice])
        new = [
            note
            for span in spans
            for note in written_notes(plan, voice, list(clipped(lines[voice], span.start_quarter, span.end_quarter)))
        ]
        parts[voice] = replace(parts[voice], notes=spliced(parts[voice].notes, new, spans))
        for number, double in enumerate(ensemble.doubles, start=len(ensemble.parts)):
            if double.doubles == ensemble.parts[voice].name and number < len(parts):
                copied = doubled(double, parts[voice]).notes
                parts[number] = replace(parts[number], notes=spliced(parts[number].notes, _in(copied, spans), spans))
    return replace(score, parts=tuple(parts))


def spans_of(plan: Plan, holes: Mask) -> tuple[Span, ...]:
    """Return the stretches of time of one voice's holes, (T,)."""
    times = (*plan.texture.onset_quarter, plan.score.end_quarter)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holes, [False]]).astype(np.int64)))
    return tuple(Span(times[a], times[b]) for a, b in edges.reshape(-1, 2).tolist())


def _in(notes: Sequence[Note], spans: Sequence[Span]) -> list[Note]:
    return [note for note in notes if any(span.holds(note.onset_quarter) for span in spans)]


def spliced(notes: Sequence[Note], new: Sequence[Note], spans: Sequence[Span]) -> tuple[Note, ...]:
    """Return the notes of a part with new ones in place of those that begin in some stretches of time."""
    inside = {id(note) for note in _in(notes, spans)}
    old = {note.onset_quarter: note for note in notes if id(note) in inside and note.grace is None}
    kept = [note for note in notes if id(note) not in inside]
    fresh = [_like(note, old.get(note.onset_quarter)) for note in new]
    merged = sorted((*kept, *fresh), key=_order)
    own = {id(note) for note in fresh}
    return tuple(_with_whole_slurs(merged, own))


def _order(note: Note) -> tuple[Fraction, bool]:
    return note.onset_quarter, note.grace is None


def _like(note: Note, old: Note | None) -> Note:
    """Return a new note with what an old one had besides its pitch, if both begin and end together."""
    if old is None or (old.pitch is None) != (note.pitch is None):
        return note
    if old.duration_quarter == note.duration_quarter:
        return replace(old, pitch=note.pitch, tie_start=note.tie_start, tie_stop=note.tie_stop, colour="")
    return replace(note, lyrics=old.lyrics if old.pitch and not note.tie_stop else note.lyrics)


def _with_whole_slurs(notes: Sequence[Note], own: set[int]) -> Iterator[Note]:
    """Yield notes, those of ``own`` (ids) without slurs of which the other end is missing; other notes keep theirs.

    If the other end of a slur of another note is missing, the new note next to the gap gets it.
    """
    starts, stops = _halves(notes)
    given: dict[int, tuple[set[int], set[int]]] = {}
    fresh = [index for index, note in enumerate(notes) if id(note) in own and note.pitch is not None]
    for index, number in starts:
        after = [each for each in fresh if each > index]
        if id(notes[index]) not in own and after:
            given.setdefault(_last_of_run(after), (set(), set()))[1].add(number)
    for index, number in stops:
        before = [each for each in fresh if each < index]
        if id(notes[index]) not in own and before:
            given.setdefault(_last_of_run(before[::-1]), (set(), set()))[0].add(number)
    for index, note in enumerate(notes):
        if id(note) not in own:
            yield note
            continue
        begins, ends = given.get(index, (set(), set()))
        opened = {number for number in note.slur_starts if (index, number) not in starts} | begins
        closed = {number for number in note.slur_stops if (index, number) not in stops} | ends
        same = opened == set(note.slur_starts) and closed == set(note.slur_stops)
        yield note if same else replace(note, slur_starts=tuple(sorted(opened)), slur_stops=tuple(sorted(closed)))


def _last_of_run(indices: Sequence[int]) -> int:
    """Return the last of the indices, in order up or down, that follow one another without a gap."""
    last = indices[0]
    for index in indices[1:]:
        if abs(index - last) != 1:
            break
        last = index
    return last


def _halves(notes: Sequence[Note]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the slurs, as (index of a note, number), that begin and never end, and that end and never began."""
    begun: dict[int, int] = {}
    stops: set[tuple[int, int]] = set()
    lost: set[tuple[int, int]] = set()
    for index, note in enumerate(notes):
        for number in note.slur_stops:
            if number in begun:
                begun.pop(number)
            else:
                stops.add((index, number))
        for number in note.slur_starts:
            lost |= {(begun[number], number)} if number in begun else set()
            begun[number] = index
    return lost | {(index, number) for number, index in begun.items()}, stops


def note_count(score: Score, other: Score) -> int:
    """Return how many notes of a score differ from those of another in the same place, or are only in one of them."""
    return sum(_different(one, two) for one, two in zip(score.parts, other.parts, strict=True))


def _different(one: Part, other: Part) -> int:
    ours, theirs = ({(n.onset_quarter, n.pitch, n.tie_stop) for n in part.notes if n.pitch} for part in (one, other))
    return max(len(ours - theirs), len(theirs - ours))
