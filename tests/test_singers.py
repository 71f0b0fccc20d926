"""Singers one has: their ranges, what they can do where it is loud, who is missing, and the key that suits them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.main import Options, arrange_variants, ranked_keys
from arranger.arranging.singers import for_singers, parse_singers
from arranger.arranging.singers.reading import SingersError, parse_file
from arranger.arranging.singers.strain import loud_spans, outside_tessitura
from arranger.cli import main
from theory.notation.pitch import Pitch
from theory.notation.score import Direction, LeadSheet

PARTS = ("Soprano", "Alto", "Tenor", "Bass")
TUNE = '"C" E2 G2 | "F" A2 c2 | "G7" d2 B2 | "C" c4 | "Am" c2 A2 | "Dm" F2 A2 | "G" G2 G2 | "C" E4 |]'


def arranged(sheet: LeadSheet, **chosen):
    options = Options(**{"style": "hymn", "key": "keep", "beam": 4, "model": None, **chosen})
    return next(arrange_variants(sheet, options))


def pitches(arrangement, voice: int) -> list[int]:
    return [note.pitch.midi for note in arrangement.score.parts[voice].notes if note.pitch]


# what is said of singers


def test_a_range_is_all_comfortable_and_holds_the_tessitura() -> None:
    ensemble, singers = for_singers(load_ensemble("satb"), ["alto=A3-B4"])
    alto = ensemble.parts[1].instrument
    assert (str(alto.absolute), str(alto.comfortable), str(alto.tessitura)) == ("A3-B4", "A3-B4", "B3-G4")
    assert list(singers) == [1]
    assert ensemble.parts[0] == load_ensemble("satb").parts[0]


def test_a_range_beside_the_usual_tessitura_becomes_the_tessitura() -> None:
    ensemble, _ = for_singers(load_ensemble("satb"), ["bass=D3-F4"])
    bass = ensemble.parts[3].instrument
    assert (
        bass.comfortable.low.midi <= bass.tessitura.low.midi <= bass.tessitura.high.midi <= bass.comfortable.high.midi
    )


def test_several_limits_of_a_part_are_joined() -> None:
    limits = ["tenor=C3-F4", "tenor loud=E4", "tenor outside=20%", "ten tessitura=F3-C4"]
    tenor = parse_singers(limits, PARTS)[2]
    assert (str(tenor.range), str(tenor.loud), tenor.outside, str(tenor.tessitura)) == ("C3-F4", "E4", 0.2, "F3-C4")


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("alto", "such as 'alto=G3-C5'"),
        ("alto=G3", "the lowest and the highest note"),
        ("alto=C5-G3", "reversed"),
        ("alto=G3-X5", "not a pitch"),
        ("altus=G3-C5", "did you mean alto"),
        ("alto outside=much", "20% or 0.2"),
        ("alto outside=140%", "20% or 0.2"),
    ],
)
def test_a_limit_that_cannot_be_read_is_quoted(limit: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(limit)) as refused:
        parse_singers([limit], PARTS)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[alto]\nrange = "G3-C5"\n\n[tenor]\nloud = "H9"', 5, "not a pitch"),
        ('[alto]\nrange = "G3-C5"\nhighest = "C5"', 3, "no 'highest'"),
        ('[altus]\nrange = "G3-C5"', 1, "did you mean alto"),
        ('missing = ["tenors"]', 1, "did you mean tenor"),
        ("missing = 3", 1, "a list of parts"),
        ('[alto]\nrange = "G3-C5', 2, "not TOML"),
        ('alto = "G3-C5"', 1, "under a part"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(SingersError, match=f"^choir.toml, line {line}: ") as refused:
        parse_file(text, "choir.toml", PARTS)
    assert message in str(refused.value)


# what an arrangement makes of it


def test_the_voices_keep_their_ranges(lead_sheet) -> None:
    free = arranged(lead_sheet(TUNE))
    narrow = arranged(lead_sheet(TUNE), range=("alto=B3-G4", "tenor=E3-C4", "bass=C3-C4"))
    for voice, low, high in ((1, 59, 67), (2, 52, 60), (3, 48, 60)):
        assert all(low <= midi <= high for midi in pitches(narrow, voice))
    assert any(midi < 48 for midi in pitches(free, 3))
    assert not [notice for notice in narrow.notices if "range" in notice.message]


def marked(sheet: LeadSheet, *levels: tuple[int, str]) -> LeadSheet:
    marks = tuple(Direction(Fraction(at), "dynamic", level, level) for at, level in levels)
    return replace(sheet, score=replace(sheet.score, directions=marks))


def test_a_voice_stays_below_its_limit_where_it_is_loud_and_only_there(lead_sheet) -> None:
    sheet = marked(lead_sheet(TUNE), (0, "p"), (16, "f"), (24, "mf"))
    assert loud_spans(sheet.score) == [(Fraction(16), Fraction(24))]
    arrangement = arranged(sheet, range=("tenor loud=A3",))
    onsets = np.array([float(each) for each in arrangement.plan.texture.onset_quarter])
    tenor = arrangement.hypothesis.midi[:, 2]
    loud = (onsets >= 16) & (onsets < 24)
    assert tenor[loud].max() <= Pitch.parse("A3").midi
    assert tenor[~loud].max() > Pitch.parse("A3").midi


def test_a_tune_that_is_too_high_where_it_is_loud_is_told(lead_sheet) -> None:
    arrangement = arranged(marked(lead_sheet(TUNE), (0, "ff")), range=("soprano loud=A4",))
    (told,) = [notice for notice in arrangement.notices if "loud" in notice.message]
    assert told.message.startswith("the soprano rises above A4 where it is loud")
    assert told.bar == "2"


def test_a_share_outside_the_tessitura_is_kept_where_it_can_be(lead_sheet) -> None:
    limits = ("tenor tessitura=A3-B3", "tenor=C3-G4")
    before = arranged(lead_sheet(TUNE), range=limits)
    usual = outside_tessitura(before.plan, before.hypothesis.midi)[2]
    assert usual > 0.05
    after = arranged(lead_sheet(TUNE), range=(*limits, f"tenor outside={usual / 2}"))
    assert outside_tessitura(after.plan, after.hypothesis.midi)[2] < usual


@pytest.mark.parametrize("missing", ["tenor", "bass", "soprano"])
def test_a_missing_voice_leaves_complete_chords(lead_sheet, missing: str) -> None:
    arrangement = arranged(lead_sheet(TUNE), without=(missing,))
    assert [part.name for part in arrangement.score.parts] == [name for name in PARTS if name.lower() != missing]
    plan, midi = arrangement.plan, arrangement.hypothesis.midi
    begins = np.flatnonzero(plan.texture.chord_onset)
    thirds = [any(plan.context.role[t][each % 12] == 2 for each in midi[t] if each >= 0) for t in begins]
    assert sum(thirds) >= 0.9 * len(thirds)


def test_the_limits_of_a_missing_part_are_left_aside(lead_sheet) -> None:
    arrangement = arranged(lead_sheet(TUNE), without=("tenor",), range=("tenor=E3-C4", "bass=C3-C4"))
    assert all(48 <= midi <= 60 for midi in pitches(arrangement, 2))


def test_one_voice_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="1 part is left; an arrangement needs 2"):
        for_singers(load_ensemble("satb"), (), ("soprano", "alto", "tenor"))


# the key for these singers


def test_the_best_key_spares_a_narrow_soprano(lead_sheet) -> None:
    sheet, low = lead_sheet(TUNE), ("soprano=A3-B4", "soprano tessitura=B3-A4")
    usual = ranked_keys(sheet, Options(style="hymn", model=None))
    ranked = ranked_keys(sheet, Options(style="hymn", model=None, range=low))
    assert usual[0].key != ranked[0].key
    assert not ranked[0].parts[0].too_high
    assert [each.cost for each in ranked] == sorted(each.cost for each in ranked)


def test_the_reason_names_the_key_and_the_runner_up(lead_sheet) -> None:
    arrangement = arranged(lead_sheet(TUNE), key="best")
    (told,) = [notice.message for notice in arrangement.notices if "suits these singers best" in notice.message]
    assert re.fullmatch(r"\S+ major suits these singers best: .+\. Next would be \S+ major: .+", told)
    assert str(arrangement.score.bars[0].key) == told.split(" suits")[0]


def test_the_cost_of_a_key_is_the_strain_of_its_parts(lead_sheet) -> None:
    for each in ranked_keys(lead_sheet(TUNE), Options(style="hymn", model=None)):
        hard = 0.1 * max(0, abs(each.key.fifths) - 4)
        assert each.cost == pytest.approx(sum(part.strain for part in each.parts) + hard)


def test_on_the_command_line(examples, tmp_path) -> None:
    choir, out = tmp_path / "choir.toml", tmp_path / "out.musicxml"
    choir.write_text('missing = ["tenor"]\n[alto]\nrange = "A3-B4"\n', encoding="utf-8")
    words = ["arrange", examples / "amazing-grace.musicxml", "-o", out, "--range-file", choir, "--beam", 2]
    done = CliRunner().invoke(main, [str(word) for word in (*words, "--key", "best", "--style", "hymn")])
    assert done.exit_code == 0, done.output
    assert "suits these singers best" in done.stderr
    choir.write_text('[alto]\nranges = "A3-B4"\n', encoding="utf-8")
    refused = CliRunner().invoke(main, [str(word) for word in words])
    assert refused.exit_code == 2
    assert "choir.toml, line 2: a part has no 'ranges'; did you mean range?" in refused.stderr
