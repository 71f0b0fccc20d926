"""The command line: every command and option is declared here, and ``arranger.commands`` does the work.

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


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: arranger arrange song.musicxml -o song-satb.musicxml",
)
@click.version_option(__version__, prog_name="arranger")
def main() -> None:
    """Arrange lead sheets for choir or quartet, and check scores by the same rules of part-writing."""


@main.command()
@click.argument("leadsheet")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .musicxml, .mxl or .mid; - writes MusicXML to standard output.",
)
@click.option(
    "--ensemble",
    default="satb",
    show_default=True,
    metavar="NAME",
    help="Who sings or plays, for example ssaa or string-quartet; `arranger ensembles` lists them.",
)
@click.option(
    "--style",
    default="song",
    show_default=True,
    metavar="NAME",
    help="Style of the arrangement, for example hymn or chorale; `arranger styles` lists them.",
)
@click.option(
    "--texture",
    default="",
    metavar="NAME",
    help="Rhythm (for example sustained) or, for instruments, accompaniment pattern (for example waltz) to use instead "
    "of the style's own; `arranger styles` lists them.",
)
@click.option(
    "--melody",
    default="",
    metavar="PART",
    help="Part of the ensemble that gets the tune, for example Tenor. By default the ensemble's melody part, "
    "the soprano in satb.",
)
@click.option(
    "--melody-part",
    metavar="NAME",
    help="Part of the lead sheet that holds the tune, by its name or number (1 is the first). By default the part with "
    "chord symbols, or else the one with words.",
)
@click.option(
    "--key",
    default="auto",
    metavar="KEY",
    show_default=True,
    help="A key such as Bb or 'F# minor'; keep: the key of the sheet; auto: the key of the sheet if the tune lies well "
    "for the part that gets it, or else the nearest key in which it does.",
)
@click.option(
    "--bars",
    default="",
    metavar="9-12",
    help="Arrange only these bars, by their printed numbers: 9-12, or 9 for a single bar. By default all bars.",
)
@click.option(
    "--ending",
    is_flag=True,
    help="If the sheet ends on a turnaround that leads back to the beginning, write an ending for the last time.",
)
@click.option(
    "--score",
    "layout",
    type=click.Choice(["open", "closed"]),
    help="open: one staff per part; closed: four voices on two staves. By default as the style has it: closed for "
    "hymns of a mixed choir, otherwise open.",
)
@click.option(
    "--words/--no-words",
    default=None,
    help="Print the words under the notes, or leave them out. By default choirs get them and instruments do not.",
)
@click.option(
    "--character",
    default="",
    metavar="WORDS",
    help="Character of the arrangement: calm or lively, plain or rich, dark or bright. Numbers weaken a word or change "
    "it over the piece, for example 'lively, dark=0.5' or 'rich=0..1..0'.",
)
@click.option(
    "--temperature",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Randomness; 0 gives the best arrangement found, 1 is bold.",
)
@click.option(
    "--top-p",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="Nucleus sampling: keep the most probable options that sum to this probability, for example 0.9; 1 keeps all.",
)
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many different arrangements to write, the best one first. Their files are numbered: out-1.musicxml.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for --variants and --temperature; the same seed gives the same arrangements.",
)
@click.option(
    "--beam",
    default=16,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Beam width: how many partial arrangements the search keeps at each step. More is slower, and may be better.",
)
@click.option("--no-model", is_flag=True, help="Arrange by rules alone, without the neural networks.")
@click.option(
    "--model",
    "weights",
    metavar="DIR",
    help="Folder of part-model weights that you trained, for example RUN/weights of `arranger train --out RUN`. "
    "By default the weights that come with arranger.",
)
@click.option(
    "--report", default="", metavar="FILE.json", help="Write what the rules find in the arrangement, as JSON."
)
@click.option(
    "--explain",
    "explanation",
    default="",
    metavar="FILE",
    help="Write what each choice cost in the search, bar by bar, as text.",
)
def arrange(leadsheet: str, output: str, melody_part: str | None, bars: str, **choices: object) -> None:
    """Arrange a lead sheet for choir or quartet.

    LEADSHEET is a MusicXML, ABC, MIDI or Humdrum file with a tune (- reads standard input). Its chord symbols and words
    are used; where it has no chord symbols, chords are proposed.
    """
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
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .musicxml, .mxl or .mid; - writes MusicXML to standard output.",
)
@click.option(
    "--key",
    default="",
    metavar="KEY",
    help="Key, such as G or 'E minor'. By default C major (A minor for a dark --character), or the key of the prompt.",
)
@click.option(
    "--meter",
    default="",
    metavar="METER",
    help="Time signature, such as 3/4 or 6/8. By default 4/4, or the time signature of the prompt.",
)
@click.option(
    "--bars",
    default=0,
    type=click.IntRange(0, 256),
    help="How many bars to write. By default 16; an answer gets as many bars as the prompt has.",
)
@click.option(
    "--form",
    default="period",
    show_default=True,
    type=click.Choice(["period", "aaba"]),
    help="period: pairs of phrases that begin alike; aaba: the first phrase returns after a contrasting one.",
)
@click.option(
    "--pickup",
    default="0",
    metavar="QUARTERS",
    help="Length of the pickup in quarters, such as 1 or 1/2. By default there is none.",
)
@click.option("--prompt", default="", metavar="FILE", help="Tune to continue or to answer (- reads standard input).")
@click.option(
    "--mode",
    default="continue",
    show_default=True,
    type=click.Choice(["continue", "answer"]),
    help="What to write after a prompt. continue: new phrases; answer: its first half again, and a close on the tonic.",
)
@click.option(
    "--chords",
    default="",
    metavar="'G D Em C'",
    help="Chord symbols, one per bar; they start over where there are fewer chords than bars.",
)
@click.option(
    "--character",
    default="",
    metavar="WORDS",
    help="Character of the tune: calm or lively, plain or rich, dark or bright. Numbers weaken a word or change it "
    "over the piece, for example 'lively, dark=0.5'.",
)
@click.option(
    "--temperature",
    default=0.9,
    show_default=True,
    type=click.FloatRange(0.01, 5),
    help="Randomness: low values keep to the most probable notes, high values are adventurous.",
)
@click.option(
    "--top-p",
    default=0.95,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="Nucleus sampling: draw from the most probable notes that sum to this probability; lower is more cautious.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed: another seed gives another tune, the same seed the same tune.",
)
@click.option(
    "--tempo",
    default=0,
    type=click.IntRange(0, 400),
    help="Tempo mark for a new tune, in quarters per minute, for example 96. By default there is none.",
)
def compose(output: str, prompt: str, pickup: str, **choices: object) -> None:
    """Compose a tune, or continue or answer one.

    The result is a lead sheet, ready for `arranger arrange`.
    """
    from fractions import Fraction

    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.composing import run
        from arranger.composing.compose import Request

        run(prompt, output, Request(pickup=Fraction(pickup), **choices))  # type: ignore[arg-type]


@main.command()
@click.argument("tune")
@click.option(
    "-o",
    "--output",
    default="",
    metavar="OUT",
    help="File to write: .musicxml, .mxl or .mid; - writes MusicXML to standard output. By default a chord chart is "
    "printed.",
)
@click.option(
    "--style",
    default="song",
    show_default=True,
    type=click.Choice(["chorale", "hymn", "folk", "song"]),
    help="Music to imitate. chorale: Bach's chorales; hymn: English hymns; folk: plain triads and dominant sevenths; "
    "song: sevenths and applied dominants.",
)
@click.option(
    "--temperature",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Randomness; 0 gives the most probable chords, 1 is bold.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for --temperature; the same seed gives the same chords.",
)
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many harmonisations to write; more than one needs a --temperature above 0, for example 1. Their files "
    "are numbered: out-1.musicxml.",
)
@click.option(
    "--melody-part",
    metavar="NAME",
    help="Part of the sheet that holds the tune, by its name or number (1 is the first). By default the part with "
    "chord symbols, or else the one with words.",
)
@click.option("--replace", "replaces", is_flag=True, help="Replace the chord symbols that the sheet already has.")
@click.option("--no-model", is_flag=True, help="Choose chords by rules alone, without the neural chord model.")
def harmonize(tune: str, output: str, melody_part: str | None, **choices: object) -> None:
    """Write chord symbols over a tune.

    TUNE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input). Nothing but the chord symbols is changed.
    """
    from arranger.commands.errors import Refusal, refusals

    with refusals():
        from arranger.commands.harmonizing import Request, run
        from arranger.harmonizing.sheets import Options

        replaces, variants = choices.pop("replaces"), choices.pop("variants")
        model = None if choices.pop("no_model") else "default"
        if variants != 1 and (model is None or not choices["temperature"]):
            raise Refusal("--variants needs the chord model and a --temperature above 0; try --temperature 1")
        options = Options(model=model, **choices)  # type: ignore[arg-type]
        run(tune, Request(output, melody_part, replaces, variants, options))  # type: ignore[arg-type]


@main.command()
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
    help="Print only a mark, after the part-writing questions of AP Music Theory.",
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
    from arranger.commands.analysing import Request, run

    run(score, Request(**choices))


@main.command()
def rules() -> None:
    """List all rules with code, name and definition."""
    from arranger.commands.catalogue import rules_text

    click.echo(rules_text())


@main.command()
@click.argument("code")
def explain(code: str) -> None:
    """Explain a rule: definition, source, examples, weights.

    CODE is the rule's code or its name, for example VL101 or parallel-fifths.
    """
    from arranger.commands.catalogue import explain_text

    click.echo(explain_text(code))


@main.command()
def ensembles() -> None:
    """List the ensembles, with their parts and comfortable ranges."""
    from arranger.commands.catalogue import ensembles_text

    click.echo(ensembles_text())


@main.command()
def styles() -> None:
    """List the styles, textures and characters of arrangements."""
    from arranger.commands.catalogue import styles_text

    click.echo(styles_text())


@main.command("fit")
@click.option(
    "--style",
    default="chorale",
    show_default=True,
    metavar="NAME",
    help="Style to fit, with the rule profile that it uses; `arranger styles` lists them.",
)
@click.option("--hymns", default="", metavar="FOLDER", help="Fit to the hymns in FOLDER instead of Bach's chorales.")
@click.option(
    "--quartets",
    is_flag=True,
    help="Fit the style's rule profile for instruments to string quartets by Haydn and Mozart instead.",
)
@click.option(
    "--pieces",
    default=0,
    type=click.IntRange(0),
    help="Read at most this many pieces for training, and as many for validation; 0, the default, reads all.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for drawing the alternatives with which the composer's choices are compared.",
)
@click.option(
    "--strictness",
    default=1.0,
    show_default=True,
    help="Multiply the fitted weights of the rules by this factor before they are written.",
)
@click.option("--no-model", is_flag=True, help="Fit the weights of a search without the neural part model.")
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FOLDER",
    help="Write the fitted profile and style to FOLDER. By default the weights are only printed.",
)
def fit_weights(style: str, *, no_model: bool, **choices: object) -> None:
    """Learn the weights of rules and preferences from real music.

    The fitted weights are printed beside those in use.
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.fitting import Sources, run

        run(Sources(style=style, model=not no_model, **choices))  # type: ignore[arg-type]


