"""Training task of the part model: predict the unknown cells of real scores with random holes.

The examples of step n depend on the seed and n alone (`arranger.lab.training.loop`). Each style has its share of
a batch; within a style all pieces are equally probable. Checkpoints are selected by `arranger.lab.part.measure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.part.examples import ExampleConfig, PartExample, random_example
from arranger.lab.part.measure import measure
from arranger.lab.part.network import NetworkConfig, PartBatch, PartNetwork
from arranger.lab.part.own_scores import load_own_scores
from arranger.lab.part.pieces import Piece, load_pieces, pieces_of
from arranger.lab.part.widening import widened
from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest
from arranger.models.part.features import FINGERPRINT, WIDTH
from arranger.models.part.vocabulary import OWN_STYLE, move_of
from theory.types import Floats32

MakeExample = Callable[[Piece, ExampleConfig, np.random.Generator], PartExample]


@dataclass(frozen=True)
class HolesTask(Task):
    """Base of the tasks that predict the holes of four-part textures."""

    network_config: NetworkConfig
    config: TrainingConfig
    pieces: tuple[Piece, ...]
    valid: tuple[Piece, ...]
    examples: ExampleConfig = field(default_factory=ExampleConfig)
    fingerprint: str = FINGERPRINT

    def adapted(self, state: dict[str, Tensor], folder: Path) -> dict[str, Tensor]:
        """Return the weights of a finished model, with columns of zeros for styles it does not have."""
        return super().adapted(widened(state, self.build().state_dict()), folder)

    def about(self) -> dict[str, Any]:
        """Return the numbers of pieces of each style and corpus, and the configuration of the examples."""
        styles = Counter(piece.style for piece in self.pieces)
        corpora = Counter(piece.corpus for piece in self.pieces if piece.corpus)
        return {"examples": asdict(self.examples), "pieces": dict(sorted(styles.items())), "corpora": dict(corpora)}

    def batch(self, step: int, *, make: MakeExample = random_example) -> PartBatch:
        """Return this process's share of a step's batch."""
        return batch_of(workers.own(draw(self.pieces, self.examples, self.config, step, make=make)))


class PartTask(HolesTask):
    """The task of filling holes one after another, each given the cells filled before it."""

    def build(self) -> nn.Module:
        """Return a new network."""
        return PartNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the loss, in nats, of each unknown cell in this process's share of the step's batch."""
        batch = self.batch(step)
        return surprise_of(network, batch)[~batch.known]

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return nats per cell, averaged over styles and kinds of chord input, and all figures."""
        found = measure(partial(predict, network), self.valid)
        return found.objective, found.summary()


def task_of(request: TrainingRequest) -> PartTask:
    """Return the task of a run of the part model, with all scores read."""
    pieces, valid = pieces_for(request)
    examples = ExampleConfig(chords_guessed=request.chords_guessed or 0.0)
    return PartTask(NetworkConfig(WIDTH), request.config(TrainingConfig()), tuple(pieces), tuple(valid), examples)


def pieces_for(request: TrainingRequest) -> tuple[list[Piece], list[Piece]]:
    """Return a run's training and validation pieces. Raises ValueError if the user's own scores are too few."""
    train, valid = (
        load_pieces(split, request.data_hymns, request.cache, also=request.also, scores=request.data_scores)
        for split in ("train", "valid")
    )
    if request.data is not None:
        own = load_own_scores(request.data, request.cache)
        for why in own.left_out:
            workers.say(f"left out: {why}")
        train, valid = train + pieces_of(own.train, OWN_STYLE), valid + pieces_of(own.valid, OWN_STYLE)
    return train, valid


def batch_of(examples: Sequence[PartExample]) -> PartBatch:
    """Return examples as a batch, padded to the longest of them."""
    length = torch.tensor([len(example.tokens) for example in examples])
    return PartBatch(
        inputs=_padded([torch.from_numpy(example.inputs) for example in examples], 0.0),
        tokens=_padded([torch.from_numpy(example.tokens) for example in examples], 0),
        known=_padded([torch.from_numpy(example.known) for example in examples], True),
        length=length,
    )


def _padded(rows: Sequence[Tensor], filling: float) -> Tensor:
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=filling)


def surprise_of(network: nn.Module, batch: PartBatch) -> Tensor:
    """Return the negative log-probability of each true cell in nats, (B, T, V)."""
    moves = torch.from_numpy(move_of(batch.tokens.numpy()))
    surprise: Tensor = -network(batch).gather(-1, moves[..., None])[..., 0]
    return surprise


def predict(network: nn.Module, examples: Sequence[PartExample]) -> list[Floats32]:
    """Return a network's log-probabilities of moves, (T, V, MOVES), for each example, as `measure` needs them."""
    network.eval()
    with torch.no_grad():
        log_probs = network(batch_of(examples)).numpy()
    return [rows[: len(example.tokens)] for rows, example in zip(log_probs, examples, strict=True)]


def draw(
    pieces: Sequence[Piece],
    examples: ExampleConfig,
    config: TrainingConfig,
    step: int,
    *,
    make: MakeExample = random_example,
) -> list[PartExample]:
    """Return the random examples of a step: styles by their shares, pieces of a style with equal probability."""
    rng = np.random.default_rng([config.seed, step])
    styles = by_style(pieces)
    odds = odds_of(styles, config)
    drawn = []
    for style in rng.choice(list(odds), size=config.batch, p=list(odds.values())):
        chosen = styles[style]
        drawn.append(make(chosen[int(rng.integers(len(chosen)))], examples, rng))
    return drawn


def odds_of(styles: Iterable[str], config: TrainingConfig) -> dict[str, float]:
    """Return the probability of each style in proportion to its share.

    The user's own style, if present, gets ``config.own_share``; the other styles divide the rest.

    >>> odds_of(["chorale", "hymn", "own"], TrainingConfig(shares={"chorale": 3, "hymn": 1, "quartet": 1}))
    {'chorale': 0.375, 'hymn': 0.125, 'own': 0.5}
    """
    there = sorted(styles)
    shares = {style: config.shares[style] for style in there if style != OWN_STYLE}
    own = 0.0 if OWN_STYLE not in there else config.own_share if shares else 1.0
    odds = {style: (1 - own) * share / sum(shares.values()) for style, share in shares.items()}
    return odds | ({OWN_STYLE: own} if own else {})


def by_style(pieces: Sequence[Piece]) -> Mapping[str, list[Piece]]:
    """Return the pieces by style."""
    styles: dict[str, list[Piece]] = {}
    for piece in pieces:
        styles.setdefault(piece.style, []).append(piece)
    return styles
