"""The effect of each character on arrangements, in figures: attacks, dissonance, register, parallels.

Every sheet is arranged without a character and in each character. Printed are means over the sheets, for the voices
that were added:

- attacks: attacks per quarter of sounding time;
- foreign: share of the sounding time on notes foreign to the chord; chromatic: share on notes that are also
  foreign to the scale;
- pitch: mean MIDI number, weighted by duration; key: mean transposition of the tune in semitones;
- parallels: VL101 to VL103 per 1,000 notes; findings: of all rules, per 1,000 notes.

    python -m benchmarks.measure.characters SHEETS [--style song] [--every 35] [--temperature 0]
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.characters import axes
from arranger.formats.reading import read_lead_sheet
from theory.notation.score import LeadSheet
from theory.slices.facts import NONE

COLUMNS = ("attacks", "foreign %", "chromatic %", "pitch", "key", "parallels", "findings")
PARALLELS = ("VL101", "VL102", "VL103")


def figures(arrangement: Arrangement, sheet: LeadSheet) -> list[float]:
    """Return the figures of one arrangement, in the order of `COLUMNS`."""
    plan, found = arrangement.plan, arrangement.hypothesis
    midi, attack = (each[:, list(plan.free)] for each in (found.midi, found.attack))
    slices = np.arange(len(midi))[:, None]
    sounds = midi >= 0
    time = sounds * np.array([float(each) for each in plan.texture.duration_quarter])[:, None]
    foreign = (plan.context.role[slices, midi % 12] == NONE) & sounds
    chromatic = foreign & ~plan.context.scale[slices, midi % 12]
    codes = [finding.code for finding in arrangement.report().findings]
    notes = (attack & sounds).sum() / 1000
    moved = next(n for n in plan.score.parts[0].notes if n.pitch).pitch.midi  # type: ignore[union-attr]
    moved -= next(n for n in sheet.melody.notes if n.pitch).pitch.midi  # type: ignore[union-attr]
    return [
        attack.sum() / time.sum(),
        100 * (foreign * time).sum() / time.sum(),
        100 * (chromatic * time).sum() / time.sum(),
        (midi * time).sum() / time.sum(),
        moved,
        sum(code in PARALLELS for code in codes) / notes,
        len(codes) / notes,
    ]


@click.command()
@click.argument("sheets", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--style", default="song")
@click.option("--every", default=35, help="Take every nth sheet of the folder.")
@click.option("--temperature", default=0.0)
@click.option("--also", multiple=True, help="A further character, such as 'lively, rich'.")
def main(sheets: Path, style: str, every: int, temperature: float, also: tuple[str, ...]) -> None:
    """Print one line per character."""
    read = [read_lead_sheet(path) for path in sorted(sheets.glob("*.mxl"))[::every]]
    click.echo(f"{len(read)} sheets, {style}\n{'':16}" + "".join(f"{name:>13}" for name in COLUMNS))
    for character in ("", *(word for axis in axes() for word in (axis.low, axis.high)), *also):
        made = [(arrange(one, style=style, character=character, temperature=temperature), one) for one in read]
        row = np.mean([figures(*each) for each in made], axis=0)
        click.echo(f"{character or 'none':16}" + "".join(f"{value:13.2f}" for value in row))


if __name__ == "__main__":
    main()
