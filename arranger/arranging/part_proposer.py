"""The part model as a proposer for the search: log-probabilities of candidate verticalities.

The model knows four voices. Three parts take the seats of three of them, those nearest in range, and the fourth rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arranger.arranging.plan import Plan
from arranger.models.part.runtime import Encoding, PartModel, PartState
from arranger.models.part.vocabulary import token_of
from theory.slices.facts import Ranges
from theory.slices.texture import REST, Texture
from theory.types import Floats, Floats32, Ints, Mask
from theory.values import Value

LOWS = (62, 59, 53, 43)  # lowest notes of the tessituras of the model's voices, as MIDI numbers


@dataclass(frozen=True, eq=False, repr=False)
class ProposerState(Value):
    """The state of the model before a slice, for each hypothesis."""

    decoder: PartState
    contexts: Floats32  # (V, beam, head) inputs of the heads for the next slice


@dataclass(frozen=True)
class NeuralProposer:
    """A part model together with its encoding of one piece."""

    model: PartModel
    encoding: Encoding

    def start(self, beam: int) -> ProposerState:
        """Return the state before the first slice for a beam of hypotheses."""
        return self._progress(0, self.model.start(beam))

    def _progress(self, t: int, decoder: PartState) -> ProposerState:
        ended = t >= len(self.encoding.tokens)
        return ProposerState(
            decoder, np.empty(0, dtype=np.float32) if ended else self.model.context(self.encoding, t, decoder)
        )

    def log_probs(self, state: ProposerState, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return log-probabilities of verticalities in slice t, (hypothesis, candidate).

        ``midi`` (hypothesis, candidate, voice) are MIDI numbers; ``attack`` says which notes begin in the slice.
        """
        beam, candidates, voices = midi.shape
        tokens = token_of(midi, attack).reshape(-1, voices)
        rows = np.repeat(np.arange(beam), candidates)
        found = self.model.verticality_log_probs(self.encoding, t, state.contexts, beam_rows=rows, tokens=tokens)
        return found.reshape(beam, candidates).astype(np.float64)

    def advance(self, state: ProposerState, t: int, parents: Ints, midi: Ints, attack: Mask) -> ProposerState:
        """Return the state after slice t, in which the hypotheses ``parents`` (B,) chose verticalities (B, V)."""
        grown = self.model.advance(self.encoding, t, state.decoder.gather(parents), token_of(midi, attack))
        return self._progress(t + 1, grown)


@dataclass(frozen=True)
class SeatedProposer:
    """A part model for fewer than four parts: each sits in the place of one of the model's voices, the others rest."""

    inner: NeuralProposer
    seats: tuple[int, ...]  # for each voice of the model, the part that sits there, or -1

    def start(self, beam: int) -> ProposerState:
        """Return the state before the first slice for a beam of hypotheses."""
        return self.inner.start(beam)

    def log_probs(self, state: ProposerState, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return log-probabilities of verticalities in slice t, (hypothesis, candidate); see `NeuralProposer`."""
        return self.inner.log_probs(state, t, seated(midi, self.seats, REST), seated(attack, self.seats, False))

    def advance(self, state: ProposerState, t: int, parents: Ints, midi: Ints, attack: Mask) -> ProposerState:
        """Return the state after slice t, in which the hypotheses ``parents`` (B,) chose verticalities (B, V)."""
        placed = seated(midi, self.seats, REST), seated(attack, self.seats, False)
        return self.inner.advance(state, t, parents, *placed)


def seated(values: NDArray[Any], seats: Sequence[int], empty: int) -> NDArray[Any]:
    """Return values (..., part) by seat (..., voice of the model), with ``empty`` where nobody sits.

    >>> seated(np.array([60, 55, 48]), (0, 1, -1, 2), REST).tolist()
    [60, 55, -1, 48]
    """
    found = np.full((*values.shape[:-1], len(seats)), empty, dtype=values.dtype)
    for seat, part in enumerate(seats):
        if part >= 0:
            found[..., seat] = values[..., part]
    return found


def seats_of(ranges: Ranges) -> tuple[int, ...]:
    """Return, for each voice of the model, the part that sits there, or -1.

    Parts sit where the lowest notes of the tessituras are nearest, and rather lower than higher.
    """
    lows, places = ranges.tessitura_low.tolist(), range(len(LOWS))

    def distance(chosen: tuple[int, ...]) -> int:
        return sum(abs(LOWS[seat] - low) for seat, low in zip(chosen, lows, strict=True))

    best = min(reversed([*combinations(places, len(lows))]), key=distance)
    return tuple(best.index(seat) if seat in best else -1 for seat in places)


@lru_cache(maxsize=2)
def _loaded(path: str | None) -> PartModel:
    return PartModel.load(Path(path) if path else None)


def load_proposer(plan: Plan, path: str | None = None) -> NeuralProposer | SeatedProposer:
    """Return a proposer for the plan's texture, with the package's part model or the one in folder ``path``."""
    model, style = _loaded(path), plan.style.model_style
    if plan.texture.shape[1] == len(LOWS):
        return NeuralProposer(model, model.encode(plan.texture, style=style))
    seats = seats_of(plan.ranges)
    return SeatedProposer(NeuralProposer(model, model.encode(_with_rests(plan.texture, seats), style=style)), seats)


def _with_rests(texture: Texture, seats: Sequence[int]) -> Texture:
    """Return a texture with a resting voice in every empty seat."""
    return replace(
        texture,
        voices=tuple(texture.voices[part] if part >= 0 else "" for part in seats),
        pitch=seated(texture.pitch, seats, REST),
        fifths=seated(texture.fifths, seats, 0),
        attack=seated(texture.attack, seats, False),
        note=seated(texture.note, seats, -1),
    )
