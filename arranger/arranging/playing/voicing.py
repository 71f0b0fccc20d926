"""Chords under the lead, as a band plays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Note, Score

_SIXTH = {"maj7": "6"}  # a seventh would rub with the root above it


def under_lead(score: Score) -> tuple[Harmony, ...]:
    """Return the chords of a score, with a sixth instead of the major seventh where the tune dwells on the root.

    ``Cmaj7`` under a long C becomes ``C6``: the B would be a half step, or a minor ninth, from the lead.
    """
    notes = [note for note in score.parts[0].notes if note.pitch and note.grace is None]
    ends = [*(chord.onset_quarter for chord in score.chords[1:]), score.end_quarter]
    return tuple(
        replace(chord, symbol=_softened(chord, [note for note in notes if _overlaps(note, chord, end)]))
        for chord, end in zip(score.chords, ends, strict=True)
    )


def _overlaps(note: Note, chord: Harmony, end: object) -> bool:
    return note.onset_quarter < end and note.end_quarter > chord.onset_quarter  # type: ignore[operator]


def _softened(chord: Harmony, notes: Sequence[Note]) -> ChordSymbol:
    """Return the symbol of a chord, with a sixth if most of the time above it is a note on the root."""
    symbol = chord.symbol
    quality = _SIXTH.get(symbol.quality)
    if symbol.root is None or quality is None or not notes:
        return symbol
    on_root = sum(n.duration_quarter for n in notes if n.pitch and n.pitch.midi % 12 == symbol.root.pitch_class)
    return (
        ChordSymbol.build(symbol.root, quality, symbol.bass)
        if 2 * on_root >= sum(n.duration_quarter for n in notes)
        else symbol
    )
