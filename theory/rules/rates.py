"""How often Bach's chorales break each rule, as `benchmarks/make/bach_counts.py` counted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from theory.rules.catalogue import by_code


@dataclass(frozen=True)
class Rate:
    """How often a rule is broken in a corpus."""

    findings: int  # inside of phrases
    at_phrase_ends: int  # between the end of a phrase and the next
    chorales: int  # in how many of ``of_chorales``
    of_chorales: int
    of_sonorities: int  # moments at which a note begins
    inferred: bool  # with estimated chords

    @property
    def per_thousand_sonorities(self) -> float:
        """Findings per 1,000 moments at which a note begins, with those at phrase ends."""
        return 1000 * (self.findings + self.at_phrase_ends) / self.of_sonorities


@cache
def bach_rates() -> dict[str, Rate]:
    """Return the rate of each rule that can be counted in four voices, by code."""
    counted = json.loads((files("theory.rules") / "bach_rates.json").read_text(encoding="utf-8"))
    of = {"of_chorales": counted["chorales"], "of_sonorities": counted["sonorities"]}
    return {code: Rate(**rate, **of) for code, rate in counted["rules"].items() if not is_for_two_voices(code)}


def is_for_two_voices(code: str) -> bool:
    """Whether a rule is for counterpoint in two voices only."""
    return by_code(code).definition.startswith("In two voices,")
