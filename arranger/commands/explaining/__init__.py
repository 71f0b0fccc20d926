"""``arrange --explain``: the harmony in words, phrase by phrase, and what each choice cost, bar by bar.

`arranger.commands.explaining.plan_in_words` tells the closes and what prepares them. Every cost of the search is
listed with its cause: surprise of the part model, a rule that was broken, a preference of the style that was not met.
Costs are in nats: a choice that costs 1 more counts as e times less probable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from arranger.arranging.main import Arrangement
from arranger.arranging.search.beam import Term

LEAST_COST = 0.05  # nats; smaller costs are not listed
MOST_PLACES = 6  # lines per bar


def explain(arrangement: Arrangement) -> str:
    """Return an arrangement explained as text: its harmony, the total of each cost, the largest costs in each bar."""
    texture = arrangement.plan.texture
    title = arrangement.score.title or "Untitled"
    style = arrangement.plan.style
    from arranger.commands.explaining.plan_in_words import plan_in_words

    lines = [f"{title} in style {style.name}", "", "Harmony", *(f"  {line}" for line in plan_in_words(arrangement))]
    lines += ["", "Costs in nats, total by cause"]
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
    """Return each cause with its total cost, the largest first."""
    sums: Counter[str] = Counter()
    for term in terms:
        sums[_named(term.source)] += term.cost  # type: ignore[assignment]
    return [(source, cost) for source, cost in sums.most_common() if abs(cost) >= LEAST_COST]


def _dearest(terms: Iterable[Term]) -> list[Term]:
    """Return the largest costs of a bar, in order of time."""
    worth = sorted((term for term in terms if term.cost >= LEAST_COST), key=lambda term: -term.cost)
    return sorted(worth[:MOST_PLACES], key=lambda term: (term.slice, -term.cost))


def _named(source: str) -> str:
    """Return a cause for the reader: the code and name of a rule, or the words of another cause."""
    from theory.rules.catalogue import ALL

    names = {rule.code: rule.name for rule in ALL}
    return f"{source} {names[source]}" if source in names else source.replace("_", " ")


def _line(what: str, cost: float) -> str:
    return f"  {cost:8.2f}  {what}"
