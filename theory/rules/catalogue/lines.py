"""Melodic lines as wholes: leaps in a row, what a run outlines, monotony and climax (ME)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from theory.notation.pitch import Interval
from theory.notation.score import Note
from theory.rules.rule import finds, passes, rule
from theory.slices.written import Remark, Written, midi_of

_FUX = "J. J. Fux, Gradus ad Parnassum (1725), on the permitted melodic intervals"
_JEPPESEN = "K. Jeppesen, Counterpoint, on melody"
_TRIADS = ({0, 4, 7}, {0, 3, 7}, {0, 3, 6})
_MOST_LEAPS, _MOST_REPEATS = 4, 2
_LINE_NOTES = 8  # a shorter line is not asked for a range or a climax
_FIFTH, _TWELFTH, _OCTAVE = 7, 19, 12  # semitones
_HARSH = ("A4", "d5", "m7", "M7")


@rule(
    "ME106",
    "successive-leaps",
    per="voice",
    source=_FUX,
    examples=(
        finds("C4 F4 B4", "two fourths up are no triad"),
        finds("C4 G4 E5", "a triad, but more than an octave in all"),
        finds("C4 E4 C4 E4 C4 E4", "five leaps in a row"),
        passes("C4 E4 G4", "a triad"),
        passes("C4 G4 C5", "an octave in all"),
        passes("C4 F4 D4", "the second leap turns back"),
        passes("C4 F4| B4", "the next phrase begins"),
    ),
)
def successive_leaps(w: Written) -> Iterator[Remark]:
    """Two leaps in one direction make no triad or exceed an octave, or more than four leaps follow each other."""
    for voice, line in w.phrases:
        in_a_row = 0
        for place, (before, midi) in enumerate(pairwise(line.midi), start=1):
            in_a_row = in_a_row + 1 if abs(midi - before) > 2 else 0
            last = slice(place - 2, place + 1)
            if in_a_row > 1 and (in_a_row > _MOST_LEAPS or _goes_too_far(line.midi[last])):
                yield _remark(voice, line[last].notes)


def _goes_too_far(midi: Sequence[int]) -> bool:
    """Whether three notes rise or fall all the way, and make no triad or more than an octave."""
    first, second, third = midi
    if (second > first) != (third > second):
        return False
    triad = any({(pitch - root) % 12 for pitch in midi} <= chord for chord in _TRIADS for root in range(12))
    return not triad or abs(third - first) > _OCTAVE


@rule(
    "ME107",
    "outlined-dissonance",
    per="voice",
    source=_JEPPESEN,
    examples=(
        finds("G4 F4 G4 A4 B4 G4", "a tritone from F to B"),
        finds("G4 F4 A4 C5 E5 D5", "a seventh from F to E"),
        passes("C5 B4 C5 D5 E5 F5 E5", "a diminished fifth that steps back inside by a half step"),
        passes("G4 F4 G4 A4 B4 C5 B4", "the line goes on through the tritone"),
        passes("D4 C4 E4 G4 F4", "a fifth"),
        passes("G4 F4 B4 A4", "one leap has a code of its own"),
    ),
)
def outlined_dissonance(w: Written) -> Iterator[Remark]:
    """Between two turning points a line outlines a tritone or seventh; a diminished fifth may step back inside."""
    for voice, line in w.phrases:
        notes = [next(group) for _, group in groupby(line.notes, key=midi_of)]
        turns = [0, *_turning_points(notes), len(notes) - 1]
        for start, end in pairwise(turns):
            name = _interval(notes[start], notes[end]).lstrip("-")
            resolves = name == "d5" and end + 1 < len(notes) and abs(midi_of(notes[end + 1]) - midi_of(notes[end])) == 1
            if end - start > 1 and name in _HARSH and not resolves:
                yield _remark(voice, notes[start : end + 1])


def _turning_points(notes: Sequence[Note]) -> Iterator[int]:
    for place in range(1, len(notes) - 1):
        before, here, after = (midi_of(note) for note in notes[place - 1 : place + 2])
        if (here > before) != (after > here):
            yield place


def _interval(first: Note, second: Note) -> str:
    assert first.pitch is not None
    assert second.pitch is not None
    return Interval.between(first.pitch, second.pitch).name


@rule(
    "ME108",
    "shapeless-line",
    per="voice",
    source=_JEPPESEN,
    examples=(
        finds("C4 C4 C4 C4", "a note repeated three times"),
        finds("C4 D4 E4 F4 E4 D4 C4 D4", "a range of a fourth"),
        finds("C4 G4 C5 G5 C6 G5 C5 G4", "a range of two octaves"),
        finds("C4 E4 G4 C5 B4 A4 C5 B4", "the highest note comes back"),
        passes("C4 C4 C4 D4", "repeated twice"),
        passes("C4 D4 E4 G4 A4 G4 E4 C4", "one climax, a sixth in all"),
        passes("C4 D4 E4", "too short a line to ask for a climax"),
    ),
)
def shapeless_line(w: Written) -> Iterator[Remark]:
    """A line repeats a note more than twice, spans under a fifth or over a twelfth, or lacks a single climax."""
    for voice, line in enumerate(w.lines):
        notes, midi = line.notes, line.midi
        for _, group in groupby(notes, key=midi_of):
            same = tuple(group)
            if len(same) > 1 + _MOST_REPEATS:
                yield _remark(voice, same, f"{len(same)} times")
        if len(midi) < _LINE_NOTES:
            continue
        span, top = max(midi) - min(midi), max(midi)
        if not _FIFTH <= span <= _TWELFTH:
            yield Remark(notes[0].onset_quarter, (voice,), detail=f"spans {span} semitones")
        peaks = [next(group) for high, group in groupby(notes, key=lambda note: midi_of(note) == top) if high]
        if len(peaks) > 1:
            yield _remark(voice, peaks[1:2], f"the highest note stands {len(peaks)} times")


def _remark(voice: int, notes: Sequence[Note], detail: str = "") -> Remark:
    return Remark(notes[0].onset_quarter, (voice,), tuple(str(note.pitch) for note in notes), detail)
