"""``arranger fit``: learn the weights of rules and preferences from real music.

The fitted weights are printed beside those in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path

import click
import numpy as np

from arranger.arranging.styles import Style, load_style
from arranger.commands.streams import progress
from arranger.formats.writing.files import write_bytes
from arranger.lab.fitting.choices import Setup, choices_of, feature_names
from arranger.lab.fitting.logit import Choices, fit, log_probabilities, ranks_first
from arranger.lab.fitting.tables import by_name, fitted_profile, fitted_style, weights_in_use
from corpora.chorales import CHORALES, read_chorale
from corpora.corpus import Corpus
from corpora.hymns import HYMNS, read_hymn
from corpora.quartets import QUARTETS, read_quartet
from theory.notation.score import Score
from theory.types import AnyFloats

# rules of harmony over given symbols: not fitted on hymns and quartets, which have no symbols
SYMBOLS = "HA"
OPENING_BARS = 40  # bars read from each movement of a quartet
LEAST_EVENTS = 20  # choice sets in which a feature differs; the weight of a rarer feature is not changed


@dataclass(frozen=True)
class FitSources:
    """The music to fit the weights on, and how."""

    style: str = "chorale"
    hymns: str = ""  # folder of hymns; empty: Bach's chorales, or quartets
    quartets: bool = False
    pieces: int = 0  # at most this many of each list; 0: all
    seed: int = 0
    model: bool = True
    strictness: float = 1.0  # factor on the fitted weights of the rules when they are written
    output: str = ""  # folder for the fitted profile and style; empty: not written

    @property
    def corpus(self) -> Corpus:
        """The catalogue's entry for the music."""
        return QUARTETS if self.quartets else HYMNS if self.hymns else CHORALES

    @property
    def setup(self) -> Setup:
        """What is fitted: style, ensemble and model; quartets move in beats and have the profile for instruments."""
        style = load_style(self.style)
        if not self.quartets:
            return Setup(style, model=self.model)
        played = replace(style.for_players(), rhythm="beat", foreign_voices=2)
        return Setup(played, ensemble="string-quartet", model=self.model)

    def read(self, split: str) -> list[Score]:
        """Return the pieces of a split."""
        read = partial(read_hymn, Path(self.hymns)) if self.hymns else read_chorale
        read = _opening if self.quartets else read
        names = self.corpus.names(split)[: self.pieces or None]
        with progress(names, len(names), f"Reading {split}") as several:
            return [read(name) for name in several]

    @property
    def about(self) -> str:
        """Where the weights come from, as a sentence for the written files."""
        count = len(self.corpus.names("train")[: self.pieces or None])
        with_model = "with" if self.model else "without"
        pieces = f"{count} training pieces of {self.corpus.name}"
        fitted = f"conditional logit on {pieces}, {with_model} the part model, seed {self.seed}"
        return fitted if self.strictness == 1 else f"{fitted}, times {self.strictness:g}"


def run(sources: FitSources) -> None:
    """Fit the weights of a style and its profile, print them beside those in use, and write them if asked to."""
    setup = sources.setup
    style = setup.style
    chosen, kept_out = (choices_of(sources.read(split), setup, seed=sources.seed) for split in ("train", "valid"))
    names, used = feature_names(setup), weights_in_use(style, feature_names(setup))
    learned = _seen(chosen) & [sources.corpus is CHORALES or not name.startswith(SYMBOLS) for name in names]
    fitted = np.where(learned, fit(chosen), used)
    click.echo(f"{len(chosen)} choices to fit, {len(kept_out)} held out; {sources.about}\n")
    for line in (*_figures(kept_out, used, fitted), "", *_table(names, used, fitted)):
        click.echo(line)
    if sources.output:
        _write(Path(sources.output), style, by_name(np.array(names)[learned].tolist(), fitted[learned]), sources)


def _opening(name: str) -> Score:
    """Return the first ``OPENING_BARS`` bars of a quartet movement."""
    score = read_quartet(name)
    bars = score.bars[:OPENING_BARS]
    parts = tuple(
        replace(part, notes=tuple(note for note in part.notes if note.end_quarter <= bars[-1].end_quarter))
        for part in score.parts
    )
    return replace(score, bars=bars, parts=parts, chords=())


def _seen(choices: Choices) -> AnyFloats:
    """Return which features differ between the candidates often enough to be fitted, (F,)."""
    varies = (choices.features != choices.features[:, :1]) & choices.present[..., None]
    return np.asarray(varies.any(axis=1).sum(axis=0) >= LEAST_EVENTS)


def _figures(choices: Choices, used: AnyFloats, fitted: AnyFloats) -> list[str]:
    rows = [
        f"{name:8}{-float(log_probabilities(choices, weights).mean()):8.3f}{100 * ranks_first(choices, weights):8.1f} %"
        for name, weights in (("in use", used), ("fitted", fitted))
    ]
    return ["held out: nats per choice, share in which the real choice is the cheapest", *rows]


def _table(names: Sequence[str], used: AnyFloats, fitted: AnyFloats) -> list[str]:
    order = np.argsort(-fitted, kind="stable")
    return [f"{'':44}{'in use':>8}{'fitted':>8}"] + [
        f"{names[index]:44}{used[index]:8.2f}{fitted[index]:8.2f}" for index in order if used[index] or fitted[index]
    ]


def _write(folder: Path, style: Style, weights: dict[str, float], sources: FitSources) -> None:
    """Write the profile and the style with fitted weights; for quartets only the profile."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = (files("theory.rules") / "profiles" / f"{style.profile}.toml").read_text(encoding="utf-8")
    text = fitted_profile(profile, weights, sources.about, strictness=sources.strictness)
    table = (files("arranger.arranging.styles") / f"{style.name}.toml").read_text(encoding="utf-8")
    write_bytes(folder / f"profile-{style.profile}.toml", text.encode())
    if not sources.quartets:
        write_bytes(folder / f"style-{style.name}.toml", fitted_style(table, weights).encode())
