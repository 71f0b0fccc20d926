"""The command line. What it can do is declared here; it is done in ``arranger.commands``.

Those modules are imported inside the commands, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import click

from arranger import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="arranger")
def main() -> None:
    """Arrange lead sheets for choir or quartet, and check scores by the same rules."""


@main.command()
@click.argument("leadsheet")
@click.option("-o", "--output", required=True, metavar="OUT", help="Ends in .musicxml, .mxl or .mid; - is a pipe.")
@click.option("--ensemble", default="satb", show_default=True, help="Who sings or plays; see `arranger ensembles`.")
@click.option("--style", default="song", show_default=True, help="How it is written; see `arranger styles`.")
@click.option("--texture", default="", help="A rhythm or pattern other than the style's; see `arranger styles`.")
@click.option("--melody", default="", metavar="PART", help="Part of the ensemble that has the tune.")
@click.option("--melody-part", metavar="NAME", help="Part of the lead sheet that is the tune, by name or number.")
@click.option("--key", default="auto", show_default=True, help="auto, keep, or a key such as Bb or 'F# minor'.")
@click.option("--score", "layout", type=click.Choice(["open", "closed"]), help="One staff a part, or two for four.")
@click.option("--variants", default=1, show_default=True, type=click.IntRange(1, 100), help="How many arrangements.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Which variants.")
@click.option("--beam", default=16, show_default=True, type=click.IntRange(1, 1000), help="How widely to search.")
@click.option("--no-model", is_flag=True, help="Rules alone, without the neural part model.")
@click.option("--report", default="", metavar="FILE.json", help="Write what the rules say of the result.")
@click.option("--explain", "explanation", default="", metavar="FILE", help="Write what each choice cost, bar by bar.")
def arrange(leadsheet: str, output: str, layout: str | None, melody_part: str | None, **choices: object) -> None:
    """Arrange LEADSHEET, a tune with or without chord symbols and words (- reads a pipe)."""
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.arranging import Options
        from arranger.commands.arranging import Targets, run

        targets = Targets(output, str(choices.pop("report")), str(choices.pop("explanation")), layout or "")
        model = None if choices.pop("no_model") else "default"
        run(leadsheet, targets, Options(model=model, **choices), melody_part)  # type: ignore[arg-type]


@main.command()
@click.argument("scores", nargs=-1, required=True, metavar="SCORE...")
@click.option("--profile", default="chorale", show_default=True, help="Which rules matter, and how much.")
@click.option("--select", multiple=True, metavar="CODES", help="Only these rules: codes or beginnings, by commas.")
@click.option("--ignore", multiple=True, metavar="CODES", help="All but these rules.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exit-zero", is_flag=True, help="Exit 0 even if something was found.")
def check(
    scores: tuple[str, ...],
    *,
    profile: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    output: str,
    exit_zero: bool,
) -> None:
    """Say which rules the SCOREs break and where (- reads a pipe).

    Exits 0 where nothing from a warning up was found, 1 where something was, 2 where a file could not be read.
    """
    from arranger.commands.checking import FOUND, chosen_profile, run

    code = run(scores, chosen_profile(profile, select, ignore), output)
    raise SystemExit(0 if exit_zero and code == FOUND else code)


@main.command()
def rules() -> None:
    """List the rules: code, name, definition."""
    from arranger.commands.catalogue import rules_text

    click.echo(rules_text())


@main.command()
@click.argument("code")
def explain(code: str) -> None:
    """Explain a rule, by its CODE or name: definition, source, examples, weights."""
    from arranger.commands.catalogue import explain_text

    click.echo(explain_text(code))


@main.command()
def ensembles() -> None:
    """List the ensembles and their parts."""
    from arranger.commands.catalogue import ensembles_text

    click.echo(ensembles_text())


@main.command()
def styles() -> None:
    """List the styles of arrangement, and the textures."""
    from arranger.commands.catalogue import styles_text

    click.echo(styles_text())


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def train(arguments: tuple[str, ...]) -> None:
    """Train the part model; `arranger train --help` lists its options. Needs the extra `train`."""
    from importlib.util import find_spec

    from arranger.commands.errors import Refusal, refusals

    if find_spec("torch") is None:
        raise Refusal("training needs torch, which is not installed; pip install 'arranger[train]'")
    from arranger.model.training import main as train_main

    with refusals():
        train_main(list(arguments))
