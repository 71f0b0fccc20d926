"""Notation: bar lengths, order of the parts, fermatas, spelling, and given lines (RH, KE106, HA205)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch, Tone
from theory.notation.score import Note, Part
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import AP, GOULD, OUR_CHOICE, cite
from theory.slices.written import Remark, Written
from theory.types import Ints, Mask

_CONVENTIONS = cite((GOULD, 'section I, "General Conventions"'))
_LAYOUT = cite((GOULD, 'section III, "Layout and Presentation"'))
_DIMINISHED = 9  # semitones of a diminished seventh


@rule(
    "RH101",
    "bar-length",
    per="whole",
    source=_CONVENTIONS,
    examples=(
        finds("C5 D5 E5 / C4 D4", "the lower part is a beat short"),
        passes("C5 D5 E5 / C4 D4 .", "a rest fills the bar"),
        finds("C5 D5 E5 F5 G5 A5 / C4 D4 E4 F4 G4 A4", "every part ends before the last bar line", bar_quarters=4),
    ),
)
def bar_length(w: Written) -> Iterator[Remark]:
    """The notes and rests of a part do not fill a bar exactly, or they overlap.

    The last bar may be short by the length of the pickup, if it is so in all parts.
    """
    if all(_is_full(w, part) for part in w.score.parts):
        return
    content = _Content.of(w)
    wrong = content.overlaps | ((content.filled != w.bars[1]) & (content.filled != 0))
    last = content.filled[:, -1]
    if (last[last != 0] + _pickup(w) == w.bars[1][-1]).all():
        wrong[:, -1] = content.overlaps[:, -1]
    for voice, place in np.argwhere(wrong).tolist():
        bar, filled = w.score.bars[place], Fraction(int(content.filled[voice, place]), w.ticks)
        detail = "notes overlap" if content.overlaps[voice, place] else f"has {filled} of {bar.length_quarter} quarters"
        yield Remark(bar.onset_quarter, (voice,), detail=detail)


def _is_full(w: Written, part: Part) -> bool:
    """Whether a part has a single voice without gaps or overlaps in which a note or rest begins at every bar line."""
    columns, (starts, lengths) = part.columns, w.bars
    timed = columns.counts & ~columns.chord
    onset, end = (times[timed] for times in columns.scaled(w.ticks))
    if len({note.voice for note in part.notes}) != 1 or not len(onset):
        return False
    joined = onset[0] == starts[0] and (onset[1:] == end[:-1]).all() and end[-1] == starts[-1] + lengths[-1]
    return bool(joined) and set(starts.tolist()) <= set(onset.tolist())


def _pickup(w: Written) -> int:
    """Return the length of the pickup bar in ticks, 0 if there is none."""
    first = w.score.bars[0]
    return int(w.bars[1][0]) if first.length_quarter < first.meter.quarters and len(w.score.bars) > 1 else 0


@dataclass(frozen=True)
class _Content:
    """How full each bar of each part is, by the voice whose name comes first.

    Grace notes and the further notes of chords do not count.
    """

    filled: Ints  # (parts, bars) duration in ticks
    overlaps: Mask  # (parts, bars) whether notes overlap in any voice

    @classmethod
    def of(cls, w: Written) -> _Content:
        """Return the content of all bars of a score."""
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
        """Return the content from notes sorted by cell (part * bars + bar), then by voice."""
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
    source=_LAYOUT,
    examples=(
        finds("C4 D4 / C5 D5", "the higher line is written below"),
        passes("C5 D5 / C4 D4", "in order"),
        passes("C4 D4 E4 / B3 E4 C4", "a passing crossing"),
    ),
)
def part_order(w: Written) -> Iterator[Remark]:
    """A part lies, on the whole, higher than the part written above it."""
    for voice, (upper, lower) in enumerate(pairwise(w.middles)):
        if upper is not None and lower is not None and lower > upper:
            yield Remark(Fraction(0), (voice, voice + 1))


@rule(
    "RH103",
    "fermata-missing",
    per="whole",
    source=_CONVENTIONS,
    examples=(
        finds("C5 D5| E5 / C4 D4 E4", "the lower part has no fermata"),
        passes("C5 D5| E5 / C4 D4| E4", "both have one"),
        passes("C5 D5 -| E5 / C4 D4 F4| E4", "the lower part moves on and then stops with the other"),
        passes("C5 D5| E5 / C4 D4 -| F4", "one part holds longer than the other"),
        passes("C5 D5| E5 / C4 . E4", "the lower part rests"),
    ),
)
def fermata_missing(w: Written) -> Iterator[Remark]:
    """A part sounds without a fermata while another part has one."""
    marked, sounding = _fermatas(w), w.texture.pitch >= 0
    told: set[tuple[int, ...]] = set()
    tones = w.texture.tone
    bare_under: dict[tuple[int, int], list[int]] = {}  # (voice, tone) -> parts without a fermata
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
    """Return, per slice and voice (T, V), whether a note under a fermata sounds.

    If only one of several tied notes carries the sign, it counts from the beginning of the tone.
    """
    found = np.zeros(w.texture.shape, dtype=bool)
    for voice, part in enumerate(w.score.parts):
        marks = np.array([note.fermata for note in part.notes] + [False])[w.texture.note[:, voice]]
        tone = w.texture.tone[:, voice]
        held = np.zeros(len(tone) + 1, dtype=bool)  # per tone
        held[tone[marks]] = True
        found[:, voice] = held[tone]
    return found & (w.texture.pitch >= 0)


@rule(
    "KE106",
    "spelling",
    per="whole",
    source=cite((AP, "question 6, I.A.1")),
    needs_chords=True,
    examples=(
        finds("Ab4", "the third of E is G#", chords="E", key="a"),
        finds("D#4", "the third of Cm is Eb", chords="Cm", key="C"),
        passes("G#4", "the third of E", chords="E", key="a"),
        passes("A4", "a diminished seventh may be spelled as it resolves", chords="Cdim7"),
        passes("F#4", "a chromatic neighbour is not judged", chords="C"),
    ),
)
def spelling(w: Written) -> Iterator[Remark]:
    """A chord tone is spelled neither as its chord nor as its key requires.

    The seventh of a diminished seventh chord is exempt.
    """
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
                detail = f"{note.tone} instead of {Tone.from_fifths(wanted)} in {chord}"
                yield Remark(texture.onset_quarter[slice_], (voice,), (str(note),), detail)


def _is_free(chord: ChordSymbol, pitch_class: int) -> bool:
    """Whether the tone is the seventh of a diminished seventh chord, often spelled by its resolution."""
    return (
        chord.quality == "dim7"
        and chord.root is not None
        and (pitch_class - chord.root.pitch_class) % 12 == _DIMINISHED
    )


@rule(
    "HA205",
    "given-line-changed",
    per="whole",
    source=cite((OUR_CHOICE, "a given line must be kept")),
    examples=(
        finds("C5 D5 F5", "another note", given="C5 D5 E5"),
        finds("C5 D5 -", "a note is missing", given="C5 D5 E5"),
        passes("C5 D5 E5 / C4 B3 C4", "kept", given="C5 D5 E5"),
    ),
)
def given_line_changed(w: Written) -> Iterator[Remark]:
    """A given line was changed: a note is missing, added, or has another pitch or duration.

    Notes that a part plays together with the given ones are not judged.
    """
    for voice, part in enumerate(w.score.parts):
        if part.name in w.given:
            for onset, detail in _changes(part, w.given[part.name]):
                yield Remark(onset, (voice,), detail=detail)


def _changes(part: Part, given: Part) -> Iterator[tuple[Fraction, str]]:
    """Yield (onset in quarters, what changed) for each note of a given line that is not kept, and each added note."""
    asked, found = {tone.onset: tone for tone in _tones(given)}, list(_tones(part))
    at: dict[Fraction, list[_Tone]] = {}
    for each in found:
        at.setdefault(each.onset, []).append(each)
    several = any(note.chord for note in part.notes)
    for onset in sorted({*asked, *at}):
        tone, here = asked.get(onset), at.get(onset, [])
        if tone is None:
            if not several:
                yield onset, f"{here[0].pitch} is added"
        elif not any(other.same_as(tone) for other in here):
            yield onset, _change(tone, here, found)


def _change(tone: _Tone, here: Sequence[_Tone], found: Sequence[_Tone]) -> str:
    """Return how a given tone was changed; ``here`` are the tones that begin with it, ``found`` all tones."""
    same = next((other for other in here if other.pitch.midi == tone.pitch.midi), None)
    if same is not None:
        return f"{tone.pitch} lasts {same.length} quarters instead of {tone.length}"
    if here:
        octave = ", another octave" if not (here[0].pitch.midi - tone.pitch.midi) % 12 else ""
        return f"{here[0].pitch} instead of {tone.pitch}{octave}"
    held = next((other for other in found if other.onset < tone.onset < other.onset + other.length), None)
    return f"{tone.pitch} is missing" + (f", {held.pitch} is held" if held else "")


@dataclass(frozen=True)
class _Tone:
    """A note, or tied notes as one; times in quarters."""

    onset: Fraction
    length: Fraction
    pitch: Pitch

    def same_as(self, other: _Tone) -> bool:
        return (self.length, self.pitch.midi) == (other.length, other.pitch.midi)


def _tones(part: Part) -> Iterator[_Tone]:
    """Yield the tones of a part."""
    open_note: Note | None = None
    start = Fraction(0)
    for note in part.notes:
        if note.pitch is None or note.grace is not None:
            continue
        if not (note.tie_stop and open_note is not None and open_note.end_quarter == note.onset_quarter):
            start = note.onset_quarter
        open_note = note
        if not note.tie_start:
            yield _Tone(start, note.end_quarter - start, note.pitch)
