"""How often Bach breaks each rule: findings in the chorales of music21's corpus.

    python -m benchmarks.make.bach_counts [--limit N] [--write] [--bars]

Findings across the end of a phrase are counted separately (F). ``--write`` writes the rates that `arranger explain`
shows. Printed beside them are an independent count that follows the text of the rule catalogue alone
(`benchmarks.measure.plain_counts`; its phrase ends are fermatas), the figures of the catalogue, and the reasons for
differences; ``--bars`` lists where the rules and the plain count differ. Rules that need chords are counted with
estimated harmony, so errors of the estimate are counted too.

The list is Riemenschneider's 371 chorales as music21 numbers them; those that he prints twice count twice. BWV 27.6,
which has five voices, and BWV 41.6, whose parts are also named after instruments, are left out. Of a chorale with
instruments the four vocal parts are used.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from arranger.formats.reading import read_score
from benchmarks.measure.plain_counts import Mark, plain_marks
from theory.checking.check import check
from theory.checking.report import Finding
from theory.notation.score import Part, Score
from theory.rules.catalogue import ALL, by_code
from theory.rules.profile import Profile, RuleSetting

VOICES = ("soprano", "alto", "tenor", "bass")
NAMES = Path(__file__).with_name("four_part_chorales.txt")
LISTED = Path(__file__).with_name("riemenschneider_chorales.txt")
RATES = Path(__file__).parents[2] / "theory" / "rules" / "bach_rates.json"
# for each rule, the marks of the plain count that correspond to its findings
PLAIN = {
    "VL101": ("parallel fifths",),
    "VL102": ("parallel octaves",),  # with VL103
    "VL104": ("contrary fifths",),
    "VL105": ("contrary octaves",),
    "VL106": ("d5-P5 with the bass",),
    "VL201": ("direct fifths",),
    "VL202": ("direct octaves",),
    "VL301": ("crossing",),
    "VL302": ("overlap",),
    "VL406": ("cross relation",),
    "SP101": ("upper voices over an octave",),
    "SP102": ("tenor and bass over 19",),
    "ME101": ("A2", "A4", "A5"),
    "ME102": ("d4", "d5", "d7"),
    "ME103": ("m7", "M7"),
    "ME104": ("over an octave",),
}
# figures of the rule catalogue in the design, F at fermatas; for a rule with several cases, their sum
CATALOGUE = {
    "VL101": "35 + 4F",
    "VL102": "13 + 4F",
    "VL104": "37 + 23F",
    "VL105": "9 + 8F",
    "VL106": "0",
    "VL201": "42 + 55F",
    "VL202": "37 + 7F",
    "VL301": "404",
    "VL302": "1697",
    "VL406": "65 + 74F",
    "SP101": "251",
    "SP102": "328",
    "ME101": "23",
    "ME102": "423",
    "ME103": "84",
    "ME104": "31",
}
_ENDS = "successions across repeats count; phrases also end at a comma, and where the soprano alone has the fermata"
_CLOSED = "intervals across a phrase end do not count"
REASONS = {
    "VL101": _ENDS,
    "VL102": _ENDS,
    "VL104": _ENDS,
    "VL105": _ENDS,
    "VL201": _ENDS,
    "VL302": "voices that cross count as a crossing instead; successions across repeats count",
    "VL406": _ENDS + "; a voice that holds its note does not count",
    "SP102": "counted once until the gap closes, not once per sonority",
    "ME101": _CLOSED,
    "ME102": _CLOSED + ", nor leaps that step back inside, nor leaps to the last note of a phrase",
    "ME103": _CLOSED,
    "ME104": _CLOSED,
}
JOINED = {"VL103": "VL102"}  # unisons are counted with octaves
OF_A_GIVEN_LINE = {"HA205"}  # compares with a given line; there is none here
EVERY_RULE = Profile("every rule", "all rules, as warnings", {rule.code: RuleSetting("warning") for rule in ALL})
HARMLESS = Profile("without chords", "", {rule.code: RuleSetting("warning") for rule in ALL if not rule.needs_chords})


def read_four_part(limit: int | None = None, *, every: int = 1) -> Iterator[tuple[str, Score]]:
    """Yield name and score of the corpus's four-part chorales, three of which exist in two encodings.

    With ``every`` = n only every nth chorale is read.
    """
    from music21 import corpus

    for name in NAMES.read_text(encoding="utf-8").split()[:limit:every]:
        score = read_score(Path(corpus.getWork(f"bach/{name}")))
        named = (replace(part, name=voice.capitalize()) for part, voice in zip(score.parts, VOICES, strict=True))
        yield name, replace(score, parts=tuple(named))


def read_listed(limit: int | None = None) -> Iterator[tuple[str, Score]]:
    """Yield name and score, with vocal parts only, of the chorales of Riemenschneider's list, in its order."""
    from music21 import corpus

    for name in LISTED.read_text(encoding="utf-8").split()[:limit]:
        score = read_score(Path(corpus.getWork(f"bach/{name}")))
        yield name, replace(score, parts=tuple(_vocal_parts(score)))


