"""Reads the few notes of a rule's example into a score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from theory.chord import ChordSymbol
from theory.key import Key
from theory.pitch import Pitch
from theory.rule import Example
from theory.score import Bar, Harmony, Meter, Note, Part, Score

_CHOIR = ("soprano", "alto", "tenor", "bass")
_QUARTER = Fraction(1)


def example_score(example: Example) -> Score:
    """Return an example as a score of one bar, a part a line; four lines are a choir.

    >>> from theory.rule import finds
    >>> [note.pitch.midi for note in example_score(finds("C4 - D4", "")).parts[0].notes]
    [60, 62]
    """
    lines = [list(_notes(line)) for line in example.music.split("/")]
    names = _CHOIR if len(lines) == len(_CHOIR) else ("",) * len(lines)
    parts = tuple(
        Part(instrument.capitalize() or f"Part {number}", tuple(notes), instrument)
        for number, (notes, instrument) in enumerate(zip(lines, names, strict=True), 1)
    )
    length = max(note.end_quarter for part in parts for note in part.notes)
    bar = Bar(0, "1", Fraction(0), length, Meter(int(length), 4), Key.parse(example.key))
    return Score((bar,), parts, tuple(_chords(example.chords)))


def example_given(example: Example) -> dict[str, Part]:
    """Return the line that the first part of an example was given, by the part's name."""
    if not example.given:
        return {}
    first = example_score(example).parts[0]
    return {first.name: replace(first, notes=tuple(_notes(example.given)))}


def _notes(line: str) -> Iterator[Note]:
    """Yield the notes of a line of quarters: names, ``-`` holds, ``.`` rests, ``|`` closes a phrase."""
    last: Note | None = None
    for place, token in enumerate(line.replace(" |", "|").split()):
        ends, name = token.endswith("|"), token.rstrip("|")
        if name == "-" and last is not None:
            last = replace(last, duration_quarter=last.duration_quarter + _QUARTER, fermata=ends)
            continue
        if last is not None:
            yield last
        last = Note(place * _QUARTER, _QUARTER, None if name == "." else Pitch.parse(name), fermata=ends)
    if last is not None:
        yield last


def _chords(text: str) -> Iterator[Harmony]:
    for place, token in enumerate(text.split()):
        if token != "-":
            yield Harmony(place * _QUARTER, ChordSymbol.parse(token))
