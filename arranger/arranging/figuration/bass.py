"""Bass first: where a chord begins, the lowest part has the root of its symbol or the slash bass.

The search gives way where the held chords would make parallels with the tune. Played with figures and rests they do not
arise, or are mended afterwards, and a band without the root sounds like another chord.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.arranging.figuration.figuring import Player, Sounding
from theory.notation.score import Harmony
from theory.slices.texture import REST


def rooted(
    line: Sequence[Sounding], chords: Sequence[Harmony], player: Player, others: Sequence[Sequence[Sounding]]
) -> list[Sounding]:
    """Return a held bass line that has the bass of each chord symbol where the chord begins, below the other lines."""
    wanted = {
        chord.onset_quarter: chord.symbol.bass_pitch_class
        for chord in chords
        if chord.symbol.bass_pitch_class is not None
    }
    cuts = sorted(chord.onset_quarter for chord in chords)
    found: list[Sounding] = []
    for note in _cut(line, cuts):
        pitch_class = wanted.get(note.start_quarter)
        if note.midi == REST or pitch_class is None or note.midi % 12 == pitch_class:
            found.append(note)
            continue
        roof = min((_sounding(other, note.start_quarter) for other in others), default=player.highest)
        found.append(replace(note, midi=_nearest(note.midi, pitch_class, player, roof)))
    return list(_joined(found))


def _cut(line: Sequence[Sounding], cuts: Sequence[Fraction]) -> Iterator[Sounding]:
    """Yield the notes of a line, divided at the given times."""
    for note in line:
        times = [note.start_quarter, *(time for time in cuts if note.start_quarter < time < note.end_quarter)]
        for start, end in zip(times, [*times[1:], note.end_quarter], strict=True):
            yield replace(note, start_quarter=start, end_quarter=end)


def _joined(line: Sequence[Sounding]) -> Iterator[Sounding]:
    """Yield the notes of a line; pieces of one note that still have the same pitch are one note again."""
    before: Sounding | None = None
    for note in line:
        if before is not None and before.midi == note.midi and before.slice == note.slice and note.slice >= 0:
            before = replace(before, end_quarter=note.end_quarter)
            continue
        if before is not None:
            yield before
        before = note
    if before is not None:
        yield before


def _sounding(line: Sequence[Sounding], at_quarter: Fraction) -> int:
    notes = (note.midi for note in line if note.start_quarter <= at_quarter < note.end_quarter and note.midi != REST)
    return next(notes, 999)


def _nearest(midi: int, pitch_class: int, player: Player, roof: int) -> int:
    """Return the nearest note of a pitch class in range, below the roof if there is one; the note itself if none."""
    reached = [each for each in range(player.lowest, player.highest + 1) if each % 12 == pitch_class]
    below = [each for each in reached if each <= roof]
    return min(below or reached or [midi], key=lambda each: (abs(each - midi), each))
