"""Several scores one after the other as one score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from theory.notation.score import Bar, Direction, Note, Part, Score

_OPENING = ("tempo", "dynamic")  # directions at the beginning of a later section that only repeat the first one's


def joined(scores: Sequence[Score], labels: Sequence[str], parts: Sequence[Part]) -> Score:
    """Return scores end to end, each under its label, with the given parts in order; a missing part rests."""
    bars: list[Bar] = []
    notes: dict[str, list[Note]] = {part.name: [] for part in parts}
    chords, directions = [], []
    for number, (score, label) in enumerate(zip(scores, labels, strict=True)):
        shift = bars[-1].end_quarter if bars else Fraction(0)
        own = {part.name: part for part in score.parts}
        for part in parts:
            sung = own[part.name].notes if part.name in own else tuple(_rests(score))
            notes[part.name] += [replace(note, onset_quarter=note.onset_quarter + shift) for note in sung]
        chords += [replace(chord, onset_quarter=chord.onset_quarter + shift) for chord in score.chords]
        directions += [Direction(shift, "words", label), *_moved(score, shift, later=number > 0)]
        bars += _renumbered(score.bars, tuple(bars), shift)
        if number + 1 < len(scores):
            bars[-1] = replace(bars[-1], right_line="light-light")
    return replace(
        scores[0],
        bars=tuple(bars),
        parts=tuple(replace(part, notes=tuple(notes[part.name])) for part in parts),
        chords=tuple(chords),
        directions=tuple(directions),
    )


def _rests(score: Score) -> Iterator[Note]:
    for bar in score.bars:
        yield Note(bar.onset_quarter, bar.length_quarter, None)


def _moved(score: Score, shift: Fraction, *, later: bool) -> Iterator[Direction]:
    for each in score.directions:
        if not (later and each.onset_quarter == 0 and each.kind in _OPENING):
            yield replace(each, onset_quarter=each.onset_quarter + shift)


def _renumbered(bars: Sequence[Bar], before: Sequence[Bar], shift: Fraction) -> Iterator[Bar]:
    """Yield bars that go on after others: their numbers count on, and a pickup has the number of the bar before it."""
    last = next((int(bar.number) for bar in reversed(before) if bar.number.isdigit()), 0)
    start = before[-1] if before else None
    for bar in bars:
        number = bar.number
        if before:
            last += not bar.implicit
            number = str(last)
        shows_key = bar.shows_key and (start is None or bar.index > 0 or bar.key != start.key)
        shows_meter = bar.shows_meter and (start is None or bar.index > 0 or bar.meter != start.meter)
        yield replace(
            bar,
            index=len(before) + bar.index,
            number=number,
            onset_quarter=bar.onset_quarter + shift,
            shows_key=shows_key,
            shows_meter=shows_meter,
        )
