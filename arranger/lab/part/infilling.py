"""Infilling by the part model alone: beam search over slices, and within a slice over the unknown voices.

No rule is applied, so the result shows what the model itself has learned. Reconstruction is measured with it
(`arranger.lab.part.reconstruction`).
"""

from __future__ import annotations

import numpy as np

from arranger.lab.part.examples import PartExample
from arranger.models.part.runtime import Encoding, PartModel, PartState
from arranger.models.part.vocabulary import COMPASS, HOLD_MOVE, ORDER, REST_TOKEN, TOKENS, UNDECIDED, begins
from theory.types import Ints

WIDTH = 8  # beam width
_WIDENED = 6  # most probable moves of a voice by which each hypothesis is extended


def fill(model: PartModel, example: PartExample, *, width: int = WIDTH) -> Ints:
    """Return the most probable tokens found for an example, (T, V); known cells stay as given."""
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    state, cost = model.start(1), np.zeros(1)
    paths = np.empty((1, 0, example.tokens.shape[1]), dtype=np.int64)
    for t in range(len(example.tokens)):
        parents, chosen, cost = _best(model, encoding, t, (state, cost), width=width)
        paths = np.concatenate([paths[parents], chosen[:, None]], axis=1)
        state = model.advance(encoding, t, state.gather(parents), chosen)
    return np.asarray(paths[int(cost.argmin())])


def _best(
    model: PartModel, encoding: Encoding, t: int, before: tuple[PartState, np.ndarray], *, width: int
) -> tuple[Ints, Ints, np.ndarray]:
    """Return parents (B,), tokens (B, V) and costs (B,) of the best hypotheses after slice t."""
    state, cost = before
    contexts = model.context(encoding, t, state)
    parents = np.arange(len(cost))
    tokens = np.repeat(encoding.tokens[t : t + 1], len(cost), axis=0)
    for voice in ORDER:
        if encoding.known[t, voice]:
            continue
        held = held_tokens(state.previous[parents, voice])
        surprise = -model.voice_log_probs(voice, contexts, parents, tokens).astype(np.float64)
        surprise[held == UNDECIDED, HOLD_MOVE] = np.inf  # nothing sounds that could be held
        moves = np.argsort(surprise, axis=1, kind="stable")[:, :_WIDENED]
        costs = (cost[:, None] + np.take_along_axis(surprise, moves, axis=1)).ravel()
        kept = np.argsort(costs, kind="stable")[:width]
        rows = kept // moves.shape[1]
        chosen = moves.ravel()[kept]
        parents, tokens, cost = parents[rows], tokens[rows], costs[kept]
        tokens[:, voice] = np.where(chosen == HOLD_MOVE, held[rows], chosen)
    return parents, tokens, cost


def held_tokens(previous: Ints) -> Ints:
    """Return the tokens that hold the pitch of the previous slice's tokens; UNDECIDED after a rest.

    >>> held_tokens(np.array([25, 74, 0, 99])).tolist()
    [74, 74, -1, -1]
    """
    sounding = (previous != REST_TOKEN) & (previous < TOKENS)
    return np.where(sounding, np.where(begins(previous), previous + COMPASS, previous), UNDECIDED)
