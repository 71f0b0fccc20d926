"""The part model as a proposer for the search: log-probabilities of candidate verticalities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.arranging.plan import Plan
from arranger.models.part.runtime import Encoding, PartModel, PartState
from arranger.models.part.vocabulary import token_of
from theory.types import Floats, Floats32, Ints, Mask
from theory.values import Value


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


@lru_cache(maxsize=2)
def _loaded(path: str | None) -> PartModel:
    return PartModel.load(Path(path) if path else None)


def load_proposer(plan: Plan, path: str | None = None) -> NeuralProposer:
    """Return a proposer for the plan's texture, with the package's part model or the one in folder ``path``."""
    model = _loaded(path)
    return NeuralProposer(model, model.encode(plan.texture, style=plan.style.model_style))
