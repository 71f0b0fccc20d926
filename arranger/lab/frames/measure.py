"""Nats per note token and per frame on a grid of sixteenths: the figure by which models of Bach are compared.

*Definition.* A piece is cut into sixteenths from its beginning. The token of a voice in a frame is what
sounds at the frame's onset: a pitch or a rest; a repeated note is not distinguished from a held one. The
probability of the piece is the product of the probabilities of its frames, each given all earlier frames
(chronological order), and never given chords, phrase ends, the key or anything later. Within a frame the
model first decides whether anything changes, then chooses the voices one after another, each given those
before it. The probability is exact: it is neither bounded nor sampled. *Nats per token* is the negative
log-probability summed over all pieces and divided by the number of tokens, four per frame, whether or not
anything changes there; *nats per frame* is four times that.

The figures 0.436 (Coconet, chronological) and 0.335 (Music Transformer) in Huang et al., *Music Transformer*,
ICLR 2019, are defined in the same way: note-wise validation losses on the same grid of the same chorales, the
voices of each sixteenth one after another. Two things may differ: whether the position in the bar is an input
(both cases are reported; their models know only the position from the beginning of the piece), and the pieces
(70 of their 76 validation pieces, because settings that occur twice are kept in one split only).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from arranger.lab.frames.encoding import NOT_TOLD, Changes
from arranger.models.part.vocabulary import VOICES
from theory.types import Floats32

_AT_ONCE = 16  # pieces

Surprise = Callable[[Sequence[Changes]], list[Floats32]]  # nats of pitches and length, (E, V + 1), for each piece


@dataclass(frozen=True)
class FrameMeasure:
    """Losses in nats over all frames of some pieces."""

    token_nats: float  # per token, with the position in the bar as an input
    token_nats_unmetered: float  # per token, without it
    voice_nats: dict[str, float]  # per event: of each voice's pitch, and of the event's length
    tokens: int
    events: int

    @property
    def frame_nats(self) -> float:
        """Nats per frame, that is, per four tokens."""
        return len(VOICES) * self.token_nats

    def summary(self) -> dict[str, object]:
        """Return the figures, rounded to four decimals."""
        return {
            "nats_per_note_token": round(self.token_nats, 4),
            "nats_per_frame": round(self.frame_nats, 4),
            "nats_per_note_token_without_meter": round(self.token_nats_unmetered, 4),
            "nats_per_event": {name: round(value, 4) for name, value in self.voice_nats.items()},
            "tokens": self.tokens,
            "events": self.events,
        }


def frame_measure(surprise: Surprise, pieces: Sequence[Changes]) -> FrameMeasure:
    """Return the losses of a model that predicts whole pieces in chronological order."""
    ordered = sorted(pieces, key=lambda piece: len(piece.length))  # batches of similar lengths need little padding
    blind = [replace(piece, meter=np.full_like(piece.meter, NOT_TOLD)) for piece in ordered]
    tokens = len(VOICES) * sum(piece.frames for piece in pieces)
    nats = _nats(surprise, ordered)
    return FrameMeasure(
        token_nats=float(nats.sum() / tokens),
        token_nats_unmetered=float(_nats(surprise, blind).sum() / tokens),
        voice_nats={name: float(nats[:, column].mean()) for column, name in enumerate((*VOICES, "length"))},
        tokens=tokens,
        events=len(nats),
    )


def _nats(surprise: Surprise, pieces: Sequence[Changes]) -> Floats32:
    """Return the nats of the events of all pieces in turn, (all events, V + 1)."""
    found = [surprise(pieces[at : at + _AT_ONCE]) for at in range(0, len(pieces), _AT_ONCE)]
    return np.concatenate([rows.astype(np.float64) for some in found for rows in some])
