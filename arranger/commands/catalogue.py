"""``arranger rules``, ``explain``, ``ensembles`` and ``styles``: lists for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from arranger.arranging.ensembles import ENSEMBLES, load_ensemble
from arranger.arranging.grooves import GROOVES, load_groove
from arranger.arranging.patterns import PATTERNS, load_pattern
from arranger.arranging.styles import RHYTHMS, STYLES, load_style
from arranger.characters import axes
from arranger.commands.errors import refusals
from arranger.homework.kinds import OWN_RULES as HOMEWORK_RULES
from arranger.linter.suppression_comments import OWN_RULES
from theory.notation.key import Key
from theory.rules.catalogue import ALL, by_code
from theory.rules.profile import PROFILES, load_profile
from theory.rules.rates import bach_rates, is_for_two_voices
from theory.rules.rule import Example, Rule

_SCOPES = {
    "Verticality": "one sonority",
    "Motion": "two successive sonorities",
    "Succession": "the last sonority of a chord and the first of the next chord",
    "Step": "up to four successive notes",
    "Written": "the whole score (used by the checker only)",
}
_PER = {"pair": "each pair of voices", "voice": "each voice", "whole": "all voices together"}
_NOTATION = (
    "The examples list the voices from high to low, with / in between. Each sign lasts a quarter, unless another value "
    "is given: a note, - (the note goes on) or . (a rest). | ends a phrase; + joins notes that one part plays together."
)
_VALUES = {
    Fraction(1, 4): "sixteenths",
    Fraction(1, 2): "eighths",
    Fraction(3, 2): "dotted quarters",
    Fraction(2): "half notes",
    Fraction(4): "whole notes",
}


def rules_text() -> str:
    """Return one line per rule: code, name and definition.

    >>> [line for line in rules_text().splitlines() if line.startswith("VL101")]
    ['VL101  parallel-fifths  Two voices a perfect fifth apart move in the same direction to another perfect fifth.']
    """
    lines = [f"{rule.code}  {rule.name}  {_first_sentence(rule)}" for rule in ALL]
    own = [f"{code}  {name}  {about}" for code, (name, about) in OWN_RULES.items()]
    homework = [f"{code}  {name}  {about}" for code, (name, _, about) in HOMEWORK_RULES.items()]
    return "\n".join(sorted([*lines, *own, *homework]))


def explain_text(code_or_name: str) -> str:
    """Return the definition, source, examples and severities of a rule, given by its code or name.

    Raises Refusal if there is no such rule.
    """
    for code, (name, about) in OWN_RULES.items():
        if code_or_name.lower() in (code.lower(), name):
            return f"{code} {name}\n\n{about}\n\nA warning in every profile; not used in the search."
    for code, (name, kind, about) in HOMEWORK_RULES.items():
        if code_or_name.lower() in (code.lower(), name):
            use = f"Found in homework only (check --assignment); it costs the points of {kind!r}."
            return f"{code} {name}\n\n{about}\n\n{use}"
    codes = {rule.name: rule.code for rule in ALL}
    with refusals():
        rule = by_code(codes.get(code_or_name.lower(), code_or_name.upper()))
    looks_at = f"Looks at: {_PER[rule.per]} in {_SCOPES[rule.scope.__name__]}"
    paragraphs = [f"{rule.code} {rule.name}", rule.definition, looks_at]
    paragraphs += [f"Source: {rule.source}", bach_text(rule), "\n".join(_settings(rule))]
    paragraphs += [_NOTATION] if rule.examples else []
    paragraphs += [_examples("Found in", rule, found=True), _examples("Not found in", rule, found=False)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def bach_text(rule: Rule) -> str:
    """Return how often Bach's chorales break a rule, as one line; empty if that was not counted."""
    rate = bach_rates().get(rule.code)
    if rate is None:
        two = is_for_two_voices(rule.code)
        return "In Bach's chorales: not counted, since the rule is for two voices only" if two else ""
    inside, at_ends = rate.findings, rate.at_phrase_ends
    doubt = ", with estimated chords" if rate.inferred else ""
    if not inside + at_ends:
        return f"In Bach's chorales: never found in {rate.of_chorales} chorales{doubt}"
    found = f"{_times(inside)}, and {at_ends} more at phrase ends" if at_ends else _times(inside)
    each = rate.per_thousand_sonorities
    share = f"{each:.0f}" if each >= 100 else f"{each:.2g}"
    where = f"in {rate.chorales} of {rate.of_chorales} chorales"
    return f"In Bach's chorales: {found}, {where}; {share} per 1,000 sonorities{doubt}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def ensembles_text() -> str:
    """Return one line per ensemble, its parts and their comfortable ranges, under a line that says so."""
    lines = ["parts from high to low, each with its comfortable range at sounding pitch"]
    for name in ENSEMBLES.names:
        ensemble = load_ensemble(name)
        every = (*ensemble.parts, *ensemble.doubles)
        parts = ", ".join(f"{part.name} ({part.instrument.comfortable})" for part in every)
        lines.append(f"{name}  {ensemble.title}: {parts}")
    return "\n".join(lines)


