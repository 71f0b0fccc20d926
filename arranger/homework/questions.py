"""The chords that an assignment asks for: numerals or figures as text, aligned with the given line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from arranger.formats.reading import read_score
from arranger.formats.reading.analysis import read_analysis
from arranger.homework.asked import AskedChord, of_figures, of_numeral
from arranger.homework.signs import HELD, Cell, Layout, bars_of, cells_of
from theory.analysis.figured_bass import Figures, parse_figures
from theory.analysis.numeral import RomanNumeral
from theory.analysis.typed_numerals import TypedNumeral, numeral_steps, parse_numeral, typed_numerals
from theory.harmony.estimate import HarmonicSpan
from theory.music21_bridge.numerals import numeral_in
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Note, Score
from theory.slices.written import sounding_notes
from theory.tables import demand

_ROMANTEXT = (".rntxt", ".txt", ".rn")
_NO_CHORD = ChordSymbol.parse("N.C.")
Span = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class _Sign:
    """A sign and its time span in quarters."""

    text: str
    bar: str
    start_quarter: Fraction
    end_quarter: Fraction


def asked_numerals(
    value: str | dict[str, Any], outline: Score, layout: Layout, folder: Path
) -> tuple[Score, tuple[RomanNumeral, ...], tuple[AskedChord, ...]]:
    """Return the outline, the numerals and the chords that they ask for.

    Without a given line the bars of the numerals become those of the outline. Raises ValueError, with the bar, for what
    is not understood.
    """
    if isinstance(value, dict):
        chords = _from_file(value, outline, layout.key, folder)
    else:
        outline, signs = _placed(value, outline, layout)
        chords = tuple(_chords(signs, layout.key))
    return outline, chords, tuple(map(of_numeral, chords))


def asked_figures(
    value: str | dict[str, Any], outline: Score, bass: int, where: tuple[Key, Path]
) -> tuple[tuple[HarmonicSpan, ...], tuple[AskedChord, ...]]:
    """Return the chords of a figured bass for the rules of harmony, and what the figures ask for.

    ``value`` is their text, or a table with a score file in which they are typed as lyrics under the bass; ``bass`` is
    the index of the part in the outline; ``where`` are the key and the folder of the file. Raises ValueError, with the
    bar, for what is not understood.
    """
    notes = sounding_notes(outline.parts[bass])
    key, folder = where
    text = value if isinstance(value, str) else _typed_figures(value, notes, folder)
    asked: list[AskedChord] = []
    harmony: list[HarmonicSpan] = []
    for sign in _under(text, outline, notes):
        note = next(each for each in reversed(notes) if each.onset_quarter <= sign.start_quarter)
        assert note.pitch is not None
        try:
            figures = parse_figures(sign.text)
        except ValueError as error:
            raise ValueError(f"bar {sign.bar}: {error}") from None
        span = (sign.start_quarter, sign.end_quarter)
        asked.append(of_figures(figures, note.pitch, key, span))
        harmony += _harmony(figures, note.pitch, key, span)
    return tuple(harmony), tuple(asked)


def _typed_figures(value: dict[str, Any], notes: Sequence[Note], folder: Path) -> str:
    """Return the figures that are typed as lyrics under the lowest part of a score, one sign per note of the bass.

    Figures above each other in several verses sound together.
    """
    typed: dict[Fraction, list[str]] = {}
    for note in _score(value, "figures", folder).parts[-1].notes:
        typed.setdefault(note.onset_quarter, []).extend(lyric.text.strip() for lyric in note.lyrics)
    texts = ["/".join(filter(None, typed.get(note.onset_quarter, []))) for note in notes]
    if not any(texts):
        raise ValueError(f"{folder / value['file']}: no figures are typed under its lowest part; type them as lyrics")
    return " ".join("".join(text.split()) or "." for text in texts)


def _score(value: dict[str, Any], key: str, folder: Path) -> Score:
    demand(value, {"file": str}, key)
    if not value.get("file"):
        raise ValueError(f'it names no file; write {key} = {{ file = "NAME" }}')
    return read_score(folder / value["file"])


def numerals_of(typed: Sequence[TypedNumeral], key: Key, end_quarter: Fraction) -> tuple[RomanNumeral, ...]:
    """Return typed numerals as chords; those that are not understood are left out."""
    found: list[RomanNumeral] = []
    times = [*(each.onset_quarter for each in typed), end_quarter]
    for each, end in zip(typed, times[1:], strict=True):
        key = each.key or key
        try:
            found += [numeral_in(each.figure, key, each.onset_quarter, end)] if each.figure else []
        except ValueError:
            continue
    return tuple(chord for chord in found if chord.start_quarter < chord.end_quarter)


def _from_file(value: dict[str, Any], outline: Score, key: Key, folder: Path) -> tuple[RomanNumeral, ...]:
    """Return the numerals of a RomanText file, or those that are typed into a score."""
    if not outline.bars:
        raise ValueError("numerals from a file need a given line or score to stand under; add it to [given]")
    path = folder / str(value.get("file", ""))
    if path.suffix.lower() in _ROMANTEXT:
        demand(value, {"file": str}, "numerals")
        return read_analysis(path, outline)
    chords = numerals_of(typed_numerals(_score(value, "numerals", folder)), key, outline.end_quarter)
    if not chords:
        raise ValueError(f"{path}: no Roman numerals are typed in it; type them as lyrics, or name a RomanText file")
    return chords


def _placed(text: str, outline: Score, layout: Layout) -> tuple[Score, list[_Sign]]:
    """Return the signs of a text under the first given line; without one, each lasts a unit and makes the bars."""
    if outline.parts:
        return outline, list(_under(text, outline, sounding_notes(outline.parts[0])))
    cells = cells_of(text)
    bars = bars_of([len(bar) for bar in cells], layout)
    outline = replace(outline, bars=bars)
    unit = layout.sign_quarter
    places = [
        (cell, bar.number, (bar.onset_quarter + index * unit, bar.onset_quarter + (index + 1) * unit))
        for bar, row in zip(bars, cells, strict=True)
        for index, cell in enumerate(row)
    ]
    return outline, list(_held(places))


def _under(text: str, outline: Score, notes: Sequence[Note]) -> Iterator[_Sign]:
    """Yield the signs of a text, one per note; ``-`` makes the sign before last on.

    Raises ValueError if a bar has more or fewer signs than notes begin in it.
    """
    cells, groups = cells_of(text), _by_bar(outline, notes)
    if len(cells) == 1:  # no bar lines
        groups = [("", list(notes))]
    if len(cells) != len(groups):
        raise ValueError(f"{len(cells)} bars of signs for {len(groups)} bars of the given line")
    every = [
        cell for row, (bar, group) in zip(cells, groups, strict=True) for cell in _one_per_note(row, len(group), bar)
    ]
    ends = [*(note.onset_quarter for note in notes[1:]), outline.end_quarter]
    spans = [(note.onset_quarter, min(end, note.end_quarter)) for note, end in zip(notes, ends, strict=True)]
    bars = [outline.bar_at(note.onset_quarter).number for note in notes]
    yield from _held(list(zip(every, bars, spans, strict=True)))


def _one_per_note(row: Sequence[Cell], count: int, bar: str) -> Sequence[Cell]:
    """Return the signs of a bar, one place per note; parentheses may also stand as they do in the line of notes."""
    flat = [(sign,) for cell in row for sign in cell]
    if count not in (len(row), len(flat)):
        place = f"bar {bar}: " if bar else ""
        raise ValueError(f"{place}{len(row)} signs for {count} notes; write one for each note, - if nothing changes")
    return row if len(row) == count else flat


def _by_bar(outline: Score, notes: Sequence[Note]) -> list[tuple[str, list[Note]]]:
    """Return the notes that begin in each bar; bars in which none begins are left out."""
    found = [
        (bar.number, [note for note in notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter])
        for bar in outline.bars
    ]
    return [(number, group) for number, group in found if group]


def _held(places: Sequence[tuple[Cell, str, Span]]) -> Iterator[_Sign]:
    """Yield the signs with their spans; signs that share a place divide its time."""
    last: _Sign | None = None
    for cell, bar, (start, end) in places:
        length = (end - start) / len(cell) if cell else end - start
        for index, text in enumerate(cell):
            begin, stop = start + index * length, start + (index + 1) * length
            if text == HELD:
                if last is None:
                    raise ValueError(f"bar {bar}: - holds the sign before, and there is none")
                last = replace(last, end_quarter=stop)
                continue
            if last is not None:
                yield last
            last = _Sign(text, bar, begin, stop)
    if last is not None:
        yield last


def _chords(signs: Sequence[_Sign], key: Key) -> Iterator[RomanNumeral]:
    """Yield the chords of numerals; a key before a numeral, as in D:V, holds from there on."""
    for sign in signs:
        if sign.text in (".", "_"):
            continue
        try:
            steps = [parse_numeral(step) for step in numeral_steps(sign.text)]
            length = (sign.end_quarter - sign.start_quarter) / len(steps)
            for index, (figure, new) in enumerate(steps):
                key = new or key
                if not figure:
                    raise ValueError(f"'{sign.text}' names no chord; write the key before one, as in {sign.text}V")
                start = sign.start_quarter + index * length
                yield numeral_in(figure, key, start, start + length)
        except ValueError as error:
            raise ValueError(f"bar {sign.bar}: {error}") from None


def _harmony(figures: Sequence[Figures], bass: Pitch, key: Key, span: Span) -> Iterator[HarmonicSpan]:
    """Yield the chords over a bass note; a suspension belongs to the chord into which it resolves."""
    length = (span[1] - span[0]) / len(figures)
    times = [(span[0] + index * length, span[0] + (index + 1) * length) for index in range(len(figures))]
    start = span[0]
    for (here, after), (_, end) in zip(pairwise((*figures, None)), times, strict=True):
        if after is not None and here is not None and _is_resolved(here, after):
            continue
        symbol = here.symbol(bass.tone, key) if here is not None else None
        yield HarmonicSpan(start, end, key, symbol or _NO_CHORD, "")
        start = end


def _is_resolved(figures: Figures, after: Figures) -> bool:
    seventh_falls = 7 in figures.numbers and after.numbers == (3, 6)
    return figures.is_suspended or seventh_falls
