"""Type aliases of arrays, named by their elements. Comments and docstrings give the shapes where arrays are used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
AnyFloats = Floats32 | Floats
Costs = NDArray[np.float64]  # of hypotheses, candidates or windows; 0 or more, less is better
