"""What is written: bar lengths, the order of the parts, spelling, and lines that were to be kept (RH, KE106, HA205)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch, Tone
from theory.notation.score import Note, Part
from theory.rules.rule import finds, passes, rule
from theory.slices.written import Remark, Written
from theory.types import Ints, Mask

_GOULD = "E. Gould, Behind Bars, on rhythm, beaming and part layout"
_GAULDIN = "R. Gauldin, Harmonic Practice in Tonal Music, on spelling"
_DIMINISHED = 9  # semitones of a diminished seventh
_OWN = "the arranger's promise: a given line is kept"


@rule(
    "RH101",
    "bar-length",
    per="whole",
    source=_GOULD,
    examples=(
        finds("C5 D5 E5 / C4 D4", "the lower part stops short"),
        passes("C5 D5 E5 / C4 D4 .", "a rest fills the bar"),
        finds("C5 D5 E5 F5 G5 A5 / C4 D4 E4 F4 G4 A4", "every part stops short of the last bar line", bar_quarters=4),
    ),
)
def bar_length(w: Written) -> Iterator[Remark]:
    """The notes of a part do not fill a bar exactly, or overlap; in the last bar all may want what the pickup has."""
    if all(_is_full(w, part) for part in w.score.parts):
        return
    content = _Content.of(w)
    wrong = content.overlaps | ((content.filled != w.bars[1]) & (content.filled != 0))
    last = content.filled[:, -1]
    if (last[last != 0] + _pickup(w) == w.bars[1][-1]).all():
        wrong[:, -1] = content.overlaps[:, -1]
    for voice, place in np.argwhere(wrong).tolist():
        bar, filled = w.score.bars[place], Fraction(int(content.filled[voice, place]), w.ticks)
        detail = "notes overlap" if content.overlaps[voice, place] else f"{filled} of {bar.length_quarter} quarters"
        yield Remark(bar.onset_quarter, (voice,), detail=detail)


def _is_full(w: Written, part: Part) -> bool:
    """Whether a part's notes, all of one voice, follow each other without a gap, and one begins each bar."""
    columns, (starts, lengths) = part.columns, w.bars
    timed = columns.counts & ~columns.chord
    onset, end = (times[timed] for times in columns.scaled(w.ticks))
    if len({note.voice for note in part.notes}) != 1 or not len(onset):
        return False
    joined = onset[0] == starts[0] and (onset[1:] == end[:-1]).all() and end[-1] == starts[-1] + lengths[-1]
    return bool(joined) and set(starts.tolist()) <= set(onset.tolist())


def _pickup(w: Written) -> int:
    """Return how many ticks the pickup has, 0 where there is none."""
    first = w.score.bars[0]
    return int(w.bars[1][0]) if first.length_quarter < first.meter.quarters and len(w.score.bars) > 1 else 0


@dataclass(frozen=True)
class _Content:
    """What each part has in each bar, of the voice whose name comes first; grace notes and stem mates do not count."""

    filled: Ints  # (parts, bars) ticks
    overlaps: Mask  # (parts, bars) in any voice

    @classmethod
    def of(cls, w: Written) -> _Content:
        """Return what the parts have, all notes at once."""
        parts, (starts, lengths) = w.score.parts, w.bars
        names = [note.voice for part in parts for note in part.notes]
        voices = {name: number for number, name in enumerate(sorted(set(names)))}
        voice = np.array([voices[name] for name in names], dtype=np.int64)
        part = np.repeat(np.arange(len(parts)), [len(each.notes) for each in parts])
        onset, end = (
            np.concatenate(each) for each in zip(*(each.columns.scaled(w.ticks) for each in parts), strict=True)
        )
        bar = np.maximum(np.searchsorted(starts, onset, side="right") - 1, 0)
        counts = np.concatenate([each.columns.counts & ~each.columns.chord for each in parts])
        order = np.flatnonzero(counts & (onset < (starts + lengths)[bar]))
        cell = part[order] * len(starts) + bar[order]
        order, cell = (values[np.lexsort((voice[order], cell))] for values in (order, cell))
        return cls._summed(cell, voice[order], (onset[order], end[order]), (len(parts), len(starts)))

    @classmethod
    def _summed(cls, cell: Ints, voice: Ints, times: tuple[Ints, Ints], shape: tuple[int, int]) -> _Content:
        """Return the content of cells from notes that are sorted by cell, then by voice."""
        onset, end = times
        filled, overlaps = np.zeros(shape, dtype=onset.dtype).ravel(), np.zeros(shape, dtype=bool).ravel()
        first = voice[np.searchsorted(cell, cell)] == voice
        np.add.at(filled, cell[first], (end - onset)[first])
        beside = (cell[1:] == cell[:-1]) & (voice[1:] == voice[:-1])
        overlaps[cell[1:][beside & (end[:-1] > onset[1:])]] = True
        return cls(filled.reshape(shape), overlaps.reshape(shape))


@rule(
    "RH102",
    "part-order",
    per="whole",
    source=_GOULD,
    examples=(
        finds("C4 D4 / C5 D5", "the higher line stands below"),
        passes("C5 D5 / C4 D4", "in order"),
        passes("C4 D4 E4 / B3 E4 C4", "a crossing is no disorder"),
    ),
)
def part_order(w: Written) -> Iterator[Remark]:
    """A part lies, as a whole, higher than the part written above it."""
    for voice, (upper, lower) in enumerate(pairwise(w.middles)):
        if upper is not None and lower is not None and lower > upper:
            yield Remark(Fraction(0), (voice, voice + 1))


