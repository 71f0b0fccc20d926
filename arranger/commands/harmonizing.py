"""``arranger harmonize``: write chord symbols over a tune."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import click

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices, source_name
from arranger.commands.streams import PIPE, numbered, read_from, write_to
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import proven_musicxml, write_score
from arranger.harmonizing.sheets import HarmonyOptions, harmonize
from theory.harmony.evidence import slot_onsets
from theory.notation.score import LeadSheet, Score


@dataclass(frozen=True)
class HarmonizeRequest:
    """The options of the command line."""

    output: str = ""  # empty: a chord chart on standard output
    melody_part: str | None = None
    replaces: bool = False  # whether the symbols of the sheet may be replaced
    variants: int = 1
    options: HarmonyOptions = field(default_factory=HarmonyOptions)


def run(source: str, request: HarmonizeRequest) -> None:
    """Harmonise a tune and write it with its chords, or print them as a chart."""
    if request.variants > 1 and request.output == PIPE:
        raise Refusal("several variants cannot go to standard output; give -o the name of a file")
    with refusals():
        sheet = read_from(source, partial(read_lead_sheet, melody_part=request.melody_part))
    if sheet.score.has_symbols and not request.replaces:
        raise Refusal(f"{source_name(source)}: it has chord symbols already; --replace replaces them")
    print_notices(sheet.notices, source)
    for number in range(request.variants):
        options = replace(request.options, seed=request.options.seed + number)
        with faults(source):
            found = harmonize(sheet, options)
        with refusals():
            _write(found, numbered(request.output, number + 1, request.variants) if request.output else "")


def _write(sheet: LeadSheet, target: str) -> None:
    if not target:
        write_to(PIPE, (chart(sheet.score) + "\n").encode())
    elif target == PIPE:
        write_to(PIPE, proven_musicxml(sheet.score))
    else:
        chords = len(sheet.score.chords)
        path = write_score(sheet.score, Path(target))
        click.echo(f"wrote {path}: {chords} chord symbols over {len(sheet.score.bars)} bars", err=True)


def chart(score: Score) -> str:
    """Return the chord symbols of a score as a chart: one cell per bar, four bars per line.

    ``%`` stands for a bar without a new chord. Where a chord begins within a bar, every beat is shown, and ``/`` stands
    for a beat without a new chord.

    >>> from theory.notation.chord import ChordSymbol
    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> from theory.notation.score import Harmony
    >>> score = example_score(passes("C5 - - - D5 - - - E5 - - -", ""))
    >>> C, G = ChordSymbol.parse("C"), ChordSymbol.parse("G7")
    >>> print(chart(replace(score, chords=(Harmony(0, C), Harmony(4, G), Harmony(6, C)))))
    | C / / / G7 / C / / / / / |
    """
    cells = list(_cells(score))
    start = 1 if score.bars and score.bars[0].implicit else 0  # a pickup stands before the first line of four
    edges = [0, *range(4 + start, len(cells), 4), len(cells)]
    return "\n".join(f"| {' | '.join(cells[first:last])} |" for first, last in pairwise(edges) if first < last)


def _cells(score: Score) -> Iterator[str]:
    beats = slot_onsets(score)
    for bar in score.bars:
        inside = {one.onset_quarter: str(one.symbol) for one in score.chords}
        times = sorted({time for time in (*beats, *inside) if bar.onset_quarter <= time < bar.end_quarter})
        new = [time for time in times if time in inside]
        words = [inside.get(time, "/") for time in times]
        yield "%" if not new else words[0] if new == times[:1] else " ".join(words)
