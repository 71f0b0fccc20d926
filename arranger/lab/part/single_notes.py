"""Reconstruction of single notes: one note is hidden at a time and everything around it is given, as in Gibbs sampling.

Each note of all four voices is hidden in turn: the cells in which it sounds are unknown, and all other cells,
before and after it in its own voice too, are given. It is reconstructed if the most probable token of its first
cell is the true one: an onset of its pitch. Its duration is hidden too. Slices follow the rhythm of the three other
voices with a grid of eighths; phrase ends are given, chords are not.

DeepBach (Hadjeres, Pachet and Nielsen, ICML 2017) predicts one sixteenth at a time between the true neighbours in
its own voice. That is easier for two reasons: the continuation symbols that follow reveal whether and how long the
note is held, and most sixteenths to predict are such symbols. Reconstruction of a whole hidden voice
(`arranger.lab.part.reconstruction`) is harder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.examples import PartExample, example_of
from arranger.lab.part.measure import teacher_forced
from arranger.lab.part.pieces import Piece
from arranger.lab.part.reconstruction import GRID
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import HOLD_MOVE, HOLD_TOKEN, VOICES, begins
from corpora.views import View, ViewKey
from theory.types import Ints, Mask

Guess = Callable[[PartExample, int, int], int]  # the most probable token of the cell in a slice and voice


def by_part_model(model: PartModel) -> Guess:
    """Return the part model's guess; every hold counts as HOLD_TOKEN, since its pitch is never compared."""

    def guess(example: PartExample, slice_: int, voice: int) -> int:
        move = int(teacher_forced(model, example)[slice_, voice].argmax())
        return HOLD_TOKEN if move == HOLD_MOVE else move

    return guess


def by_orderless(network: OrderlessModel) -> Guess:
    """Return the orderless network's guess."""
    return lambda example, slice_, voice: int(network.probabilities(example.inputs)[slice_, voice].argmax())


def single_notes(guess: Guess, pieces: Sequence[Piece]) -> dict[str, float]:
    """Return the share of notes reconstructed, per voice and over all voices ("all")."""
    found = {
        name: np.concatenate([_found(guess, piece, voice) for piece in pieces]) for voice, name in enumerate(VOICES)
    }
    shares = {**found, "all": np.concatenate(list(found.values()))}
    return {name: round(float(right.mean()), 4) for name, right in shares.items()}


def _found(guess: Guess, piece: Piece, voice: int) -> Mask:
    """Return for each note of a voice whether it is reconstructed, (notes,)."""
    others = tuple(other for other in range(len(VOICES)) if other != voice)
    view = piece.views[ViewKey(others, GRID, False)]
    told = partial(_without, view, voice, style=piece.style)
    tokens = example_of(view, np.ones_like(view.attack), piece.style).tokens[:, voice]
    starts = np.flatnonzero(begins(tokens)).tolist()
    return np.array([guess(told(view.note[slice_, voice]), slice_, voice) == tokens[slice_] for slice_ in starts])


def _without(view: View, voice: int, note: int, *, style: str) -> PartExample:
    """Return the example of a view in which one note of a voice, by its number in ``view.note``, is unknown."""
    known: Mask = np.ones_like(view.attack)
    notes: Ints = view.note[:, voice]
    known[:, voice] = notes != note
    return example_of(view, known, style)
