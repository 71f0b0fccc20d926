"""The functions that a Python program calls: their arguments, their values, their refusals."""

from __future__ import annotations

import inspect
from dataclasses import fields
from importlib.resources import files

import pytest

import arranger
from arranger import Options, analyse, arrange, check, compose, harmonize
from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import plan_of
from arranger.arranging.styles import load_style
from theory.rules.example import example_score
from theory.rules.rule import finds

TUNE = '"C" c2 d2 | "G7" d4 | "C" c4 |]'


@pytest.mark.parametrize("name", arranger.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(arranger, name)
    assert name in dir(arranger)


@pytest.mark.parametrize("function", [arrange, harmonize, compose, check, analyse])
def test_every_argument_is_typed_documented_and_given_by_its_name(function) -> None:
    arguments = list(inspect.signature(function).parameters.values())
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in arguments[1:])
    assert all(each.annotation is not inspect.Parameter.empty for each in arguments)
    assert all(each.name in inspect.getdoc(function) for each in arguments)


def test_the_defaults_of_arrange_are_those_of_the_options() -> None:
    arguments = inspect.signature(arrange).parameters
    defaults = {field.name: field.default for field in fields(Options) if field.name != "variants"}
    assert {name: each.default for name, each in arguments.items() if name != "sheet"} == defaults


@pytest.mark.parametrize(
    ("function", "wrong", "right"),
    [
        (arrange, "stile", "style"),
        (harmonize, "tempo", "temperature"),
        (compose, "metre", "meter"),
        (check, "profil", "profile"),
        (analyse, "keys", "key"),
    ],
)
def test_an_unknown_argument_is_refused_with_the_nearest_name(lead_sheet, function, wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=rf"no argument '{wrong}'; did you mean {right}\?"):
        function(lead_sheet(TUNE), **{wrong: 1})


def test_the_values_of_the_flow_compare_and_print_shortly(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    one, other = (arrange(sheet, model=None, beam=2, key="keep") for _ in range(2))
    plans = [plan_of(sheet, load_ensemble("satb"), load_style(style), melody=0) for style in ("song", "hymn")]
    for value, equal in (
        (sheet, lead_sheet(TUNE)),
        (one, other),
        (one.plan, other.plan),
        (one.plan.texture, other.plan.texture),
        (one.plan.context, other.plan.context),
        (one.hypothesis, other.hypothesis),
        (one.score, other.score),
        (one.report(), other.report()),
        (analyse(one), analyse(other)),
    ):
        assert value == equal
        assert len(repr(value)) < 400
        assert "array(" not in repr(value)
    assert plans[0] != plans[1]
    assert one.hypothesis != arrange(lead_sheet('"F" c2 d2 | "G7" d4 | "C" c4 |]'), model=None, key="keep").hypothesis


def test_check_takes_what_one_has(lead_sheet) -> None:
    score = example_score(finds("G4 A4 / C4 D4", ""))
    assert [finding.code for finding in check(score, profile="chorale", select=["VL101"]).findings] == ["VL101"]
    assert not check(score, profile="chorale", select=["VL"], ignore=["VL101"]).at_least("error")
    sheet = lead_sheet(TUNE)
    assert check(sheet).profile == check(sheet.score).profile == "song"
    assert check(arrange(sheet, model=None, beam=2)).profile == "song"


@pytest.mark.parametrize("package", ["theory", "corpora", "arranger"])
def test_the_packages_say_that_they_are_typed(package: str) -> None:
    assert (files(package) / "py.typed").is_file()
