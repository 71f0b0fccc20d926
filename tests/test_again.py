"""Passages of a finished arrangement composed anew: what is outside stays, the seams are kept, pins are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from arranger import Draft, arrange, check, draft, read_lead_sheet
from arranger.arranging.given.places import Span, parse_spans
from arranger.arranging.main import Options
from arranger.arranging.rhythm import GIVEN
from arranger.arranging.search.beam import Search
from arranger.arranging.search.exact import optimum, pairwise
from arranger.editing.passages.again import Wish, composed_anew
from arranger.editing.passages.holes import with_holes
from arranger.editing.passages.opening import opened
from arranger.editing.passages.regions import Region
from theory.notation.pitch import Pitch
from theory.notation.score import Direction, LeadSheet, Note, Score
from theory.slices.context import Ranges

Sheet = Callable[..., LeadSheet]
EXAMPLES = Path(__file__).parents[1] / "examples"
TUNE = '"C" c2 G2 | "F" A2 F2 | "Dm" F2 A2 | "G7" G2 B2 | "C" c2 e2 | "F" A2 c2 | "G7" B2 d2 | "C" c4 |]'
QUICK = {"model": None, "key": "keep", "style": "hymn", "beam": 8}


@pytest.fixture(scope="module")
def song() -> Draft:
    return arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), **QUICK)  # type: ignore[arg-type]


def outside(score: Score, spans: tuple[Span, ...]) -> list[list[Note]]:
    return [
        [note for note in part.notes if not any(span.holds(note.onset_quarter) for span in spans)]
        for part in score.parts
    ]


def pitches(score: Score, part: int, bars: str = "") -> list[str]:
    spans = parse_spans(bars, score) if bars else (Span(Fraction(0), score.end_quarter),)
    notes = score.parts[part].notes
    return [str(note.pitch) for note in notes if note.pitch and any(span.holds(note.onset_quarter) for span in spans)]


# ---------------------------------------------------------------- regions


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("2-3", [(4, 12)]),
        ("2", [(4, 8)]),
        ("2.3-3.1", [(6, 9)]),
        ("1, 2, 4", [(0, 8), (12, 16)]),
        ("2.2.5", [(Fraction(11, 2), 6)]),
        ("B", [(8, 32)]),
        ("A-B", [(0, 32)]),
    ],
)
def test_places_are_bars_beats_and_marks(lead_sheet: Sheet, text: str, spans: list[tuple[int, int]]) -> None:
    score = lead_sheet(TUNE).score
    marks = tuple(Direction(Fraction(onset), "rehearsal", mark) for onset, mark in ((0, "A"), (8, "B")))
    assert parse_spans(text, replace(score, directions=marks)) == tuple(
        Span(Fraction(a), Fraction(b)) for a, b in spans
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("33", "there is no bar 33; the bars are 1 to 8"),
        ("4-2", "the last comes before the first"),
        ("2.5", "bar 2 has the beats 1 to 4; there is no beat 5"),
        ("2..3", "is no place in a score"),
    ],
)
def test_a_place_that_is_not_there_is_named(lead_sheet: Sheet, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_spans(text, lead_sheet(TUNE).score)


def test_a_note_across_an_edge_stays() -> None:
    song = arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), texture="sustained", **QUICK)  # type: ignore[arg-type]
    tied = next(note for note in song.score.parts[3].notes if note.tie_start)
    bar = song.score.bar_at(tied.end_quarter)
    region = Region(((), (), (), (Span(bar.onset_quarter, bar.end_quarter),)))
    (cut,) = region.without(song.score.parts).spans[3] or (Span(bar.end_quarter, bar.end_quarter),)
    assert cut.start_quarter > bar.onset_quarter


# ---------------------------------------------------------------- again


def test_only_the_region_changes_and_it_does(song: Draft) -> None:
    found = song.again("5-8", ["alto", "tenor"])
    spans = parse_spans("5-8", song.score)
    assert outside(found.score, spans) == outside(song.score, spans)
    assert found.score.parts[0] == song.score.parts[0]
    assert found.score.parts[3] == song.score.parts[3]
    assert pitches(found.score, 1, "5-8") + pitches(found.score, 2, "5-8") != pitches(song.score, 1, "5-8") + pitches(
        song.score, 2, "5-8"
    )


def test_words_and_marks_of_the_region_stay(song: Draft) -> None:
    found = song.again("5-8")
    for old, new in zip(song.score.parts, found.score.parts, strict=True):
        assert [(n.onset_quarter, n.lyrics) for n in old.notes if n.lyrics] == [
            (n.onset_quarter, n.lyrics) for n in new.notes if n.lyrics
        ]


def test_seeds_and_variants_differ_and_equal_seeds_do_not(song: Draft) -> None:
    one, same, other = (song.again("5-8", seed=seed) for seed in (1, 1, 2))
    assert one.score == same.score
    assert one.score != other.score
    three = list(song.variants_of(song.region("5-8"), Wish(variants=3)))
    assert len({str([pitches(each.score, voice, "5-8") for voice in (1, 2, 3)]) for each in three}) == 3


def test_with_all_cells_given_the_score_is_the_same(song: Draft) -> None:
    nothing = np.zeros_like(song.plan.mode, dtype=bool)
    (found,) = composed_anew(song.plan, song.options, song.hypothesis, nothing)
    assert found is song.hypothesis
    plan = with_holes(song.plan, song.hypothesis.midi, song.hypothesis.attack, nothing)
    assert (plan.mode == GIVEN).all()
    (best, *_) = Search(plan, song.search.objective, width=4).run()
    assert np.array_equal(best.midi, song.hypothesis.midi)
    assert np.array_equal(best.attack, song.hypothesis.attack)


def test_the_tune_stays_unless_it_is_named(song: Draft) -> None:
    assert song.again("5-8").score.parts[0] == song.score.parts[0]
    found = song.again("5-8", ["soprano"])
    assert found.score.parts[1:] == song.score.parts[1:]
    assert found.score.parts[0] != song.score.parts[0]
    assert [n.lyrics for n in found.score.parts[0].notes] == [n.lyrics for n in song.score.parts[0].notes]


def test_the_best_notes_again_are_the_same(song: Draft) -> None:
    assert song.again("5-8", differs=False).score == song.score


def test_bars_that_are_the_same_follow_if_asked(lead_sheet: Sheet) -> None:
    line = '"C" c2 G2 | "F" A2 F2 | "G7" G2 B2 | "C" c4 | '
    song = arrange(lead_sheet(line + line.replace("c4", "c4 |]")), **QUICK)  # type: ignore[arg-type]
    assert pitches(song.score, 1, "2-3") == pitches(song.score, 1, "6-7")
    alone, both = (song.again("2-3", also_repeats=also) for also in (False, True))
    assert pitches(alone.score, 1, "6-7") == pitches(song.score, 1, "6-7")
    for voice in (1, 2, 3):
        assert (
            pitches(both.score, voice, "2-3") == pitches(both.score, voice, "6-7") == pitches(alone.score, voice, "2-3")
        )


def test_no_new_fault_at_the_seams(song: Draft) -> None:
    for bars in ("3-4", "7.2-9.1", "12-14"):
        found = song.again(bars)
        assert not [each for each in check(found, profile="hymn").findings if each.severity == "error"]


def test_marks_in_the_score_say_what_is_done_again(song: Draft) -> None:
    score = song.score
    word = Direction(score.bars[4].onset_quarter, "words", "again")
    marked = replace(song, score=replace(score, directions=(*score.directions, word)))
    assert marked.again().score.parts == song.again("4").score.parts
    alto = replace(
        score.parts[1],
        notes=tuple(replace(n, colour="#FF0000") if n.onset_quarter == 13 else n for n in score.parts[1].notes),
    )
    coloured = replace(song, score=replace(score, parts=(score.parts[0], alto, *score.parts[2:])))
    assert coloured.region().voices == (1,)
    with pytest.raises(ValueError, match="nothing is marked"):
        song.again()


# ---------------------------------------------------------------- against the optimum


def small(lead_sheet: Sheet) -> Draft:
    """An arrangement in narrow ranges, chord tones only, judged by costs of two slices: all textures can be tried."""
    song = arrange(lead_sheet('"C" c2 "G7" d2 | "C" e4 |]'), **QUICK)  # type: ignore[arg-type]
    low, high = np.array(((60, 79), (60, 67), (53, 60), (45, 53))).T
    plan = replace(song.plan, ranges=Ranges(low, high, low, high, low, high))
    return replace(song, plan=replace(plan, style=replace(plan.style, foreign_voices=0)))


def best_cost(song: Draft, holes: np.ndarray, *, exact: bool) -> float:
    plan = with_holes(song.plan, song.hypothesis.midi, song.hypothesis.attack, holes)
    objective = pairwise(song.search.objective)
    if exact:
        return optimum(plan, objective).cost
    return Search(plan, objective, width=2048, kept=4096).run()[0].cost


def test_a_beam_that_covers_everything_finds_the_optimum_of_every_hole(lead_sheet: Sheet) -> None:
    song = small(lead_sheet)
    chance = np.random.default_rng(1)
    for _ in range(6):
        holes = (chance.random(song.plan.mode.shape) < 0.6) & (song.plan.mode != GIVEN)
        assert best_cost(song, holes, exact=False) == pytest.approx(best_cost(song, holes, exact=True), abs=1e-3)


def test_more_given_cells_never_make_the_optimum_cheaper(lead_sheet: Sheet) -> None:
    song = small(lead_sheet)
    chance = np.random.default_rng(2)
    for _ in range(6):
        order = chance.random(song.plan.mode.shape)
        costs = [
            best_cost(song, (order < share) & (song.plan.mode != GIVEN), exact=True) for share in (1.0, 0.6, 0.3, 0)
        ]
        assert costs == sorted(costs)


# ---------------------------------------------------------------- pins


def test_pins_hold_in_a_new_arrangement(lead_sheet: Sheet) -> None:
    found = arrange(
        lead_sheet(TUNE),
        pin=["alto 3.1 = D4", "T 5 = C4"],
        forbid=["bass = C3"],
        chord=["6.3 = Dm7"],
        **QUICK,  # type: ignore[arg-type]
    )
    assert pitches(found.score, 1, "3")[0] == "D4"
    assert pitches(found.score, 2, "5")[0] == "C4"
    assert "C3" not in pitches(found.score, 3)
    assert [str(c.symbol) for c in found.score.chords if c.onset_quarter == 22] == ["Dm7"]


def test_pins_hold_in_a_finished_one_and_in_what_is_done_again(song: Draft) -> None:
    pinned = song.with_pins("alto 5.1 = D4", forbid=["tenor 6 = G3"])
    assert pitches(pinned.score, 1, "5")[0] == "D4"
    assert "G3" not in pitches(pinned.score, 2, "6")
    assert pitches(pinned.again("4-6").score, 1, "5")[0] == "D4"
    spans = parse_spans("5-6", song.score)
    assert outside(pinned.score, spans) == outside(song.score, spans)


def test_a_pinned_chord_is_printed_and_followed(song: Draft) -> None:
    found = song.with_pins(chords=["5.1 = Em"])
    assert [str(c.symbol) for c in found.score.chords if c.onset_quarter == 13] == ["Em"]
    assert found.plan.texture.chord[found.plan.texture.slice_at(Fraction(13))] == next(
        c.symbol for c in found.score.chords if c.onset_quarter == 13
    )


@pytest.mark.parametrize(
    ("pin", "message"),
    [
        ("alto 99 = A4", "pin 'alto 99 = A4': there is no bar 99"),
        ("alt0 3 = A4", "no part 'alt0'"),
        ("alto 3 = H9", "is not a pitch"),
        ("alto A4", "write part, place and pitch"),
        ("soprano 3.1 = A4", "is given already"),
    ],
)
def test_a_pin_that_has_no_place_is_quoted(song: Draft, pin: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        song.with_pins(pin)


# ---------------------------------------------------------------- any score


def test_a_score_keeps_its_rhythm_words_and_marks(song: Draft) -> None:
    other = draft(song.score, model=None)
    assert other.rhythm == "written"
    found = other.again("5-8")
    for old, new in zip(song.score.parts, found.score.parts, strict=True):
        assert [replace(n, pitch=None) for n in old.notes] == [replace(n, pitch=None) for n in new.notes]
    assert found.score != song.score


def test_patterns_are_written_over_new_chords(lead_sheet: Sheet) -> None:
    song = arrange(lead_sheet(TUNE * 2), ensemble="string-quartet", texture="eighths", model=None, key="keep")
    other = draft(song.score, ensemble="string-quartet", model=None)
    spans = parse_spans("5-6", song.score)
    for each in (
        song,
        opened(song.score, Options(ensemble="string-quartet", texture="eighths", model=None, style="song")),
    ):
        assert each.rhythm == "plan"
        found = each.again("5-6")
        assert outside(found.score, spans) == outside(song.score, spans)
        assert found.score != song.score
    assert other.again("5-6").score.bars == song.score.bars


def test_a_pin_in_a_written_score_is_for_the_whole_note(song: Draft) -> None:
    other = draft(song.score, model=None)
    note = next(n for n in song.score.parts[1].notes if n.duration_quarter == 2 and n.pitch)
    bar = song.score.bar_at(note.onset_quarter)
    place = f"{bar.number}.{bar.beat_at(note.onset_quarter + 1)}"
    found = other.with_pins(f"alto {place} = E4")
    changed = [n for n in found.score.parts[1].notes if n.onset_quarter == note.onset_quarter]
    assert [str(n.pitch) for n in changed] == ["E4"]


# ---------------------------------------------------------------- repair and why


@pytest.mark.parametrize("rhythm", ["written", "plan"])
def test_a_draft_is_repaired_and_goes_on(song: Draft, rhythm: str) -> None:
    whole = draft(song.score, model=None) if rhythm == "written" else song
    place = next(i for i, n in enumerate(whole.score.parts[2].notes) if n.onset_quarter == 13)
    notes = list(whole.score.parts[2].notes)
    notes[place] = replace(notes[place], pitch=Pitch.parse("A5"))
    faulty = replace(
        whole.score,
        parts=(*whole.score.parts[:2], replace(whole.score.parts[2], notes=tuple(notes)), whole.score.parts[3]),
    )
    wrong = draft(faulty, model=None) if rhythm == "written" else replace(whole, score=faulty)
    found = wrong.repair("4-6")
    assert len(found.report().findings) <= len(wrong.report().findings)
    assert found.score.parts[2].notes[place].pitch != Pitch.parse("A5")
    assert found.score.parts[0] == song.score.parts[0]
    assert found.again("9").score.parts[2].notes[place] == found.score.parts[2].notes[place]


def test_a_draft_says_why(song: Draft) -> None:
    reason = song.why("5.1", "alto")
    assert str(next(n.pitch for n in song.score.parts[1].notes if n.onset_quarter == 13)) in str(reason)
