"""One note hidden at a time, with the truth of everything around it: what models of Bach are asked by Gibbs sampling.

The notes of all four voices are hidden one after the other: the cells in which a note sounds are unknown, all
others are known, those of its own voice before and after it too. It is found again where the likeliest token of
its first cell is its own: a note that begins, of its pitch. How long it lasts is not told. The clock is that of the
three other voices with a grid of eighths; phrase ends are told, chords are not.

DeepBach (Hadjeres, Pachet and Nielsen, ICML 2017) is asked for one sixteenth at a time between true neighbours of its
own voice, which is easier twice: the signs after it say that, and how long, the note goes on, and most of what is
asked for are such signs. Reconstruction (`arranger.lab.part.reconstruction`) hides a whole voice and is harder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.examples import Example, example_of
from arranger.lab.part.measure import teacher_forced
from arranger.lab.part.pieces import Piece
from arranger.lab.part.reconstruction import GRID
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import HOLD_MOVE, HOLD_TOKEN, VOICES, begins
from corpora.views import View, ViewKey
from theory.types import Ints, Mask

Guess = Callable[[Example, int, int], int]  # the likeliest token of the cell in a slice and voice


def by_part_model(model: PartModel) -> Guess:
    """Return the part model's guess; that it goes on is one move, whatever sounded before."""

    def guess(example: Example, slice_: int, voice: int) -> int:
        move = int(teacher_forced(model, example)[slice_, voice].argmax())
        return HOLD_TOKEN if move == HOLD_MOVE else move

    return guess


def by_orderless(network: OrderlessModel) -> Guess:
    """Return the orderless network's guess."""
    return lambda example, slice_, voice: int(network.chances(example.inputs)[slice_, voice].argmax())


def single_notes(guess: Guess, pieces: Sequence[Piece]) -> dict[str, float]:
    """Return the share of notes found again, of each voice and of all."""
    found = {
        name: np.concatenate([_found(guess, piece, voice) for piece in pieces]) for voice, name in enumerate(VOICES)
    }
    shares = {**found, "all": np.concatenate(list(found.values()))}
    return {name: round(float(right.mean()), 4) for name, right in shares.items()}


def _found(guess: Guess, piece: Piece, voice: int) -> Mask:
    """Return of each note of a voice whether it is found again, (notes,)."""
    others = tuple(other for other in range(len(VOICES)) if other != voice)
    view = piece.views[ViewKey(others, GRID, False)]
    told = partial(_without, view, voice, style=piece.style)
    tokens = example_of(view, np.ones_like(view.attack), piece.style).tokens[:, voice]
    starts = np.flatnonzero(begins(tokens)).tolist()
    return np.array([guess(told(view.note[slice_, voice]), slice_, voice) == tokens[slice_] for slice_ in starts])


def _without(view: View, voice: int, note: int, *, style: str) -> Example:
    """Return the example of a view in which one note of a voice is unknown."""
    known: Mask = np.ones_like(view.attack)
    notes: Ints = view.note[:, voice]
    known[:, voice] = notes != note
    return example_of(view, known, style)
