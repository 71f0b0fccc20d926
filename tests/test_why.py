"""Why a note stands where it stands: its role, what it does, and candidates in the words of the objective."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from arranger import arrange
from arranger.arranging.main import Arrangement, Options
from arranger.arranging.search.beam import MODEL, RECURRING_BAR, Hypothesis
from arranger.arranging.search.preferences import MOTION, STEP, VERTICAL
from arranger.cli import main
from arranger.commands.explaining import explain
from arranger.editing import opinion
from arranger.editing.explanation import TENDENCIES, explanation_of
from arranger.editing.grounds import grounds_of, grounds_of_arrangement
from arranger.editing.passages.opening import opened
from arranger.editing.phrasing import phrases
from arranger.editing.weighing import weigh
from arranger.editing.why import pitches_for, reason_of, voice_named, why
from theory.notation.beats import spoken_beat
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Meter, Score
from theory.rules.catalogue import ALL
from theory.rules.example import example_score
from theory.rules.rule import passes

TUNE = '"C" E2 "F" F2 | "Dm" F2 "G" !fermata!G2 | "F" A2 "G7" G2 | "C" !fermata!G4 |]'
REPEATED = '|: "C" E2 G2 | "G7" F2 D2 :| "Am" C2 E2 | "F" F2 A2 | "G7" G2 B2 | "C" c4 |]'


SUSPENDED = "E5 - D5 - C5 - / C5 - - B4 C5 - / G4 - G4 - E4 - / C4 - G3 - C4 -"


def score_of(music: str, **setting):
    return example_score(passes(music, "", **setting))


def doing(music: str, voice: str, onset: int | Fraction, **setting) -> str:
    return "; ".join(why(score_of(music, **setting), voice, Fraction(onset)).doing)


# the exact terms


def costs_of(arrangement: Arrangement, hypothesis: Hypothesis) -> Counter[str]:
    labels = {rule.label: rule.code for rule in ALL}
    found: Counter[str] = Counter()
    for term in arrangement.search.explain(hypothesis):
        found[labels.get(term.source, term.source)] += term.cost
    return found


@pytest.mark.parametrize("style", ["hymn", "song", "chorale"])
@pytest.mark.parametrize("tune", [TUNE, REPEATED])
def test_the_terms_of_a_candidate_are_those_of_the_search(lead_sheet, monkeypatch, tune: str, style: str) -> None:
    monkeypatch.setattr(opinion, "MEMORY", 1000)  # the model's costs are summed to the end, as the search sums them
    arrangement = arrange(lead_sheet(tune), style=style, key="keep", beam=4)
    grounds, hypothesis = grounds_of_arrangement(arrangement), arrangement.hypothesis
    now, draw = costs_of(arrangement, hypothesis), random.Random(1)
    for _ in range(12):
        tone = draw.choice(grounds.lines[draw.choice([1, 2, 3])])
        midi = hypothesis.midi.copy()
        other = tone.pitch.midi + draw.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5])
        midi[tone.first : tone.end, tone.voice] = other
        wanted = costs_of(arrangement, Hypothesis(midi, hypothesis.attack, 0.0))
        spelled = Pitch.spelled(other, int(arrangement.plan.spelling[tone.first][other % 12]))
        found = {charge.source: charge.nats for charge in weigh(grounds, tone, [spelled]).charges[0]}
        differs = {source: wanted[source] - now[source] for source in {*wanted, *now}}
        for source in {*found, *differs}:
            assert found.get(source, 0.0) == pytest.approx(differs.get(source, 0.0), abs=2e-3), (tone, source)


def test_a_candidate_costs_the_sum_of_its_terms(lead_sheet) -> None:
    reason = why(arrange(lead_sheet(TUNE), style="hymn", key="keep", beam=4), "alto", Fraction(2))
    assert len(reason.candidates) == 3
    for candidate in reason.candidates:
        assert candidate.cost == pytest.approx(sum(weight.nats for weight in candidate.weights))
    assert [each.cost for each in reason.candidates] == sorted(each.cost for each in reason.candidates)


def test_every_term_has_words_and_no_words_are_without_a_term() -> None:
    steering = {rule.code for rule in ALL if rule.steers}
    assert set(phrases()) == steering | {*VERTICAL, *MOTION, *STEP} | {MODEL, RECURRING_BAR}


# what a note does


@pytest.mark.parametrize(
    ("music", "voice", "onset", "words"),
    [
        (SUSPENDED, "alto", 0, "4-3 suspension and resolves down to B4"),
        (SUSPENDED, "alto", 3, "resolves the 4-3 suspension"),
        (SUSPENDED, "alto", 3, "leading tone and rises to the tonic C5"),
        ("B4 C5 / F4 E4 / D4 C4 / G3 C3", "alto", 0, "the seventh of G7 and resolves down by step to E4"),
        ("B4 C5 / F4 E4 / D4 C4 / G3 C3", "alto", 1, "resolves the seventh of G7 down by step from F4"),
        ("E5 F5 / G4 A4 / C4 C4 / C3 F3", "tenor", 1, "holds the common tone of C and F"),
        ("E5 F5 G5 / G4 G4 G4 / C4 C4 C4 / C3 D3 E3", "bass", 1, "walks in compound thirds with the soprano"),
        ("C4 A4 G4 / E4 E4 E4 / C4 C4 C4 / C3 C3 C3", "soprano", 2, "fills the gap after the leap up a sixth"),
        ("C5 C5 C5 / E4 F4 G4 / G3 G3 G3 / C3 C3 C3", "alto", 1, "passes by step from E4 to G4"),
        ("C5 C5 C5 / E4 F4 E4 / G3 G3 G3 / C3 C3 C3", "alto", 1, "upper neighbour of E4"),
        ("G4 F4 E4 D4 C4 / C4 C4 C4 B3 C4 / G3 A3 G3 G3 E3 / C3 F2 C3 G2 C3", "soprano", 3, "scale down from G4 to C4"),
    ],
)  # fmt: skip
def test_what_a_note_does(music: str, voice: str, onset: int, words: str) -> None:
    chords = {"B4 C5": "G7 C", "E5 F5 /": "C F"}
    symbols = next((each for start, each in chords.items() if music.startswith(start)), "")
    assert words in doing(music, voice, onset, chords=symbols)


def test_a_walk_ends_where_the_interval_changes() -> None:
    music = "E5 F5 G5 G5 / G4 G4 G4 G4 / C4 C4 C4 C4 / C3 D3 E3 C3"
    assert "walks in compound thirds" in doing(music, "bass", 2)
    assert "walks" not in doing(music, "bass", 3)


def test_the_role_and_the_doubling() -> None:
    score = score_of("C5 B4 / G4 F4 / E4 D4 / C3 G2", chords="C G7", key="C")
    assert why(score, "alto", Fraction(1)).role == "the seventh of G7"
    assert why(score, "tenor", Fraction(0)).doubling == "is the only third in the chord"
    assert why(score, "soprano", Fraction(0)).doubling == "doubles the bass"
    assert "I in C major" in why(score, "bass", Fraction(0)).heading


def test_a_stranger_says_how_far_it_is_from_the_bass() -> None:
    reason = why(score_of("C5 C5 C5 / E4 F4 G4 / G3 G3 G3 / C3 C3 C3", chords="C - -"), "alto", Fraction(1))
    assert reason.role == "an eleventh above the bass, not a tone of C"
    assert reason.kind == "passing"


# what another note would do


def words_of(music: str, voice: str, onset: int, note: str, **setting) -> str:
    """Return all words of one candidate, also of those that are not among the next three."""
    grounds = grounds_of(score_of(music, **setting), "chorale")
    tone = grounds.tone_at(voice_named(grounds, voice), Fraction(onset))
    assert tone
    from arranger.editing.why import _words

    (charges,) = weigh(grounds, tone, [Pitch.parse(note)]).charges
    return "; ".join(_words(grounds, tone, Pitch.parse(note), charge) for charge in charges)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("A4", "make parallel fifths with the bass"),
        ("F4", "make a non-chord tone"),
    ],
)
def test_a_candidate_is_told_by_what_it_would_do(note: str, words: str) -> None:
    # the tenor G3-F3 over C3-D3; with A3 it would rise with the bass in fifths
    music = "E5 F5 / C5 A4 / G4 F4 / C4 D4"
    told = words_of(music, "tenor", 1, note, chords="C Dm")
    assert (words in told) == (note == "A4")


def test_a_missing_third_and_a_doubled_leading_tone_are_told() -> None:
    assert "without its third" in words_of("D5 C5 / G4 G4 / B3 C4 / G3 C3", "tenor", 0, "D4", chords="G C")
    assert "double the leading tone with the tenor" in words_of(
        "D5 C5 / G4 G4 / B3 C4 / G3 C3", "alto", 0, "B4", chords="G C"
    )


def test_a_leading_tone_left_hanging_is_told() -> None:
    assert "leave the leading tone hanging" in words_of(
        "B4 C5 / G4 G4 / D4 E4 / G3 C3", "soprano", 1, "G4", chords="G7 C"
    )


def test_what_a_candidate_would_do_later_is_told_as_later() -> None:
    told = words_of("E5 F5 / C5 F5 / E4 A4 / C4 D4", "tenor", 0, "G4", chords="C Dm")
    assert "then make parallel fifths with the bass" in told


def test_candidates_neither_cross_nor_leave_the_range() -> None:
    grounds = grounds_of(score_of("G4 / E4 / C4 / C3", chords="C"))
    for voice, low, high in ((1, 60, 67), (2, 48, 64), (3, 40, 60)):
        pitches = [pitch.midi for pitch in pitches_for(grounds, grounds.lines[voice][0])]
        assert pitches
        assert min(pitches) >= low
        assert max(pitches) <= high


def test_a_fault_that_the_note_has_part_in_is_told() -> None:
    score = score_of("G4 A4 / E4 F4 / C4 D4 / C3 D3", chords="C Dm")
    grounds = grounds_of(score, "chorale")
    found = {fault.source for fault in weigh(grounds, grounds.lines[3][1]).faults}
    assert {"VL101", "VL102"} <= found
    assert "parallel fifths with the bass" in why(score, "soprano", Fraction(1), style="chorale").text
    clean = grounds_of(score_of("E5 F5 / C5 A4 / G4 F4 / C4 D4", chords="C Dm"), "chorale")
    assert not {fault.source for fault in weigh(clean, clean.lines[2][1]).faults} & {"VL101", "VL102"}


# where it is asked


def test_the_tune_of_an_arrangement_is_given(lead_sheet) -> None:
    reason = why(arrange(lead_sheet(TUNE), style="hymn", key="keep", beam=4), "soprano", Fraction(0))
    assert reason.given
    assert not reason.candidates
    assert "given, not chosen" in reason.text


def test_notes_that_were_changed_since_are_judged_as_they_stand(hymn) -> None:
    assert grounds_of_arrangement(hymn).opinion is not None
    part = hymn.score.parts[1]
    raised = replace(part.notes[0], pitch=Pitch.parse("G4"))
    changed = replace(hymn.score, parts=(hymn.score.parts[0], replace(part, notes=(raised, *part.notes[1:]))))
    changed = replace(changed, parts=(*changed.parts, *hymn.score.parts[2:]))
    grounds = grounds_of_arrangement(replace(hymn, score=changed))
    assert grounds.opinion is None
    assert str(grounds.lines[1][0].pitch) == "G4"


def test_a_rest_and_an_unknown_part_are_refused() -> None:
    score = score_of("C5 . / G4 G4 / E4 E4 / C4 C4")
    with pytest.raises(ValueError, match="the soprano rests in bar 1, beat 2"):
        why(score, "soprano", Fraction(1))
    with pytest.raises(ValueError, match="did you mean tenor"):
        why(score, "tenro", Fraction(0))


def test_the_index_of_a_part_counts_as_it_is_written() -> None:
    score = score_of("C3 / C5 / G4 / E4", players="bass soprano alto tenor")
    assert why(score, 0, Fraction(0)).note == "C3"
    assert why(score, 1, Fraction(0)).note == "C5"


def run(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_why_on_the_command_line(shared_file) -> None:
    told = run("why", shared_file, "1.2", "alto")
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("Bar 1, beat 2, Alto: ")
    data = json.loads(run("why", shared_file, "1.2", "--format", "json").stdout)
    assert [each["voice"] for each in data] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert all(isinstance(term["nats"], float) for term in data[1]["candidates"][0]["terms"])
    assert "nats" not in told.stdout


@pytest.mark.parametrize(
    ("place", "voice", "message"),
    [("9.1", "alto", "there is no bar 9"), ("1.7", "alto", "there is no beat 7"), ("1.1", "violin", "choose from")],
)
def test_why_refuses_in_one_line(shared_file, place: str, voice: str, message: str) -> None:
    refused = run("why", shared_file, place, voice)
    assert refused.exit_code == 2
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def shared_file(tmp_path_factory):
    from arranger.formats.writing import write_score

    path = tmp_path_factory.mktemp("why") / "four.musicxml"
    write_score(score_of("C5 D5 E5 C5 / G4 G4 G4 E4 / E4 D4 C4 G3 / C3 B2 C3 C3"), path)
    return path


def test_equal_scores_give_equal_words() -> None:
    music = "E5 F5 G5 / G4 A4 G4 / C4 C4 C4 / C3 D3 E3"
    one, other = (grounds_of.__wrapped__(score_of(music)) for _ in range(2))
    for first, second in zip(one.lines[1], other.lines[1], strict=True):
        assert reason_of(one, first) == reason_of(other, second)


# a whole arrangement explained


@pytest.fixture(scope="module")
def hymn(lead_sheet):
    return arrange(lead_sheet(TUNE), style="hymn", key="keep", beam=4)


def test_an_explanation_speaks_of_music_and_not_of_the_search(hymn) -> None:
    text = explain(hymn)
    assert "The closest choice: beat" in text
    for word in ("nats", "static", "stuck", "foreign", "model", "_"):
        assert word not in text


def test_what_was_accepted_is_what_the_search_paid(hymn) -> None:
    explained = explanation_of(hymn)
    paid = sum(term.cost for term in hymn.terms if term.source not in TENDENCIES and term.cost >= 0.05)
    assert sum(each.nats for each in explained.accepted) == pytest.approx(paid)
    assert [each.nats for each in explained.accepted] == sorted(
        (each.nats for each in explained.accepted), reverse=True
    )


def test_every_note_of_the_score_is_in_the_json(hymn) -> None:
    data = json.loads(explain(hymn, ".json"))
    told = [(note["voice"], note["onset_quarter"], note["note"]) for bar in data["bars"] for note in bar["notes"]]
    sung = [
        (part.name, float(note.onset_quarter), str(note.pitch))
        for part in hymn.score.parts
        for note in part.notes
        if note.pitch and not note.tie_stop
    ]
    assert sorted(told) == sorted(sung)


def test_the_page_tells_the_reason_of_each_engraved_note(hymn) -> None:
    pytest.importorskip("verovio")
    html = explain(hymn, ".html")
    assert html.count("<title>Bar") == sum(len(part.notes) for part in hymn.score.parts)
    assert not re.search(r'(src|href)="http', html.replace("http://www.w3.org", ""))


def test_an_accompaniment_pattern_is_explained_as_it_is_written(lead_sheet) -> None:
    band = arrange(lead_sheet(TUNE), ensemble="string-quartet", texture="broken", key="keep", beam=2)
    data = json.loads(explain(band, ".json"))
    told = {(note["voice"], note["onset_quarter"], note["note"]) for bar in data["bars"] for note in bar["notes"]}
    part = band.score.parts[-1]
    assert {(part.name, float(note.onset_quarter), str(note.pitch)) for note in part.notes if note.pitch} <= told


def test_a_chord_that_passes_within_another_is_named() -> None:
    score = example_score(passes("C5 B4 A4 / A4 G4 A4 / E4 E4 E4 / A3 E3 A2", "", chords="Am - -"))
    assert why(score, "bass", Fraction(1)).role == "the root of Em, which passes within Am"
    assert why(score, "soprano", Fraction(1)).kind == ""
    assert why(score, "bass", Fraction(0)).role == "the root of Am"


def test_sevenths_and_leading_tones_that_do_not_resolve_are_told() -> None:
    leaps = "F5 - A5 - / D5 - C5 - / B4 - G4 - / G3 - F3 -"
    assert "is the leading tone, and goes down a third to G4 without rising" in doing(
        leaps, "tenor", 0, chords="G7 - F -"
    )
    rises = "B4 - C5 - / F4 - G4 - / D4 - E4 - / G3 - C3 -"
    assert "is the seventh of G7, and goes up a second to G4" in doing(rises, "alto", 0, chords="G7 - C -")


def test_an_unresolved_seventh_is_accepted_in_its_own_bar() -> None:
    leap = "B4 - - - C5 - - - / F4 - - - G4 - - - / D4 - - - E4 - - - / G3 - - - C3 - - -"
    accepted = explanation_of(opened(score_of(leap, chords="G7 - - - C - - -"), Options(model=None))).accepted
    unresolved = [each for each in accepted if "seventh" in each.words and "unresolved" in each.words]
    assert [each.bars for each in unresolved] == [("1",)]


@pytest.mark.parametrize(
    ("onset", "said"),
    [
        (Fraction(0), "1"),
        (Fraction(1, 2), "1, second eighth"),
        (Fraction(5, 2), "2, third eighth"),
        (Fraction(1, 4), "1, after the first eighth"),
        (Fraction(9, 4), "2, after the second eighth"),
    ],
)
def test_beats_in_six_eight_are_said_in_eighths(onset: Fraction, said: str) -> None:
    score = Score((Bar(0, "1", Fraction(0), Fraction(3), Meter(6, 8), Key.parse("C")),), ())
    assert spoken_beat(score, onset) == said
