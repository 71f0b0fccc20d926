"""Encoded tunes of a corpus, and which tunes a model may learn from: none that is akin to a tune held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arranger.models.melody.events import Events
from arranger.models.melody.vocabulary import REST
from corpora.families import families
from theory.types import Ints

SHORTEST, LONGEST = 12, 600  # events
CHORDS_EVERY = 3  # every third tune has chords


@dataclass(frozen=True)
class EncodedTune:
    """An encoded tune of a corpus."""

    source: str  # name of the corpus
    events: Events

    @property
    def line(self) -> Ints:
        """Pitches of the notes, in semitones, (note,); they tell which tunes are of one family."""
        return self.events.pitch[self.events.pitch != REST]


def without_relatives(tunes: Sequence[EncodedTune], held_out: Sequence[EncodedTune]) -> list[EncodedTune]:
    """Return the tunes of no family with a tune held out."""
    family = families([tune.line for tune in (*held_out, *tunes)])
    closed = set(family[: len(held_out)].tolist())
    return [tune for tune, number in zip(tunes, family[len(held_out) :].tolist(), strict=True) if number not in closed]
