"""Numerals as words under the lowest staff of a score.

A note that sounds through a change of chord is written as tied notes, so that each numeral stands where
its chord begins; over a rest it stands as text under the staff.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from theory.analysis.numeral import RomanNumeral
from theory.analysis.romantext import key_text
from theory.notation.score import Direction, Lyric, Note, Score


def with_numerals(score: Score, chords: Sequence[RomanNumeral]) -> Score:
    """Return the score with its chords' numerals as one more line of words under the lowest part."""
    if not score.parts:
        return score
    *upper, lowest = score.parts
    words = _words(chords)
    times = sorted(words)
    verses = {lyric.verse for note in lowest.notes for lyric in note.lyrics}
    verse = str(1 + max((int(name) for name in verses if name.isdigit()), default=0))
    notes = tuple(piece for note in lowest.notes for piece in _divided(note, times))
    sung: dict[Fraction, None] = {}
    written = []
    for note in notes:
        text = words.get(note.onset_quarter)
        if text and note.pitch and note.grace is None and not note.chord and note.onset_quarter not in sung:
            note = replace(note, lyrics=(*note.lyrics, Lyric(text, verse)))
            sung[note.onset_quarter] = None
        written.append(note)
    silent = (Direction(time, "words", words[time], placement="below") for time in times if time not in sung)
    part = replace(lowest, notes=tuple(written))
    return replace(score, parts=(*upper, part), directions=(*score.directions, *silent))


def _words(chords: Sequence[RomanNumeral]) -> dict[Fraction, str]:
    """Return the numerals by their times, with the key where it changes."""
    words = {}
    before = None
    for chord in chords:
        words[chord.start_quarter] = (f"{key_text(chord.key)}: " if chord.key != before else "") + chord.figure
        before = chord.key
    return words


def _divided(note: Note, times: Sequence[Fraction]) -> Iterator[Note]:
    """Yield a note as tied pieces that begin where chords do."""
    inside = times[bisect_right(times, note.onset_quarter) : bisect_left(times, note.end_quarter)]
    if not inside or note.pitch is None:
        yield note
        return
    edges = [note.onset_quarter, *inside, note.end_quarter]
    for place, (start, end) in enumerate(pairwise(edges)):
        first, last = place == 0, place == len(inside)
        yield replace(
            note,
            onset_quarter=start,
            duration_quarter=end - start,
            notation=None,
            tie_stop=note.tie_stop if first else True,
            tie_start=note.tie_start if last else True,
            lyrics=note.lyrics if first else (),
            articulations=note.articulations if first else (),
            ornaments=note.ornaments if first else (),
            fermata=note.fermata and last,
            slur_starts=note.slur_starts if first else (),
            slur_stops=note.slur_stops if last else (),
        )
