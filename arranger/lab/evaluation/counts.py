"""Counts of a chorale's notes, chords and motions: the distributions that *Bach or Mock* compares.

``notes``       sixteenths of each scale degree (as spelled, relative to the tonic) and of rests
``rhythm``      number of notes and rests of each duration
``qualities``   chord qualities, one per slice
``intervals``   melodic intervals of each voice, spelled and directed; none across rests
``parallels``   parallel perfect fifths, and parallel octaves and unisons, including compound intervals and
                contrary motion; none where the first sonority ends a phrase
``passages``    lengths of the passages that a voice repeats (`arranger.lab.evaluation.repetition`)

Tonic and mode are found as in music21: the key whose profile by Aarden (Dynamic melodic expectancy, 2003)
correlates best with the durations of the pitch classes.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.lab.evaluation.lines import Sound, sounds_of
from arranger.lab.evaluation.qualities import quality_of
from arranger.lab.evaluation.repetition import repeated_passages
from theory.notation.score import Score
from theory.slices.texture import Texture, texture_of

_MAJOR = (
    17.7661,
    0.145624,
    14.9265,
    0.160186,
    19.8049,
    11.3587,
    0.291248,
    22.062,
    0.145624,
    8.15494,
    0.232998,
    4.95122,
)
_MINOR = (18.2648, 0.737619, 14.0499, 16.8599, 0.702494, 14.4362, 0.702494, 18.6161, 4.56621, 1.93186, 7.37619, 1.75623)
_SIXTEENTHS = 4  # per quarter
_REST = "rest"


@dataclass(frozen=True)
class Counts:
    """The counts of one chorale, or of several together."""

    minor: bool
    notes: Counter[Hashable]
    rhythm: Counter[Hashable]
    qualities: Counter[Hashable]
    intervals: tuple[Counter[Hashable], ...]  # one counter per voice, of (semitones, fifths)
    parallels: Counter[Hashable]
    passages: Counter[int]
    note_count: int


def counts_of(score: Score) -> Counts:
    """Return the counts of a score in four voices."""
    lines = [sounds_of(part) for part in score.parts]
    tonic, minor = _key_of(lines)
    texture = texture_of(score)
    every = list(itertools.chain(*lines))
    notes: Counter[Hashable] = Counter()
    for sound in every:
        name = sound.pitch.fifths - tonic if sound.pitch else _REST
        notes[name] += int(sound.duration_quarter * _SIXTEENTHS)
    return Counts(
        minor=minor,
        notes=notes,
        rhythm=Counter(sound.duration_quarter for sound in every),
        qualities=_qualities(texture),
        intervals=tuple(_intervals(line) for line in lines),
        parallels=_parallels(texture),
        passages=sum((repeated_passages(_sixteenths(line)) for line in lines), Counter()),
        note_count=sum(sound.pitch is not None for sound in every),
    )


def total(pieces: Sequence[Counts], *, minor: bool) -> Counts:
    """Return the sum of the counts of several chorales; ``minor`` is the mode of the result."""
    voices = range(len(pieces[0].intervals)) if pieces else ()
    return Counts(
        minor=minor,
        notes=sum((piece.notes for piece in pieces), Counter()),
        rhythm=sum((piece.rhythm for piece in pieces), Counter()),
        qualities=sum((piece.qualities for piece in pieces), Counter()),
        intervals=tuple(sum((piece.intervals[voice] for piece in pieces), Counter()) for voice in voices),
        parallels=sum((piece.parallels for piece in pieces), Counter()),
        passages=sum((piece.passages for piece in pieces), Counter()),
        note_count=sum(piece.note_count for piece in pieces),
    )


def _key_of(lines: Sequence[Sequence[Sound]]) -> tuple[int, bool]:
    """Return the tonic's position on the line of fifths, spelled like the notes, and whether the key is minor."""
    sounding = [(sound.pitch, float(sound.duration_quarter)) for line in lines for sound in line if sound.pitch]
    weight = np.bincount(
        [pitch.midi % 12 for pitch, _ in sounding], weights=[time for _, time in sounding], minlength=12
    )
    fits = [
        (np.corrcoef(np.roll(profile, tonic), weight)[0, 1], tonic, minor)
        for minor, profile in ((False, _MAJOR), (True, _MINOR))
        for tonic in range(12)
    ]
    _, tonic, minor = max(fits)
    centre = np.average([pitch.fifths for pitch, _ in sounding], weights=[time for _, time in sounding])
    # on average the notes of a major key lie two fifths above its tonic, those of a minor key one below
    near = centre - (-1 if minor else 2)
    return min((fifths for fifths in range(-15, 20) if 7 * fifths % 12 == tonic), key=lambda f: abs(f - near)), minor


def _qualities(texture: Texture) -> Counter[Hashable]:
    sounding = texture.pitch >= 0
    return Counter(
        quality_of(set(row[there].tolist())) for row, there in zip(texture.fifths, sounding, strict=True) if there.any()
    )


def _intervals(line: Sequence[Sound]) -> Counter[Hashable]:
    pairs = itertools.pairwise(sound.pitch for sound in line)
    return Counter(
        (after.midi - before.midi, after.fifths - before.fifths) for before, after in pairs if before and after
    )


def _parallels(texture: Texture) -> Counter[Hashable]:
    """Count perfect fifths and octaves reached from the same interval class, both voices moving to new notes."""
    pitch, before = texture.pitch[1:], texture.pitch[:-1]
    free = texture.attack[1:] & (pitch >= 0) & (before >= 0) & (pitch != before) & ~texture.phrase_end[:-1, None]
    found: Counter[Hashable] = Counter()
    for upper, lower in itertools.combinations(range(pitch.shape[1]), 2):
        both = free[:, upper] & free[:, lower]
        gaps = (before[:, upper] - before[:, lower]) % 12, (pitch[:, upper] - pitch[:, lower]) % 12
        for name, size in (("fifths", 7), ("octaves", 0)):
            found[name] += int((both & (gaps[0] == size) & (gaps[1] == size)).sum())
    return +found


def _sixteenths(line: Sequence[Sound]) -> list[tuple[int, int]]:
    return [(sound.pitch.midi if sound.pitch else -1, int(sound.duration_quarter * _SIXTEENTHS)) for sound in line]


def rest_share(counts: Counts) -> float:
    """Return the share of the total time of all voices that is rests."""
    return counts.notes[_REST] / max(1, counts.notes.total())
