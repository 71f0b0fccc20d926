"""The examples of every rule, in several keys, and the order of the catalogue."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import theory.rules.catalogue
from arranger.commands.catalogue import explain_text
from theory.checking.events import events_of
from theory.notation.instruments import instrument
from theory.notation.pitch import Interval
from theory.rules.catalogue import ALL, by_code
from theory.rules.example import example_given, example_score
from theory.rules.rule import Example, Rule
from theory.rules.sources import SEPARATOR, WORKS
from theory.slices.texture import texture_of
from theory.slices.windows import Windows, ranges_of
from theory.slices.written import Written

CASES = [pytest.param(rule, example, id=f"{rule.code}: {example.why}") for rule in ALL for example in rule.examples]


def found(rule: Rule, example: Example, interval: str = "P1") -> bool:
    """Return whether a rule finds anything in a transposed example; the ranges are transposed too."""
    shift = Interval.parse(interval)
    score = example_score(example).up(shift)
    given = {name: part.up(shift) for name, part in example_given(example).items()}
    texture = texture_of(score)
    if not rule.steers:
        return any(True for _ in rule.remarks(Written(score, Windows(texture), given)))
    players = [instrument(part.instrument) if part.instrument else None for part in score.parts]
    ranges = ranges_of(players) if interval == "P1" else None
    return bool(events_of(rule, Windows(texture, ranges)))


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    assert found(rule, example) == example.found


# playability and clarity depend on the register, so these are not transposed
BY_HEIGHT = ("RA", "SP103")


@pytest.mark.parametrize("interval", ["M2", "-m3", "P4", "A1", "-m2"])
@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if not case.values[0].code.startswith(BY_HEIGHT)])
def test_transposition_changes_nothing(rule: Rule, example: Example, interval: str) -> None:
    assert found(rule, example, interval) == example.found


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_rule_is_whole(rule: Rule) -> None:
    assert rule.definition.endswith(".")
    assert any(example.found for example in rule.examples)
    assert any(not example.found for example in rule.examples)
    assert rule.per in ("pair", "voice", "whole")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_source_names_a_known_work_and_a_place(rule: Rule) -> None:
    for citation in rule.source.split(SEPARATOR):
        work = next(work for work in WORKS if citation.startswith(work))
        place = citation.removeprefix(work)
        assert place.startswith((", ", ": "))
        assert len(place.split()) > 2
        assert not place.endswith(".")


def test_every_work_is_cited_and_stands_alone() -> None:
    assert all(any(work in rule.source for rule in ALL) for work in WORKS)
    assert not any(SEPARATOR in work for work in WORKS)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_explanation_prints_definition_and_full_source(rule: Rule) -> None:
    text = explain_text(rule.code)
    assert rule.definition in text
    assert f"Source: {rule.source}" in text


def test_catalogue_lists_what_the_folder_defines() -> None:
    names = [entry.name for entry in pkgutil.iter_modules(theory.rules.catalogue.__path__)]
    modules = [importlib.import_module(f"theory.rules.catalogue.{name}") for name in names]
    defined = {value.code for module in modules for value in vars(module).values() if isinstance(value, Rule)}
    codes = [rule.code for rule in ALL]
    assert codes == sorted(defined)


def test_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="VL999"):
        by_code("VL999")
