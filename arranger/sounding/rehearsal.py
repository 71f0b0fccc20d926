"""Rehearsal tracks: one with all parts, and one for each part in which it stands before the others.

The own voice is a little to the left, and each other voice is softer by at least the balance, measured by RMS. Count-in
and metronome are clicks. All tracks have their bars at the same times, so that a singer can change between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arranger.sounding.mixing import in_a_row, levelled
from arranger.sounding.room import placed
from arranger.sounding.signals import Samples, Stereo, add
from arranger.sounding.stems import Stems
from arranger.sounding.timing import Beat

_OWN_PLACE, _OTHERS_PLACE = -0.4, 0.25  # from -1 (left) to 1 (right)
_CLICK_SECONDS = 0.06
_CLICK_HERTZ, _FIRST_CLICK_HERTZ = 1500.0, 2200.0
_CLICK_LEVEL = 0.35


@dataclass(frozen=True)
class Practice:
    """How rehearsal tracks are made."""

    balance_decibels: float = 12.0  # each other voice is at least so much softer than the own one
    count_in_bars: int = 1
    metronome: bool = False


@dataclass(frozen=True)
class Track:
    """One rehearsal track; ``part`` is the number of its own voice, None for the full mix."""

    title: str
    file: str  # its name without an ending
    part: int | None
    sound: Stereo


def count_in_seconds(heard: Stems, practice: Practice) -> float:
    """Return how long the count-in is: its bars, and what a pickup lacks to a bar."""
    count = heard.timing.count
    if not practice.count_in_bars:
        return 0.0
    return (practice.count_in_bars * count.beats + count.missing_beats) * count.beat_second


def rehearsal_tracks(heard: Stems, practice: Practice) -> Iterator[Track]:
    """Yield the full mix and then the track of each part, each at most 1 dB below full scale."""
    before = round(count_in_seconds(heard, practice) * heard.rate)
    voices = [np.concatenate([np.zeros(before, np.float32), part.samples]) for part in heard.parts]
    clicks = _clicks(heard, practice, before)
    count = len(voices)
    yield Track("All voices", "all-voices", None, _mix(voices, [1.0] * count, in_a_row(count), clicks, heard.rate))
    if count == 1:
        return
    names = file_names([part.name for part in heard.parts])
    for own, (part, file) in enumerate(zip(heard.parts, names, strict=True)):
        gains = gains_before_others([each.rms for each in heard.parts], own, practice.balance_decibels)
        places = [_OWN_PLACE if each == own else _OTHERS_PLACE for each in range(count)]
        title = part.name or f"Part {own + 1}"
        yield Track(title, file, own, _mix(voices, gains, places, clicks, heard.rate))


def gains_before_others(levels: Sequence[float], own: int, balance_decibels: float) -> list[float]:
    """Return how loud each voice is played so that one stands before the others; voices that are soft stay so.

    >>> [round(gain, 2) for gain in gains_before_others([0.1, 0.2, 0.05], 0, 20)]
    [1.0, 0.05, 0.1]
    """
    softer = 10 ** (-balance_decibels / 20)
    reference = levels[own] or max(levels)
    return [1.0 if each == own else softer * min(1, reference / max(level, 1e-9)) for each, level in enumerate(levels)]


def _mix(voices: list[Samples], gains: list[float], places: list[float], clicks: Samples, rate: int) -> Stereo:
    sound = placed(voices, gains, places, rate=rate)
    return levelled(sound + clicks[:, None])


def _clicks(heard: Stems, practice: Practice, before: int) -> Samples:
    """Return the clicks of count-in and metronome, from the beginning of the track."""
    out = np.zeros(before + len(heard), np.float32)
    beats = [*_counted(heard, practice), *(heard.timing.beats if practice.metronome else ())]
    for beat in beats:
        add(out, _click(beat.is_first, heard.rate), before + round(beat.start_second * heard.rate))
    return out


def _counted(heard: Stems, practice: Practice) -> Iterator[Beat]:
    """Yield the beats of the count-in; their times are before 0, where the music begins."""
    count, length = heard.timing.count, count_in_seconds(heard, practice)
    for number in range(round(length / count.beat_second + 0.49)):
        yield Beat(number * count.beat_second - length, number % count.beats == 0)


def _click(is_first: bool, rate: int) -> Samples:
    seconds = np.arange(round(_CLICK_SECONDS * rate)) / rate
    hertz = _FIRST_CLICK_HERTZ if is_first else _CLICK_HERTZ
    tone = np.sin(2 * np.pi * hertz * seconds) * np.exp(-seconds / 0.009) * np.minimum(seconds / 0.0005, 1)
    click: Samples = (_CLICK_LEVEL * tone).astype(np.float32)
    return click


def file_names(titles: Sequence[str]) -> list[str]:
    """Return a name of a file for each part, with its number, so that they stay in order.

    >>> file_names(["Soprano", "Clarinet in B♭", "", "Ténor"])
    ['1-soprano', '2-clarinet-in-b', '3-part', '4-tenor']
    """
    names = []
    for number, title in enumerate(titles, 1):
        plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
        names.append(f"{number}-{'-'.join(re.findall('[a-z0-9]+', plain)) or 'part'}")
    return names
