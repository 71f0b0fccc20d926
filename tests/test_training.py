"""Training: the loss falls, runs can be resumed, processes share the work, and a user's own scores are accepted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from arranger.lab.part.pieces import Piece, load_pieces, pieces_of
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import MOVES, STYLES
from corpora.chorales import read_chorale
from corpora.views import arrays_of, views_of

if TYPE_CHECKING:
    from pathlib import Path

torch = pytest.importorskip("torch")

from arranger.lab.frames import training as frame_training  # noqa: E402
from arranger.lab.part.examples import ExampleConfig  # noqa: E402
from arranger.lab.part.network import NetworkConfig, PartNetwork  # noqa: E402
from arranger.lab.part.own_scores import load_own_scores  # noqa: E402
from arranger.lab.part.training import PartTask, batch_of, draw, surprise_of  # noqa: E402
from arranger.lab.part.widening import widened  # noqa: E402
from arranger.lab.training.config import TrainingConfig  # noqa: E402
from arranger.lab.training.log_plot import svg_of  # noqa: E402
from arranger.lab.training.loop import Trainer, rate_at  # noqa: E402
from arranger.lab.training.networks import NETWORKS  # noqa: E402
from arranger.lab.training.request import TrainingRequest  # noqa: E402
from arranger.lab.training.run import check_folder, write_config  # noqa: E402
from arranger.models.part.features import WIDTH  # noqa: E402

SMALL = NetworkConfig(WIDTH, encoder=16, decoder=16, embedding=16, head=16, dropout=0.1)
SHORT = TrainingConfig(steps=24, batch=4, learning_rate=5e-3, warm_up=4, measure_every=12, average=0.5)
CROPS = ExampleConfig(shortest=16, longest=24)

# a cadence in C: enough to be read, harmonised and learned from
SATB = """X:1
T:Cadence {number}
M:4/4
L:1/4
K:{key}
V:1 name=Soprano
c d e c | d d c2 |]
V:2 name=Alto
G G G A | A G G2 |]
V:3 name=Tenor clef=bass
E, G, C F, | F, F, E,2 |]
V:4 name=Bass clef=bass
C, B,, C, F, | D, G,, C,2 |]
"""


@pytest.fixture(scope="module")
def pieces() -> tuple[Piece, ...]:
    """Two chorales with all their views."""
    return tuple(Piece(name, "chorale", views_of(read_chorale(name))) for name in ("bwv255", "bwv285"))


@pytest.fixture(scope="module")
def task(pieces) -> PartTask:
    """A task that trains on both pieces and validates on the first."""
    return PartTask(SMALL, SHORT, pieces, pieces[:1], CROPS)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with six four-part cadences, one tune and one broken file."""
    folder = tmp_path / "own"
    folder.mkdir()
    for number, key in enumerate(("C", "D", "F", "G", "Bb", "A")):
        (folder / f"cadence-{number}.abc").write_text(SATB.format(number=number, key=key), encoding="utf-8")
    (folder / "tune.abc").write_text("X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\nc d e c |]\n", encoding="utf-8")
    (folder / "broken.musicxml").write_text("<score-partwise>", encoding="utf-8")
    return folder


def trainer_in(folder: Path, task: PartTask) -> Trainer:
    folder.mkdir(parents=True, exist_ok=True)
    return Trainer(folder, task)


def log_of(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def same_weights(one: Trainer, other: Trainer) -> bool:
    pairs = [(one.network, other.network), (one.averaged, other.averaged)]
    return all(
        bool((mine == yours).all())
        for first, second in pairs
        for mine, yours in zip(first.parameters(), second.parameters(), strict=True)
    )


def test_training_learns_and_goes_on_where_it_stopped(task, tmp_path):
    whole = trainer_in(tmp_path / "whole", task)
    whole.train()
    log = log_of(tmp_path / "whole")
    assert log[-1]["loss"] < log[0]["loss"] - 0.2
    assert log[-1]["objective"] < log[0]["objective"] < np.log(MOVES)
    assert {"chorale chords", "chorale tune", "chorale plain"} <= set(log[-1])

    trainer_in(tmp_path / "halves", task).train(until=12)
    resumed = trainer_in(tmp_path / "halves", task)
    assert resumed.resume()
    resumed.train()
    assert same_weights(whole, resumed)
    assert log_of(tmp_path / "halves")[-1]["objective"] == log[-1]["objective"]


def test_a_run_out_of_time_is_measured_kept_and_equal_when_it_is_resumed(task, tmp_path):
    short = replace(task, config=replace(SHORT, steps=6, measure_every=6))
    whole = trainer_in(tmp_path / "whole", short)
    whole.train()
    stopped = trainer_in(tmp_path / "stopped", short)
    stopped.train(seconds=0.0)
    assert stopped.step == 1
    again = trainer_in(tmp_path / "stopped", short)
    assert again.resume()
    again.train()
    assert same_weights(whole, again)


def test_a_run_stops_when_nothing_gets_better(task, tmp_path):
    still = replace(task, config=replace(SHORT, learning_rate=0.0, measure_every=1, patience=3))
    trainer = trainer_in(tmp_path, still)
    trainer.train()
    assert trainer.step == 4


def test_the_rate_rises_then_falls():
    config = TrainingConfig(steps=100, warm_up=10, final_rate=0.1)
    rates = [rate_at(step, config) for step in range(100)]
    assert rates.index(max(rates)) in (9, 10)
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] == pytest.approx(0.1, abs=0.01)


