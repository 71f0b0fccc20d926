"""Does random regions of arrangements of real sheets again, and counts what must not happen.

    python -m benchmarks.measure.again FOLDER [--sheets 25] [--regions 12] [--ensembles satb,string-quartet]
                                       [--seed 0] [--no-model]

Of each sheet, in each ensemble, random bars in random voices are composed anew. Counted are: notes outside the region
that are not the same; measures outside it, and measures of other parts, whose MusicXML differs by a byte; results in
which nothing differs; and findings of forbidden rules that the arrangement did not have. The first region of each
arrangement is also compared: whether more given cells made the best notes cheaper by rules and preferences, and whether
the best notes are others than those of the arrangement. Times are processor time on one thread, for four bars.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import click
import numpy as np

from arranger import Draft, arrange
from arranger.arranging.given.places import Span
from arranger.arranging.main import search_for
from arranger.arranging.search.beam import Hypothesis
from arranger.editing.passages.again import Wish, composed_anew
from arranger.editing.passages.regions import Region
from arranger.formats.reading import ReadError, read_lead_sheet
from arranger.formats.writing import to_musicxml
from theory.checking.check import check
from theory.notation.score import Note, Score
from theory.rules.profile import load_profile
from theory.types import Ints, Mask

ENSEMBLES = "satb,ssaa,string-quartet,sab"
MOST_BARS = 4  # of a region
_PART = re.compile(rb'<part id="(\w+)">(.*?)</part>', re.DOTALL)
_MEASURE = re.compile(rb"<measure .*?</measure>", re.DOTALL)


@dataclass
class Tally:
    """What was counted, over all regions of an ensemble."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds_per_bar: list[float] = field(default_factory=list)


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--sheets", default=25, type=int)
@click.option("--regions", default=12, type=int, help="Regions of each arrangement.")
@click.option("--ensembles", default=ENSEMBLES)
@click.option("--seed", default=0, type=int)
@click.option("--no-model", is_flag=True)
def main(folder: Path, sheets: int, regions: int, ensembles: str, seed: int, no_model: bool) -> None:
    """Print what was counted, one line per ensemble."""
    chance = random.Random(seed)
    files = sorted(file for file in folder.iterdir() if file.suffix in (".mxl", ".musicxml", ".xml"))
    chosen = chance.sample(files, min(sheets, len(files)))
    for ensemble in ensembles.split(","):
        tally = Tally()
        for file in chosen:
            try:
                song = arrange(read_lead_sheet(file), ensemble=ensemble, model=None if no_model else "default")
            except ReadError:
                continue
            for number in range(regions):
                _count(song, random.Random(f"{seed} {file.name} {number}"), tally, compare=not number)
        told = ", ".join(f"{name} {count}" for name, count in sorted(tally.counts.items()))
        pace = 1000 * median(tally.seconds_per_bar or [0])
        print(f"{ensemble}: {told}; median {pace:.0f} ms per bar in regions of {MOST_BARS} bars", flush=True)


def _count(song: Draft, chance: random.Random, tally: Tally, *, compare: bool) -> None:
    """Do one region again and count; with ``compare`` also what the best notes are, with more or fewer cells given."""
    region, bars = _random_region(song, chance)
    holes = song.holes(region)
    tally.counts["regions"] += 1
    if not holes.any():
        tally.counts["regions in which nothing can change"] += 1
        return
    started = time.process_time()
    found = next(song.variants_of(region, Wish(seed=chance.randrange(3))))
    if bars == MOST_BARS:
        tally.seconds_per_bar.append((time.process_time() - started) / bars)
    tally.counts["notes outside that differ"] += _outside(song.score, found.score, region)
    tally.counts["measures outside that differ"] += _measures_outside(song.score, found.score, region)
    tally.counts["results that are the same"] += found.score.parts == song.score.parts
    tally.counts["new findings of forbidden rules"] += max(0, _forbidden(found) - _forbidden(song))
    given = next(composed_anew(song.plan, song.options, song.hypothesis, np.zeros_like(holes)))
    tally.counts["all given and not the same"] += given is not song.hypothesis
    if compare:
        tally.counts["regions compared"] += 1
        more = _cost(song, _narrower(song, region, chance))
        tally.counts["cheaper with more given"] += more < _cost(song, holes) - 1e-3
        same = next(song.variants_of(region, Wish(differs=False)))
        tally.counts["best differs from the present"] += same.score.parts != song.score.parts


