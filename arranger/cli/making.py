"""``arranger arrange``, ``compose`` and ``harmonize``: their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from arranger.cli.editing import with_pin_options

if TYPE_CHECKING:
    from arranger.arranging.main import Options


@click.command()
@click.argument("leadsheet")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .musicxml, .mxl, .mid, pages as .pdf, .png or .svg, or sound as .wav, .flac or .ogg; - writes "
    "MusicXML to standard output.",
)
@click.option(
    "--ensemble",
    default="satb",
    show_default=True,
    metavar="NAME",
    help="Who sings or plays, for example ssaa or string-quartet; `arranger ensembles` lists them. Your own ensemble "
    "is a TOML file, for example my-band.toml.",
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
    "of the style's own, or patterns by sections ('A: walking; B: pad'); `arranger styles` lists them.",
)
@click.option(
    "--melody",
    default="",
    metavar="PART",
    help="Who gets the tune in the arrangement: a part of the ensemble, for example Tenor; around: it is handed from "
    "part to part by sections; 'A: Violin I; B: Viola' says by which. By default the ensemble's melody part, the "
    "soprano in satb.",
)
@click.option(
    "--melody-part",
    metavar="NAME",
    help="Where the tune is in your file: a part of the lead sheet, by its name or number (1 is the first). By default "
    "the part with words, or else the one with chord symbols.",
)
@click.option(
    "--key",
    default="auto",
    metavar="KEY",
    show_default=True,
    help="A key such as Bb, 'F# minor' or fis-moll; keep: the key of the sheet; auto: the key of the sheet if the tune "
    "lies well for the part that gets it, or else the nearest key in which it does; best: the key that suits all parts "
    "best, with a list of what each key costs whom.",
)
@click.option(
    "--bars",
    default="",
    metavar="9-12",
    help="Write new notes only in these bars (9-12, 9.3-12.1 or a rehearsal mark), composed as part of the whole. "
    "Elsewhere the parts stay as they are in the file.",
)
@click.option(
    "--only-bars",
    default="",
    metavar="9-12",
    help="Arrange these bars alone, as a piece of their own, by their printed numbers: 9-12, or 9 for a single bar.",
)
@click.option(
    "--keep",
    default="",
    metavar="PARTS",
    help="Keep what the file has in other parts than the tune: all, or parts and bars such as 'bass; alto 1-8'. New "
    "notes are written where these parts rest.",
)
@click.option(
    "--harmony",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "follow", "decorate", "free"]),
    help="What is made of the chord symbols. follow: they are kept to; decorate: they get a planned bass and other "
    "chords between them; free: they are ignored; auto: decorate in hymn and chorale, follow in the other styles.",
)
@click.option(
    "--vary",
    type=click.Choice(["repeats"]),
    help="repeats: write out repeats and verses, and set each time anew, with the tune the same.",
)
@click.option(
    "--ending",
    is_flag=True,
    help="If the sheet ends on a turnaround that leads back to the beginning, write an ending for the last time.",
)
@click.option(
    "--introduction",
    is_flag=True,
    help="Write four bars before the tune, from its last phrase, closing on the dominant.",
)
@click.option(
    "--level",
    default="school",
    show_default=True,
    type=click.Choice(["beginner", "school", "pro"]),
    help="Level of the players: beginner keeps to the middle of the ranges, to keys with few accidentals, to small "
    "leaps and plain rhythms; pro takes any key and livelier patterns.",
)
@click.option(
    "--score",
    "layout",
    type=click.Choice(["open", "closed"]),
    help="open: one staff per part; closed: two to six voices on two staves. By default closed for a mixed choir in "
    "style hymn and where all voices sing all the words together, otherwise open.",
)
@click.option(
    "--reduction",
    is_flag=True,
    help="Add a piano part for rehearsals below an open score: all voices on two staves.",
)
@click.option(
    "--words",
    type=click.Choice(["all", "lines", "none", "auto"]),
    help="Which words the lower voices sing. all: all the words; lines: the lines that are slow enough for all voices, "
    "the others on a vowel; none: vowels only; auto (the default): all if most lines are slow enough, otherwise lines. "
    "For instruments: print the words of the tune.",
)
@click.option(
    "--form",
    default="",
    metavar="FORM",
    help="Who sings each verse, for example 'v1: unison; v2: satb; v3: satb+descant', or a TOML file; the sheet is "
    "written out verse by verse. A verse may be sung by unison, women, men, or an ensemble whose parts the choir has.",
)
@click.option(
    "--breaths",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "source", "none"]),
    help="Breath marks for a choir. auto: those of the sheet, and others where the text lets all voices breathe; "
    "source: those of the sheet; none: no marks.",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="PART=LOW-HIGH",
    help="What your singers or players can do, for example 'alto=G3-C5'; also 'alto comfortable=A3-A4', 'alto "
    "tessitura=B3-G4', 'tenor loud=E4' (no higher where it is loud), 'alto outside=20%' (share of the time outside "
    "the tessitura). May be given several times.",
)
@click.option(
    "--range-file",
    default="",
    metavar="FILE.toml",
    help="The same in a file, with a table for each part, and the parts that are missing.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="PART",
    help="A part that is missing, for example tenor; the others make the chords complete. May be given several times.",
)
@click.option("--no-words", is_flag=True, help="Leave the words out.")
@click.option(
    "--character",
    default="",
    metavar="WORDS",
    help="Character of the arrangement: calm or lively, plain or rich, dark or bright. =0.5 halves a trait, =0..1 lets "
    "it grow over the piece: for example 'lively, dark=0.5' or 'rich=0..1..0'.",
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
    help="Leave out improbable notes: 0.9 keeps the most probable options that together make up 90 % of the "
    "probability, 1 keeps all (nucleus sampling).",
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
    "--effort",
    default="normal",
    show_default=True,
    metavar="low|normal|high|N",
    help="Time for choice. high: four times the draws of a harmony, twice the beam, and the best of four finished "
    "settings; N: the best of N settings; low: fast.",
)
@click.option(
    "--beam",
    default=0,
    type=click.IntRange(0, 1000),
    help="Beam width: how many partial arrangements the search keeps at each step. More is slower, and may be better. "
    "By default that of the effort, 16 for normal.",
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
    help="Write in words why the notes stand where they stand, bar by bar: .txt; .html with the engraved score; .json "
    "with the cost of every term.",
)
@with_pin_options
def arrange(leadsheet: str, output: str, **choices: object) -> None:
    """Arrange a lead sheet for choir or quartet.

    LEADSHEET is a MusicXML, ABC, MIDI or Humdrum file with a tune (- reads standard input). Its chord symbols and words
    are used; where it has no chord symbols, chords are proposed.
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.arranging import Asked, Targets, run, with_range_file

        wanted = {name: choices.pop(name) or "" for name in ("report", "explanation", "layout")}
        read = choices.pop("range_file")
        asked = Asked(**{name: choices.pop(name) or "" for name in Asked.__dataclass_fields__})  # type: ignore[arg-type]
        reduction = bool(choices.pop("reduction"))
        options, printed = options_of(choices)
        targets = Targets(output, words=printed, reduction=reduction, **wanted)  # type: ignore[arg-type]
        options = with_range_file(options, str(read), leadsheet) if read else options
        run(leadsheet, targets, options, asked)


