"""``arranger repair``: change the fewest notes that clear what the rules find."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from arranger.commands.checking import codes
from arranger.commands.editing.into_source import changed_file
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices
from arranger.commands.streams import PIPE, read_from, write_to
from arranger.editing.repairing.repair import repaired
from arranger.editing.repairing.result import COLOUR, Repair
from arranger.editing.repairing.wish import RepairWish, measures_of
from arranger.formats.reading import read_score_and_notices
from arranger.formats.writing import proven_musicxml, write_musicxml, write_score
from arranger.linter.settings import AUTO, Selection
from theory.checking.suitable_profile import estimate_profile
from theory.notation.score import Score

_CLEARED, _LEFT = 0, 1


@dataclass(frozen=True)
class RepairRequest:
    """The options of the command line."""

    output: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    bars: str = ""  # printed numbers such as 9-12; empty: all
    profile: str = ""  # empty: guessed from the score
    voices: str = ""
    tune: str = ""
    also_tune: bool = False
    plain: bool = False  # changed notes are not coloured
    form: str = "text"


def run(source: str, request: RepairRequest) -> int:
    """Repair a score, print what was changed, write it, and return the exit code: 0 if nothing is left to clear."""
    if request.output and Path(request.output).exists() and source != PIPE and _same(request.output, source):
        raise Refusal(f"{request.output}: this is the score itself, which is never overwritten; give -o another name")
    with refusals():
        score, notices = read_from(source, read_score_and_notices)
        wish = _wish(score, request)
    print_notices(notices, source)
    with faults(source):
        found = repaired(score, wish)
    if not found.before.findings and not any(note.pitch for part in score.parts for note in part.notes):
        raise Refusal(f"{source}: no notes to repair; is it the right file?")
    text = (
        json.dumps(found.to_json(), indent=1, ensure_ascii=False) if request.form == "json" else found.to_text(source)
    )
    click.echo(text, err=request.output == PIPE)
    with refusals():
        _write(source, score, found, request)
    return _LEFT if found.left else _CLEARED


def _same(one: str, other: str) -> bool:
    return Path(other).exists() and Path(one).samefile(other)


def _wish(score: Score, request: RepairRequest) -> RepairWish:
    """Return what is to be repaired. Raises ValueError for an unknown profile, code, part or bar."""
    profile = request.profile or AUTO
    if profile == AUTO:
        profile = estimate_profile(score).profile
    wanted, ignored = codes(request.select), codes(request.ignore)
    wish = RepairWish(
        profile=Selection(profile, (), ignored, wanted).of(profile),
        codes=wanted,
        voices=tuple(name.strip() for name in request.voices.split(",") if name.strip()),
        tune=request.tune,
        also_tune=request.also_tune,
        measures=measures_of(score, request.bars),
    )
    wish.parts(score)
    return wish


def _write(source: str, score: Score, found: Repair, request: RepairRequest) -> None:
    """Write the repaired score: into a copy of the file itself if it is MusicXML, else as the program writes scores."""
    if not request.output:
        return
    coloured = found.score if request.plain else found.coloured()
    colour = "" if request.plain else COLOUR
    in_place = not found.moves and all(change.before is not None for change in found.changes)
    document = changed_file(source, request.output, score, found.score, colour=colour) if in_place else None
    if request.output == PIPE:
        write_to(PIPE, document or proven_musicxml(coloured))
    elif document is not None:
        click.echo(f"wrote {write_musicxml(document, Path(request.output))}", err=True)
    else:
        click.echo(f"wrote {write_score(coloured, Path(request.output))}", err=True)
