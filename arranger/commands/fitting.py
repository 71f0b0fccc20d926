"""``arranger fit``: weights of rules and preferences from real music, beside those in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import click
import numpy as np

from arranger.commands.streams import progress
from arranger.fitting.choices import Setup, choices_of, feature_names
from arranger.fitting.logit import Choices, Floats, fit, log_chances, ranks_first
from arranger.fitting.tables import by_name, fitted_profile, fitted_style, weights_in_use
from arranger.styles import Style, load_style
from arranger.writing.files import write_bytes
from corpora.catalogue import CHORALES, HYMNS
from corpora.chorales import read_chorale
from corpora.hymns import read_hymn
from theory.score import Score

LEAST_EVENTS = 20  # candidates or real choices with a feature; a rarer one keeps its weight


@dataclass(frozen=True)
class Sources:
    """Which music weights are fitted on."""

    style: str = "chorale"
    hymns: str = ""  # folder of hymns; empty: Bach's chorales
    pieces: int = 0  # at most so many of each list; 0: all
    seed: int = 0
    model: bool = True
    output: str = ""  # folder for the profile and the style

    def read(self, split: str) -> list[Score]:
        """Return the pieces of a split."""
        corpus = HYMNS if self.hymns else CHORALES
        read = partial(read_hymn, Path(self.hymns)) if self.hymns else read_chorale
        names = corpus.names(split)[: self.pieces or None]
        with progress(names, len(names), f"Reading {split}") as several:
            return [read(name) for name in several]

    @property
    def about(self) -> str:
        """What the weights come from, for the files."""
        corpus = HYMNS if self.hymns else CHORALES
        count = len(corpus.names("train")[: self.pieces or None])
        with_model = "with" if self.model else "without"
        pieces = f"{count} training pieces of {corpus.name}"
        return f"conditional logit on {pieces}, {with_model} the part model, seed {self.seed}"


def run(sources: Sources) -> None:
    """Fit the weights of a style and its profile, print them beside those in use, and write them where asked."""
    style = load_style(sources.style)
    setup = Setup(style, model=sources.model)
    chosen, kept_out = (choices_of(sources.read(split), setup, seed=sources.seed) for split in ("train", "valid"))
    names, used = feature_names(setup), weights_in_use(style, feature_names(setup))
    fitted = np.where(_seen(chosen), fit(chosen), used)
    click.echo(f"{len(chosen)} choices to fit, {len(kept_out)} kept out; {sources.about}\n")
    for line in (*_figures(kept_out, used, fitted), "", *_table(names, used, fitted)):
        click.echo(line)
    if sources.output:
        _write(Path(sources.output), style, by_name(names, fitted), sources.about)


def _seen(choices: Choices) -> Floats:
    """Return which features tell candidates apart often enough to be weighed, (F,)."""
    varies = (choices.features != choices.features[:, :1]) & choices.present[..., None]
    return np.asarray(varies.any(axis=1).sum(axis=0) >= LEAST_EVENTS)


def _figures(choices: Choices, used: Floats, fitted: Floats) -> list[str]:
    rows = [
        f"{name:8}{-float(log_chances(choices, weights).mean()):8.3f}{100 * ranks_first(choices, weights):8.1f} %"
        for name, weights in (("in use", used), ("fitted", fitted))
    ]
    return ["kept out  nats a choice, real choice the cheapest", *rows]


def _table(names: Sequence[str], used: Floats, fitted: Floats) -> list[str]:
    order = np.argsort(-fitted, kind="stable")
    return [f"{'':44}{'in use':>8}{'fitted':>8}"] + [
        f"{names[place]:44}{used[place]:8.2f}{fitted[place]:8.2f}" for place in order if used[place] or fitted[place]
    ]


def _write(folder: Path, style: Style, weights: dict[str, float], about: str) -> None:
    """Write the profile and the style with fitted weights."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = (files("theory") / "profiles" / f"{style.profile}.toml").read_text(encoding="utf-8")
    table = (files("arranger.styles") / f"{style.name}.toml").read_text(encoding="utf-8")
    write_bytes(folder / f"profile-{style.profile}.toml", fitted_profile(profile, weights, about).encode())
    write_bytes(folder / f"style-{style.name}.toml", fitted_style(table, weights).encode())
