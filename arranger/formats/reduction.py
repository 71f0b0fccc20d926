"""A piano reduction: all voices on two staves below the score, for rehearsals.

The voices are divided between the hands as in a closed score. In each bar, the voices of a hand that move in the same
rhythm are chords; a voice with a rhythm of its own keeps it. Words, breaths and slurs are the singers'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from arranger.formats.writing.staves import PIANO, on_two_staves
from arranger.formats.writing.stems import Stem, cut_at_bars, stems_of
from theory.notation.score import Bar, Note, Part, Score

FEWEST, MOST = 2, 6  # voices


def with_reduction(score: Score) -> Score:
    """Return a score with a piano part of two staves, in which all its voices are played.

    Raises ValueError if there are fewer than two or more than six voices.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> piano = with_reduction(example_score(passes("C5 D5 / G4 G4 / E4 - / C3 G2", ""))).parts[4:]
    >>> [[str(note.pitch) for note in hand.notes] for hand in piano]
    [['C5', 'G4', 'D5', 'G4'], ['E4', 'C3', 'G2']]
    """
    if not FEWEST <= len(score.parts) <= MOST:
        raise ValueError(f"a piano plays {FEWEST} to {MOST} voices, and there are {len(score.parts)}")
    hands = zip(PIANO, on_two_staves(score.parts), strict=True)
    return replace(score, parts=(*score.parts, *(Part(name, tuple(_hand(own, score.bars))) for name, own in hands)))


def _hand(parts: Sequence[Part], bars: Sequence[Bar]) -> Iterator[Note]:
    """Yield the notes of one hand: bar by bar, voices of one rhythm joined into chords."""
    lines = [cut_at_bars(stems_of(map(_played, part.notes)), bars) for part in parts]
    found: dict[str, list[Note]] = {}
    for bar in bars:
        voices = [line[bar.index] for line in lines]
        for number, group in enumerate(_alike(voices), start=1):
            found.setdefault(str(number), []).extend(_chords(group, str(number)))
    for voice in sorted(found):
        yield from found[voice]


def _played(note: Note) -> Note:
    kept = tuple(mark for mark in note.articulations if mark not in ("breath-mark", "caesura"))
    return replace(note, lyrics=(), slur_starts=(), slur_stops=(), articulations=kept, id="", voice="1")


def _alike(voices: Sequence[Sequence[Stem]]) -> Iterator[list[Sequence[Stem]]]:
    """Yield neighbouring voices of a bar that have the same rhythm, the highest first; silent ones are left out."""
    sounding = [voice for voice in voices if any(stem[0].pitch for stem in voice)]
    for _, group in groupby(sounding, key=_rhythm):
        yield list(group)


def _rhythm(voice: Sequence[Stem]) -> list[tuple[object, ...]]:
    return [(stem[0].onset_quarter, stem[0].duration_quarter, stem[0].pitch is None, stem[0].grace) for stem in voice]


def _chords(voices: Sequence[Sequence[Stem]], number: str) -> Iterator[Note]:
    """Yield the notes of voices of one rhythm as chords, each pitch once, from the highest down."""
    for stems in zip(*voices, strict=True):
        notes = {note.pitch: note for stem in stems for note in stem}
        for place, note in enumerate(notes.values()):
            yield replace(note, voice=number, chord=place > 0, fermata=note.fermata and not place)
