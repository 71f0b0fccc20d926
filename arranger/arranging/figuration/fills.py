"""Fills: what an inner part plays where the tune rests or holds.

A band answers its tune: while the lead rests for two beats or holds a note for three, one of the inner parts plays a
short line that leads back into the tune. Its rhythm is that of the groove. Its tones are chosen whole, by dynamic
programming: chord tones on the beats, steps between them, few turns, and a step into the part's own next note. The
inner parts take turns, the first statement of a tune stays plain, and a fill that would make parallels is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from arranger.arranging.figuration.figuring import Player, Sounding, clipped
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Score
from theory.slices.texture import REST

REST_BEATS, HELD_BEATS = 2, 3  # the tune rests or holds at least this long
OFF_CHORD, RUB, REPEATED, TURN, AGAIN, CROSSES = 1.5, 3.0, 3.0, 0.4, 0.8, 1.0  # costs of a tone
LEAPS = (0.0, 0.0, 0.0, 0.6, 0.8, 1.5, 4.0, 2.0)  # costs of moving 0 to 7 semitones
WIDE_LEAP = 6.0
WIDEST = 12  # semitones from the note that the part would hold
FEWEST = 3  # notes

Lines = Sequence[Sequence[Sounding]]


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stretch in which the tune begins no note."""

    start_quarter: Fraction  # where a fill may begin
    end_quarter: Fraction  # where the tune, or the next bar without an upbeat, begins
    held: int  # MIDI number of the note that the tune holds, REST if it rests


@dataclass(frozen=True, slots=True)
class Fill:
    """The notes of one part in a quiet stretch."""

    voice: int
    notes: tuple[Sounding, ...]

    @property
    def places(self) -> frozenset[tuple[int, Fraction]]:
        """The voice with each onset of the fill and with its end, where the part goes on."""
        times = [*(note.start_quarter for note in self.notes), self.notes[-1].end_quarter]
        return frozenset((self.voice, time) for time in times)


@dataclass(frozen=True)
class Setting:
    """Where fills may stand and what they are made of."""

    score: Score  # with the tune in its first part
    chords: Sequence[Harmony]
    rhythm: Sequence[tuple[Fraction, Fraction]]  # onset, counted back from the end of the stretch, and length, in beats
    answered: Sequence[bool]  # (bar,) whether the tune may be answered there
    players: Mapping[int, Player]  # by voice, from the top
    scale_at: Callable[[Fraction], frozenset[int]]  # onset in quarters -> pitch classes of the key

    def answers(self, bar: int) -> bool:
        """Whether the tune may be answered in a bar."""
        return bool(self.rhythm) and self.answered[bar]


def quiet_places(tune: Sequence[Sounding], score: Score) -> list[Quiet]:
    """Return the stretches within the tune that are long enough for a fill; the last bar has none."""
    end = score.bars[-1].onset_quarter
    found = []
    for note, after in pairwise(_merged(tune)):
        beat = score.bar_at(note.start_quarter).meter.beat_quarters
        length = note.end_quarter - note.start_quarter
        enough = REST_BEATS if note.midi == REST else HELD_BEATS
        if length >= enough * beat and after.start_quarter <= end:
            start = note.start_quarter + (beat if note.midi != REST else 0)
            found.append(Quiet(start, after.start_quarter, note.midi))
    return found


def _merged(tune: Sequence[Sounding]) -> Iterator[Sounding]:
    """Yield the notes of a tune, with rests joined that follow each other."""
    waiting: Sounding | None = None
    for note in tune:
        if waiting is not None and waiting.midi == note.midi == REST:
            waiting = Sounding(waiting.start_quarter, note.end_quarter, REST)
            continue
        if waiting is not None:
            yield waiting
        waiting = note
    if waiting is not None:
        yield waiting


def _before_seam(quiet: Quiet, score: Score) -> Quiet:
    """Return a stretch that ends where a repeat or an ending begins or ends."""
    for bar in score.bars[score.bar_at(quiet.start_quarter).index :]:
        if bar.end_quarter >= quiet.end_quarter:
            break
        after = score.bars[bar.index + 1]
        if bar.repeat_end or after.repeat_start or after.volta != bar.volta:
            return replace(quiet, end_quarter=bar.end_quarter)
    return quiet


def _is_free(line: Sequence[Sounding], quiet: Quiet) -> bool:
    """Whether a line accompanies during the whole stretch; one that has the tune is not there."""
    inside = list(clipped(line, quiet.start_quarter, quiet.end_quarter)) if line else []
    length = sum((note.end_quarter - note.start_quarter for note in inside), start=Fraction(0))
    return length == quiet.end_quarter - quiet.start_quarter


def onsets_of(
    quiet: Quiet, rhythm: Sequence[tuple[Fraction, Fraction]], beat: Fraction
) -> list[tuple[Fraction, Fraction]]:
    """Return the onsets and ends of a fill, in quarters.

    ``rhythm`` gives each note's onset, counted back from the end of the stretch, and its length, both in beats.
    """
    times = [(quiet.end_quarter - back * beat, length * beat) for back, length in rhythm]
    return [(start, start + length) for start, length in times if start >= quiet.start_quarter]


