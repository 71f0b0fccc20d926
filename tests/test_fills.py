"""Fills: who answers the tune while it rests or holds, and with which tones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from arranger import arrange
from arranger.arranging.figuration.figuring import Player, Sounding
from arranger.arranging.figuration.fills import Ground, filled_line, onsets_of, quiet_places
from arranger.arranging.grooves import fill_of
from theory.notation.score import LeadSheet, Note, Score
from theory.slices.texture import REST

PHRASE = '"C" c2 e2 | "Am7" e2 c2 | "Dm7" d4- | d2 z2 | "G7" d2 f2 | f2 d2 | "C" e4- | e2 z2 |'
SONG = f"{PHRASE}{PHRASE[:-1]}|]"  # the tune holds or rests in bars 3, 4, 7, 8, 11, 12, 15 and 16
C_MAJOR = frozenset({0, 2, 4, 5, 7, 9, 11})


@pytest.fixture(scope="module")
def song(lead_sheet) -> LeadSheet:
    return lead_sheet(SONG)


def _moving_bars(score: Score) -> set[int]:
    """Return the indices of bars in which an inner part moves by step or third within a beat or two, slurred."""
    return {
        score.bar_at(note.onset_quarter).index
        for part in score.parts[1:3]
        for note in part.notes
        if note.slur_starts or note.slur_stops
    }


def test_the_tune_is_answered_in_later_statements_only(song: LeadSheet) -> None:
    moving = _moving_bars(arrange(song, ensemble="sax-quartet", beam=4).score)
    assert moving & {10, 11}, "the held D of the second statement is answered"
    assert not moving & {2, 3}, "the first statement is plain"


def test_beginners_have_no_fills_nor_a_pattern_for_the_whole_piece(song: LeadSheet) -> None:
    for choices in ({"level": "beginner"}, {"texture": "two-beat"}):
        assert not _moving_bars(arrange(song, ensemble="sax-quartet", beam=4, **choices).score) & {10, 11}


def test_quiet_places_are_long_rests_and_notes_but_not_the_last_bar(song: LeadSheet) -> None:
    tune = [_sounding(note) for note in _joined(song.score.parts[0].notes)]
    found = [(each.start_quarter, each.end_quarter, each.held == REST) for each in quiet_places(tune, song.score)]
    assert found == [
        (9, 14, False),
        (14, 16, True),
        (25, 30, False),
        (30, 32, True),
        (41, 46, False),
        (46, 48, True),
    ]


def test_a_fill_has_chord_tones_on_the_beats_and_leads_by_step(song: LeadSheet) -> None:
    rhythm = fill_of("2:1/2, 3/2:1/2, 1:1/2, 1/2:1/2")
    quiet = quiet_places(
        [Sounding(Fraction(0), Fraction(4), REST), Sounding(Fraction(4), Fraction(8), 72)], song.score
    )[0]
    times = onsets_of(quiet, rhythm, Fraction(1))
    ground = Ground(song.score.chords, lambda _: C_MAJOR, [])
    line = filled_line(times, ground, Player("inner1", 55, 76), own=64, target=69, ceiling=76, beat=Fraction(1))
    tones = [note.midi for note in line]
    assert [note.start_quarter for note in line] == [2, Fraction(5, 2), 3, Fraction(7, 2)]
    assert {tones[0] % 12, tones[2] % 12} <= {0, 4, 7}, "C, E or G on the beats"
    assert set(each % 12 for each in tones) <= C_MAJOR
    assert abs(69 - tones[-1]) <= 2, "a step into the next note of the part"
    assert len(set(tones)) == 4, "it does not turn around one note"


def _joined(notes: tuple[Note, ...]) -> list[Note]:
    found: list[Note] = []
    for note in notes:
        if note.tie_stop:
            found[-1] = replace(found[-1], duration_quarter=found[-1].duration_quarter + note.duration_quarter)
        else:
            found.append(note)
    return found


def _sounding(note: Note) -> Sounding:
    return Sounding(note.onset_quarter, note.end_quarter, note.pitch.midi if note.pitch else REST)
