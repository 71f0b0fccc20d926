"""The part model: its inputs reveal no hidden cells, and numpy equals torch."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from arranger.lab.part.examples import (
    ExampleConfig,
    example_of,
    random_example,
    shifts,
    soprano_example,
    transposed,
)
from arranger.lab.part.measure import teacher_forced
from arranger.lab.part.pieces import Piece
from arranger.models.part.features import COLUMNS, FINGERPRINT, WIDTH, features_of
from arranger.models.part.runtime import WEIGHTS, PartModel
from arranger.models.part.vocabulary import HOLD_MOVE, STYLES, TOKENS, UNDECIDED, fingerprint, move_of, token_of
from corpora.chorales import read_chorale
from corpora.encode import slices_of
from corpora.views import ViewKey, views_of
from theory.slices.texture import HOLE, texture_of


@pytest.fixture(scope="module")
def chorale() -> Piece:
    """A chorale with all its views."""
    return Piece("bwv255", "chorale", views_of(read_chorale("bwv255")))


@pytest.fixture(scope="module")
def example(chorale):
    """The chorale with its soprano given, with chords."""
    return soprano_example(chorale, "beat", chords=True)


def random_network(seed: int = 1):
    """Return a small network with random weights."""
    torch = pytest.importorskip("torch")
    from arranger.lab.part.network import NetworkConfig, PartNetwork

    torch.manual_seed(seed)
    network = PartNetwork(NetworkConfig(WIDTH, encoder=24, decoder=40, embedding=16, head=32)).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(2.0)
    for embedding in [*network.token_embedding, *network.previous, *(one for row in network.other for one in row)]:
        embedding.weight.data[TOKENS] = 0
    return network


def assert_numpy_equals_torch(network, example) -> None:
    """Both runtimes get the same weights, rounded to half precision as they are shipped."""
    torch = pytest.importorskip("torch")
    from arranger.lab.part.training import batch_of

    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())
        expected = network(batch_of([example]))[0].numpy()
    model = PartModel({name: tensor.numpy() for name, tensor in network.state_dict().items()})
    found = teacher_forced(model, example)
    unknown = ~example.known
    assert np.abs(found[unknown] - expected[unknown]).max() < 1e-5


def test_tokens_and_moves():
    pitch, attack = np.array([60, 60, -1]), np.array([True, False, False])
    assert move_of(token_of(pitch, attack)).tolist() == [25, HOLD_MOVE, 0]


def test_the_inputs_do_not_know_what_a_hole_hides(chorale):
    view = chorale.views[ViewKey((0,), "beat", False)]
    hidden = np.array([False, True, True, True])
    pitch = np.where(hidden & (view.pitch > 0), view.pitch + 1, view.pitch)
    other = replace(view, pitch=pitch, attack=view.attack ^ hidden)
    known = np.tile(~hidden, (len(view.bar), 1))
    assert np.array_equal(example_of(view, known, "hymn").inputs, example_of(other, known, "hymn").inputs)


def test_columns_add_up(example):
    assert example.inputs.shape[1] == WIDTH == sum(width for _, width in COLUMNS)


def test_a_texture_with_holes_has_the_inputs_that_training_has(chorale):
    score = read_chorale("bwv255")
    view = chorale.views[ViewKey((0, 1, 2, 3), "none", False)]
    texture = texture_of(score)
    pitch = texture.pitch.copy()
    pitch[:, 1:] = HOLE
    found = features_of(slices_of(replace(texture, pitch=pitch)), "chorale")
    known = np.tile(np.array([True, False, False, False]), (len(view.bar), 1))
    assert np.array_equal(found, example_of(view, known, "chorale").inputs)


def test_other_numbers_of_voices_and_styles_are_refused(chorale):
    view = chorale.views[ViewKey((0,), "beat", False)]
    with pytest.raises(ValueError, match="knows the styles chorale, hymn, own, renaissance, quartet, not 'polka'"):
        features_of(view, "polka")
    with pytest.raises(ValueError, match="has 4 voices, not 3"):
        features_of(replace(view, pitch=view.pitch[:, :3]), "hymn")


def test_transposition_keeps_intervals_and_ranges(chorale):
    view = chorale.views[ViewKey((0,), "beat", True)]
    for shift in shifts(view):
        moved = transposed(view, shift)
        assert np.array_equal(moved.pitch - view.pitch, np.where(view.pitch >= 0, shift, 0))
        assert np.array_equal((moved.root - view.root) % 12, np.where(view.root >= 0, shift % 12, 0))
        assert moved.pitch[moved.pitch >= 0].min() >= 36
    assert 0 in shifts(view)
    assert len(shifts(view)) > 1


def test_random_examples_hide_something_and_are_the_seeds_own(chorale):
    config = ExampleConfig(shortest=24, longest=32)
    for seed in range(40):
        one, two = (random_example(chorale, config, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(one.inputs, two.inputs)
        assert len(one.tokens) <= 32
    hidden = [(~random_example(chorale, config, np.random.default_rng(seed)).known).mean() for seed in range(40)]
    assert min(hidden) < 0.5 < max(hidden)


def test_numpy_equals_torch_with_random_weights(example):
    assert_numpy_equals_torch(random_network(), example)


def test_numpy_equals_torch_with_random_weights_when_bars_are_hidden(chorale):
    config = ExampleConfig(soprano_given=0, other_voice_given=0, three_given=0, some_bars_hidden=1)
    assert_numpy_equals_torch(random_network(), random_example(chorale, config, np.random.default_rng(3)))


@pytest.mark.skipif(not (WEIGHTS / "card.json").exists(), reason="no weights are shipped")
def test_numpy_equals_torch_with_the_shipped_weights(example):
    pytest.importorskip("torch")
    from arranger.lab.part.network import NetworkConfig, PartNetwork
    from arranger.lab.part.widening import widened
    from arranger.lab.training.shipping import read_state

    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    network = PartNetwork(NetworkConfig(**{**card["config"]["network"], "columns": WIDTH})).eval()
    network.load_state_dict(widened(read_state(WEIGHTS), network.state_dict()))
    assert_numpy_equals_torch(network, example)
    assert np.array_equal(teacher_forced(PartModel.load(), example), teacher_forced(PartModel.load(), example))


def test_padding_does_not_change_a_shorter_example(chorale, example):
    torch = pytest.importorskip("torch")
    from arranger.lab.part.training import batch_of

    network = random_network()
    longer = soprano_example(chorale, "eighth", chords=True)
    with torch.no_grad():
        alone = network(batch_of([example]))[0].numpy()
        padded = network(batch_of([example, longer]))[0, : len(example.tokens)].numpy()
    assert np.abs(alone - padded).max() < 1e-5


def test_a_rows_figures_do_not_depend_on_how_many_are_asked_for(example):
    network = random_network()
    model = PartModel({name: tensor.numpy() for name, tensor in network.state_dict().items()})
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    one, many = model.start(1), model.start(16)
    for t in range(4):
        one = model.advance(encoding, t, one, example.tokens[t : t + 1])
        many = model.advance(encoding, t, many, np.repeat(example.tokens[t : t + 1], 16, axis=0))
    assert np.array_equal(np.repeat(one.hidden, 16, axis=0), many.hidden)
    others = np.tile(np.where(example.known[4], example.tokens[4], UNDECIDED), (333, 1))
    single = model.voice_log_probs(3, model.context(encoding, 4, one), np.array([0]), others[:1])
    batch = model.voice_log_probs(3, model.context(encoding, 4, many), np.arange(333) % 16, others)
    assert np.array_equal(np.repeat(single, 333, axis=0), batch)


def test_a_verticality_is_the_chain_of_its_voices(example):
    network = random_network()
    model = PartModel({name: tensor.numpy() for name, tensor in network.state_dict().items()})
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    contexts = model.context(encoding, 0, model.start(1))
    found = model.verticality_log_probs(
        encoding, 0, contexts, beam_rows=np.zeros(3, dtype=np.int64), tokens=np.repeat(example.tokens[:1], 3, axis=0)
    )
    chain = teacher_forced(model, example)[0]
    assert found == pytest.approx([chain[np.arange(1, 4), move_of(example.tokens[0, 1:])].sum()] * 3, abs=1e-5)


def test_weights_of_another_vocabulary_are_refused(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"fingerprint": "another"}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"vocabulary another, but this version has {FINGERPRINT}"):
        PartModel.load(tmp_path)


def test_the_fingerprint_follows_the_columns():
    assert COLUMNS[-1] == ("style", len(STYLES))
    assert fingerprint(COLUMNS[:-1]) == FINGERPRINT != fingerprint(COLUMNS)


def test_a_run_without_metrics_is_not_shipped(tmp_path):
    torch = pytest.importorskip("torch")
    from arranger.lab.part.export import promote
    from arranger.lab.training.request import TrainingRequest

    with pytest.raises(ValueError, match=r"no best\.pt"):
        promote(TrainingRequest(tmp_path))
    torch.save({"measures": {}}, tmp_path / "best.pt")
    with pytest.raises(ValueError, match="no metrics"):
        promote(TrainingRequest(tmp_path))
