"""Infilling by the model alone, and reconstruction accuracy."""

from __future__ import annotations

import numpy as np
import pytest

from arranger.lab.part import reconstruction as module
from arranger.lab.part.infilling import fill, held_tokens
from arranger.lab.part.pieces import Piece
from arranger.lab.part.reconstruction import hidden_example, reconstruction
from arranger.lab.part.single_notes import by_part_model, single_notes
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import COMPASS, HOLD_TOKEN, token_of
from corpora.chorales import read_chorale
from corpora.views import views_of


@pytest.fixture(scope="module")
def chorale() -> Piece:
    """A chorale with all its views."""
    return Piece("bwv255", "chorale", views_of(read_chorale("bwv255")))


def test_only_what_sounds_can_be_held():
    attack, hold = token_of(np.array([60, 60]), np.array([True, False]))
    assert held_tokens(np.array([attack, hold, 0])).tolist() == [hold, hold, -1]


def test_given_voices_stay_and_holds_hold_what_sounds(chorale):
    example, _ = hidden_example(chorale, (1, 2, 3))
    filled = fill(PartModel.load(), example, width=2)
    assert np.array_equal(filled[example.known], example.tokens[example.known])
    assert (filled[~example.known] >= 0).all()
    held = filled >= HOLD_TOKEN
    before = np.vstack([np.zeros_like(filled[:1]), filled[:-1]])
    assert np.array_equal(filled[held], held_tokens(before[held]))


def test_a_perfect_filler_finds_everything_and_a_silent_one_nothing(chorale, monkeypatch):
    for filler, share in ((lambda _, example: example.tokens, 1.0), (lambda _, example: example.tokens * 0, 0.0)):
        monkeypatch.setattr(module, "fill", filler)
        found = reconstruction(PartModel.load(), [chorale])["a voice given the others"]
        assert (found["sixteenths"], found["notes"], found["tokens"]) == (share, share, share)


def test_what_the_model_fills_is_often_what_bach_wrote(chorale):
    found = reconstruction(PartModel.load(), [chorale])
    assert found["a voice given the others"]["sixteenths"] > 0.5
    assert found["a voice given the others"]["notes"] > found["three voices given the soprano"]["notes"]


def test_a_single_note_is_hidden_with_all_its_cells_and_nothing_else(chorale):
    asked = []

    def truth(example, slice_, voice):
        hidden = ~example.known
        assert hidden[slice_, voice]
        assert hidden.any(axis=0).sum() == 1
        assert (example.tokens[hidden][1:] == example.tokens[slice_, voice] + COMPASS).all()  # the note is held
        assert example.inputs[slice_, 4 * voice] == 1  # "hole"
        asked.append(voice)
        return int(example.tokens[slice_, voice])

    assert set(single_notes(truth, [chorale]).values()) == {1.0}
    score = read_chorale("bwv255")
    sung = [sum(note.pitch is not None and not note.tie_stop for note in part.notes) for part in score.parts]
    assert np.bincount(asked) == pytest.approx(sung, abs=2)  # sixteenth notes may be dropped from the slices


def test_single_notes_that_are_never_guessed_are_never_found(chorale):
    assert set(single_notes(lambda example, slice_, voice: HOLD_TOKEN, [chorale]).values()) == {0.0}


def test_the_part_model_guesses_from_what_comes_after_too(chorale):
    guess, seen = by_part_model(PartModel.load()), []

    def first_dozen(example, slice_, voice):
        if len(seen) < 12:
            seen.append(guess(example, slice_, voice) == example.tokens[slice_, voice])
        return 0

    single_notes(first_dozen, [chorale])
    assert sum(seen) >= 4
