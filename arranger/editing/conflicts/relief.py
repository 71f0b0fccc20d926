"""Arrangements whose pins cannot all be kept: what excludes what is told, and the cheapest way out is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from arranger.arranging.given.pins import pinned_notes
from arranger.arranging.main import Arrangement, Options, arrange_variants
from arranger.arranging.plan import Plan
from arranger.editing.conflicts.demands import FORBIDDEN, PIN, Demand
from arranger.editing.conflicts.in_plan import Deadlock, deadlocks_of_pins
from theory.notation.pitch import Pitch
from theory.notation.score import LeadSheet, Notice

_MOST = 4  # times that pins are changed before an arrangement is taken as it is


def arrange_with_relief(sheet: LeadSheet, chosen: Options) -> Iterator[Arrangement]:
    """Yield arrangements as `arrange_variants` does; where pins cannot all be kept, the cheapest way out is taken.

    A notice tells what excludes what, and which ways out there are.
    """
    told: list[Notice] = []
    for _ in range(_MOST + 1):
        found = list(arrange_variants(sheet, chosen))
        plan = found[0].plan
        new = list(deadlocks_of_pins(plan, found[0].hypothesis.midi, chosen.pins))
        told += (each.notice(plan, taken=True) for each in new)
        relaxed = chosen
        for each in new:
            relaxed = _relaxed(relaxed, each, plan)
        if relaxed == chosen:
            break
        chosen = relaxed
    for arrangement in found:
        yield replace(arrangement, notices=(*arrangement.notices, *dict.fromkeys(told)))


def _relaxed(chosen: Options, deadlock: Deadlock, plan: Plan) -> Options:
    """Return the options with a pin changed, or a ban lifted, if that is the cheapest way out.

    Other ways out are gone by the search by itself, since pins cost it more than rules.
    """
    demand = deadlock.cheapest
    if demand is None or demand.kind not in (PIN, FORBIDDEN):
        return chosen
    if demand.kind == FORBIDDEN:
        return replace(chosen, forbid=tuple(text for text in chosen.forbid if not _asks(text, demand, plan)))
    pitch = Pitch.spelled(deadlock.instead, int(plan.spelling[demand.slice_, deadlock.instead % 12]))
    changed = (
        f"{text.partition('=')[0].strip()} = {pitch}" if _asks(text, demand, plan) else text for text in chosen.pin
    )
    return replace(chosen, pin=tuple(changed))


def _asks(text: str, demand: Demand, plan: Plan) -> bool:
    """Whether a pin, as text, asks for a demand."""
    onset = plan.texture.onset_quarter[demand.slice_]
    return any(
        note.voice == demand.voice and note.pitch.midi == demand.midi and note.span.holds(onset)
        for note in pinned_notes((text,), plan.score, plan.texture.voices)
    )
