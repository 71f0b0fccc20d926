"""Chords that an assignment asks for, by numerals or by figures, and whether they are there.

A chord is there if, at some moment of its time, all the tones that it needs sound together over its bass, and no other
tone does. So suspensions, passing notes and other embellishments are free, and another chord in its place is found.
A fifth may be left out of chords in root position. Fewer voices than tones need to sound only as many of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from theory.analysis.figured_bass import Figures
from theory.analysis.numeral import RomanNumeral
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Interval, Pitch, Tone
from theory.notation.score import Score

_PERFECT_FIFTH = 7


@dataclass(frozen=True)
class Sonority:
    """The tones of a chord: the bass, those that must sound, and all that may."""

    bass: Tone | None  # None: any
    needed: tuple[Tone, ...]  # above the bass
    allowed: tuple[Tone, ...]

    def up(self, interval: Interval) -> Sonority:
        """Return the sonority an interval higher."""
        needed, allowed = (tuple(tone.up(interval) for tone in tones) for tones in (self.needed, self.allowed))
        return Sonority(self.bass and self.bass.up(interval), needed, allowed)

    def __str__(self) -> str:
        return " ".join(map(str, dict.fromkeys((*([self.bass] if self.bass else []), *self.allowed))))


@dataclass(frozen=True)
class AskedChord:
    """A chord that is asked for in a time span, or several that follow each other over one bass note."""

    start_quarter: Fraction
    end_quarter: Fraction
    text: str  # as asked: V65 in G minor, 6 over F#2
    steps: tuple[Sonority, ...]


@dataclass(frozen=True)
class Moment:
    """All notes that sound between two times, from low to high."""

    start_quarter: Fraction
    end_quarter: Fraction
    pitches: tuple[Pitch, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.pitches)) or "silence"


def of_numeral(chord: RomanNumeral) -> AskedChord:
    """Return what a numeral asks for."""
    symbol = chord.symbol
    tones = tuple(Tone.from_fifths(symbol.spelling(pc) or 0) for pc in symbol.pitch_classes)
    bass = symbol.lowest
    optional = {tone for tone in tones if symbol.bass is None and _is_fifth(symbol, tone)}
    needed = tuple(tone for tone in tones if tone not in optional and tone != bass)
    text = f"{chord.figure} in {chord.key}"
    return AskedChord(chord.start_quarter, chord.end_quarter, text, (Sonority(bass, needed, tones),))


def _is_fifth(symbol: ChordSymbol, tone: Tone) -> bool:
    return symbol.root is not None and (tone.pitch_class - symbol.root.pitch_class) % 12 == _PERFECT_FIFTH


def of_figures(figures: Sequence[Figures], bass: Pitch, key: Key, span: tuple[Fraction, Fraction]) -> AskedChord:
    """Return what the figures over a bass note ask for."""
    steps = tuple(
        Sonority(bass.tone, each.needed(bass.tone, key), (bass.tone, *each.tones(bass.tone, key).values()))
        for each in figures
    )
    text = "-".join(each.text or "no figure" for each in figures)
    return AskedChord(*span, f"{text} over {bass}", steps)


def moments_of(score: Score) -> tuple[Moment, ...]:
    """Return the moments between the times at which any note begins or ends."""
    notes = [note for part in score.parts for note in part.notes if note.pitch is not None and note.duration_quarter]
    times = sorted({time for note in notes for time in (note.onset_quarter, note.end_quarter)})
    sounding: list[list[Pitch]] = [[] for _ in times]
    for note in notes:
        first, last = (bisect_left(times, time) for time in (note.onset_quarter, note.end_quarter))
        for index in range(first, last):
            if note.pitch is not None:
                sounding[index].append(note.pitch)
    return tuple(
        Moment(start, end, tuple(sorted(found, key=lambda pitch: pitch.midi)))
        for (start, end), found in zip(pairwise(times), sounding, strict=False)
    )


def within(moments: Sequence[Moment], start_quarter: Fraction, end_quarter: Fraction) -> Sequence[Moment]:
    """Return the moments that lie at least partly in a time span."""
    first = bisect_right(moments, start_quarter, key=lambda moment: moment.end_quarter)
    last = bisect_left(moments, end_quarter, key=lambda moment: moment.start_quarter)
    return moments[first:last]


def what_is_wrong(asked: AskedChord, moments: Sequence[Moment], *, voices: int) -> str:
    """Return what keeps an asked chord from being there, empty if nothing does.

    ``moments`` are those of its time, ``voices`` how many voices the assignment has.
    """
    place = 0
    for step in asked.steps:
        found = next((index for index in range(place, len(moments)) if not _faults(step, moments[index], voices)), None)
        if found is None:
            return _said(step, moments, voices)
        place = found
    return ""


def _said(step: Sonority, moments: Sequence[Moment], voices: int) -> str:
    """Return what is there instead of a sonority, at the moment that comes nearest to it."""
    sounding = [moment for moment in moments if moment.pitches]
    if not sounding:
        return f"asks for {step}; nothing sounds"
    nearest = min(sounding, key=lambda moment: len(_faults(step, moment, voices)))
    return f"asks for {step}; there is {nearest}: {', '.join(_faults(step, nearest, voices))}"


def _faults(step: Sonority, moment: Moment, voices: int) -> list[str]:
    """Return what is missing, too much or wrong in the bass at a moment."""
    if not moment.pitches:
        return ["nothing sounds"]
    heard = {pitch.midi % 12 for pitch in moment.pitches}
    allowed = {tone.pitch_class for tone in step.allowed}
    foreign = dict.fromkeys(str(pitch.tone) for pitch in moment.pitches if pitch.midi % 12 not in allowed)
    missing = [tone for tone in step.needed if tone.pitch_class not in heard]
    enough = len(step.needed) - len(missing) >= min(len(step.needed), voices - 1)
    lowest = moment.pitches[0]
    return [
        *([] if enough else [f"{_joined(list(map(str, missing)))} {'is' if len(missing) == 1 else 'are'} missing"]),
        *([f"{_joined(list(foreign))} {'does' if len(foreign) == 1 else 'do'} not belong to it"] if foreign else []),
        *_wrong_bass(step, lowest),
    ]


def _joined(names: Sequence[str]) -> str:
    """Return names as in a sentence: A, B and C."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _wrong_bass(step: Sonority, lowest: Pitch) -> Iterator[str]:
    if step.bass is not None and lowest.midi % 12 != step.bass.pitch_class:
        yield f"{lowest.tone} is in the bass instead of {step.bass}"
