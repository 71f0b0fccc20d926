"""Probabilities of hidden cells: the orderless network in numpy and torch, and minimum-Bayes-risk decoding."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.examples import ExampleConfig, voice_example
from arranger.lab.part.infilling import held_tokens
from arranger.lab.part.pieces import Piece
from arranger.lab.part.probabilities import decode_minimum_risk, draw, filled, product, sampled_probabilities
from arranger.lab.part.reconstruction import hidden_example
from arranger.models.part.features import FINGERPRINT, WIDTH
from arranger.models.part.runtime import WEIGHTS, PartModel
from arranger.models.part.vocabulary import HOLD_TOKEN, TOKENS, token_of
from corpora.chorales import read_chorale
from corpora.views import views_of


@pytest.fixture(scope="module")
def chorale() -> Piece:
    """A chorale with all its views."""
    return Piece("bwv255", "chorale", views_of(read_chorale("bwv255")))


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A small orderless network with random weights, and a folder with the same weights as they are shipped."""
    torch = pytest.importorskip("torch")
    from arranger.lab.orderless.network import OrderlessNetwork
    from arranger.lab.part.network import NetworkConfig
    from arranger.lab.training.shipping import write_weights

    torch.manual_seed(1)
    network = OrderlessNetwork(NetworkConfig(WIDTH, encoder=24, head=16)).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_((2 * parameter).half().float())
    folder = tmp_path_factory.mktemp("weights")
    write_weights(folder / "weights.npz", network.state_dict())
    (folder / "card.json").write_text(json.dumps({"fingerprint": FINGERPRINT}), encoding="utf-8")
    return network, folder


def test_numpy_equals_torch(network, chorale):
    from arranger.lab.part.training import batch_of

    example, _ = hidden_example(chorale, (2,))
    shorter = replace(example, inputs=example.inputs[:9], tokens=example.tokens[:9], known=example.known[:9])
    for each in (example, shorter):
        batch = batch_of([each, example])  # the shorter one is padded
        expected = network[0](batch).exp().detach().numpy()[0, : len(each.tokens)]
        assert np.allclose(OrderlessModel.load(network[1]).probabilities(each.inputs), expected, atol=2e-5)


def test_weights_of_the_part_model_are_no_orderless_network():
    with pytest.raises(ValueError, match="--network orderless"):
        OrderlessModel.load(WEIGHTS)


def test_training_begins_with_a_part_models_encoder_and_learns(chorale, tmp_path):
    torch = pytest.importorskip("torch")
    from arranger.lab.orderless.training import OrderlessTask
    from arranger.lab.part.network import NetworkConfig
    from arranger.lab.part.widening import widened
    from arranger.lab.training.config import TrainingConfig
    from arranger.lab.training.loop import Trainer
    from arranger.lab.training.shipping import read_state

    config = TrainingConfig(steps=12, batch=4, learning_rate=0.01, warm_up=2, measure_every=6)
    crops = ExampleConfig(shortest=8, longest=12)
    task = OrderlessTask(NetworkConfig(WIDTH), config, (chorale,), (chorale,), crops)
    begun = task.adapted(read_state(WEIGHTS), WEIGHTS)
    part = widened(read_state(WEIGHTS), begun)
    encoder = [name for name in begun if "_layers." in name]
    assert encoder
    assert all(torch.equal(begun[name], part[name]) for name in encoder)
    assert begun["output.0.weight"].shape[0] == TOKENS

    small = replace(task, network_config=NetworkConfig(WIDTH, encoder=16, head=16))
    trainer = Trainer(tmp_path, small)
    before = small.surprise(trainer.network, 0).mean().item()
    trainer.train()
    assert small.surprise(trainer.network.eval(), 0).mean().item() < before
    objective, measures = small.measure(trainer.averaged)
    assert measures["chorale"]["nats_per_cell"] == measures["objective"] == round(objective, 4)
    assert torch.load(tmp_path / "best.pt", weights_only=True)["step"] in (6, 12)


