"""The chances of every hidden cell, and the line that is right most often by them.

The likeliest line as a whole (`arranger.lab.part.infilling`) is not the one that is right in the most places: that
one takes at each place what is likely over all lines, as minimum Bayes risk decoding does (Kumar and Byrne, HLT
2004). The orderless network gives such chances at once; the part model gives them as the mean over lines that
are drawn from it. Where both are asked, their chances are multiplied, each to the power of its share (a product
of experts: Hinton, Neural Computation 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.lab.part.examples import Example
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

DRAWN = 24  # lines
_LEAST = 1e-6  # chance that a product begins with, so that one expert alone rules nothing out

Chances = Callable[[Example], Floats32]  # (T, V, TOKENS) of an example


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Value):
    """Lines drawn from a part model, and the chances of every cell as the mean over them."""

    lines: Ints  # (T, V, drawn) tokens; known cells as given
    chances: Floats32  # (T, V, TOKENS) of hidden cells; 0 of known ones


def draw(model: PartModel, example: Example, *, drawn: int = DRAWN, seed: int = 0) -> Drawn:
    """Return so many lines drawn from the part model, each cell by its chances given what was drawn before it."""
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
                chances = _moves(model.voice_log_probs(voice, contexts, rows, tokens), held == UNDECIDED)
                found[t, voice] = _mean(chances, held)
                move = np.minimum((chances.cumsum(axis=1) < rng.random((drawn, 1))).sum(axis=1), MOVES - 1)
                tokens[:, voice] = np.where(move == HOLD_MOVE, held, move)
        lines[t] = tokens.T
        state = model.advance(encoding, t, state, tokens)
    return Drawn(lines, found)


def drawn_chances(model: PartModel, example: Example, *, drawn: int = DRAWN, seed: int = 0) -> Floats32:
    """Return the part model's chances of each hidden cell's token, (T, V, TOKENS), over so many lines drawn from it."""
    return draw(model, example, drawn=drawn, seed=seed).chances


def _moves(log_probs: Floats32, silent: Mask) -> Floats32:
    """Return the chances of moves, (n, MOVES), where after silence there is nothing to hold."""
    chances = np.exp(log_probs)
    chances[silent, HOLD_MOVE] = 0
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _mean(chances: Floats32, held: Ints) -> Floats32:
    """Return the mean chances of tokens, (TOKENS,), over moves of lines that hold these."""
    found = np.zeros(TOKENS, dtype=np.float32)
    found[:HOLD_MOVE] = chances[:, :HOLD_MOVE].mean(axis=0)
    sounds = held != UNDECIDED
    np.add.at(found, held[sounds], chances[sounds, HOLD_MOVE] / len(chances))
    return found


def product(experts: Sequence[tuple[Floats32, float]]) -> Floats32:
    """Return the product of chances (..., TOKENS), each to the power of its share, that adds up to 1 again."""
    logs = sum(share * np.log(chances + _LEAST) for chances, share in experts)
    found = np.exp(logs)
    return np.asarray(found / found.sum(axis=-1, keepdims=True), dtype=np.float32)


def most_right(example: Example, chances: Floats32, sixteenths: Floats32) -> Ints:
    """Return tokens (T, V) in which each hidden cell is right most often by chances (T, V, TOKENS); known ones stay.

    Counted are a slice's sixteenths, (T,), with the right pitch, and once its token. A voice that is hidden
    anywhere may hold only what it has sounded, so its known cells stay because nothing else has a chance.
    """
    tokens = example.tokens.copy()
    for voice in range(len(VOICES)):
        known = example.known[:, voice]
        if not known.all():
            told = np.eye(TOKENS, dtype=np.float32)[tokens[:, voice]]
            line = np.where(known[:, None], len(tokens) * told, chances[:, voice])
            tokens[:, voice] = _best_line(_gain(line, sixteenths))
    return tokens


def _gain(chances: Floats32, sixteenths: Floats32) -> Floats32:
    """Return what each token of a line is expected to get right, (T, TOKENS)."""
    sounding = chances[:, ATTACK_TOKEN:HOLD_TOKEN] + chances[:, HOLD_TOKEN:]
    pitches = np.concatenate([chances[:, :ATTACK_TOKEN], sounding, sounding], axis=1)
    return np.asarray(pitches * sixteenths[:, None] + chances)


def _best_line(gain: Floats32) -> Ints:
    """Return the tokens (T,) that gain most together, (T, TOKENS), and hold only what sounds (Viterbi's algorithm)."""
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


def filled(example: Example, sixteenths: Floats32, *, experts: Sequence[tuple[Chances, float]]) -> Ints:
    """Return an example's tokens with its holes filled by the product of experts' chances."""
    return most_right(example, product([(chances(example), share) for chances, share in experts]), sixteenths)
