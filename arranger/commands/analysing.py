"""``arranger analyse``: chords, keys and non-chord tones of a score."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices
from arranger.commands.streams import PIPE, read_from, write_to
from arranger.formats.reading import read_score_and_notices
from arranger.formats.reading.analysis import read_analysis
from arranger.formats.writing import proven_musicxml, write_score
from theory.analysis import Analysis, analyse
from theory.analysis.forms import to_json, to_text
from theory.analysis.lyrics import with_numerals
from theory.analysis.romantext import ESTIMATED, to_romantext
from theory.notation.key import Key
from theory.notation.score import Score


@dataclass(frozen=True)
class AnalyseRequest:
    """The options of the command line."""

    form: str = "text"
    output: str = PIPE
    key: str = ""  # of the whole piece; empty: keys are estimated
    analysis: str = ""  # a RomanText file used instead of an estimate


def run(source: str, request: AnalyseRequest) -> None:
    """Analyse one score and write the analysis in the requested format."""
    with refusals():
        key = Key.parse(request.key) if request.key else None
        if key and request.analysis:
            raise Refusal("the file of --analysis names the keys itself; leave --key out")
        score, notices = read_from(source, read_score_and_notices)
        given = read_analysis(Path(request.analysis), score) if request.analysis else ()
    if not any(note.pitch for part in score.parts for note in part.notes):
        raise Refusal(f"{source}: no notes to analyse; is it the right file?")
    print_notices(notices, source)
    with faults(source):
        analysis = analyse(score, key=key, given=given)
    with refusals():
        _write(score, analysis, request)


def _write(score: Score, analysis: Analysis, request: AnalyseRequest) -> None:
    if request.form == "lyrics":
        _write_under_score(score, analysis, request.output)
        return
    if request.form == "romantext":
        text = to_romantext(score, analysis.chords, analyst=Path(request.analysis).name or ESTIMATED)
    elif request.form == "json":
        text = json.dumps(to_json(score, analysis), indent=1, ensure_ascii=False)
    else:
        text = to_text(score, analysis)
    write_to(request.output, (text.rstrip("\n") + "\n").encode())


def _write_under_score(score: Score, analysis: Analysis, output: str) -> None:
    labelled = with_numerals(score, analysis.chords)
    if output == PIPE:
        write_to(PIPE, proven_musicxml(labelled))
    else:
        click.echo(f"wrote {write_score(labelled, Path(output))}", err=True)
