"""A passage of a finished texture, searched anew while everything around it stays.

The beam is led through the slices before the passage, so that the voices come from where they are. Behind the passage
it goes on over the notes that stay, which each hypothesis must now live with, until all that is left of the past is
the same for every hypothesis. So both seams of the passage are judged by the same costs as its inside.
"""

from __future__ import annotations

import numpy as np

from arranger.arranging.search.beam import QUANTUM, Beam, Hypothesis, Search
from arranger.arranging.search.memory import traced
from theory.slices.context import Values
from theory.types import Ints, Mask


def led_to(search: Search, midi: Ints, attack: Mask, start: int) -> Beam:
    """Return the beam before slice ``start`` of a finished texture (T, V), with that texture as its only past."""
    beam, only = search.begin(), np.zeros(1, dtype=np.int64)
    for t in range(start):
        beam = search.grow(beam, t, only, (midi[None, t], attack[None, t]), only)
    return beam


def refilled(search: Search, beam: Beam, midi: Ints, attack: Mask, passage: range) -> list[Hypothesis]:
    """Return textures that differ from a finished one only in a passage, best first.

    Parameters
    ----------
    search
        A search whose plan gives every cell outside the holes of the passage.
    beam
        The beam before the passage, from `led_to`; the costs of a search are not part of it, so that searches with
        other costs may go on from it too.
    midi, attack
        The finished texture, (T, V).
    passage
        The slices that are searched.

    The cost of each is that of the passage and of its seams, in nats.
    """
    links = []
    for t in range(passage.start, len(midi)):
        if t >= passage.stop and len(beam.cost) == 1:
            break
        beam = search.extend(beam, t)
        links.append(beam.link)
    return [
        Hypothesis(_with(midi, notes, passage), _with(attack, struck, passage), float(cost) * QUANTUM)
        for notes, struck, cost in zip(*traced(links), beam.cost, strict=True)
    ]


def _with(texture: Values, found: Values, passage: range) -> Values:
    """Return a texture (T, V) with what was found from the beginning of a passage on."""
    changed = texture.copy()
    changed[passage.start : passage.stop] = found[: len(passage)]
    return changed
