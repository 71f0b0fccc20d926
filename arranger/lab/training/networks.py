"""The networks that can be trained, each with its training task and its exporter.

Their modules are imported only when the network is chosen, so that a run loads nothing it does not need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest

_MUSIC = frozenset({"data", "data_hymns", "data_scores", "data_sheets", "also"})


@dataclass(frozen=True)
class Network:
    """A kind of network, described by the names of its modules."""

    task: str  # module whose `task_of(request)` reads the music and returns the training task
    learns_from: frozenset[str]  # fields of `TrainingRequest` that name training data it can use
    export: str = ""  # module whose `promote(request)` writes weights and card; empty: no weights are shipped

    def check(self, request: TrainingRequest) -> None:
        """Raise ValueError if the request names training data that the network cannot use."""
        for name in _MUSIC - self.learns_from:
            if getattr(request, name):
                raise ValueError(f"--{name.replace('_', '-')}: --network {request.network} does not use it")

    def task_of(self, request: TrainingRequest) -> Task:
        """Return the training task, with all its music read."""
        made: Callable[[TrainingRequest], Task] = import_module(self.task).task_of
        return made(request)

    def promote(self, request: TrainingRequest) -> None:
        """Write the run's best weights and their card into its folder, if the network has an exporter."""
        if self.export:
            import_module(self.export).promote(request)


_PARTS = frozenset({"data", "data_hymns", "data_scores", "also"})
NETWORKS = {
    "part": Network("arranger.lab.part.training", _PARTS, "arranger.lab.part.export"),
    "orderless": Network("arranger.lab.orderless.training", _PARTS, "arranger.lab.part.export"),
    "frames": Network("arranger.lab.frames.training", _PARTS),
    "chords": Network(
        "arranger.lab.chords.training", frozenset({"data_hymns", "data_sheets"}), "arranger.lab.chords.export"
    ),
    "progression": Network(
        "arranger.lab.progression.training",
        frozenset({"data_hymns", "data_scores", "also"}),
        "arranger.lab.progression.export",
    ),
    "critic": Network("arranger.lab.critic.training", frozenset({"data_hymns"}), "arranger.lab.critic.export"),
    "melody": Network(
        "arranger.lab.melody.training", frozenset({"data_hymns", "data_scores", "also"}), "arranger.lab.melody.export"
    ),
}
