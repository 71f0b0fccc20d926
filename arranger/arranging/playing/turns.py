"""Who has the tune: the turns in which it is handed from part to part, section by section."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.playing.sections import Section, sections_of
from theory.notation.instruments import Instrument
from theory.notation.phrase import phrase_ends
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet, Note, Part, Score
from theory.tables import matches, nearest

AROUND = "around"
_OCTAVE = 12
_MOST_OCTAVES = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of the tune that one part plays."""

    start_quarter: Fraction
    end_quarter: Fraction
    voice: int  # index of the part
    octaves: int = 0  # by which the tune is moved there

    def __contains__(self, onset_quarter: Fraction) -> bool:
        return self.start_quarter <= onset_quarter < self.end_quarter


def is_handed(melody: str) -> bool:
    """Whether a choice of who has the tune names several parts: ``around``, or parts by section."""
    return melody == AROUND or ":" in melody


def turns_of(score: Score, ensemble: Ensemble, melody: str, home: int) -> tuple[Turn, ...]:
    """Return the turns of a tune, from the first to the last without gaps; none if all are the home part's.

    ``around``: the ``home`` part begins and ends, the others follow one another between. ``"A: Violin I; B: Viola"``
    names parts by section. A part that cannot play a section in any octave leaves it to the home part. Raises
    ValueError if there is no such section or part.
    """
    sections = sections_of(score)
    chosen = _around(ensemble, sections, home) if melody == AROUND else _named(melody, ensemble, sections, home)
    times = [Fraction(0), *(_boundary(score, each) for each in sections[1:]), score.end_quarter]
    found = []
    for (start, end), voice in zip(pairwise(times), chosen, strict=True):
        octaves = _octaves(score.parts[0], start, end, ensemble.parts[voice].instrument)
        if voice == home or octaves is None:
            found.append(Turn(start, end, home))
        else:
            found.append(Turn(start, end, voice, octaves))
    return tuple(found) if any(turn.voice != home for turn in found) else ()


def handed(sheet: LeadSheet, turns: Sequence[Turn]) -> LeadSheet:
    """Return a sheet whose tune is in the octaves of its turns."""
    notes = tuple(_in_octave(note, turn_at(turns, note.onset_quarter).octaves) for note in sheet.melody.notes)
    parts = (replace(sheet.melody, notes=notes), *sheet.score.parts[1:])
    return replace(sheet, score=replace(sheet.score, parts=parts))


def stretch(tune: Part, turns: Sequence[Turn], voice: int) -> Part:
    """Return the notes of the tune that a voice plays."""
    return replace(tune, notes=tuple(note for note in tune.notes if turn_at(turns, note.onset_quarter).voice == voice))


def turn_at(turns: Sequence[Turn], onset_quarter: Fraction) -> Turn:
    """Return the turn at a time."""
    return turns[max(bisect_right(turns, onset_quarter, key=lambda turn: turn.start_quarter) - 1, 0)]


def _in_octave(note: Note, octaves: int) -> Note:
    return note.up(Interval(7 * octaves, _OCTAVE * octaves)) if octaves else note


def _around(ensemble: Ensemble, sections: Sequence[Section], home: int) -> list[int]:
    others = [voice for voice in range(len(ensemble.parts)) if voice != home]
    opening = sum(section.place == "first" for section in sections)  # with an introduction
    between = [others[number % len(others)] for number in range(max(len(sections) - opening - 1, 0))]
    return [*[home] * opening, *between, home][: len(sections)]


def _named(melody: str, ensemble: Ensemble, sections: Sequence[Section], home: int) -> list[int]:
    letters = [section.letter for section in sections]
    names = [part.name for part in ensemble.parts]
    found: dict[str, int] = {}
    for term in filter(None, (term.strip() for term in melody.split(";"))):
        letter, _, name = (each.strip() for each in term.partition(":"))
        if letter not in letters:
            raise ValueError(
                f"--melody {term!r}: there is no section {letter!r}; {nearest(letter, dict.fromkeys(letters))}"
            )
        voices = matches(name, names)
        if not name or not voices:
            raise ValueError(
                f"--melody {term!r}: {ensemble.title} has no part {name!r}; choose from {', '.join(names)}"
            )
        found[letter] = voices[0]
    return [found.get(letter, home) for letter in letters]


def _boundary(score: Score, section: Section) -> Fraction:
    """Return when a section's tune begins, never inside a note.

    If the phrase before ends within the bar before, its upbeat belongs to the section.
    """
    bar = score.bars[section.start_bar]
    before = score.bars[section.start_bar - 1]
    ends = [time for time in phrase_ends(score) if before.onset_quarter < time <= bar.onset_quarter]
    time = max(ends, default=bar.onset_quarter)
    return max((end for start, end in _sounding(score.parts[0]) if start < time < end), default=time)


def _sounding(part: Part) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield the start and end of each note, tied notes joined."""
    start: Fraction | None = None
    for note in part.notes:
        if note.pitch is None or note.grace:
            continue
        start = note.onset_quarter if start is None or not note.tie_stop else start
        if not note.tie_start:
            yield start, note.end_quarter
            start = None


def _octaves(part: Part, start: Fraction, end: Fraction, played: Instrument) -> int | None:
    """Return the octaves by which a stretch of the tune moves for an instrument; None if none is comfortable."""
    midis = [note.pitch.midi for note in part.notes if note.pitch and start <= note.onset_quarter < end]
    if not midis:
        return None
    middle = (played.tessitura.low.midi + played.tessitura.high.midi) / 2
    mean = sum(midis) / len(midis)
    fitting = [
        octaves
        for octaves in range(-_MOST_OCTAVES, _MOST_OCTAVES + 1)
        if all(played.comfortable.contains(midi + _OCTAVE * octaves) for midi in (min(midis), max(midis)))
    ]
    return min(fitting, key=lambda each: abs(mean + _OCTAVE * each - middle), default=None)
