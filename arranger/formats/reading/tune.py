"""The line of a staff that is the tune, if the staff has several voices or chords.

Words come before height: where one voice is sung and another is not, the sung one is the tune. Of voices that are
equal in this, the one that lasts longer is taken, then the higher one. The tune may be handed from voice to voice,
from bar to bar and within a bar.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from arranger.formats.reading.voices import LASTING, line_note, mean_midi, sounding, stems_of
from theory.notation.score import Bar, Note
from theory.notation.syllables import wordless_runs

_MANY = Fraction(1, 2)  # least share of the syllables of the voice with most words for a voice to be a sung one


@dataclass(frozen=True)
class _Voice:
    """One voice of a staff, as one line: the highest note on each stem."""

    line: tuple[Note, ...]

    @cached_property
    def syllables(self) -> int:
        """How many notes have words."""
        return sum(1 for note in self.line if note.lyrics)

    @cached_property
    def sung(self) -> frozenset[Fraction]:
        """Onsets of the notes that are sung: those with words, and those that continue a syllable."""
        if not self.syllables:
            return frozenset()
        played = {index for run in wordless_runs(self.line) for index in run}
        return frozenset(n.onset_quarter for i, n in enumerate(self.line) if n.pitch and i not in played)

    def by_bar(self, bars: Sequence[Bar]) -> list[list[Note]]:
        """Return the notes and rests that begin in each bar."""
        found: list[list[Note]] = [[] for _ in bars]
        for note in self.line:
            index = bisect_right(bars, note.onset_quarter, key=_onset) - 1
            if index >= 0 and note.onset_quarter < bars[index].end_quarter:
                found[index].append(note)
        return found


def _onset(bar: Bar) -> Fraction:
    return bar.onset_quarter


def tune_line(notes: Sequence[Note], bars: Sequence[Bar]) -> tuple[Note, ...]:
    """Return the tune among the notes of a staff, as one voice without chords."""
    voices = _ranked(notes)
    parts = [voice.by_bar(bars) for voice in voices]
    line: list[Note] = []
    for index, bar in enumerate(bars):
        inside = [(voice, part[index]) for voice, part in zip(voices, parts, strict=True)]
        sounds = [(voice, part) for voice, part in inside if any(note.pitch for note in part)]
        if not sounds:
            line += next((part for _, part in inside if part), [])
            continue
        sounds.sort(key=lambda item: not _is_sung(*item))
        chosen = sounds[0][1]
        for voice, part in sounds[1:]:
            chosen = _handed_over(chosen, _offered(voice, part), bar)
        line += chosen
    return tuple(line)


def _ranked(notes: Sequence[Note]) -> list[_Voice]:
    """Return the voices, the most likely tune first: sung ones, lasting ones, high ones."""
    voices: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        voices[note.voice].append(note)
    longest = max(map(sounding, voices.values()), default=Fraction(0))
    lines = [(_Voice(tuple(line_note(stem, 0) for stem in stems_of(each))), each) for each in voices.values()]
    most = max((voice.syllables for voice, _ in lines), default=0)

    def rank(item: tuple[_Voice, list[Note]]) -> tuple[bool, bool, float]:
        voice, notes = item
        return voice.syllables < _MANY * most, sounding(notes) < LASTING * longest, -mean_midi(notes)

    return [voice for voice, _ in sorted(lines, key=rank)]


def _is_sung(voice: _Voice, part: Sequence[Note]) -> bool:
    return any(note.onset_quarter in voice.sung for note in part if note.pitch)


def _offered(voice: _Voice, part: Sequence[Note]) -> list[Note]:
    """Return the notes with which a voice may take the tune over in a bar: from its first sung note, if it has any."""
    sounding_notes = [note for note in part if note.pitch]
    first = next((index for index, note in enumerate(sounding_notes) if note.lyrics), None)
    return sounding_notes if first is None else sounding_notes[first:]


def _handed_over(chosen: Sequence[Note], offered: Sequence[Note], bar: Bar) -> list[Note]:
    """Return a bar of the tune in which another voice sings where the first one rests, if it only sings there."""
    taken = [note for note in chosen if note.pitch]
    words = any(note.lyrics for note in taken)
    free = not any(_overlap(note, other) for note in offered for other in taken)
    if not offered or not free or (words and not any(note.lyrics for note in offered)):
        return list(chosen)
    line = sorted([*taken, *offered], key=lambda note: (note.onset_quarter, note.grace is None))
    return _with_rests(line, bar)


def _overlap(note: Note, other: Note) -> bool:
    return note.onset_quarter < other.end_quarter and other.onset_quarter < note.end_quarter


def _with_rests(line: Sequence[Note], bar: Bar) -> list[Note]:
    """Return the notes of a bar with rests where nothing sounds."""
    full: list[Note] = []
    reached = bar.onset_quarter
    for note in line:
        if note.onset_quarter > reached:
            full.append(Note(reached, note.onset_quarter - reached, None))
        full.append(note)
        reached = max(reached, note.end_quarter)
    if reached < bar.end_quarter:
        full.append(Note(reached, bar.end_quarter - reached, None))
    return full
