"""What the critic learns from: composers' progressions, and the plans that the program chooses for the same tunes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arranger.harmonizing.choice import Choice
from arranger.harmonizing.planning import drawn_and_judged
from arranger.lab.progression.pieces import ProgressionExample, Source, load_examples
from arranger.models.progression.critic import ProgressionCritic
from corpora.cache import cached_arrays
from theory.notation.score import Score
from theory.types import Floats32, Ints
from theory.values import Value

DRAWS = 256  # progressions drawn for a tune
CRITIC_WEIGHT = 0.5  # twice that of the program, so that the next critic learns what would please this one too much
RANKS = (0, 2, 8, 24, 64)  # those that the critic learns from, by their place in the program's choice
_UNKNOWN = 0.1  # tunes with a larger share of beats without a known chord are left out


@dataclass(frozen=True, eq=False, repr=False)
class Judged(Value):
    """A tune with its composer's progression and plans of the program. T slots, K plans."""

    style: str
    round: int  # the plans were chosen with the critic of the round before; 0: without a critic
    features: Floats32  # (T, columns)
    real: Ints  # (T, 3) root, quality, inversion
    plans: Ints  # (K, T, 3), the one that the program likes best first


@dataclass(frozen=True, eq=False, repr=False)
class Tune(Value):
    """A tune of a corpus with its composer's progression."""

    example: ProgressionExample
    seed: int
    read: Callable[[], Score]


def tunes_of(split: str, chosen: Sequence[Source], cache: Path) -> list[Tune]:
    """Return the tunes of a list whose chords are known on nearly all beats; on the others they go on."""
    named = [(read, name) for corpus, read in chosen for name in corpus.names(split)]
    examples = load_examples(split, chosen, cache)
    return [
        Tune(replace(example, tokens=_filled(example.tokens)), seed, lambda read=read, name=name: read(name))  # type: ignore[misc]
        for seed, (example, (read, name)) in enumerate(zip(examples, named, strict=True))
        if (example.tokens[:, 0] < 0).mean() <= _UNKNOWN
    ]


def _filled(tokens: Ints) -> Ints:
    """Return tokens (T, 3) in which an unknown chord is that of the beat before."""
    known = np.where(tokens[:, 0] >= 0, np.arange(len(tokens)), -1)
    first = int(np.argmax(known >= 0))
    return tokens[np.maximum(np.maximum.accumulate(known), first)]


def judged_tunes(
    file: Path, tunes: Sequence[Tune], number: int, critic: ProgressionCritic | None, told: Callable[[int], object]
) -> list[Judged]:
    """Return the tunes with the plans that the program chooses in a round, made once and kept in ``file``.

    ``told`` is called with the number of each tune.
    """
    plans = cached_arrays(file, str(number), lambda: dict(_plans(tunes, critic, told)))
    return [
        Judged(tune.example.style, number, tune.example.features, tune.example.tokens, plans[str(tune.seed)])
        for tune in tunes
    ]


def _plans(
    tunes: Sequence[Tune], critic: ProgressionCritic | None, told: Callable[[int], object]
) -> Iterator[tuple[str, Ints]]:
    for number, tune in enumerate(tunes):
        score = tune.read()
        alone = replace(score, parts=score.parts[:1], chords=())
        choice = Choice(draws=DRAWS, seed=tune.seed)
        found, cost = drawn_and_judged(alone, tune.example.style, choice, critic, critic_weight=CRITIC_WEIGHT)
        yield str(tune.seed), found.tokens[np.argsort(cost, kind="stable")[list(RANKS)]]
        told(number)