def styles_text() -> str:
    """Return the styles, rhythms, accompaniment patterns and characters, each with its description."""
    lines = ["styles (--style)", *(f"  {name}  {load_style(name).about}" for name in STYLES.names)]
    lines += ["rhythms of the lower voices (--texture)", *(f"  {name}  {about}" for name, about in RHYTHMS.items())]
    lines.append("accompaniment patterns for instruments (--texture)")
    patterns = [load_pattern(name) for name in PATTERNS.names]
    lines += [f"  {pattern.name} ({', '.join(pattern.meters)})  {pattern.about}" for pattern in patterns]
    lines.append("grooves, which choose among the patterns for each section")
    lines += [f"  {name}  {load_groove(name).about}" for name in GROOVES.names]
    lines.append(
        "characters (--character); =0.3 weakens one, =0..1..0 varies it over the piece, 'lively, dark' combines two"
    )
    return "\n".join([*lines, *(f"  {axis.low}, {axis.high}  {axis.about}" for axis in axes())])


def _first_sentence(rule: Rule) -> str:
    return rule.definition.split(". ")[0].rstrip(".") + "."


def _settings(rule: Rule) -> Iterator[str]:
    """Yield a heading, and one line per profile: the severity of a rule, and its weight in nats in the search."""
    costs = "; cost of each finding for the arranger (forbidden: only where nothing else is possible)"
    yield f"Profiles: severity for the checker{costs if rule.steers else ''}"
    for name in PROFILES.names:
        setting = load_profile(name).of(rule.code)
        severity = "not reported" if setting.severity == "off" else setting.severity
        forbidden = ", forbidden" if setting.forbid else ""
        yield f"  {name}: {severity}" + (f"; cost {setting.weight:g}{forbidden}" if setting.weight else "")


def _examples(heading: str, rule: Rule, *, found: bool) -> str:
    """Return the examples in which a rule finds something, or those in which it does not; voices from high to low."""
    lines = [_example(example) for example in rule.examples if example.found == found]
    return "\n".join([heading, *lines]) if lines else ""


def _example(example: Example) -> str:
    """Return one line: the notes of an example, and in brackets why it is one and what else is given."""
    given = [f"chords {example.chords}"] if example.chords else []
    given += [f"in {Key.parse(example.key)}"] if example.key != "C" else []
    given += [f"given {example.given}"] if example.given else []
    given += [f"for {', '.join(example.players.split())}"] if example.players else []
    given += [f"in {example.bar_quarters}/4"] if example.bar_quarters else []
    given += [f"in {_VALUES[example.token_quarters]}"] if example.token_quarters in _VALUES else []
    given += [f"{example.tempo} quarters per minute"] if example.tempo else []
    return f"  {example.music}  ({'; '.join((example.why, *given))})"
