"""A score as it is performed: repeats and jumps played out, ties joined, swing and short notes as they sound.

Times are in quarters from the beginning of the performance; the MIDI writer and the sound engine both begin here, so
that a note has one time in both. When a passage is repeated, its next verse is sung. Each grace note takes an eighth of
a quarter (a 32nd) from the note that it leads to. A dynamic sets the velocity until the next one, stronger on strong
beats and accents; a hairpin leads to the dynamic at its end, or one step up or down where there is none. Staccato notes
are short. Where a score begins with the word Swing, the second of two eighths comes late. Trills are not interpreted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.writing.stems import cut_at_bars, stems_of
from theory.notation.score import SWING, Bar, Direction, Lyric, Note, Part, Score
from theory.notation.unfold import playing_order

USUAL_VELOCITY = 80  # mf, where no dynamic is written
USUAL_TEMPO = Fraction(120)  # quarters per minute where no tempo is written, as MIDI has it
_GRACE_QUARTERS = Fraction(1, 8)
_VELOCITIES = {"ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 127, "sf": 112, "sfz": 112}
_HAIRPINS = {"crescendo": 1, "diminuendo": -1}
_HAIRPIN_STEP = 16  # velocity from one dynamic to the next
_SOON_QUARTERS = Fraction(1)  # a dynamic so soon after a hairpin is where it leads to
_STRESS = ((1.0, 6), (0.5, 3), (0.25, 0), (0.0, -5))  # metrical strength from which so much is added to the velocity
_ACCENT = 12
_SOUNDING = {"staccato": Fraction(1, 2), "staccatissimo": Fraction(1, 4)}  # share of the note that sounds
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Sound:
    """One sounding note of a performance."""

    note: Note  # as written; of tied notes the first
    midi: int
    start_quarter: Fraction
    end_quarter: Fraction  # where it is let go: a staccato note ends early
    velocity: int  # at its start, 1 to 127
    end_velocity: int  # at its end, where a hairpin leads
    lyric: Lyric | None = None  # the syllable that begins with it, of the verse that is sung this time
    fermata_quarter: Fraction | None = None  # when the written note begins that has a fermata; None: there is none


@dataclass(frozen=True)
class Performance:
    """What is played when, in quarters from the beginning."""

    order: tuple[int, ...]  # indices of the written bars, as they are played
    starts_quarter: tuple[Fraction, ...]  # when each of them begins
    end_quarter: Fraction
    tempi: tuple[tuple[Fraction, Fraction], ...]  # (when, quarters per minute)
    parts: tuple[tuple[Sound, ...], ...]  # of each part of the score, in playing order


def perform(score: Score) -> Performance:
    """Return a score as it is performed.

    Raises ValueError if it is too long with its repeats played out, or if a note has no MIDI number.
    """
    order = playing_order(score.bars, score.directions)
    if len(order) > limits.MAX_PLAYED_BARS:
        raise ValueError(
            f"with its repeats played out the piece has {len(order)} bars, and at most {limits.MAX_PLAYED_BARS} are "
            "played; write MusicXML"
        )
    starts, reached = [], Fraction(0)
    for index in order:
        starts.append(reached)
        reached += score.bars[index].length_quarter
    played = tuple(zip(order, starts, strict=True))
    parts = tuple(_sounds(part, score, played) for part in score.parts)
    return Performance(tuple(order), tuple(starts), reached, tuple(_tempi(score, played)), parts)


def first_tempo(performance: Performance) -> Fraction:
    """Return the tempo at the beginning, in quarters per minute: the first mark, 120 without one."""
    return performance.tempi[0][1] if performance.tempi else USUAL_TEMPO


def _tempi(score: Score, played: Sequence[tuple[int, Fraction]]) -> Iterable[tuple[Fraction, Fraction]]:
    marks = [mark for mark in score.directions if mark.kind == "tempo" and mark.value and Fraction(mark.value) > 0]
    for index, start in played:
        bar = score.bars[index]
        for mark in marks:
            if bar.onset_quarter <= mark.onset_quarter < bar.end_quarter:
                yield start + mark.onset_quarter - bar.onset_quarter, Fraction(mark.value)


def _sounds(part: Part, score: Score, played: Sequence[tuple[int, Fraction]]) -> tuple[Sound, ...]:
    """Return the notes of a part in playing order; tied notes are joined if one ends where the other begins."""
    by_bar = _notes_by_bar(part, score.bars)
    levels = _levels([mark for mark in score.directions if mark.part in ("", part.name)])
    placed = _swung if _swings(score) else _as_written
    sounds: list[Sound] = []
    held: dict[int, int] = {}  # MIDI number -> place of the sound that is tied to the next note
    times = [0] * len(score.bars)  # how often each bar was played
    for index, start_of_bar in played:
        bar = score.bars[index]
        shift = start_of_bar - bar.onset_quarter
        for note, start, end in by_bar[index]:
            if note.pitch is None or end <= start:
                continue
            if not 0 <= note.pitch.midi <= limits.MAX_MIDI_NUMBER:
                raise ValueError(f"{note.pitch} in bar {bar.number} has no MIDI number")
            start, end = placed(start, bar) + shift, placed(end, bar) + shift
            at = held.pop(note.pitch.midi, None) if note.tie_stop else None
            if at is None or sounds[at].end_quarter != start:
                at = len(sounds)
                velocity = _within(_level(levels, note.onset_quarter) + _stress(note, bar))
                lyric = _verse(note.lyrics, times[index]) if note.lyrics else None
                sounds.append(Sound(note, note.pitch.midi, start, end, velocity, velocity, lyric))
            grown = _level(levels, note.end_quarter, before=True) - _level(levels, sounds[at].note.onset_quarter)
            sounds[at] = replace(
                sounds[at],
                end_quarter=start + (end - start) * _SOUNDING.get(_touch(note), Fraction(1)),
                end_velocity=_within(sounds[at].velocity + grown),
                fermata_quarter=start if note.fermata else sounds[at].fermata_quarter,
            )
            if note.tie_start:
                held[note.pitch.midi] = at
        times[index] += 1
    return tuple(sounds)


def _within(velocity: int) -> int:
    return min(max(velocity, 1), 127)


def _touch(note: Note) -> str:
    return next((touch for touch in note.articulations if touch in _SOUNDING), "")


def _stress(note: Note, bar: Bar) -> int:
    """Return what meter and accent add to the velocity of a note."""
    accent = _ACCENT if "accent" in note.articulations else 0
    offset = bar.offset_in_meter(note.onset_quarter) % bar.meter.quarters
    return accent + next(plus for least, plus in _STRESS if bar.meter.strength(offset) >= least)


def _swings(score: Score) -> bool:
    return any(each.kind == "words" and each.text == SWING and not each.onset_quarter for each in score.directions)


def _as_written(time: Fraction, bar: Bar) -> Fraction:
    return time


def _swung(time: Fraction, bar: Bar) -> Fraction:
    """Return when a time in a bar is played: the second half of a quarter is its last third; triplets stay."""
    within = bar.offset_in_meter(time) % 1
    if within.denominator not in (2, 4):
        return time
    late = within * Fraction(4, 3) if within <= _HALF else Fraction(2, 3) + (within - _HALF) * Fraction(2, 3)
    return time + late - within


def _verse(lyrics: Sequence[Lyric], times: int) -> Lyric:
    """Return the syllable of the verse that is sung after a passage was played ``times`` times, or the last one."""
    verses = sorted(lyrics, key=lambda lyric: (len(lyric.verse), lyric.verse))
    return verses[min(times, len(verses) - 1)]


Levels = list[tuple[Fraction, int]]  # (written time, velocity): straight lines between them; two at a time are a step


def _levels(marks: Iterable[Direction]) -> Levels:
    """Return the velocity over the written time, by dynamics and hairpins."""
    points: Levels = [(Fraction(0), USUAL_VELOCITY)]
    ordered = sorted(marks, key=lambda mark: mark.onset_quarter)
    dynamics = [mark for mark in ordered if mark.kind == "dynamic"]
    stops = [mark.onset_quarter for mark in ordered if mark.kind == "wedge" and mark.value == "stop"]
    for mark in ordered:
        onset = mark.onset_quarter
        now = _level(points, onset)
        if mark.kind == "dynamic":
            kept = [point for point in points if point[0] < onset] + [(onset, _level(points, onset, before=True))]
            points = [*kept, (onset, _VELOCITIES.get(_name(mark), USUAL_VELOCITY))]
        elif mark.kind == "wedge" and mark.value in _HAIRPINS:
            stop = next((each for each in stops if each > onset), None)
            if stop is not None:
                points += [(onset, now), (stop, _goal(mark, stop, dynamics, now))]
    return points


def _name(mark: Direction) -> str:
    return mark.text or mark.value


def _goal(wedge: Direction, stop: Fraction, dynamics: Sequence[Direction], now: int) -> int:
    """Return the velocity that a hairpin leads to: the dynamic that is written where it stops or soon after."""
    sign = _HAIRPINS[wedge.value]
    written = (_name(mark) for mark in dynamics if stop <= mark.onset_quarter <= stop + _SOON_QUARTERS)
    goal = _VELOCITIES.get(next(written, ""), now)
    return goal if (goal - now) * sign > 0 else _within(now + sign * _HAIRPIN_STEP)


def _level(levels: Levels, onset: Fraction, *, before: bool = False) -> int:
    """Return the velocity at a time; at a step that after it, or ``before`` it."""
    after = next((i for i, (at, _) in enumerate(levels) if (at >= onset if before else at > onset)), len(levels))
    if after == 0 or after == len(levels):
        return levels[min(after, len(levels) - 1)][1]
    (left, low), (right, high) = levels[after - 1], levels[after]
    return round(low + (high - low) * (onset - left) / (right - left)) if right > left else high


def _notes_by_bar(part: Part, bars: Sequence[Bar]) -> list[list[tuple[Note, Fraction, Fraction]]]:
    """Return (note, start, end) of each bar, in quarters of the written score; grace notes get a duration."""
    held: list[list[tuple[Note, Fraction, Fraction]]] = [[] for _ in bars]
    for voice in sorted({note.voice for note in part.notes}):
        stems = stems_of(note for note in part.notes if note.voice == voice)
        for index, cut in enumerate(cut_at_bars(stems, bars)):
            held[index] += _timed([list(stem) for stem in cut])
    return [sorted(notes, key=lambda timed: timed[1]) for notes in held]


def _timed(stems: Sequence[Sequence[Note]]) -> list[tuple[Note, Fraction, Fraction]]:
    timed: list[tuple[Note, Fraction, Fraction]] = []
    graces: list[Sequence[Note]] = []
    for stem in stems:
        if stem[0].grace:
            graces.append(stem)
            continue
        onset, length = stem[0].onset_quarter, stem[0].duration_quarter
        each = min(_GRACE_QUARTERS, length / 2 / len(graces)) if graces else Fraction(0)
        for number, grace in enumerate(graces):
            timed += [(note, onset + number * each, onset + (number + 1) * each) for note in grace]
        timed += [(note, onset + len(graces) * each, note.end_quarter) for note in stem]
        graces = []
    return timed
