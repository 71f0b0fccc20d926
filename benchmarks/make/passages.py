"""Many short passages in four voices, made quickly: the beginnings of chorales in other keys, with some notes moved.

    python -m benchmarks.make.passages bach_split.json FOLDER [--count 100000] [--bars 2] [--seed 0]

Each chorale of the training list is written to MusicXML once in each of nine keys. An input is such a text in which
one to five notes stand a step higher or lower; ties are left alone. A folder has a thousand of them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from arranger.formats.writing import to_musicxml, without_words
from benchmarks.make.bach_counts import read_four_part
from benchmarks.measure.batches import TRANSPOSITIONS, beginning

FOLDER_SIZE = 1000
MOST_MOVED = 5
LETTERS = "CDEFGAB"
_NOTE = re.compile(r"<note\b.*?</note>", re.DOTALL)
_PITCH = re.compile(r"<pitch><step>(\w)</step>(?:<alter>(-?\d+)</alter>)?<octave>(\d)</octave></pitch>")
_ACCIDENTAL = re.compile(r"<accidental\b.*?</accidental>")
_SPACE = re.compile(r">\s+<")


@dataclass(frozen=True)
class Text:
    """A score as text, cut at the pitches that may be moved: these are the odd ones of its pieces."""

    pieces: tuple[str, ...]
    alters: dict[str, str]  # letter -> how it is mostly altered here

    @classmethod
    def of(cls, xml: str) -> Text:
        """Return the text of a score in MusicXML, without white space."""
        xml = _SPACE.sub("><", xml)
        pieces, end = [], 0
        for note in _NOTE.finditer(xml):
            pitch = _PITCH.search(note[0])
            if pitch and "<tie " not in note[0]:
                first, last = (note.start() + at for at in pitch.span())
                pieces += [xml[end:first], xml[first:last]]
                end = last
        found = [(pitch[1], pitch[2] or "0") for pitch in _PITCH.finditer(xml)]
        usual = {letter: [alter for each, alter in found if each == letter] for letter in LETTERS}
        alters = {letter: max(set(each), key=each.count) if each else "0" for letter, each in sorted(usual.items())}
        return cls((*pieces, xml[end:]), alters)

    def mutated(self, rng: random.Random) -> str:
        """Return the text with some of its notes a step higher or lower."""
        pieces = list(self.pieces)
        places = range(1, len(pieces), 2)
        for place in rng.sample(places, min(rng.randint(1, MOST_MOVED), len(places))):
            pieces[place] = self._moved(pieces[place], rng.choice((-1, 1)))
        return "".join(pieces)

    def _moved(self, pitch: str, steps: int) -> str:
        found = _PITCH.match(pitch)
        assert found, pitch
        place = 7 * int(found[3]) + LETTERS.index(found[1]) + steps
        letter = LETTERS[place % 7]
        alter = self.alters[letter]
        sign = f"<alter>{alter}</alter>" if alter != "0" else ""
        return f"<pitch><step>{letter}</step>{sign}<octave>{place // 7}</octave></pitch>"


def texts(names: Sequence[str], bars: int) -> Iterator[Text]:
    """Yield the beginnings of chorales in nine keys."""
    for name, score in read_four_part():
        if Path(name).stem in names or name in names:
            short = without_words(beginning(score, bars))
            for interval in TRANSPOSITIONS:
                yield Text.of(_ACCIDENTAL.sub("", to_musicxml(short.up(interval)).decode()))


@click.command()
@click.argument("split", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--count", default=100_000)
@click.option("--bars", default=2)
@click.option("--seed", default=0)
def main(split: Path, folder: Path, count: int, bars: int, seed: int) -> None:
    """Write passages."""
    rng = random.Random(seed)
    sources = list(texts(json.loads(split.read_text())["train"], bars))
    for number in range(count):
        path = folder / f"{number // FOLDER_SIZE:04}" / f"{number:07}.musicxml"
        if number % FOLDER_SIZE == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sources[number % len(sources)].mutated(rng), encoding="utf-8")
    click.echo(f"{count} passages of {bars} bars from {len(sources)} texts")


if __name__ == "__main__":
    main()
