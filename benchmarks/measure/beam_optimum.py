"""How far beam search is from the optimum: the cost of its result compared with the cheapest texture.

    python -m benchmarks.measure.beam_optimum [--style hymn] [--style song]

Short tunes are harmonised in narrow ranges with chord tones only, so that exact dynamic programming is possible.
The objective is that of the style without the model and without terms that look at more than two slices.
Printed for each beam width: mean cost above the optimum in nats, total cost divided by the total optimum, and
the number of tunes solved exactly.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import click
import numpy as np

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import Plan, plan_of
from arranger.arranging.search.beam import Search
from arranger.arranging.search.exact import optimum, pairwise
from arranger.arranging.search.objective import Objective
from arranger.arranging.styles import STYLES, load_style
from arranger.formats.reading.abc.reader import parse_abc
from arranger.formats.reading.layout import build_score
from theory.notation.score import LeadSheet
from theory.slices.facts import Ranges

TUNES = (
    ("C", '"C" c2 "G7" d2 | "Am" c2 "F" A2 | "C" G2 "G7" B2 | "C" c4 |]'),
    ("Am", '"Am" A "E7" ^G "Am" A "Dm" d | "E7" B2 "Am" A2 |]'),
    ("C", '"C" E F "G" G A | "C" G4 |]'),
    ("G", '"G" B "D" A "G" G "C" c | "G" B "D7" A "G" G2 |]'),
    ("Dm", '"Dm" A "Gm" B "A7" A "Dm" d | "Gm" d "A7" ^c "Dm" d2 |]'),
    ("F", '"F" A "C7" B "F" c "Bb" d | "F" c "C7" B "F" A2 |]'),
)
RANGES = ((60, 79), (58, 69), (50, 60), (43, 55))  # lowest and highest note of each voice
WIDTHS = (1, 2, 4, 8, 16, 32, 64)


def narrow_plan(key: str, music: str, style: str) -> Plan:
    """Return the plan of a tune in narrow ranges, with chord tones only."""
    read = parse_abc(f"X:1\nM:4/4\nL:1/4\nK:{key}\n{music}\n", "tune")
    sheet = LeadSheet(build_score(read.staves, read.staves, read.heading)[0])
    plan = plan_of(sheet, load_ensemble("satb"), load_style(style), melody=0)
    low, high = np.array(RANGES).T
    return replace(plan, ranges=Ranges(low, high, low, high, low, high), style=replace(plan.style, foreign_voices=0))


@click.command()
@click.option("--style", "styles", multiple=True, type=click.Choice(STYLES.names), default=("hymn", "song"))
def main(styles: tuple[str, ...]) -> None:
    """Print how far each beam width is from the optimum."""
    for style in styles:
        plans = [narrow_plan(key, music, style) for key, music in TUNES]
        objective = pairwise(Objective.of(plans[0].style, np.array([False, True, True, True])))
        start = perf_counter()
        best = np.array([optimum(plan, objective).cost for plan in plans])
        click.echo(f"{style}: {len(plans)} tunes, optimum {best.mean():.2f} nats, {perf_counter() - start:.1f} s")
        for width in WIDTHS:
            start = perf_counter()
            found = np.array([Search(plan, objective, width=width).run()[0].cost for plan in plans])
            above = found - best
            click.echo(
                f"  beam {width:3d}: {above.mean():5.2f} nats above, cost / optimum {found.sum() / best.sum():.3f}, "
                f"exact {int((above < 1e-3).sum())} of {len(plans)}, {perf_counter() - start:.1f} s"
            )


if __name__ == "__main__":
    main()
