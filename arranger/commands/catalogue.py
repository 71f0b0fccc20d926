"""``arranger rules``, ``explain``, ``ensembles`` and ``styles``: what there is, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from arranger.arranging.ensembles import ENSEMBLES, load_ensemble
from arranger.arranging.patterns import PATTERNS
from arranger.arranging.styles import RHYTHMS, STYLES, load_style
from arranger.characters import axes
from arranger.commands.errors import refusals
from arranger.linter.suppression_comments import OWN_RULES
from theory.rules.catalogue import ALL, by_code
from theory.rules.profile import PROFILES, load_profile
from theory.rules.rule import Example, Rule


def rules_text() -> str:
    """Return one line a rule: code, name and definition.

    >>> [line for line in rules_text().splitlines() if line.startswith("VL101")]
    ['VL101  parallel-fifths  Two voices a perfect fifth apart move in the same direction to another perfect fifth.']
    """
    lines = [f"{rule.code}  {rule.name}  {_first_sentence(rule)}" for rule in ALL]
    own = [f"{code}  {name}  {about}" for code, (name, about) in OWN_RULES.items()]
    return "\n".join(sorted([*lines, *own]))


def explain_text(code_or_name: str) -> str:
    """Return a rule's definition, source, examples and what each profile makes of it; the name does as well."""
    for code, (name, about) in OWN_RULES.items():
        if code_or_name.lower() in (code.lower(), name):
            return f"{code} {name}\n\n{about}\n\nA warning in every profile; no part of the search."
    codes = {rule.name: rule.code for rule in ALL}
    with refusals():
        rule = by_code(codes.get(code_or_name.lower(), code_or_name.upper()))
    paragraphs = [f"{rule.code} {rule.name}", rule.definition, f"Looks at: {rule.scope.__name__}, each {rule.per}"]
    paragraphs += [f"Source: {rule.source}", bach_text(rule), "Profiles\n" + "\n".join(_settings(rule))]
    paragraphs += [_examples("Found in", rule, found=True), _examples("Not found in", rule, found=False)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def bach_text(rule: Rule) -> str:
    """Return how often Bach's chorales do what a rule finds; empty where that was not counted."""
    counted = json.loads((files("theory.rules") / "bach_rates.json").read_text(encoding="utf-8"))
    rate = counted["rules"].get(rule.code)
    if rate is None:
        return ""
    each = 1000 * (rate["findings"] + rate["at_phrase_ends"]) / counted["sonorities"]
    doubt = ", chords estimated" if rate["inferred"] else ""
    found = f"{rate['findings']} times, and {rate['at_phrase_ends']} times where a phrase ends"
    where = f"in {rate['chorales']} of {counted['chorales']} chorales"
    return f"In Bach's chorales: {found}, {where}; {each:.2g} in 1,000 sonorities{doubt}"


def ensembles_text() -> str:
    """Return the ensembles with their parts and the ranges in which these are comfortable."""
    lines = []
    for name in ENSEMBLES.names:
        ensemble = load_ensemble(name)
        parts = ", ".join(f"{part.name} {part.instrument.comfortable}" for part in ensemble.parts)
        lines.append(f"{name}  {ensemble.title}: {parts}")
    return "\n".join(lines)


def styles_text() -> str:
    """Return the styles and what each is, the textures that may take the place of a style's own, the characters."""
    lines = [f"{name}  {load_style(name).about}" for name in STYLES.names]
    lines.append(f"textures: {', '.join((*RHYTHMS, *PATTERNS.names))}")
    lines.append("characters, also a little (=0.3), changing over the piece (=0..1..0), several ('lively, dark'):")
    return "\n".join([*lines, *(f"  {axis.low}, {axis.high}  {axis.about}" for axis in axes())])


def _first_sentence(rule: Rule) -> str:
    return rule.definition.split(". ")[0].rstrip(".") + "."


def _settings(rule: Rule) -> Iterator[str]:
    """Yield how severe each profile thinks a rule, and what breaking it costs the search."""
    for name in PROFILES.names:
        setting = load_profile(name).of(rule.code)
        steers = f", weight {setting.weight:g}{', forbidden' if setting.forbid else ''}" if setting.weight else ""
        yield f"  {name}: {setting.severity}{steers}"


def _examples(heading: str, rule: Rule, *, found: bool) -> str:
    """Return the examples of one kind: the notes of each voice, high to low, and why."""
    lines = [_example(example) for example in rule.examples if example.found == found]
    return "\n".join([heading, *lines]) if lines else ""


def _example(example: Example) -> str:
    chords = f", chords {example.chords}" if example.chords else ""
    key = f", in {example.key}" if example.key != "C" else ""
    players = f", for {example.players}" if example.players else ""
    bars = f", bars of {example.bar_quarters} quarters" if example.bar_quarters else ""
    tokens = f", each note {example.token_quarters} of a quarter" if example.token_quarters != 1 else ""
    tempo = f", {example.tempo} quarters a minute" if example.tempo else ""
    return f"  {example.music}  ({example.why}{chords}{key}{players}{bars}{tokens}{tempo})"
