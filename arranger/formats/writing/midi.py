"""Scores as MIDI, as they sound: repeats and jumps played out, ties joined, one channel per part.

Words are lyric events in UTF-8, as RP-017 of the MIDI Association has them: one syllable per event, and a space ends a
word. When a passage is repeated, its next verse is written; verses that are not played are not in the file. Chord
symbols do not sound. Each grace note takes an eighth of a quarter (a 32nd) from the note that it leads to. A dynamic
sets the velocity until the next one, stronger on strong beats and accents; staccato notes are short. Where a score
begins with the word Swing, the second of two eighths comes late. Hairpins, trills and fermatas are not interpreted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import mido

from arranger.formats import limits
from arranger.formats.writing.staves import instrument_of
from arranger.formats.writing.stems import cut_at_bars, stems_of
from theory.notation.key import Key
from theory.notation.score import SWING, Bar, Direction, Lyric, Note, Part, Score
from theory.notation.unfold import playing_order

TICKS_PER_QUARTER = 10080  # exact down to 128th notes, and for tuplets of 3, 5, 7 and 9
_DRUM_CHANNEL = 9
_GRACE_QUARTERS = Fraction(1, 8)
_USUAL_VELOCITY = 80
_VELOCITIES = {"ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 127, "sf": 112, "sfz": 112}
_STRESS = ((1.0, 6), (0.5, 3), (0.25, 0), (0.0, -5))  # metrical strength from which so much is added to the velocity
_ACCENT = 12
_SOUNDING = {"staccato": Fraction(1, 2), "staccatissimo": Fraction(1, 4)}  # share of the note that sounds
_HALF = Fraction(1, 2)
_MICROSECONDS_A_MINUTE = 60_000_000
_LARGEST_SIGNATURE = 7
_LONGEST_WAIT = 0x0FFFFFFF  # ticks between two events, a variable-length quantity of four bytes


@dataclass
class _Sound:
    """A sounding note; start and end in quarters from the beginning of the performance."""

    midi: int
    start: Fraction
    end: Fraction
    velocity: int


Event = tuple[int, int, mido.Message | mido.MetaMessage]  # (tick, order within the tick, message)


def to_midi(score: Score) -> bytes:
    """Return a score as a MIDI file of type 1: one track for tempo and meter, then one per part."""
    order = playing_order(score.bars, score.directions)
    if len(order) > limits.MAX_PLAYED_BARS:
        raise ValueError(
            f"with its repeats played out the piece has {len(order)} bars, and MIDI gets at most "
            f"{limits.MAX_PLAYED_BARS}; write MusicXML"
        )
    starts = _played_starts(score.bars, order)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    file.tracks.append(_track(_conductor_events(score, order, starts), score.title))
    for number, part in enumerate(score.parts):
        sounds = _sounds(part, score, order, starts)
        events = [*_part_events(part, sounds, _channel(number)), *_lyric_events(part, score.bars, order, starts)]
        file.tracks.append(_track(events, part.name))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def _channel(number: int) -> int:
    channel = number % 15
    return channel + (channel >= _DRUM_CHANNEL)


def _played_starts(bars: Sequence[Bar], order: Sequence[int]) -> list[Fraction]:
    starts, reached = [], Fraction(0)
    for index in order:
        starts.append(reached)
        reached += bars[index].length_quarter
    return starts


def _ticks(quarters: Fraction) -> int:
    return round(quarters * TICKS_PER_QUARTER)


def _track(events: Iterable[Event], name: str) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name, time=0)])
    reached = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        if tick - reached > _LONGEST_WAIT:
            raise ValueError("nothing happens for longer than MIDI can say; write MusicXML")
        track.append(message.copy(time=tick - reached))
        reached = tick
    track.append(mido.MetaMessage("end_of_track", time=0))
    return track


def _conductor_events(score: Score, order: Sequence[int], starts: Sequence[Fraction]) -> list[Event]:
    tempi = [mark for mark in score.directions if mark.kind == "tempo" and mark.value and Fraction(mark.value) > 0]
    events: list[Event] = []
    before: Bar | None = None
    for index, start in zip(order, starts, strict=True):
        bar = score.bars[index]
        if before is None or before.meter != bar.meter:
            events.append((_ticks(start), 0, _meter_message(bar)))
        if (before is None or before.key != bar.key) and abs(bar.key.fifths) <= _LARGEST_SIGNATURE:
            plain = Key.from_fifths(bar.key.fifths, bar.key.mode)  # a MIDI file knows major and minor only
            name = str(plain.tonic) + ("m" if plain.is_minor else "")
            events.append((_ticks(start), 0, mido.MetaMessage("key_signature", key=name)))
        for mark in tempi:
            if bar.onset_quarter <= mark.onset_quarter < bar.end_quarter:
                tempo = round(_MICROSECONDS_A_MINUTE / Fraction(mark.value))
                tick = _ticks(start + mark.onset_quarter - bar.onset_quarter)
                events.append((tick, 1, mido.MetaMessage("set_tempo", tempo=min(tempo, 0xFFFFFF))))
        before = bar
    return events


def _meter_message(bar: Bar) -> mido.MetaMessage:
    return mido.MetaMessage("time_signature", numerator=bar.meter.beats, denominator=bar.meter.beat_type)


def _part_events(part: Part, sounds: Sequence[_Sound], channel: int) -> list[Event]:
    played = instrument_of(part)
    program = played.program if played else 0
    events: list[Event] = [(0, -1, mido.Message("program_change", channel=channel, program=program))]
    for sound in sounds:
        start, end = _ticks(sound.start), _ticks(sound.end)
        events.append((start, 1, mido.Message("note_on", channel=channel, note=sound.midi, velocity=sound.velocity)))
        events.append((end, 0, mido.Message("note_off", channel=channel, note=sound.midi, velocity=0)))
    return events


def _lyric_events(part: Part, bars: Sequence[Bar], order: Sequence[int], starts: Sequence[Fraction]) -> list[Event]:
    """Return the syllables of a part in playing order; the n-th time through a passage has its n-th verse."""
    sung: list[list[Note]] = [[] for _ in bars]
    onsets = [bar.onset_quarter for bar in bars]
    for note in part.notes:
        if note.lyrics and note.pitch is not None:
            sung[max(bisect_right(onsets, note.onset_quarter) - 1, 0)].append(note)
    times = [0] * len(bars)  # how often each bar was played
    events: list[Event] = []
    for index, start in zip(order, starts, strict=True):
        for note in sung[index]:
            lyric = _verse(note.lyrics, times[index])
            tick = _ticks(start + note.onset_quarter - bars[index].onset_quarter)
            ending = "" if lyric.syllabic in ("begin", "middle") else " "
            events.append((tick, 0, mido.MetaMessage("lyrics", text=lyric.text + ending)))
        times[index] += 1
    return events


def _verse(lyrics: Sequence[Lyric], times: int) -> Lyric:
    """Return the syllable of the verse that is sung after a passage was played ``times`` times, or the last one."""
    verses = sorted(lyrics, key=lambda lyric: (len(lyric.verse), lyric.verse))
    return verses[min(times, len(verses) - 1)]


def _sounds(part: Part, score: Score, order: Sequence[int], starts: Sequence[Fraction]) -> list[_Sound]:
    """Return the notes of a part in playing order; tied notes are joined if one ends where the other begins."""
    by_bar = _notes_by_bar(part, score.bars)
    dynamics = [mark for mark in score.directions if mark.kind == "dynamic" and mark.part in ("", part.name)]
    placed = _swung if _swings(score) else _as_written
    sounds: list[_Sound] = []
    held: dict[int, _Sound] = {}  # MIDI number -> sound that is tied to the next note
    for index, played in zip(order, starts, strict=True):
        shift = played - score.bars[index].onset_quarter
        for note, start, end in by_bar[index]:
            if note.pitch is None or end <= start:
                continue
            if not 0 <= note.pitch.midi <= limits.MAX_MIDI_NUMBER:
                raise ValueError(f"{note.pitch} in bar {score.bars[index].number} has no MIDI number")
            start, end = placed(start, score.bars[index]), placed(end, score.bars[index])
            sound = held.pop(note.pitch.midi, None) if note.tie_stop else None
            if sound is None or sound.end != start + shift:
                stress = _stress(note, score.bars[index])
                velocity = min(max(_velocity(dynamics, note.onset_quarter) + stress, 1), 127)
                sound = _Sound(note.pitch.midi, start + shift, end + shift, velocity)
                sounds.append(sound)
            sound.end = start + shift + (end - start) * _SOUNDING.get(_touch(note), Fraction(1))
            if note.tie_start:
                held[note.pitch.midi] = sound
    return sounds


def _touch(note: Note) -> str:
    return next((touch for touch in note.articulations if touch in _SOUNDING), "")


def _stress(note: Note, bar: Bar) -> int:
    """Return what meter and accent add to the velocity of a note."""
    accent = _ACCENT if "accent" in note.articulations else 0
    return accent + next(plus for least, plus in _STRESS if bar.meter.strength(_offset(note, bar)) >= least)


def _offset(note: Note, bar: Bar) -> Fraction:
    return bar.offset_in_meter(note.onset_quarter) % bar.meter.quarters


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


def _velocity(dynamics: Sequence[Direction], onset: Fraction) -> int:
    name = ""
    for mark in dynamics:
        if mark.onset_quarter <= onset:
            name = mark.text or mark.value
    return _VELOCITIES.get(name, _USUAL_VELOCITY)


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