class Ground:
    """What sounds around a fill: the chords, the scale and the other lines."""

    def __init__(
        self, chords: Sequence[Harmony], scale_at: Callable[[Fraction], frozenset[int]], others: Lines
    ) -> None:
        self._chords, self._scale_at, self._others = chords, scale_at, others
        self._onsets = [chord.onset_quarter for chord in chords]

    def chord_at(self, onset_quarter: Fraction) -> ChordSymbol | None:
        """Return the chord in force at a time, if any."""
        index = bisect_right(self._onsets, onset_quarter) - 1
        symbol = self._chords[index].symbol if index >= 0 else None
        return None if symbol is None or symbol.root is None else symbol

    def tones_at(self, onset_quarter: Fraction) -> frozenset[int]:
        """Return the pitch classes of the scale of a chord: its own, and those of the key that it does not alter."""
        chord = self.chord_at(onset_quarter)
        scale = self._scale_at(onset_quarter)
        if chord is None:
            return scale
        own = frozenset(pc for pc in range(12) if chord.role_of(pc) not in (None, "tension"))
        return own | frozenset(pc for pc in scale if not ({(pc + 1) % 12, (pc - 1) % 12} & own - scale))

    def rubs(self, midi: int, onset_quarter: Fraction) -> bool:
        """Whether a note sounds a half step, or one and octaves, beside a note of another line."""
        return any((midi - note.midi) % 12 in (1, 11) for note in self._sounding(onset_quarter))

    def _sounding(self, onset_quarter: Fraction) -> Iterator[Sounding]:
        for line in self._others:
            index = bisect_right(line, onset_quarter, key=lambda note: note.start_quarter) - 1
            if index >= 0 and line[index].midi != REST and line[index].end_quarter > onset_quarter:
                yield line[index]


def filled_line(
    times: Sequence[tuple[Fraction, Fraction]],
    ground: Ground,
    player: Player,
    *,
    own: int,
    target: int,
    ceiling: int,
    beat: Fraction,
) -> tuple[Sounding, ...]:
    """Return the cheapest line at these onsets and ends, from near the note ``own`` to the part's next note ``target``.

    The line stays below ``ceiling`` where it can. All are MIDI numbers. Returns nothing where no chord tone is near.
    """
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
    for number, (start, _) in enumerate(times):
        tones, chord = ground.tones_at(start), ground.chord_at(start)
        on_beat = start % beat == 0
        reach = range(max(player.lowest, own - WIDEST), min(player.highest, own + WIDEST) + 1)
        found: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
        for midi in (each for each in reach if each % 12 in tones):
            foreign = chord is not None and chord.role_of(midi % 12) in (None, "tension")
            cost = OFF_CHORD * (foreign and on_beat) + RUB * ((on_beat or foreign) and ground.rubs(midi, start))
            cost += CROSSES * max(0, midi - ceiling)
            if number == 0:
                if not foreign:
                    found[midi, 0] = cost + 0.2 * abs(midi - own), (midi,)
                continue
            for (before, direction), (so_far, line) in best.items():
                way = (midi > before) - (midi < before)
                whole = so_far + cost + _leap(midi - before) + TURN * (direction * way < 0) + AGAIN * (midi in line)
                if (midi, way) not in found or whole < found[midi, way][0]:
                    found[midi, way] = whole, (*line, midi)
        best = found
    if not best:
        return ()
    _, line = min((cost + _leap(target - key[0]), line) for key, (cost, line) in best.items())
    touches = [*["slurred"] * (len(line) - 1), ""]
    return tuple(
        Sounding(start, end, midi, touch=touch) for (start, end), midi, touch in zip(times, line, touches, strict=True)
    )


def _leap(semitones: int) -> float:
    size = abs(semitones)
    if not size:
        return REPEATED
    return LEAPS[size] if size < len(LEAPS) else WIDE_LEAP


def with_fill(line: Sequence[Sounding], fill: Fill) -> list[Sounding]:
    """Return a line with the notes of a fill in place of its own; the line rests between them."""
    start, end = fill.notes[0].start_quarter, fill.notes[-1].end_quarter
    first, last = line[0].start_quarter, line[-1].end_quarter
    return [*clipped(line, first, start), *_closed(fill.notes), *clipped(line, end, last)]


def _closed(notes: Sequence[Sounding]) -> Iterator[Sounding]:
    for note, after in pairwise(notes):
        yield note
        if note.end_quarter < after.start_quarter:
            yield Sounding(note.end_quarter, after.start_quarter, REST)
    yield notes[-1]


def next_note(line: Sequence[Sounding], onset_quarter: Fraction) -> int:
    """Return the MIDI number of the first note that sounds at a time or begins after it, REST if there is none."""
    index = bisect_left(line, onset_quarter, key=lambda note: note.end_quarter)
    return next((note.midi for note in line[index:] if note.end_quarter > onset_quarter and note.midi != REST), REST)


def fills_of(lines: Lines, tune: Sequence[Sounding], setting: Setting) -> Iterator[Fill]:
    """Yield the fills of a band, by turns among the inner parts that do not have the tune then."""
    turn = 0
    for quiet in quiet_places(tune, setting.score):
        bar = setting.score.bar_at(quiet.start_quarter)
        beat = bar.meter.beat_quarters
        if not setting.answers(bar.index):
            continue
        quiet = _before_seam(quiet, setting.score)
        times = onsets_of(quiet, setting.rhythm, beat)
        free = [voice for voice in setting.players if _is_free(lines[voice], quiet)][:-1]  # without the bass
        if len(times) < FEWEST or not free:
            continue
        voice = free[turn % len(free)]
        others = [tune, *(line for other, line in enumerate(lines) if other != voice)]
        notes = filled_line(
            times,
            Ground(setting.chords, setting.scale_at, others),
            setting.players[voice],
            own=next_note(lines[voice], times[0][0]),
            target=next_note(lines[voice], times[-1][1]),
            ceiling=quiet.held - 1 if quiet.held != REST else setting.players[voice].highest,
            beat=beat,
        )
        if notes:
            turn += 1
            yield Fill(voice, notes)
