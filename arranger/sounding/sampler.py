"""Instruments from recorded notes: samples cut from the SoundFont FluidR3Mono (``samples/NOTICE.md``).

A note is the nearest sample, read faster or slower, with its loop repeated while the note is held. It begins where the
recording is heard to begin, so that slow bows and quick hammers are together. A note under a slur begins without the
attack. Softer notes are darker.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np

from arranger.sounding.casting import Player
from arranger.sounding.files import demand_soundfile
from arranger.sounding.signals import MF_LEVEL, MF_VELOCITY, Floats, Samples, add, faded, loudness

_LEAD_SECONDS = 0.05  # a note begins at most so much before it is heard
_FADE_SECONDS = 0.004
_SLURRED_SECONDS = 0.035  # from one note to the next under a slur
_CHANGE_SECONDS = 0.03  # before another note follows at once, the sound stops within this time
_SLURRED_IN_SECONDS = 0.12  # so far into the recording such a note begins
_VIBRATO_HERTZ = 5.1
_VIBRATO_CENTS = 5.0  # little, because many recordings have their own
_DARK_HERTZ = 900.0  # above it a note at the softest dynamic has half as much
_SEAM = 2000  # samples over which a loop is led back to its beginning
_SHADES = 8  # steps between the softest and the usual colour


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """One note of an instrument."""

    start_second: float
    end_second: float
    midi: int
    velocity: int
    end_velocity: int
    slurred: bool = False  # begins under a slur that began before
    follows: bool = False  # another note follows at once


@dataclass(frozen=True, slots=True)
class Zone:
    """One sample: the keys it is for, the key at which it sounds as recorded, and its loop in samples."""

    program: int
    file: str
    low: int
    high: int
    root: float
    rate: int
    loop: tuple[int, int]
    level: float  # RMS of the held sound
    heard_at: int  # where the note is heard to begin
    seconds_to_60_db: float  # how fast a held note dies away; 0: it does not


def play(notes: Sequence[PlayedNote], player: Player, *, length: int, rate: int) -> Samples:
    """Return the sound of an instrument, ``length`` samples at ``rate`` hertz.

    Raises ValueError if soundfile, which reads the samples, is not installed.
    """
    out = np.zeros(length, np.float32)
    zones = zones_of(player.program)
    for note in notes:
        tone, lead = _tone(note, _nearest(zones, note.midi), player.release_second, rate)
        add(out, tone, round((note.start_second - lead) * rate))
    return out


def _nearest(zones: Sequence[Zone], midi: int) -> Zone:
    return min(zones, key=lambda zone: (max(zone.low - midi, midi - zone.high, 0), zone.file))


def _tone(note: PlayedNote, zone: Zone, release: float, rate: int) -> tuple[Samples, float]:
    """Return a note, and by how many seconds it begins before its time."""
    step = zone.rate / rate * 2 ** ((note.midi - zone.root) / 12)  # samples of the recording per sample
    speed = step * rate  # samples of the recording per second
    if note.slurred:
        lead, first, rise = _SLURRED_SECONDS / 2, zone.heard_at + _SLURRED_IN_SECONDS * zone.rate, _SLURRED_SECONDS
    else:
        lead, rise = min(_LEAD_SECONDS, zone.heard_at / speed), _FADE_SECONDS
        first = zone.heard_at - lead * speed
    passes_on = note.follows and not zone.seconds_to_60_db  # one player plays one note after another
    fall, after = (_CHANGE_SECONDS, 0.0) if passes_on else (release, release)
    count = max(2, round((note.end_second - note.start_second + lead + after) * rate))
    passed = np.arange(count, dtype=np.float64)
    if not zone.seconds_to_60_db:
        passed += _vibrato(passed / rate - lead, note) * rate
    tone = _read(_recording(zone, _shade(note)), zone.loop, first + step * passed)
    tone *= _level(note, zone, count, rate)
    return faded(tone, round(rise * rate), round(fall * rate)), lead


def _vibrato(seconds: Floats, note: PlayedNote) -> Floats:
    """Return by how much a player is ahead of an even reading, in seconds: a little vibrato after the attack."""
    grown = np.clip((seconds - 0.25) / 0.4, 0, 1)
    angle = 2 * np.pi * _VIBRATO_HERTZ * (seconds + note.start_second)
    depth = _VIBRATO_CENTS * np.log(2) / 1200 / (2 * np.pi * _VIBRATO_HERTZ)
    ahead: Floats = depth * grown * np.sin(angle)
    return ahead


def _read(recording: Samples, loop: tuple[int, int], places: Floats) -> Samples:
    """Return a recording at fractional places, its loop repeated for ever; cubic between samples."""
    begin, end = loop
    places = np.where(places >= end, begin + (places - begin) % (end - begin), places)
    index = places.astype(np.int32)
    part = (places - index).astype(np.float32)
    before, here, after, beyond = (recording[index + offset] for offset in (0, 1, 2, 3))
    # Catmull and Rom's spline; the recording is padded by one sample in front
    slope = after - before
    bend = 2 * before - 5 * here + 4 * after - beyond
    curve = beyond - before + 3 * (here - after)
    read: Samples = here + 0.5 * part * (slope + part * (bend + part * curve))
    return read


def _level(note: PlayedNote, zone: Zone, count: int, rate: int) -> Samples:
    """Return how loud the recording is played, sample by sample; a string that was struck dies away."""
    if not zone.seconds_to_60_db:
        return loudness(note.velocity, note.end_velocity, count) * np.float32(MF_LEVEL / zone.level)
    dying = np.exp(np.arange(count, dtype=np.float32) * np.float32(-6.908 / (zone.seconds_to_60_db * rate)))
    level: Samples = dying * loudness(note.velocity, note.velocity, count) * np.float32(MF_LEVEL / zone.level)
    return level


def _shade(note: PlayedNote) -> int:
    """Return how dark a note is: 0 from mf on, more for softer ones."""
    return int(np.clip(round((MF_VELOCITY - note.velocity) / MF_VELOCITY * _SHADES), 0, _SHADES))


@lru_cache(maxsize=1)
def _table() -> dict[int, tuple[Zone, ...]]:
    written = json.loads(files("arranger.sounding").joinpath("samples/zones.json").read_text(encoding="utf-8"))
    return {int(program): tuple(_zone(int(program), entry) for entry in zones) for program, zones in written.items()}


def _zone(program: int, entry: dict[str, Any]) -> Zone:
    low, high = entry["keys"]
    begin, end = entry["loop"]
    rest = {name: entry[name] for name in ("file", "root", "rate", "level", "heard_at", "seconds_to_60_db")}
    return Zone(program, low=low, high=high, loop=(begin, end), **rest)


def zones_of(program: int) -> tuple[Zone, ...]:
    """Return the samples of a General MIDI program, of its nearest relative, or else of the piano."""
    table = _table()
    family = [each for each in table if each // 8 == program // 8]
    return table[min(family, key=lambda each: (abs(each - program), each), default=0)]


@lru_cache(maxsize=256)
def _recording(zone: Zone, shade: int) -> Samples:
    """Return a sample in a shade, with a sample of silence in front and a little of its loop behind."""
    demand_soundfile()
    import soundfile

    archive = BytesIO(files("arranger.sounding").joinpath("samples/samples.zip").read_bytes())
    with zipfile.ZipFile(archive) as samples:
        sound, _ = soundfile.read(BytesIO(samples.read(zone.file)), dtype="float32")
    begin, end = zone.loop
    sound = _without_seam(_darkened(sound, zone.rate, shade) if shade else sound, begin, end)
    return np.concatenate([np.zeros(1, np.float32), sound[:end], sound[begin : begin + 4]])


def _without_seam(sound: Samples, begin: int, end: int) -> Samples:
    """Return a sample whose loop ends like what comes before its beginning, so that nothing clicks there."""
    length = min(begin, (end - begin) // 2, _SEAM)
    share = np.linspace(0, 1, length, dtype=np.float32)
    joined = sound.copy()
    joined[end - length : end] = (1 - share) * sound[end - length : end] + share * sound[begin - length : begin]
    return joined


def _darkened(sound: Samples, rate: int, shade: int) -> Samples:
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    through = 1 / np.sqrt(1 + (hertz / _DARK_HERTZ) ** 2 * (shade / _SHADES))
    dark: Samples = np.fft.irfft(np.fft.rfft(sound) * through, len(sound)).astype(np.float32)
    return dark
