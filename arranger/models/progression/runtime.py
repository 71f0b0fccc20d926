"""The progression model at run time, in numpy alone: it draws whole progressions for a tune, many at a time.

Drawing from the model (ancestral sampling) gives what is typical of the music it learned from; the single most
probable progression would be a dull one, because at each beat the most probable event is to stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.models.numeric import Arrays, gru_states, gru_step, log_softmax, read_weights
from arranger.models.progression.vocabulary import FINGERPRINT, PARTS, QUALITY_NAMES, TOKEN_WIDTH
from theory.types import Floats, Floats32, Ints, Mask
from theory.values import Value

_RELATIVE_MINOR = 9  # semitones above the reference
WEIGHTS = Path(__file__).parents[1] / "weights" / "progression-v2"


@dataclass(frozen=True, eq=False, repr=False)
class Progressions(Value):
    """Progressions drawn for one tune; N of them, T slots."""

    tokens: Ints  # (N, T, 3) root, quality, inversion
    log_probs: Floats  # (N, T) in nats, without regard to nucleus sampling


@dataclass(frozen=True, eq=False, repr=False)
class Form(Value):
    """What is known of a progression before it is drawn. T slots."""

    closing: Mask  # (T, 2) there is the tonic triad in root position, of the major key or of its relative minor
    repeats: Ints  # (T,) the earlier slot whose chord returns, -1 where the chord is free
    allowed: Mask | None = None  # (T, 12, 9, 4) roots, qualities and inversions that may be drawn; None: all

    @classmethod
    def free(cls, slots: int) -> Form:
        """Return the form in which every chord is free."""
        return cls(np.zeros((slots, 2), dtype=bool), np.full(slots, -1))


@dataclass(frozen=True, eq=False, repr=False)
class Selection(Value):
    """Which unfinished progressions are kept on the way (as a particle filter resamples). T slots."""

    before: Mask  # (T,) progressions are selected before this slot is drawn
    choose: Callable[[Progressions], Ints]  # unfinished progressions -> (N,) those that go on, in the place of each


class ProgressionModel:
    """Draws chords with their bass from the features of a tune."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights

    @classmethod
    def load(cls, path: Path | None = None) -> ProgressionModel:
        """Return the model of a folder of weights and card, by default that of the package.

        Raises FileNotFoundError if there are none, ValueError if they have another vocabulary.
        """
        weights, _ = read_weights(path or WEIGHTS, FINGERPRINT)
        return cls(weights)

    def draw(
        self,
        features: Floats32,
        *,
        count: int,
        form: Form | None = None,
        selection: Selection | None = None,
        top_p: float = 1.0,
        seed: int = 0,
    ) -> Progressions:
        """Return ``count`` progressions for the features of a tune, (T, COLUMNS); equal seeds give equal ones.

        ``top_p`` is nucleus sampling: root, quality and inversion are drawn from the most probable ones that sum to it.
        """
        rng, form = np.random.default_rng(seed), form or Form.free(len(features))
        context = self._context(features)  # (T, 2 * encoder)
        weights, units = self._weights, self._weights["decoder.weight_hh_l0"].shape[1]
        recurrent = np.ascontiguousarray(weights["decoder.weight_hh_l0"].T)
        state = np.zeros((count, units), dtype=np.float32)
        before = np.zeros((count, TOKEN_WIDTH), dtype=np.float32)
        tokens, log_probs = np.empty((count, len(features), 3), dtype=np.int64), np.zeros((count, len(features)))
        for t, row in enumerate(context):
            if selection and selection.before[t]:
                kept = selection.choose(Progressions(tokens[:, :t], log_probs[:, :t]))
                tokens, log_probs, state, before = tokens[kept], log_probs[kept], state[kept], before[kept]
            rows = np.broadcast_to(row, (count, len(row)))
            entered = self._linear("decoder", np.concatenate([rows, before], axis=1), suffix="_ih_l0")
            state = gru_step(entered, state @ recurrent + weights["decoder.bias_hh_l0"], state)
            heard = np.concatenate([state, rows], axis=1)
            for part, name in enumerate(("root", "quality", "inversion")):
                found = log_softmax(self._linear(name, heard))
                if form.closing[t].any():
                    tonics = _tonics(form.closing[t], part, tokens[:, t])
                    found = log_softmax(np.where(tonics, found, -np.float32(1e9)))
                if form.allowed is not None:
                    found = log_softmax(np.where(_open(form.allowed[t], part, tokens[:, t]), found, -np.float32(1e9)))
                again = form.repeats[t]
                tokens[:, t, part] = _drawn(found, top_p, rng) if again < 0 else tokens[:, again, part]
                log_probs[:, t] += np.take_along_axis(found, tokens[:, t, part, None], axis=1)[:, 0]
                heard = np.concatenate([heard, np.eye(PARTS[part], dtype=np.float32)[tokens[:, t, part]]], axis=1)
            before = heard[:, -TOKEN_WIDTH:]
        return Progressions(tokens, log_probs)

    def _context(self, features: Floats32) -> Floats32:
        states = np.tanh(self._linear("enter", features))
        forth = gru_states(self._weights, "encoder", states)
        back = gru_states(self._weights, "encoder", states[::-1], layer="l0_reverse")[::-1]
        return np.concatenate([forth, back], axis=1)

    def _linear(self, name: str, value: Floats32, *, suffix: str = "") -> Floats32:
        weight, bias = self._weights[f"{name}.weight{suffix}"], self._weights[f"{name}.bias{suffix}"]
        return np.asarray(value @ weight.T + bias)


def _tonics(modes: Mask, part: int, tokens: Ints) -> Mask:
    """Return which classes of a part make a tonic triad in root position, (N, classes), given the parts before it.

    ``modes`` says whether the major key and its relative minor are possible, (2,).
    """
    allowed = np.zeros((len(tokens), PARTS[part]), dtype=bool)
    if part == 0:
        allowed[:, [0, _RELATIVE_MINOR]] = modes
    elif part == 1:
        allowed[:, QUALITY_NAMES.index("")] = True
        allowed[tokens[:, 0] == _RELATIVE_MINOR, QUALITY_NAMES.index("m")] = True
    else:
        allowed[:, 0] = True
    return allowed


def _open(allowed: Mask, part: int, tokens: Ints) -> Mask:
    """Return which classes of a part are allowed, (N or 1, classes), given the parts before it."""
    if part == 0:
        return np.asarray(allowed.any(axis=(1, 2)))[None]
    if part == 1:
        return np.asarray(allowed[tokens[:, 0]].any(axis=2))
    return np.asarray(allowed[tokens[:, 0], tokens[:, 1]])


def _drawn(log_probs: Floats32, top_p: float, rng: np.random.Generator) -> Ints:
    """Return one class per row, (N,), drawn from the nucleus of log-probabilities (N, classes)."""
    probabilities = np.exp(log_probs.astype(np.float64))
    order = np.argsort(-probabilities, axis=1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=1)
    ranked[ranked.cumsum(axis=1) - ranked >= top_p] = 0.0  # those before it suffice
    below = ranked.cumsum(axis=1)
    drawn = (below < rng.random((len(ranked), 1)) * below[:, -1:]).sum(axis=1)
    return np.take_along_axis(order, np.minimum(drawn, ranked.shape[1] - 1)[:, None], axis=1)[:, 0]


@lru_cache(maxsize=2)
def progression_model(path: str = "") -> ProgressionModel:
    """Return the model in a folder, by default that of the package, read once."""
    return ProgressionModel.load(Path(path) if path else None)
