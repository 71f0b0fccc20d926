"""Runs the part model with numpy alone.

A piece is encoded once. For each slice the search then calls `context` once for the whole beam,
`voice_log_probs` (or `verticality_log_probs`) for any number of candidates, `gather` to keep the surviving
hypotheses, and `advance` with the tokens they have chosen. Matrix products are computed in blocks of one
fixed size, so that the result for a row does not depend on the number of rows.

    model = PartModel.load()
    encoding = model.encode(texture, style="hymn")  # holes of the texture are cells of pitch HOLE
    state = model.start(beam)
    for t in range(len(texture.onset_quarter)):
        contexts = model.context(encoding, t, state)
        scores = model.verticality_log_probs(encoding, t, contexts, beam_rows=rows, tokens=candidates)
        ...  # choose tokens; parents are the hypotheses that are continued
        state = model.advance(encoding, t, state.gather(parents), tokens)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arranger.models.numeric import Arrays, gru_states, gru_step, log_softmax, read_weights
from arranger.models.part.features import FINGERPRINT, features_of
from arranger.models.part.vocabulary import (
    MOVES,
    ORDER,
    OWN_STYLE,
    STYLES,
    TOKENS,
    UNDECIDED,
    VOICES,
    move_of,
    token_of,
)
from corpora.encode import slices_of
from theory.slices.texture import HOLE, Texture
from theory.types import Floats32, Ints, Mask
from theory.values import Value

WEIGHTS = Path(__file__).parents[1] / "weights" / "part-v4"
_BLOCK = 16  # rows of every matrix product
_CHUNK = 2048  # rows computed at once, to bound memory


@dataclass(frozen=True, eq=False, repr=False)
class Encoding(Value):
    """A piece after the encoder: what each slice adds to the inputs of decoder and heads."""

    to_decoder: Floats32  # (T, 3 * decoder)
    to_heads: Floats32  # (V, T, head)
    known: Mask  # (T, V) whether the cell is given
    tokens: Ints  # (T, V) tokens of given cells; UNDECIDED in holes


@dataclass(frozen=True, eq=False, repr=False)
class PartState(Value):
    """The decoder's state before a slice, for each hypothesis of a beam."""

    hidden: Floats32  # (beam, decoder)
    previous: Ints  # (beam, V) tokens of the slice before; TOKENS before the first

    def gather(self, parents: Ints) -> PartState:
        """Return the states of these hypotheses; indices may repeat."""
        return PartState(self.hidden[parents], self.previous[parents])


