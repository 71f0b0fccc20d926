"""Training examples for the part model: random holes in real scores.

Most examples give the soprano, as most lead sheets do; the others give another voice, any three,
all but some bars, or nothing. The clock is always that of the given voices with a random grid.
Chord symbols are left out of a third of the examples, cut down to triads in others, written
with their slash bass in others, because lead sheets do all of that; a share may be guessed from the
soprano alone, which docs/part-model.md says the worth of. The key told is the signature or the estimated
local one, and each example is moved to a key its voices can sing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arranger.lab.part.pieces import Piece
from arranger.models.part.features import features_of
from arranger.models.part.vocabulary import VOICES, token_of
from corpora.cache import Views
from corpora.encode import Slices, slices_to_next
from corpora.views import GRIDS, View, ViewKey, attacks
from theory.slices.texture import HOLE
from theory.types import Floats32, Ints, Mask
from theory.values import Value

_EVERYONE = tuple(range(len(VOICES)))
# how high and low each voice may be moved; a voice that goes beyond in the source stays where it is
_LOWEST, _HIGHEST = np.array([57, 52, 47, 38]), np.array([81, 76, 70, 64])
_SHIFTS = range(-5, 7)
_GRIDS_OF_THREE: tuple[str, ...] = ("none", "eighth")
_GRIDS_OF_NONE: tuple[str, ...] = ("beat", "eighth")


@dataclass(frozen=True)
class ExampleConfig:
    """How often each kind of example is made; the rest of the holes gives nothing at all."""

    soprano_given: float = 0.58
    other_voice_given: float = 0.10
    three_given: float = 0.12
    some_bars_hidden: float = 0.12
    chords_given: float = 0.65
    chords_guessed: float = 0.0  # of the examples that give the soprano and chords: guessed from it alone
    chords_cut_to_triads: float = 0.25
    chords_with_bass: float = 0.35
    chords_in_some_bars: float = 0.10
    local_key: float = 0.5
    partly_hidden: float = 0.3  # of the examples of a voice: some of its cells are known
    second_hidden: float = 0.15  # ... some cells of another voice are hidden too
    shortest: int = 64  # slices of a crop
    longest: int = 96


@dataclass(frozen=True, eq=False, repr=False)
class Example(Value):
    """Inputs and truth of T slices."""

    inputs: Floats32  # (T, F)
    tokens: Ints  # (T, V)
    known: Mask  # (T, V)


def random_example(piece: Piece, config: ExampleConfig, rng: np.random.Generator) -> Example:
    """Return a random crop of a piece with random holes, in a random key."""
    view, known = _random_holes(piece.views, config, rng)
    view = _random_labels(view, config, rng)
    rows = _crop(view, config, rng)
    view, known = view.rows(rows), known[rows]
    return example_of(transposed(view, int(rng.choice(shifts(view)))), known, piece.style)


def voice_example(piece: Piece, config: ExampleConfig, rng: np.random.Generator) -> Example:
    """Return a random crop of a piece in a random key, with one voice hidden in whole or in part, now and then more.

    These are the examples of the network that fills in no order of time (`arranger.lab.orderless.network`).
    """
    hidden = int(rng.integers(len(VOICES)))
    given = tuple(voice for voice in _EVERYONE if voice != hidden)
    chords = bool(rng.random() < config.chords_given)
    view = _random_labels(piece.views[ViewKey(given, str(rng.choice(_GRIDS_OF_THREE)), chords)], config, rng)
    view = view.rows(_crop(view, config, rng))
    known = _given(view, given)
    if rng.random() < config.partly_hidden:
        known[:, hidden] = _random_cells(view, rng)
    if rng.random() < config.second_hidden:
        known[:, int(rng.choice(given))] = _random_cells(view, rng)
    return example_of(transposed(view, int(rng.choice(shifts(view)))), known, piece.style)


def _crop(view: View, config: ExampleConfig, rng: np.random.Generator) -> slice:
    """Return which slices of a piece are taken."""
    length = int(rng.integers(config.shortest, config.longest + 1))
    start = int(rng.integers(0, max(1, len(view.bar) - length + 1)))
    return slice(start, start + length)


def _random_cells(view: View, rng: np.random.Generator) -> Mask:
    """Return which cells of a voice are known: a random share of them, or runs of bars."""
    if rng.random() < 0.5:
        return np.asarray(rng.random(len(view.bar)) < rng.random())
    bar = view.bar - view.bar[0]
    return _random_bars(int(bar[-1]) + 1, rng)[bar]


def soprano_example(piece: Piece, grid: str, *, chords: bool, of_tune: bool = False) -> Example:
    """Return a whole piece with the soprano given, as it stands: the example models are measured on.

    Chords that are guessed of the tune come with the keys that are guessed with them.
    """
    view = piece.views[ViewKey((0,), grid, chords, of_tune)]
    if of_tune:
        view = replace(view, signature=view.local_signature, minor=view.local_minor)
    return example_of(view, _given(view, (0,)), piece.style)


def example_of(view: Slices, known: Mask, style: str) -> Example:
    """Return the example of a view whose cells are known or to be found."""
    told = replace(view, pitch=np.where(known, view.pitch, HOLE), attack=view.attack & known)
    return Example(features_of(told, style), token_of(view.pitch, view.attack), known)


def shifts(view: Slices) -> list[int]:
    """Return by how many semitones the voices may be moved; 0 always is one."""
    return shifts_within(view.pitch)


def shifts_within(pitch: Ints) -> list[int]:
    """Return by how many semitones voices, (T, V), may be moved; 0 always is one."""
    low = np.where(pitch >= 0, pitch, 999).min(axis=0)
    high = np.where(pitch >= 0, pitch, -999).max(axis=0)
    least = int(np.minimum(0, _LOWEST - low).max())
    most = int(np.maximum(0, _HIGHEST - high).min())
    return [shift for shift in _SHIFTS if least <= shift <= most]


def transposed(view: View, semitones: int) -> View:
    """Return a view so many semitones higher, with its chords and keys."""
    return replace(
        view,
        pitch=np.where(view.pitch >= 0, view.pitch + semitones, view.pitch),
        root=_class_up(view.root, semitones),
        slash_bass=_class_up(view.slash_bass, semitones),
        chord_tones=np.roll(view.chord_tones, semitones, axis=1),
        signature=view.signature + 7 * semitones,
    )


def _class_up(pitch_class: Ints, semitones: int) -> Ints:
    return np.where(pitch_class >= 0, (pitch_class + semitones) % 12, pitch_class)


def _random_holes(views: Views, config: ExampleConfig, rng: np.random.Generator) -> tuple[View, Mask]:
    """Return a view and which of its cells are known."""
    chords = bool(rng.random() < config.chords_given)
    odds = (config.soprano_given, config.other_voice_given, config.three_given, config.some_bars_hidden)
    kind = int(np.searchsorted(np.cumsum(odds), rng.random(), side="right"))
    if kind == 3:
        return _hidden_bars(views, chords, rng)
    if kind == 2:
        hidden = int(rng.integers(len(VOICES)))
        given, grids = tuple(voice for voice in _EVERYONE if voice != hidden), _GRIDS_OF_THREE
    elif kind == 4:
        given, grids = (), _GRIDS_OF_NONE
    else:
        given, grids = (int(rng.integers(1, len(VOICES))) if kind else 0,), GRIDS
    of_tune = chords and given == (0,) and bool(rng.random() < config.chords_guessed)
    view = views[ViewKey(given, str(rng.choice(grids)), chords, of_tune)]
    return view, _given(view, given)


def _hidden_bars(views: Views, chords: bool, rng: np.random.Generator) -> tuple[View, Mask]:
    """Return a view in which some runs of bars are hidden, with or without their soprano."""
    given: tuple[int, ...] = (0,) if rng.random() < 0.6 else ()
    coarse = views[ViewKey(given, str(rng.choice(_GRIDS_OF_NONE)), chords)]
    fine = views[ViewKey(_EVERYONE, "none", chords)]
    hidden = _random_bars(int(fine.bar[-1]) + 1, rng)
    chosen = [coarse if hide else fine for hide in hidden]
    view = View.join([view.rows(_bar_rows(view, bar)) for bar, view in enumerate(chosen)])
    view = replace(view, attack=attacks(view.note), phrase_remaining=slices_to_next(view.phrase_end))
    return view, _given(view, given) | ~hidden[view.bar][:, None]


def _bar_rows(view: View, bar: int) -> slice:
    return slice(int(np.searchsorted(view.bar, bar)), int(np.searchsorted(view.bar, bar, side="right")))


def _random_bars(count: int, rng: np.random.Generator) -> Mask:
    """Return which bars are in runs of one to four that come with even odds."""
    runs = [np.full(rng.integers(1, 5), rng.random() < 0.5) for _ in range(count)]
    return np.concatenate(runs)[:count]


def _given(view: Slices, voices: Sequence[int]) -> Mask:
    return np.tile(np.isin(np.arange(len(VOICES)), voices), (len(view.bar), 1))


def _random_labels(view: View, config: ExampleConfig, rng: np.random.Generator) -> View:
    """Return a view whose chords and keys are told as some lead sheet would."""
    triads, basses, gaps, local = rng.random(4)
    if triads < config.chords_cut_to_triads:
        view = replace(view, chord_tones=view.triad)
    if basses < config.chords_with_bass:
        view = replace(view, slash_bass=view.inversion)
    if gaps < config.chords_in_some_bars:
        view = _without_chords(view, _random_bars(int(view.bar[-1]) + 1, rng)[view.bar])
    if local < config.local_key:
        view = replace(view, signature=view.local_signature, minor=view.local_minor)
    return view


def _without_chords(view: View, where: Mask) -> View:
    return replace(
        view,
        root=np.where(where, -1, view.root),
        slash_bass=np.where(where, -1, view.slash_bass),
        chord_tones=view.chord_tones & ~where[:, None],
        chord_onset=view.chord_onset & ~where,
    )
