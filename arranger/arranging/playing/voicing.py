"""Chords under the lead, as a band plays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Note, Score

LATEST = Fraction(1, 2)  # quarters after a strong beat within which a symbol belongs to that beat
_SIXTH = {"maj7": "6"}  # a seventh would rub with the root above it


def on_strong_beats(score: Score) -> tuple[Harmony, ...]:
    """Return the chords of a score, with one that is written just after a strong beat moved to that beat.

    A symbol is often typed over the first note that does not go on from before, and a band that waits for it would play
    the old chord on the beat. Symbols before a strong beat anticipate it and stay.
    """
    taken = {chord.onset_quarter for chord in score.chords}
    found = []
    for chord in score.chords:
        bar = score.bar_at(chord.onset_quarter)
        offset = bar.offset_in_meter(chord.onset_quarter)
        beats = bar.meter.quarters / bar.meter.beat_quarters
        strong = bar.meter.quarters / 2 if beats % 2 == 0 else bar.meter.quarters
        late = offset % strong
        moves = 0 < late <= min(LATEST, bar.meter.beat_quarters / 2)
        onset = chord.onset_quarter - late
        found.append(replace(chord, onset_quarter=onset) if moves and onset not in taken else chord)
    return tuple(found)


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
