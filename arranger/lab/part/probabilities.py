"""Marginal probabilities of every hidden cell, and minimum-Bayes-risk decoding with them.

The most probable line as a whole (`arranger.lab.part.infilling`) is not the line with the most correct cells on
average. That one is found by minimum-Bayes-risk decoding (Kumar and Byrne, HLT 2004), which needs the marginal
probability of each token in each cell. The orderless network outputs these marginals directly; for the part model
they are averaged over lines sampled from it. Several models are combined as a product of experts (Hinton, Neural
Computation 2002): their probabilities are multiplied, each raised to the power of its share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.lab.part.examples import PartExample
from arranger.lab.part.infilling import held_tokens
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import (
    ATTACK_TOKEN,
    COMPASS,
    HOLD_MOVE,
    HOLD_TOKEN,
    MOVES,
    ORDER,
    TOKENS,
    UNDECIDED,
    VOICES,
)
from theory.types import Floats32, Ints, Mask
from theory.values import Value

DRAWN = 24  # sampled lines
_LEAST = 1e-6  # added to every probability of a product, so that no single expert can rule a token out

Probabilities = Callable[[PartExample], Floats32]  # an example's token probabilities, (T, V, TOKENS)


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Value):
    """Lines sampled from a part model, and the token probabilities of each cell averaged over them."""

    lines: Ints  # (T, V, drawn) tokens; known cells as given
    probabilities: Floats32  # (T, V, TOKENS) probabilities in hidden cells; 0 in known cells


def draw(model: PartModel, example: PartExample, *, drawn: int = DRAWN, seed: int = 0) -> Drawn:
    """Return lines sampled from the part model: each cell is drawn given the cells drawn before it."""
    rng = np.random.default_rng(seed)
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    found = np.zeros((*example.tokens.shape, TOKENS), dtype=np.float32)
    lines = np.empty((*example.tokens.shape, drawn), dtype=np.int64)
    state, rows = model.start(drawn), np.arange(drawn)
    for t in range(len(found)):
        contexts = model.context(encoding, t, state)
        tokens = np.repeat(encoding.tokens[t : t + 1], drawn, axis=0)
        for voice in ORDER:
            if not encoding.known[t, voice]:
                held = held_tokens(state.previous[:, voice])
                probabilities = _moves(model.voice_log_probs(voice, contexts, rows, tokens), held == UNDECIDED)
                found[t, voice] = _mean(probabilities, held)
                move = np.minimum((probabilities.cumsum(axis=1) < rng.random((drawn, 1))).sum(axis=1), MOVES - 1)
                tokens[:, voice] = np.where(move == HOLD_MOVE, held, move)
        lines[t] = tokens.T
        state = model.advance(encoding, t, state, tokens)
    return Drawn(lines, found)


def sampled_probabilities(model: PartModel, example: PartExample, *, drawn: int = DRAWN, seed: int = 0) -> Floats32:
    """Return the part model's token probabilities in hidden cells, (T, V, TOKENS), averaged over sampled lines."""
    return draw(model, example, drawn=drawn, seed=seed).probabilities


def _moves(log_probs: Floats32, silent: Mask) -> Floats32:
    """Return the probabilities of moves, (n, MOVES); after silence nothing can be held."""
    probabilities = np.exp(log_probs)
    probabilities[silent, HOLD_MOVE] = 0
    return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


def _mean(probabilities: Floats32, held: Ints) -> Floats32:
    """Return token probabilities, (TOKENS,), averaged over lines.

    ``probabilities`` are the move probabilities of each line, (n, MOVES); ``held`` is the token that a hold would give.
    """
    found = np.zeros(TOKENS, dtype=np.float32)
    found[:HOLD_MOVE] = probabilities[:, :HOLD_MOVE].mean(axis=0)
    sounds = held != UNDECIDED
    np.add.at(found, held[sounds], probabilities[sounds, HOLD_MOVE] / len(probabilities))
    return found


def product(experts: Sequence[tuple[Floats32, float]]) -> Floats32:
    """Return the normalised product of probabilities (..., TOKENS), each raised to the power of its share."""
    logs = sum(share * np.log(probabilities + _LEAST) for probabilities, share in experts)
    found = np.exp(logs)
    return np.asarray(found / found.sum(axis=-1, keepdims=True), dtype=np.float32)


def decode_minimum_risk(example: PartExample, probabilities: Floats32, sixteenths: Floats32) -> Ints:
    """Return the tokens (T, V) with the highest expected agreement under probabilities (T, V, TOKENS).

    The agreement of a cell is the number of sixteenths of its slice, (T,), if the pitch is right, plus 1 if the token
    is right. A hold must follow the same pitch, so each line is decoded as a whole; its known cells get a gain so
    large that they stay as given.
    """
    tokens = example.tokens.copy()
    for voice in range(len(VOICES)):
        known = example.known[:, voice]
        if not known.all():
            told = np.eye(TOKENS, dtype=np.float32)[tokens[:, voice]]
            line = np.where(known[:, None], len(tokens) * told, probabilities[:, voice])
            tokens[:, voice] = _best_line(_gain(line, sixteenths))
    return tokens


def _gain(probabilities: Floats32, sixteenths: Floats32) -> Floats32:
    """Return the expected agreement of each token of a line, (T, TOKENS)."""
    sounding = probabilities[:, ATTACK_TOKEN:HOLD_TOKEN] + probabilities[:, HOLD_TOKEN:]
    pitches = np.concatenate([probabilities[:, :ATTACK_TOKEN], sounding, sounding], axis=1)
    return np.asarray(pitches * sixteenths[:, None] + probabilities)


def _best_line(gain: Floats32) -> Ints:
    """Return the tokens (T,) with the highest total gain (T, TOKENS) whose holds follow the same pitch (Viterbi)."""
    came = np.zeros(gain.shape, dtype=np.int64)
    score = gain[0].copy()
    score[HOLD_TOKEN:] = -np.inf
    for t in range(1, len(gain)):
        attacked, held = score[ATTACK_TOKEN:HOLD_TOKEN], score[HOLD_TOKEN:]
        came[t, :HOLD_TOKEN] = score.argmax()
        came[t, HOLD_TOKEN:] = np.where(attacked >= held, ATTACK_TOKEN, HOLD_TOKEN) + np.arange(COMPASS)
        score = score[came[t]] + gain[t]
    line = [int(score.argmax())]
    for t in range(len(gain) - 1, 0, -1):
        line.append(int(came[t, line[-1]]))
    return np.array(line[::-1])


def filled(example: PartExample, sixteenths: Floats32, *, experts: Sequence[tuple[Probabilities, float]]) -> Ints:
    """Return an example's tokens (T, V) with its holes decoded from the product of the experts' probabilities."""
    return decode_minimum_risk(
        example, product([(probabilities(example), share) for probabilities, share in experts]), sixteenths
    )
