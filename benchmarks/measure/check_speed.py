"""How long a check takes compared with music21, on the same chorales in one run.

    python -m benchmarks.measure.check_speed [--count 40] [--repeats 5]

Every task is measured ``--repeats`` times per chorale, the tasks alternating, each after a warm-up run. The least
processor time counts, because disturbances only add to it. The figures are means over the chorales in milliseconds.

``parsing``            our reader, from the compressed MusicXML file
``slices``             from the score to its slices and voices
``rules``              windows and every rule of the chorale profile that needs no chords, with findings
``the same``           only the rules that correspond to the seven predicates of music21, from the slices on, with
                       the events of every pair of voices
``check, no harmony``  ``slices`` and ``rules``: ``check(score, infer=False)``
``together``           the same for all chorales at once, per chorale: ``check_many(scores, infer=False)``; slices,
                       written rules and findings are computed per score, the other rules once per 32 scores
``rules together``     ``together`` without ``slices``
``check``              with chords and keys estimated, and the rules that need them
``music21 quartets``   ``VoiceLeadingQuartet`` and its seven predicates for every pair of moving voices; finding the
                       quartets is not timed
``music21 from parsed``  the same from the parsed stream, with the time to find the quartets
                       (``iterateAllVoiceLeadingQuartets``)
``music21 numerals``   ``chordify`` and ``romanNumeralFromChord`` for every chord

Two fair comparisons with the seven predicates are printed. *Rules against predicates*: both start from prepared
objects, the slices or the quartets. *Score to findings against stream to predicates*: everything after parsing, that
is, slices, windows, all rules and findings with position and message, against finding the quartets and evaluating
the predicates.
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
# music21 tests hidden intervals in any pair; here VL201 and VL202 test the outer voices, VL203 and VL204 the others
THE_SAME = [by_code(code) for code in ("VL101", "VL102", "VL103", "VL201", "VL202", "VL203", "VL204", "VL301", "VL302")]


def chorale_paths(count: int) -> list[Path]:
    """Return the paths of ``count`` four-part chorales of music21's corpus, evenly spread over all of them."""
    from music21 import corpus

    names = [name for name in NAMES.read_text(encoding="utf-8").split() if name.endswith(".mxl")]
    indices = np.linspace(0, len(names) - 1, min(count, len(names))).round().astype(int)
    return [Path(corpus.getWork(f"bach/{names[index]}")) for index in indices]


def fresh(score: Score) -> Score:
    """Return a copy of the score without cached results."""
    return replace(score, parts=tuple(replace(part) for part in score.parts))


def quartets_of(stream: Any) -> list[tuple[Any, ...]]:
    """Return the notes of every voice-leading quartet that music21 finds."""
    from music21 import voiceLeading

    found = voiceLeading.iterateAllVoiceLeadingQuartets(stream)
    return [(quartet.v1n1, quartet.v1n2, quartet.v2n1, quartet.v2n2) for quartet in found]


def ask_quartets(quartets: list[tuple[Any, ...]]) -> int:
    """Return how many of the predicates hold, over all quartets."""
    from music21 import voiceLeading

    made = (voiceLeading.VoiceLeadingQuartet(*notes) for notes in quartets)
    return sum(bool(getattr(quartet, name)()) for quartet in made for name in PREDICATES)


def ask_the_same(texture: Texture) -> int:
    """Return the number of events of the rules that correspond to the seven predicates."""
    windows = Windows(texture)
    return sum(len(events_of(rule, windows)) for rule in THE_SAME)


def label_chords(stream: Any) -> int:
    """Return the number of chords that music21 labels."""
    from music21 import roman

    key = stream.analyze("key")
    chords = stream.chordify().recurse().getElementsByClass("Chord")
    return len([roman.romanNumeralFromChord(chord, key) for chord in chords])


def tasks(path: Path) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Yield the tasks: name, preparation (not timed), and the work to be timed."""
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
    """Return the least time of each task on one chorale, in milliseconds."""
    least: dict[str, float] = {}
    todo = list(tasks(path))
    for _ in range(repeats):
        for name, prepare, work in todo:
            for _ in range(2):  # only the second run counts; the first warms the processor's caches
                prepare()
                started = time.process_time()
                work()
            least[name] = min(least.get(name, np.inf), 1000 * (time.process_time() - started))
    return {**least, "rules": least["check, no harmony"] - least["slices"]}


def together(paths: list[Path], repeats: int) -> float:
    """Return the least time per chorale for checking all of them at once, in milliseconds."""
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
    parser = argparse.ArgumentParser(description="How long a check takes compared with music21.")
    parser.add_argument("--count", type=int, default=40, help="how many chorales")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    gc.disable()  # as timeit does, since the cost of collection depends on what else is in memory
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
    print(f"rules that correspond to music21's seven predicates, against these: {like_for_like:.0f} x")
    for rules, whole_check in (("rules", "check, no harmony"), ("rules together", "together")):
        predicates = mean["music21 quartets"] / mean[rules]
        print(f"{rules}, without chords, against music21's seven predicates: {predicates:.0f} x")
        from_parsed = mean["music21 from parsed"] / mean[whole_check]
        print(f"score to findings against stream to predicates, {whole_check}: {from_parsed:.0f} x")
    print(f"parsing and check without harmony against parsing: {whole:.2f} x")
    print(f"check with harmony against music21's numerals: {mean['music21 numerals'] / mean['check']:.1f} x")


if __name__ == "__main__":
    main()
