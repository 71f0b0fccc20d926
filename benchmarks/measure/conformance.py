"""Opens arrangements in other programs and prints what they lose: notes, words, chord symbols, bars.

    python -m benchmarks.measure.conformance FOLDER [--sheets 40] [--seed 0] [--ensemble satb ...]

Each of the drawn lead sheets is arranged for each ensemble and written as MusicXML, every other one for mixed choir in
closed score. The files must be valid by the schema of MusicXML 4.0, and each program must find in them, or write again,
the same notes (bar, onset, written pitch, duration), words and chord symbols, and as many bars. A program that is not
installed is named and left out (`benchmarks/programs/readers.py` says what is needed).
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from arranger import arrange, read_lead_sheet
from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.main import Options
from arranger.commands.arranging import default_layout
from arranger.formats.reading import ReadError
from arranger.formats.writing import without_words, write_score
from benchmarks.faults.schema import error_in
from benchmarks.programs.facts import Difference, Facts, difference, musicxml_facts
from benchmarks.programs.readers import Program, programs

ENSEMBLES = ("satb", "ttbb", "string-quartet", "sax-quartet", "brass-quintet")
KINDS = ("notes", "words", "symbols", "bars")


@dataclass
class Tally:
    """What one program did with all files: how many it read, and in how many each kind of thing differs."""

    read: int = 0
    refused: list[str] = field(default_factory=list)
    things: Counter[str] = field(default_factory=Counter)  # notes and words that it was given
    differing: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, name: str, ours: Facts, found: Facts | str | None) -> None:
        """Count one file."""
        if isinstance(found, str):
            self.refused.append(f"{name}: {found}")
            return
        self.read += 1
        if found is None:
            return
        self.things.update(notes=sum(ours.notes.values()), words=sum(ours.words.values()))
        apart: Difference = difference(ours, found)
        for kind in KINDS:
            items: Sequence[str] = getattr(apart, kind)
            if items:
                self.differing[kind] += 1
                self.examples.append(f"{name}: {kind}: {', '.join(items[:3])}")


def written_arrangements(sheets: Sequence[Path], ensembles: Sequence[str], folder: Path) -> Iterator[Path]:
    """Arrange sheets and yield the files; sheets that cannot be read are left out."""
    for number, path in enumerate(sheets):
        try:
            sheet = read_lead_sheet(path)
        except ReadError:
            continue
        for ensemble in ensembles:
            score = arrange(sheet, ensemble=ensemble, effort="low").score
            sings = load_ensemble(ensemble).family == "choir"
            closed = number % 2 and default_layout(Options(ensemble=ensemble, style="hymn"), score) == "closed"
            name = folder / f"{path.stem}-{ensemble}.musicxml"
            yield write_score(score if sings else without_words(score), name, layout="closed" if closed else "open")


def tallies(files: Sequence[Path], asked: Sequence[Program]) -> dict[str, Tally]:
    """Return what each program did with the files."""
    ours = [musicxml_facts(path) for path in files]
    found = {program.name: Tally() for program in asked}
    for program in asked:
        for path, own, theirs in zip(files, ours, program.read(files), strict=True):
            found[program.name].add(path.name, own, theirs)
    return found


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--sheets", default=40, show_default=True, help="How many sheets are drawn.")
@click.option("--seed", default=0, show_default=True, help="Draws the sheets.")
@click.option("--ensemble", "ensembles", multiple=True, default=ENSEMBLES, help="Ensembles, by default five.")
def main(folder: Path, sheets: int, seed: int, ensembles: tuple[str, ...]) -> None:
    """Print the tables for the lead sheets of a folder."""
    drawn = random.Random(seed).sample(sorted(folder.glob("*.mxl")), sheets)
    with tempfile.TemporaryDirectory() as place:
        files = list(written_arrangements(drawn, ensembles, Path(place)))
        errors = [f"{path.name}: {error}" for path in files if (error := error_in(path.read_bytes()))]
        print(f"{len(files)} files, {len(files) - len(errors)} valid by the schema of MusicXML 4.0")
        print(*errors, sep="\n", end="\n" if errors else "")
        asked = [program for program in programs() if not program.missing]
        found = tallies(files, asked)
    print(f"\n| program | read | notes | words | files with other {' | '.join(KINDS)} |\n|---|{'---:|' * 7}")
    for name, tally in found.items():
        told = [*(f"{tally.things[each]:,}" for each in ("notes", "words")), *(str(tally.differing[k]) for k in KINDS)]
        cells = told if tally.things else ["–"] * len(told)  # LilyPond does not tell what it read
        print(f"| {name} | {tally.read} of {len(files)} | {' | '.join(cells)} |")
    for program in programs():
        if program.missing:
            print(f"left out: {program.name}: {program.missing}")
    for name, tally in found.items():
        for line in [*tally.refused, *tally.examples][:20]:
            print(f"{name}: {line}")


if __name__ == "__main__":
    main()
