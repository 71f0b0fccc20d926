"""One voice found again from the three others, by the part model alone.

The model is given three voices of a chorale on their own clock and a grid of eighths, without chord
symbols, and writes the fourth from beginning to end by beam search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from arranger.model.runtime import Encoding, PartModel, State
from arranger.model.vocabulary import (
    ATTACK_TOKEN,
    HOLD_MOVE,
    HOLD_TOKEN,
    LOWEST,
    MOVES,
    REST_TOKEN,
    VOICES,
    Ints,
)
from corpora.views import grid_onsets
from theory.score import Score
from theory.texture import HOLE, REST, Texture, slice_onsets, texture_of

GRID = "eighth"
BEAM = 8
_SIXTEENTHS = 4  # in a quarter


@dataclass(frozen=True)
class Found:
    """How much of a hidden voice was found."""

    notes: float  # of its notes, those whose pitch sounds where they begin
    sixteenths: float  # of its time, in 16ths, what has the same pitch or rests too


def found_again(model: PartModel, score: Score) -> dict[str, Found]:
    """Return how much of each voice of a score in four voices the model finds from the three others."""
    return {name: _found(model, replace(score, chords=()), voice) for voice, name in enumerate(VOICES)}


def _found(model: PartModel, score: Score, voice: int) -> Found:
    others = [part for place, part in enumerate(score.parts) if place != voice]
    onsets = slice_onsets(score, others, grid=grid_onsets(score.bars, GRID))
    texture = with_hole(texture_of(score, onsets=onsets), voice)
    pitch = infilled(model, model.encode(texture, style="chorale"), voice)
    real = texture_of(score, onsets=slice_onsets(score, score.parts))
    ours = pitch[[texture.slice_at(onset) for onset in real.onset_quarter]]
    same = ours == real.pitch[:, voice]
    length = [int(duration * _SIXTEENTHS) for duration in real.duration_quarter]
    return Found(float(same[real.attack[:, voice]].mean()), float(np.average(same, weights=length)))


def with_hole(texture: Texture, voice: int) -> Texture:
    """Return a texture in which one voice is not known."""
    hidden = np.arange(texture.shape[1]) == voice
    return replace(
        texture,
        pitch=np.where(hidden, HOLE, texture.pitch),
        attack=texture.attack & ~hidden,
        note=np.where(hidden, -1, texture.note),
    )


def infilled(model: PartModel, encoding: Encoding, voice: int) -> Ints:
    """Return the likeliest pitches, (T,), MIDI or REST, of the one voice that an encoding does not know."""
    state, cost = model.start(1), np.zeros(1)
    pitch = np.full((1, 0), REST)
    for t in range(len(encoding.tokens)):
        log_probs = _next(model, encoding, (t, voice), state).astype(float)
        before = pitch[:, -1] if t else np.full(1, REST)
        log_probs[before == REST, HOLD_MOVE] = -np.inf
        scores = (cost[:, None] + log_probs).ravel()
        best = np.argsort(-scores, kind="stable")[:BEAM]
        parent, move = np.divmod(best[np.isfinite(scores[best])], MOVES)
        cost = scores[parent * MOVES + move]
        now = np.where(
            move == HOLD_MOVE, before[parent], np.where(move == REST_TOKEN, REST, move - ATTACK_TOKEN + LOWEST)
        )
        pitch = np.concatenate([pitch[parent], now[:, None]], axis=1)
        tokens = np.repeat(encoding.tokens[t : t + 1], len(parent), axis=0)
        tokens[:, voice] = np.where(move == HOLD_MOVE, HOLD_TOKEN + now - LOWEST, move)
        state = model.advance(encoding, t, state.gather(parent), tokens)
    return pitch[0]


def _next(model: PartModel, encoding: Encoding, place: tuple[int, int], state: State) -> np.ndarray:
    """Return the log-probabilities, (B, MOVES), of what the voice does in a slice."""
    t, voice = place
    beam = len(state.previous)
    others = np.repeat(encoding.tokens[t : t + 1], beam, axis=0)
    return model.voice_log_probs(voice, model.context(encoding, t, state), np.arange(beam), others)
