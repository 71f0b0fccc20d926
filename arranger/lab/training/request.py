"""The options of a run of ``arranger train``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from arranger.lab.training.config import TrainingConfig

_OF_LOOP = ("steps", "batch", "learning_rate", "warm_up", "measure_every")
_CHOSEN = (*_OF_LOOP, "chords_guessed", "rounds")
_FOLDERS = {"data": "DIR", "data_hymns": "HYMNS", "data_scores": "SCORES", "data_sheets": "SHEETS"}


@dataclass(frozen=True)
class TrainingRequest:
    """The options of a run; None stands for the network's own default."""

    out: Path
    network: str = "part"  # a name of `arranger.lab.training.networks`
    data: Path | None = None  # a folder of the user's own scores
    data_hymns: Path | None = None
    data_scores: Path | None = None  # a folder with the folders of `corpora.score_sets`
    data_sheets: Path | None = None  # lead sheets
    also: tuple[str, ...] = ()  # names of `arranger.lab.part.pieces.ALSO`
    cache: Path = Path("runs/cache")
    start: Path | None = None  # folder of weights and card to start from
    resume: bool = False
    steps: int | None = None
    batch: int | None = None
    learning_rate: float | None = None
    warm_up: int | None = None
    chords_guessed: float | None = None
    rounds: int | None = None  # of the critic
    measure_every: int | None = None
    minutes: float | None = None
    seed: int = TrainingConfig.seed
    threads: int = 1
    core: str = "lstm"  # of the frames network
    dropout: float | None = None
    bf16: bool = False
    tensorboard: bool = False

    @property
    def weights(self) -> Path:
        """The folder that the run's weights and card are written to."""
        return self.out / "weights"

    def config(self, base: TrainingConfig) -> TrainingConfig:
        """Return the training configuration: ``base``, the network's defaults, with the chosen options.

        The warm-up takes at most an eighth of the steps.

        >>> TrainingRequest(Path("x"), steps=40).config(TrainingConfig()).warm_up
        5
        """
        wanted = {name: getattr(self, name) for name in _OF_LOOP if getattr(self, name) is not None}
        config = replace(base, seed=self.seed, bf16=self.bf16, **wanted)
        return replace(config, warm_up=min(config.warm_up, config.steps // 8))

    @property
    def command(self) -> str:
        """The command that repeats the run, with placeholders for folders.

        >>> TrainingRequest(Path("/tmp/x"), data_hymns=Path("/data/hymns"), steps=400).command
        'arranger train --out RUN --data-hymns HYMNS --steps 400 --seed 7'
        """
        words = ["arranger train --out RUN"]
        words += [f"--network {self.network}"] if self.network != "part" else []
        words += [f"--core {self.core}"] if self.network == "frames" else []
        words += [f"{_flag(name)} {folder}" for name, folder in _FOLDERS.items() if getattr(self, name)]
        words += [f"--also {name}" for name in self.also]
        words += [f"--start {self.start.name}"] if self.start else []
        words += [f"{_flag(name)} {getattr(self, name)}" for name in _CHOSEN if getattr(self, name) is not None]
        words += [f"--dropout {self.dropout}"] if self.dropout is not None else []
        words += ["--bf16"] if self.bf16 else []
        return " ".join([*words, f"--seed {self.seed}"])


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
