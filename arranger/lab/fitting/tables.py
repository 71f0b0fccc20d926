"""Writes fitted weights into the TOML tables of profiles and styles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from arranger.arranging.search.beam import MODEL, RECURRING_BAR
from arranger.arranging.search.objective import RECURRENCE, rule_weight
from arranger.arranging.styles import Style
from theory.rules.profile import load_profile
from theory.types import AnyFloats

_RULE = re.compile(
    r'^(?P<head>(?P<code>[A-Z]{2}\d{3}) = \{ severity = "(?P<severity>\w+)".*\bweight = )(?P<weight>[\d.]+)',
    re.MULTILINE,
)
_PREFERENCE = re.compile(r"^(?P<head>(?P<name>\w+) = )(?P<weight>[\d.]+)", re.MULTILINE)
_HOW = re.compile(r"[;.] [Ww]eights (?:set by hand|fitted)[^.]*\.$")  # the former remark on the weights
_ABOUT = re.compile(r'^about = "(?P<about>.*)"$', re.MULTILINE)


def weights_in_use(style: Style, names: Sequence[str]) -> AnyFloats:
    """Return the weights that the search now uses in a style, (F,), for the named features."""
    profile = load_profile(style.profile)
    others = {**style.preferences, RECURRING_BAR: style.preferences.get(RECURRENCE, 0.0), MODEL: style.model_weight}
    rules = {f"{code} ": rule_weight(profile, code) for code in profile.rules}
    return np.array([others.get(name, rules.get(name[:6], 0.0)) for name in names])


def by_name(names: Sequence[str], weights: AnyFloats) -> dict[str, float]:
    """Return weights by rule code or name of a preference, rounded to two decimals."""
    short = {RECURRING_BAR: RECURRENCE}
    keys = [name.split()[0] if re.match(r"[A-Z]{2}\d{3} ", name) else short.get(name, name) for name in names]
    return {key: round(float(weight), 2) for key, weight in zip(keys, weights, strict=True)}


def fitted_profile(text: str, weights: Mapping[str, float], source: str, *, strictness: float = 1.0) -> str:
    """Return a profile's TOML text with fitted rule weights, and their source in its ``about``.

    The search needs stricter weights than a composer, who breaks rules for reasons that it cannot see. So fitted
    weights are multiplied by ``strictness``, and a rule with severity error or warning never gets a lower weight
    than before.
    """

    def weighed(found: re.Match[str]) -> str:
        before = float(found["weight"])
        weight = strictness * weights[found["code"]] if found["code"] in weights else before
        least = before if found["severity"] in ("error", "warning") else 0.0
        return f"{found['head']}{round(max(weight, least), 2)}"

    text = _RULE.sub(weighed, text)
    return _ABOUT.sub(lambda m: f'about = "{_HOW.sub(".", m["about"])} Weights fitted: {source}."', text, count=1)


def fitted_style(text: str, weights: Mapping[str, float]) -> str:
    """Return a style's TOML text with fitted weights: existing preferences are updated, new ones are added."""
    head, _, table = text.partition("[preferences]\n")
    old = {match["name"] for match in _PREFERENCE.finditer(table)}
    table = _PREFERENCE.sub(lambda m: f"{m['head']}{weights.get(m['name'], float(m['weight'])):.2f}", table)
    new = {name: weight for name, weight in weights.items() if name.islower() and name not in {*old, MODEL} and weight}
    head = re.sub(r"^model_weight = [\d.]+", f"model_weight = {weights.get(MODEL, 0.0):.2f}", head, flags=re.MULTILINE)
    return f"{head}[preferences]\n{table}" + "".join(f"{name} = {weight:.2f}\n" for name, weight in new.items())
