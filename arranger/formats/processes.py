"""How processes of this program are started: afresh, and without modules from the folder in which it was called.

Python puts the current folder first among the places from which it loads modules, in each process that it starts. A
folder of scores may hold a file such as ``random.py``, which must not be run.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.context import BaseContext


def processes(method: str = "spawn") -> BaseContext:
    """Return how processes are started, by a method of `multiprocessing`; they run no files of the current folder.

    >>> processes().get_start_method()
    'spawn'
    """
    os.environ["PYTHONSAFEPATH"] = "1"  # from here on, for all that this process starts
    return multiprocessing.get_context(method)
