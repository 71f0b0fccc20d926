"""``arranger repair``: its options."""

from __future__ import annotations

import click


@click.command()
@click.argument("score")
@click.option(
    "-o",
    "--output",
    default="",
    metavar="OUT",
    help="File to write, .musicxml, .mxl or .mid; - writes MusicXML to standard output. A MusicXML file is copied, and "
    "only the changed notes are different, in green. Without -o the changes are only printed.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Clear only findings of these rules, whatever their severity: codes or beginnings of codes, separated by "
    "commas, for example VL1,ME101. By default all errors and warnings.",
)
@click.option(
    "--ignore", multiple=True, metavar="CODES", help="Leave these rules out, in what is cleared and in what is checked."
)
@click.option("--bars", default="", metavar="9-12", help="Clear only findings in these bars.  [default: everywhere]")
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="Rule profile, as for `arranger check`; by default guessed from the score.",
)
@click.option(
    "--voices",
    default="",
    metavar="NAMES",
    help="Change only these parts, separated by commas, for example alto,tenor; the beginning of a name is enough. "
    "By default all but the tune.",
)
@click.option("--tune", default="", metavar="NAME", help="The part that has the tune.  [default: the top part]")
@click.option("--also-tune", is_flag=True, help="The tune may be changed too.")
@click.option("--plain", is_flag=True, help="Do not colour the changed notes in the file that is written.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the changes are printed: as a table, or for programs.",
)
def repair(score: str, **choices: object) -> None:
    """Change the fewest notes of a score that clear what the rules find in it.

    SCORE is a MusicXML, MIDI, ABC or Humdrum file (- reads standard input), whoever wrote it. Only pitches change.

    Exit codes: 0 if everything is cleared, 1 if findings are left, 2 if the file could not be read or an option is
    wrong.
    """
    from arranger.commands.repairing import RepairRequest, run

    raise SystemExit(run(score, RepairRequest(**choices)))  # type: ignore[arg-type]
