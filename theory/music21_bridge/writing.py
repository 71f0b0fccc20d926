"""Converts scores to music21 streams, for analysis and for comparison with music21.

It is not meant for writing files: the writers in ``arranger`` keep details that music21's writers lose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from theory.notation.pitch import STEPS, Pitch
from theory.notation.score import Bar, Note, Part, Score

if TYPE_CHECKING:
    from music21 import stream

_STYLES = {"light-light": "double", "light-heavy": "final"}


def to_music21(score: Score) -> stream.Score:
    """Copy a ``Score`` into a music21 score: notes, lyrics, bars, repeats, endings and fermatas.

    >>> from fractions import Fraction
    >>> from theory.notation.key import Key
    >>> from theory.notation.score import Meter
    >>> bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    >>> part = Part("Soprano", (Note(Fraction(0), Fraction(4), Pitch.parse("Bb4")),))
    >>> [note.nameWithOctave for note in to_music21(Score((bar,), (part,))).recurse().notes]
    ['B-4']
    """
    from music21 import stream

    parts = [_part(part, score.bars) for part in score.parts]
    return stream.Score(parts)


def _part(part: Part, bars: Sequence[Bar]) -> Any:
    from music21 import spanner, stream

    result = stream.Part(id=part.id or part.name)
    result.partName = part.name
    measures = [_measure(bar, bars, part) for bar in bars]
    for bar, measure in zip(bars, measures, strict=True):
        result.insert(bar.onset_quarter, measure)
    for bar in bars:
        if bar.volta_start:
            end = next((later.index for later in bars[bar.index :] if later.volta_stop), bar.index)
            numbers = ",".join(map(str, bar.volta))
            result.insert(0, spanner.RepeatBracket(measures[bar.index : end + 1], number=numbers))
    return result


def _measure(bar: Bar, bars: Sequence[Bar], part: Part) -> Any:
    from music21 import stream

    measure = stream.Measure()
    number = bar.number.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    measure.number = int(number) if number.isdigit() else bar.index
    measure.numberSuffix = bar.number[len(number) :] or None
    _set_signatures(measure, bar, bars[bar.index - 1] if bar.index else None)
    _set_lines(measure, bar)
    for element, offset in _elements(part, bar):
        measure.insert(offset, element)
    return measure


def _set_signatures(measure: Any, bar: Bar, before: Bar | None) -> None:
    from music21 import key, meter

    if before is None or before.meter != bar.meter:
        measure.timeSignature = meter.TimeSignature(str(bar.meter))
        measure.timeSignature.symbol = bar.meter.symbol or ""
    if before is None or before.key != bar.key:
        name = str(bar.key.tonic).replace("b", "-")
        measure.keySignature = key.Key(name, bar.key.mode_name)
    if before is None and bar.length_quarter < bar.meter.quarters:
        measure.padAsAnacrusis(useInitialRests=False)


def _set_lines(measure: Any, line: Bar) -> None:
    from music21 import bar

    if line.repeat_start:
        measure.leftBarline = bar.Repeat(direction="start")
    if line.repeat_end:
        measure.rightBarline = bar.Repeat(direction="end", times=line.repeat_end)
    elif line.right_line:
        measure.rightBarline = bar.Barline(_STYLES.get(line.right_line, line.right_line))


def _elements(part: Part, bar: Bar) -> Iterator[tuple[Any, Any]]:
    """Yield the notes, chords and rests of a bar with their offsets in quarters; notes on one stem become a chord."""
    inside = [note for note in part.notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter]
    stems: list[list[Note]] = []
    for note in inside:
        if note.chord and stems:
            stems[-1].append(note)
        else:
            stems.append([note])
    for stem in stems:
        yield _element(stem), stem[0].onset_quarter - bar.onset_quarter


def _element(stem: Sequence[Note]) -> Any:
    from music21 import chord, duration, expressions, note

    first = stem[0]
    if first.pitch is None:
        return note.Rest(quarterLength=first.duration_quarter)
    heads = [_head(head, head.pitch) for head in stem if head.pitch]
    element: Any = heads[0] if len(heads) == 1 else chord.Chord(heads)
    if first.grace:
        element.duration = duration.GraceDuration("eighth")
    else:
        element.quarterLength = first.duration_quarter
    for lyric in first.lyrics:
        number = int(lyric.verse) if lyric.verse.isdigit() else 1
        element.lyrics.append(note.Lyric(lyric.text, number, syllabic=lyric.syllabic))
    if first.fermata:
        element.expressions.append(expressions.Fermata())
    return element


def _head(head: Note, pitch: Pitch) -> Any:
    from music21 import note, tie

    signs = "#" * pitch.alter if pitch.alter > 0 else "-" * -pitch.alter
    result = note.Note(f"{STEPS[pitch.step]}{signs}{pitch.octave}")
    if head.tie_start or head.tie_stop:
        kind = "continue" if head.tie_start and head.tie_stop else "start" if head.tie_start else "stop"
        result.tie = tie.Tie(kind)
    return result
