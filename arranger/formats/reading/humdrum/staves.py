"""Notes of one **kern spine as measures: voices, words, slurs, tuplets, and ties over bar lines."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from arranger.formats.reading.humdrum.bars import Segment
from arranger.formats.reading.humdrum.timing import Played
from theory.notation.score import Lyric, Note

_MOST_SLURS = 6  # at a time; MusicXML has no more numbers than 16


@dataclass
class Voices:
    """Collects the notes of a spine, with times from the beginning of the piece."""

    words: Mapping[tuple[int, int], tuple[Lyric, ...]]  # (row, voice) -> syllables
    notes: list[Note] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    _open: list[tuple[int, int, int]] = field(default_factory=list)  # (number, voice, index of the note) of slurs

    def add(self, played: Played) -> None:
        """Add the notes of a stem, from the top down; words and slurs go to the first."""
        stem, voice = played.stem, played.path.voice
        self.lost.update(stem.lost)
        if stem.heads:
            stops = self._close(stem.slurs_closed, voice)  # before others open on the same note
            self.notes += self._sounding(played, stops, self._start(stem.slurs_opened, voice))
        elif not stem.grace:
            rest = Note(played.onset_quarter, stem.duration_quarter, None, notation=stem.notation, fermata=stem.fermata,
                        voice=str(voice))  # fmt: skip
            self.notes.append(rest)

    def _sounding(self, played: Played, stops: tuple[int, ...], starts: tuple[int, ...]) -> Iterator[Note]:
        stem, voice = played.stem, played.path.voice
        for index, head in enumerate(stem.heads):
            yield Note(
                played.onset_quarter,
                stem.duration_quarter,
                head.pitch,
                tie_stop=head.tie_stop,
                tie_start=head.tie_start,
                lyrics=() if index else self.words.get((played.row, voice), ()),
                notation=stem.notation,
                grace=stem.grace,
                articulations=stem.articulations,
                ornaments=stem.ornaments,
                fermata=stem.fermata,
                slur_starts=() if index else starts,
                slur_stops=() if index else stops,
                voice=str(voice),
                chord=index > 0,
            )

    def _start(self, count: int, voice: int) -> tuple[int, ...]:
        numbers = []
        for _ in range(count):
            used = {number for number, _, _ in self._open}
            free = next((number for number in range(1, _MOST_SLURS + 1) if number not in used), None)
            if free is None:
                self.lost["slur"] += 1
                continue
            self._open.append((free, voice, len(self.notes)))
            numbers.append(free)
        return tuple(numbers)

    def _close(self, count: int, voice: int) -> tuple[int, ...]:
        numbers = []
        for _ in range(count):
            own = [each for each in self._open if each[1] == voice] or self._open
            if own:
                slur = own[-1]
                self._open.remove(slur)
                numbers.append(slur[0])
            else:
                self.lost["slur without a beginning"] += 1
        return tuple(numbers)

    def finish(self) -> list[Note]:
        """Return the notes; slurs that never end are left out."""
        for number, _, index in self._open:
            starts = tuple(each for each in self.notes[index].slur_starts if each != number)
            self.notes[index] = replace(self.notes[index], slur_starts=starts)
            self.lost["slur without an end"] += 1
        by_voice: dict[str, list[Note]] = {}
        for note in self.notes:
            by_voice.setdefault(note.voice, []).append(note)
        return [note for voice in sorted(by_voice, key=int) for note in with_tuplets(by_voice[voice])]


def with_tuplets(notes: Sequence[Note]) -> list[Note]:
    """Return the notes of a voice with the beginnings and ends of their tuplets: groups that fill a plain length."""
    found = list(notes)
    group: list[int] = []
    filled = Fraction(0)
    for index, note in enumerate(notes):
        if note.grace or note.chord:
            continue
        ratio = _ratio(note)
        if group and ratio != _ratio(notes[group[0]]):
            _close_group(found, group)
            group, filled = [], Fraction(0)
        if ratio is not None:
            group.append(index)
            filled += note.duration_quarter
            if filled.denominator & (filled.denominator - 1) == 0:
                _close_group(found, group)
                group, filled = [], Fraction(0)
    if group:
        _close_group(found, group)
    return found


def _ratio(note: Note) -> tuple[int, int] | None:
    tuplets = note.notation.tuplets if note.notation else ()
    return (tuplets[0].actual, tuplets[0].normal) if tuplets else None


def _close_group(notes: list[Note], group: Sequence[int]) -> None:
    for index in {group[0], group[-1]}:
        notation = notes[index].notation
        if notation is not None:
            tuplet = replace(notation.tuplets[0], start=index == group[0], stop=index == group[-1])
            notes[index] = replace(notes[index], notation=replace(notation, tuplets=(tuplet,)))


def notes_by_segment(notes: Sequence[Note], segments: Sequence[Segment]) -> dict[Fraction, list[Note]]:
    """Return the notes of each segment by its start, with onsets in it; over a bar line a note is two tied ones."""
    starts = [segment.start_quarter for segment in segments]
    found: dict[Fraction, list[Note]] = {start: [] for start in starts}
    for note in notes:
        index = max(0, bisect_right(starts, note.onset_quarter) - 1)
        for place, piece in _pieces(note, index, segments):
            found[starts[place]].append(replace(piece, onset_quarter=piece.onset_quarter - starts[place]))
    return found


def _pieces(note: Note, index: int, segments: Sequence[Segment]) -> Iterator[tuple[int, Note]]:
    end = segments[index].end_quarter
    while note.end_quarter > end and index + 1 < len(segments):
        first = replace(
            note, duration_quarter=end - note.onset_quarter, notation=None, tie_start=note.pitch is not None,
            slur_stops=note.slur_stops, fermata=False,
        )  # fmt: skip
        yield index, first
        note = replace(
            note, onset_quarter=end, duration_quarter=note.end_quarter - end, notation=None, lyrics=(), slur_starts=(),
            slur_stops=(), articulations=(), ornaments=(), tie_stop=note.pitch is not None,
        )  # fmt: skip
        index += 1
        end = segments[index].end_quarter
    yield index, note
