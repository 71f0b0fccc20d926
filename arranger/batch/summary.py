"""The tables of a report: how many, what was counted how often, how figures are spread, the worst, and failures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from arranger.batch.outcome import DONE, Figure, Job
from arranger.batch.store import Finished
from theory.rules.rates import bach_rates

WORST = 10
SEVERITIES = ("error", "warning", "info")  # the worst first
_EXAMPLES = 3
_NUMBER = re.compile(r"\d+")
_QUOTED = re.compile(r"'[^']*'")
_PLACE = re.compile(r"^(?:part [^:]*, )?(?:bar|line|measure) [^:]*: ")
_QUANTILES = {"least": 0.0, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "most": 1.0}

Row = dict[str, Figure]
Bad = tuple[tuple[float, float, str], Finished]  # sorted first: the worse


@dataclass
class Summary:
    """Counts over all inputs, gathered in one pass; its size does not grow with their number."""

    job: Job
    statuses: Counter[str] = field(default_factory=Counter)
    counts: Counter[tuple[Any, ...]] = field(default_factory=Counter)  # of what the job counts
    in_scores: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    gravest: dict[tuple[Any, ...], str] = field(default_factory=dict)  # the worst severity with which it was found
    severities: Counter[str] = field(default_factory=Counter)  # of findings
    spread: dict[str, Counter[float]] = field(default_factory=dict)  # column -> rounded value -> scores
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)  # (status, cause) -> inputs
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    sonorities: int = 0

    def add(self, each: Finished) -> None:
        """Count one input."""
        status = each.known.status
        self.statuses[status] += 1
        if status != DONE:
            cause = status, cause_of(each.known.reason)
            self.causes[cause] += 1
            named = self.examples.setdefault(cause, [])
            named += [each.known.source] if len(named) < _EXAMPLES else []
            return
        self._count(each.details)
        self.sonorities += int(each.figures["sonorities"] or 0)
        for name, value in self._spread(each):
            self.spread.setdefault(name, Counter())[value] += 1
        if self._is_judged:
            self.bad = nsmallest(WORST, [*self.bad, (_badness(each), each)], key=lambda bad: bad[0])

    def _count(self, rows: Sequence[Sequence[Figure]]) -> None:
        """Count the details of one input."""
        names = list(self.job.kind.details.types)
        places = [names.index(name) for name in self.job.kind.counted]
        found = [tuple(row[place] for place in places) for row in rows]
        self.counts.update(found)
        self.in_scores.update(set(found))
        if self._is_judged:
            severities = [str(row[names.index("severity")]) for row in rows]
            self.severities.update(severities)
            for key, severity in zip(found, severities, strict=True):
                self.gravest[key] = min(self.gravest.get(key, severity), severity, key=SEVERITIES.index)

    @property
    def _is_judged(self) -> bool:
        return "errors" in self.job.kind.figures.types

    def _spread(self, each: Finished) -> Iterator[tuple[str, float]]:
        for name, kind in self.job.kind.figures.types.items():
            value = each.figures[name]
            if kind is not str and value is not None:
                yield name, round(float(value), 1)
        if self._is_judged:
            yield "findings per 1,000 notes", round(1000 * len(each.details) / max(1, int(each.figures["notes"] or 0)))

    def frequencies(self) -> list[Row]:
        """Return how often each thing was counted, the most frequent first; rules beside their rate in Bach."""
        rows = []
        for key, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            row: Row = dict(zip(self.job.kind.counted, key, strict=True))
            row |= {"severity": self.gravest[key]} if self._is_judged else {}
            row |= {"count": count, "scores": self.in_scores[key]}
            row["per_1000_sonorities"] = round(1000 * count / max(1, self.sonorities), 3)
            rows.append(row | self._beside_bach(row))
        return rows

    def _beside_bach(self, row: Row) -> Row:
        if "code" not in row:
            return {}
        rate = bach_rates().get(str(row["code"]))
        ours, bach = row["per_1000_sonorities"], rate.per_thousand_sonorities if rate else None
        times = round(float(ours or 0) / bach, 2) if bach else None
        return {"bach_per_1000_sonorities": None if bach is None else round(bach, 3), "times_bach": times}

    def distributions(self) -> list[Row]:
        """Return least, quartiles, most and mean of each figure."""
        return [{"figure": name, **quantiles(counts)} for name, counts in self.spread.items()]

    def worst(self) -> list[Row]:
        """Return the inputs with most errors, then warnings, for their length."""
        names = ("errors", "warnings", "infos", "notes")
        rows: list[Row] = []
        for badness, each in self.bad:
            row: Row = {"source": each.known.source, "result": result_of(each, self.job)}
            rows += [row | {name: each.figures[name] for name in names}] if badness[0] or badness[1] else []
        return rows

    def failures(self) -> list[Row]:
        """Return what was refused or failed by cause, the most frequent first."""
        ranked = sorted(self.causes.items(), key=lambda item: (-item[1], item[0]))
        return [
            {"status": status, "cause": cause, "count": count, "examples": ", ".join(self.examples[status, cause])}
            for (status, cause), count in ranked
        ]


def _badness(each: Finished) -> tuple[float, float, str]:
    """Return what to sort by, the worst first: errors per note, warnings per note."""
    notes = max(1, int(each.figures["notes"] or 0))
    errors, warnings = int(each.figures["errors"] or 0), int(each.figures["warnings"] or 0)
    return -errors / notes, -warnings / notes, each.known.source


def result_of(each: Finished, job: Job) -> str:
    """Return the path of an input's result in the folder of the batch, empty if it has none."""
    return next((f"{job.kind.folder}/{each.known.name}{ending}" for ending in each.known.files), "")


def cause_of(reason: str) -> str:
    """Return a reason without what differs from file to file.

    >>> cause_of("bar 12: the note 'X9' has octave 12; is it right?")
    "the note '...' has octave N; is it right?"
    """
    return _NUMBER.sub("N", _QUOTED.sub("'...'", _PLACE.sub("", reason)))


def quantiles(counts: Counter[float]) -> Row:
    """Return the number of values, their mean and quantiles, from how often each value occurs.

    >>> quantiles(Counter({1.0: 2, 4.0: 2}))["median"], quantiles(Counter({1.0: 2, 4.0: 2}))["mean"]
    (1.0, 2.5)
    """
    total = counts.total()
    values = sorted(counts)
    row: Row = {"scores": total, "mean": round(sum(value * counts[value] for value in values) / total, 3)}
    for name, share in _QUANTILES.items():
        row[name] = _at(values, counts, share * (total - 1))
    return row


def _at(values: Sequence[float], counts: Counter[float], rank: float) -> float:
    """Return the value at a rank, counted from 0, of the values in order."""
    passed = 0
    for value in values:
        passed += counts[value]
        if passed > rank:
            return value
    return values[-1]
