"""Classifies non-chord tones, the notes that do not belong to the chord that they sound with.

The kind depends on how the line approaches and leaves the note (Kostka & Payne, *Tonal Harmony*, on nonchord
tones; Aldwell & Schachter, *Harmony and Voice Leading*, on embellishing tones):

============  ======================================================================================
passing       approached by step, left by step in the same direction
neighbour     approached by step, left by step in the opposite direction
suspension    a chord tone held or repeated into the new chord, then resolved down by step
retardation   a chord tone held or repeated into the new chord, then resolved up by step
anticipation  held or repeated into the next chord, where it is a chord tone
appoggiatura  approached by leap, left by step
escape        approached by step, left by leap
pedal         held or repeated while the chords change, a chord tone before and after
free          none of these
============  ======================================================================================

A step is a second or a chromatic semitone. Repeated notes count as one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
    """A note, or a part of a note, that does not belong to its chord."""

    kind: str
    voice: int  # index of the part
    onset_quarter: Fraction  # when it becomes a non-chord tone: for a suspension, the onset of the new chord
    end_quarter: Fraction
    pitch: Pitch
    figures: str = ""  # for a suspension or retardation, above the bass: 4-3, 7-6, 9-8


@dataclass(frozen=True)
class _Stretch:
    """A time span within a note in which it is a non-chord tone."""

    index: int  # of the note in its line
    start_quarter: Fraction
    end_quarter: Fraction


class _Line:
    """One voice and the chords that it sounds with."""

    def __init__(self, notes: Sequence[Note], spans: Sequence[HarmonicSpan]) -> None:
        self.notes = notes
        self._spans = spans
        self._starts = [float(span.start_quarter) for span in spans]  # equal fractions give equal floats

    def stretches(self) -> Iterator[_Stretch]:
        """Yield the longest possible time spans in which a note is a non-chord tone."""
        for index, note in enumerate(self.notes):
            start: Fraction | None = None
            for time, is_member in self._meets(note):
                if is_member and start is not None:
                    yield _Stretch(index, start, time)
                start = None if is_member else time if start is None else start
            if start is not None:
                yield _Stretch(index, start, note.end_quarter)

    def _meets(self, note: Note) -> Iterator[tuple[Fraction, bool]]:
        """Yield, for each chord during a note, the time from which it applies and whether the note is a chord tone."""
        end = float(note.end_quarter)
        index = max(0, bisect_right(self._starts, float(note.onset_quarter)) - 1)
        yield note.onset_quarter, _belongs(note, self._spans[index])
        for later in range(index + 1, bisect_left(self._starts, end, lo=index + 1)):
            yield self._spans[later].start_quarter, _belongs(note, self._spans[later])

    def kind_of(self, stretch: _Stretch) -> str:
        """Return the kind of non-chord tone of a stretch."""
        note = self.notes[stretch.index]
        ends_inside = stretch.end_quarter < note.end_quarter
        if stretch.start_quarter > note.onset_quarter or self._is_repeated_from_chord(stretch.index):
            if ends_inside or self._is_repeated_into_chord(stretch.index):
                return "pedal"
            leaves = self._interval(stretch.index, 1)
            return ("suspension" if leaves.semitones < 0 else "retardation") if _is_step(leaves) else "free"
        if ends_inside or self._is_repeated_into_chord(stretch.index):
            return "anticipation"
        return _kind(self._interval(stretch.index, -1), self._interval(stretch.index, 1))

    def _is_repeated_from_chord(self, index: int) -> bool:
        """Whether the previous note has the same pitch and ended as a chord tone."""
        before = self._beside(index, -1)
        if before is None or before.pitch != self.notes[index].pitch:
            return False
        *_, (_, is_member) = self._meets(before)
        return is_member

    def _is_repeated_into_chord(self, index: int) -> bool:
        """Whether the next note has the same pitch and begins as a chord tone."""
        after = self._beside(index, 1)
        return after is not None and after.pitch == self.notes[index].pitch and next(self._meets(after))[1]

    def _beside(self, index: int, step: int) -> Note | None:
        """Return the previous (``step`` -1) or next note (1) of the line, None across a rest."""
        if not 0 <= index + step < len(self.notes):
            return None
        first, second = sorted((index, index + step))
        touches = self.notes[first].end_quarter >= self.notes[second].onset_quarter
        return self.notes[index + step] if touches else None

    def _interval(self, index: int, step: int) -> Interval:
        """Return the interval from a note to the nearest different pitch before or after it, else a unison."""
        pitch = _pitch(self.notes[index])
        while (beside := self._beside(index, step)) is not None:
            if beside.pitch != pitch:
                return Interval.between(pitch, _pitch(beside))
            index += step
        return Interval(0, 0)


def _kind(came: Interval, leaves: Interval) -> str:
    """Return the kind of a note from the intervals to the previous and to the next pitch."""
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
    """Return the non-chord tones of all parts, sorted by onset, then by voice.

    Parameters
    ----------
    score
        Any score; of notes that begin together in one voice, only the first in the score is judged.
    spans
        The chords in order from the beginning, without gaps.
    bass
        The result of `theory.harmony.bass.bass_line` for all parts, if it is already known.
    """
    if not spans:
        return ()
    bass = bass or bass_line(score.parts)
    found = []
    for voice, part in enumerate(score.parts):
        line = _Line(sounding_notes(part), spans)
        for stretch in line.stretches():
            kind, pitch = line.kind_of(stretch), _pitch(line.notes[stretch.index])
            figures = _figures(kind, pitch, _sounding_at(bass, stretch.start_quarter))
            found.append(NonChordTone(kind, voice, stretch.start_quarter, stretch.end_quarter, pitch, figures))
    return tuple(sorted(found, key=lambda tone: (tone.onset_quarter, tone.voice)))


def _sounding_at(line: Sequence[Note], time: Fraction) -> Pitch:
    return _pitch(line[max(0, bisect_right(line, time, key=lambda note: note.onset_quarter) - 1)])


def _figures(kind: str, pitch: Pitch, bass: Pitch) -> str:
    """Return the figures of a suspension or retardation above the bass, empty for other kinds."""
    above = (pitch.diatonic - bass.diatonic) % 7
    if kind == "suspension":
        return _IN_BASS if pitch == bass else _SUSPENDED.get(above, "")
    return _RETARDED.get(above, "") if kind == "retardation" else ""
