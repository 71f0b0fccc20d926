"""Nats a note token and a frame at sixteenths: the figure that models of Bach's chorales are compared by.

*Definition.* A piece is cut into sixteenths from its beginning. The token of a voice in a frame is what
sounds at the frame's onset: a pitch, or a rest; a repeated note is not told from a held one. The piece's
probability is the product over its frames, in order, of the probability of each frame given all frames
before it (chronological), never given chords, phrase ends, the key or anything later; inside a frame it
is decided first whether anything changes and then one voice after the other, given those before it. That
is exact: nothing is bounded or sampled. *Nats a token* is the negative logarithm summed over all pieces
and divided by the number of tokens, four a frame, whether anything changes there or not; *nats a frame* is
four times as much.

These are the terms of the figures 0.436 (Coconet, chronological) and 0.335 (Music Transformer) in Huang et
al., *Music Transformer*, ICLR 2019: note-wise validation losses on the same grid of the same chorales, with
the voices of a sixteenth one after the other. Two things may differ: whether the place in the bar is told
(both are reported; theirs know the place from the beginning only), and the pieces (70 validation names
matched to theirs, fewer than their 76, since settings that stand twice are kept on one side only).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from arranger.lab.frames.encoding import NOT_TOLD, Changes
from arranger.models.part.vocabulary import VOICES
from theory.types import Floats32

_AT_ONCE = 16  # pieces

Surprise = Callable[[Sequence[Changes]], list[Floats32]]  # nats of pitches and length, (E, V + 1), of each piece


@dataclass(frozen=True)
class FrameMeasure:
    """What was found over all frames of some pieces."""

    token_nats: float  # the place in the bar told
    token_nats_unmetered: float  # not told
    voice_nats: dict[str, float]  # of an event: of each voice, and of its length
    tokens: int
    events: int

    @property
    def frame_nats(self) -> float:
        """Nats a frame: four tokens."""
        return len(VOICES) * self.token_nats

    def summary(self) -> dict[str, object]:
        """Return the figures, rounded."""
        return {
            "nats_per_note_token": round(self.token_nats, 4),
            "nats_per_frame": round(self.frame_nats, 4),
            "nats_per_note_token_without_meter": round(self.token_nats_unmetered, 4),
            "nats_per_event": {name: round(value, 4) for name, value in self.voice_nats.items()},
            "tokens": self.tokens,
            "events": self.events,
        }


def frame_measure(surprise: Surprise, pieces: Sequence[Changes]) -> FrameMeasure:
    """Return how well a model foretells whole pieces, chronologically."""
    ordered = sorted(pieces, key=lambda piece: len(piece.length))  # like lengths together: little padding
    blind = [replace(piece, meter=np.full_like(piece.meter, NOT_TOLD)) for piece in ordered]
    tokens = len(VOICES) * sum(piece.frames for piece in pieces)
    nats = _nats(surprise, ordered)
    return FrameMeasure(
        token_nats=float(nats.sum() / tokens),
        token_nats_unmetered=float(_nats(surprise, blind).sum() / tokens),
        voice_nats={name: float(nats[:, place].mean()) for place, name in enumerate((*VOICES, "length"))},
        tokens=tokens,
        events=len(nats),
    )


def _nats(surprise: Surprise, pieces: Sequence[Changes]) -> Floats32:
    """Return the nats of all events, one piece after the other, (all events, V + 1)."""
    found = [surprise(pieces[at : at + _AT_ONCE]) for at in range(0, len(pieces), _AT_ONCE)]
    return np.concatenate([rows.astype(np.float64) for some in found for rows in some])
