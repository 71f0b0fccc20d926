"""How often Bach does it: what each rule finds in the four-part chorales of music21's corpus.

Run with ``python -m benchmarks.bach_counts`` (about a minute; ``--limit N`` for a few, ``--write``
to keep the rates that ``arranger explain`` shows). Findings between the end of a phrase and the next
one stand apart (F). Beside them the figures of an independent count over the same corpus, where there
is one. Rules that need chords are counted over estimated harmony, so they also count what the
estimate gets wrong. The last line is the time that windows and rules take, and what the estimate of
the harmony adds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from corpora.chorales import vocal_score
from theory.check import texture_for
from theory.events import events_of
from theory.instruments import instrument
from theory.rules import ALL
from theory.score import Score
from theory.texture import texture_of
from theory.windows import Windows, ranges_of

VOICES = ("soprano", "alto", "tenor", "bass")
RATES = Path(__file__).parents[1] / "theory" / "bach_rates.json"
# findings and those at phrase ends; another program's, whose phrase ends are the fermatas alone
COUNTED_ELSEWHERE = {
    "VL101": "35 + 4F",
    "VL102": "13 + 4F with VL103",
    "VL104": "37 + 23F",
    "VL105": "9 + 8F",
    "VL106": "0 (62 between upper voices)",
    "VL201": "42 + 55F",
    "VL202": "37 + 7F",
    "VL301": "404, in 206 chorales",
    "VL302": "1,697, crossing voices included",
    "VL406": "65 + 74F",
    "SP101": "251, in 156 chorales",
    "ME101": "23 (A2, A4, A5), phrase ends crossed",
    "ME103": "84 (m7, M7), phrase ends crossed",
    "ME104": "31, phrase ends crossed",
}


def read_chorales(limit: int | None = None) -> Iterator[Score]:
    """Yield every chorale of the corpus that is encoded in four parts."""
    from music21 import corpus

    paths = sorted(path for path in map(str, corpus.getComposer("bach")) if path.endswith(".mxl"))
    for path in paths[:limit]:
        stream = corpus.parse(path)
        if [part.partName for part in stream.parts] == ["Soprano", "Alto", "Tenor", "Bass"]:
            yield vocal_score(stream, path)


class Tally:
    """Findings, and how many chorales have any."""

    def __init__(self) -> None:
        self.inside: Counter[str] = Counter()
        self.at_ends: Counter[str] = Counter()
        self.chorales: Counter[str] = Counter()
        self.slices = self.scores = 0
        self.seconds = {"rules": 0.0, "harmony": 0.0}

    def add(self, score: Score) -> None:
        """Count what the rules find in one chorale."""
        plain = texture_of(score)
        started = time.perf_counter()
        self._count(Windows(plain, ranges_of([instrument(voice) for voice in VOICES])), needs_chords=False)
        middle = time.perf_counter()
        self._count(Windows(texture_for(score)), needs_chords=True)
        self.seconds["rules"] += middle - started
        self.seconds["harmony"] += time.perf_counter() - middle
        self.slices += plain.shape[0]
        self.scores += 1

    def _count(self, windows: Windows, *, needs_chords: bool) -> None:
        for rule in ALL:
            if rule.steers and rule.needs_chords == needs_chords:
                events = events_of(rule, windows)
                ends = sum(event.boundary for event in events)
                self.inside[rule.code] += len(events) - ends
                self.at_ends[rule.code] += ends
                self.chorales[rule.code] += bool(events)

    def print(self) -> None:
        """Print one line a rule."""
        print(f"{self.scores} chorales, {self.slices} sonorities\n")
        for rule in ALL:
            if rule.steers:
                count = f"{self.inside[rule.code]} + {self.at_ends[rule.code]}F in {self.chorales[rule.code]}"
                print(f"{rule.code}  {rule.name:28} {count:24} {COUNTED_ELSEWHERE.get(rule.code, '')}")
        each = {what: 1000 * seconds / self.scores for what, seconds in self.seconds.items()}
        print(f"\n{each['rules']:.1f} ms a chorale without harmony, {each['harmony']:.1f} ms with its estimate")

    def write(self) -> None:
        """Keep the rates as a data file of the theory package."""
        rules = {
            rule.code: {
                "findings": self.inside[rule.code],
                "at_phrase_ends": self.at_ends[rule.code],
                "chorales": self.chorales[rule.code],
                "inferred": rule.needs_chords,
            }
            for rule in ALL
            if rule.steers
        }
        about = "findings in the four-part chorales of music21's corpus; made by benchmarks/bach_counts.py"
        data = {"about": about, "chorales": self.scores, "sonorities": self.slices, "rules": rules}
        RATES.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description="How often Bach does what the rules find.")
    parser.add_argument("--limit", type=int, help="stop after so many files")
    parser.add_argument("--write", action="store_true", help=f"keep the rates in {RATES.name}")
    options = parser.parse_args()
    tally = Tally()
    for score in read_chorales(options.limit):
        tally.add(score)
    tally.print()
    if options.write:
        tally.write()


if __name__ == "__main__":
    main()
