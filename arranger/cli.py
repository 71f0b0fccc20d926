"""The command line. What it can do is declared here; it is done in ``arranger.commands``.

Those modules are imported inside the commands, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from arranger import __version__

if TYPE_CHECKING:
    from arranger.lab.evaluation.networks import Sixteenths

FOLDER = click.Path(file_okay=False, path_type=Path)
FOLDER_THERE = click.Path(exists=True, file_okay=False, path_type=Path)


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
@click.option("--bars", default="", metavar="9-12", help="Only these bars, by their printed numbers.")
@click.option("--ending", is_flag=True, help="Write an ending for the last time, where a turnaround leads back.")
@click.option("--score", "layout", type=click.Choice(["open", "closed"]), help="One staff a part, or two for four.")
@click.option("--words/--no-words", default=None, help="Syllables under the notes; by default for choirs alone.")
@click.option("--character", default="", metavar="WORDS", help="Such as 'lively, dark=0.5'; see `arranger styles`.")
@click.option("--temperature", default=0.0, show_default=True, type=click.FloatRange(0, 5), help="Left to chance.")
@click.option("--top-p", default=1.0, show_default=True, type=click.FloatRange(0.01, 1), help="Low is cautious.")
@click.option("--variants", default=1, show_default=True, type=click.IntRange(1, 100), help="How many arrangements.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Which variants.")
@click.option("--beam", default=16, show_default=True, type=click.IntRange(1, 1000), help="How widely to search.")
@click.option("--no-model", is_flag=True, help="Rules alone, without the neural part model.")
@click.option("--model", "weights", metavar="DIR", help="Weights of `arranger train`, instead of those that ship.")
@click.option("--report", default="", metavar="FILE.json", help="Write what the rules say of the result.")
@click.option("--explain", "explanation", default="", metavar="FILE", help="Write what each choice cost, bar by bar.")
def arrange(leadsheet: str, output: str, melody_part: str | None, bars: str, **choices: object) -> None:
    """Arrange LEADSHEET, a tune with or without chord symbols and words (- reads a pipe)."""
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.arranging.main import Options
        from arranger.commands.arranging import Targets, run

        wanted = {name: choices.pop(name) or "" for name in ("report", "explanation", "layout")}
        targets = Targets(output, words=choices.pop("words"), **wanted)  # type: ignore[arg-type]
        weights = choices.pop("weights") or "default"
        model = None if choices.pop("no_model") else weights
        options = Options(model=model, **choices)  # type: ignore[arg-type]
        run(leadsheet, targets, options, melody_part=melody_part, bars=bars)


@main.command()
@click.option("-o", "--output", required=True, metavar="OUT", help="Ends in .musicxml, .mxl or .mid; - is a pipe.")
@click.option("--key", default="", help="Such as G or 'E minor'; C, or the prompt's.")
@click.option("--meter", default="", help="Such as 3/4; 4/4, or the prompt's.")
@click.option("--bars", default=0, type=click.IntRange(0, 256), help="To write: 16; for an answer as the prompt has.")
@click.option(
    "--form", default="period", show_default=True, type=click.Choice(["period", "aaba"]), help="What returns."
)
@click.option("--pickup", default="0", metavar="QUARTERS", help="Length of an upbeat, such as 1 or 1/2.")
@click.option("--prompt", default="", metavar="FILE", help="A tune to go on from (- reads a pipe).")
@click.option("--mode", default="continue", show_default=True, type=click.Choice(["continue", "answer"]))
@click.option("--chords", default="", metavar="'G D Em C'", help="A symbol a bar; too few begin anew.")
@click.option("--character", default="", metavar="WORDS", help="Such as 'lively, dark=0.5'; see `arranger styles`.")
@click.option("--temperature", default=0.9, show_default=True, type=click.FloatRange(0.01, 5), help="High is daring.")
@click.option("--top-p", default=0.95, show_default=True, type=click.FloatRange(0.01, 1), help="Low is cautious.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Which tune.")
@click.option("--tempo", default=0, type=click.IntRange(0, 400), help="Quarters a minute, written over the tune.")
def compose(output: str, prompt: str, pickup: str, **choices: object) -> None:
    """Write a tune, the continuation of one, or an answer to one, ready to arrange."""
    from fractions import Fraction

    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.composing import run
        from arranger.composing.compose import Request

        run(prompt, output, Request(pickup=Fraction(pickup), **choices))  # type: ignore[arg-type]


@main.command()
@click.argument("tune")
@click.option("-o", "--output", default="", metavar="OUT", help="Ends in .musicxml, .mxl or .mid; without, a chart.")
@click.option(
    "--style",
    default="song",
    show_default=True,
    type=click.Choice(["chorale", "hymn", "folk", "song"]),
    help="Which music the chords are to be like.",
)
@click.option("--temperature", default=0.0, show_default=True, type=click.FloatRange(0, 5), help="High is daring.")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="Which chords, if not the likeliest."
)
@click.option(
    "--variants", default=1, show_default=True, type=click.IntRange(1, 100), help="How many; see --temperature."
)
@click.option("--melody-part", metavar="NAME", help="Part that is the tune, by name or number.")
@click.option("--replace", "replaces", is_flag=True, help="Put chords in the place of those the sheet has.")
@click.option("--no-model", is_flag=True, help="Rules alone, without the neural chord model.")
def harmonize(tune: str, output: str, melody_part: str | None, **choices: object) -> None:
    """Write chord symbols over TUNE, any lead sheet without them (- reads a pipe); nothing else is touched."""
    from arranger.commands.errors import Refusal, refusals

    with refusals():
        from arranger.commands.harmonizing import Request, run
        from arranger.harmonizing.sheets import Options

        replaces, variants = choices.pop("replaces"), choices.pop("variants")
        model = None if choices.pop("no_model") else "default"
        if variants != 1 and (model is None or not choices["temperature"]):
            raise Refusal("several variants differ only with the model and a --temperature, such as 1")
        options = Options(model=model, **choices)  # type: ignore[arg-type]
        run(tune, Request(output, melody_part, replaces, variants, options))  # type: ignore[arg-type]


@main.command()
@click.argument("scores", nargs=-1, metavar="[SCORE|FOLDER]...")
@click.option("--profile", default="", help="Which rules matter, and how much; else guessed from the score.")
@click.option("--select", multiple=True, metavar="CODES", help="Only these rules: codes or beginnings, by commas.")
@click.option("--ignore", multiple=True, metavar="CODES", help="All but these rules; the longer beginning wins.")
@click.option("--extend-select", multiple=True, metavar="CODES", help="These rules as well.")
@click.option(
    "--format",
    "output",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text, concise, github, json, jsonl, junit, sarif or html.",
)
@click.option("--statistics", is_flag=True, help="Only how often each rule found something.")
@click.option(
    "--grade", default="", type=click.Choice(["", "ap"]), metavar="ap", help="Only a mark, as examiners give."
)
@click.option("--annotate", default="", metavar="OUT.musicxml", help="Write a copy with the findings marked in it.")
@click.option(
    "--analysis", default="", metavar="FILE", help="A RomanText analysis of the score, instead of an estimate."
)
@click.option("--baseline", default="", metavar="FILE", help="Findings in this file do not count.")
@click.option("--write-baseline", default="", metavar="FILE", help="Write what was found, to count only what is new.")
@click.option("--max-warnings", type=click.IntRange(0), metavar="N", help="Exit 0 with up to so many warnings.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 even if something was found.")
@click.option("--files-from", default="", metavar="FILE", help="A list of scores, one a line; - reads a pipe.")
@click.option("--jobs", type=click.IntRange(0), metavar="N", help="So many processes; 0: one a processor.")
@click.option("--config", default="", metavar="FILE", help="Instead of the nearest pyproject.toml or .arranger.toml.")
def check(scores: tuple[str, ...], **choices: object) -> None:
    """Say which rules the SCOREs break and where (- reads a pipe; a FOLDER is all scores in it).

    Exits 0 where nothing from a warning up was found, 1 where something was, 2 where a file could not be read.
    """
    from arranger.commands.checking import Request, run

    raise SystemExit(run(scores, Request(**choices)))  # type: ignore[arg-type]


@main.command()
@click.argument("score")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "romantext", "lyrics"]),
    default="text",
    show_default=True,
    help="lyrics: the score with the numerals under it.",
)
@click.option(
    "-o", "--output", default="-", metavar="OUT", help="A file; lyrics: .musicxml or .mxl.  [default: stdout]"
)
@click.option("--key", default="", help="The key of the whole piece, such as Bb or 'F# minor'; else keys are found.")
@click.option("--analysis", default="", metavar="FILE", help="A RomanText analysis to take instead of an estimate.")
def analyse(score: str, **choices: str) -> None:
    """Say what the harmony of SCORE is: Roman numerals, keys and non-chord tones (- reads a pipe)."""
    from arranger.commands.analysing import Request, run

    run(score, Request(**choices))


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


@main.command("fit")
@click.option("--style", default="chorale", show_default=True, help="The style, and its profile, to fit.")
@click.option("--hymns", default="", metavar="FOLDER", help="Fit on the hymns in this folder, not on Bach's chorales.")
@click.option("--quartets", is_flag=True, help="Fit the profile of instruments on quartets of Haydn and Mozart.")
@click.option("--pieces", default=0, type=click.IntRange(0), help="At most so many of each list; 0: all.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Which alternatives are drawn.")
@click.option("--strictness", default=1.0, show_default=True, help="Write the rules' weights so many times as heavy.")
@click.option("--no-model", is_flag=True, help="Fit the rules alone, without the neural part model beside them.")
@click.option("-o", "--output", default="", metavar="FOLDER", help="Write the fitted profile and style here.")
def fit_weights(style: str, *, no_model: bool, **choices: object) -> None:
    """Fit the weights of rules and preferences on real music, and print them beside those in use."""
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.fitting import Sources, run

        run(Sources(style=style, model=not no_model, **choices))  # type: ignore[arg-type]


@main.command()
@click.option(
    "--list", "lists", multiple=True, default=("valid",), help="valid, test or test_deepchoir; may be repeated."
)
@click.option("--ensemble", default="satb", show_default=True, help="Who sings.")
@click.option("--style", default="chorale", show_default=True, help="How it is written; see `arranger styles`.")
@click.option(
    "--variants", default=1, show_default=True, type=click.IntRange(1, 100), help="How much these differ, too."
)
@click.option("--beam", default=16, show_default=True, type=click.IntRange(1, 1000), help="How widely to search.")
@click.option("--no-model", is_flag=True, help="Rules alone, without the neural part model.")
@click.option("--weights", default="default", metavar="FOLDER", help="Another part model than the package's.")
@click.option("--temperature", default=0.0, show_default=True, type=click.FloatRange(0, 5), help="High is daring.")
@click.option("--top-p", default=1.0, show_default=True, type=click.FloatRange(0.01, 1), help="Low is cautious.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of what is left to chance.")
@click.option("--detector", is_flag=True, help="Whether a classifier can tell ours from Bach's.")
@click.option("--foretelling", is_flag=True, help="What networks alone make of Bach's own settings.")
@click.option("--orderless", type=FOLDER_THERE, metavar="FOLDER", help="... and hidden voices found by these weights.")
@click.option(
    "--frames",
    multiple=True,
    type=FOLDER_THERE,
    metavar="RUN",
    help="... and sixteenths by this run, or several.",
)
@click.option("--most", default=0, type=click.IntRange(0), metavar="N", help="Only the first N chorales of each list.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), metavar="N", help="So many processes.")
@click.option("-o", "--output", default="", metavar="FILE.json", help="Write all figures; - is a pipe.")
def evaluate(output: str, frames: tuple[Path, ...], **choices: object) -> None:
    """Arrange the sopranos of Bach's chorales and say how near the result comes to his settings.

    The test lists are for final figures; whatever is chosen is chosen on `valid`.
    """
    from arranger.arranging.main import Options
    from arranger.commands.evaluating import run
    from arranger.lab.evaluation.reports import Request

    wanted = ("lists", "detector", "foretelling", "orderless", "most", "jobs")
    chosen = {name: choices.pop(name) for name in wanted}
    request = Request(sixteenths=_sixteenths(frames) if frames else None, **chosen)  # type: ignore[arg-type]
    weights = choices.pop("weights")
    model = None if choices.pop("no_model") else weights
    run(request, Options(key="keep", model=model, **choices), output)  # type: ignore[arg-type]


def _sixteenths(runs: tuple[Path, ...]) -> Sixteenths:
    """Return what measures sixteenths by these runs."""
    from arranger.commands.errors import refusals

    _require_torch("measuring sixteenths")
    with refusals():
        from arranger.lab.frames.training import heard_by

        return heard_by(runs)


def _require_torch(job: str) -> None:
    """Refuse a job that needs torch where it is not installed."""
    from importlib.util import find_spec

    from arranger.commands.errors import Refusal

    if find_spec("torch") is None:
        raise Refusal(f"{job} needs torch, which is not installed; pip install 'arranger[train]'")


@main.command()
@click.option("--out", required=True, type=FOLDER, metavar="RUN", help="Folder of the run: checkpoints, log, weights.")
@click.option("--data", type=FOLDER_THERE, metavar="DIR", help="Your own four-part scores, as one more style.")
@click.option("--data-hymns", type=FOLDER_THERE, metavar="DIR", help="The hymns' .mxl files; without, chorales alone.")
@click.option("--data-sheets", type=FOLDER_THERE, metavar="DIR", help="Lead sheets, .mxl, for the chord model.")
@click.option(
    "--also",
    type=click.Choice(["masses", "quartets"]),
    multiple=True,
    help="Palestrina, or Haydn and Mozart, of music21's corpus.",
)
@click.option("--start", type=FOLDER_THERE, metavar="DIR", help="Weights and card to begin with.")
@click.option(
    "--network",
    type=click.Choice(["part", "orderless", "frames", "chords", "melody"]),
    default="part",
    show_default=True,
    help="Of parts (the one that arranges, and two to measure), of chords under a tune, or of tunes.",
)
@click.option(
    "--core", type=click.Choice(["gru", "lstm", "transformer"]), default="lstm", help="Of the frames network."
)
@click.option("--dropout", type=click.FloatRange(0, 0.9), help="Of the frames network; more for longer runs.")
@click.option("--resume", is_flag=True, help="Go on with the run where it stopped.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Stop after so long, to be resumed.")
@click.option("--steps", type=click.IntRange(1), help="Length of the run; the learning rate falls towards its end.")
@click.option("--batch", type=click.IntRange(1), help="Examples a step.")
@click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True))
@click.option("--warm-up", type=click.IntRange(0), help="Steps until the learning rate is reached.")
@click.option("--chords-guessed", type=click.FloatRange(0, 1), help="Share of chords guessed of the tune alone.")
@click.option("--measure-every", type=click.IntRange(1), help="Steps between measurements and checkpoints.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True)
@click.option("--bf16", is_flag=True, help="Half-precision arithmetic; measure before you use it.")
@click.option("--tensorboard", is_flag=True, help="Write its files too. Needs the extra `tensorboard`.")
@click.option("--cache", type=FOLDER, default="runs/cache", show_default=True, help="Folder of the encoded scores.")
def train(**choices: object) -> None:
    """Train a model on Bach's chorales, hymns, other music and your own scores. Needs the extra `train`.

    Several processes share the work: torchrun --nproc-per-node 2 -m arranger train --out RUN ...
    """
    from arranger.commands.errors import refusals

    _require_torch("training")
    with refusals():
        from arranger.lab.training.request import Request
        from arranger.lab.training.run import run

        run(Request(**choices))  # type: ignore[arg-type]
