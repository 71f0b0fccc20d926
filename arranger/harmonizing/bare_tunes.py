"""The plans of a bare tune in any manner: drawn as wholes, or a bass planned under the chords of the chord model."""

from __future__ import annotations

from dataclasses import replace

from arranger.harmonizing.choice import Choice, HarmonicPlan
from arranger.harmonizing.decorating import decorated_plans
from arranger.harmonizing.manners import manner_of
from arranger.harmonizing.planning import plans
from arranger.harmonizing.proposing import Freedom, propose_chords
from theory.notation.score import Harmony, Score

_NEAREST = {"renaissance": "chorale"}  # style of the chord model that is nearest to a manner which it has not read


def bare_plans(score: Score, manner: str, choice: Choice) -> tuple[HarmonicPlan, ...]:
    """Return plans for the first part of a score, the best first, whatever symbols it has; none if it has no notes.

    ``manner`` is one of `arranger.harmonizing.manners.MANNERS`.
    """
    if not any(note.pitch for part in score.parts[:1] for note in part.notes):
        return ()
    if not is_proposed(score, manner):
        return plans(score, manner, choice)
    return decorated_plans(replace(score, chords=proposed_symbols(score, manner, choice)), manner, choice)


def is_proposed(score: Score, manner: str) -> bool:
    """Whether the chord model proposes the chords: in a manner that asks it, and in church modes."""
    return bool(manner_of(manner).proposed_as) or any(bar.key.church for bar in score.bars)


def proposed_symbols(score: Score, manner: str, choice: Choice) -> tuple[Harmony, ...]:
    """Return the chords that the chord model proposes in a manner, without a bass."""
    own = manner_of(manner)
    freedom = Freedom(choice.temperature, choice.seed, choice.brightness)
    spans = propose_chords(score, own.proposed_as or _NEAREST.get(manner, own.reads_as), freedom=freedom)
    return tuple(Harmony(span.start_quarter, span.symbol) for span in spans)
