"""Memory layout of facts: the values of each voice are contiguous.

The last axis of a fact is short (voices, pairs or pitch classes), and numpy reduces such an axis about seven
times faster if it varies most slowly in memory. This affects only speed: indices and shapes are unchanged, and
results computed from arrays of this layout keep it.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def empty_apart(leading: tuple[int, ...], *inner: int, dtype: DTypeLike) -> NDArray[Any]:
    """Return an uninitialised array (*leading, *inner) whose inner axes vary most slowly in memory.

    >>> empty_apart((5, 3), 4, dtype=np.int8).strides
    (3, 1, 15)
    """
    axes = range(len(inner) + len(leading))
    return np.empty((*inner, *leading), dtype=dtype).transpose(*axes[len(inner) :], *axes[: len(inner)])


def voices_apart(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a copy of values (..., V) in which each voice is contiguous in memory."""
    apart = empty_apart(values.shape[:-1], values.shape[-1], dtype=values.dtype)
    apart[...] = values
    return apart
