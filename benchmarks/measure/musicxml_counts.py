"""What MusicXML files hold against what is read from them, by a count that shares no code with the reader.

The count walks through the XML and knows only what the standard says of it. Everything is counted per part and bar:

``attacks``  pitched notes that are not tied to the note before, by sounding pitch; notes of one pitch that begin
             together in one part are one, since voices may meet in a unison; grace notes are counted per part,
             since those at the end of a bar are read as those of the next bar
``words``    syllables under notes, by their text
``symbols``  chord symbols, by the sounding pitch class of their root, without those typed as words
``repeats``  repeat signs and beginnings of endings, once for all parts
``tune``     attacks of the part with the tune that are neither in the lead sheet nor told by a notice

Notes that are no tune are not counted: cues, slashes, x heads, notes without pitch and notes that are not printed.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import click

from arranger.formats.reading import read_lead_sheet, read_score
from theory.notation.score import Bar, LeadSheet, Score

KINDS = ("attacks", "words", "symbols", "repeats", "tune")
ANY_BAR = -1
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SILENT_HEADS = {"slash", "x", "cross", "circle-x", "none"}
_LEFT_OUT = re.compile(r"and (\d+) notes are left out")


@dataclass
class Counts:
    """What there is, by kind: how often (part, bar index, item) occurs."""

    of: dict[str, Counter[tuple[str, int, str]]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})

    def add(self, kind: str, part: str, bar: int, item: str, times: int = 1) -> None:
        """Count an item."""
        self.of[kind][part, bar, item] += times


# ---------------------------------------------------------------- in the text


def counts_in_text(path: Path) -> Counts:
    """Return what a MusicXML file holds."""
    counts = Counts()
    for part in _root(path).findall("part"):
        shift = 0
        for bar, measure in enumerate(part.findall("measure")):
            walk = _Walk(counts, part.get("id", ""), bar, shift)
            walk.through(measure)
            shift = walk.shift
    counts.of["repeats"] = Counter(dict.fromkeys(counts.of["repeats"], 1))  # once, not once per part
    return counts


def _root(path: Path) -> Element:
    if path.suffix != ".mxl":
        return ElementTree.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith("xml") and not n.startswith("META-INF"))
        return ElementTree.fromstring(archive.read(name))


def _sounding(step: str | None, shift: int) -> str:
    """Return the pitch class of a root as text, N.C. if there is none."""
    return f"on pitch class {(_SEMITONES[step] + shift) % 12}" if step else "N.C."


class _Walk:
    """Walks through one measure with a cursor, in divisions."""

    def __init__(self, counts: Counts, part: str, bar: int, shift: int) -> None:
        self.counts, self.part, self.bar = counts, part, bar
        self.shift = shift  # half steps from written to sounding pitch
        self.cursor = self.onset = Fraction(0)
        self.heard: set[tuple[Fraction, str]] = set()

    def through(self, measure: Element) -> None:
        for child in measure:
            length = Fraction(child.findtext("duration") or 0)
            if child.tag == "note":
                self.note(child, length)
            elif child.tag in ("backup", "forward"):
                self.cursor += length if child.tag == "forward" else -length
            elif child.tag == "harmony" and child.get("type") != "alternate":
                self.counts.add("symbols", "", self.bar, self.root(child))
            elif child.tag == "attributes" and child.find("transpose") is not None:
                octaves = int(child.findtext("transpose/octave-change") or 0)
                self.shift = int(child.findtext("transpose/chromatic") or 0) + 12 * octaves
            elif child.tag == "barline":
                self.line(child)

    def root(self, harmony: Element) -> str:
        step, alter = harmony.findtext("root/root-step"), int(harmony.findtext("root/root-alter") or 0)
        return _sounding(step, alter + self.shift)

    def line(self, line: Element) -> None:
        for repeat in line.findall("repeat"):
            self.counts.add("repeats", "", self.bar, str(repeat.get("direction")))
        for ending in line.findall("ending"):
            if ending.get("type") == "start":
                self.counts.add("repeats", "", self.bar, f"ending {ending.get('number')}")

    def note(self, note: Element, length: Fraction) -> None:
        grace = note.find("grace") is not None
        if note.find("chord") is None:
            self.onset = self.cursor
            self.cursor += 0 if grace else length
        pitch = note.find("pitch")
        silent = (note.findtext("notehead") or "").strip() in _SILENT_HEADS or note.get("print-object") == "no"
        if note.find("cue") is not None or (pitch is not None and silent):
            return
        for lyric in note.findall("lyric"):
            text = "".join((each.text or "").strip() for each in lyric.findall("text"))
            if text:
                self.counts.add("words", self.part, self.bar, text)
        tied = any(tie.get("type") == "stop" for tie in note.findall("tie"))
        if pitch is not None and not tied:
            self.attack(pitch, grace=grace)

    def attack(self, pitch: Element, *, grace: bool) -> None:
        octave, alter = int(pitch.findtext("octave") or 0), int(float(pitch.findtext("alter") or 0))
        midi = 12 * (octave + 1) + _SEMITONES[str(pitch.findtext("step"))] + alter + self.shift
        item = f"{'grace ' if grace else ''}{midi}"
        if (self.onset, item) not in self.heard:
            self.counts.add("attacks", self.part, ANY_BAR if grace else self.bar, item)
        self.heard.add((self.onset, item))


# ---------------------------------------------------------------- as read


def counts_as_read(score: Score, sheet: LeadSheet) -> Counts:
    """Return what was read: a score with all parts, and the lead sheet for its chord symbols."""
    counts = Counts()
    written = _written_bars(score)
    heard: set[tuple[str, Fraction, str]] = set()
    for part in score.parts:
        name = part.id.partition("-")[0]
        for note in part.notes:
            bar = written[score.bar_at(note.onset_quarter).index]
            for lyric in note.lyrics:
                counts.add("words", name, bar, re.sub(r"[\u203f~]", "", lyric.text))
            if note.pitch is None or note.tie_stop:
                continue
            item = f"{'grace ' if note.grace else ''}{note.pitch.midi}"
            if (name, note.onset_quarter, item) not in heard:
                counts.add("attacks", name, ANY_BAR if note.grace else bar, item)
            heard.add((name, note.onset_quarter, item))
    for chord in sheet.chords:
        bar = written[sheet.score.bar_at(chord.onset_quarter).index]
        root = chord.symbol.root
        counts.add("symbols", "", bar, f"on pitch class {root.pitch_class}" if root else "N.C.")
    for bar_ in score.bars:
        _count_signs(counts, bar_, written[bar_.index])
    return counts


def _count_signs(counts: Counts, bar: Bar, index: int) -> None:
    if bar.repeat_start:
        counts.add("repeats", "", index, "forward")
    if bar.repeat_end:
        counts.add("repeats", "", index, "backward")
    if bar.volta_start:
        counts.add("repeats", "", index, f"ending {','.join(map(str, bar.volta))}")


def _written_bars(score: Score) -> list[int]:
    """Return the index in the file of each bar; the second part of a divided bar has that of the first."""
    found, index = [], -1
    for bar in score.bars:
        before = score.bars[bar.index - 1] if bar.index else None
        divided = bar.implicit and before is not None and before.number == bar.number
        index += not divided
        found.append(index)
    return found


# ---------------------------------------------------------------- compared


@dataclass
class Comparison:
    """How many items are read as they stand, out of how many, by kind, and each difference by name."""

    same: Counter[str] = field(default_factory=Counter)
    among: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        """Add the figures of another file."""
        self.same += other.same
        self.among += other.among
        self.differences += other.differences


def compared(path: Path) -> Comparison:
    """Return what a file holds against what is read from it."""
    return compared_with(counts_in_text(path), read_score(path), read_lead_sheet(path), path.stem)


def compared_with(text: Counts, score: Score, sheet: LeadSheet, name: str) -> Comparison:
    """Return what a text holds against a score and a lead sheet that were read from it."""
    read = counts_as_read(score, sheet)
    _set_typed_chords_aside(text, read, sheet, score)
    _at_the_end_of_bars(text, read)
    result = Comparison()
    for kind in KINDS[:-1]:
        wanted, found = text.of[kind], read.of[kind]
        result.among[kind] = wanted.total()
        result.same[kind] = (wanted & found).total()
        for said, lacking in (("is not read", wanted - found), ("is not in it", found - wanted)):
            for (part, bar, item), count in lacking.items():
                result.differences.append(f"{name}, {_place(part, bar, score)}: {kind} {item} ({count}) {said}")
    _compare_tune(result, text, sheet, name)
    return result


def _at_the_end_of_bars(text: Counts, read: Counts) -> None:
    """Count a symbol that an <offset> moves to the end of its bar in the next bar, where it begins to sound."""
    wanted, found = text.of["symbols"], read.of["symbols"]
    for (part, bar, item), count in list((wanted - found).items()):
        late = min(count, (found - wanted)[part, bar + 1, item])
        wanted[part, bar, item] -= late
        wanted[part, bar + 1, item] += late


def _compare_tune(result: Comparison, text: Counts, sheet: LeadSheet, name: str) -> None:
    """Compare the tune with the attacks of its part; what a notice says to be left out need not be there."""
    part = sheet.melody.id
    wanted = sum(count for (id_, _, _), count in text.of["attacks"].items() if id_ == part)
    sung = [note for note in sheet.melody.notes if note.pitch and not note.tie_stop]
    found = len({(note.onset_quarter, note.pitch, note.grace) for note in sung})
    told = sum(int(number) for notice in sheet.notices for number in _LEFT_OUT.findall(notice.message))
    result.among["tune"] = wanted
    result.same["tune"] = wanted if found <= wanted <= found + told else found
    if not found <= wanted <= found + told:
        result.differences.append(f"{name}: {wanted} attacks in the part, {found} in the tune, {told} are told")


def _set_typed_chords_aside(text: Counts, read: Counts, sheet: LeadSheet, score: Score) -> None:
    """Take symbols that were typed as words, which notices tell, out of the symbols that were read."""
    wanted, found = text.of["symbols"], read.of["symbols"]
    for notice in sheet.notices:
        if "typed as words" in notice.message:
            numbered = zip(_written_bars(score), score.bars, strict=True)
            bars = {index + late for index, bar in numbered if bar.number == notice.bar for late in (0, 1)}
            surplus = sorted(place for place in found - wanted if place[1] in bars)
            if surplus:
                found[surplus[0]] -= 1


def _place(part: str, bar: int, score: Score) -> str:
    if bar == ANY_BAR:
        return f"part {part}"
    numbered = zip(_written_bars(score), score.bars, strict=True)
    number = next((each.number for index, each in numbered if index == bar), "")
    return f"part {part}, bar {number}" if part else f"bar {number}"


def table(total: Comparison, files: int) -> Iterator[str]:
    """Yield the lines of the result."""
    yield f"{files} files"
    for kind in KINDS:
        share = 100 * total.same[kind] / total.among[kind] if total.among[kind] else 100.0
        yield f"{kind:10} {total.same[kind]:8} of {total.among[kind]:8}  {share:7.3f} %"
    yield from total.differences


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", default=1, help="count only every n-th file")
def main(folders: tuple[Path, ...], every: int) -> None:
    """Count what the MusicXML files of some folders hold, and what is read from them."""
    endings = (".mxl", ".musicxml", ".xml")
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in endings)[::every]
    total = Comparison()
    for path in paths:
        total.add(compared(path))
    for line in table(total, len(paths)):
        click.echo(line)


if __name__ == "__main__":
    main()