class PartModel:
    """Log-probabilities of the next move of each unknown voice."""

    def __init__(self, weights: Arrays, *, style: str = "", styles: Sequence[str] = STYLES) -> None:
        self._weights = weights
        self._styles = tuple(styles)  # those it was trained on
        self._style = style  # replaces the style asked for; empty: none does
        self._decoder_of_token = _token_tables(weights)
        # (voice, other voice, token of the other, head)
        self._others = np.stack([_others_of(weights, voice) for voice in range(len(VOICES))])
        self._encoder_size = weights["encoder_to_decoder.weight"].shape[1]
        # contiguous copies: at this size BLAS takes twice as long with a transposed view
        contexts = [weights[f"context.{voice}.weight"] for voice in range(len(VOICES))]
        self._to_contexts = np.ascontiguousarray(np.concatenate(contexts)[:, self._encoder_size :].T)
        self._to_moves = [np.ascontiguousarray(weights[f"output.{voice}.weight"].T) for voice in range(len(VOICES))]
        self._recurrent = np.ascontiguousarray(weights["decoder.weight_hh_l0"].T)

    @classmethod
    def load(cls, path: Path | None = None) -> PartModel:
        """Return the model of a folder of weights and card, by default that of the package.

        Raises FileNotFoundError if there are none, ValueError if they have another vocabulary.
        """
        weights, card = read_weights(path or WEIGHTS, FINGERPRINT)
        learned = card.get("pieces", STYLES)
        return cls(weights, style=OWN_STYLE if OWN_STYLE in learned else "", styles=tuple(learned))

    def encode(self, texture: Texture, *, style: str = "hymn") -> Encoding:
        """Return the encoding of a texture in four voices, high to low, whose unknown cells are HOLE.

        The style is one of `arranger.models.part.vocabulary.STYLES`; a model that was trained on a user's own scores
        always uses their style instead. Raises ValueError for a style the model was not trained on, or another
        number of voices.
        """
        style = self._style or style
        if style not in self._styles:
            raise ValueError(
                f"the part model was trained on {', '.join(self._styles)}, not {style}; choose another --model"
            )
        slices = slices_of(texture)
        known = slices.pitch != HOLE
        tokens = np.where(known, token_of(np.where(known, slices.pitch, -1), slices.attack), UNDECIDED)
        return self.encode_inputs(features_of(slices, style), tokens)

    def encode_inputs(self, inputs: Floats32, tokens: Ints) -> Encoding:
        """Return the encoding of input columns, (T, F), and known tokens, (T, V), UNDECIDED in holes."""
        weights = self._weights
        inputs = encoder_states(weights, inputs)
        entered = inputs @ weights["encoder_to_decoder.weight"].T + weights["encoder_to_decoder.bias"]
        heads = [
            inputs @ weights[f"context.{voice}.weight"][:, : self._encoder_size].T + weights[f"context.{voice}.bias"]
            for voice in range(len(VOICES))
        ]
        return Encoding(
            to_decoder=np.asarray(entered @ weights["decoder.weight_ih_l0"].T + weights["decoder.bias_ih_l0"]),
            to_heads=np.stack(heads),
            known=tokens != UNDECIDED,
            tokens=tokens,
        )

    def start(self, beam: int) -> PartState:
        """Return the state before the first slice for a beam of hypotheses."""
        size = self._weights["decoder.weight_hh_l0"].shape[1]
        return PartState(np.zeros((beam, size), dtype=np.float32), np.full((beam, len(VOICES)), TOKENS))

    def context(self, encoding: Encoding, t: int, state: PartState) -> Floats32:
        """Return the input of each voice's head before any cell of slice t is chosen, (V, beam, head)."""
        told = _product(state.hidden, self._to_contexts).reshape(len(state.hidden), len(VOICES), -1)
        contexts = np.ascontiguousarray(told.transpose(1, 0, 2)) + encoding.to_heads[:, t, None]
        for voice in range(len(VOICES)):
            contexts[voice] += self._weights[f"previous.{voice}.weight"][state.previous[:, voice]]
        return contexts

    def voice_log_probs(self, voice: int, contexts: Floats32, beam_rows: Ints, other_tokens: Ints) -> Floats32:
        """Return log-probabilities of a voice's moves, (n, MOVES).

        Parameters
        ----------
        voice
            Index of the voice. Moves are indexed with ``move_of(token)``.
        contexts
            (V, beam, head) of the slice, from `context`.
        beam_rows
            (n,) the hypothesis of each row.
        other_tokens
            (n, V) tokens of the voices that are given or already chosen, UNDECIDED for the others. As in
            training, these are the given voices and the unknown ones before this voice in `ORDER`.
        """
        found = np.empty((len(beam_rows), MOVES), dtype=np.float32)
        for start in range(0, len(beam_rows), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            hidden = contexts[voice][beam_rows[chunk]]
            for other in range(len(VOICES)):
                if other != voice:
                    hidden += self._others[voice, other][other_tokens[chunk, other]]
            logits = _product(np.tanh(hidden), self._to_moves[voice])
            found[chunk] = log_softmax(logits + self._weights[f"output.{voice}.bias"])
        return found

    def verticality_log_probs(
        self, encoding: Encoding, t: int, contexts: Floats32, *, beam_rows: Ints, tokens: Ints
    ) -> Floats32:
        """Return the log-probabilities of whole verticalities, (n,): sums over the unknown voices of slice t.

        ``tokens`` is (n, V), ``beam_rows`` (n,) the hypothesis of each row. Rows whose voices have been equal so far
        share one computation.
        """
        total = np.zeros(len(tokens), dtype=np.float32)
        others = np.repeat(encoding.tokens[t : t + 1], len(tokens), axis=0)
        chain = np.asarray(beam_rows, dtype=np.int64)  # one number per distinct choice of the voices so far
        for voice in ORDER:
            if encoding.known[t, voice]:
                continue
            _, first, row = np.unique(chain, return_index=True, return_inverse=True)
            log_probs = self.voice_log_probs(voice, contexts, beam_rows[first], others[first])
            total += log_probs[row, move_of(tokens[:, voice])]
            others[:, voice] = tokens[:, voice]
            chain = row * TOKENS + tokens[:, voice]
        return total

    def advance(self, encoding: Encoding, t: int, state: PartState, tokens: Ints) -> PartState:
        """Return the state after slice t, in which each hypothesis has chosen its tokens, (beam, V)."""
        entered = encoding.to_decoder[t] + sum(
            table[tokens[:, voice]] for voice, table in enumerate(self._decoder_of_token)
        )
        recurrent = _product(state.hidden, self._recurrent)
        hidden = gru_step(entered, recurrent + self._weights["decoder.bias_hh_l0"], state.hidden)
        return PartState(hidden, tokens)


def encoder_states(weights: Arrays, inputs: Floats32) -> Floats32:
    """Return the encoder's states over input columns (T, F), past and future, (T, 2 * encoder)."""
    inputs = inputs[:, : weights["forward_layers.0.weight_ih_l0"].shape[1]]  # drop styles that it was not trained on
    for layer in range(sum(name.startswith("forward_layers") for name in weights) // 4):
        left = gru_states(weights, f"forward_layers.{layer}", inputs)
        right = gru_states(weights, f"backward_layers.{layer}", inputs[::-1])[::-1]
        inputs = np.concatenate([left, right], axis=1)
    return inputs


def _token_tables(weights: Arrays) -> list[Floats32]:
    """Return for each voice what each token adds to the decoder's gates, (TOKENS + 1, 3 * decoder)."""
    entrance = weights["decoder.weight_ih_l0"].T
    return [weights[f"token_embedding.{voice}.weight"] @ entrance for voice in range(len(VOICES))]


def _others_of(weights: Arrays, voice: int) -> Floats32:
    """Return the embeddings of the other voices' tokens, (V, TOKENS + 1, head).

    The last row is zero; UNDECIDED, which is -1, indexes it.
    """
    return np.stack([weights[f"other.{voice}.{other}.weight"] for other in range(len(VOICES))])


def _product(rows: Floats32, matrix: Floats32) -> Floats32:
    """Return rows @ matrix, computed in blocks of one size so that numpy calls the same kernel for every row."""
    blocks = -(-len(rows) // _BLOCK)
    padded = np.zeros((blocks * _BLOCK, rows.shape[1]), dtype=np.float32)
    padded[: len(rows)] = rows
    product = padded.reshape(blocks, _BLOCK, -1) @ matrix
    return np.asarray(product.reshape(blocks * _BLOCK, -1)[: len(rows)])
