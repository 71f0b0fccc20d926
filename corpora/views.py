"""A training score seen on many clocks.

What a model may know of the time depends on which voices are given: the slices come from
`theory.slices.texture.slice_onsets` with the given voices alone and the grid of a texture style. Each such
`View` of a score holds, for its slices, what every voice really does there. A hidden note that
begins between two slices is snapped to the next one it lasts to, or falls out where it is
shorter; `snapped` counts these.

Chords are estimated from all voices, as a lead sheet's symbols stand for the whole harmony; where
only the tune is given there is also a view whose chords and keys are estimated from the tune alone,
as they are when a sheet has no symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np

from corpora.encode import Slices, slices_of, tone_rows
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.notation.chord import ChordSymbol
from theory.notation.score import Bar, Harmony, Part, Score
from theory.slices.texture import REST, Texture, slice_onsets, texture_of
from theory.types import Ints, Mask

GRIDS = ("none", "beat", "eighth")
NO_CHORDS, CHORDS = False, True
_EIGHTH = Fraction(1, 2)
_TRIAD_ROLES = ("root", "third", "fifth")


@dataclass(frozen=True)
class ViewKey:
    """Which clock: the voices it was built from (their places), the grid, and whether symbols are given."""

    known: tuple[int, ...]
    grid: str
    chords: bool
    of_tune: bool = False  # the chords are guessed from the known voices alone


@dataclass(frozen=True)
class View(Slices):
    """The truth about a score on one clock, with what examples may be made of."""

    note: Ints  # (T, V) which note sounds, ties joined; -1 where none
    triad: Mask  # (T, 12) root, third and fifth of the chord
    inversion: Ints  # (T,) pitch class of the bass at the chord's onset where it is not the root; else -1
    local_signature: Ints  # (T,) of the estimated key
    local_minor: Mask  # (T,)


def views_of(score: Score) -> dict[ViewKey, View]:
    """Return a score of four parts on every clock that examples use."""
    score = replace(score, chords=())
    spans = estimate_chords(score)
    guessed = estimate_chords(replace(score, parts=score.parts[:1]))
    harmonies = {CHORDS: spans, NO_CHORDS: ()}
    lines = [_sounding(part) for part in score.parts]
    views: dict[ViewKey, View] = {}
    for key in _keys(len(score.parts)):
        heard = guessed if key.of_tune else harmonies[key.chords]
        labelled = replace(score, chords=tuple(Harmony(span.start_quarter, span.symbol) for span in heard))
        parts = [score.parts[voice] for voice in key.known]
        onsets = slice_onsets(labelled, parts, grid=grid_onsets(score.bars, key.grid))
        view = _view(texture_of(labelled, onsets=onsets), lines, heard or spans)
        views[key] = replace(view, inversion=np.full_like(view.inversion, -1)) if key.of_tune else view
    return views


def _keys(voices: int) -> Iterator[ViewKey]:
    """Yield the clocks: one voice given, all but one, none, all; and those of a tune without symbols."""
    everyone = tuple(range(voices))
    for chords in (CHORDS, NO_CHORDS):
        yield ViewKey(everyone, "none", chords)
        for grid in ("beat", "eighth"):
            yield ViewKey((), grid, chords)
        for voice in everyone:
            yield ViewKey(tuple(other for other in everyone if other != voice), "none", chords)
            yield ViewKey(tuple(other for other in everyone if other != voice), "eighth", chords)
            for grid in GRIDS:
                yield ViewKey((voice,), grid, chords)
    for grid in GRIDS:
        yield ViewKey((0,), grid, CHORDS, of_tune=True)


def grid_onsets(bars: Iterable[Bar], grid: str) -> tuple[Fraction, ...]:
    """Return the onsets of a grid: every beat, every eighth, or none. A pickup is counted from its end."""
    if grid == "none":
        return ()
    steps = ((bar, _EIGHTH if grid == "eighth" else bar.meter.beat_quarters) for bar in bars)
    return tuple(time for bar, step in steps for time in bar.onsets_every(step))


@dataclass(frozen=True)
class _Line:
    """The sounding notes of a part, ties joined."""

    start: Sequence[float]
    end: Sequence[float]
    pitch: Sequence[int]


def _sounding(part: Part) -> _Line:
    start: list[float] = []
    end: list[float] = []
    pitch: list[int] = []
    for note in part.notes:
        if note.pitch is None or note.grace is not None or note.chord:
            continue
        if note.tie_stop and pitch and pitch[-1] == note.pitch.midi and end[-1] == float(note.onset_quarter):
            end[-1] = float(note.end_quarter)
            continue
        start.append(float(note.onset_quarter))
        end.append(float(note.end_quarter))
        pitch.append(note.pitch.midi)
    return _Line(start, end, pitch)


def _view(texture: Texture, lines: Sequence[_Line], spans: Sequence[HarmonicSpan]) -> View:
    """Return the truth at the slices of a texture; only its clock, chords and phrases are taken."""
    note, pitch = _sung_at(lines, texture.onset_quarter)
    slices = replace(slices_of(texture), pitch=pitch, attack=attacks(note))
    onsets = [float(time) for time in texture.onset_quarter]
    held = np.maximum(np.searchsorted([float(span.start_quarter) for span in spans], onsets, side="right") - 1, 0)
    return View(
        **{field.name: getattr(slices, field.name) for field in fields(slices)},
        note=note,
        triad=tone_rows([_triad(chord) for chord in texture.chord]),
        inversion=_inversions(slices),
        local_signature=np.array([spans[place].key.fifths for place in held]),
        local_minor=np.array([spans[place].key.is_minor for place in held]),
    )


def pitches_at(score: Score, onset_quarter: Sequence[Fraction]) -> Ints:
    """Return what each part sounds at given times, (time, part), `REST` where it is silent."""
    return _sung_at([_sounding(part) for part in score.parts], onset_quarter)[1]


def _sung_at(lines: Sequence[_Line], onset_quarter: Sequence[Fraction]) -> tuple[Ints, Ints]:
    """Return which note of each line sounds at given times, (time, line), and its pitch."""
    onsets = np.array([float(time) for time in onset_quarter])
    note = np.stack([_notes_at(line, onsets) for line in lines], axis=1)
    pitches = [np.append(np.array(line.pitch, dtype=np.int64), REST) for line in lines]
    return note, np.stack([pitches[voice][note[:, voice]] for voice in range(len(lines))], axis=1)


def _notes_at(line: _Line, onsets: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    """Return the index of the note that sounds at each onset, -1 where none does."""
    if not line.start:
        return np.full(len(onsets), -1)
    place = np.searchsorted(np.array(line.start), onsets, side="right") - 1
    sounds = (place >= 0) & (np.array(line.end)[place] > onsets)
    return np.where(sounds, place, -1)


def attacks(note: Ints) -> Mask:
    """Return where a note begins: one sounds, and not the one of the slice before."""
    before = np.vstack([np.full_like(note[:1], -1), note[:-1]])
    return np.asarray((note >= 0) & (note != before))


def _triad(chord: ChordSymbol | None) -> tuple[int, ...]:
    if chord is None or chord.root is None:
        return ()
    root = chord.root.pitch_class
    return tuple((root + tone.interval.semitones) % 12 for tone in chord.tones if tone.role in _TRIAD_ROLES)


def _inversions(slices: Slices) -> Ints:
    """Return the bass at each chord's onset, over the chord's slices, where it is a chord tone but not the root."""
    chord = np.cumsum(slices.chord_onset)
    first = np.searchsorted(chord, chord)
    bass = slices.pitch[first, -1]
    inner = (bass >= 0) & (slices.root >= 0) & (bass % 12 != slices.root)
    inner &= slices.chord_tones[np.arange(len(bass)), bass % 12]
    return np.where(inner, bass % 12, -1)


def snapped(score: Score, view: View) -> tuple[int, int, int]:
    """Return how many notes a score has, how many the view snaps to a later slice, and how many it drops."""
    onsets = np.cumsum(view.duration) - view.duration
    total = late = 0
    for voice, part in enumerate(score.parts):
        starts = np.array(_sounding(part).start)
        column = view.note[:, voice]
        first = np.flatnonzero(attacks(view.note)[:, voice])
        total += len(starts)
        late += int(np.sum(onsets[first] > starts[column[first]] + 1e-6))
    kept = int(np.sum(attacks(view.note)))
    return total, late, total - kept
