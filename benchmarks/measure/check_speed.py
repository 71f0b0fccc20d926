"""How long a check takes beside music21, on the same chorales in one run.

    python -m benchmarks.measure.check_speed [--count 40] [--repeats 5]

Every chorale is measured ``--repeats`` times, what is compared taking turns, each after a run
that warms it up, and the least processor time counts (what disturbs a measurement only adds to it); the figures
are means over the chorales, milliseconds.

``parsing``            our reader, from the compressed MusicXML file
``slices``             from the score to its slices and voices
``rules``              windows, and every rule of the chorale profile that needs no chords, findings included
``the same``           of these the rules that ask what the seven predicates ask, from the slices on, findings
                       of every pair included
``check, no harmony``  the two together: ``check(score, infer=False)``
``together``           the same for all the chorales at once: ``check_many(scores, infer=False)``, a chorale's share;
                       slices, written rules and findings are each score's own, the other rules are asked once of
                       32 scores
``rules together``     of these without the slices
``check``              with chords and keys estimated, and the rules that rest on them
``music21 quartets``   ``VoiceLeadingQuartet`` made of every pair of moving voices and its seven predicates, the
                       quartets found beforehand
``music21 from parsed``  the same from the parsed stream: the quartets are found (``iterateAllVoiceLeadingQuartets``)
                       and asked
``music21 numerals``   ``chordify`` and ``romanNumeralFromChord`` for every chord

Two comparisons with the seven predicates are fair, and both are printed. *Rules against predicates*: on either side
what must be looked at lies ready, here the slices, there the quartets. *Score to findings against stream to
predicates*: on either side all that happens after parsing, here slices, windows, every rule and its findings with
place and words, there finding the quartets and asking them.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from arranger.formats.reading import read_score
from benchmarks.make.bach_counts import NAMES
from theory.checking.check import check, check_many, texture_for
from theory.checking.events import events_of
from theory.notation.score import Score
from theory.rules.catalogue import by_code
from theory.slices.texture import Texture
from theory.slices.windows import Windows

PREDICATES = (
    "parallelFifth",
    "parallelOctave",
    "parallelUnison",
    "hiddenFifth",
    "hiddenOctave",
    "voiceCrossing",
    "voiceOverlap",
)
# a hidden interval of any pair is one there; here VL201 and VL202 of outer voices, VL203 and VL204 of others
THE_SAME = [by_code(code) for code in ("VL101", "VL102", "VL103", "VL201", "VL202", "VL203", "VL204", "VL301", "VL302")]


def chorale_paths(count: int) -> list[Path]:
    """Return so many four-part chorales of music21's corpus, spread over all of them."""
    from music21 import corpus

    names = [name for name in NAMES.read_text(encoding="utf-8").split() if name.endswith(".mxl")]
    places = np.linspace(0, len(names) - 1, min(count, len(names))).round().astype(int)
    return [Path(corpus.getWork(f"bach/{names[place]}")) for place in places]


def fresh(score: Score) -> Score:
    """Return the score as one that nobody has counted yet."""
    return replace(score, parts=tuple(replace(part) for part in score.parts))


def quartets_of(stream: Any) -> list[tuple[Any, ...]]:
    """Return the notes of every voice-leading quartet that music21 finds."""
    from music21 import voiceLeading

    found = voiceLeading.iterateAllVoiceLeadingQuartets(stream)
    return [(quartet.v1n1, quartet.v1n2, quartet.v2n1, quartet.v2n2) for quartet in found]


def ask_quartets(quartets: list[tuple[Any, ...]]) -> int:
    """Return how often the predicates hold."""
    from music21 import voiceLeading

    made = (voiceLeading.VoiceLeadingQuartet(*notes) for notes in quartets)
    return sum(bool(getattr(quartet, name)()) for quartet in made for name in PREDICATES)