def test_two_processes_learn_what_one_does(task, tmp_path):
    script = tmp_path / "both.py"
    script.write_text(
        "import sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "import torch\n"
        "from arranger.lab.training import workers\n"
        "from arranger.lab.training.loop import Trainer\n"
        "from arranger.lab.part.pieces import Piece\n"
        "from arranger.lab.part.training import PartTask\n"
        "import numpy as np\n"
        "from corpora.views import views_from\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from test_training import CROPS, SHORT, SMALL\n"
        "torch.set_num_threads(1)\n"
        "with workers.group():\n"
        "    piece = Piece('bwv255', 'chorale', views_from(np.load(Path(sys.argv[2]) / 'views.npz')))\n"
        "    short = replace(SHORT, steps=4, measure_every=4)\n"
        "    task = PartTask(replace(SMALL, dropout=0.0), short, (piece,), (piece,), CROPS)\n"
        "    Trainer(Path(sys.argv[2]), task).train()\n",
        encoding="utf-8",
    )
    from pathlib import Path as Folder

    alone, both = tmp_path / "alone", tmp_path / "together"
    both.mkdir()
    np.savez(both / "views.npz", **arrays_of(task.pieces[0].views))
    one = replace(
        task,
        network_config=replace(SMALL, dropout=0.0),
        config=replace(SHORT, steps=4, measure_every=4),
        pieces=task.pieces[:1],
    )
    trainer_in(alone, one).train()
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", str(script)]
    here = Folder(__file__).parent
    environment = {**os.environ, "PYTHONPATH": str(here.parent), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, str(here), str(both)], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    weights = [torch.load(run / "last.pt", weights_only=True)["network"] for run in (alone, both)]
    assert max(float((weights[0][name] - weights[1][name]).abs().max()) for name in weights[0]) < 1e-4
    assert log_of(both)[0]["loss"] == pytest.approx(log_of(alone)[0]["loss"], abs=1e-4)


def test_a_batch_and_its_loss_are_the_seeds_own(task):
    network = PartNetwork(SMALL).eval()
    losses = [
        float(surprise_of(network, batch_of(draw(task.pieces, CROPS, replace(SHORT, seed=seed), 3))).mean().detach())
        for seed in (7, 7, 8)
    ]
    assert losses[0] == losses[1] != losses[2]


def test_a_folder_of_ones_own_scores_becomes_a_style(own, tmp_path):
    found = load_own_scores(own, tmp_path / "cache")
    assert (len(found.train), len(found.valid)) == (5, 1)
    assert any("1 parts, not four" in why for why in found.left_out)
    assert any("broken.musicxml" in why for why in found.left_out)
    pieces = pieces_of(found.train, "own")
    drawn = draw(pieces, ExampleConfig(shortest=4, longest=8), replace(SHORT, own_share=1.0), 0)
    own_column = WIDTH - len(STYLES) + STYLES.index("own")
    assert all(example.inputs[:, own_column].all() for example in drawn)


def test_too_few_scores_of_ones_own_are_refused(tmp_path):
    (tmp_path / "one.abc").write_text(SATB.format(number=1, key="C"), encoding="utf-8")
    with pytest.raises(ValueError, match="1 four-part scores; training needs at least 4"):
        load_own_scores(tmp_path, tmp_path / "cache")


def test_a_run_is_not_begun_over_another(tmp_path):
    (tmp_path / "last.pt").write_bytes(b"")
    with pytest.raises(ValueError, match="continue it with --resume"):
        check_folder(TrainingRequest(tmp_path))
    with pytest.raises(ValueError, match="no run to resume"):
        check_folder(TrainingRequest(tmp_path / "other", resume=True))


