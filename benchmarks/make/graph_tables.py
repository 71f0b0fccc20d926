"""Writes the numbers of the harmony graph and of the key graph as package data.

    python -m benchmarks.make.graph_tables theory/harmony/graph_tables.json

``successions``    for each mode the edge weights of the harmony graph, (chord before, chord after), in the
                   order of `theory.harmony.graph.degrees`; 0 on the diagonal
``key_distances``  the lengths of the shortest paths between keys in the key graph, (key, key), in the order of
                   `theory.harmony.states.KEYS`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import networkx as nx

from theory.harmony.graph import degrees, harmony_graph, key_graph
from theory.harmony.states import KEYS, MODES


def graph_tables() -> dict[str, Any]:
    """Return the tables as plain data."""
    lengths = dict(nx.all_pairs_dijkstra_path_length(key_graph()))
    return {
        "source": "theory/harmony/graph.py; made by benchmarks/make/graph_tables.py",
        "successions": {mode: _weights(mode) for mode in MODES},
        "key_distances": [[lengths[one][other] for other in KEYS] for one in KEYS],
    }


def _weights(mode: str) -> list[list[float]]:
    names = [degree.name for degree in degrees(mode)]
    rows: list[list[float]] = nx.to_numpy_array(harmony_graph(mode), nodelist=names, weight="weight").tolist()
    return rows


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(graph_tables(), ensure_ascii=False) + "\n", encoding="utf-8")
