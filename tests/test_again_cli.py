"""arranger again, excerpt, and arrange --keep, --bars and --pin, as they are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arranger import arrange, read_lead_sheet, read_score, write_score
from arranger.arranging.given.places import parse_spans
from arranger.cli import main
from theory.notation.pitch import Pitch
from theory.notation.score import LeadSheet, Part, Score

Sheet = Callable[..., LeadSheet]
EXAMPLES = Path(__file__).parents[1] / "examples"
FAST = ("--no-model",)


@pytest.fixture(scope="module")
def hymn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    song = arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), style="hymn", model=None, beam=4)
    return write_score(song.score, tmp_path_factory.mktemp("hymn") / "hymn.musicxml")


def called(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def without_pitches(document: str) -> list[str]:
    signs = ("<step>", "<octave>", "<alter>", "<accidental>")
    return [line for line in document.splitlines() if not line.strip().startswith(signs)]


def resting(part: Part, score: Score, bars: str) -> Part:
    """Return a part that rests but in some bars."""
    spans = parse_spans(bars, score)
    return replace(
        part,
        notes=tuple(
            note
            if any(span.holds(note.onset_quarter) for span in spans)
            else replace(note, pitch=None, lyrics=(), tie_start=False, tie_stop=False, slur_starts=(), slur_stops=())
            for note in part.notes
        ),
    )


def test_again_changes_pitches_in_the_bars_and_not_a_byte_elsewhere(hymn: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.musicxml"
    done = called("again", hymn, "--bars", "5-6", "--voices", "alto,tenor", "-o", out, *FAST)
    assert done.exit_code == 0, done.output
    old, new = hymn.read_text(), out.read_text()
    assert old != new
    assert without_pitches(old) == without_pitches(new)
    before, after = read_score(hymn), read_score(out)
    assert before.parts[3] == after.parts[3]
    assert "notes changed in Alto, Tenor" in done.stderr


def test_variants_are_numbered_and_differ(hymn: Path, tmp_path: Path) -> None:
    assert called("again", hymn, "--bars", "5-8", "--variants", 2, "-o", tmp_path / "v.musicxml", *FAST).exit_code == 0
    assert (tmp_path / "v-1.musicxml").read_bytes() != (tmp_path / "v-2.musicxml").read_bytes()


def test_a_pin_stays_in_a_finished_score(hymn: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out.musicxml", tmp_path / "report.json"
    done = called("again", hymn, "--pin", "alto 5.1 = D4", "--chord", "6.1 = Em7", "-o", out, "--report", report, *FAST)
    assert done.exit_code == 0, done.output
    score = read_score(out)
    assert [str(n.pitch) for n in score.parts[1].notes if n.onset_quarter == 13] == ["D4"]
    assert "Em7" in [str(chord.symbol) for chord in score.chords]
    assert json.loads(report.read_text())["profile"] == "hymn"


def test_a_project_goes_on(tmp_path: Path) -> None:
    project, more = tmp_path / "a.arranger", tmp_path / "b.arranger"
    sheet = EXAMPLES / "amazing-grace.musicxml"
    assert called("arrange", sheet, "--pin", "alto 5.1 = D4", "-o", project, *FAST).exit_code == 0
    done = called("again", project, "--bars", "5-6", "-o", more)
    assert done.exit_code == 0, done.output
    assert called("again", more, "--bars", "9", "-o", tmp_path / "c.musicxml").exit_code == 0
    notes = read_score(tmp_path / "c.musicxml").parts[1].notes
    assert [str(note.pitch) for note in notes if note.onset_quarter == 13] == ["D4"]
    refused = called("again", project, "--bars", "5", "--style", "song", "-o", more)
    assert "a project has its own style" in refused.stderr


def test_pins_beside_a_sheet_are_found(tmp_path: Path) -> None:
    sheet = tmp_path / "song.musicxml"
    sheet.write_bytes((EXAMPLES / "amazing-grace.musicxml").read_bytes())
    (tmp_path / "song.pins.toml").write_text('pin = ["alto 5.1 = D4"]\nforbid = ["bass = G2"]\n')
    done = called("arrange", sheet, "--key", "keep", "-o", tmp_path / "out.musicxml", *FAST)
    assert done.exit_code == 0, done.output
    assert "with the pins in song.pins.toml" in done.stderr
    score = read_score(tmp_path / "out.musicxml")
    assert [str(n.pitch) for n in score.parts[1].notes if n.onset_quarter == 13] == ["D4"]
    assert "G2" not in [str(note.pitch) for note in score.parts[3].notes]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('pins = ["alto 5 = D4"]', "there is no list 'pins'; did you mean pin?"),
        ('pin = "alto 5 = D4"', "pin is a list of texts"),
        ("pin = [", "song.toml"),
        ('pin = ["alto 99 = D4"]', "pin 'alto 99 = D4': there is no bar 99"),
    ],
)
def test_wrong_pins_are_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "song.toml").write_text(text)
    words = ("--pins", tmp_path / "song.toml", "-o", tmp_path / "out.musicxml")
    refused = called("arrange", EXAMPLES / "amazing-grace.musicxml", *words, *FAST)
    assert refused.exit_code == 2
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_what_is_written_is_kept_and_the_rests_are_filled(hymn: Path, tmp_path: Path) -> None:
    whole = read_score(hymn)
    bass = replace(
        whole.parts[3],
        notes=tuple(replace(n, pitch=Pitch.parse("E3")) if n.onset_quarter == 13 else n for n in whole.parts[3].notes),
    )
    half = replace(whole, parts=(whole.parts[0], resting(whole.parts[1], whole, "3-4"), bass))
    write_score(half, tmp_path / "half.musicxml")
    source = read_score(tmp_path / "half.musicxml")
    out = tmp_path / "out.musicxml"
    done = called(
        "arrange", tmp_path / "half.musicxml", "--keep", "all", "--style", "hymn", "--score", "open", "-o", out, *FAST
    )
    assert done.exit_code == 0, done.output
    found = read_score(out)
    assert found.parts[3].notes == source.parts[2].notes
    kept = {(n.onset_quarter, n.pitch) for n in source.parts[1].notes if n.pitch}
    assert kept < {(n.onset_quarter, n.pitch) for n in found.parts[1].notes if n.pitch}
    assert all(any(n.pitch for n in part.notes) for part in found.parts)


def test_bars_are_written_as_part_of_the_whole(tmp_path: Path) -> None:
    sheet, out, whole = EXAMPLES / "amazing-grace.musicxml", tmp_path / "out.musicxml", tmp_path / "whole.musicxml"
    assert called("arrange", sheet, "--bars", "5-6", "-o", out, *FAST).exit_code == 0
    assert called("arrange", sheet, "--key", "keep", "-o", whole, *FAST).exit_code == 0
    spans = parse_spans("5-6", read_score(out))
    for part, other in zip(read_score(out).parts[1:], read_score(whole).parts[1:], strict=True):
        inside = [(n.onset_quarter, n.pitch) for n in part.notes if n.pitch]
        assert inside == [
            (n.onset_quarter, n.pitch) for n in other.notes if n.pitch and spans[0].holds(n.onset_quarter)
        ]


@pytest.mark.parametrize(
    "words", [("--vary", "repeats"), ("--key", "C"), ("--only-bars", "2-3"), ("--melody", "around")]
)
def test_keep_does_not_go_with_another_form_of_the_sheet(tmp_path: Path, words: tuple[str, str]) -> None:
    sheet = EXAMPLES / "amazing-grace.musicxml"
    refused = called("arrange", sheet, "--keep", "all", *words, "-o", tmp_path / "out.musicxml", *FAST)
    assert refused.exit_code == 2
    assert f"does not go with {words[0]}" in refused.stderr


def test_an_excerpt_has_all_parts(hymn: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.musicxml"
    assert called("excerpt", hymn, "--bars", "3-4", "-o", out).exit_code == 0
    found = read_score(out)
    assert [bar.number for bar in found.bars] == ["3", "4"]
    assert len(found.parts) == 4
    assert "there is no bar 90" in called("excerpt", hymn, "--bars", "90", "-o", out).stderr


def test_what_cannot_be_done_again_is_said_in_one_line(hymn: Path, tmp_path: Path) -> None:
    for words, message in (
        (("--bars", "90"), "there is no bar 90"),
        ((), "nothing is marked"),
        (("--bars", "5", "--voices", "altro"), "there is no part 'altro'"),
        (("--bars", "5", "--ensemble", "string-quartett"), "there is no ensemble"),
        (("--bars", "5", "--style", "hymm"), "there is no style"),
    ):
        refused = called("again", hymn, *words, "-o", tmp_path / "out.musicxml", *FAST)
        assert refused.exit_code == 2
        assert message in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_patterns_again_leave_every_other_byte(tmp_path: Path) -> None:
    first, out = tmp_path / "quartet.musicxml", tmp_path / "out.musicxml"
    sheet = EXAMPLES / "amazing-grace.musicxml"
    words = ("--ensemble", "string-quartet", "--texture", "waltz")
    assert called("arrange", sheet, *words, "-o", first, *FAST).exit_code == 0
    done = called("again", first, "--bars", "5-7", "-o", out, *FAST)
    assert done.exit_code == 0, done.output
    old, new = (path.read_text().split("<measure ") for path in (first, out))
    assert len(old) == len(new)
    changed = {each.split('"')[1] for each, other in zip(old, new, strict=True) if each != other}
    assert changed
    assert changed <= {"5", "6", "7"}
