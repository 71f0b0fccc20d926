"""How singable a line is, by the melody model."""

from __future__ import annotations

from dataclasses import replace

from arranger.models.melody.events import events_of
from arranger.models.melody.runtime import melody_model
from theory.notation.key import Key
from theory.notation.score import Score


def singability(score: Score, part: int = 0, *, key: Key | None = None) -> float:
    """Return the nats per note that a part costs the melody model; the lower, the more it goes like a tune.

    Phrases end where the part's own rests, fermatas and breath marks say; the key is that of the first
    bar unless it is given. Chords are not told: a line is judged by itself. ValueError for a part without
    notes and for a meter that the model does not know.
    """
    line = replace(score, parts=(score.parts[part],))
    events = events_of(line, key or score.bars[0].key, chords=False, nearest=True)
    return float(melody_model().surprise(events).sum(axis=1).mean())
