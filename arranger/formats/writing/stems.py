"""Notes as they are printed: split at bar lines, with note types, dots, ties and tuplets.

A *stem* is a note together with the notes of the same chord, which share its stem. Stems are split at bar lines and, if
the score does not say how a note is drawn, at metrical positions. Marks of a note's attack (words, slur starts,
accents, ornaments) stay on its first piece; marks of its end (slur stops, fermata, breath) go to the last.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from arranger.formats.writing.notation import nearest_notation, split_length
from theory.notation.durations import drawn_quarters, notation_of
from theory.notation.score import Bar, Notation, Note, Tuplet

Stem = tuple[Note, ...]
_MOST_IN_TUPLET = 1000  # notes; a larger one is no tuplet that a reader counts, and gets the power of two
_AT_THE_END = frozenset({"breath-mark", "caesura"})


def stems_of(notes: Iterable[Note]) -> list[Stem]:
    """Return notes grouped with their chord notes, in order of onset."""
    stems: list[Stem] = []
    for note in sorted(notes, key=lambda note: note.onset_quarter):
        if note.chord and stems and stems[-1][0].onset_quarter == note.onset_quarter:
            stems[-1] = (*stems[-1], note)
        else:
            stems.append((note,))
    return stems


def _piece(note: Note, onset: Fraction, length: Fraction, notation: Notation | None) -> Note:
    """Return one piece of a note, tied to the neighbouring pieces."""
    first, last = onset == note.onset_quarter, onset + length == note.end_quarter
    sounds = note.pitch is not None
    kept = tuple(mark for mark in note.articulations if (last if mark in _AT_THE_END else first))
    return replace(
        note,
        onset_quarter=onset,
        duration_quarter=length,
        notation=notation,
        tie_stop=note.tie_stop if first else sounds,
        tie_start=note.tie_start if last else sounds,
        lyrics=note.lyrics if first else (),
        articulations=kept,
        ornaments=note.ornaments if first else (),
        fermata=note.fermata and last,
        slur_starts=note.slur_starts if first else (),
        slur_stops=note.slur_stops if last else (),
        id=note.id if first else "",  # an id must be unique in a file
    )


def _pieces(stem: Stem, lengths: Sequence[Fraction], notations: Sequence[Notation | None]) -> list[Stem]:
    onset, pieces = stem[0].onset_quarter, []
    for length, notation in zip(lengths, notations, strict=True):
        pieces.append(tuple(_piece(note, onset, length, notation) for note in stem))
        onset += length
    return pieces


def cut_at_bars(stems: Sequence[Stem], bars: Sequence[Bar]) -> list[list[Stem]]:
    """Return the stems of each bar; a stem that crosses a bar line is split and tied."""
    held: list[list[Stem]] = [[] for _ in bars]
    index = 0
    for stem in stems:
        while index + 1 < len(bars) and bars[index + 1].onset_quarter <= stem[0].onset_quarter:
            index += 1
        for bar_index, piece in _over_bars(stem, bars, index):
            held[bar_index].append(piece)
    return held


def _over_bars(stem: Stem, bars: Sequence[Bar], index: int) -> list[tuple[int, Stem]]:
    onset, end = stem[0].onset_quarter, stem[0].end_quarter
    last = index
    while last + 1 < len(bars) and bars[last + 1].onset_quarter < end:
        last += 1
    if last == index:
        return [(index, stem)]
    edges = [onset, *(bars[bar_index].onset_quarter for bar_index in range(index + 1, last + 1)), end]
    lengths = [after - before for before, after in itertools.pairwise(edges)]
    return list(zip(range(index, last + 1), _pieces(stem, lengths, [None] * len(lengths)), strict=True))


def fill_with_rests(stems: Sequence[Stem], bar: Bar) -> list[Stem]:
    """Return the stems of a bar with rests in all gaps, so that the bar is full."""
    filled: list[Stem] = []
    reached = bar.onset_quarter
    for stem in stems:
        onset = stem[0].onset_quarter
        if onset > reached:
            filled.append((Note(reached, onset - reached, None, voice=stem[0].voice),))
        filled.append(stem)
        reached = max(reached, stem[0].end_quarter)
    if reached < bar.end_quarter:
        voice = stems[0][0].voice if stems else "1"
        filled.append((Note(reached, bar.end_quarter - reached, None, voice=voice),))
    return filled


def is_bar_rest(note: Note, bar: Bar) -> bool:
    """Whether a rest fills a full bar, and so is drawn as a whole rest in any meter."""
    return note.pitch is None and note.duration_quarter == bar.length_quarter == bar.meter.quarters


def draw(stems: Sequence[Stem], bar: Bar) -> list[Stem]:
    """Return the stems of one voice in a bar as they are drawn: each with a notation, split and tied if necessary."""
    drawn: list[Stem] = []
    run: list[Stem] = []  # stems of a tuplet that is not complete yet
    for stem in stems:
        if _is_settled(stem[0], bar):
            drawn += [*_close(run, bar), _settled(stem)]
            run = []
            continue
        for piece in _cut_at_beats(stem, bar) if run or not _is_plain(stem[0], bar) else [stem]:
            if run or not _is_plain(piece[0], bar):
                run.append(piece)
                if _is_binary(bar.offset_in_meter(piece[0].end_quarter)):
                    drawn += _close(run, bar)
                    run = []
            else:
                drawn += _draw_plain(piece, bar)
    return drawn + _close(run, bar)


def _is_settled(note: Note, bar: Bar) -> bool:
    """Whether the notation is settled: a grace note, a rest of a whole bar, or a notation from the score that fits."""
    if note.grace or is_bar_rest(note, bar):
        return True
    return note.notation is not None and drawn_quarters(note.notation) == note.duration_quarter


def _settled(stem: Stem) -> Stem:
    if stem[0].grace and stem[0].notation is None:
        return tuple(replace(note, notation=Notation("eighth")) for note in stem)
    return tuple(replace(note, notation=stem[0].notation) for note in stem)


def _is_binary(offset: Fraction) -> bool:
    return offset.denominator & (offset.denominator - 1) == 0


def _is_plain(note: Note, bar: Bar) -> bool:
    """Whether a note begins and ends on a binary subdivision of a quarter, so that it needs no tuplet."""
    onset = bar.offset_in_meter(note.onset_quarter)
    return _is_binary(onset) and _is_binary(onset + note.duration_quarter)


def _draw_plain(stem: Stem, bar: Bar) -> list[Stem]:
    note = stem[0]
    offset = bar.offset_in_meter(note.onset_quarter)
    lengths = split_length(offset, note.duration_quarter, bar.meter, rest=note.pitch is None)
    return _pieces(stem, lengths, [notation_of(length) or nearest_notation(length) for length in lengths])


def _cut_at_beats(stem: Stem, bar: Bar) -> list[Stem]:
    """Split a note that begins or ends within a tuplet at the beats, unless one note in the tuplet can draw it."""
    note, beat = stem[0], bar.meter.beat_quarters
    start = bar.offset_in_meter(note.onset_quarter)
    end = start + note.duration_quarter
    if note.duration_quarter < 2 * beat and not _is_binary(note.duration_quarter):
        odd = _odd_part(note.duration_quarter.denominator)
        notation = notation_of(note.duration_quarter * odd / _power_below(odd))
        if notation and not notation.dots:
            return [stem]
    first, last = -(-start // beat) * beat, end // beat * beat
    edges = [start, *sorted({edge for edge in (first, last) if start < edge < end}), end]
    lengths = [after - before for before, after in itertools.pairwise(edges)]
    return _pieces(stem, lengths, [None] * len(lengths))


def _odd_part(number: int) -> int:
    while number % 2 == 0:
        number //= 2
    return number


def _power_below(number: int) -> int:
    return 1 << (number.bit_length() - 1) if number & (number - 1) else number


def _close(run: Sequence[Stem], bar: Bar) -> list[Stem]:
    """Return the stems of a tuplet as drawn, bracketed from the first to the last."""
    if not run:
        return []
    actual, normal = _ratio([stem[0] for stem in run], bar)
    pieces: list[Stem] = []
    for stem in run:
        lengths = [length * normal / actual for length in _drawable(stem[0].duration_quarter * actual / normal)]
        plain = [notation_of(length * actual / normal) or nearest_notation(length) for length in lengths]
        pieces += _pieces(stem, lengths, plain)
    return [_in_tuplet(stem, actual, normal, (stem is pieces[0], stem is pieces[-1])) for stem in pieces]


def _ratio(notes: Sequence[Note], bar: Bar) -> tuple[int, int]:
    """Return the ratio (actual, normal) of a tuplet.

    ``normal`` is the power of two below ``actual``, or in compound meters a multiple of three if that fits better.
    """
    start = bar.offset_in_meter(notes[0].onset_quarter)
    times = [start, *(bar.offset_in_meter(note.end_quarter) for note in notes)]
    actual = lcm(*(_odd_part(time.denominator) for time in times))
    threes = range(3, actual + 2, 3) if bar.meter.is_compound and actual <= _MOST_IN_TUPLET else ()
    normals = [_power_below(actual), *threes]
    for normal in normals:
        notations = (notation_of(note.duration_quarter * actual / normal) for note in notes)
        if all(notation and not notation.dots for notation in notations):
            return actual, normal
    return actual, normals[0]


def _drawable(length: Fraction) -> list[Fraction]:
    """Return a duration as a sum of plain or dotted note values, the longest first."""
    parts: list[Fraction] = []
    while notation_of(length) is None:
        longest = drawn_quarters(nearest_notation(length))
        if longest >= length:
            break
        parts.append(longest)
        length -= longest
    return [*parts, length]


def _in_tuplet(stem: Stem, actual: int, normal: int, edges: tuple[bool, bool]) -> Stem:
    tuplet = Tuplet(actual, normal, start=edges[0], stop=edges[1])
    return tuple(
        replace(note, notation=replace(note.notation, tuplets=(tuplet,))) if note.notation else note for note in stem
    )
