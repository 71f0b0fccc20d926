"""Composing a region of a finished arrangement anew, while everything around it stays.

The plan gives all cells outside the region, and the search fills the holes with the costs of the whole arrangement, the
seams on both sides included. The notes that stand there now count as an earlier variant, so that what is found differs
from them, unless the best notes are wanted, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from arranger.arranging.main import Options, search_for
from arranger.arranging.plan import Plan
from arranger.arranging.search.beam import Extra, Hypothesis, Search
from arranger.arranging.search.objective import RECURRENCE
from arranger.arranging.search.passage import led_to, refilled
from arranger.arranging.search.variety import LEAST_SHARE, LIKENESS_COSTS, tilted, unlike
from arranger.editing.passages.holes import passage_of, with_holes
from theory.types import Costs, Ints, Mask

LIKENESS = (*LIKENESS_COSTS, 1.6, 3.2, 6.4)  # nats per note in common with an earlier variant, in the order tried


@dataclass(frozen=True)
class Wish:
    """What is wanted of a passage that is composed anew."""

    variants: int = 1
    seed: int = 0  # of the random costs with which variants differ further; 0: none for the first variant
    differs: bool = True  # from what stands there now; False: the best notes, perhaps the same


def composed_anew(
    plan: Plan, options: Options, now: Hypothesis, holes: Mask, wish: Wish | None = None
) -> Iterator[Hypothesis]:
    """Yield textures that differ from the present one in the holes only, (T, V), each unlike those before it.

    Where every cell is given, that is without holes, the present texture is all that there is.
    """
    wish = wish or Wish()
    passage = passage_of(holes)
    if not len(passage):
        yield now
        return
    with threadpool_limits(limits=1):
        search = _search(plan, options, now, holes, wish)
        beam = led_to(search, now.midi, now.attack, passage.start)
        earlier = [now.midi] if wish.differs else []
        for number in range(wish.variants):
            seed = wish.seed + number
            chance = (tilted(search.plan, seed=seed),) if seed else ()
            for likeness in LIKENESS:
                other = (unlike(earlier, search.plan, likeness=likeness),) if earlier else ()
                costs = replace(search, extra=(*search.extra, *other, *chance))
                found = refilled(costs, beam, now.midi, now.attack, passage)[0]
                if share_changed(found.midi, earlier, holes) >= LEAST_SHARE:
                    break
            yield found
            earlier.append(found.midi)


def share_changed(midi: Ints, earlier: Sequence[Ints], holes: Mask) -> float:
    """Return the share of sounding cells in the holes that differ from the most similar earlier texture (T, V)."""
    sounding = holes & (midi >= 0)
    return min((float((midi != each)[sounding].mean()) for each in earlier if sounding.any()), default=1.0)


def _search(plan: Plan, options: Options, now: Hypothesis, holes: Mask, wish: Wish) -> Search:
    search = search_for(with_holes(plan, now.midi, now.attack, holes), options)
    if wish.differs:  # a bar that must be like its first appearance could not differ from what it is now
        kept = {name: weight for name, weight in search.objective.preferences.items() if name != RECURRENCE}
        return replace(search, objective=replace(search.objective, preferences=kept))
    weight = search.objective.preferences.get(RECURRENCE, 0.0)
    return replace(search, extra=(*search.extra, _like_later(plan, now, holes, weight))) if weight else search


def _like_later(plan: Plan, now: Hypothesis, holes: Mask, weight: float) -> Extra:
    """Return the cost of voicing a bar unlike a later bar that repeats it and stays as it is."""
    later: dict[int, list[int]] = {}
    stays = np.asarray(~holes.any(axis=1))
    for t, first in enumerate(plan.recurs.tolist()):
        if first >= 0 and stays[t]:
            later.setdefault(first, []).append(t)

    def recurring_bar(t: int, midi: Ints) -> Costs:
        found = np.zeros(midi.shape[:-1])
        for each in later.get(t, ()):
            found += weight * (midi != now.midi[each]).sum(axis=-1)
        return found

    return recurring_bar
