"""A section of singers, synthesised: each singer is a glottal tone that the vocal tract colours to a vowel.

Every singer of a section has an own tuning, vibrato and length of vocal tract, and drifts a little; the vowel's
formants are in ``formants.toml``. A louder tone has more high partials. A soprano above her first formant raises it
with the pitch, as singers do (J. Sundberg, The Science of the Singing Voice, 1987, ch. 5). There are no consonants:
between two syllables the tone dips, within one it glides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np

from arranger.sounding.signals import MF_LEVEL, MF_VELOCITY, Floats, Samples, add, faded, loudness
from arranger.sounding.vowels import Vowel

Kind = Literal["woman", "man"]

_WEIGHTS = np.array([1.5, 0.5, 0.5, 0.5, 0.5])  # of the singers: one leads, so that they never cancel one another out
SINGERS = len(_WEIGHTS)  # in a section
LEAD_SECONDS = 0.009  # a note begins so much before its time, so that half of its attack is over then
_ATTACK_SECONDS = 0.032
_RELEASE_SECONDS = 0.09
_GLIDE_SECONDS = 0.05
_DIP_SECONDS = 0.03  # before another syllable the tone ends so much earlier
_BLOCK = 32  # samples for which the frequency stays the same
_SPREAD_PERIODS = 0.6  # over so much of a period the singers begin, so that they do not cancel out in the attack
_TABLE = 4096  # samples of one period
_HIGHEST_PARTIAL_HERTZ = 9000.0
_BREATH_DECIBELS = -38.0


@dataclass(frozen=True, slots=True)
class SungNote:
    """One note of a section."""

    start_second: float
    end_second: float
    midi: int
    velocity: int
    end_velocity: int
    vowel: Vowel
    glides_from: int | None = None  # MIDI number of the note before it on the same syllable
    glides_on: bool = False  # another note follows on the same syllable
    follows: bool = False  # another syllable follows at once


@dataclass(frozen=True)
class Section:
    """The singers of one part; arrays have one entry per singer."""

    kind: Kind
    tuning_cents: Floats
    vibrato_hertz: Floats
    vibrato_cents: Floats
    tract: Floats  # factor of the formant frequencies
    wander: Floats  # (singer, 3 sines, frequency and phase)

    @classmethod
    def drawn(cls, kind: Kind, rng: np.random.Generator) -> Section:
        """Return a section whose singers are drawn by ``rng``."""
        slow = np.stack([rng.uniform(0.2, 1.3, (SINGERS, 3)), rng.uniform(0, 2 * np.pi, (SINGERS, 3))], axis=2)
        return cls(
            kind=kind,
            tuning_cents=np.append(0.0, _centred(rng.normal(0, 7, SINGERS - 1))),  # the leader is in tune
            vibrato_hertz=rng.uniform(4.8, 6.1, SINGERS),
            vibrato_cents=rng.uniform(9, 22, SINGERS),
            tract=1 + _centred(rng.normal(0, 0.02, SINGERS)),
            wander=slow,
        )


def _centred(values: Floats) -> Floats:
    return values - values.mean()


def sing(notes: Sequence[SungNote], section: Section, *, length: int, rate: int, rng: np.random.Generator) -> Samples:
    """Return the sound of a section, ``length`` samples at ``rate`` hertz; at mf its RMS is about 0.1."""
    out = np.zeros(length, np.float32)
    for note in notes:
        _add_note(out, note, section, rate, rng)
    return out


def _add_note(out: Samples, note: SungNote, section: Section, rate: int, rng: np.random.Generator) -> None:
    start = note.start_second - LEAD_SECONDS
    early, release = _passing(note)
    end = max(note.end_second - early, note.start_second + 0.03)
    first = round(start * rate)
    blocks = max(1, round((end + release - start) * rate / _BLOCK))
    seconds = np.arange(blocks) * (_BLOCK / rate)
    steps = _frequencies(note, section, start, seconds) / rate  # (singer, block), periods per sample
    tone = _tone(_tables(note, section, rate), steps, rng)
    tone += _breath(note.vowel, section.kind, rate, len(tone), rng)
    tone *= loudness(note.velocity, note.end_velocity, len(tone))
    attack = _ATTACK_SECONDS if note.glides_from is None else _GLIDE_SECONDS
    add(out, faded(tone, round(attack * rate), round(release * rate)), first)


def _passing(note: SungNote) -> tuple[float, float]:
    """Return how long before its end a note begins to fade, and how long that takes, in seconds."""
    if note.glides_on:
        return _GLIDE_SECONDS / 2, _GLIDE_SECONDS
    return (_DIP_SECONDS, _GLIDE_SECONDS) if note.follows else (0.0, _RELEASE_SECONDS)


def _frequencies(note: SungNote, section: Section, start: float, seconds: Floats) -> Floats:
    """Return the frequency of each singer over time, in hertz: (singer, block)."""
    now = start + seconds
    grown = np.clip(seconds / 0.5, 0.15, 1.0)  # vibrato comes in as a note is held
    angle = 2 * np.pi * section.vibrato_hertz[:, None] * now + section.wander[:, :1, 1]
    slow = np.sin(2 * np.pi * section.wander[:, :, :1] * now + section.wander[:, :, 1:]).sum(axis=1)
    cents = section.tuning_cents[:, None] + section.vibrato_cents[:, None] * grown * np.sin(angle) + 2.5 * slow
    if note.glides_from is not None:
        interval = np.clip((note.glides_from - note.midi) * 100, -300, 300)
        cents = cents + interval * np.exp(-seconds / (_GLIDE_SECONDS / 3))
    else:
        cents = cents - 12 * np.exp(-seconds / 0.03)  # singers reach a new note from just below
    return 440.0 * 2 ** ((note.midi - 69) / 12 + cents / 1200)


def _tone(tables: Samples, steps: Floats, rng: np.random.Generator) -> Samples:
    """Return the sum of the singers: tables (singer, place) read at the given steps (singer, block)."""
    singers, blocks = steps.shape
    begun = (rng.permutation(singers) + rng.random(singers)) * (_SPREAD_PERIODS / singers)
    phase = np.cumsum(steps * _BLOCK, axis=1) - steps * _BLOCK + begun[:, None]
    inside = np.arange(_BLOCK, dtype=np.float32)
    place = (phase % 1.0).astype(np.float32)[:, :, None] + steps.astype(np.float32)[:, :, None] * inside
    index = (place * np.float32(_TABLE)).astype(np.int32)
    index &= _TABLE - 1
    index += (np.arange(singers, dtype=np.int32) * _TABLE)[:, None, None]
    summed: Samples = tables.reshape(-1)[index].sum(axis=0).reshape(blocks * _BLOCK)
    return summed


def _tables(note: SungNote, section: Section, rate: int) -> Samples:
    """Return one period of each singer's tone: (singer, place), so that all together have an RMS of 0.1."""
    fundamental = 440.0 * 2 ** ((note.midi - 69) / 12)
    count = max(1, int(min(_HIGHEST_PARTIAL_HERTZ, 0.45 * rate) / fundamental))
    partials = fundamental * np.arange(1, count + 1)
    loud = (note.velocity + note.end_velocity) / 2
    source = (partials / fundamental) ** (-(1.15 - 0.006 * (loud - MF_VELOCITY)))
    level = source * _resonance(note.vowel, section, fundamental, partials)  # (singer, partial)
    level /= np.sqrt((level**2).sum(axis=1, keepdims=True) / 2)
    spectrum = np.zeros((len(level), _TABLE // 2 + 1), complex)
    turns = np.cumsum(np.arange(count)) / count  # spread phases keep the peaks low
    spectrum[:, 1 : count + 1] = level * np.exp(2j * np.pi * turns) * (_TABLE / 2)
    scale = MF_LEVEL * _WEIGHTS[:, None] / np.sqrt((_WEIGHTS**2).sum())
    tables: Samples = (np.fft.irfft(spectrum, _TABLE, axis=1) * scale).astype(np.float32)
    return tables


def _resonance(vowel: Vowel, section: Section, fundamental: float, partials: Floats) -> Floats:
    """Return how much the vocal tract lets through: (singer, partial)."""
    frequencies, widths = _formants()[section.kind][vowel]
    raised = np.array(frequencies)
    raised[0] = max(raised[0], fundamental * 1.03)
    raised[1] = max(raised[1], raised[0] * 1.25)
    centre = raised[None, :, None] * section.tract[:, None, None]  # (singer, formant, 1)
    width = np.array(widths)[None, :, None]
    through = centre**2 / np.sqrt((centre**2 - partials**2) ** 2 + (width * partials) ** 2)
    return through.prod(axis=1)


@lru_cache(maxsize=1)
def _formants() -> dict[str, dict[str, tuple[list[float], list[float]]]]:
    table = tomllib.loads(files("arranger.sounding").joinpath("formants.toml").read_text(encoding="utf-8"))
    return {
        kind: {
            vowel: ([float(each) for each in entry["frequencies"]], [float(each) for each in entry["widths"]])
            for vowel, entry in vowels.items()
        }
        for kind, vowels in table.items()
    }


@lru_cache(maxsize=16)
def _breath_noise(vowel: Vowel, kind: Kind, rate: int) -> Samples:
    """Return a long stretch of breath, coloured by the vowel, with an RMS of 1."""
    size = 1 << 16
    rng = np.random.default_rng([size, rate])
    hertz = np.fft.rfftfreq(size, 1 / rate)
    frequencies, widths = _formants()[kind][vowel]
    colour = np.sqrt(hertz / 1000)
    for centre, width in zip(frequencies, widths, strict=True):
        colour *= centre**2 / np.sqrt((centre**2 - hertz**2) ** 2 + (2 * width * hertz) ** 2)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(size)) * colour, size)
    return (noise / noise.std()).astype(np.float32)


def _breath(vowel: Vowel, kind: Kind, rate: int, length: int, rng: np.random.Generator) -> Samples:
    noise = _breath_noise(vowel, kind, rate)
    begin = int(rng.integers(len(noise)))
    level = np.float32(MF_LEVEL * 10 ** (_BREATH_DECIBELS / 20))
    return np.take(noise, np.arange(begin, begin + length), mode="wrap") * level
