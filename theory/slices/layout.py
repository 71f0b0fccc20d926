"""How facts lie in memory: each voice's together.

The last axis of a fact is a few voices, pairs or pitch classes, and numpy folds such a short axis about
seven times faster where it varies most slowly in memory. Nothing but time depends on it: indices and
shapes are as ever, and what is computed from arrays of one layout has that layout too.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def empty_apart(leading: tuple[int, ...], *inner: int, dtype: DTypeLike) -> NDArray[Any]:
    """Return an array (*leading, *inner), not yet filled, whose inner axes vary most slowly in memory.

    >>> empty_apart((5, 3), 4, dtype=np.int8).strides
    (3, 1, 15)
    """
    axes = range(len(inner) + len(leading))
    return np.empty((*inner, *leading), dtype=dtype).transpose(*axes[len(inner) :], *axes[: len(inner)])


def voices_apart(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return values (..., V) with each voice's together in memory."""
    apart = empty_apart(values.shape[:-1], values.shape[-1], dtype=values.dtype)
    apart[...] = values
    return apart
