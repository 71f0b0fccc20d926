"""The sound of a score as a file, and rehearsal tracks in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import click

from arranger.commands.errors import Refusal, refusals
from arranger.commands.streams import write_to
from arranger.formats.writing import write_score
from arranger.sounding.files import demand_soundfile, sound_bytes
from arranger.sounding.mixing import mixed
from arranger.sounding.rehearsal import Practice, count_in_seconds, rehearsal_tracks
from arranger.sounding.rehearsal_page import rehearsal_page
from arranger.sounding.stems import stems
from arranger.sounding.tempo import at_tempo
from theory.notation.score import Score


@dataclass(frozen=True)
class SoundOptions:
    """What the user said about sound."""

    tempo: str = ""  # quarters per minute, or a share such as 80%; empty: as written
    practice: Practice = field(default_factory=Practice)
    track_format: str = "ogg"


def demand_folder(folder: str) -> None:
    """Raise Refusal if rehearsal tracks cannot go there, or a package that they need is missing."""
    if Path(folder).exists() and not Path(folder).is_dir():
        raise Refusal(f"{folder}: there is a file of this name; give the name of a folder")
    with refusals():
        demand_soundfile()


def write_heard(score: Score, output: str, options: SoundOptions) -> None:
    """Write the sound of a score, all parts together, or a MIDI file."""
    if Path(output).suffix.lower() == ".mid":
        write_score(at_tempo(score, options.tempo), output)
        click.echo(f"wrote {output}", err=True)
        return
    heard = stems(score, tempo=options.tempo)
    write_to(output, sound_bytes(mixed(heard), Path(output).suffix, rate=heard.rate))
    click.echo(f"wrote {output}", err=True)


def write_rehearsal(score: Score, folder: str, options: SoundOptions) -> None:
    """Write rehearsal tracks and the page that plays them into a folder, which is made if there is none."""
    place, ending = Path(folder), f".{options.track_format}"
    heard = stems(score, tempo=options.tempo)
    place.mkdir(parents=True, exist_ok=True)
    listed: dict[str, str] = {}
    for track in rehearsal_tracks(heard, options.practice):
        listed[track.title] = track.file + ending
        name = str(place / listed[track.title])
        write_to(name, sound_bytes(track.sound, ending, rate=heard.rate))
        click.echo(f"wrote {name}", err=True)
    before = count_in_seconds(heard, options.practice)
    page = rehearsal_page(score, heard, listed, before_second=before)
    write_to(str(place / "index.html"), page.encode())
    click.echo(f"wrote {place / 'index.html'}", err=True)
