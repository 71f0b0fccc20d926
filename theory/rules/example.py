"""Reads the few notes of a rule's example into a score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Direction, Harmony, Meter, Note, Part, Score
from theory.rules.rule import Example

_CHOIR = ("soprano", "alto", "tenor", "bass")


def example_score(example: Example) -> Score:
    """Return an example as a score, a part a line; four lines are a choir.

    >>> from theory.rules.rule import finds
    >>> [note.pitch.midi for note in example_score(finds("C4 - D4", "")).parts[0].notes]
    [60, 62]
    """
    lines = [tuple(_notes(line, example.token_quarters)) for line in example.music.split("/")]
    parts = tuple(
        Part(name.capitalize() or f"Part {number}", notes, name)
        for number, (notes, name) in enumerate(zip(lines, _players(example, len(lines)), strict=True), 1)
    )
    length = max(note.end_quarter for part in parts for note in part.notes)
    chords = tuple(_chords(example.chords, example.token_quarters))
    tempo = (Direction(Fraction(0), "tempo", value=str(example.tempo)),) if example.tempo else ()
    return Score(tuple(_bars(example, length)), parts, chords, tempo)


def example_given(example: Example) -> dict[str, Part]:
    """Return the line that the first part of an example was given, by the part's name."""
    if not example.given:
        return {}
    first = example_score(example).parts[0]
    return {first.name: replace(first, notes=tuple(_notes(example.given, example.token_quarters)))}


def _players(example: Example, count: int) -> tuple[str, ...]:
    if example.players:
        return tuple(example.players.split())
    return _CHOIR if count == len(_CHOIR) else ("",) * count


def _bars(example: Example, length: Fraction) -> Iterator[Bar]:
    """Yield the bars: one that holds all, or as many of the length that is asked for as it takes."""
    size = Fraction(example.bar_quarters) or length
    meter = Meter(int(size), 4) if size.denominator == 1 else Meter(int(size * 2), 8)
    for index in range(-int(-length // size)):
        yield Bar(index, str(index + 1), index * size, size, meter, Key.parse(example.key))


def _notes(line: str, quarters: Fraction) -> Iterator[Note]:
    """Yield the notes of a line, each so many quarters long; see `Example` for the signs."""
    last: list[Note] = []
    for place, token in enumerate(line.replace(" |", "|").split()):
        ends, names = token.endswith("|"), token.rstrip("|")
        if names == "-" and last:
            last = [replace(note, duration_quarter=note.duration_quarter + quarters, fermata=ends) for note in last]
            continue
        yield from last
        pitches = [None if name == "." else Pitch.parse(name) for name in names.split("+")]
        last = [
            Note(place * quarters, quarters, pitch, fermata=ends, chord=number > 0)
            for number, pitch in enumerate(pitches)
        ]
    yield from last


def _chords(text: str, quarters: Fraction) -> Iterator[Harmony]:
    for place, token in enumerate(text.split()):
        if token != "-":
            yield Harmony(place * quarters, ChordSymbol.parse(token))
