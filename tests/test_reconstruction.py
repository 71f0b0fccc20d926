"""Filling holes by the model alone, and counting how much of the music is found again."""

from __future__ import annotations

import numpy as np
import pytest

from arranger.model import reconstruction as module
from arranger.model.infilling import fill, held_tokens
from arranger.model.pieces import Piece
from arranger.model.reconstruction import hidden_example, reconstruction
from arranger.model.runtime import PartModel
from arranger.model.vocabulary import HOLD_TOKEN, token_of
from corpora.chorales import read_chorale
from corpora.views import views_of


@pytest.fixture(scope="module")
def chorale() -> Piece:
    """A chorale on all its clocks."""
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
