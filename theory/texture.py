"""A many-voiced score as arrays: slices x voices.

Slices are the union of the attacks and releases of the known voices, the chord-symbol onsets, the
bar lines and, where holes are to be filled, the grid of a texture style. A cell holds the sounding
pitch as a MIDI number, ``REST`` or ``HOLE``; ``attack`` tells a new note from a held one. Training,
search and checker all build their slices with `slice_onsets`, from the given voices only, so that
no hidden rhythm leaks through the grid.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from theory.chord import ChordSymbol
from theory.key import Key
from theory.phrase import phrase_ends
from theory.score import Harmony, Note, Part, Score

REST = -1
HOLE = -2

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Texture:
    """Voices over slices of time; T slices, V voices, high to low as in the score."""

    voices: tuple[str, ...]
    onset_quarter: tuple[Fraction, ...]  # T
    duration_quarter: tuple[Fraction, ...]  # T
    pitch: Ints  # (T, V) MIDI number, REST or HOLE
    fifths: Ints  # (T, V) spelling: place on the line of fifths; 0 where nothing sounds
    attack: Mask  # (T, V) a note begins here
    note: Ints  # (T, V) index in the part's notes, -1 where none sounds
    bar: Ints  # (T,) index of the bar
    strength: NDArray[np.float64]  # (T,) metrical strength, 1 on a downbeat
    phrase_end: Mask  # (T,) a phrase ends with this slice
    chord: tuple[ChordSymbol | None, ...]  # T; None where no symbol holds
    chord_onset: Mask  # (T,) a chord symbol begins here
    key: tuple[Key, ...]  # T
    predecessors: tuple[tuple[int, ...], ...]  # T; slices heard before each: the last one, and across seams

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of slices and voices."""
        return self.pitch.shape[0], self.pitch.shape[1]

    def slice_at(self, onset_quarter: Fraction) -> int:
        """Return the slice that holds a time."""
        return max(0, bisect_right(self.onset_quarter, onset_quarter) - 1)


def slice_onsets(score: Score, parts: Iterable[Part], *, grid: Iterable[Fraction] = ()) -> tuple[Fraction, ...]:
    """Return the onsets of all slices: attacks and releases of the given parts, symbols, bars and a grid."""
    end = score.end_quarter
    times = {Fraction(0), *grid}
    times.update(bar.onset_quarter for bar in score.bars)
    times.update(chord.onset_quarter for chord in spread_symbols(score))
    for part in parts:
        for note in part.notes:
            if note.grace is None:
                times.update((note.onset_quarter, note.end_quarter))
    return tuple(sorted(time for time in times if 0 <= time < end))


def spread_symbols(score: Score) -> tuple[Harmony, ...]:
    """Return the chord symbols, those that share an onset spread over the beats to the next one.

    ``Am7 D7`` written over one whole note is heard as two half notes. Beats are dealt out evenly,
    the earlier symbols getting the longer shares; where there are fewer beats than symbols, the
    time is divided evenly.
    """
    groups: dict[Fraction, list[Harmony]] = {}
    for chord in score.chords:
        groups.setdefault(chord.onset_quarter, []).append(chord)
    onsets = [*sorted(groups), score.end_quarter]
    spread: list[Harmony] = []
    for onset, following in itertools.pairwise(onsets):
        group = groups[onset]
        bar = score.bar_at(onset)
        limit = min(following, bar.end_quarter) if len(group) > 1 else following
        step = _share(limit - onset, len(group), bar.meter.beat_quarters)
        spread += [Harmony(onset + step * place, chord.symbol) for place, chord in enumerate(group)]
    return tuple(spread)


