"""Other programs open what we write, and find or write again the same notes, words, chord symbols and bars.

`benchmarks.measure.conformance` does the same with a sample of lead sheets and five ensembles.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arranger import arrange, read_lead_sheet
from arranger.formats.reading import read_score
from arranger.formats.writing import write_score
from benchmarks.faults.schema import error_in
from benchmarks.measure.conformance import tallies
from benchmarks.programs.facts import difference, musicxml_facts
from benchmarks.programs.readers import Program, programs
from theory.notation.pitch import Pitch

EXAMPLES = Path(__file__).parents[1] / "examples"
WRITTEN = {  # file: song, ensemble, layout
    "closed": ("amazing-grace.musicxml", "satb", "closed"),
    "open": ("auld-lang-syne.musicxml", "ttbb", "open"),
    "transposed": ("greensleeves.abc", "sax-quartet", "open"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("written")
    return [
        write_score(
            arrange(read_lead_sheet(EXAMPLES / song), ensemble=ensemble, effort="low").score,
            folder / f"{name}.musicxml",
            layout=layout,
        )
        for name, (song, ensemble, layout) in WRITTEN.items()
    ]


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_a_program_keeps_all_notes_words_symbols_and_bars(program: Program, files: list[Path]) -> None:
    if program.missing:
        pytest.skip(f"{program.name}: {program.missing}")
    tally = tallies(files, [program])[program.name]
    assert tally.refused == []
    assert tally.examples == []
    assert tally.read == len(WRITTEN)
    if program.name != "LilyPond":  # it engraves, but does not tell what it read
        assert tally.things["notes"] > 300
        assert tally.things["words"] > 150


def test_the_files_are_valid_by_the_schema(files: list[Path]) -> None:
    assert [error_in(path.read_bytes()) for path in files] == [""] * len(files)


def test_what_is_lost_or_added_is_found(files: list[Path], tmp_path: Path) -> None:
    score = read_score(files[1])
    part = score.parts[1]
    one = next(number for number, note in enumerate(part.notes) if note.pitch)
    other = replace(part.notes[one], pitch=Pitch.parse("F#6"), lyrics=())
    changed = replace(part, notes=(*part.notes[:one], other, *part.notes[one + 1 :]))
    path = write_score(replace(score, parts=(score.parts[0], changed, *score.parts[2:])), tmp_path / "other.musicxml")
    found = difference(musicxml_facts(files[1]), musicxml_facts(path))
    assert [item[0] for item in found.notes] == ["-", "+"]
    assert "'F#6'" in found.notes[1]
    assert len(found.words) == len(part.notes[one].lyrics)
    assert found.bars == found.symbols == ()
