"""Training views of a score: its notes on different divisions into slices.

The slices that a model sees depend on which voices are given: they come from `theory.slices.texture.slice_onsets` with
the given voices and the grid of a texture style. A `View` holds, for the slices of one such choice, the true notes of
all voices. A hidden note that begins inside a slice is moved to the beginning of the next slice, or dropped if it ends
before that; `snapped` counts these notes.

Chords are estimated from all voices, like the symbols of a lead sheet, which describe the full harmony. For the
tune alone there are also views with chords and keys estimated from the tune only, as for a sheet without symbols.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np

from corpora.cache import Arrays
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
    """Identifies a view: indices of the given voices, the grid, and whether chord symbols are given."""

    known: tuple[int, ...]
    grid: str
    chords: bool
    of_tune: bool = False  # the chords are estimated from the tune alone


@dataclass(frozen=True)
class View(Slices):
    """The true notes of a score on one set of slices, with further columns for training examples."""

    note: Ints  # (T, V) index of the sounding note, tied notes joined; -1 if the voice is silent
    triad: Mask  # (T, 12) root, third and fifth of the chord
    inversion: Ints  # (T,) pitch class of the bass at the chord's onset, -1 for the root or a non-chord tone
    local_signature: Ints  # (T,) sharps of the estimated key, negative for flats
    local_minor: Mask  # (T,) the estimated key is minor


Views = dict[ViewKey, View]


def views_of(score: Score) -> Views:
    """Return all views of a score that training examples use."""
    score = replace(score, chords=())
    spans = estimate_chords(score)
    guessed = estimate_chords(replace(score, parts=score.parts[:1]))
    harmonies = {CHORDS: spans, NO_CHORDS: ()}
    lines = [_sounding(part) for part in score.parts]
    views: Views = {}
    for key in _keys(len(score.parts)):
        heard = guessed if key.of_tune else harmonies[key.chords]
        labelled = replace(score, chords=tuple(Harmony(span.start_quarter, span.symbol) for span in heard))
        parts = [score.parts[voice] for voice in key.known]
        onsets = slice_onsets(labelled, parts, grid=grid_onsets(score.bars, key.grid))
        view = _view(texture_of(labelled, onsets=onsets), lines, heard or spans)
        views[key] = replace(view, inversion=np.full_like(view.inversion, -1)) if key.of_tune else view
    return views


def arrays_of(views: Views) -> Arrays:
    """Return the views of a score as named arrays, joined end to end; `views_from` is the inverse."""
    keys = [[list(key.known), key.grid, key.chords, key.of_tune] for key in views]
    columns = View.join(list(views.values()))
    return {
        "view_keys": np.array(json.dumps(keys)),
        "view_lengths": np.array([len(view.bar) for view in views.values()]),
        **{field.name: getattr(columns, field.name) for field in fields(View)},
    }


def views_from(arrays: Arrays) -> Views:
    """Return the views that `arrays_of` turned into arrays."""
    columns = View(**{field.name: arrays[field.name] for field in fields(View)})
    keys = [ViewKey(tuple(known), *clock) for known, *clock in json.loads(str(arrays["view_keys"]))]
    ends = np.cumsum(arrays["view_lengths"])
    starts = np.insert(ends[:-1], 0, 0)
    return {key: columns.rows(slice(start, end)) for key, start, end in zip(keys, starts, ends, strict=True)}


def _keys(voices: int) -> Iterator[ViewKey]:
    """Yield the keys of the views: one voice given, all but one, none, all; and the tune without symbols."""
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
    """Return the onsets of a grid (every beat, every eighth, or none); in a pickup they align with its end."""
    if grid == "none":
        return ()
    steps = ((bar, _EIGHTH if grid == "eighth" else bar.meter.beat_quarters) for bar in bars)
    return tuple(time for bar, step in steps for time in bar.onsets_every(step))


@dataclass(frozen=True)
class _Line:
    """The sounding notes of a part, tied notes joined; times in quarters, pitches as MIDI numbers."""

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
    """Return the view of the lines on a texture's slices; of the texture, its notes are not used."""
    note, pitch = _sung_at(lines, texture.onset_quarter)
    slices = replace(slices_of(texture), pitch=pitch, attack=attacks(note))
    onsets = [float(time) for time in texture.onset_quarter]
    held = np.maximum(np.searchsorted([float(span.start_quarter) for span in spans], onsets, side="right") - 1, 0)
    return View(
        **{field.name: getattr(slices, field.name) for field in fields(slices)},
        note=note,
        triad=tone_rows([_triad(chord) for chord in texture.chord]),
        inversion=_inversions(slices),
        local_signature=np.array([spans[index].key.fifths for index in held]),
        local_minor=np.array([spans[index].key.is_minor for index in held]),
    )


def pitches_at(score: Score, onset_quarter: Sequence[Fraction]) -> Ints:
    """Return the MIDI number of each part at given times, (time, part), `REST` if it is silent."""
    return _sung_at([_sounding(part) for part in score.parts], onset_quarter)[1]


def _sung_at(lines: Sequence[_Line], onset_quarter: Sequence[Fraction]) -> tuple[Ints, Ints]:
    """Return the index of each line's sounding note at given times, and its MIDI number, both (time, line)."""
    onsets = np.array([float(time) for time in onset_quarter])
    note = np.stack([_notes_at(line, onsets) for line in lines], axis=1)
    pitches = [np.append(np.array(line.pitch, dtype=np.int64), REST) for line in lines]
    return note, np.stack([pitches[voice][note[:, voice]] for voice in range(len(lines))], axis=1)


def _notes_at(line: _Line, onsets: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    """Return the index of the note that sounds at each onset, (onset,), -1 if there is none."""
    if not line.start:
        return np.full(len(onsets), -1)
    index = np.searchsorted(np.array(line.start), onsets, side="right") - 1
    sounds = (index >= 0) & (np.array(line.end)[index] > onsets)
    return np.where(sounds, index, -1)


def attacks(note: Ints) -> Mask:
    """Return a mask (T, V) of attacks: a note sounds that is not the note of the previous slice."""
    before = np.vstack([np.full_like(note[:1], -1), note[:-1]])
    return np.asarray((note >= 0) & (note != before))


def _triad(chord: ChordSymbol | None) -> tuple[int, ...]:
    if chord is None or chord.root is None:
        return ()
    root = chord.root.pitch_class
    return tuple((root + tone.interval.semitones) % 12 for tone in chord.tones if tone.role in _TRIAD_ROLES)


def _inversions(slices: Slices) -> Ints:
    """Return the pitch class of the bass at each chord's onset, (T,), -1 for the root or a non-chord tone."""
    chord = np.cumsum(slices.chord_onset)
    first = np.searchsorted(chord, chord)
    bass = slices.pitch[first, -1]
    inner = (bass >= 0) & (slices.root >= 0) & (bass % 12 != slices.root)
    inner &= slices.chord_tones[np.arange(len(bass)), bass % 12]
    return np.where(inner, bass % 12, -1)


def snapped(score: Score, view: View) -> tuple[int, int, int]:
    """Return the numbers of notes in a score, of notes that the view moves to a later slice, and of dropped notes."""
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