def _share(span: Fraction, count: int, beat: Fraction) -> Fraction:
    """Return the time of one of ``count`` symbols in a span: whole beats where they go round."""
    beats = span / beat / count
    return beat * (beats.numerator // beats.denominator) if beats >= 1 else span / count


def texture_of(
    score: Score,
    *,
    onsets: Sequence[Fraction] | None = None,
    keys: Sequence[Key] | None = None,
    predecessors: Sequence[tuple[int, ...]] | None = None,
) -> Texture:
    """Return the texture of a score.

    Parameters
    ----------
    score
        Any score; its parts are the voices, in score order. The top sounding note of a part is taken.
    onsets
        Slices to use; by default those of all parts. A note that begins inside a slice is snapped to it.
    keys
        One key a slice; by default the key signatures.
    predecessors
        Slices heard before each slice; by default the one before it.
    """
    times = tuple(onsets) if onsets is not None else slice_onsets(score, score.parts)
    ends = (*times[1:], score.end_quarter)
    shape = (len(times), len(score.parts))
    pitch, fifths = np.full(shape, REST), np.zeros(shape, dtype=np.int64)
    attack, index = np.zeros(shape, dtype=bool), np.full(shape, -1)
    for voice, part in enumerate(score.parts):
        _fill_voice(part.notes, times, (pitch[:, voice], fifths[:, voice], attack[:, voice], index[:, voice]))
    bars = [score.bar_at(time) for time in times]
    chords, chord_onset = _chords_at(score, times)
    return Texture(
        voices=tuple(part.name for part in score.parts),
        onset_quarter=times,
        duration_quarter=tuple(end - start for start, end in zip(times, ends, strict=True)),
        pitch=pitch,
        fifths=fifths,
        attack=attack,
        note=index,
        bar=np.array([bar.index for bar in bars], dtype=np.int64),
        strength=np.array(
            [bar.meter.strength(bar.offset_in_meter(time)) for bar, time in zip(bars, times, strict=True)]
        ),
        phrase_end=_mark_phrase_ends(score, times, ends),
        chord=chords,
        chord_onset=chord_onset,
        key=tuple(keys) if keys is not None else tuple(bar.key for bar in bars),
        predecessors=tuple(predecessors or ((slice_ - 1,) if slice_ else () for slice_ in range(len(times)))),
    )


def _fill_voice(notes: Sequence[Note], times: Sequence[Fraction], columns: tuple[Ints, Ints, Mask, Ints]) -> None:
    """Write one part's notes into its columns; of notes that sound together the highest is kept."""
    pitch, fifths, attack, index = columns
    for place, note in enumerate(notes):
        if note.grace is not None or note.pitch is None:
            continue
        first = max(0, bisect_right(times, note.onset_quarter) - 1)
        last = max(first + 1, bisect_right(times, note.end_quarter - Fraction(1, 1000)))
        for cell in range(first, last):
            if note.pitch.midi >= pitch[cell] or cell == first:
                if note.chord and pitch[cell] > note.pitch.midi:
                    continue
                pitch[cell], fifths[cell], index[cell] = note.pitch.midi, note.pitch.fifths, place
                # a tie between different pitches is a slur by another name
                held = note.tie_stop and cell > 0 and pitch[cell - 1] == note.pitch.midi
                attack[cell] = cell == first and not held


def _chords_at(score: Score, times: Sequence[Fraction]) -> tuple[tuple[ChordSymbol | None, ...], Mask]:
    symbols = spread_symbols(score)
    starts = [chord.onset_quarter for chord in symbols]
    held = [bisect_right(starts, time) - 1 for time in times]
    onset = np.array(
        [place >= 0 and starts[place] == time for place, time in zip(held, times, strict=True)], dtype=bool
    )
    return tuple(symbols[place].symbol if place >= 0 else None for place in held), onset


def _mark_phrase_ends(score: Score, times: Sequence[Fraction], ends: Sequence[Fraction]) -> Mask:
    """Mark the slices at whose end a phrase ends."""
    boundaries = phrase_ends(score)
    return np.array([any(start < time <= end for time in boundaries) for start, end in zip(times, ends, strict=True)])
