"""Composed tunes as scores: bars, spelled notes, chord symbols, and breath marks at phrase ends."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.composing.setting import PhraseSpan, Sung, TuneSetting
from arranger.models.melody.vocabulary import TICKS
from theory.notation.score import Bar, Direction, Harmony, Note, Part, Score

TITLES = {"": "Tune", "continue": "Continuation", "answer": "Answer"}


def score_of(
    line: Sequence[Sung], spans: Sequence[PhraseSpan], setting: TuneSetting, *, title: str, tempo: int
) -> Score:
    """Return a tune as a score that begins at 0; a pickup is a bar of its own, and the last bar is shorter by it."""
    start = spans[0].start
    bars = tuple(_bars(start, spans[-1].end, setting))
    breaths = {span.end for span in spans[:-1]}
    notes = [_note(note, setting, start, breathes=note.end in breaths) for note in line if note.onset >= start]
    directions = (Direction(Fraction(0), "tempo", value=str(tempo)),) if tempo else ()
    chords = tuple(_chords(start, spans[-1].end, setting))
    return Score(bars, (Part("Melody", tuple(notes)),), chords, directions, title)


def appended(score: Score, addition: Score) -> Score:
    """Return a score followed by another one, whose bar numbers continue."""
    shift = score.end_quarter
    count, last = len(score.bars), score.bars[-1]
    number = int(last.number) if last.number.isdigit() else count
    closed = replace(last, right_line=None)
    bars = [
        replace(bar, index=count + offset, number=str(number + 1 + offset), onset_quarter=bar.onset_quarter + shift,
                shows_key=False, shows_meter=False)
        for offset, bar in enumerate(addition.bars)
    ]  # fmt: skip
    notes = [replace(note, onset_quarter=note.onset_quarter + shift) for note in addition.parts[0].notes]
    part = replace(score.parts[0], notes=(*score.parts[0].notes, *notes))
    chords = [replace(chord, onset_quarter=chord.onset_quarter + shift) for chord in addition.chords]
    return replace(score, bars=(*score.bars[:-1], closed, *bars), parts=(part,), chords=(*score.chords, *chords))


def _quarters(ticks: int, setting: TuneSetting) -> Fraction:
    return Fraction(ticks, TICKS) / setting.factor


def _bars(start: int, end: int, setting: TuneSetting) -> list[Bar]:
    edges = sorted({start, end, *range(-(-start // setting.bar) * setting.bar, end, setting.bar)})
    pickup = start % setting.bar != 0
    found = []
    for index, (onset, after) in enumerate(itertools.pairwise(edges)):
        is_pickup = pickup and index == 0
        found.append(
            Bar(
                index,
                str(index if pickup else index + 1),
                _quarters(onset - start, setting),
                _quarters(after - onset, setting),
                setting.meter,
                setting.key,
                implicit=is_pickup,
                right_line="light-heavy" if after == end else None,
                shows_key=index == 0,
                shows_meter=index == 0,
            )
        )
    return found


def _note(note: Sung, setting: TuneSetting, start: int, *, breathes: bool) -> Note:
    return Note(
        _quarters(note.onset - start, setting),
        _quarters(note.ticks, setting),
        None if note.midi is None else setting.key.spell(note.midi),
        articulations=("breath-mark",) if breathes else (),
    )


def _chords(start: int, end: int, setting: TuneSetting) -> list[Harmony]:
    """Return the chord symbols of the bars, without repetitions."""
    found: list[Harmony] = []
    first = -(-start // setting.bar) * setting.bar
    for onset in range(first, end, setting.bar):
        symbol = setting.chord_at(onset)
        if symbol is not None and (not found or found[-1].symbol != symbol):
            found.append(Harmony(_quarters(onset - start, setting), symbol))
    return found
