"""``arranger check`` and ``analyse``: their options."""

from __future__ import annotations

import click


@click.command()
@click.argument("scores", nargs=-1, metavar="[SCORE|FOLDER]...")
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="Rule profile, which says how much each rule matters: for example chorale, hymn, song, jazz, string-quartet, "
    "strict or species1. By default guessed from each score.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Check only these rules: codes or beginnings of codes, separated by commas, for example VL,SP101.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODES",
    help="Leave these rules out. Where --select and --ignore both name a rule, the longer code wins.",
)
@click.option(
    "--extend-select",
    multiple=True,
    metavar="CODES",
    help="Check these rules in addition to those of the profile or of --select.",
)
@click.option(
    "--format",
    "output",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text: for people; concise: file:bar:beat, for editors; github: annotations of a workflow; json or jsonl: for "
    "programs; junit or sarif: for continuous integration; html: a page with the engraved score.",
)
@click.option("--statistics", is_flag=True, help="Print only how often each rule was broken, and in how many files.")
@click.option(
    "--grade",
    default="",
    type=click.Choice(["", "ap"]),
    metavar="ap",
    help="Print only a mark, following the scoring guidelines for part writing in AP Music Theory.",
)
@click.option(
    "--annotate",
    default="",
    metavar="OUT.musicxml",
    help="Write a copy of the score with the notes of each finding coloured and the rule codes above the staff.",
)
@click.option(
    "--analysis",
    default="",
    metavar="FILE",
    help="Take chords and keys from this RomanText analysis of the score instead of estimating them.",
)
@click.option(
    "--assignment",
    default="",
    metavar="FILE.toml",
    help="Mark all scores against this assignment: given lines, numerals or figured bass, and points per rule.",
)
@click.option(
    "--marks",
    default="",
    metavar="FOLDER",
    help="With --assignment: write marks and findings as CSV, a page for the class and one for each student.",
)
@click.option(
    "--baseline",
    default="",
    metavar="FILE",
    help="Count only findings that are not in FILE, which --write-baseline wrote.",
)
@click.option(
    "--write-baseline",
    default="",
    metavar="FILE",
    help="Write all findings to FILE, so that later checks with --baseline count only new ones.",
)
@click.option(
    "--max-warnings",
    type=click.IntRange(0),
    metavar="N",
    help="Exit with 0 if there are no errors and at most N warnings. By default 0 warnings.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found.")
@click.option(
    "--files-from",
    default="",
    metavar="FILE",
    help="Check the scores that FILE lists, one per line; - reads the list from standard input.",
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    metavar="N",
    help="How many processes to use; 0 means one per processor. By default 1.",
)
@click.option(
    "--config",
    default="",
    metavar="FILE",
    help="Configuration file. By default the nearest .arranger.toml or pyproject.toml, from this folder upwards.",
)
def check(scores: tuple[str, ...], **choices: object) -> None:
    """Check scores and say which rules they break, and where.

    SCORE is a MusicXML, MIDI, ABC or Humdrum file (- reads standard input); a FOLDER stands for all scores in it.

    Exit codes: 0 if there are no errors and no warnings, 1 if there are, 2 if a file could not be read or an option is
    wrong.
    """
    from arranger.commands.checking import CheckRequest, run

    raise SystemExit(run(scores, CheckRequest(**choices)))  # type: ignore[arg-type]


@click.command()
@click.argument("score")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "romantext", "lyrics"]),
    default="text",
    show_default=True,
    help="text: numerals bar by bar; json: for programs; romantext: a RomanText file; lyrics: the score as MusicXML, "
    "with the numerals under its lowest part.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="OUT",
    help="File to write; with --format lyrics .musicxml or .mxl.  [default: standard output]",
)
@click.option(
    "--key",
    default="",
    metavar="KEY",
    help="Key of the whole piece, such as Bb or 'F# minor'. By default keys and modulations are estimated.",
)
@click.option(
    "--analysis",
    default="",
    metavar="FILE",
    help="Take chords and keys from this RomanText analysis of the score instead of estimating them.",
)
def analyse(score: str, **choices: str) -> None:
    """Analyse harmony: Roman numerals, keys, non-chord tones.

    SCORE is a MusicXML, MIDI, ABC or Humdrum file (- reads standard input).
    """
    from arranger.commands.analysing import AnalyseRequest, run

    run(score, AnalyseRequest(**choices))
