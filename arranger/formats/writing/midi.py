"""Scores as MIDI, as they are performed: one channel per part.

Words are lyric events in UTF-8, as RP-017 of the MIDI Association has them: one syllable per event, and a space ends a
word. Verses that are not played are not in the file. Chord symbols do not sound, and fermatas are not held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import BytesIO

import mido

from arranger.formats.performance import Performance, Sound, perform
from arranger.formats.writing.staves import instrument_of
from theory.notation.key import Key
from theory.notation.score import Bar, Part, Score

TICKS_PER_QUARTER = 10080  # exact down to 128th notes, and for tuplets of 3, 5, 7 and 9
_DRUM_CHANNEL = 9
_MICROSECONDS_A_MINUTE = 60_000_000
_LARGEST_SIGNATURE = 7
_LONGEST_WAIT = 0x0FFFFFFF  # ticks between two events, a variable-length quantity of four bytes


Event = tuple[int, int, mido.Message | mido.MetaMessage]  # (tick, order within the tick, message)


def to_midi(score: Score) -> bytes:
    """Return a score as a MIDI file of type 1: one track for tempo and meter, then one per part."""
    performance = perform(score)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    file.tracks.append(_track(_conductor_events(score, performance), score.title))
    for number, (part, sounds) in enumerate(zip(score.parts, performance.parts, strict=True)):
        events = [*_part_events(part, sounds, _channel(number)), *_lyric_events(sounds)]
        file.tracks.append(_track(events, part.name))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def _channel(number: int) -> int:
    channel = number % 15
    return channel + (channel >= _DRUM_CHANNEL)


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


def _conductor_events(score: Score, performance: Performance) -> list[Event]:
    events: list[Event] = []
    before: Bar | None = None
    for index, start in zip(performance.order, performance.starts_quarter, strict=True):
        bar = score.bars[index]
        if before is None or before.meter != bar.meter:
            events.append((_ticks(start), 0, _meter_message(bar)))
        if (before is None or before.key != bar.key) and abs(bar.key.fifths) <= _LARGEST_SIGNATURE:
            plain = Key.from_fifths(bar.key.fifths, bar.key.mode)  # a MIDI file knows major and minor only
            name = str(plain.tonic) + ("m" if plain.is_minor else "")
            events.append((_ticks(start), 0, mido.MetaMessage("key_signature", key=name)))
        before = bar
    for start, quarters_per_minute in performance.tempi:
        tempo = min(round(_MICROSECONDS_A_MINUTE / quarters_per_minute), 0xFFFFFF)
        events.append((_ticks(start), 1, mido.MetaMessage("set_tempo", tempo=tempo)))
    return events


def _meter_message(bar: Bar) -> mido.MetaMessage:
    return mido.MetaMessage("time_signature", numerator=bar.meter.beats, denominator=bar.meter.beat_type)


def _part_events(part: Part, sounds: Sequence[Sound], channel: int) -> list[Event]:
    played = instrument_of(part)
    program = played.program if played else 0
    events: list[Event] = [(0, -1, mido.Message("program_change", channel=channel, program=program))]
    for sound in sounds:
        start, end = _ticks(sound.start_quarter), _ticks(sound.end_quarter)
        events.append((start, 1, mido.Message("note_on", channel=channel, note=sound.midi, velocity=sound.velocity)))
        events.append((end, 0, mido.Message("note_off", channel=channel, note=sound.midi, velocity=0)))
    return events


def _lyric_events(sounds: Sequence[Sound]) -> list[Event]:
    """Return the syllables of a part in playing order; the n-th time through a passage has its n-th verse."""
    events: list[Event] = []
    for sound in sounds:
        if sound.lyric:
            ending = "" if sound.lyric.syllabic in ("begin", "middle") else " "
            message = mido.MetaMessage("lyrics", text=sound.lyric.text + ending)
            events.append((_ticks(sound.start_quarter), 0, message))
    return events