def options_of(choices: Mapping[str, object]) -> tuple[Options, bool | None]:
    """Return what an arrangement is to be, and whether the words are printed (None: as the ensemble has it)."""
    from arranger.arranging.main import Options

    own = {name: value for name, value in choices.items() if name not in ("no_words", "no_model", "weights")}
    own["vary"] = own["vary"] or ""
    own["range"] = own.pop("ranges")
    own["words"] = choices["words"] or "auto"
    printed = False if choices["no_words"] else (True if choices["words"] not in (None, "none") else None)
    model = None if choices["no_model"] else choices["weights"] or "default"
    return Options(model=model, **own), printed  # type: ignore[arg-type]


@click.command()
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
    help="period: two halves that begin alike, the first closing on the dominant, the second on the tonic; aaba: the "
    "first phrase returns after a contrasting one.",
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
    help="What to write after a prompt. continue: new phrases; answer: a consequent, which begins with the first half "
    "of the prompt and closes on the tonic.",
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
    help="Character of the tune: calm or lively, plain or rich, dark or bright. =0.5 halves a trait, =0..1 lets it "
    "grow over the piece: for example 'lively, dark=0.5'.",
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
    help="Leave out improbable notes: draw from the most probable ones that together make up this probability; lower "
    "is more cautious (nucleus sampling).",
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
        from arranger.composing.compose import TuneRequest

        run(prompt, output, TuneRequest(pickup=Fraction(pickup), **choices))  # type: ignore[arg-type]


@click.command()
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
    type=click.Choice(["chorale", "hymn", "renaissance", "folk", "song"]),
    help="Music to imitate. chorale: Bach's chorales; hymn: English hymns; renaissance: triads; folk: plain triads and "
    "dominant sevenths that change with the bars; song: sevenths and applied dominants.",
)
@click.option(
    "--temperature",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Randomness; 0 gives the best plan found, 1 is bold.",
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
    "words, or else the one with chord symbols.",
)
@click.option("--replace", "replaces", is_flag=True, help="Replace the chord symbols that the sheet already has.")
@click.option("--no-model", is_flag=True, help="Choose chords by rules alone, without the neural chord model.")
def harmonize(tune: str, output: str, melody_part: str | None, **choices: object) -> None:
    """Write chord symbols over a tune.

    TUNE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input). Nothing but the chord symbols is changed.
    """
    from arranger.commands.errors import Refusal, refusals

    with refusals():
        from arranger.commands.harmonizing import HarmonizeRequest, run
        from arranger.harmonizing.sheets import HarmonyOptions

        replaces, variants = choices.pop("replaces"), choices.pop("variants")
        model = None if choices.pop("no_model") else "default"
        if variants != 1 and (model is None or not choices["temperature"]):
            raise Refusal("--variants needs the chord model and a --temperature above 0; try --temperature 1")
        options = HarmonyOptions(model=model, **choices)  # type: ignore[arg-type]
        run(tune, HarmonizeRequest(output, melody_part, replaces, variants, options))  # type: ignore[arg-type]
