"""The sound of one part: how its notes follow one another, sung or played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from arranger.formats.performance import Sound
from arranger.sounding.casting import Player, Singers
from arranger.sounding.clock import Clock
from arranger.sounding.sampler import PlayedNote, play
from arranger.sounding.signals import Samples
from arranger.sounding.voices import Section, SungNote, sing
from arranger.sounding.vowels import Vowel, vowel_of

_BREATH_SECONDS = 0.16  # by which a note before a breath is shorter


@dataclass(frozen=True, slots=True)
class Take:
    """What is to be recorded: how many samples, how many a second, and the seed of the singers of a part."""

    length: int
    rate: int
    seed: int
    part: int = 0

    def of(self, part: int) -> Take:
        """Return the take of another part: its singers are others."""
        return replace(self, part=part)


def sound_of(player: Singers | Player, sounds: Sequence[Sound], clock: Clock, take: Take) -> Samples:
    """Return the sound of a part alone."""
    if isinstance(player, Player):
        notes = [note for line in _lines(sounds) for note in _played(line, clock)]
        return play(notes, player, length=take.length, rate=take.rate)
    rng = np.random.default_rng((take.seed, take.part))
    section = Section.drawn(player.kind, rng)
    sung = [note for line in _lines(sounds) for note in _sung(line, clock)]
    return sing(sung, section, length=take.length, rate=take.rate, rng=rng)


def _lines(sounds: Sequence[Sound]) -> list[list[Sound]]:
    """Return the sounds of each voice of a part; of a chord, the lower notes are lines of their own."""
    lines: dict[tuple[str, int], list[Sound]] = {}
    rank, before = 0, None
    for sound in sounds:
        place = (sound.note.voice, sound.start_quarter)
        rank = rank + 1 if place == before else 0
        before = place
        lines.setdefault((sound.note.voice, rank), []).append(sound)
    return list(lines.values())


def _neighbours(line: Sequence[Sound]) -> Iterator[tuple[Sound | None, Sound, Sound | None]]:
    """Yield each sound with the one that leads to it without a rest, and the one that follows at once."""
    joined = [before.end_quarter == after.start_quarter for before, after in pairwise(line)]
    for place, sound in enumerate(line):
        before = line[place - 1] if place and joined[place - 1] else None
        after = line[place + 1] if place < len(joined) and joined[place] else None
        yield before, sound, after


def _end(sound: Sound, clock: Clock) -> float:
    start, end = clock.seconds(sound.start_quarter), clock.seconds(sound.end_quarter)
    return max(end - _BREATH_SECONDS, (start + end) / 2) if "breath-mark" in sound.note.articulations else end


def _sung(line: Sequence[Sound], clock: Clock) -> Iterator[SungNote]:
    vowel: Vowel = "ah"
    for before, sound, after in _neighbours(line):
        vowel = vowel_of(sound.lyric.text) if sound.lyric else vowel
        yield SungNote(
            start_second=clock.seconds(sound.start_quarter),
            end_second=_end(sound, clock),
            midi=sound.midi,
            velocity=sound.velocity,
            end_velocity=sound.end_velocity,
            vowel=vowel,
            glides_from=before.midi if before and not sound.lyric and before.midi != sound.midi else None,
            glides_on=after is not None and not after.lyric and after.midi != sound.midi,
            follows=after is not None,
        )


def _played(line: Sequence[Sound], clock: Clock) -> Iterator[PlayedNote]:
    open_slurs: set[int] = set()
    for before, sound, after in _neighbours(line):
        slurred = bool(open_slurs) and before is not None
        open_slurs = (open_slurs - set(sound.note.slur_stops)) | set(sound.note.slur_starts)
        yield PlayedNote(
            start_second=clock.seconds(sound.start_quarter),
            end_second=_end(sound, clock),
            midi=sound.midi,
            velocity=sound.velocity,
            end_velocity=sound.end_velocity,
            slurred=slurred,
            follows=after is not None,
        )
