"""``arranger render``: its options."""

from __future__ import annotations

import click


@click.command(epilog="Example: arranger render song-satb.musicxml -o song-satb.pdf --paper octavo")
@click.argument("score")
@click.option(
    "-o",
    "--output",
    default="",
    metavar="OUT",
    help="File to write: .pdf, or .png or .svg, one for each page; .wav, .flac, .ogg or .mid for sound.",
)
@click.option(
    "--parts",
    default="",
    metavar="DIR",
    help="Write each part into this folder, as PDF and MusicXML. Singers get the whole score with their own staff "
    "large, players their part alone.",
)
@click.option(
    "--paper",
    default="a4",
    show_default=True,
    type=click.Choice(["a4", "letter", "octavo"]),
    help="Format of the pages; octavo is that of choral music.",
)
@click.option(
    "--staff",
    "staff_mm",
    type=click.FloatRange(3, 12),
    metavar="MM",
    help="Height of a staff in millimetres. By default as is usual for the paper: 5 to 7.",
)
@click.option(
    "--score",
    "layout",
    type=click.Choice(["open", "closed"]),
    help="open: one staff per part; closed: four voices on two staves. By default as in the file.",
)
@click.option("--concert", is_flag=True, help="Write transposing instruments as they sound.")
@click.option(
    "--chords",
    default="own",
    show_default=True,
    type=click.Choice(["own", "all", "none"]),
    help="Which parts have the chord symbols. own: the part that has them in the score; all: every part.",
)
@click.option("--no-cues", is_flag=True, help="Leave out the small notes of another part after a long rest.")
@click.option(
    "--dpi", "dots_per_inch", default=200, show_default=True, type=click.IntRange(50, 600), help="Resolution of a .png."
)
@click.option(
    "--rehearsal",
    default="",
    metavar="DIR",
    help="Write rehearsal tracks into a folder: one for each part, in which it stands before the others, one with all, "
    "and index.html, a page that plays them.",
)
@click.option(
    "--tempo",
    default="",
    metavar="N|N%",
    help="Tempo of sound: quarters per minute at the beginning, such as 72, or a share of the written tempo, as 80%.",
)
@click.option(
    "--count-in",
    "count_in_bars",
    default=1,
    show_default=True,
    type=click.IntRange(0, 8),
    help="Bars that are counted before a rehearsal track.",
)
@click.option("--metronome", is_flag=True, help="Rehearsal tracks with a click on each beat.")
@click.option(
    "--balance",
    "balance_decibels",
    default=12.0,
    show_default=True,
    type=click.FloatRange(0, 60),
    metavar="DB",
    help="By how many decibels the other parts are softer in a rehearsal track; 60 is nearly silent.",
)
@click.option(
    "--track-format",
    default="ogg",
    show_default=True,
    type=click.Choice(["ogg", "flac", "wav"]),
    help="Format of the rehearsal tracks; flac plays on older iPhones too.",
)
def render(score: str, output: str, parts: str, rehearsal: str, no_cues: bool, **choices: object) -> None:
    """Write a score as pages, with its parts, as sound, or as rehearsal tracks.

    SCORE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input).
    """
    from arranger.commands.rendering import PageOptions, Targets, run
    from arranger.commands.sounding import SoundOptions
    from arranger.sounding.rehearsal import Practice

    practice = Practice(**{name: choices.pop(name) for name in ("balance_decibels", "count_in_bars", "metronome")})  # type: ignore[arg-type]
    sound = SoundOptions(choices.pop("tempo"), practice, choices.pop("track_format"))  # type: ignore[arg-type]
    pages = PageOptions(cues=not no_cues, **choices)  # type: ignore[arg-type]  # click has checked
    run(score, Targets(output, parts, rehearsal), pages, sound)
