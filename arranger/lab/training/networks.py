"""The networks that can be trained: what each learns, and how its weights are shipped.

A module is imported when its network is asked for, so that a run reads what it needs and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from arranger.lab.training.loop import Task
from arranger.lab.training.request import Request

_MUSIC = frozenset({"data", "data_hymns", "data_sheets", "also"})


@dataclass(frozen=True)
class Network:
    """A kind of network, by the modules that know of it."""

    task: str  # its `task_of(request)` reads the music and says what there is to learn
    learns_from: frozenset[str]  # choices of a `Request` that name music
    export: str = ""  # its `promote(request)` writes weights and card; empty: no weights are shipped

    def check(self, request: Request) -> None:
        """Raise ValueError where music is chosen that the network does not learn from."""
        for name in _MUSIC - self.learns_from:
            if getattr(request, name):
                raise ValueError(f"--{name.replace('_', '-')}: --network {request.network} does not learn from it")

    def task_of(self, request: Request) -> Task:
        """Return what the network is to learn, with all its music read."""
        made: Callable[[Request], Task] = import_module(self.task).task_of
        return made(request)

    def promote(self, request: Request) -> None:
        """Ship the run's best weights into its folder."""
        if self.export:
            import_module(self.export).promote(request)


_PARTS = frozenset({"data", "data_hymns", "also"})
NETWORKS = {
    "part": Network("arranger.lab.part.training", _PARTS, "arranger.lab.part.export"),
    "orderless": Network("arranger.lab.orderless.training", _PARTS, "arranger.lab.part.export"),
    "frames": Network("arranger.lab.frames.training", _PARTS),
    "chords": Network(
        "arranger.lab.chords.training", frozenset({"data_hymns", "data_sheets"}), "arranger.lab.chords.export"
    ),
    "melody": Network("arranger.lab.melody.training", frozenset(), "arranger.lab.melody.export"),
}
