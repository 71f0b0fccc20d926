"""An independent count of voice-leading events in chorales, which shares no code with the rules.

It takes the text of the rule catalogue literally. A succession is two neighbouring sonorities in which both voices
sound and change pitch, not both by octaves; it is at a phrase end (F) if the first note of either voice has a
fermata. Melodic intervals are taken between successive notes of a voice without a rest or the end of a repeat
between them. Crossings and wide spacings of upper voices count once for as long as they last; wide spacing of tenor
and bass counts in every sonority. Where the rules count differently is a decision of theirs;
`benchmarks.make.bach_counts` lists these places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Note, Score

Sonority = tuple[Note | None, ...]
_FAR_BELOW = "tenor and bass over 19"
_HARSH = ("A2", "A4", "A5", "d4", "d5", "d7", "m7", "M7", "A1")


@dataclass(frozen=True, order=True)
class Mark:
    """A counted event: its name, onset and voices, and whether it is at a fermata."""

    name: str
    onset_quarter: Fraction
    voices: tuple[int, ...]
    fermata: bool = False


def sonorities(score: Score) -> list[tuple[Fraction, Sonority]]:
    """Return each onset with the notes that sound from then on, one per voice; None for silence."""
    lines = [[note for note in part.notes if note.grace is None] for part in score.parts]
    onsets = sorted({note.onset_quarter for line in lines for note in line})
    indices = [0] * len(lines)
    found = []
    for onset in onsets:
        sounding: list[Note | None] = []
        for voice, line in enumerate(lines):
            while indices[voice] < len(line) and line[indices[voice]].end_quarter <= onset:
                indices[voice] += 1
            note = line[indices[voice]] if indices[voice] < len(line) else None
            sounding.append(note if note and note.pitch and note.onset_quarter <= onset else None)
        found.append((onset, tuple(sounding)))
    return found


def plain_marks(score: Score) -> Iterator[Mark]:
    """Yield all counted events of a four-part score."""
    sounding = sonorities(score)
    for (_, before), (onset, after) in pairwise(sounding):
        for upper, lower in combinations(range(len(before)), 2):
            notes = before[upper], before[lower], after[upper], after[lower]
            if all(note is not None for note in notes):
                yield from _pair_marks(onset, (upper, lower), notes)  # type: ignore[arg-type]
    yield from _spacing_marks(sounding)
    seams = {bar.end_quarter for bar in score.bars if bar.repeat_end}
    for voice, part in enumerate(score.parts):
        yield from _melodic_marks(voice, part.notes, seams)


def _pair_marks(onset: Fraction, voices: tuple[int, int], notes: Sequence[Note]) -> Iterator[Mark]:
    high, low, then_high, then_low = (_pitch(note) for note in notes)
    rise, lift = then_high.midi - high.midi, then_low.midi - low.midi
    fermata = notes[0].fermata or notes[1].fermata
    names = list(_cross_names(high, low, then_high, then_low))
    if rise and lift and (rise % 12 or lift % 12):
        names += _motion_names(_simple(low, high), _simple(then_low, then_high), rise, lift)
    if rise * lift > 0 and voices == (0, 3) and abs(rise) > 2:
        names += _direct_names(_simple(low, high), _simple(then_low, then_high))
    octave_in_bass = voices[1] == len("SAT") and abs(lift) == 12
    if voices[1] == voices[0] + 1 and not octave_in_bass and (then_low.midi > high.midi or then_high.midi < low.midi):
        names.append("overlap")
    for name in names:
        if name == "d5-P5":
            name += " with the bass" if voices[1] == len("SAT") else " above it"
        yield Mark(name, onset, voices, fermata)


def _motion_names(first: str, then: str, rise: int, lift: int) -> Iterator[str]:
    kind = "parallel" if rise * lift > 0 else "contrary"
    if first == then == "P5":
        yield f"{kind} fifths"
    if first == then == "P1":
        yield f"{kind} octaves"
    if kind == "parallel" and (first, then) == ("d5", "P5"):
        yield "d5-P5"


def _direct_names(first: str, then: str) -> Iterator[str]:
    if then == "P5" and first != "P5":
        yield "direct fifths"
    if then == "P1" and first != "P1":
        yield "direct octaves"


def _cross_names(high: Pitch, low: Pitch, then_high: Pitch, then_low: Pitch) -> Iterator[str]:
    for one, own, other, others in ((high, then_high, then_low, low), (low, then_low, then_high, high)):
        altered = one.step == other.step and one.alter != other.alter
        made = (own.step == one.step and own.alter != one.alter) or (
            others.step == other.step and others.alter != other.alter
        )
        if altered and not made:
            yield "cross relation"
            return


def _spacing_marks(sounding: Sequence[tuple[Fraction, Sonority]]) -> Iterator[Mark]:
    """Yield crossings and wide spacings: once for as long as they last, of tenor and bass in every sonority."""
    before: set[tuple[str, tuple[int, int]]] = set()
    for onset, notes in sounding:
        now = set()
        for upper, lower in combinations(range(len(notes)), 2):
            high, low = notes[upper], notes[lower]
            if high is not None and low is not None:
                gap = _pitch(high).midi - _pitch(low).midi
                now |= {(name, (upper, lower)) for name in _gap_names(gap, upper, lower)}
        for name, voices in sorted({found for found in now if found not in before or found[0] == _FAR_BELOW}):
            yield Mark(name, onset, voices)
        before = now


def _gap_names(gap: int, upper: int, lower: int) -> Iterator[str]:
    if gap < 0:
        yield "crossing"
    if lower == upper + 1 and lower < len("SAT") and gap > 12:
        yield "upper voices over an octave"
    if (upper, lower) == (2, 3) and gap > 19:
        yield _FAR_BELOW


def _melodic_marks(voice: int, notes: Sequence[Note], seams: set[Fraction]) -> Iterator[Mark]:
    sung = [note for note in notes if note.grace is None and not note.tie_stop]
    for first, then in pairwise(sung):
        if first.pitch is None or then.pitch is None or then.onset_quarter in seams:
            continue
        size = _pitch(then).midi - _pitch(first).midi
        name = Interval.between(
            *sorted((_pitch(first), _pitch(then)), key=lambda pitch: (pitch.diatonic, pitch.midi))
        ).name
        if name in _HARSH:
            yield Mark(name, then.onset_quarter, (voice,), first.fermata)
        if abs(size) > 12:
            yield Mark("over an octave", then.onset_quarter, (voice,), first.fermata)


def _pitch(note: Note) -> Pitch:
    assert note.pitch is not None
    return note.pitch


def _simple(low: Pitch, high: Pitch) -> str:
    """Return the name of the interval reduced to an octave if it is P5, d5 or P1, else an empty string."""
    if high.midi < low.midi:
        low, high = high, low
    steps, semitones = (high.diatonic - low.diatonic) % 7, (high.midi - low.midi) % 12
    return {(4, 7): "P5", (4, 6): "d5", (0, 0): "P1"}.get((steps, semitones), "")
