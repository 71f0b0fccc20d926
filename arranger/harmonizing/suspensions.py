"""Suspensions at closes: the dominant before the last chord of a phrase begins with its fourth instead of its third.

The fourth is the tonic, prepared in the chord before; it falls to the leading tone half-way (4-3), as in most closes of
the chorales (Aldwell & Schachter, Harmony and Voice Leading, on suspensions).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Note, Score

_FOURTH, _THIRD = 5, 4  # semitones above the dominant
_SUSPENDED = {"": "sus4", "7": "7sus4"}


def with_suspensions(
    chords: Sequence[Harmony], tune: Score, arrivals: Collection[Fraction], *, least_quarters: Fraction
) -> tuple[Harmony, ...]:
    """Return the chords with a suspension in dominants that can have one, but not at two closes in succession.

    Parameters
    ----------
    arrivals
        Onsets of the last notes of the phrases, in quarters.
    least_quarters
        How long a dominant must last to be divided.
    """
    return tuple(_divided(chords, tune, set(arrivals), least_quarters))


def _divided(
    chords: Sequence[Harmony], tune: Score, arrivals: set[Fraction], least_quarters: Fraction
) -> Iterator[Harmony]:
    yield from chords[:1]
    plain = True  # the close before was not suspended: the figure at every close would be a formula
    for (before, chord), after in zip(pairwise(chords), [*chords[2:], None], strict=True):
        arrives = after is not None and after.onset_quarter in arrivals
        suspended = _suspended(before, chord, after, tune) if after and arrives and plain else None
        plain = plain if not arrives else True
        if suspended is None or after is None or not _divides(chord, after, tune, least_quarters):
            yield chord
            continue
        yield Harmony(chord.onset_quarter, suspended)
        yield Harmony((chord.onset_quarter + after.onset_quarter) / 2, chord.symbol)
        plain = False


def _divides(chord: Harmony, after: Harmony, tune: Score, least_quarters: Fraction) -> bool:
    """Return whether a chord is long enough and has its middle on a half beat, where the tune holds or just moves."""
    start, end = chord.onset_quarter, after.onset_quarter
    middle = (start + end) / 2
    inside = {note.onset_quarter for note in tune.parts[0].notes if note.pitch and start < note.onset_quarter < end}
    return end - start >= least_quarters and inside <= {middle} and (2 * middle).denominator == 1


def _suspended(before: Harmony, chord: Harmony, after: Harmony, tune: Score) -> ChordSymbol | None:
    """Return a dominant with its fourth instead of its third, None where that cannot be prepared or resolved."""
    root, tonic = chord.symbol.root, after.symbol.root
    quality = (
        next((each for each in _SUSPENDED if chord.symbol == ChordSymbol.build(root, each)), None) if root else None
    )
    if root is None or tonic is None or quality is None or after.symbol.bass is not None:
        return None
    fourth, third = ((root.pitch_class + step) % 12 for step in (_FOURTH, _THIRD))
    prepared = fourth in before.symbol.pitch_classes and tonic.pitch_class == fourth
    heard = {
        note.pitch.midi % 12
        for note in tune.parts[0].notes
        if note.pitch and _overlaps(note, chord.onset_quarter, after.onset_quarter)
    }
    return ChordSymbol.build(root, _SUSPENDED[quality]) if prepared and not heard & {fourth, third} else None


def _overlaps(note: Note, start: Fraction, end: Fraction) -> bool:
    return note.onset_quarter < end and note.end_quarter > start
