"""``arranger pin``: the file of pins beside a sheet, written and listed."""

from __future__ import annotations

import itertools
from dataclasses import astuple, dataclass
from pathlib import Path

import click

from arranger.arranging.ensembles import load_ensemble, resolved
from arranger.arranging.given.pins import Pins, pinned_chords, pinned_notes
from arranger.arranging.given.pins_file import pins_path, read_pins
from arranger.arranging.given.pins_text import changed_text
from arranger.commands.errors import Refusal
from arranger.commands.notices import source_name
from arranger.commands.streams import PIPE, read_from
from arranger.formats.reading import read_score_and_notices
from arranger.formats.writing.files import write_bytes

_USUAL = "satb"  # ensemble of a sheet with one part


@dataclass(frozen=True)
class PinRequest:
    """The options of the command line."""

    new: Pins
    remove: tuple[int, ...] = ()  # numbers in the list, from 1
    listed: bool = False
    ensemble: str = ""
    pins_file: str = ""


def run(sheet: str, request: PinRequest) -> None:
    """Change the pins of a sheet, or list them; a pin that the sheet has no place for is refused, and nothing written.

    Raises ValueError, which quotes the pin, if it cannot be read or has no place in the sheet.
    """
    if sheet == PIPE:
        raise Refusal("pins stand in a file beside a sheet, and standard input has no name; name the sheet")
    path = Path(request.pins_file) if request.pins_file else pins_path(sheet)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    old = read_pins(path) if text else Pins()
    wanted = _without(old, request.remove, path) + request.new
    _check(sheet, request)
    if wanted != old:
        write_bytes(path, changed_text(text, old, wanted).encode())
        click.echo(f"wrote {path}", err=True)
    if request.listed or wanted == old:
        for number, line in enumerate(_lines(wanted), start=1):
            click.echo(f"{number}  {line}")


def _check(sheet: str, request: PinRequest) -> None:
    """Raise ValueError if a new pin cannot be read or has no place in the sheet."""
    score, _ = read_from(sheet, read_score_and_notices)
    name = request.ensemble or (_USUAL if len(score.parts) == 1 else "")
    parts = load_ensemble(resolved(name, sheet)).parts if name else score.parts
    voices = [part.name for part in parts]
    try:
        for texts in (request.new.notes, request.new.forbidden):
            list(pinned_notes(texts, score, voices))
        pinned_chords(request.new, score)
    except ValueError as error:
        raise Refusal(f"{source_name(sheet)}: {error}") from error


def _lines(pins: Pins) -> list[str]:
    return [
        *pins.notes,
        *(f"not {text}" for text in pins.forbidden),
        *(f"chord {text}" for text in pins.chords),
    ]


def _without(pins: Pins, numbers: tuple[int, ...], path: Path) -> Pins:
    """Return pins without those of some numbers in the list. Raises Refusal for a number that is not in it."""
    count = len(_lines(pins))
    for number in numbers:
        if number > count:
            raise Refusal(f"{path}: there is no pin {number}; it has {count}, see --list")
    number_of_next = itertools.count(1)
    return Pins(*(tuple(text for text in texts if next(number_of_next) not in numbers) for texts in astuple(pins)))
