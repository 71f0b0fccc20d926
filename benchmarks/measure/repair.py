"""How well `arranger.repair` mends planted faults: cleared, with how few notes, at what price, how fast.

    python -m benchmarks.measure.repair --hymns FOLDER [--sheets FOLDER] [--count 1000] [--seed 0] [--kinds own]

One fault at a time is planted (`benchmarks.faults.planting`) into a clean bar of a chorale, of a chorale with the
chords of a human analysis, of a hymn, or of an arrangement that this program made of a lead sheet; the kinds of music
and the rules take turns. Faults that the checker does not report are not counted. The repair is asked to clear the
findings of that rule in the bars around, with the profile ``strict``; all parts may be changed, since faults are
planted in all. It succeeds if the checker no longer reports the fault there, at most one note more than was planted is
changed, and no error stands in the report that was there neither before nor in the piece without the fault. Only
pieces of the lists ``train`` and ``valid`` are used.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

import click
import numpy as np

from arranger import arrange, read_lead_sheet, repair
from arranger.editing.repairing.names import NamedApart
from arranger.formats.reading import ReadError
from benchmarks.faults.mutations import HARMONIC, MELODIC, is_found
from benchmarks.faults.planting import Fault, Scene
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from corpora.roman_analyses import roman_symbols
from theory.checking.check import check, selected
from theory.checking.report import Finding, Report
from theory.notation.score import Harmony, Score
from theory.rules.profile import load_profile

PROFILE = "strict"
EVERY = {**MELODIC, **HARMONIC}
KINDS = {"chorales": MELODIC, "analysed": HARMONIC, "hymns": MELODIC, "own": EVERY}  # of music, and what is planted
LONGEST_SHEET = 160  # bars; planting in longer ones takes longer than the repair
STYLES = (("satb", "hymn"), ("satb", "song"), ("string-quartet", "song"))
Pieces = Mapping[str, Score]


@dataclass(frozen=True)
class Outcome:
    """What became of one planted fault."""

    kind: str  # of music
    code: str
    piece: str
    cleared: bool
    planted: int  # notes
    changed: int  # notes
    new_errors: tuple[str, ...]  # codes
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether the fault was cleared with at most one note more than was planted, and without a new error."""
        return self.cleared and self.changed <= self.planted + 1 and not self.new_errors


def chorales() -> Iterator[tuple[str, Score]]:
    """Yield the chorales of the lists, without harmony."""
    for name in (*CHORALES.names("train"), *CHORALES.names("valid")):
        yield name, read_chorale(name)


def analysed(names: Iterable[str]) -> Iterator[tuple[str, Score]]:
    """Yield those of the chorales that have a human analysis, with its chords."""
    for name, symbols in roman_symbols(names):
        score = read_chorale(name)
        chords = tuple(Harmony(onset, symbol) for onset, symbol in symbols if onset < score.end_quarter)
        yield name, replace(score, chords=chords)


def hymns(folder: Path) -> Iterator[tuple[str, Score]]:
    """Yield the hymns of the lists."""
    for name in (*HYMNS.names("train"), *HYMNS.names("valid")):
        yield name, NamedApart.of(read_hymn(folder, name)).score  # faults are told by names, and some parts have none


def arrangements(folder: Path, count: int, rng: random.Random) -> Iterator[tuple[str, Score]]:
    """Yield arrangements of lead sheets, in the styles in turn."""
    endings = (".musicxml", ".mxl", ".abc")
    paths = sorted(path for path in folder.iterdir() if path.suffix in endings)
    rng.shuffle(paths)
    made = 0
    for path in paths:
        if made == count:
            return
        try:
            sheet = read_lead_sheet(path)
            if len(sheet.score.bars) > LONGEST_SHEET:
                continue
            ensemble, style = STYLES[made % len(STYLES)]
            yield f"{path.stem} ({ensemble}, {style})", arrange(sheet, ensemble=ensemble, style=style, beam=4).score
            made += 1
        except (ReadError, ValueError):
            continue


@dataclass(frozen=True)
class Planter:
    """Plants faults in pieces of one kind."""

    kind: str
    pieces: Pieces
    codes: tuple[str, ...]

    def fault(self, code: str, rng: random.Random) -> tuple[str, Fault] | None:
        """Return a piece's name and a fault of a rule that the checker finds; None after some pieces without one."""
        names = sorted(self.pieces)
        alone = selected(load_profile(PROFILE), select=(code,))
        for name in rng.sample(names, min(8, len(names))):
            scene = Scene(self.pieces[name], _dirty(self.kind, name, self), random.Random(rng.random()))
            for fault in islice(EVERY[code](scene), 3):
                if _is_reported(fault, alone, code):
                    return name, fault
        return None

    def __hash__(self) -> int:
        return hash(self.kind)


def _is_reported(fault: Fault, alone: object, code: str) -> bool:
    """Whether the checker reports a fault, also as it checks a score by default: with the harmony estimated."""
    return is_found(fault, alone, code) and bool(  # type: ignore[arg-type]
        _findings(fault, code, check(fault.score, alone, given=fault.given))  # type: ignore[arg-type]
    )


@cache
def _dirty(_: str, name: str, planter: Planter) -> frozenset[int]:
    """Return the indices of the bars in which the planted rules find something already."""
    everything = selected(load_profile(PROFILE), select=tuple(EVERY))
    return frozenset(finding.measure_index for finding in check(planter.pieces[name], everything, infer=False).findings)


