"""Training examples for the part model: real scores with random holes.

Most examples give the soprano, as most lead sheets do; the others give another voice, any three voices, all but some
bars, or nothing. Slices follow the rhythm of the given voices and a random grid. As in lead sheets, chord symbols are
missing in a third of the examples, reduced to triads in others, and written with a slash bass in others; a share of
them may be estimated from the soprano alone (docs/lab/part-model.md reports the effect). The key input is the signature
or the estimated local key, and each example is transposed to a random key that suits the voices' ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arranger.lab.part.pieces import Piece
from arranger.models.part.features import features_of
from arranger.models.part.vocabulary import VOICES, token_of
from corpora.encode import Slices, slices_to_next
from corpora.views import GRIDS, View, ViewKey, Views, attacks
from theory.slices.texture import HOLE
from theory.types import Floats32, Ints, Mask
from theory.values import Value

_EVERYONE = tuple(range(len(VOICES)))
# lowest and highest MIDI number per voice after transposition; a source that already exceeds a limit
# is not moved further beyond it
_LOWEST, _HIGHEST = np.array([57, 52, 47, 38]), np.array([81, 76, 70, 64])
_SHIFTS = range(-5, 7)
_GRIDS_OF_THREE: tuple[str, ...] = ("none", "eighth")
_GRIDS_OF_NONE: tuple[str, ...] = ("beat", "eighth")


@dataclass(frozen=True)
class ExampleConfig:
    """Proportions of the kinds of examples; the remainder after the first four gives no cell at all."""

    soprano_given: float = 0.58
    other_voice_given: float = 0.10
    three_given: float = 0.12
    some_bars_hidden: float = 0.12
    chords_given: float = 0.65
    chords_guessed: float = 0.0  # of the examples with soprano and chords: chords estimated from the soprano alone
    chords_cut_to_triads: float = 0.25
    chords_with_bass: float = 0.35
    chords_in_some_bars: float = 0.10
    local_key: float = 0.5
    partly_hidden: float = 0.3  # of `voice_example`: some cells of the hidden voice are known
    second_hidden: float = 0.15  # of `voice_example`: some cells of a second voice are hidden too
    shortest: int = 64  # length of a crop in slices
    longest: int = 96


@dataclass(frozen=True, eq=False, repr=False)
class PartExample(Value):
    """Input columns and true tokens of T slices."""

    inputs: Floats32  # (T, F)
    tokens: Ints  # (T, V) the truth
    known: Mask  # (T, V) whether the cell is given


def random_example(piece: Piece, config: ExampleConfig, rng: np.random.Generator) -> PartExample:
    """Return a random crop of a piece with random holes, transposed to a random key."""
    view, known = _random_holes(piece.views, config, rng)
    view = _random_labels(view, config, rng)
    rows = _crop(view, config, rng)
    view, known = view.rows(rows), known[rows]
    return example_of(transposed(view, int(rng.choice(shifts(view)))), known, piece.style)


def voice_example(piece: Piece, config: ExampleConfig, rng: np.random.Generator) -> PartExample:
    """Return a random crop of a piece in a random key with one voice hidden, wholly or partly.

    In some examples part of a second voice is hidden too. The orderless network (`arranger.lab.orderless.network`) is
    trained on these examples.
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
    """Return a random range of slices."""
    length = int(rng.integers(config.shortest, config.longest + 1))
    start = int(rng.integers(0, max(1, len(view.bar) - length + 1)))
    return slice(start, start + length)


def _random_cells(view: View, rng: np.random.Generator) -> Mask:
    """Return which cells of a voice are known, (T,): a random share of the slices, or runs of bars."""
    if rng.random() < 0.5:
        return np.asarray(rng.random(len(view.bar)) < rng.random())
    bar = view.bar - view.bar[0]
    return _random_bars(int(bar[-1]) + 1, rng)[bar]


def soprano_example(piece: Piece, grid: str, *, chords: bool, of_tune: bool = False) -> PartExample:
    """Return a whole piece in its own key with the soprano given: the example that models are evaluated on.

    With ``of_tune``, chords and local keys are those estimated from the soprano alone.
    """
    view = piece.views[ViewKey((0,), grid, chords, of_tune)]
    if of_tune:
        view = replace(view, signature=view.local_signature, minor=view.local_minor)
    return example_of(view, _given(view, (0,)), piece.style)


def example_of(view: Slices, known: Mask, style: str) -> PartExample:
    """Return the example of a view of which only the known cells, (T, V), are given."""
    told = replace(view, pitch=np.where(known, view.pitch, HOLE), attack=view.attack & known)
    return PartExample(features_of(told, style), token_of(view.pitch, view.attack), known)


def shifts(view: Slices) -> list[int]:
    """Return the transpositions in semitones that the voices' ranges allow; 0 is always among them."""
    return shifts_within(view.pitch)


def shifts_within(pitch: Ints) -> list[int]:
    """Return the transpositions in semitones allowed for pitches (T, V); 0 is always among them."""
    low = np.where(pitch >= 0, pitch, 999).min(axis=0)
    high = np.where(pitch >= 0, pitch, -999).max(axis=0)
    least = int(np.minimum(0, _LOWEST - low).max())
    most = int(np.maximum(0, _HIGHEST - high).min())
    return [shift for shift in _SHIFTS if least <= shift <= most]


def transposed(view: View, semitones: int) -> View:
    """Return a view transposed up by semitones, with its chords and keys."""
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
    """Return a view and a random mask of its known cells, (T, V)."""
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
    """Return a view and its known cells where random runs of bars are hidden, with or without their soprano."""
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
    """Return a random mask of bars, (count,): runs of one to four bars, each with probability 1/2."""
    runs = [np.full(rng.integers(1, 5), rng.random() < 0.5) for _ in range(count)]
    return np.concatenate(runs)[:count]


def _given(view: Slices, voices: Sequence[int]) -> Mask:
    return np.tile(np.isin(np.arange(len(VOICES)), voices), (len(view.bar), 1))


def _random_labels(view: View, config: ExampleConfig, rng: np.random.Generator) -> View:
    """Return a view with its chords and keys varied at random, as lead sheets vary."""
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
