"""How far a search is, and what it has found so far, for whoever listens: a page that shows it.

The search is called through many hands that have nothing to do with progress, so the listener is set for the context
in which they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from theory.types import Ints, Mask


class SoFar(NamedTuple):
    """The best beginning that a search has found: t slices of V voices."""

    plan: Any  # the search's plan; a module below the plan does not know its type
    midi: Ints  # (t, V)
    attack: Mask  # (t, V)


# is told how many slices are finished, of how many; the function that it is given returns what was found
Listener = Callable[[int, int, Callable[[], SoFar]], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a listener after every slice of every search that runs inside.

    >>> heard = []
    >>> with listening(lambda done, slices, so_far: heard.append(done / slices)):
    ...     tell(1, 2, None)
    >>> tell(2, 2, None)  # nobody listens any more
    >>> heard
    [0.5]
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def tell(done: int, slices: int, so_far: Callable[[], SoFar]) -> None:
    """Tell the listener, if there is one, how many slices of a search are finished."""
    listener = _listener.get()
    if listener is not None:
        listener(done, slices, so_far)
