"""An arrangement as text that a musician can read, and what differs between two such texts.

A line holds one bar of one part: ``3 | Alto | D4 q. A-  E4 e maz-``. After the pitch stands the length (w, h,
q, e, s, t: whole to thirty-second; ``q3`` is one of a triplet of quarters), then ``~`` for a tie, ``(`` and ``)`` for
slurs, ``^`` for a fermata, ``,`` for a breath, ``'`` for another mark, then the syllables, verses parted by a stroke.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from theory.checking.report import Report
from theory.notation.score import Bar, Lyric, Note, Score

LENGTHS = {Fraction(4): "w", Fraction(2): "h", Fraction(1): "q", Fraction(1, 2): "e", Fraction(1, 4): "s"}
LENGTHS |= {Fraction(1, 8): "t"}
LENGTHS |= {quarters * 3 / 2: f"{name}." for quarters, name in LENGTHS.items()} | {
    quarters * 2 / 3: f"{name}3" for quarters, name in LENGTHS.items()
}
Line = tuple[str, str, str]  # bar, part, what stands there


def lines_of(score: Score) -> Iterator[Line]:
    """Yield what each bar of each part holds, bar by bar; first what the bar itself says, where it says something."""
    names = names_of_bars(score.bars)
    for name, (before, bar) in zip(names, itertools.pairwise((None, *score.bars)), strict=True):
        said = (("bar", _bar(before, bar)), ("marks", _marks(score, bar)), ("symbols", _symbols(score, bar)))
        yield from ((name, what, text) for what, text in said if text)
        for part in score.parts:
            held = [note for note in part.notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter]
            yield name, part.name, "  ".join(note_text(note) for note in held)


def names_of_bars(bars: Sequence[Bar]) -> list[str]:
    """Return the printed number of each bar, with strokes where an earlier one has it too."""
    names: list[str] = []
    for bar in bars:
        name = bar.number or f"({bar.index + 1})"
        while name in names:
            name += "'"
        names.append(name)
    return names


def note_text(note: Note) -> str:
    """Return a note as pitch, length, marks and syllables."""
    marks = "~" * note.tie_start + "(" * len(note.slur_starts) + ")" * len(note.slur_stops) + "^" * note.fermata
    marks += "".join("," if mark == "breath-mark" else "'" for mark in (*note.articulations, *note.ornaments))
    length = note.grace or LENGTHS.get(note.duration_quarter, str(note.duration_quarter))
    words = "/".join(_syllable(lyric) for lyric in note.lyrics)
    return " ".join(part for part in (f"{note.pitch or 'r'} {length}{marks}", words) if part)


def _syllable(lyric: Lyric) -> str:
    return lyric.text + "-" * (lyric.syllabic in ("begin", "middle")) + "_" * lyric.extend


def _bar(before: Bar | None, bar: Bar) -> str:
    """Return the key, meter, repeats and endings that a bar shows."""
    words = [str(bar.key)] if before is None or before.key != bar.key else []
    words += [str(bar.meter)] if before is None or before.meter != bar.meter else []
    words += ["|:"] * bar.repeat_start + [f"ending {'+'.join(map(str, bar.volta))}"] * bool(bar.volta)
    words += [f":| x{bar.repeat_end}"] * bool(bar.repeat_end)
    return "  ".join(words)


def _marks(score: Score, bar: Bar) -> str:
    held = [mark for mark in score.directions if bar.onset_quarter <= mark.onset_quarter < bar.end_quarter]
    words = [[mark.kind, mark.text, mark.value, str(bar.beat_at(mark.onset_quarter))] for mark in held]
    return "  ".join(" ".join(filter(None, each)) for each in words)


def _symbols(score: Score, bar: Bar) -> str:
    held = [chord for chord in score.chords if bar.onset_quarter <= chord.onset_quarter < bar.end_quarter]
    return "  ".join(f"{chord.symbol} {bar.beat_at(chord.onset_quarter)}" for chord in held)


def findings_of(report: Report) -> Iterator[Line]:
    """Yield what the rules say of each place, in lines like those of the music."""
    for place, found in itertools.groupby(report.findings, key=lambda finding: (finding.bar, finding.place)):
        bar, beat = place[0], place[1].partition(" beat ")[2]
        yield bar, f"beat {beat}", "  ".join(f"{each.code} {'-'.join(each.voices)}" for each in found)


def to_text(lines: Sequence[Line]) -> str:
    """Return lines as text, in columns."""
    width = [max((len(line[column]) for line in lines), default=0) for column in (0, 1)]
    return "".join(f"{bar:>{width[0]}} | {part:{width[1]}} | {text}".rstrip() + "\n" for bar, part, text in lines)


def from_text(text: str) -> dict[tuple[str, str], str]:
    """Return what stands in each bar of each part."""
    cells = [[cell.strip() for cell in line.split("|", 2)] for line in text.splitlines()]
    return {(bar, part): held for bar, part, held in cells}


def differences(before: str, after: str) -> list[str]:
    """Return the bars and parts that differ, from what to what."""
    old, new = from_text(before), from_text(after)
    bars = list(dict.fromkeys(bar for bar, _ in (*new, *old)))
    places = [place for place in dict.fromkeys((*old, *new)) if old.get(place) != new.get(place)]
    places.sort(key=lambda place: bars.index(place[0]))
    return [f"bar {bar}, {part}: {_held(old, bar, part)}  ->  {_held(new, bar, part)}" for bar, part in places]


def _held(cells: dict[tuple[str, str], str], bar: str, part: str) -> str:
    return cells.get((bar, part), "") or "nothing"
