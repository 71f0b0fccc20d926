"""The shape of whole melodic lines: successive leaps, outlined dissonances, monotony and climax (ME)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from theory.notation.pitch import Interval
from theory.notation.score import Note
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import JEPPESEN, OPEN_MUSIC_THEORY, OUR_CHOICE, cite
from theory.slices.written import Remark, Written, midi_of

_CANTUS = (OPEN_MUSIC_THEORY, '"Composing a cantus firmus"')
_MELODY = (JEPPESEN, "Part I, on melody")
_TRIADS = ({0, 4, 7}, {0, 3, 7}, {0, 3, 6})
_MOST_LEAPS, _MOST_REPEATS = 4, 2
_LINE_NOTES = 8  # range and climax are judged only in lines of at least so many notes
_FIFTH, _TWELFTH, _OCTAVE = 7, 19, 12  # semitones
_HARSH = ("A4", "d5", "m7", "M7")


@rule(
    "ME106",
    "successive-leaps",
    per="voice",
    source=cite(_CANTUS, (OUR_CHOICE, "up to four leaps in a row are allowed")),
    examples=(
        finds("C4 F4 B4", "two rising fourths form no triad"),
        finds("C4 G4 E5", "a triad, but it spans more than an octave"),
        finds("C4 E4 C4 E4 C4 E4", "five leaps in a row"),
        passes("C4 E4 G4", "a triad"),
        passes("C4 G4 C5", "an octave"),
        passes("C4 F4 D4", "the second leap turns back"),
        passes("C4 F4| B4", "a new phrase begins"),
    ),
)
def successive_leaps(w: Written) -> Iterator[Remark]:
    """Two leaps in one direction exceed an octave or do not outline a triad, or five or more leaps follow in a row."""
    for voice, line in w.phrases:
        in_a_row = 0
        for place, (before, midi) in enumerate(pairwise(line.midi), start=1):
            in_a_row = in_a_row + 1 if abs(midi - before) > 2 else 0
            last = slice(place - 2, place + 1)
            if in_a_row > 1 and (in_a_row > _MOST_LEAPS or _goes_too_far(line.midi[last])):
                yield _remark(voice, line[last].notes)


def _goes_too_far(midi: Sequence[int]) -> bool:
    """Whether three notes move in one direction and either belong to no triad or span more than an octave."""
    first, second, third = midi
    if (second > first) != (third > second):
        return False
    triad = any({(pitch - root) % 12 for pitch in midi} <= chord for chord in _TRIADS for root in range(12))
    return not triad or abs(third - first) > _OCTAVE


@rule(
    "ME107",
    "outlined-dissonance",
    per="voice",
    source=cite(_MELODY),
    examples=(
        finds("G4 F4 G4 A4 B4 G4", "a tritone from F to B"),
        finds("G4 F4 A4 C5 E5 D5", "a seventh from F to E"),
        passes("C5 B4 C5 D5 E5 F5 E5", "a diminished fifth, resolved inside by a half step"),
        passes("G4 F4 G4 A4 B4 C5 B4", "the line continues beyond the tritone"),
        passes("D4 C4 E4 G4 F4", "a fifth"),
        passes("G4 F4 B4 A4", "a single leap: ME101"),
    ),
)
def outlined_dissonance(w: Written) -> Iterator[Remark]:
    """Between two turning points a line outlines a tritone or a seventh.

    A diminished fifth that is then resolved by a half step is exempt. Single leaps are left to ME101 to ME103.
    """
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
    source=cite(_CANTUS, _MELODY, (OUR_CHOICE, "the limits of range and repetition")),
    examples=(
        finds("C4 C4 C4 C4", "the same note four times in a row"),
        finds("C4 D4 E4 F4 E4 D4 C4 D4", "a range of a fourth"),
        finds("C4 G4 C5 G5 C6 G5 C5 G4", "a range of two octaves"),
        finds("C4 E4 G4 C5 B4 A4 C5 B4", "the highest note is reached twice"),
        passes("C4 C4 C4 D4", "the same note three times in a row"),
        passes("C4 D4 E4 G4 A4 G4 E4 C4", "one climax, a range of a sixth"),
        passes("C4 D4 E4", "too short to need a climax"),
    ),
)
def shapeless_line(w: Written) -> Iterator[Remark]:
    """A line has one note four or more times in a row, spans under a fifth or over a twelfth, or has no single climax.

    Range and climax are judged only in lines of eight or more notes.
    """
    for voice, line in enumerate(w.lines):
        notes, midi = line.notes, line.midi
        for _, group in groupby(notes, key=midi_of):
            same = tuple(group)
            if len(same) > 1 + _MOST_REPEATS:
                yield _remark(voice, same, f"{len(same)} times in a row")
        if len(midi) < _LINE_NOTES:
            continue
        span, top = max(midi) - min(midi), max(midi)
        if not _FIFTH <= span <= _TWELFTH:
            yield Remark(notes[0].onset_quarter, (voice,), detail=f"has a range of {span} semitones")
        peaks = [next(group) for high, group in groupby(notes, key=lambda note: midi_of(note) == top) if high]
        if len(peaks) > 1:
            yield _remark(voice, peaks[1:2], f"the highest note is reached {len(peaks)} times")


def _remark(voice: int, notes: Sequence[Note], detail: str = "") -> Remark:
    return Remark(notes[0].onset_quarter, (voice,), tuple(str(note.pitch) for note in notes), detail)