@rule(
    "RH103",
    "fermata-missing",
    per="whole",
    source=_GOULD,
    examples=(
        finds("C5 D5| E5 / C4 D4 E4", "the lower part has none"),
        passes("C5 D5| E5 / C4 D4| E4", "both have one"),
        passes("C5 D5 -| E5 / C4 D4 F4| E4", "the lower part moves and stops with the other"),
        passes("C5 D5| E5 / C4 D4 -| F4", "one stops longer than the other"),
        passes("C5 D5| E5 / C4 . E4", "a part that rests"),
    ),
)
def fermata_missing(w: Written) -> Iterator[Remark]:
    """A part sounds without a fermata where another one stops on it."""
    marked, sounding = _fermatas(w), w.texture.pitch >= 0
    told: set[tuple[int, ...]] = set()
    tones = w.texture.tone
    bare_under: dict[tuple[int, int], list[int]] = {}  # voice and tone -> parts without
    for slice_, voice in np.argwhere(marked & (sounding & ~marked).any(axis=1, keepdims=True)).tolist():
        stopped = voice, int(tones[slice_, voice])
        if stopped not in bare_under:
            stop = sounding[:, voice] & (tones[:, voice] == tones[slice_, voice])
            bare_under[stopped] = np.flatnonzero(sounding[stop].any(axis=0) & ~marked[stop].any(axis=0)).tolist()
        bare = bare_under[stopped]
        place = (int(w.texture.bar[slice_]), *bare)
        if bare and place not in told:
            told.add(place)
            yield Remark(w.texture.onset_quarter[slice_], tuple(bare))


def _fermatas(w: Written) -> Mask:
    """(T, V) where a voice sounds a note with a fermata, from its beginning though a tied part of it has the mark."""
    found = np.zeros(w.texture.shape, dtype=bool)
    for voice, part in enumerate(w.score.parts):
        marks = np.array([note.fermata for note in part.notes] + [False])[w.texture.note[:, voice]]
        tone = w.texture.tone[:, voice]
        held = np.zeros(len(tone) + 1, dtype=bool)  # of every tone
        held[tone[marks]] = True
        found[:, voice] = held[tone]
    return found & (w.texture.pitch >= 0)


@rule(
    "KE106",
    "spelling",
    per="whole",
    source=_GAULDIN,
    needs_chords=True,
    examples=(
        finds("Ab4", "the third of E is G#", chords="E", key="a"),
        finds("D#4", "the third of Cm is Eb", chords="Cm", key="C"),
        passes("G#4", "the third of E", chords="E", key="a"),
        passes("A4", "the diminished seventh is spelled as it resolves", chords="Cdim7"),
        passes("F#4", "a chromatic neighbour is free", chords="C"),
    ),
)
def spelling(w: Written) -> Iterator[Remark]:
    """A chord tone is written with another letter than its chord and its key give it."""
    texture = w.texture
    for slice_, chord in enumerate(texture.chord):
        for voice in range(texture.shape[1]):
            midi = int(texture.pitch[slice_, voice])
            wanted = chord.spelling(midi % 12) if chord and midi >= 0 and texture.attack[slice_, voice] else None
            written = int(texture.fifths[slice_, voice])
            if chord is None or wanted is None:
                continue
            usual = texture.key[slice_].spelling[midi % 12]
            if written not in (wanted, usual) and not _is_free(chord, midi % 12):
                note = Pitch.spelled(midi, written)
                detail = f"{note.tone} for {Tone.from_fifths(wanted)} of {chord}"
                yield Remark(texture.onset_quarter[slice_], (voice,), (str(note),), detail)


def _is_free(chord: ChordSymbol, pitch_class: int) -> bool:
    """Whether the tone is the seventh of a diminished seventh chord, which is spelled as it resolves."""
    return (
        chord.quality == "dim7"
        and chord.root is not None
        and (pitch_class - chord.root.pitch_class) % 12 == _DIMINISHED
    )


@rule(
    "HA205",
    "given-line-changed",
    per="whole",
    source=_OWN,
    examples=(
        finds("C5 D5 F5", "another note", given="C5 D5 E5"),
        finds("C5 D5 -", "a note too few", given="C5 D5 E5"),
        passes("C5 D5 E5 / C4 B3 C4", "kept", given="C5 D5 E5"),
    ),
)
def given_line_changed(w: Written) -> Iterator[Remark]:
    """A given line is not kept: a note is missing, added, or has another pitch or length."""
    for voice, part in enumerate(w.score.parts):
        if part.name not in w.given:
            continue
        kept, given = set(_sounding(part)), set(_sounding(w.given[part.name]))
        for onset, duration, midi in sorted(kept ^ given):
            what = "missing" if (onset, duration, midi) in given else "added"
            yield Remark(onset, (voice,), detail=f"MIDI {midi}, {duration} quarters, {what}")


def _sounding(part: Part) -> Iterator[tuple[Fraction, Fraction, int]]:
    """Yield onset, duration and MIDI number of the part's notes, tied ones as one."""
    open_note: Note | None = None
    start = Fraction(0)
    for note in part.notes:
        if note.pitch is None or note.grace is not None:
            continue
        if not (note.tie_stop and open_note is not None and open_note.end_quarter == note.onset_quarter):
            start = note.onset_quarter
        open_note = note
        if not note.tie_start:
            yield start, note.end_quarter - start, note.pitch.midi