def ask_the_same(texture: Texture) -> int:
    """Return how often the rules find something that ask what the seven predicates ask."""
    windows = Windows(texture)
    return sum(len(events_of(rule, windows)) for rule in THE_SAME)


def label_chords(stream: Any) -> int:
    """Return how many chords music21 has labelled."""
    from music21 import roman

    key = stream.analyze("key")
    chords = stream.chordify().recurse().getElementsByClass("Chord")
    return len([roman.romanNumeralFromChord(chord, key) for chord in chords])


def tasks(path: Path) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Yield what is measured: its name, what prepares it, and what takes the time."""
    from music21 import corpus

    score, stream = read_score(path), corpus.parse(str(path))
    quartets = quartets_of(stream)
    yield "parsing", lambda: None, lambda: read_score(path)
    prepared: list[Score] = []

    def prepare() -> None:
        prepared[:] = [fresh(score)]

    yield "slices", prepare, lambda: texture_for(prepared[0], infer=False)
    texture = texture_for(score, infer=False)
    yield "the same", lambda: None, lambda: ask_the_same(texture)
    yield "check, no harmony", prepare, lambda: check(prepared[0], infer=False)
    yield "check", prepare, lambda: check(prepared[0])
    yield "music21 quartets", lambda: None, lambda: ask_quartets(quartets)
    yield "music21 from parsed", lambda: None, lambda: ask_quartets(quartets_of(stream))
    yield "music21 numerals", lambda: None, lambda: label_chords(stream)


def measured(path: Path, repeats: int) -> dict[str, float]:
    """Return the least milliseconds of each task on one chorale."""
    least: dict[str, float] = {}
    todo = list(tasks(path))
    for _ in range(repeats):
        for name, prepare, work in todo:
            for _ in range(2):  # the second time counts: what others left in the processor's caches is gone
                prepare()
                started = time.process_time()
                work()
            least[name] = min(least.get(name, np.inf), 1000 * (time.process_time() - started))
    return {**least, "rules": least["check, no harmony"] - least["slices"]}


def together(paths: list[Path], repeats: int) -> float:
    """Return the least milliseconds a chorale that checking all of them at once takes."""
    scores = [read_score(path) for path in paths]
    least = np.inf
    for _ in range(2 * repeats):
        prepared = [fresh(score) for score in scores]
        started = time.process_time()
        list(check_many(prepared, infer=False))
        least = min(least, time.process_time() - started)
    return 1000 * least / len(scores)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How long a check takes beside music21.")
    parser.add_argument("--count", type=int, default=40, help="how many chorales")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    gc.disable()  # as timeit does: how much there is to collect depends on what else is in memory
    paths = chorale_paths(options.count)
    found = [measured(path, options.repeats) for path in paths]
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    mean["together"] = together(paths, options.repeats)
    mean["rules together"] = mean["together"] - mean["slices"]
    for name, milliseconds in sorted(mean.items(), key=lambda item: item[1]):
        print(f"{name:20} {milliseconds:8.2f} ms")
    whole = (mean["parsing"] + mean["check, no harmony"]) / mean["parsing"]
    print(f"\n{len(found)} chorales")
    like_for_like = mean["music21 quartets"] / mean["the same"]
    print(f"rules that ask what the seven predicates ask, against these: {like_for_like:.0f} x")
    for rules, whole_check in (("rules", "check, no harmony"), ("rules together", "together")):
        predicates = mean["music21 quartets"] / mean[rules]
        print(f"{rules}, without chords, against music21's seven predicates: {predicates:.0f} x")
        from_parsed = mean["music21 from parsed"] / mean[whole_check]
        print(f"score to findings against stream to predicates, {whole_check}: {from_parsed:.0f} x")
    print(f"parsing and check without harmony against parsing: {whole:.2f} x")
    print(f"check with harmony against music21's numerals: {mean['music21 numerals'] / mean['check']:.1f} x")


if __name__ == "__main__":
    main()
