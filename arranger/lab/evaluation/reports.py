"""All measures of lists of chorales, as one table of plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from arranger.arranging.main import Options
from arranger.formats.processes import processes
from arranger.lab.evaluation.counts import Counts, counts_of, rest_share
from arranger.lab.evaluation.detector import detect, halves
from arranger.lab.evaluation.grade import TERMS, Reference, grade_terms
from arranger.lab.evaluation.likeness import joined, likeness
from arranger.lab.evaluation.lines import written_out
from arranger.lab.evaluation.networks import Networks, Sixteenths, networks_alone
from arranger.lab.evaluation.settings import Setting, all_arranged, all_read, difference
from arranger.lab.evaluation.voice_leading import voice_leading
from arranger.lab.orderless.runtime import OrderlessModel
from arranger.models.part.runtime import PartModel
from corpora.chorales import CHORALES
from theory.notation.score import Score

MOST_REST = 0.25  # share of the voices' time; chorales with more rests are movements with instrumental interludes
Table = dict[str, Any]


@dataclass(frozen=True)
class EvaluationRequest:
    """What to evaluate."""

    lists: tuple[str, ...] = ("valid",)
    most: int = 0  # most pieces per list; 0: all
    detector: bool = False
    networks_alone: bool = False  # also evaluate the networks alone on the real settings
    orderless: Path | None = None  # weights of an orderless network, which then reconstructs hidden voices
    sixteenths: Sixteenths | None = None  # gives the figures of networks of sixteenths
    jobs: int = 1

    @property
    def asks_networks(self) -> bool:
        """Whether any network is evaluated alone."""
        return self.networks_alone or self.orderless is not None or self.sixteenths is not None


# a progress bar: from items, their number and a label to a context manager that yields the items
Watch = Callable[[Iterable[Setting], int, str], AbstractContextManager[Iterable[Setting]]]


def unwatched(items: Iterable[Setting], count: int, label: str) -> AbstractContextManager[Iterable[Setting]]:
    """Return the items, without a progress bar."""
    return nullcontext(items)


def evaluate(request: EvaluationRequest, options: Options, watch: Watch = unwatched) -> Table:
    """Return the figures of each list, by name."""
    networks = _asked(request, options)
    reference = read_reference(jobs=request.jobs)
    table: Table = {}
    for name in request.lists:
        names = CHORALES.names(name)[: request.most or None]
        work = all_arranged(names, options, jobs=request.jobs)
        with watch(work, len(names), f"Arranging {name}") as watched:
            settings = list(watched)
        table[name] = figures(settings, reference, request)
        if networks is not None:
            table[name]["networks"] = networks_alone([(each.name, each.real) for each in settings], networks)
    return table


def _asked(request: EvaluationRequest, options: Options) -> Networks | None:
    """Return the networks to evaluate alone, or None. Raises as `arranger.models.numeric.read_weights`."""
    if options.model is None or not request.asks_networks:
        return None
    part = PartModel.load(None if options.model == "default" else Path(options.model))
    orderless = OrderlessModel.load(request.orderless) if request.orderless else None
    return Networks(part, orderless, request.sixteenths)


def read_reference(*, jobs: int = 1) -> Reference:
    """Return the counts of the chorales on the training list, without those that have long interludes."""
    scores = all_read(CHORALES.names("train"), jobs=jobs)
    return Reference.of([counts for counts in _counted(scores, jobs=jobs) if rest_share(counts) <= MOST_REST])


def figures(settings: Sequence[Setting], reference: Reference, request: EvaluationRequest) -> Table:
    """Return all figures of settings and of their real counterparts."""
    ours, real = [each.ours for each in settings], [each.real for each in settings]
    table: Table = {
        "pieces": len(settings),
        "likeness": joined([likeness(each.real, each.ours) for each in settings]).summary(),
        "grade": {
            "ours": grades(ours, reference, jobs=request.jobs),
            "real": grades(real, reference, jobs=request.jobs),
        },
        "voice leading": {
            "ours": voice_leading(settings, ours=True),
            "real": voice_leading(settings, ours=False),
        },
    }
    if any(each.variants for each in settings):
        table["variants"] = diversity(settings)
    if request.detector:
        verdict = detect(ours, real, [*range(len(ours)), *range(len(ours))])
        table["detector"] = {"auc": verdict.auc, "real against real": halves(real).auc, "strongest": verdict.weights}
    return table


def grades(scores: Sequence[Score], reference: Reference, *, jobs: int = 1) -> Table:
    """Return the median grade, the medians of its terms, and each piece's grade, with repeats written out."""
    terms = [grade_terms(counts, reference) for counts in _counted([written_out(score) for score in scores], jobs=jobs)]
    each = [sum(found.values()) for found in terms]
    medians = {name: float(np.median([found[name] for found in terms])) for name in TERMS}
    return {"median": float(np.median(each)), "terms": medians, "each": each}


def _counted(scores: Sequence[Score], *, jobs: int) -> list[Counts]:
    if jobs == 1:
        return [counts_of(score) for score in scores]
    with ProcessPoolExecutor(jobs, mp_context=processes()) as pool:
        return list(pool.map(counts_of, scores, chunksize=4))


def diversity(settings: Sequence[Setting]) -> Table:
    """Return the share of the lower voices' notes by which the variants differ from the first arrangement."""
    shares = [difference(each.ours, variant) for each in settings for variant in each.variants]
    return {"median difference": float(np.median(shares)), "least": min(shares), "of": len(shares)}
