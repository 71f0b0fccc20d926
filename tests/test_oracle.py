"""Voice-leading rules against music21's VoiceLeadingQuartet, pair by pair, over Bach chorales.

The quartets are built here: music21's own iterator orders held voices last. What music21 sees
differently is named where it is set aside: it counts octave leaps of both voices as parallels.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from theory.facts import voice_pairs
from theory.pitch import Pitch
from theory.rules import by_code
from theory.texture import Texture, texture_of
from theory.windows import Windows

music21 = pytest.importorskip("music21")
NUMBERS = (253, 254, 255, 257, 258, 260, 262, 263, 264, 266, 267, 268, 269, 270, 272, 275, 323, 330, 397, 436)


@pytest.fixture(scope="module")
def chorales() -> list[Windows]:
    from theory.bridge import from_music21

    return [Windows(texture_of(from_music21(music21.corpus.parse(f"bach/bwv{number}")))) for number in NUMBERS]


def note(texture: Texture, slice_: int, voice: int) -> object:
    pitch = Pitch.spelled(int(texture.pitch[slice_, voice]), int(texture.fifths[slice_, voice]))
    return music21.note.Note(str(pitch).replace("b", "-"))


def quartets(windows: Windows) -> Iterator[tuple[tuple[int, int], object]]:
    """Yield the place in the mask and the quartet of every pair of voices that both move, uncrossed."""
    upper, lower = voice_pairs(4)
    before, after = windows.pairs
    motion = windows.motion
    uncrossed = ~motion.before.pair.crossed & ~motion.after.pair.crossed
    for time, pair in np.argwhere(motion.both_move & uncrossed).tolist():
        places = [(slice_, voice) for voice in (upper[pair], lower[pair]) for slice_ in (before[time], after[time])]
        notes = [note(windows.texture, slice_, voice) for slice_, voice in places]
        yield (time, pair), music21.voiceLeading.VoiceLeadingQuartet(*notes)


ORACLES = {
    "VL101": lambda quartet: quartet.parallelMotion("P5", allowOctaveDisplacement=True),
    "VL102": lambda quartet: quartet.parallelMotion("P8", allowOctaveDisplacement=True),
    "VL103": lambda quartet: quartet.parallelMotion("P1"),
    "VL104": lambda quartet: quartet.antiParallelMotion("P5"),
    "VL202": lambda quartet: quartet.hiddenOctave() and abs(quartet.hIntervals[0].generic.undirected) > 2,
    "VL201": lambda quartet: quartet.hiddenFifth() and abs(quartet.hIntervals[0].generic.undirected) > 2,
}
OUTER_ONLY = ("VL201", "VL202")


def test_against_music21(chorales: list[Windows]) -> None:
    ours: set[tuple[str, int, tuple[int, int]]] = set()
    theirs: set[tuple[str, int, tuple[int, int]]] = set()
    for number, windows in enumerate(chorales):
        motion = windows.motion
        masks = {code: np.broadcast_to(by_code(code)(motion), motion.both_move.shape) for code in ORACLES}
        for place, quartet in quartets(windows):
            codes = [code for code in ORACLES if code not in OUTER_ONLY or motion.outer[place[1]]]
            ours.update((code, number, place) for code in codes if masks[code][place])
            theirs.update((code, number, place) for code in codes if ORACLES[code](quartet))
    assert ours == theirs
    assert {code for code, *_ in ours} >= {"VL101", "VL102", "VL104", "VL201", "VL202"}
