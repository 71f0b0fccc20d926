"""Broken files and odd scores: does reading or checking ever end in a traceback?

    python -m benchmarks.faults.fuzz --count 10000 --seed 0 [--part 0/2]

Three quarters of the inputs are files: the seeds (a chorale-like score of four parts with all that scores have, as
MusicXML, ABC, MIDI and Humdrum) with one to six random changes of bytes, numbers, words or whole lines. A reader may
refuse them with its one error, `ReadError`; anything else is a fault, and so is an input that takes longer than a
minute of processor time. What can be read is checked by every rule. The last quarter are scores that no reader made,
from hypothesis' strategies, checked with and without inferred harmony.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from arranger.formats.reading import ReadError, read_score
from arranger.formats.writing import to_musicxml
from arranger.formats.writing.midi import to_midi
from theory.checking.check import check
from theory.notation.score import Score
from theory.rules.catalogue import ALL
from theory.rules.profile import Profile, Setting

EXAMPLES = Path(__file__).parents[2] / "examples"
EVERY_RULE = Profile("every rule", "all rules, as warnings", {rule.code: Setting("warning") for rule in ALL})
MOST_CHANGES = 6
MOST_SECONDS = 60  # of processor time for an input
_ABC = """X:1
T:A tune
M:3/4
L:1/4
Q:1/4=90
K:Dm
V:1
"Dm"D2 F|"A7"E>F (3GFE|[1 "Dm" !fermata!D3:|[2 [DA]2 z||
w:So-me words to sing * here.
V:2 clef=bass
D,2 D,|A,,2 z|{A,}D,3:|D,3||
"""
_KRN = """**kern\t**kern
*M3/4\t*M3/4
*k[b-]\t*k[b-]
=1\t=1
2D\t4dd
.\t4cc#
4FF#\t[4a;
=2\t=2
*^\t*
4G\t2GG\t4a]
8A\t.\t8b-L
8B\t.\t8ccJ
*v\t*v\t*
4r\t4dd
==\t==
*-\t*-
"""
_NASTY = ("0", "-1", "1", "3", "7", "99999999999", "1e9", "0.333", "nan", "", "x", "64", "1/0", "\u266d", "127", "255")


@lru_cache(maxsize=1)
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Return (ending, content) of the files that are changed."""
    written = read_score(EXAMPLES / "auld-lang-syne.musicxml")
    xml = (EXAMPLES / "amazing-grace.musicxml").read_bytes()
    abc = (EXAMPLES / "greensleeves.abc").read_bytes()
    found = [(".musicxml", xml), (".musicxml", to_musicxml(written)), (".mid", to_midi(written))]
    return (*found, (".abc", _ABC.encode()), (".abc", abc), (".krn", _KRN.encode()))


def broken_file(rng: random.Random) -> tuple[str, bytes]:
    """Return ending and content of a seed with a few changes."""
    ending, data = rng.choice(seeds())
    changes: list[Callable[[bytes, random.Random], bytes]] = [_change_bytes, _cut, _repeat]
    if ending != ".mid":
        changes += [_change_number, _change_line, _change_number, _change_line, _change_element]
    for _ in range(rng.randint(1, MOST_CHANGES)):
        data = rng.choice(changes)(data, rng)
    return ending, data


def _change_bytes(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.randint(1, 200) :]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, place = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    return data[:place] + data[start : start + rng.randint(1, 400)] + data[place:]


def _change_number(data: bytes, rng: random.Random) -> bytes:
    return _change_match(rb"-?\d+", data, rng)


def _change_element(data: bytes, rng: random.Random) -> bytes:
    """Change what stands between two marks: a MusicXML element's text, a token of ABC or Humdrum."""
    return _change_match(rb"(?<=[>\s])[^<>\s]+(?=[<\s])", data, rng)


def _change_match(pattern: bytes, data: bytes, rng: random.Random) -> bytes:
    matches = list(re.finditer(pattern, data))
    if not matches:
        return data
    match = rng.choice(matches)
    return data[: match.start()] + rng.choice(_NASTY).encode() + data[match.end() :]


def _change_line(data: bytes, rng: random.Random) -> bytes:
    """Take a line out, double it, or exchange it with another one."""
    lines = data.split(b"\n")
    place, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(3)
    if what == 0:
        del lines[place]
    elif what == 1:
        lines.insert(other, lines[place])
    else:
        lines[place], lines[other] = lines[other], lines[place]
    return b"\n".join(lines)


def try_file(ending: str, data: bytes, folder: Path) -> str:
    """Read and check a file; return ``refused`` or ``checked``. Whatever else happens is raised."""
    path = folder / f"input{ending}"
    path.write_bytes(data)
    try:
        score = read_score(path)
    except ReadError:
        return "refused"
    return try_score(score)


def try_score(score: Score) -> str:
    """Check a score by every rule and put the report into words."""
    for infer in (True, False):
        report = check(score, EVERY_RULE, infer=infer)
        report.to_text("input")
        report.to_json()
    return "checked"


def random_scores(count: int, seed: int) -> Iterator[Score]:
    """Yield so many scores of hypothesis' making."""
    import hypothesis

    from benchmarks.faults.odd_scores import scores

    made: list[Score] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(scores())
    def make(score: Score) -> None:
        made.append(score)

    make()
    yield from made


def main() -> None:
    """Try and print."""
    parser = argparse.ArgumentParser(description="Broken files and odd scores.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="0/1", help="1/4: the second of four parts, for as many processes")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    signal.signal(signal.SIGVTALRM, _too_long)
    results: Counter[str] = Counter()
    odd = options.count // 4
    with tempfile.TemporaryDirectory() as folder:
        for number in range(part, options.count - odd, parts):
            ending, data = broken_file(random.Random(f"{options.seed} {number}"))
            results[outcome(lambda: try_file(ending, data, Path(folder)), f"file {number}{ending}")] += 1  # noqa: B023
        for number, score in enumerate(random_scores(odd, options.seed)):
            if number % parts == part:
                results[outcome(lambda: try_score(score), f"score {number}")] += 1  # noqa: B023
    faults = results.total() - results["refused"] - results["checked"]
    print(f"{results.total()} inputs: {results['refused']} refused, {results['checked']} checked, {faults} tracebacks")
    for place, count in results.most_common():
        if place not in ("refused", "checked"):
            print(f"{count:6}  {place}")


def outcome(attempt: Callable[[], str], name: str) -> str:
    """Return what came of an attempt; of a traceback its error and place."""
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001 - any exception at all is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {error}"[:160]
        print(f"{name}: {place}", file=sys.stderr)
        return place
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _too_long(*_: object) -> NoReturn:
    raise TimeoutError(f"more than {MOST_SECONDS} seconds")


if __name__ == "__main__":
    main()
