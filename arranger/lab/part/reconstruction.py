"""Reconstruction accuracy: hidden voices of real pieces are filled in by the models alone.

Either one voice is hidden and the three others are given (each voice in turn), or the lower three are hidden and the
soprano is given. Slices follow the rhythm of the given voices with a grid of eighths. A model is given its own earlier
predictions, not the true notes (no teacher forcing). Phrase ends (fermatas) are given, as in DeepBach (Hadjeres, Pachet
and Nielsen, ICML 2017); chords are not.

``sixteenths``  share of all sixteenths at which the hidden voice sounds as in the source, rests included
``notes``       share of the source's notes that begin at the same time with the same pitch
``tokens``      share of sixteenths at which pitch and onset are both as in the source; these are DeepBach's
                tokens: a pitch that begins, or a symbol for its continuation
``notes_predicted``, ``tokens_predicted``  the same two shares when each cell is predicted given the true cells
                before it (teacher forcing)

A note of the source that begins within a slice is moved to the next slice, or dropped if it ends before that
(`corpora.views.snapped` counts both), so the truth may have fewer notes than the score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from arranger.lab.part.examples import PartExample, example_of
from arranger.lab.part.infilling import fill
from arranger.lab.part.measure import teacher_forced
from arranger.lab.part.pieces import Piece
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import VOICES, begins, move_of, pitch_of
from corpora.views import ViewKey
from theory.types import Floats32, Ints

GRID = "eighth"
_PER_QUARTER = 4

Filler = Callable[[PartExample, Floats32], Ints]  # from an example and its slices' sixteenths (T,) to tokens (T, V)


@dataclass(frozen=True)
class Reconstruction:
    """Reconstruction accuracy of one voice, as shares; see the module for their definitions."""

    sixteenths: float
    notes: float
    tokens: float
    notes_predicted: float
    tokens_predicted: float

    def summary(self) -> dict[str, float]:
        """Return the figures, rounded to four decimals."""
        return {name: round(value, 4) for name, value in vars(self).items()}


def reconstruction(
    model: PartModel, pieces: Sequence[Piece], *, filler: Filler | None = None
) -> dict[str, dict[str, float]]:
    """Return the reconstruction accuracy by task: "alto given the others", "alto given the soprano" and so on.

    Holes are filled by ``filler``, by default by beam search with the part model; the figures with teacher forcing
    are always the part model's.
    """
    found = {}
    filled_by = filler or partial(_by_beam, model)
    counts_of = partial(_counts, model, filled_by, pieces)
    others = [counts_of((voice,)) for voice in range(len(VOICES))]
    for voice, counts in enumerate(others):
        found[f"{VOICES[voice]} given the others"] = _shares(counts[:, 0]).summary()
    found["a voice given the others"] = _shares(np.sum(others, axis=0)[:, 0]).summary()
    lower = counts_of((1, 2, 3))
    for column, name in enumerate(VOICES[1:]):
        found[f"{name} given the soprano"] = _shares(lower[:, column]).summary()
    found["three voices given the soprano"] = _shares(lower.sum(axis=1)).summary()
    return found


def hidden_example(piece: Piece, hidden: Sequence[int]) -> tuple[PartExample, Floats32]:
    """Return a whole piece with some voices hidden and without chords, and its slices' sixteenths, (T,)."""
    given = tuple(voice for voice in range(len(VOICES)) if voice not in hidden)
    view = piece.views[ViewKey(given, GRID, False)]
    known = np.tile(np.isin(np.arange(len(VOICES)), given), (len(view.bar), 1))
    return example_of(view, known, piece.style), (view.duration * _PER_QUARTER).astype(np.float32)


def _by_beam(model: PartModel, example: PartExample, sixteenths: Floats32) -> Ints:
    return fill(model, example)


def _counts(model: PartModel, filler: Filler, pieces: Sequence[Piece], hidden: Sequence[int]) -> np.ndarray:
    """Return counts summed over pieces, (10, hidden voice): correct and total for each of the five figures."""
    count = partial(_count, model, filler, hidden=hidden)
    return np.asarray(sum(count(*hidden_example(piece, hidden)) for piece in pieces))


def _count(
    model: PartModel, filler: Filler, example: PartExample, sixteenths: Floats32, *, hidden: Sequence[int]
) -> np.ndarray:
    columns = list(hidden)
    filled, truth = filler(example, sixteenths)[:, columns], example.tokens[:, columns]
    predicted = teacher_forced(model, example).argmax(-1)[:, columns] == move_of(truth)
    starts = begins(truth)
    weight = np.broadcast_to(sixteenths[:, None], truth.shape)
    sounds_right = pitch_of(filled) == pitch_of(truth)
    # within a slice all sixteenths but the first are continuations; the first also says whether a note begins
    first_right = sounds_right & (begins(filled) == starts)
    tokens = np.where(sounds_right, weight - 1, 0) + np.where(first_right, 1, 0)
    return np.stack(
        [
            (sounds_right * weight).sum(axis=0),
            weight.sum(axis=0),
            (starts & (filled == truth)).sum(axis=0),
            starts.sum(axis=0),
            tokens.sum(axis=0),
            weight.sum(axis=0),
            (starts & predicted).sum(axis=0),
            starts.sum(axis=0),
            (weight - ~predicted).sum(axis=0),
            weight.sum(axis=0),
        ]
    )


def _shares(counts: np.ndarray) -> Reconstruction:
    found, asked = counts[0::2], counts[1::2]
    return Reconstruction(*(float(value) for value in found / np.maximum(asked, 1)))
