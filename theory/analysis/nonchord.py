"""Non-chord tones: what the notes are that do not belong to the chord they sound with.

Each is told by how its line comes to it and leaves it (Kostka & Payne, *Tonal Harmony*, on nonchord tones;
Aldwell & Schachter, *Harmony and Voice Leading*, on embellishing tones):

============  ======================================================================================
passing       by step, and on by step in the same direction
neighbour     by step, and back by step
suspension    prepared as a chord tone, held or repeated into the new chord, then down by step
retardation   the same, then up by step
anticipation  the next note, or the rest of the same note, is a tone of the next chord
appoggiatura  by leap, and on by step
escape        by step, and on by leap
pedal         held or repeated while the chord changes over it, a chord tone before and after
free          none of these
============  ======================================================================================

A step is a second or a chromatic half step. Notes repeated in between count as one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.harmony.bass import bass_line
from theory.harmony.estimate import HarmonicSpan
from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Note, Score
from theory.slices.written import sounding_notes

KINDS = (
    "passing", "neighbour", "suspension", "retardation", "anticipation", "appoggiatura", "escape", "pedal", "free",
)  # fmt: skip
_SUSPENDED = {1: "9-8", 3: "4-3", 5: "6-5", 6: "7-6"}  # staff positions above the bass
_IN_BASS = "2-3"
_RETARDED = {6: "7-8", 1: "2-3", 3: "4-5"}


@dataclass(frozen=True)
class NonChordTone:
    """A note, or the part of one, that does not belong to its chord."""

    kind: str
    voice: int  # index of the part
    onset_quarter: Fraction  # from when on it is foreign: of a suspension, the new chord
    end_quarter: Fraction
    pitch: Pitch
    figures: str = ""  # of a suspension or retardation above the bass: 4-3, 7-6, 9-8


@dataclass(frozen=True)
class _Stretch:
    """A stretch of a note that is foreign to the chords that hold."""

    place: int  # of the note in its line
    start_quarter: Fraction
    end_quarter: Fraction


class _Line:
    """One voice under a harmony."""

    def __init__(self, notes: Sequence[Note], spans: Sequence[HarmonicSpan]) -> None:
        self.notes = notes
        self._spans = spans
        self._starts = [float(span.start_quarter) for span in spans]  # equal fractions give equal floats

    def stretches(self) -> Iterator[_Stretch]:
        """Yield what is foreign, each stretch as long as it goes on in one note."""
        for place, note in enumerate(self.notes):
            start: Fraction | None = None
            for time, is_member in self._meets(note):
                if is_member and start is not None:
                    yield _Stretch(place, start, time)
                start = None if is_member else time if start is None else start
            if start is not None:
                yield _Stretch(place, start, note.end_quarter)

    def _meets(self, note: Note) -> Iterator[tuple[Fraction, bool]]:
        """Yield from when on a note is, or is not, a tone of the chord that holds."""
        end = float(note.end_quarter)
        place = max(0, bisect_right(self._starts, float(note.onset_quarter)) - 1)
        yield note.onset_quarter, _belongs(note, self._spans[place])
        for span, start in zip(self._spans[place + 1 :], self._starts[place + 1 :], strict=True):
            if start >= end:
                break
            yield span.start_quarter, _belongs(note, span)

    def kind_of(self, stretch: _Stretch) -> str:
        """Return what a foreign stretch is."""
        note = self.notes[stretch.place]
        ends_inside = stretch.end_quarter < note.end_quarter
        if stretch.start_quarter > note.onset_quarter or self._is_repeated_from_chord(stretch.place):
            if ends_inside or self._is_repeated_into_chord(stretch.place):
                return "pedal"
            leaves = self._interval(stretch.place, 1)
            return ("suspension" if leaves.semitones < 0 else "retardation") if _is_step(leaves) else "free"
        if ends_inside or self._is_repeated_into_chord(stretch.place):
            return "anticipation"
        return _kind(self._interval(stretch.place, -1), self._interval(stretch.place, 1))

    def _is_repeated_from_chord(self, place: int) -> bool:
        """Whether the note before, of the same pitch, ended as a chord tone."""
        before = self._beside(place, -1)
        if before is None or before.pitch != self.notes[place].pitch:
            return False
        *_, (_, is_member) = self._meets(before)
        return is_member

    def _is_repeated_into_chord(self, place: int) -> bool:
        """Whether the next note, of the same pitch, begins as a chord tone."""
        after = self._beside(place, 1)
        return after is not None and after.pitch == self.notes[place].pitch and next(self._meets(after))[1]

    def _beside(self, place: int, step: int) -> Note | None:
        """Return the note before or after one of the line, None across a rest."""
        if not 0 <= place + step < len(self.notes):
            return None
        first, second = sorted((place, place + step))
        touches = self.notes[first].end_quarter >= self.notes[second].onset_quarter
        return self.notes[place + step] if touches else None

    def _interval(self, place: int, step: int) -> Interval:
        """Return the way to the next other pitch before or after a note; no way at all is no step."""
        pitch = _pitch(self.notes[place])
        while (beside := self._beside(place, step)) is not None:
            if beside.pitch != pitch:
                return Interval.between(pitch, _pitch(beside))
            place += step
        return Interval(0, 0)


def _kind(came: Interval, leaves: Interval) -> str:
    """Return the kind of a note by the ways back to the note before it and on to the one after it."""
    if _is_step(leaves):
        if _is_step(came):
            return "passing" if came.semitones * leaves.semitones < 0 else "neighbour"
        return "appoggiatura" if came.semitones else "free"
    return "escape" if _is_step(came) and leaves.semitones else "free"


def _is_step(interval: Interval) -> bool:
    return abs(interval.steps) <= 1 <= abs(interval.semitones) <= 2


def _belongs(note: Note, span: HarmonicSpan) -> bool:
    return span.symbol.is_no_chord or span.symbol.role_of(_pitch(note).midi % 12) is not None


def _pitch(note: Note) -> Pitch:
    assert note.pitch is not None
    return note.pitch


def non_chord_tones(score: Score, spans: Sequence[HarmonicSpan], bass: Sequence[Note] = ()) -> tuple[NonChordTone, ...]:
    """Return the non-chord tones of all parts under a harmony, in order of time, then of voice.

    Parameters
    ----------
    score
        Any score; of a part that sounds several notes at once the first of each stem is judged.
    spans
        The harmony from the beginning on, in order, without gaps.
    bass
        What `theory.harmony.bass.bass_line` returns of all parts, where it is already known.
    """
    if not spans:
        return ()
    bass = bass or bass_line(score.parts)
    found = []
    for voice, part in enumerate(score.parts):
        line = _Line(sounding_notes(part), spans)
        for stretch in line.stretches():
            kind, pitch = line.kind_of(stretch), _pitch(line.notes[stretch.place])
            figures = _figures(kind, pitch, _sounding_at(bass, stretch.start_quarter))
            found.append(NonChordTone(kind, voice, stretch.start_quarter, stretch.end_quarter, pitch, figures))
    return tuple(sorted(found, key=lambda tone: (tone.onset_quarter, tone.voice)))


def _sounding_at(line: Sequence[Note], time: Fraction) -> Pitch:
    return _pitch(line[max(0, bisect_right(line, time, key=lambda note: note.onset_quarter) - 1)])


def _figures(kind: str, pitch: Pitch, bass: Pitch) -> str:
    """Return the figures of a suspension or retardation over the bass, empty for all else."""
    above = (pitch.diatonic - bass.diatonic) % 7
    if kind == "suspension":
        return _IN_BASS if pitch == bass else _SUSPENDED.get(above, "")
    return _RETARDED.get(above, "") if kind == "retardation" else ""
