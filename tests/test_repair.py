"""Repair: the fewest notes are changed that clear what the rules find; nothing else in the score or file changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from arranger import check, read_score, repair
from arranger.cli import main
from arranger.editing.repairing.repair import repaired
from arranger.editing.repairing.wish import RepairWish
from theory.notation.pitch import Pitch
from theory.notation.score import LeadSheet, Part, Score
from theory.rules.example import example_score
from theory.rules.profile import load_profile
from theory.rules.rule import finds

ROOT = Path(__file__).parents[1]
BEN = ROOT / "examples" / "homework" / "answers" / "ben.musicxml"


def score_of(music: str, **setting: str) -> Score:
    """Return lines of music as a score; four lines are soprano, alto, tenor and bass."""
    return example_score(finds(music, "", **setting))


def line(part: Part) -> list[str]:
    return [str(note.pitch) for note in part.notes]


def changed(before: Score, after: Score) -> list[tuple[str, str, str]]:
    return [
        (part.name, str(old.pitch), str(new.pitch))
        for part, other in zip(before.parts, after.parts, strict=True)
        for old, new in zip(part.notes, other.notes, strict=True)
        if old.pitch != new.pitch
    ]


FIFTHS = "E5 F5 G5 / G4 A4 D4 / C4 C4 B3 / C3 D3 G2"  # alto over bass: G over C, A over D


def test_parallel_fifths_are_cleared_by_one_note_below_the_tune() -> None:
    score = score_of(FIFTHS, key="C")
    assert "VL101" in {finding.code for finding in check(score, profile="chorale").at_least("error")}
    found = repair(score, profile="chorale")
    assert len(found.changes) == 1
    assert found.changes[0].clears == ("VL101",)
    assert found.changes[0].voice != "Soprano"
    assert not found.left
    assert not check(found.score, profile="chorale").at_least("warning")
    assert changed(score, found.score) == [
        (change.voice, str(change.before), str(change.after)) for change in found.changes
    ]


def test_only_pitches_change() -> None:
    score = score_of(FIFTHS, key="C")
    found = repair(score, profile="chorale")
    for part, other in zip(score.parts, found.score.parts, strict=True):
        assert [replace(note, pitch=None) for note in part.notes] == [replace(note, pitch=None) for note in other.notes]
    assert replace(found.score, parts=score.parts) == score


def test_the_tune_is_touched_only_where_that_is_asked_for() -> None:
    leap = score_of("C5 C6 C5 / E4 E4 E4 / G3 G3 G3 / C3 C3 C3", key="C")  # C6 is too high for a soprano
    kept = repair(leap, profile="chorale", select=["RA102"])
    assert not kept.changes
    assert {finding.code for finding in kept.left} == {"RA102"}
    asked = repair(leap, profile="chorale", select=["RA102"], also_tune=True)
    assert [change.voice for change in asked.changes] == ["Soprano"]
    assert not asked.left
    named = repair(leap, profile="chorale", select=["RA102"], tune="alto")
    assert [change.voice for change in named.changes] == ["Soprano"]


def test_only_the_named_parts_are_changed() -> None:
    score = score_of(FIFTHS, key="C")
    for name in ("Alto", "Bass"):
        found = repair(score, profile="chorale", voices=[name.lower()])
        assert {change.voice for change in found.changes} == {name}
    with pytest.raises(ValueError, match="no part 'also'"):
        repair(score, voices=["also"])


def test_parts_without_names_are_told_apart() -> None:
    score = score_of(FIFTHS, key="C")
    bare = replace(score, parts=tuple(replace(part, name="", instrument="") for part in score.parts))
    found = repair(bare, profile="chorale")
    assert not found.left
    assert {change.voice for change in found.changes} <= {"Part 2", "Part 3", "Part 4"}
    assert [part.name for part in found.score.parts] == ["", "", "", ""]
    assert len(changed(bare, found.score)) == len(found.changes) == 1


def test_notes_that_are_to_stay_stay() -> None:
    score = score_of(FIFTHS, key="C")
    first = repair(score, profile="chorale").changes[0]
    wish = RepairWish(load_profile("chorale"), kept=frozenset({(first.part, first.onset_quarter)}))
    found = repaired(score, wish)
    assert found.changes
    assert (first.part, first.onset_quarter) not in {(each.part, each.onset_quarter) for each in found.changes}
    assert not found.left


def test_a_tied_note_is_changed_as_a_whole(lead_sheet: Callable[..., LeadSheet]) -> None:
    lines = ("e4- | e4 | f4 |]", "G4- | G4 | A4 |]", "C4- | C4 | C4 |]", "C,4- | C,4 | D,4 |]")
    scores = [lead_sheet(each).score for each in lines]
    names = ("Soprano", "Alto", "Tenor", "Bass")
    parts = tuple(
        replace(score.parts[0], name=name, instrument=name.lower()) for name, score in zip(names, scores, strict=True)
    )
    score = replace(scores[0], parts=parts)
    assert "VL101" in {finding.code for finding in check(score, profile="chorale").findings}
    found = repair(score, profile="chorale", select=["VL101"])
    assert not found.left
    for part in found.score.parts:
        assert part.notes[0].pitch == part.notes[1].pitch


def test_a_wrong_name_of_a_note_is_respelled() -> None:
    score = score_of("B4 C5 / Ab4 A4 / E4 E4 / E3 A3", chords="E Am", key="a")
    found = repair(score, profile="chorale", select=["KE106"])
    assert changed(score, found.score) == [("Alto", "Ab4", "G#4")]


def test_a_score_without_faults_stays_as_it_is() -> None:
    score = score_of("C5 D5 C5 / E4 F4 E4 / G3 B3 G3 / C3 G2 C3", key="C")
    found = repair(score, profile="chorale", select=["VL1"])
    assert found.score == score
    assert not found.changes
    assert found.before == found.after


def test_equal_scores_are_repaired_alike() -> None:
    score = read_score(BEN)
    assert repair(score, profile="strict") == repair(score, profile="strict")


def test_the_command_changes_nothing_else_in_the_file(tmp_path: Path) -> None:
    out = tmp_path / "out.musicxml"
    done = CliRunner().invoke(main, ["repair", str(BEN), "--profile", "chorale", "-o", str(out), "--plain"])
    assert done.exit_code == 0, done.output
    assert "2    1     Alto   D4    Bb3  VL101" in done.output
    before, after = BEN.read_text().splitlines(), out.read_text().splitlines()
    kept = [row for row in after if row in before]
    assert len(before) - len(kept) <= 6
    assert read_score(out) == repair(read_score(BEN), profile="chorale").score


def test_the_changed_notes_are_coloured(tmp_path: Path) -> None:
    out = tmp_path / "out.musicxml"
    CliRunner().invoke(main, ["repair", str(BEN), "--profile", "chorale", "-o", str(out)])
    coloured = [str(note.pitch) for part in read_score(out).parts for note in part.notes if note.colour == "#008040"]
    assert coloured == ["Bb3", "Eb4"]
    other = tmp_path / "out.abc"
    refused = CliRunner().invoke(main, ["repair", str(BEN), "-o", str(other)])
    assert refused.exit_code == 2


def test_a_file_with_a_short_bar_is_written_anew(tmp_path: Path) -> None:
    short, out = tmp_path / "short.musicxml", tmp_path / "out.musicxml"
    text = BEN.read_text()
    first = text.index("<note>")
    short.write_text(text[:first] + text[text.index("</note>", first) + len("</note>") :])
    done = CliRunner().invoke(main, ["repair", str(short), "--select", "RH101", "--also-tune", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert not [each for each in check(read_score(out)).findings if each.code == "RH101"]


def test_the_changes_as_data() -> None:
    done = CliRunner().invoke(main, ["repair", str(BEN), "--profile", "chorale", "--format", "json"])
    told = json.loads(done.stdout)
    assert [(each["bar"], each["voice"], each["from"], each["to"]) for each in told["changes"]] == [
        ("2", "Alto", "D4", "Bb3"),
        ("3", "Alto", "C4", "Eb4"),
    ]
    assert told["left"] == []
    assert told["summary"]["before"]["error"] == 2


def test_what_is_left_is_told() -> None:
    done = CliRunner().invoke(main, ["repair", str(BEN), "--profile", "chorale", "--voices", "tenor"])
    assert done.exit_code == 1
    assert "left: " in done.output
    assert "VL10" in done.output


def test_the_score_itself_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "score.musicxml"
    path.write_bytes(BEN.read_bytes())
    done = CliRunner().invoke(main, ["repair", str(path), "-o", str(path)])
    assert done.exit_code == 2
    assert path.read_bytes() == BEN.read_bytes()


def test_a_missing_note_is_filled_in() -> None:
    score = score_of("C5 D5 C5 / E4 F4 E4 / G3 B3 G3 / C3 G2 C3", key="C")
    alto = score.parts[1]
    short = replace(
        score, parts=(score.parts[0], replace(alto, notes=(alto.notes[0], alto.notes[2])), *score.parts[2:])
    )
    found = repair(short, profile="chorale", select=["RH101"])
    assert not found.left
    (change,) = found.changes
    assert (change.voice, change.beat, change.before, change.clears) == ("Alto", 2, None, ("RH101",))
    assert change.after is not None
    assert found.score.parts[1].notes[1].pitch == change.after
    assert [note.duration_quarter for note in found.score.parts[1].notes] == [1, 1, 1]


def test_parts_with_each_others_lines_exchange_them() -> None:
    score = score_of("C5 D5 C5 / E4 F4 E4 / G3 B3 G3 / C3 G2 C3", key="C")
    soprano, alto, tenor, bass = score.parts
    mixed = replace(score, parts=(soprano, alto, replace(tenor, notes=bass.notes), replace(bass, notes=tenor.notes)))
    found = repair(mixed, profile="chorale", select=["RH102"])
    assert found.score == score
    assert found.moves == ("Tenor and Bass exchange their lines (RH102)",)
    flute_below = replace(score_of("C4 D4 E4 / C5 D5 C5", players="cello flute"))
    assert [part.name for part in repair(flute_below, select=["RH102"]).score.parts] == ["Flute", "Cello"]


def test_a_changed_tune_gets_its_given_notes_back() -> None:
    score = score_of("C5 D5 C5 / E4 F4 E4 / G3 B3 G3 / C3 G2 C3", key="C")
    tune = score.parts[0]
    wrong = replace(
        score,
        parts=(
            replace(tune, notes=(tune.notes[0], replace(tune.notes[1], pitch=Pitch.parse("E5")), tune.notes[2])),
            *score.parts[1:],
        ),
    )
    found = repair(wrong, profile="chorale", given={tune.name: tune})
    assert found.score == score
    assert [change.clears for change in found.changes] == [("HA205",)]


def test_findings_outside_the_named_bars_stay() -> None:
    score = read_score(BEN)
    found = repair(score, profile="chorale", bars="2")
    assert [change.bar for change in found.changes] == ["2"]
    assert [finding.code for finding in found.after.at_least("error")] == ["VL102"]
    assert not found.left
    with pytest.raises(ValueError, match="no bar '99'"):
        repair(score, bars="2-99")
