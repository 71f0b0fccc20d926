"""What faults cost: points of an assignment, by kind of fault.

A kind is one of the homework's own (`given`, `bars` ...), a rule's code or the beginning of codes, or the severity of
the profile (`error`, `warning`) for all other rules. A fault costs ``each``; all faults of a kind together cost at most
``most``. Without ``each``, ``most`` is divided by the number of things that can be wrong: notes, bars, chords.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

from theory.rules.catalogue import ALL
from theory.tables import demand, nearest

SEVERITIES = ("error", "warning")
COUNTED = {  # kinds of which an assignment holds a number: what is counted
    "given": "notes of the given lines",
    "complete": "bars",
    "numerals": "numerals",
    "figures": "figures",
    "analysis": "numerals",
}
KINDS = (*COUNTED, "transposed", "bars")  # the homework's own
_SETTINGS = {"total": float, "round": float}  # what is no kind of fault
_DEFAULT_TOTAL = 10
_DEFAULTS: Mapping[str, Any] = {
    "given": 0.5, "transposed": 1, "bars": 1, "complete": 0.5, "numerals": 0.5, "figures": 0.5,
    "error": 1, "warning": 0.5,
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What one fault of a kind costs, and what all of them cost at most."""

    each: Fraction | None  # None: ``most`` divided by the number of things that can be wrong
    most: Fraction | None = None  # None: no limit

    def of_one(self, count: int) -> Fraction:
        """Return what one fault costs if ``count`` things can be wrong."""
        return self.each if self.each is not None else (self.most or Fraction(0)) / max(count, 1)


@dataclass(frozen=True)
class Points:
    """The points of an assignment: the total, from which faults are subtracted, and what each kind costs."""

    total: Fraction = Fraction(_DEFAULT_TOTAL)
    costs: Mapping[str, Cost] = field(default_factory=dict)  # by kind
    step: Fraction | None = None  # a mark is rounded to a multiple of it; None: it is not rounded

    def kind_of(self, own: str, code: str, severity: str) -> str:
        """Return the kind whose cost a fault has, empty if it costs nothing.

        ``own`` is the homework's kind, empty for the fault of a rule; of several codes the longest decides.

        >>> points = parse_points({"VL": 1, "VL101": 2, "error": 1}, "")
        >>> [points.kind_of("", code, "error") for code in ("VL101", "VL401", "ME101")], points.kind_of("bars", "", "")
        (['VL101', 'VL', 'error'], '')
        """
        if own:
            return own if own in self.costs else ""
        named = [kind for kind in self.rule_codes if code.startswith(kind)]
        if severity not in SEVERITIES:
            return ""
        return max(named, key=len) if named else severity if severity in self.costs else ""

    def rounded(self, points: Fraction) -> Fraction:
        """Return points rounded to the step, if there is one; a half is rounded up, for the student.

        >>> str(parse_points({"total": 10, "round": 0.5}, "").rounded(Fraction("7.25")))
        '15/2'
        """
        return points if self.step is None else floor(points / self.step + Fraction(1, 2)) * self.step

    @property
    def rule_codes(self) -> tuple[str, ...]:
        """The codes and beginnings of codes that have a cost of their own."""
        return tuple(kind for kind in self.costs if kind not in (*KINDS, *SEVERITIES))


def parse_points(table: Mapping[str, Any], place: str) -> Points:
    """Return the points of a TOML table. Raises ValueError for unknown kinds and values of the wrong type."""
    if not table:
        table = _DEFAULTS
    costs = {name: _cost(name, value, place) for name, value in table.items() if name not in _SETTINGS}
    demand({name: table[name] for name in _SETTINGS if name in table}, _SETTINGS, place)
    total = _exact(table.get("total", _DEFAULT_TOTAL))
    if not total:
        raise ValueError(f"{place}: total must be more than 0")
    return Points(total, costs, _exact(table["round"]) or None if "round" in table else None)


def _cost(name: str, value: Any, place: str) -> Cost:
    kinds = (*KINDS, *SEVERITIES)
    if name not in kinds and not (name and any(rule.code.startswith(name) for rule in ALL)):
        choice = nearest(name, kinds)
        raise ValueError(
            f"{place}: {name!r} is neither a kind nor a rule's code; {choice}; `arranger rules` lists codes"
        )
    demand({name: value}, {name: float | dict}, place)
    if not isinstance(value, dict):
        return Cost(_exact(value))
    demand(value, {"each": float, "most": float}, f"{place}, {name}")
    each, most = (_exact(value[key]) if key in value else None for key in ("each", "most"))
    if each is None and (most is None or name not in COUNTED):
        raise ValueError(f"{place}: {name} needs each = POINTS, what one fault costs")
    return Cost(each, most)


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def points_text(points: Fraction) -> str:
    """Return points as text with at most two decimals.

    >>> points_text(Fraction(5, 2)), points_text(Fraction(10)), points_text(Fraction(2, 3))
    ('2.5', '10', '0.67')
    """
    return f"{float(points):.2f}".rstrip("0").rstrip(".")


def costs_of(kinds: Sequence[tuple[str, int]], points: Points, counts: Mapping[str, int]) -> list[Fraction]:
    """Return what each fault costs, in order, within the limits of its kind.

    Parameters
    ----------
    kinds
        The kind of each fault and how many things it concerns.
    points
        The points of the assignment.
    counts
        How many things can be wrong, by kind.

    >>> points = parse_points({"VL101": {"each": 2, "most": 3}, "given": {"most": 4}}, "")
    >>> costs = costs_of([("VL101", 1), ("VL101", 1), ("given", 2), ("", 1)], points, {"given": 8})
    >>> [points_text(cost) for cost in costs]
    ['2', '1', '1', '0']
    """
    spent: dict[str, Fraction] = {}
    found = []
    for kind, number in kinds:
        cost = points.costs.get(kind, Cost(Fraction(0)))
        wanted = number * cost.of_one(counts.get(kind, 1))
        left = wanted if cost.most is None else max(Fraction(0), cost.most - spent.get(kind, Fraction(0)))
        found.append(min(wanted, left))
        spent[kind] = spent.get(kind, Fraction(0)) + found[-1]
    return found
