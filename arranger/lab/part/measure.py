"""How well a part model predicts real music: loss in nats and accuracy per voice, for each style separately.

The soprano of whole pieces is given and the three lower voices are predicted, on slices of the melody's rhythm
with a grid of eighths: with chord symbols ("chords"), with symbols estimated from the soprano alone ("tune",
which shows why `arranger.arranging.part_proposer` does not encode these), and without ("plain"). Each cell is
predicted given the true cells before it (teacher forcing), so the figures compare models, not arrangements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.lab.part.examples import PartExample, soprano_example
from arranger.lab.part.pieces import Piece
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import HOLD_MOVE, MOVES, ORDER, REST_TOKEN, UNDECIDED, VOICES, move_of
from theory.types import Floats32, Ints, Mask

GRID = "eighth"
GUESSED = "tune"
_AT_ONCE = 16  # pieces

Predict = Callable[
    [Sequence[PartExample]], list[Floats32]
]  # log-probabilities of moves, (T, V, MOVES), for each example


@dataclass(frozen=True)
class PartMeasure:
    """Loss and accuracy over the unknown cells of some pieces."""

    cell_nats: float  # mean negative log-probability per cell
    note_nats: float  # total loss divided by the number of notes: a note's pitch and duration together
    attack_nats: float  # mean over the cells in which a note begins
    accuracy: dict[str, float]  # per hidden voice: share of cells predicted correctly
    attack_accuracy: dict[str, float]  # per hidden voice: share of note onsets predicted correctly

    def summary(self) -> dict[str, object]:
        """Return the figures, rounded to four decimals."""
        return {
            "nats_per_cell": round(self.cell_nats, 4),
            "nats_per_note": round(self.note_nats, 4),
            "nats_per_attack": round(self.attack_nats, 4),
            "accuracy": {voice: round(value, 4) for voice, value in self.accuracy.items()},
            "attack_accuracy": {voice: round(value, 4) for voice, value in self.attack_accuracy.items()},
        }


@dataclass(frozen=True)
class Measures:
    """The measures by style and kind of chord input: "chorale chords", "chorale tune", "chorale plain" and so on."""

    of: dict[str, PartMeasure]

    @property
    def objective(self) -> float:
        """The figure that selects the best checkpoint: nats per cell, averaged over all kinds but "tune"."""
        asked = [measure.cell_nats for name, measure in self.of.items() if not name.endswith(GUESSED)]
        return float(np.mean(asked))

    def summary(self) -> dict[str, object]:
        """Return the figures, rounded, for logs and cards."""
        return {
            "objective": round(self.objective, 4),
            **{name: measure.summary() for name, measure in self.of.items()},
        }


def measure(predict: Predict, pieces: Sequence[Piece]) -> Measures:
    """Return how well a model predicts the lower voices of whole pieces."""
    found = {}
    for style in sorted({piece.style for piece in pieces}):
        for name, chords, of_tune in (("chords", True, False), (GUESSED, True, True), ("plain", False, False)):
            examples = [
                soprano_example(piece, GRID, chords=chords, of_tune=of_tune) for piece in pieces if piece.style == style
            ]
            found[f"{style} {name}"] = _measure(predict, examples)
    return Measures(found)


def _measure(predict: Predict, examples: list[PartExample]) -> PartMeasure:
    examples.sort(key=lambda example: len(example.tokens))  # batches of similar lengths need little padding
    rows = []
    for at in range(0, len(examples), _AT_ONCE):
        some = examples[at : at + _AT_ONCE]
        rows += [_cells(log_probs, example) for log_probs, example in zip(predict(some), some, strict=True)]
    voice, nats, right, begins = (np.concatenate(column) for column in zip(*rows, strict=True))
    hidden = sorted(set(voice.tolist()))
    return PartMeasure(
        cell_nats=float(nats.mean()),
        note_nats=float(nats.sum() / max(1, begins.sum())),
        attack_nats=float(nats[begins].mean()),
        accuracy={VOICES[each]: float(right[voice == each].mean()) for each in hidden},
        attack_accuracy={VOICES[each]: float(right[begins & (voice == each)].mean()) for each in hidden},
    )


def _cells(log_probs: Floats32, example: PartExample) -> tuple[Ints, Floats32, Mask, Mask]:
    """Return for each unknown cell: voice, loss in nats, whether predicted correctly, whether a note begins."""
    moves = move_of(example.tokens)
    nats = -np.take_along_axis(log_probs, moves[..., None], axis=-1)[..., 0]
    unknown = ~example.known
    voice = np.broadcast_to(np.arange(len(VOICES)), moves.shape)
    begins = (moves != REST_TOKEN) & (moves != HOLD_MOVE)
    return voice[unknown], nats[unknown], (log_probs.argmax(-1) == moves)[unknown], begins[unknown]


def predicted_by(model: PartModel) -> Predict:
    """Return the `Predict` function of a model that runs with numpy alone."""
    return lambda examples: [teacher_forced(model, example) for example in examples]


def teacher_forced(model: PartModel, example: PartExample) -> Floats32:
    """Return log-probabilities of moves, (T, V, MOVES), given the true cells before each; known cells are 0."""
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    state, found = model.start(1), np.zeros((*example.tokens.shape, MOVES), dtype=np.float32)
    for t, tokens in enumerate(example.tokens):
        contexts = model.context(encoding, t, state)
        others = encoding.tokens[t : t + 1].copy()
        for voice in ORDER:
            if not example.known[t, voice]:
                found[t, voice] = model.voice_log_probs(voice, contexts, np.array([0]), others)[0]
                others[0, voice] = tokens[voice]
        state = model.advance(encoding, t, state, tokens[None, :])
    return found
