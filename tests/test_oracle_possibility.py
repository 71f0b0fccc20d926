"""Spacing, crossing and parallels against music21's `figuredBass.possibility`, sonority by sonority.

It judges four pitches, or two such sonorities, as a whole: so the rules are asked whether any pair of voices is
at fault. Where music21 means something else that is named beside the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from benchmarks.bach_counts import read_four_part
from theory.facts import Motion, Verticality
from theory.rules import by_code
from theory.texture import texture_of
from theory.windows import Windows

pytest.importorskip("music21")
from music21.figuredBass import possibility
from music21.pitch import Pitch as TheirPitch

from theory.pitch import Pitch


@pytest.fixture(scope="module")
def chorales() -> list[Windows]:
    return [Windows(texture_of(score)) for _, score in read_four_part(every=20)]


def sonority(windows: Windows, slice_: int) -> tuple[TheirPitch, ...]:
    texture = windows.texture
    named = (
        str(Pitch.spelled(int(midi), int(fifths)))
        for midi, fifths in zip(texture.pitch[slice_], texture.fifths[slice_], strict=True)
    )
    return tuple(_pitch(name.replace("b", "-")) for name in named)


_pitch = cache(TheirPitch)


def full_slices(windows: Windows) -> Iterator[int]:
    yield from np.flatnonzero(windows.verticality.sounding.all(axis=-1)).tolist()


def full_motions(windows: Windows) -> Iterator[tuple[int, int, int]]:
    """Yield place, slice before and slice after of every motion in which all voices sound in both."""
    before, after = windows.pairs
    for place in np.flatnonzero(windows.motion.connected.all(axis=-1)).tolist():
        yield place, int(before[place]), int(after[place])


def marked(code: str, window: Verticality | Motion) -> np.ndarray:
    return np.asarray(by_code(code)(window)).any(axis=-1)


def test_crossing_and_spacing(chorales: list[Windows]) -> None:
    found = 0
    for windows in chorales:
        crossed, wide = (marked(code, windows.verticality) for code in ("VL301", "SP101"))
        for slice_ in full_slices(windows):
            theirs = sonority(windows, slice_)
            assert crossed[slice_] == possibility.voiceCrossing(theirs)
            # it also measures soprano against tenor, so each of the two gaps is shown to it alone
            within = (possibility.upperPartsWithinLimit(theirs[first : first + 3], 12) for first in (0, 1))
            if not crossed[slice_]:  # it measures a gap without asking which of the two is higher
                assert wide[slice_] != all(within)
            found += crossed[slice_] + wide[slice_]
    assert found > 20


def test_parallels(chorales: list[Windows]) -> None:
    """Contrary motion counts as parallel there, and octave leaps of both voices, which are no succession here."""
    found = 0
    for windows in chorales:
        fifths, octaves = (
            np.any([marked(code, windows.motion) for code in codes], axis=0)
            for codes in (("VL101", "VL104"), ("VL102", "VL103", "VL105"))
        )
        for place, before, after in full_motions(windows):
            revoiced = windows.motion.moves[place] & (windows.motion.semitones[place] % 12 == 0)
            if revoiced.sum() > 1:
                continue
            pair = sonority(windows, before), sonority(windows, after)
            for name, ours in (("parallelFifths", fifths), ("parallelOctaves", octaves)):
                assert getattr(possibility, name)(*pair) == ours[place]
                found += ours[place]
    assert found


def test_direct_intervals_of_the_outer_voices(chorales: list[Windows]) -> None:
    """Every similar motion of the outer voices into the interval counts there, also by step and from a like one."""
    found = 0
    for windows in chorales:
        for place, before, after in full_motions(windows):
            m = windows.motion.at([place])
            pair = sonority(windows, before), sonority(windows, after)
            for code, name in (("VL201", "hiddenFifth"), ("VL202", "hiddenOctave")):
                if np.asarray(by_code(code)(m)).any():
                    assert getattr(possibility, name)(*pair), (code, place)
                    found += 1
    assert found > 3


def test_overlap(chorales: list[Windows]) -> None:
    """Every pair of voices counts there, here only neighbours that are not crossed."""
    found = 0
    for windows in chorales:
        ours = marked("VL302", windows.motion)
        for place, before, after in full_motions(windows):
            if ours[place]:
                assert possibility.voiceOverlap(sonority(windows, before), sonority(windows, after))
                found += 1
    assert found > 20
