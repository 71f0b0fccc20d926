"""Networks of sixteenths: what their figure counts, and that the probabilities are exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arranger.lab.frames.encoding import LONGEST, NOT_TOLD, PLACES, REST_PLACE, changes_of, frames_of, places_of
from arranger.lab.frames.measure import frame_measure
from corpora.chorales import read_chorale
from corpora.views import ViewKey, views_of
from theory.rules.example import example_score
from theory.rules.rule import finds

EVERYONE = ViewKey((0, 1, 2, 3), "none", False)


def view_of(music: str):
    """Return a score of four voices in quarters, with a slice at every attack."""
    return views_of(example_score(finds(music, "")))[EVERYONE]


@pytest.fixture(scope="module")
def chorale():
    """A chorale with a slice at every attack."""
    return views_of(read_chorale("bwv255"))[EVERYONE]


def test_a_quarter_has_four_frames_and_a_repeated_note_is_no_event():
    changes = changes_of(view_of("C5 C5 D5 / G4 G4 G4 / E4 E4 D4 / C3 C3 B2"))
    assert changes.frames == 12
    assert changes.length.tolist() == [8, 4]
    assert changes.place[0].tolist() == places_of(np.array([72, 67, 64, 48])).tolist()
    assert changes.last.tolist() == [False, True]


def test_the_events_are_the_frames_told_shorter(chorale):
    place, meter = frames_of(chorale)
    changes = changes_of(chorale)
    assert np.array_equal(np.repeat(changes.place, changes.length, axis=0), place)
    assert len(meter) == changes.frames
    moves = np.any(changes.place[1:] != changes.place[:-1], axis=1)
    assert np.all(moves | (changes.length[:-1] == LONGEST))


def test_the_place_in_the_bar_is_counted_from_its_end():
    _, meter = frames_of(view_of("C5 D5 E5 F5 / G4 G4 G4 G4 / E4 E4 E4 E4 / C3 C3 C3 C3"))
    assert meter.tolist() == list(range(15, -1, -1))


def test_nats_are_counted_a_token_whether_anything_changes_or_not():
    changes = changes_of(view_of("C5 C5 D5 / G4 G4 G4 / E4 E4 D4 / C3 C3 B2"))
    found = frame_measure(lambda some: [np.full((len(piece.length), 5), 2.0) for piece in some], [changes])
    assert found.tokens == 48
    assert found.token_nats == pytest.approx(2 * 5 * 2.0 / 48)  # two events, five choices each
    assert found.frame_nats == pytest.approx(4 * found.token_nats)


@pytest.fixture(scope="module")
def network():
    """A small network of each kind, with random weights."""
    torch = pytest.importorskip("torch")
    from arranger.lab.frames.network import CORES, FrameNetwork, FrameNetworkConfig

    torch.manual_seed(2)
    sizes = {"units": 32, "layers": 1, "embedding": 8, "head": 16}
    return {core: FrameNetwork(FrameNetworkConfig(core=core, **sizes)).eval() for core in CORES}


@pytest.mark.parametrize("core", ["gru", "lstm", "transformer"])
def test_what_comes_later_changes_nothing_before(network, chorale, core):
    torch = pytest.importorskip("torch")
    from arranger.lab.frames.training import frame_batch

    one = changes_of(chorale)
    later = one.place.copy()
    later[12:, 1] = np.where(later[12:, 1] > 1, later[12:, 1] - 1, later[12:, 1])
    with torch.no_grad():
        nats = [network[core](frame_batch([piece]))[0] for piece in (one, replace(one, place=later))]
    assert torch.allclose(nats[0][:12], nats[1][:12], atol=1e-5)
    assert not torch.allclose(nats[0][12:], nats[1][12:], atol=1e-5)


def test_the_chances_of_all_that_may_follow_add_up_to_one(network, chorale):
    torch = pytest.importorskip("torch")
    from arranger.lab.frames.training import frame_batch

    changes, event = changes_of(chorale), 5
    bass, soprano, alto, tenor = 3, 0, 1, 2  # in the order of choice
    first = changes.place[event - 1].copy()
    pieces = []
    for last_voice in range(PLACES):  # all others stay, so the tenor has to move
        place = changes.place[: event + 1].copy()
        place[event, [bass, soprano, alto]] = first[[bass, soprano, alto]]
        place[event, tenor] = last_voice
        rows = {name: getattr(changes, name)[: event + 1] for name in ("length", "age", "meter", "last")}
        pieces.append(replace(changes, place=place, **rows))
    with torch.no_grad():
        chances = torch.exp(-network["lstm"](frame_batch(pieces))[:, event, tenor])
    assert float(chances.sum()) == pytest.approx(1.0, abs=1e-5)
    assert float(chances[first[tenor]]) == 0.0
    lengths = [
        replace(pieces[REST_PLACE], length=np.append(pieces[0].length[:-1], frames)) for frames in range(1, LONGEST + 1)
    ]
    with torch.no_grad():
        chances = torch.exp(-network["lstm"](frame_batch(lengths))[:, event, -1])
    assert float(chances.sum()) == pytest.approx(1.0, abs=1e-5)


def test_a_crop_in_another_key_may_be_told_nothing_of_the_meter(chorale):
    pytest.importorskip("torch")
    from arranger.lab.frames.network import FrameNetworkConfig
    from arranger.lab.frames.training import FrameTask
    from arranger.lab.training.config import TrainingConfig

    changes = changes_of(chorale)
    task = FrameTask(FrameNetworkConfig(), TrainingConfig(batch=24), (changes,), (changes,), crop=16)
    drawn = task.draw(0)
    assert {bool((piece.meter == NOT_TOLD).all()) for piece in drawn} == {True, False}
    shapes = {tuple(np.diff(piece.place[:, 0]).tolist()) for piece in drawn}
    keys = {int(piece.place[0, 0]) for piece in drawn}
    assert len(keys) > 1
    assert all(len(shape) == 15 for shape in shapes)