def _vocal_parts(score: Score) -> Iterator[Part]:
    """Yield the four vocal parts; if there are instruments too, the first part named after each voice."""
    for place, voice in enumerate(VOICES):
        named = [part for part in score.parts if part.name.lower().startswith(voice)]
        part = score.parts[place] if len(score.parts) == len(VOICES) else named[0]
        yield replace(part, name=voice.capitalize())


@dataclass
class Tally:
    """Numbers of findings by rule code, and of chorales that have any."""

    inside: Counter[str] = field(default_factory=Counter)
    at_ends: Counter[str] = field(default_factory=Counter)
    chorales: Counter[str] = field(default_factory=Counter)
    plain: Counter[tuple[str, bool]] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    sonorities: int = 0
    scores: int = 0

    def add(self, name: str, score: Score) -> None:
        """Count the findings in one chorale; rules that need no chords are checked without inferred harmony."""
        known = check(score, EVERY_RULE).findings
        bare = check(score, HARMLESS, infer=False).findings
        findings = [finding for finding in known if by_code(finding.code).needs_chords] + list(bare)
        for finding in findings:
            (self.at_ends if finding.at_phrase_end else self.inside)[finding.code] += 1
        self.chorales.update({finding.code for finding in findings})
        marks = list(plain_marks(score))
        self.plain.update((mark.name, mark.fermata) for mark in marks)
        self.differences += differences(name, score, bare, marks)
        self.sonorities += len({note.onset_quarter for part in score.parts for note in part.notes})
        self.scores += 1

    def count(self, code: str) -> str:
        """Return the numbers of findings within phrases and at phrase ends (F) as text."""
        codes = [code, *(other for other, joined in JOINED.items() if joined == code)]
        return f"{sum(self.inside[each] for each in codes)} + {sum(self.at_ends[each] for each in codes)}F"

    def print(self) -> None:
        """Print one line per rule."""
        print(f"{self.scores} chorales, {self.sonorities} sonorities\n")
        for rule in ALL:
            names = PLAIN.get(rule.code, ())
            plain = (
                f"{sum(self.plain[name, False] for name in names)} + {sum(self.plain[name, True] for name in names)}F"
            )
            ours = f"{self.count(rule.code)} in {self.chorales[rule.code]}"
            beside = (
                f"plain: {plain:14} catalogue: {CATALOGUE[rule.code]:9} {REASONS.get(rule.code, '')}" if names else ""
            )
            print(f"{rule.code}  {rule.name:36} {ours:22} {beside}".rstrip())

    def write(self) -> None:
        """Write the rates as a data file of the theory package."""
        rules = {
            rule.code: {
                "findings": self.inside[rule.code],
                "at_phrase_ends": self.at_ends[rule.code],
                "chorales": self.chorales[rule.code],
                "inferred": rule.needs_chords,
            }
            for rule in ALL
            if rule.code not in OF_A_GIVEN_LINE
        }
        about = "findings in Riemenschneider's chorales in music21's corpus; made by benchmarks/make/bach_counts.py"
        data = {"about": about, "chorales": self.scores, "sonorities": self.sonorities, "rules": rules}
        RATES.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def differences(name: str, score: Score, findings: Sequence[Finding], marks: Sequence[Mark]) -> Iterator[str]:
    """Yield the places at which one count has more than the other, whether at fermatas or not."""
    ours: Counter[tuple[str, Fraction]] = Counter()
    for finding in findings:
        ours[JOINED.get(finding.code, finding.code), finding.onset_quarter] += 1
    theirs = Counter(
        (code, mark.onset_quarter) for mark in marks for code, counted in PLAIN.items() if mark.name in counted
    )
    for code, onset in sorted({*ours, *theirs}):
        more = ours[code, onset] - theirs[code, onset]
        if code in PLAIN and more:
            who = "only the rule" if more > 0 else "only the plain count"
            bar = score.bar_at(onset)
            yield f"{code}  {name}  bar {bar.number} beat {float(bar.offset_in_meter(onset)) + 1:g} ({who})"


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description="How often Bach breaks each rule.")
    parser.add_argument("--limit", type=int, help="number of files to read")
    parser.add_argument("--write", action="store_true", help=f"write the rates to {RATES.name}")
    parser.add_argument("--bars", action="store_true", help="list the bars where the two counts differ")
    options = parser.parse_args()
    tally = Tally()
    for name, score in read_listed(options.limit):
        tally.add(name, score)
    tally.print()
    if options.bars:
        print("", *sorted(tally.differences), sep="\n")
    if options.write:
        tally.write()


if __name__ == "__main__":
    main()
