"""Singability of a line: its loss under the melody model."""

from __future__ import annotations

from dataclasses import replace

from arranger.models.melody.events import events_of
from arranger.models.melody.runtime import melody_model
from theory.notation.key import Key
from theory.notation.score import Score


def singability(score: Score, part: int = 0, *, key: Key | None = None) -> float:
    """Return the loss of a part under the melody model, in nats per note; the lower, the more tuneful the line.

    Phrases end at the part's own rests, fermatas and breath marks. The key is that of the first bar unless it is given.
    Chord symbols are ignored: the line is scored by itself. Raises ValueError if the part has no notes or the model
    does not know a meter.
    """
    line = replace(score, parts=(score.parts[part],))
    events = events_of(line, key or score.bars[0].key, chords=False, nearest=True)
    return float(melody_model().surprise(events).sum(axis=1).mean())
