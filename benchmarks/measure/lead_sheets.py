"""Arranges real lead sheets and prints how faithful the arrangements are, and figures of their voice leading.

    python -m benchmarks.measure.lead_sheets FOLDER [--ensemble satb] [--style song] [--key keep] [--melody tenor]
                                            [--harmony decorate] [--sheets 40 --seed 0] [--jobs 2]
                                            [--out runs/song.jsonl] [--keep FOLDER]

Every sheet is read, arranged, written as MusicXML and read back; the figures, defined in
`fidelity`, are measured on that file. ``--out`` appends a JSON line per sheet and setting; sheets
that the file already has with the same setting are not arranged again. ``--keep`` writes the arrangements into a
folder, whose variety and closes `python -m benchmarks.measure.settings_table --folder` measures.
"""

from __future__ import annotations

import json
import random
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from arranger import arrange
from arranger.arranging.ensembles import load_ensemble
from arranger.formats.reading import ReadError, read_lead_sheet
from arranger.formats.writing import write_score
from benchmarks.measure.fidelity import FOLLOWED, KEPT, Figures, figures_of, summed

_TEXTS = {
    "slash_bass": "the lowest voice has the slash bass",
    "plain_root": "... the root of a symbol without slash bass",
    "chord_tone": "... a tone of the chord",
    "respected": "nothing contradicts a symbol at its onset",
    "essential": "all essential tones sound within the symbol's span",
    "tensions": "... and the required tensions",
}


@dataclass(frozen=True)
class Setting:
    """The options with which all sheets are arranged."""

    ensemble: str
    style: str
    key: str
    melody: str
    layout: str
    model: bool
    beam: int
    harmony: str = "auto"
    keep: str = ""  # folder for the arrangements; empty: they are not kept


@dataclass
class Outcome:
    """The outcome for one sheet: its figures, or why there are none."""

    sheet: str
    setting: dict[str, Any]
    refused: str = ""
    traceback: str = ""
    seconds: float = 0.0
    processor_seconds: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)


def outcome_of(path: Path, setting: Setting) -> Outcome:
    """Arrange one sheet and measure the result; any error is recorded in the outcome."""
    found = Outcome(path.name, asdict(setting))
    started, worked = time.perf_counter(), time.process_time()
    try:
        sheet = read_lead_sheet(path)
        choices = {name: getattr(setting, name) for name in ("ensemble", "style", "key", "melody", "beam", "harmony")}
        arrangement = arrange(sheet, model="default" if setting.model else None, **choices)
        found.seconds = round(time.perf_counter() - started, 2)
        found.processor_seconds = round(time.process_time() - worked, 2)
        if setting.keep:
            write_score(arrangement.score, Path(setting.keep) / f"{path.stem}.musicxml")
        ensemble = load_ensemble(setting.ensemble)
        found.figures = asdict(figures_of(sheet, arrangement, ensemble, layout=setting.layout))
    except ReadError as error:
        found.refused = str(error)
    except Exception:  # noqa: BLE001 - unforeseen errors are counted
        found.traceback = traceback.format_exc()
    return found


def outcomes(paths: Sequence[Path], setting: Setting, jobs: int, kept: Path | None) -> Iterator[Outcome]:
    """Yield the outcome of every sheet: first those on file, then the others as they are finished."""
    known = {each.sheet: each for each in _on_file(kept) if each.setting == asdict(setting)}
    yield from (known[path.name] for path in paths if path.name in known)
    missing = [path for path in paths if path.name not in known]
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(outcome_of, missing, [setting] * len(missing)):
            if kept:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
            yield found


def _on_file(kept: Path | None) -> Iterator[Outcome]:
    if kept and kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            yield Outcome(**json.loads(line))


def table(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines that are printed."""
    done = [Figures(**each.figures) for each in found if each.figures]
    total = summed(done)
    refused = [each for each in found if each.refused]
    broken = [each for each in found if each.traceback]
    yield f"sheets {len(found)}, arranged {len(done)}, refused {len(refused)}, tracebacks {len(broken)}"
    yield from (f"  refused: {each.refused}" for each in refused)
    yield from (f"  {each.sheet}: {each.traceback.splitlines()[-1]}" for each in broken)
    for name in (*KEPT, *FOLLOWED):
        held, among = total.kept.get(name, (0, 0))
        text = _TEXTS.get(name, f"{name} as in the sheet")
        yield f"{text:54} {100 * total.share(name):7.2f} %  {held} of {among}"
    yield _line("parallels per 1,000 notes", total.per_thousand_notes("parallels"), total, "parallels", "notes")
    yield f"{'... that the report explains as unavoidable':54} {total.counts.get('explained', 0):7}"
    yield f"{'notes outside an absolute range (of the tune)':54} {_both(total, 'outside')}"
    yield f"{'crossings (with the tune)':54} {_both(total, 'crossings')}"
    yield f"{'symbols N.C. or over silence, left out':54} {total.counts.get('no_chord_or_silent', 0):7}"
    if done:
        count = len(done)
        seconds = sum(each.seconds for each in found), sum(each.processor_seconds for each in found)
        yield f"{'seconds per sheet (of processor time)':54} {seconds[0] / count:7.2f} ({seconds[1] / count:.2f})"
    kinds = Counter(problem.split(",")[0].split(":")[0] for each in done for problem in each.problems)
    yield f"problems: {dict(kinds)}"


def _line(text: str, value: float, total: Figures, count: str, among: str) -> str:
    return f"{text:54} {value:7.2f}    {total.counts.get(count, 0)} of {total.counts.get(among, 0)}"


def _both(total: Figures, name: str) -> str:
    return f"{total.counts.get(name, 0):7} ({total.counts.get(f'{name}_given', 0)})"


def details(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield every problem with the name of its sheet."""
    for each in found:
        yield from (f"{each.sheet}: {problem}" for problem in each.figures.get("problems", ()))
        yield from (f"{each.sheet}: {line}" for line in each.traceback.splitlines())


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ensemble", default="satb")
@click.option("--style", default="song")
@click.option("--key", default="auto")
@click.option("--melody", default="", help="part that gets the tune")
@click.option("--layout", default="open")
@click.option("--model/--no-model", default=True)
@click.option("--beam", default=16, help="beam width; 1 with --no-model is a quick test for errors")
@click.option("--harmony", default="auto", help="what is made of the symbols: follow, decorate or free")
@click.option("--keep", default="", help="folder for the arrangements")
@click.option("--sheets", type=int, help="arrange this many sheets, chosen at random by --seed; default: all")
@click.option("--seed", default=0)
@click.option("--jobs", default=1)
@click.option(
    "--out", type=click.Path(path_type=Path), help="JSON lines, one per sheet; a later run continues the file"
)
@click.option("--problems", is_flag=True, help="also print every problem")
def main(
    folder: Path, sheets: int | None, seed: int, jobs: int, out: Path | None, problems: bool, **setting: Any
) -> None:
    """Print the figures of a folder of lead sheets."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".mxl", ".musicxml", ".xml", ".abc"))
    chosen = random.Random(seed).sample(paths, sheets) if sheets else paths
    found = list(outcomes(chosen, Setting(**setting), jobs, out))
    for line in (*table(found), *(details(found) if problems else ())):
        click.echo(line)


if __name__ == "__main__":
    main()