@main.command()
@click.option(
    "--list",
    "lists",
    multiple=True,
    default=("valid",),
    show_default=True,
    metavar="NAME",
    help="List of chorales: valid, test or test_deepchoir; may be repeated.",
)
@click.option(
    "--ensemble",
    default="satb",
    show_default=True,
    metavar="NAME",
    help="Who sings; `arranger ensembles` lists them.",
)
@click.option(
    "--style",
    default="chorale",
    show_default=True,
    metavar="NAME",
    help="Style of the arrangements; `arranger styles` lists them.",
)
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Arrangements per chorale; with 2 or more it is also measured how much they differ.",
)
@click.option(
    "--beam",
    default=16,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Beam width: how many partial arrangements the search keeps at each step.",
)
@click.option("--no-model", is_flag=True, help="Arrange by rules alone, without the neural networks.")
@click.option(
    "--weights",
    default="default",
    metavar="FOLDER",
    help="Folder of part-model weights, for example RUN/weights of `arranger train --out RUN`. By default the weights "
    "that come with arranger.",
)
@click.option(
    "--temperature",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Randomness; 0 gives the best arrangement found.",
)
@click.option(
    "--top-p",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="Nucleus sampling: keep the most probable options that sum to this probability; 1 keeps all.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for --variants and --temperature.",
)
@click.option(
    "--detector",
    is_flag=True,
    help="Also train a classifier to tell the arrangements from Bach's settings; its AUC is 0.5 if it cannot.",
)
@click.option(
    "--foretelling",
    is_flag=True,
    help="Also evaluate the networks alone: their loss and accuracy on Bach's settings, and how well they fill in "
    "hidden voices (reconstruction).",
)
@click.option(
    "--orderless",
    type=FOLDER_THERE,
    metavar="FOLDER",
    help="As --foretelling, with hidden voices filled in by the network in FOLDER, the weights of a run of "
    "`arranger train --network orderless`.",
)
@click.option(
    "--frames",
    multiple=True,
    type=FOLDER_THERE,
    metavar="RUN",
    help="As --foretelling, with the loss per sixteenth of the network in RUN, a run of `arranger train --network "
    "frames`; may be repeated to average several networks.",
)
@click.option(
    "--most", default=0, type=click.IntRange(0), metavar="N", help="Use only the first N chorales of each list; 0: all."
)
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many processes to use.",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FILE.json",
    help="Write all figures to a file as well; - writes them to standard output.",
)
def evaluate(output: str, frames: tuple[Path, ...], **choices: object) -> None:
    """Compare arrangements of Bach's sopranos with his settings.

    The soprano of each chorale is arranged, and the result is compared with Bach's own alto, tenor and bass. Use the
    list `valid` for all decisions, and the test lists only for final figures.
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
    """Return the function that measures the loss per sixteenth of the networks of some runs."""
    from arranger.commands.errors import refusals

    _require_torch("--frames")
    with refusals():
        from arranger.lab.frames.training import heard_by

        return heard_by(runs)


def _require_torch(job: str) -> None:
    """Refuse a job that needs torch if torch is not installed."""
    from importlib.util import find_spec

    from arranger.commands.errors import Refusal

    if find_spec("torch") is None:
        raise Refusal(f"{job} needs torch, which is not installed; pip install 'arranger[train]'")


@main.command()
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="RUN",
    help="Folder for the run: checkpoints, log and finished weights.",
)
@click.option(
    "--data",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of your own four-part scores, to be learned as a style of their own.",
)
@click.option(
    "--data-hymns",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of hymns (.mxl) to learn from, in addition to Bach's chorales.",
)
@click.option(
    "--data-sheets", type=FOLDER_THERE, metavar="DIR", help="Folder of lead sheets (.mxl), for --network chords only."
)
@click.option(
    "--also",
    type=click.Choice(["masses", "quartets"]),
    multiple=True,
    help="Learn from more music of music21's corpus: masses by Palestrina, or quartets by Haydn and Mozart; may be "
    "repeated.",
)
@click.option(
    "--start",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of weights with their card.json to start from, for example arranger/weights/part-v3. By default the "
    "run starts from random weights.",
)
@click.option(
    "--network",
    type=click.Choice(["part", "orderless", "frames", "chords", "melody"]),
    default="part",
    show_default=True,
    help="part: the part model, which arranges; orderless, frames: two networks used only by `arranger evaluate`; "
    "chords: chords under a tune; melody: tunes.",
)
@click.option(
    "--core",
    type=click.Choice(["gru", "lstm", "transformer"]),
    default="lstm",
    show_default=True,
    help="Kind of layers, for --network frames only.",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 0.9),
    help="Dropout, for --network frames only; longer runs need more. By default 0.25.",
)
@click.option("--resume", is_flag=True, help="Continue the run in --out where it stopped.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after this many minutes; --resume continues the run.",
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    help="Length of the run in training steps; the learning rate falls towards its end. By default the network's own.",
)
@click.option("--batch", type=click.IntRange(1), help="Examples per step. By default the network's own.")
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    help="Highest learning rate, for example 0.001. By default the network's own.",
)
@click.option(
    "--warm-up",
    type=click.IntRange(0),
    help="Steps in which the learning rate rises from 0; at most an eighth of the run. By default the network's own.",
)
@click.option(
    "--chords-guessed",
    type=click.FloatRange(0, 1),
    help="For --network part: share of the examples with soprano and chords whose chords are estimated from the "
    "soprano alone. By default 0.",
)
@click.option(
    "--measure-every",
    type=click.IntRange(1),
    help="Steps between two validations, each with a checkpoint. By default the network's own.",
)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="Random seed of the run.")
@click.option(
    "--threads", type=click.IntRange(1), default=1, show_default=True, help="Processor threads that torch may use."
)
@click.option(
    "--bf16",
    is_flag=True,
    help="Compute in bfloat16 (half precision); compare speed and loss before you rely on it.",
)
@click.option(
    "--tensorboard", is_flag=True, help="Write a TensorBoard log as well; needs pip install 'arranger[tensorboard]'."
)
@click.option(
    "--cache",
    type=FOLDER,
    default="runs/cache",
    show_default=True,
    metavar="DIR",
    help="Folder in which encoded scores are kept for later runs.",
)
def train(**choices: object) -> None:
    """Train a network on chorales, hymns or your own scores.

    Needs pip install 'arranger[train]'. Several processes can share the work: torchrun --nproc-per-node 2 -m arranger
    train --out RUN ...
    """
    from arranger.commands.errors import refusals

    _require_torch("training")
    with refusals():
        from arranger.lab.training.request import Request
        from arranger.lab.training.run import run

        run(Request(**choices))  # type: ignore[arg-type]
