"""Does the part model, which knows four voices, help three parts, one of its voices resting?

    python -m benchmarks.measure.three_parts [--most 16]

The soprano of each validation chorale is arranged for a choir without one of its lower voices, with the chords of the
real setting, with the model and by rules alone. Printed for each missing voice: the share of the soprano's attacks at
which the voices that are there sing the real pitch, and the findings of the style's rules per 100 notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import click

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.lab.evaluation.likeness import sheet_of
from corpora.chorales import CHORALES, read_chorale
from theory.notation.score import Part, Score

VOICES = ("soprano", "alto", "tenor", "bass")


@dataclass(frozen=True)
class Likeness:
    """Counts over one arrangement or several."""

    attacks: int = 0  # of the soprano, times the voices to be filled
    same: int = 0  # at which the voice has the real pitch
    notes: int = 0
    findings: int = 0  # errors and warnings

    def __add__(self, other: Likeness) -> Likeness:
        return Likeness(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def likeness(real: Score, arrangement: Arrangement) -> Likeness:
    """Return how far an arrangement of some parts agrees with the real setting."""
    onsets = [note.onset_quarter for note in real.parts[0].notes if note.pitch and not note.tie_stop]
    names = [part.name.lower() for part in arrangement.score.parts]
    pairs = [(real.parts[VOICES.index(name)], arrangement.score.parts[i]) for i, name in enumerate(names) if i]
    same = sum(_pitch(one, onset) == _pitch(other, onset) for one, other in pairs for onset in onsets)
    notes = sum(len(part.notes) for part in arrangement.score.parts)
    found = sum(finding.severity in ("error", "warning") for finding in arrangement.report().findings)
    return Likeness(len(onsets) * len(pairs), same, notes, found)


def _pitch(part: Part, onset_quarter: Fraction) -> int | None:
    sounding = (n for n in part.notes if n.pitch and n.onset_quarter <= onset_quarter < n.end_quarter)
    note = next(sounding, None)
    return note.pitch.midi if note and note.pitch else None


@click.command()
@click.option("--most", default=16, help="most pieces; 0: all")
def main(most: int) -> None:
    """Print the table."""
    scores = [read_chorale(name) for name in CHORALES.names("valid")[: most or None]]
    click.echo(f"{'without':10}{'by':8}{'real pitches':>14}{'findings per 100 notes':>24}")
    for missing in VOICES[1:]:
        for by, model in (("model", "default"), ("rules", None)):
            found = Likeness()
            for score in scores:
                sheet = sheet_of(score, chords=True)
                made = arrange(sheet, style="chorale", key="keep", harmony="follow", without=(missing,), model=model)
                found += likeness(score, made)
            share, faults = found.same / found.attacks, 100 * found.findings / found.notes
            click.echo(f"{missing:10}{by:8}{share:>14.1%}{faults:>24.2f}")


if __name__ == "__main__":
    main()