def _random_region(song: Draft, chance: random.Random) -> tuple[Region, int]:
    """Return a region of 1 to `MOST_BARS` bars in one or more voices besides the tune, and its bars."""
    bars, voices = song.score.bars, list(song.plan.free)
    first = chance.randrange(len(bars))
    last = min(len(bars) - 1, first + chance.randrange(MOST_BARS))
    chosen = chance.sample(voices, chance.randint(1, len(voices)))
    span = Span(bars[first].onset_quarter, bars[last].end_quarter)
    return Region(
        tuple((span,) if voice in chosen else () for voice in range(song.plan.texture.shape[1]))
    ), last - first + 1


def _narrower(song: Draft, region: Region, chance: random.Random) -> Mask:
    """Return the holes of a part of a region: of one of its voices, or of one of its bars."""
    if len(region.voices) > 1 and chance.random() < 0.5:
        voice = chance.choice(region.voices)
        return song.holes(Region(tuple(spans if v == voice else () for v, spans in enumerate(region.spans))))
    (span,) = region.spans[region.voices[0]]
    inside = [bar for bar in song.score.bars if span.holds(bar.onset_quarter)]
    bar = chance.choice(inside)
    one = (Span(bar.onset_quarter, bar.end_quarter),)
    return song.holes(Region(tuple(one if spans else () for spans in region.spans))) & song.holes(region)


def _outside(before: Score, after: Score, region: Region) -> int:
    """Return the number of notes outside a region that differ in any way."""
    different = 0
    for voice, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
        spans = region.spans[voice] if voice < len(region.spans) else ()
        ours, theirs = ([note for note in part.notes if not _in(note, spans)] for part in (old, new))
        different += sum(one != other for one, other in zip(ours, theirs, strict=False)) + abs(len(ours) - len(theirs))
    return different


def _in(note: Note, spans: tuple[Span, ...]) -> bool:
    return any(span.holds(note.onset_quarter) for span in spans)


def _measures_outside(before: Score, after: Score, region: Region) -> int:
    """Return the number of measures outside a region whose MusicXML differs by a byte."""
    different = 0
    rows = zip(_measures(before), _measures(after), strict=True)
    for voice, (old, new) in enumerate(rows):
        spans = region.spans[voice] if voice < len(region.spans) else ()
        for bar, one, other in zip(before.bars, old, new, strict=True):
            different += one != other and not any(span.holds(bar.onset_quarter) for span in spans)
    return different


def _measures(score: Score) -> Iterator[list[bytes]]:
    for part in _PART.finditer(to_musicxml(score)):
        yield _MEASURE.findall(part[2])


def _forbidden(song: Draft) -> int:
    """Return the number of findings of forbidden rules."""
    profile = load_profile(song.plan.style.profile)
    own = song.score.parts[: song.plan.texture.shape[1]]
    found = check(replace(song.score, parts=own), song.plan.style.profile, chords=song.plan.score.chords)
    return sum(profile.of(finding.code).forbid for finding in found.findings)


def _cost(song: Draft, holes: Mask) -> float:
    """Return the cost of the best notes in some holes by the rules and preferences of the whole arrangement."""
    if not holes.any():
        return _judged(song, song.hypothesis.midi, song.hypothesis.attack)
    alone = replace(song.options, model=None)
    found = next(composed_anew(song.plan, alone, song.hypothesis, holes, Wish(differs=False)))
    return _judged(song, found.midi, found.attack)


def _judged(song: Draft, midi: Ints, attack: Mask) -> float:
    """Return the cost of a whole texture, without the model."""
    search = search_for(song.plan, replace(song.options, model=None))
    return sum(term.cost for term in search.explain(Hypothesis(midi, attack, 0.0)))


if __name__ == "__main__":
    main()