def test_a_run_says_which_schedules_it_followed(task, tmp_path):
    trainer = trainer_in(tmp_path, replace(task, config=replace(SHORT, steps=8)))
    write_config(trainer, TrainingRequest(tmp_path, steps=8))
    trainer.step = 4
    write_config(trainer, TrainingRequest(tmp_path, steps=8))
    written = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert [(part["from_step"], part["to_step"]) for part in written["schedule"]] == [(0, 8), (4, 8)]
    assert written["command"] == "arranger train --out RUN --steps 8 --seed 7"
    assert written["pieces"] == {"chorale": 2}


def test_choices_reach_the_configuration(tmp_path):
    request = TrainingRequest(tmp_path, steps=40, batch=6, seed=3, network="frames")
    config = request.config(frame_training.CONFIG)
    assert (config.steps, config.batch, config.seed, config.warm_up) == (40, 6, 3, 5)
    assert request.command == "arranger train --out RUN --network frames --core lstm --steps 40 --batch 6 --seed 3"


def test_music_that_a_network_does_not_learn_from_is_refused(tmp_path):
    with pytest.raises(ValueError, match="--data-sheets: --network part does not use it"):
        NETWORKS["part"].check(TrainingRequest(tmp_path, data_sheets=tmp_path))
    with pytest.raises(ValueError, match="--also: --network chords does not use it"):
        NETWORKS["chords"].check(TrainingRequest(tmp_path, network="chords", also=("masses",)))
    NETWORKS["chords"].check(TrainingRequest(tmp_path, network="chords", data_hymns=tmp_path, data_sheets=tmp_path))


def test_a_set_without_its_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="--also gomolka-psalms: give the folder that holds gomolka-psalms/ with"):
        load_pieces("valid", None, tmp_path, also=["gomolka-psalms"])
    with pytest.raises(ValueError, match="--also lieder: its scores are not in four parts; leave it out"):
        load_pieces("valid", None, tmp_path, also=["lieder"])


def test_the_command_offers_every_network():
    from arranger.cli.learning import train

    offered = next(option.type.choices for option in train.params if option.name == "network")
    assert set(offered) == set(NETWORKS)


def test_weights_that_know_fewer_styles_are_widened_and_say_the_same(task, tmp_path):
    torch.manual_seed(3)
    network = PartNetwork(replace(SMALL, columns=WIDTH - 1)).eval()
    wider = PartNetwork(SMALL).eval()
    wider.load_state_dict(widened(network.state_dict(), wider.state_dict()))
    batch = batch_of(draw(task.pieces, CROPS, SHORT, 0))
    with torch.no_grad():
        narrow = network(replace(batch, inputs=batch.inputs[..., :-1]))
        assert torch.allclose(wider(batch), narrow, atol=1e-6)
    with pytest.raises(ValueError, match="leave out --start"):
        replace(task, network_config=replace(SMALL, head=8)).adapted(wider.state_dict(), tmp_path)


def test_the_command_trains_on_ones_own_scores_and_the_weights_arrange(own, tmp_path, monkeypatch, lead_sheet):
    from click.testing import CliRunner

    from arranger import arrange
    from arranger.cli import main
    from arranger.lab.part import training

    monkeypatch.setattr(training, "load_pieces", lambda *_, **__: [])
    monkeypatch.setattr(training, "NetworkConfig", lambda columns: replace(SMALL, columns=columns))
    target = tmp_path / "run"
    words = ["train", "--out", target, "--data", own, "--cache", tmp_path / "cache", "--steps", 4, "--batch", 4]
    done = CliRunner().invoke(main, [str(word) for word in [*words, "--measure-every", 2]], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "left out" in done.stderr
    assert "objective" in done.stderr
    assert "<svg" in (target / "log.svg").read_text(encoding="utf-8")
    card = json.loads((target / "weights" / "card.json").read_text(encoding="utf-8"))
    assert card["pieces"] == {"own": 5}
    assert "own tune" in card["valid"]
    PartModel.load(target / "weights")
    done = arrange(lead_sheet('"C" C2 E2 | "G7" D4 |]'), model=str(target / "weights"))
    assert len(done.score.parts) == 4


def test_the_plot_falls_where_the_loss_does():
    svg = svg_of([{"step": step, "loss": loss, "objective": loss} for step, loss in ((0, 2.0), (10, 1.0))])
    line = svg.split('points="')[1].split('"')[0]
    first, last = (float(point.split(",")[1]) for point in line.split())
    assert first < last  # down the page
