"""A four-part score on a grid of sixteenths, as in the published evaluations on Bach's chorales.

A frame is what sounds at the onset of one sixteenth: a pitch or a rest in each of the four voices. Held and
repeated notes are not distinguished, as in the piano rolls of Boulanger-Lewandowski et al. (ICML 2012) and of
Huang et al. (Counterpoint by Convolution, ISMIR 2017). A note that does not sound at the onset of any
sixteenth is lost.

Most frames equal the one before. `Changes` encodes the same frames as events: the frames in which some voice
changes, and how many frames each lasts. This loses nothing, and a network needs a third of the steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arranger.models.part.vocabulary import COMPASS, LOWEST, fold
from corpora.encode import Slices
from theory.slices.texture import REST
from theory.types import Ints, Mask
from theory.values import Value

FRAME_QUARTER = 0.25
REST_PLACE = 0
PLACES = 1 + COMPASS  # size of the vocabulary: a rest, then each pitch
LONGEST = 32  # frames; a longer event is split
AGES = (1, 2, 3, 4, 6, 8, 12, 16)  # upper limits of the age classes, in frames; one more class for longer
_QUARTERS_LEFT = 6  # classes of whole quarters left in the bar: 0, 1, ... 4, 5 or more
METERS = 4 * _QUARTERS_LEFT + 1  # positions in a bar; the last stands for "not given"
NOT_TOLD = METERS - 1


@dataclass(frozen=True, eq=False, repr=False)
class Changes(Value):
    """A piece as E events: frames in which some voice changes, with their lengths."""

    place: Ints  # (E, V) REST_PLACE, or 1 + semitones above the lowest pitch of the vocabulary
    length: Ints  # (E,) frames until the next event, 1 to LONGEST
    age: Ints  # (E, V) how long each voice has stayed before the event, as an index into AGES
    meter: Ints  # (E,) position in the bar, counted from its end: 4 * quarter + sixteenth
    last: Mask  # (E,) whether the piece ends with the event
    style: int

    @property
    def frames(self) -> int:
        """The length of the piece in sixteenths."""
        return int(self.length.sum())


def changes_of(slices: Slices, style: int = 0) -> Changes:
    """Return the events of a piece; some slice must begin at every attack of every voice."""
    place, meter = frames_of(slices)
    begins = np.any(np.vstack([np.full_like(place[:1], -1), place[:-1]]) != place, axis=1)
    since = np.arange(len(place)) - np.maximum.accumulate(np.where(begins, np.arange(len(place)), 0))
    begins |= since % LONGEST == 0
    starts = np.flatnonzero(begins)
    length = np.diff(np.append(starts, len(place)))
    return Changes(
        place=place[starts],
        length=length,
        age=ages(place[starts], length),
        meter=meter[starts],
        last=np.arange(len(starts)) == len(starts) - 1,
        style=style,
    )


def frames_of(slices: Slices) -> tuple[Ints, Ints]:
    """Return vocabulary indices (F, V) of what sounds at each of F sixteenths, and positions in the bar (F,)."""
    ends = np.cumsum(slices.duration)
    starts = ends - slices.duration
    times = np.arange(0, ends[-1] - 1e-6, FRAME_QUARTER)
    at = np.searchsorted(starts, times + 1e-6, side="right") - 1
    left = slices.bar_remaining[at] - (times - starts[at])
    sixteenths = np.maximum(0, np.ceil(np.round(left / FRAME_QUARTER, 4)).astype(np.int64) - 1)
    meter = np.minimum(sixteenths // 4, _QUARTERS_LEFT - 1) * 4 + sixteenths % 4
    return places_of(slices.pitch[at]), meter


def places_of(pitch: Ints) -> Ints:
    """Return the vocabulary indices of MIDI numbers and rests.

    >>> places_of(np.array([REST, 36, 60])).tolist()
    [0, 1, 25]
    """
    return np.where(pitch == REST, REST_PLACE, 1 + fold(pitch) - LOWEST)


def moved(place: Ints, semitones: int) -> Ints:
    """Return vocabulary indices transposed up by semitones; rests stay rests."""
    return np.where(place == REST_PLACE, place, place + semitones)


def ages(place: Ints, length: Ints) -> Ints:
    """Return how many frames each voice has stayed on its pitch before each event, (E, V), as indices into AGES.

    >>> ages(np.array([[5, 9], [5, 7], [7, 7]]), np.array([2, 4, 1])).tolist()
    [[0, 0], [1, 1], [4, 3]]
    """
    count = np.zeros(place.shape, dtype=np.int64)
    for event in range(1, len(place)):
        stayed = place[event - 1] == place[event - 2] if event > 1 else np.zeros(place.shape[1], dtype=bool)
        count[event] = np.where(stayed, count[event - 1], 0) + length[event - 1]
    return np.searchsorted(AGES, count)
