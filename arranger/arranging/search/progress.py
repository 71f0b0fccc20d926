"""How far a search is, for whoever listens: a page that shows it.

The search is called through many hands that have nothing to do with progress, so the listener is set for the context
in which they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int], None]  # is told how many slices are finished, of how many

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a listener after every slice of every search that runs inside.

    >>> heard = []
    >>> with listening(lambda done, slices: heard.append(done / slices)):
    ...     tell(1, 2)
    >>> tell(2, 2)  # nobody listens any more
    >>> heard
    [0.5]
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def tell(done: int, slices: int) -> None:
    """Tell the listener, if there is one, how many slices of a search are finished."""
    listener = _listener.get()
    if listener is not None:
        listener(done, slices)
