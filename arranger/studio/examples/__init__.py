"""Tunes to try the studio with, all in the public domain and written out for this project."""

from __future__ import annotations

from importlib.resources import files

EXAMPLES = {  # name: title, file in this folder
    "ode-to-joy": ("Ode to Joy", "ode-to-joy.abc"),
    "scarborough-fair": ("Scarborough Fair", "scarborough-fair.abc"),
    "swing-low": ("Swing Low, Sweet Chariot", "swing-low.abc"),
}


def example(name: str) -> tuple[str, bytes]:
    """Return the file name and the content of an example."""
    file = EXAMPLES[name][1]
    return file, (files(__name__) / file).read_bytes()
