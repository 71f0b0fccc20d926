"""Several processes that train one network, started by ``torchrun`` and communicating over gloo.

In a single process every function is trivial: sums and shares are the values themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
import torch
from torch import Tensor
from torch import distributed as dist

Item = TypeVar("Item")


@contextmanager
def group() -> Iterator[None]:
    """Join the process group if ``torchrun`` has started several processes."""
    together = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if together:
        dist.init_process_group("gloo")
    try:
        yield
    finally:
        if together:
            dist.destroy_process_group()


def rank() -> int:
    """Return this process's number, 0 for a single process."""
    return dist.get_rank() if dist.is_initialized() else 0


def count() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def own(items: Sequence[Item]) -> list[Item]:
    """Return this process's share of a batch."""
    return list(items[rank() :: count()])


def total(value: float) -> float:
    """Return the sum over all processes."""
    if count() == 1:
        return value
    shared = torch.tensor(float(value), dtype=torch.float64)
    dist.all_reduce(shared)
    return float(shared)


def agreed(wish: bool) -> bool:
    """Return whether ``wish`` is true in any process."""
    return total(float(wish)) > 0


def add_up(gradients: Iterable[Tensor | None]) -> None:
    """Replace each gradient by its sum over all processes."""
    if count() == 1:
        return
    for gradient in gradients:
        if gradient is not None:
            dist.all_reduce(gradient)


def wait() -> None:
    """Wait until every process has reached this call."""
    if count() > 1:
        dist.barrier()


def say(text: str) -> None:
    """Print a message to standard error, from the first process only."""
    if rank() == 0:
        click.echo(text, err=True)
