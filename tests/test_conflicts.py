"""Demands that exclude each other: the smallest set is named, and the cheapest way out is found."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from arranger import arrange, read_lead_sheet
from arranger.arranging.search.objective import Objective
from arranger.arranging.styles import load_style
from arranger.editing.conflicts.demands import CHORD, PIN, RANGE, RULE, TUNE, Demand, forbidden, pinned, usual_demands
from arranger.editing.conflicts.feasible import is_feasible
from arranger.editing.conflicts.frame import Frame
from arranger.editing.conflicts.smallest import first_conflict
from arranger.editing.conflicts.ways_out import in_words, way_in_words, ways_out
from theory.checking.check import texture_for
from theory.notation.instruments import player_of
from theory.notation.pitch import Pitch
from theory.rules.example import example_score
from theory.rules.profile import load_profile
from theory.rules.rule import finds
from theory.slices.texture import HOLE
from theory.slices.windows import contexts_of, ranges_of

EXAMPLES = Path(__file__).parents[1] / "examples"
VOICES = ("Soprano", "Alto", "Tenor", "Bass")
HYMN = load_profile("hymn")
OBJECTIVE = Objective.of(load_style("hymn"), np.array([False, True, True, True]))


def frame_of(tune: str, chords: str, *, key: str = "C", strangers: int = 0) -> Frame:
    """Return a tune with chords for a choir; alto, tenor and bass are free."""
    score = example_score(finds(" / ".join([tune] * 4), "", chords=chords, key=key))
    texture = texture_for(score)
    given = np.full(texture.shape, HOLE)
    given[:, 0] = texture.pitch[:, 0]
    spelling = np.array(
        [
            [chord.spelling(pc) if chord and chord.spelling(pc) is not None else key.spelling[pc] for pc in range(12)]
            for chord, key in zip(texture.chord, texture.key, strict=True)
        ]
    )
    return Frame(
        score=score,
        voices=VOICES,
        onset_quarter=texture.onset_quarter,
        duration_quarter=texture.duration_quarter,
        chord=texture.chord,
        context=contexts_of(texture),
        spelling=spelling,
        boundary=np.zeros(texture.shape[0], dtype=bool),
        ranges=ranges_of([player_of(part) for part in score.parts]),
        given=given,
        holds=np.zeros(texture.shape, dtype=bool),
        lowest="Bass",
        strangers=strangers,
    )


def midi(name: str) -> int:
    return Pitch.parse(name).midi


def conflict_of(frame: Frame, *more: Demand) -> tuple[Demand, ...]:
    demands = (*usual_demands(frame, HYMN), *more)
    found = first_conflict(frame, demands)
    assert found is not None
    return found.demands


def test_what_can_be_kept_is_no_conflict() -> None:
    frame = frame_of("C5 D5 E5", "C G7 C")
    demands = (*usual_demands(frame, HYMN), pinned(1, 1, midi("G4")), pinned(1, 2, midi("B3")))
    assert is_feasible(frame, demands)
    assert first_conflict(frame, demands) is None


def test_two_pins_that_move_in_fifths() -> None:
    frame = frame_of("E5 F5", "C Dm")
    pins = [pinned(0, 1, midi("G4")), pinned(1, 1, midi("A4")), pinned(0, 2, midi("C4")), pinned(1, 2, midi("D4"))]
    assert conflict_of(frame, *pins) == tuple(sorted([*pins, Demand(1, RULE, code="VL101")]))


def test_a_pinned_bass_and_a_slash_bass() -> None:
    frame = frame_of("C5 D5", "C G/B")
    pin = pinned(1, 3, midi("G2"))
    assert conflict_of(frame, pin) == tuple(sorted([pin, Demand(1, CHORD)]))


def test_a_pin_may_be_outside_its_chord() -> None:
    frame = frame_of("C5 D5", "C G")
    assert is_feasible(frame, (*usual_demands(frame, HYMN), pinned(1, 1, midi("A4"))))


def test_a_pin_above_the_tune() -> None:
    frame = frame_of("C5 D5", "C G")
    pin = pinned(1, 1, midi("G5"))
    found = conflict_of(frame, pin)
    assert pin in found
    assert {demand.kind for demand in found} <= {PIN, TUNE, RULE, RANGE}
    assert len(found) == 2 or Demand(1, RULE, code="VL301") in found


def test_every_note_of_a_voice_is_forbidden() -> None:
    frame = frame_of("C5 E5", "C C")
    low, high = 40, 60
    bans = [forbidden(1, 3, note) for note in range(low - 12, high + 24) if note % 12 in (0, 4, 7)]
    found = conflict_of(frame, *bans)
    assert Demand(1, CHORD) in found
    assert Demand(1, RANGE, 3) in found


def test_the_tune_and_a_slash_bass_in_octaves() -> None:
    frame = frame_of("A4 Bb4", "F/A Gm/Bb", key="F")
    pin = pinned(0, 3, midi("A2"))
    assert first_conflict(frame, usual_demands(frame, HYMN)) is None  # from A3 the bass falls to B flat 2
    assert conflict_of(frame, pin) == tuple(
        sorted(
            [
                pin,
                Demand(0, TUNE, 0, midi("A4")),
                Demand(1, TUNE, 0, midi("Bb4")),
                Demand(1, CHORD),
                Demand(1, RANGE, 3),
                Demand(1, RULE, code="VL102"),
            ]
        )
    )


CHORDS = {"C": "CEG", "Dm": "DFA", "Em": "EGB", "F": "FAC", "G": "GBD", "Am": "ACE", "G/B": "GBD", "C/E": "CEG"}
TUNES = {0: "C5", 4: "E5", 7: "G4", 2: "D5", 5: "F5", 9: "A4", 11: "B4"}


def made_up(seed: int) -> tuple[Frame, tuple[Demand, ...]]:
    """Return a tune with chords, and some pins and forbidden notes at random places."""
    rng = random.Random(seed)
    chords = [rng.choice(sorted(CHORDS)) for _ in range(rng.choice((2, 3, 4)))]
    tune = [
        f"{rng.choice(CHORDS[chord])}5" if rng.random() < 0.7 else f"{rng.choice(CHORDS[chord])}4" for chord in chords
    ]
    frame = frame_of(" ".join(tune), " ".join(chords), strangers=rng.choice((0, 0, 1)))
    pins: dict[tuple[int, int], Demand] = {}
    for _ in range(rng.choice((1, 2, 3, 4))):
        slice_, voice = rng.randrange(frame.slices), rng.randrange(1, 4)
        low, high = int(frame.ranges.lowest[voice]) - 2, int(frame.ranges.highest[voice]) + 2
        note = rng.choice(
            [each for each in range(low, high) if rng.random() < 0.3 or each % 12 in (0, 2, 4, 5, 7, 9, 11)]
        )
        pins[slice_, voice] = pinned(slice_, voice, note)
    bans = tuple(
        forbidden(rng.randrange(frame.slices), rng.randrange(1, 4), rng.randrange(45, 70))
        for _ in range(rng.choice((0, 3)))
    )
    return frame, (*usual_demands(frame, HYMN), *pins.values(), *bans)


def test_conflicts_are_minimal() -> None:
    """In 200 made-up cases that cannot be kept, every member of the set that is named is needed."""
    seconds, cases, seed = [], 0, 0
    while cases < 200:
        seed += 1
        frame, demands = made_up(seed)
        started = time.process_time()
        found = first_conflict(frame, demands)
        taken = time.process_time() - started
        if found is None:
            continue
        cases += 1
        seconds.append(taken)
        assert set(found.demands) <= set(demands)
        passage = frame.between(found.first, found.last)
        inside = [replace(demand, slice_=demand.slice_ - found.first) for demand in found.demands]
        assert not is_feasible(passage, inside, found.voices), seed
        for member in found.demands:
            assert is_feasible(frame, set(found.demands) - {member}), (seed, member)
    assert max(seconds) < 2


def test_an_arrangement_tells_which_pins_exclude_each_other_and_takes_the_cheapest_way_out() -> None:
    sheet = read_lead_sheet(EXAMPLES / "amazing-grace.musicxml")
    made = arrange(sheet, style="hymn", beam=4, model=None, harmony="follow", pin=["alto 2.3 = G5"])
    (told,) = [notice for notice in made.notices if "cannot" in notice.message]
    assert told.bar == "2"
    assert told.message.startswith(
        "beat 3: G5 pinned in the alto and the range of the alto (F3-D5) cannot both be kept; "
        "the arrangement takes the cheapest way out: let the alto's G5 in bar 2 beat 3 be "
    )
    given = told.message.partition("cheapest way out: ")[2].partition(" (or")[0].split()[-1]
    beat = made.score.bars[2].onset_quarter + 2
    assert [str(note.pitch) for note in made.score.parts[1].notes if note.onset_quarter == beat] == [given]


def test_a_pin_in_a_finished_arrangement_tells_what_it_excludes() -> None:
    sheet = read_lead_sheet(EXAMPLES / "amazing-grace.musicxml")
    made = arrange(sheet, style="hymn", beam=4, model=None, harmony="follow")
    pinned_high = made.with_pins("alto 2.3 = G5")
    (told,) = [notice for notice in pinned_high.notices if "cannot" in notice.message]
    assert "G5 pinned in the alto" in told.message
    assert "the pins are kept; the cheapest way out is: " in told.message
    fine = made.with_pins("alto 2.1 = D4")
    assert not [notice for notice in fine.notices if "cannot" in notice.message]


def test_pins_that_can_be_kept_are_kept_without_a_word() -> None:
    sheet = read_lead_sheet(EXAMPLES / "amazing-grace.musicxml")
    made = arrange(sheet, style="hymn", beam=4, model=None, harmony="follow", pin=["alto 2.1 = D4"])
    assert not [notice for notice in made.notices if "cannot" in notice.message]
    beat = made.score.bars[2].onset_quarter
    assert [str(note.pitch) for note in made.score.parts[1].notes if note.onset_quarter == beat] == ["D4"]


def test_the_cheapest_way_out_in_words() -> None:
    frame = frame_of("E5 F5", "C Dm")
    pins = [pinned(0, 1, midi("G4")), pinned(1, 1, midi("A4")), pinned(0, 2, midi("C4")), pinned(1, 2, midi("D4"))]
    demands = (*usual_demands(frame, HYMN), *pins)
    conflict = first_conflict(frame, demands)
    assert conflict is not None
    assert in_words(conflict, frame) == (
        "bar 1 beat 2: G4 pinned in the alto in bar 1 beat 1, C4 pinned in the tenor in bar 1 beat 1, "
        "A4 pinned in the alto, D4 pinned in the tenor and no parallel fifths cannot all be kept"
    )
    ways = ways_out(frame, demands, conflict, OBJECTIVE)
    said = {way.demand.kind: way_in_words(way, frame) for way in ways}
    assert said["rule"] == "allow parallel fifths between alto and tenor in bar 1 beat 2"
    assert said["pin"].startswith("let the ")
    assert [way.price for way in ways] == sorted(way.price for way in ways)
    for way in ways:
        assert is_feasible(frame, set(demands) - {way.demand})
