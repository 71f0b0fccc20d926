"""The states (key, chord) of the harmony estimate and the costs of moving between them.

Within a key, the cost of a succession is the negative logarithm of its probability: counted
successions of human Roman-numeral analyses (``counts.json``, made by
``benchmarks/make/count_progressions.py``), smoothed by the harmony graph as a Dirichlet prior. A change of key
costs by the distance in the key graph, and goes through a chord common to both keys where there is
one (the pivot of textbooks). Costs are nats, held as whole ten-thousandths so that ties are exact.

The graphs' numbers are read from ``graph_tables.json`` (made by ``benchmarks/make/graph_tables.py``, held equal to
the graphs by a test), since importing networkx takes longer than importing numpy.
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

UNIT = 10_000  # whole numbers in one nat
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
PRIOR_ROW = 25.0  # how many counted successions the graph's row is worth
KEY_CHANGE, KEY_STEP = 2.8, 0.6  # nats for leaving a key, and for each step in the key graph
NO_PIVOT = 2.5  # nats more where no chord is common to both keys
NEW_PHRASE = 2.0  # nats less for a new key at the start of a phrase
AUTHENTIC = 0.7  # nats less for dominant to tonic at a phrase end


@lru_cache(maxsize=1)
def counts() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return the counted successions: manner (chorale or song), mode, chord before, chord after."""
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
    """Return the nats of each chord following each other one in a mode, shape (chords, chords); a chord itself: 0."""
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
    """Return the nats of each chord after nothing: how often it follows any other."""
    probability = np.exp(-succession_costs(mode, manner))
    np.fill_diagonal(probability, 0)
    # the share of time in the long run of a walk over the graph
    share = np.linalg.matrix_power(probability + 1e-9, 64)[0]
    costs: Floats = -np.log(share / share.sum())
    return costs


@lru_cache(maxsize=1)
def state_degrees() -> tuple[tuple[int, Degree], ...]:
    """Return each state as the number of its key in `KEYS` and its degree."""
    return tuple((number, degree) for number, (_, mode) in enumerate(KEYS) for degree in degrees(mode))


@lru_cache(maxsize=1)
def state_keys() -> Ints32:
    """Return the number of the key of each state."""
    return np.array([number for number, _ in state_degrees()], dtype=np.int32)


@lru_cache(maxsize=1)
def key_distances() -> Floats:
    """Return the length of the way between two keys in the key graph, shape (24, 24)."""
    return np.array(_graph_tables()["key_distances"])


def transition_costs(keys: Sequence[int], manner: str) -> tuple[Ints32, Ints32, Ints32]:
    """Return costs (to, from) of moving between the states of some keys.

    Inside a phrase, into its last chord, and after its end; the keys are numbers in `KEYS`, ascending.
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
    """Return the costs (to, from) of the successions inside a key."""
    costs, restart = succession_costs(mode, manner), opening_costs(mode, manner)
    fresh = -np.log(0.5 * np.exp(-costs) + 0.5 * np.exp(-restart)[None, :])
    inside, cadence, after = _integral(costs, costs - AUTHENTIC * _authentic(mode), fresh)
    return inside, cadence, after


@lru_cache(maxsize=192)
def _between(mode: str, other_mode: str, interval: int, manner: str) -> tuple[Ints32, Ints32, Ints32]:
    """Return the costs (to, from) of going from a key to one so many half steps higher."""
    restart = opening_costs(other_mode, manner)[None, :]
    one, other = KEYS.index((0, mode)), KEYS.index((interval, other_mode))
    way = KEY_CHANGE + KEY_STEP * float(key_distances()[one, other])
    through = _through_pivot((mode, other_mode), interval, manner)
    inside, fresh = _integral(
        way + np.minimum(through, restart + NO_PIVOT), way - NEW_PHRASE + np.minimum(through, restart)
    )
    return inside, inside, fresh


def _through_pivot(modes: tuple[str, str], interval: int, manner: str) -> Floats:
    """Return the cost of each succession where the first chord is heard in the new key, or the second in the old."""
    old, new = degrees(modes[0]), degrees(modes[1])
    places = {((degree.offset + interval) % 12, degree.quality): place for place, degree in enumerate(new)}
    common = [places.get((degree.offset, degree.quality)) for degree in old]
    costs = np.full((len(old), len(new)), 99.0)
    for place, same in enumerate(common):
        if same is None:
            continue
        costs[place] = np.minimum(costs[place], succession_costs(modes[1], manner)[same])
        costs[:, same] = np.minimum(costs[:, same], succession_costs(modes[0], manner)[:, place])
    return costs


def _authentic(mode: str) -> Floats:
    chords = degrees(mode)
    dominant = np.array([degree.is_dominant for degree in chords])
    tonic = np.array([degree.is_tonic for degree in chords])
    return np.outer(dominant, tonic).astype(np.float64)


def forget_costs() -> None:
    """Let the costs be made anew, where a program has changed what is counted (cross-validation does)."""
    for costs in (succession_costs, opening_costs, _within, _between):
        costs.cache_clear()
