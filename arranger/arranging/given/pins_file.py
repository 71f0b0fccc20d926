"""Pins in a TOML file beside a sheet, so that they survive when the sheet changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

from arranger.arranging.given.pins import Pins
from theory.notation.score import Notice
from theory.tables import nearest

ENDING = ".pins.toml"
LISTS = ("pin", "forbid", "chord")  # of notes, forbidden notes and chords, as in `Pins`


def read_pins(path: Path) -> Pins:
    """Return the pins in a file. Raises ValueError, which names the file, if it is not a file of pins."""
    try:
        return parse_pins(path.read_text(encoding="utf-8"))
    except ValueError as error:  # of UTF-8, TOML or pins
        raise ValueError(f"{path}: {error}") from error


def parse_pins(text: str) -> Pins:
    """Return the pins in a text with the lists ``pin``, ``forbid`` and ``chord``. Raises ValueError for another text.

    >>> parse_pins('pin = ["alto 1 = A4"]').notes
    ('alto 1 = A4',)
    """
    table = tomllib.loads(text)
    for name, entry in table.items():
        if name not in LISTS:
            raise ValueError(f"there is no list {name!r}; {nearest(name, LISTS)}")
        if not isinstance(entry, list) or not all(isinstance(each, str) for each in entry):
            raise ValueError(f'{name} is a list of texts, such as {name} = ["alto 12.3 = A4"]')
    return Pins(*(tuple(table.get(name, ())) for name in LISTS))


def pins_path(sheet: str | Path) -> Path:
    """Return the path of the pins of a sheet: ``song.pins.toml`` beside ``song.musicxml``."""
    path = Path(sheet)
    return path.with_name(f"{path.stem}{ENDING}")


def pins_beside(sheet: str | Path) -> Path | None:
    """Return the file of pins beside a sheet, if there is one."""
    beside = pins_path(sheet)
    return beside if beside.is_file() else None


def all_pins(source: str, file: str, own: Pins) -> tuple[Pins, tuple[Notice, ...]]:
    """Return the pins in a file, by default the one beside the source, and a user's own pins after them.

    A notice names the file that was found beside the source. Raises ValueError if a file is not right.
    """
    beside = None if file else pins_beside(source)
    path = Path(file) if file else beside
    told = (Notice(f"with the pins in {beside.name}"),) if beside else ()
    return (read_pins(path) + own if path else own), told
