"""What a score holds, note for note, word for word and bar for bar, to hold two programs against each other.

The reader of MusicXML here shares no code with the project's own. Pitches are as written, times in quarters from the
start of the bar.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

Place = tuple[int, int]  # (staff, bar), both counted from 0
ANYWHERE = Fraction(-1)  # the onset of a note whose program does not tell it


@dataclass
class Facts:
    """The notes, words and chord symbols of a score, and how many bars its parts have."""

    notes: Counter[tuple[Place, Fraction, str, Fraction]] = field(default_factory=Counter)  # onset, pitch, duration
    words: Counter[tuple[Place, str]] = field(default_factory=Counter)
    symbols: Counter[tuple[Place, str]] = field(default_factory=Counter)  # root, kind and bass
    bars: list[int] = field(default_factory=list)

    def without_onsets(self) -> Facts:
        """Return the same facts for a program that does not tell onsets."""
        notes: Counter[tuple[Place, Fraction, str, Fraction]] = Counter()
        for (place, _, pitch, duration), count in self.notes.items():
            notes[place, ANYWHERE, pitch, duration] += count
        return Facts(notes, self.words, self.symbols, self.bars)


@dataclass(frozen=True)
class Difference:
    """What a program lost or added, as text; empty where it kept all."""

    notes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()


def difference(ours: Facts, theirs: Facts) -> Difference:
    """Return what differs, with a minus before what was lost and a plus before what was added."""
    if any(onset == ANYWHERE for _, onset, *_ in theirs.notes):
        ours = ours.without_onsets()
    bars = () if ours.bars == theirs.bars else (f"-{ours.bars} +{theirs.bars}",)
    return Difference(
        _lost_and_added(ours.notes, theirs.notes),
        _lost_and_added(ours.words, theirs.words),
        _lost_and_added(ours.symbols, theirs.symbols) if theirs.symbols else (),
        bars,
    )


def _lost_and_added(ours: Counter[object], theirs: Counter[object]) -> tuple[str, ...]:
    return tuple(f"-{item}" for item in (ours - theirs)) + tuple(f"+{item}" for item in (theirs - ours))


def musicxml_facts(path: Path) -> Facts:
    """Return what a MusicXML file, compressed or not, holds."""
    facts = Facts()
    for staff, part in enumerate(_root(path).findall("part")):
        divisions = 1
        measures = part.findall("measure")
        facts.bars.append(len(measures))
        for bar, measure in enumerate(measures):
            divisions = _walk(facts, (staff, bar), measure, divisions)
    return facts


def _root(path: Path) -> Element:
    if path.suffix != ".mxl":
        return ElementTree.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        name = next(each.get("full-path", "") for each in container.iter() if each.tag.endswith("rootfile"))
        return ElementTree.fromstring(archive.read(name))


def _walk(facts: Facts, place: Place, measure: Element, divisions: int) -> int:
    """Add what a bar holds, and return its divisions of a quarter."""
    now = struck = Fraction(0)
    for item in measure:
        if item.tag == "attributes":
            divisions = int(item.findtext("divisions") or divisions)
        elif item.tag in ("backup", "forward"):
            length = Fraction(int(item.findtext("duration") or 0), divisions)
            now += length if item.tag == "forward" else -length
        elif item.tag == "harmony":
            facts.symbols[place, _symbol(item)] += 1
        elif item.tag == "note":
            length = Fraction(int(item.findtext("duration") or 0), divisions)
            struck = struck if item.find("chord") is not None else now
            _add_note(facts, place, item, struck, length)
            now = struck + length
    return divisions


def _add_note(facts: Facts, place: Place, note: Element, onset: Fraction, length: Fraction) -> None:
    step = note.findtext("pitch/step")
    if step:
        alter = int(float(note.findtext("pitch/alter") or 0))
        facts.notes[place, onset, spelled(step, alter, note.findtext("pitch/octave") or ""), length] += 1
    for lyric in note.findall("lyric"):
        text = lyric.findtext("text")
        if text:
            facts.words[place, plain(text)] += 1


def spelled(step: str, alter: int, octave: str) -> str:
    """Return the name of a pitch, such as Bb3 or F##4."""
    return f"{step.upper()}{('#' if alter > 0 else 'b') * abs(alter)}{octave}"


def plain(text: str) -> str:
    """Return words without the spaces that programs write in their own ways."""
    return "".join(text.split())


def _symbol(harmony: Element) -> str:
    fields = ("root/root-step", "root/root-alter", "kind", "bass/bass-step", "bass/bass-alter")
    root, root_alter, kind, bass, bass_alter = (harmony.findtext(name) or "" for name in fields)
    if kind == "none":
        return kind  # N.C.; some programs write a root with it
    degrees = [
        "".join(degree.findtext(name) or "" for name in ("degree-value", "degree-alter", "degree-type"))
        for degree in harmony.findall("degree")
    ]
    return " ".join([root + root_alter.removesuffix(".0"), kind, bass + bass_alter, *sorted(degrees)]).strip()
