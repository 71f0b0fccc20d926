"""The voices of a score as lists of notes with ties joined, and scores with their repeats written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Note, Part, Score
from theory.notation.unfold import playing_order


@dataclass(frozen=True)
class Sound:
    """A note with the notes tied to it, or a rest (``pitch`` is None)."""

    pitch: Pitch | None
    duration_quarter: Fraction


def sounds_of(part: Part) -> list[Sound]:
    """Return the notes and rests of a part in order, without grace notes and lower notes of chords."""
    found: list[Sound] = []
    for note in part.notes:
        if note.grace is not None or note.chord:
            continue
        last = found[-1] if found else None
        if last and note.pitch and note.tie_stop and last.pitch and last.pitch.midi == note.pitch.midi:
            found[-1] = replace(last, duration_quarter=last.duration_quarter + note.duration_quarter)
        else:
            found.append(Sound(note.pitch, note.duration_quarter))
    return found


def written_out(score: Score) -> Score:
    """Return a score with its repeats, endings and jumps written out.

    Chord symbols are repeated too; directions are dropped. A score without repeats is returned unchanged.
    """
    order = playing_order(score.bars, score.directions)
    if order == list(range(len(score.bars))):
        return score
    bars: list[Bar] = []
    shifts: list[tuple[Bar, Fraction]] = []
    onset = Fraction(0)
    for index, played in enumerate(order):
        bar = score.bars[played]
        shifts.append((bar, onset - bar.onset_quarter))
        bars.append(replace(bar, index=index, onset_quarter=onset, repeat_start=False, repeat_end=0, volta=()))
        onset += bar.length_quarter
    return replace(
        score,
        bars=tuple(bars),
        parts=tuple(replace(part, notes=_moved(part.notes, shifts)) for part in score.parts),
        chords=tuple(
            replace(chord, onset_quarter=chord.onset_quarter + shift)
            for bar, shift in shifts
            for chord in score.chords
            if bar.onset_quarter <= chord.onset_quarter < bar.end_quarter
        ),
        directions=(),
    )


def _moved(notes: Sequence[Note], shifts: Sequence[tuple[Bar, Fraction]]) -> tuple[Note, ...]:
    """Return the notes of the bars in playing order.

    A note tied over a barline loses the tie if the bar before it in playing order is not the one it was tied from.
    """
    moved: list[Note] = []
    before: Bar | None = None
    for bar, shift in shifts:
        follows = before is not None and before.end_quarter == bar.onset_quarter
        for note in notes:
            if bar.onset_quarter <= note.onset_quarter < bar.end_quarter:
                tied = note.tie_stop and (follows or note.onset_quarter > bar.onset_quarter)
                moved.append(replace(note, onset_quarter=note.onset_quarter + shift, tie_stop=tied))
        before = bar
    return tuple(moved)