def _findings(fault: Fault, code: str, report: Report) -> list[Finding]:
    """Return the findings in a report that are the planted fault."""
    names = {fault.score.parts[voice].name for voice in fault.voices}
    return [
        each
        for each in report.findings
        if each.code == code and each.onset_quarter == fault.onset_quarter and names <= set(each.voices)
    ]


def outcome(planter: Planter, code: str, name: str, fault: Fault) -> Outcome:
    """Return what `repair` makes of a fault."""
    original = planter.pieces[name]
    sound = check(original, selected(load_profile(PROFILE), extend=(code,)))
    bar = fault.score.bar_at(fault.onset_quarter)  # type: ignore[arg-type]
    bars = fault.score.bars[max(0, bar.index - 1)], fault.score.bars[min(bar.index + 1, len(fault.score.bars) - 1)]
    started = time.perf_counter()
    found = repair(
        fault.score,
        profile=PROFILE,
        select=[code],
        bars=f"{bars[0].number}-{bars[1].number}" if code != "RH102" else "",
        also_tune=True,
        given=fault.given,
    )
    seconds = time.perf_counter() - started
    known = Counter(_told(each) for each in (*found.before.findings, *sound.findings))
    new = Counter(_told(each) for each in found.after.findings) - known
    errors = tuple(sorted(key[0] for key in new if key[-1] == "error"))
    return Outcome(
        kind=planter.kind,
        code=code,
        piece=name,
        cleared=not _findings(fault, code, found.after),
        planted=planted_notes(original, fault.score),
        changed=len(found.changes),
        new_errors=errors,
        seconds=seconds,
    )


def _told(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.onset_quarter, finding.voices, finding.severity)


def planted_notes(before: Score, after: Score) -> int:
    """Return how many notes of two scores differ."""
    count = 0
    for part, other in zip(before.parts, after.parts, strict=True):
        one, two = Counter(part.notes), Counter(other.notes)
        count += max((one - two).total(), (two - one).total())
    return count


def outcomes(planters: Mapping[str, Planter], shares: Mapping[str, int], seed: int) -> Iterator[Outcome]:
    """Yield the outcomes of as many faults of each kind of music as its share; the rules take turns."""
    for kind, planter in planters.items():
        rng = random.Random(f"{seed} {kind}")
        done = turn = fruitless = 0
        while done < shares[kind] and fruitless < len(planter.codes):
            code = planter.codes[turn % len(planter.codes)]
            turn += 1
            planted = planter.fault(code, rng)
            if planted is None:
                fruitless += 1
                continue
            fruitless = 0
            name, fault = planted
            yield outcome(planter, code, name, fault)
            done += 1


def line(title: str, found: list[Outcome]) -> str:
    """Return one row of the table."""
    count = len(found)
    seconds = np.array([each.seconds for each in found])
    shares = (
        sum(each.cleared for each in found) / count,
        sum(each.changed <= each.planted + 1 for each in found) / count,
        sum(not each.new_errors for each in found) / count,
        sum(each.succeeded for each in found) / count,
    )
    extra = np.mean([each.changed - each.planted for each in found if each.cleared] or [0])
    times = f"{np.median(seconds):7.2f} {np.percentile(seconds, 95):7.2f}"
    return f"{title:12}{count:6}" + "".join(f"{share:11.1%}" for share in shares) + f"{extra:9.2f} {times}"


@click.command()
@click.option("--hymns", "hymn_folder", type=click.Path(exists=True, path_type=Path), help="folder of hymns")
@click.option("--sheets", type=click.Path(exists=True, path_type=Path), default=Path("examples"), show_default=True)
@click.option("--count", default=1000, show_default=True, help="number of faults")
@click.option("--arranged", default=12, show_default=True, help="number of arrangements")
@click.option("--seed", default=0, show_default=True)
@click.option("--kinds", default=",".join(KINDS), show_default=True, help="kinds of music")
@click.option("--failures", is_flag=True, help="also print each fault that was not repaired")
def main(
    hymn_folder: Path | None, sheets: Path, count: int, arranged: int, seed: int, kinds: str, *, failures: bool
) -> None:
    """Plant faults, repair them, and print the table."""
    wanted = kinds.split(",")
    bach = dict(chorales()) if {"chorales", "analysed"} & set(wanted) else {}
    pieces: dict[str, Callable[[], Pieces]] = {
        "chorales": lambda: bach,
        "analysed": lambda: dict(analysed(bach)),
        "hymns": lambda: dict(hymns(hymn_folder)) if hymn_folder else {},
        "own": lambda: dict(arrangements(sheets, arranged, random.Random(seed))),
    }
    planters = {kind: Planter(kind, pieces[kind](), tuple(KINDS[kind])) for kind in wanted}
    planters = {kind: planter for kind, planter in planters.items() if planter.pieces}
    shares = {kind: count // len(planters) for kind in planters}
    found: list[Outcome] = []
    for each in outcomes(planters, shares, seed):
        found.append(each)
        if failures and not each.succeeded:
            print(each, flush=True)
    heads = "".join(f"{head:>11}" for head in ("cleared", "few notes", "no error", "all three"))
    print(f"{'':12}{'faults':>6}{heads}{'more':>9}  median   95 %")
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for each in found:
        groups[each.kind].append(each)
    for each in sorted(found, key=lambda one: one.code):
        groups[each.code].append(each)
    for title, those in groups.items():
        print(line(title, those))
    print(line("all", found))


if __name__ == "__main__":
    main()
