"""``arrange --explain``: which choices cost what, bar by bar.

Every cost of the search is kept with its cause: the part model's surprise, a rule that was broken,
a preference of the style that had to give way. Costs are nats: a choice that costs 1 more was
taken to be e times less likely.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from arranger.arranging.main import Arrangement
from arranger.arranging.search.beam import Term

LEAST_COST = 0.05  # nats; less is not worth a line
MOST_PLACES = 6  # of a bar


def explain(arrangement: Arrangement) -> str:
    """Return a text of what the arrangement cost: the sum of each cause, then the dearest places of each bar."""
    texture = arrangement.plan.texture
    title = arrangement.score.title or "Untitled"
    style = arrangement.plan.style
    lines = [f"{title}: what the arrangement cost in style {style.name}, in nats", "", "In all, by cause"]
    lines += [_line(source, cost) for source, cost in _by_cause(arrangement.terms)]
    by_bar: dict[int, list[Term]] = defaultdict(list)
    for term in arrangement.terms:
        by_bar[int(texture.bar[term.slice])].append(term)
    for index in sorted(by_bar):
        bar = arrangement.score.bars[index]
        total = sum(term.cost for term in by_bar[index])
        lines += ["", f"Bar {bar.number}: {total:.2f}"]
        for term in _dearest(by_bar[index]):
            beat = bar.offset_in_meter(texture.onset_quarter[term.slice]) / bar.meter.beat_quarters + 1
            lines.append(_line(f"beat {float(beat):.4g}  {_named(term.source)}", term.cost))
    return "\n".join(lines) + "\n"


def _by_cause(terms: Iterable[Term]) -> list[tuple[str, float]]:
    """Return the sum of each cause, the largest first."""
    sums: Counter[str] = Counter()
    for term in terms:
        sums[_named(term.source)] += term.cost  # type: ignore[assignment]
    return [(source, cost) for source, cost in sums.most_common() if abs(cost) >= LEAST_COST]


def _dearest(terms: Iterable[Term]) -> list[Term]:
    """Return the dearest terms of a bar in the order of time."""
    worth = sorted((term for term in terms if term.cost >= LEAST_COST), key=lambda term: -term.cost)
    return sorted(worth[:MOST_PLACES], key=lambda term: (term.slice, -term.cost))


def _named(source: str) -> str:
    """Return a cause as a reader knows it: a rule's code with its name, others in plain words."""
    from theory.rules.catalogue import ALL

    names = {rule.code: rule.name for rule in ALL}
    return f"{source} {names[source]}" if source in names else source.replace("_", " ")


def _line(what: str, cost: float) -> str:
    return f"  {cost:8.2f}  {what}"