def test_a_voice_is_hidden_in_whole_or_in_part_and_the_inputs_do_not_know_it(chorale):
    rng = np.random.default_rng(2)
    found = [voice_example(chorale, ExampleConfig(), rng) for _ in range(60)]
    hidden = np.array([(~each.known).mean(axis=0) for each in found])
    assert (hidden.max(axis=1) > 0).mean() > 0.95
    assert (hidden == 1).sum(axis=1).max() == 1  # never two whole voices
    assert 0.5 < (hidden == 1).any(axis=1).mean() < 0.9
    for each in found:
        states = each.inputs[:, :16].reshape(-1, 4, 4)
        assert np.array_equal(states[..., 0] == 1, ~each.known)


def test_drawn_chances_add_up_and_hold_only_what_sounds(chorale):
    example, _ = hidden_example(chorale, (1, 2, 3))
    probabilities = sampled_probabilities(PartModel.load(), example, drawn=6)
    assert np.allclose(probabilities[~example.known].sum(axis=-1), 1, atol=1e-4)
    assert not probabilities[example.known].any()
    assert not probabilities[0, :, HOLD_TOKEN:].any()
    assert np.array_equal(probabilities, sampled_probabilities(PartModel.load(), example, drawn=6))


def test_with_the_truth_as_chances_the_truth_is_filled_in(chorale):
    example, sixteenths = hidden_example(chorale, (3,))
    assert np.array_equal(decode_minimum_risk(example, np.eye(TOKENS)[example.tokens], sixteenths), example.tokens)


def test_the_line_right_most_often_is_not_the_likeliest_one(chorale):
    """Of the lines C C, D E and D F, C C is the most probable, but D is more probable than C as the first note."""
    example, _ = hidden_example(chorale, (0,))
    example = replace(example, inputs=example.inputs[:2], tokens=example.tokens[:2], known=example.known[:2])
    c, d, e, f = token_of(np.array([72, 74, 76, 77]), np.ones(4, dtype=bool))
    probabilities = np.zeros((2, 4, TOKENS), dtype=np.float32)
    probabilities[0, 0, [c, d]] = 0.4, 0.6
    probabilities[1, 0, [c, e, f]] = 0.4, 0.3, 0.3
    line = decode_minimum_risk(example, probabilities, np.full(2, 2.0))[:, 0]
    assert line.tolist() == [d, c]


def test_a_hold_needs_the_note_that_it_holds(chorale):
    example, sixteenths = hidden_example(chorale, (1,))
    rng = np.random.default_rng(5)
    tokens = decode_minimum_risk(example, rng.dirichlet(np.full(TOKENS, 0.1), example.tokens.shape), sixteenths)
    assert np.array_equal(tokens[example.known], example.tokens[example.known])
    held = tokens >= HOLD_TOKEN
    before = np.vstack([np.zeros_like(tokens[:1]), tokens[:-1]])
    assert held.any()
    assert np.array_equal(tokens[held], held_tokens(before[held]))


def test_an_expert_without_an_opinion_changes_nothing(chorale):
    example, sixteenths = hidden_example(chorale, (1,))
    sure = np.eye(TOKENS)[example.tokens]
    flat = np.full(sure.shape, 1 / TOKENS)
    assert np.allclose(product([(sure, 1.0), (flat, 1.0)]), sure, atol=1e-3)
    experts = [(lambda _: sure, 0.5), (lambda _: flat, 0.5)]
    assert np.array_equal(filled(example, sixteenths, experts=experts), example.tokens)


def test_drawn_lines_keep_what_is_known_hold_what_sounds_and_are_equal_for_equal_seeds(chorale):
    model, (example, _) = PartModel.load(), hidden_example(chorale, (1, 2, 3))
    drawn = draw(model, example, drawn=2, seed=3)
    assert np.array_equal(drawn.lines, draw(model, example, drawn=2, seed=3).lines)
    assert not np.array_equal(drawn.lines[..., 0], drawn.lines[..., 1])
    assert (drawn.lines[example.known] == example.tokens[example.known][:, None]).all()
    line = drawn.lines[..., 0]
    held = line >= HOLD_TOKEN
    before = np.vstack([np.zeros_like(line[:1]), line[:-1]])
    assert np.array_equal(line[held], held_tokens(before[held]))
