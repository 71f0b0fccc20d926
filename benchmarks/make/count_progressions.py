"""Counts chord successions, from which the weights of the harmony graph are made; writes theory/harmony/counts.json.

    python -m benchmarks.make.count_progressions bach_split.json LEADSHEET_FOLDER theory/harmony/counts.json

*Chorale*: human Roman-numeral analyses of chorales on the training list. *Madrigal*: human analyses of Monteverdi's
third book of madrigals (the fourth and fifth are kept for benchmarks). *Song*: the chord symbols of
real lead sheets, whose keys are estimated by `estimate_chords`; every third sheet in the order of
file names is kept for benchmarks. Only successions within one key are counted, and inversions are
not distinguished. The song counts depend on the file they replace, but only through the estimated keys.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.sheet import read_lead_sheet
from corpora.roman_analyses import AnalysedChord, madrigal_analyses, roman_analyses
from theory.harmony.estimate import estimate_chords
from theory.notation.score import Score

Succession = tuple[str, str, str]  # mode, degree before, degree after
HELD_OUT = 3  # every third lead sheet
BOOK = 3  # of Monteverdi's madrigals

SOURCES = {
    "chorale": "Roman-numeral analyses of Bach chorales in music21's corpus (bach/choraleAnalyses; analysts Andrew "
    "Jones, Dmitri Tymoczko, Hamish Robb); training chorales only, listed under chorales",
    "madrigal": "Roman-numeral analyses of Monteverdi's third book of madrigals in music21's corpus (analysts Noam D. "
    "Elkies, Ian Quinn, Jon Wild, Steve Taylor and others)",
    "song": "chord symbols of lead sheets in OpenEWLD (Simonetta et al., DOI 10.5281/zenodo.4332855), keys estimated; "
    "every third file left out",
    "script": "benchmarks/make/count_progressions.py",
}


def analysed_successions(chords: tuple[AnalysedChord, ...]) -> Iterator[Succession]:
    """Yield the successions of a human analysis; those to or from a chord outside the graph are left out."""
    for before, after in pairwise(chords):
        same_key = (before.tonic, before.mode) == (after.tonic, after.mode)
        if same_key and before.name and after.name and before.name != after.name:
            yield before.mode, before.name, after.name


def symbol_successions(score: Score) -> Iterator[Succession]:
    """Yield the successions of a lead sheet's symbols, in the keys estimated from them."""
    spans = estimate_chords(score)
    for before, after in pairwise(spans):
        if before.key == after.key:
            yield before.key.mode, before.degree, after.degree


def read_sheets(folder: Path, *, held_out: bool) -> Iterator[tuple[str, Score]]:
    """Yield (file name, score) of the held-out lead sheets, or of the others; unreadable files are reported."""
    for index, path in enumerate(sorted(folder.glob("*.mxl"))):
        if (index % HELD_OUT == 0) == held_out:
            try:
                yield path.name, read_lead_sheet(path).score
            except ReadError as error:
                print(error, file=sys.stderr)


def table(successions: Iterable[Succession]) -> dict[str, dict[str, dict[str, int]]]:
    """Return the count of each succession, nested by mode, degree before and degree after."""
    counted: dict[str, dict[str, dict[str, int]]] = {"major": {}, "minor": {}}
    for (mode, before, after), number in sorted(Counter(successions).items()):
        counted[mode].setdefault(before, {})[after] = number
    return counted


def main(split_path: str, sheet_folder: str, out_path: str) -> None:
    """Write the counts."""
    split = json.loads(Path(split_path).read_text())
    analyses = list(roman_analyses(split, ["train"]))
    madrigals = madrigal_analyses([BOOK])
    sheets = read_sheets(Path(sheet_folder), held_out=False)
    data = {
        "sources": SOURCES,
        "chorales": [name for name, _ in analyses],
        "successions": {
            "chorale": table(pair for _, chords in analyses for pair in analysed_successions(chords)),
            "madrigal": table(pair for _, chords in madrigals for pair in analysed_successions(chords)),
            "song": table(pair for _, score in sheets for pair in symbol_successions(score)),
        },
    }
    Path(out_path).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
