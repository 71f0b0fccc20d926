"""The states (key, chord) of the harmony estimate and the costs of transitions between them.

Within a key, the cost of a succession is its negative log-probability. The probabilities are estimated from
counted successions in human Roman-numeral analyses (``counts.json``, made by
``benchmarks/make/count_progressions.py``), with the harmony graph as a Dirichlet prior. The cost of a change of key
grows with the distance in the key graph and is lower through a chord common to both keys (pivot chord). Costs
are in nats, stored as integer multiples of 1/10,000 nat so that ties are exact.

The graphs' numbers are read from ``graph_tables.json`` (made by ``benchmarks/make/graph_tables.py``; a test compares
it with the graphs), because importing networkx takes longer than importing numpy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from theory.harmony.graph import Degree, degrees
from theory.types import Floats, Ints32

UNIT = 10_000  # units per nat in integer costs
MODES = ("major", "minor")
KEYS = tuple((tonic, mode) for mode in MODES for tonic in range(12))
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "7b5": (0, 4, 6, 10),
}
PRIOR_ROW = 25.0  # number of counted successions that one row of the graph is worth
KEY_CHANGE, KEY_STEP = 2.8, 0.6  # cost in nats of leaving a key, and of each step in the key graph
NO_PIVOT = 2.5  # extra cost in nats of a change of key without a common chord
NEW_PHRASE = 2.0  # reduction in nats for a new key at the start of a phrase
AUTHENTIC = 0.7  # reduction in nats for dominant to tonic at a phrase end


@lru_cache(maxsize=1)
def counts() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return the counted successions by manner (chorale, madrigal, song), mode, first chord, next chord."""
    path = Path(__file__).with_name("counts.json")
    table: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(path.read_text())["successions"]
    return table


@lru_cache(maxsize=1)
def _graph_tables() -> dict[str, Any]:
    """Return the weights of the harmony graph's edges by mode, and the distances of keys in the key graph."""
    tables: dict[str, Any] = json.loads(Path(__file__).with_name("graph_tables.json").read_text(encoding="utf-8"))
    return tables


@lru_cache(maxsize=8)
def succession_costs(mode: str, manner: str = "chorale") -> Floats:
    """Return the cost in nats of each succession in a mode, (first chord, next chord); 0 on the diagonal."""
    names = [degree.name for degree in degrees(mode)]
    prior = np.array(_graph_tables()["successions"][mode])
    counted = np.zeros_like(prior)
    for before, followers in counts()[manner][mode].items():
        for after, number in followers.items():
            counted[names.index(before), names.index(after)] = number
    np.fill_diagonal(counted, 0)
    smoothed = counted + PRIOR_ROW * prior / prior.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        costs: Floats = -np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
    np.fill_diagonal(costs, 0)
    return costs


@lru_cache(maxsize=8)
def opening_costs(mode: str, manner: str = "chorale") -> Floats:
    """Return the cost in nats of each chord at the beginning, (chord,), from its overall frequency."""
    probability = np.exp(-succession_costs(mode, manner))
    np.fill_diagonal(probability, 0)
    # stationary distribution of a random walk over the chords
    share = np.linalg.matrix_power(probability + 1e-9, 64)[0]
    costs: Floats = -np.log(share / share.sum())
    return costs


@lru_cache(maxsize=1)
def state_degrees() -> tuple[tuple[int, Degree], ...]:
    """Return the key (index in `KEYS`) and the degree of each state."""
    return tuple((number, degree) for number, (_, mode) in enumerate(KEYS) for degree in degrees(mode))


@lru_cache(maxsize=1)
def state_keys() -> Ints32:
    """Return the key of each state, an index in `KEYS`, shape (state,)."""
    return np.array([number for number, _ in state_degrees()], dtype=np.int32)


@lru_cache(maxsize=1)
def key_distances() -> Floats:
    """Return the distances between keys in the key graph, (key, key)."""
    return np.array(_graph_tables()["key_distances"])


def transition_costs(keys: Sequence[int], manner: str) -> tuple[Ints32, Ints32, Ints32]:
    """Return three matrices (to state, from state) of transition costs between the states of some keys.

    They apply within a phrase, to the transition into its last chord, and after its end, in this order.
    ``keys`` are ascending indices in `KEYS`.
    """
    blocks = [[_block(before, after, manner) for before in keys] for after in keys]
    inside, cadence, fresh = (np.block([[block[kind] for block in row] for row in blocks]) for kind in range(3))
    return inside, cadence, fresh


def _block(before: int, after: int, manner: str) -> tuple[Ints32, Ints32, Ints32]:
    (tonic, mode), (other_tonic, other_mode) = KEYS[before], KEYS[after]
    interval = (other_tonic - tonic) % 12
    if before == after:
        return _within(mode, manner)
    return _between(mode, other_mode, interval, manner)


def _integral(*costs: Floats) -> tuple[Ints32, ...]:
    return tuple(np.ascontiguousarray(np.rint(cost.T * UNIT).astype(np.int32)) for cost in costs)


@lru_cache(maxsize=8)
def _within(mode: str, manner: str) -> tuple[Ints32, Ints32, Ints32]:
    """Return the costs (to, from) of the successions within a key, as in `transition_costs`."""
    costs, restart = succession_costs(mode, manner), opening_costs(mode, manner)
    fresh = -np.log(0.5 * np.exp(-costs) + 0.5 * np.exp(-restart)[None, :])
    inside, cadence, after = _integral(costs, costs - AUTHENTIC * _authentic(mode), fresh)
    return inside, cadence, after


@lru_cache(maxsize=192)
def _between(mode: str, other_mode: str, interval: int, manner: str) -> tuple[Ints32, Ints32, Ints32]:
    """Return the costs (to, from) of a change to a key ``interval`` semitones higher."""
    restart = opening_costs(other_mode, manner)[None, :]
    one, other = KEYS.index((0, mode)), KEYS.index((interval, other_mode))
    way = KEY_CHANGE + KEY_STEP * float(key_distances()[one, other])
    through = _through_pivot((mode, other_mode), interval, manner)
    inside, fresh = _integral(
        way + np.minimum(through, restart + NO_PIVOT), way - NEW_PHRASE + np.minimum(through, restart)
    )
    return inside, inside, fresh


def _through_pivot(modes: tuple[str, str], interval: int, manner: str) -> Floats:
    """Return the cost of each succession with a pivot: the first chord in the new key, or the second in the old."""
    old, new = degrees(modes[0]), degrees(modes[1])
    indices = {((degree.offset + interval) % 12, degree.quality): index for index, degree in enumerate(new)}
    common = [indices.get((degree.offset, degree.quality)) for degree in old]
    costs = np.full((len(old), len(new)), 99.0)
    for index, same in enumerate(common):
        if same is None:
            continue
        costs[index] = np.minimum(costs[index], succession_costs(modes[1], manner)[same])
        costs[:, same] = np.minimum(costs[:, same], succession_costs(modes[0], manner)[:, index])
    return costs


def _authentic(mode: str) -> Floats:
    chords = degrees(mode)
    dominant = np.array([degree.is_dominant for degree in chords])
    tonic = np.array([degree.is_tonic for degree in chords])
    return np.outer(dominant, tonic).astype(np.float64)


def forget_costs() -> None:
    """Clear the caches of costs, after a program has changed the counts (for cross-validation)."""
    for costs in (succession_costs, opening_costs, _within, _between):
        costs.cache_clear()
