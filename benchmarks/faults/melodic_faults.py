"""Planted faults of melodic lines and intervals, as textbooks describe them: VL, SP, RA, ME, RH and HA205.

Each function takes a scene and yields faults of one rule in random order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from benchmarks.faults.planting import Fault, Scene, changed, near, under, up
from theory.notation.instruments import player_of
from theory.notation.pitch import Pitch
from theory.notation.score import Part

OCTAVE = 12  # semitones


def parallels(scene: Scene, interval: str) -> Iterator[Fault]:
    """Two voices move in parallel by this interval or its compound; P1 stays a unison."""
    for upper, lower in scene.pairs():
        for after in scene.moves(upper, lower):
            first, then = scene.pitch(after - 1, upper), scene.pitch(after, upper)
            if (then.midi - first.midi) % 12 == 0:
                continue
            start, goal = up(first, f"-{interval}"), up(then, f"-{interval}")
            octaves = 0 if interval == "P1" else min(0, round((scene.pitch(after, lower).midi - goal.midi) / 12))
            pitches = (replace(each, octave=each.octave + octaves) for each in (start, goal))
            yield scene.planted(
                after, (upper, lower), dict(zip([(after - 1, lower), (after, lower)], pitches, strict=True))
            )


def contrary(scene: Scene, interval: str) -> Iterator[Fault]:
    """Two voices move by contrary motion from this interval to its compound, or from the compound to it."""
    for upper, lower in scene.pairs():
        for after in scene.moves(upper, lower):
            first, then = scene.pitch(after - 1, upper), scene.pitch(after, upper)
            if (then.midi - first.midi) % 12 == 0 or abs(then.midi - first.midi) > 11:
                continue
            rises = then.midi > first.midi
            start = up(first, f"-{interval}") if rises else up(first, f"-{interval}", "-P8")
            goal = up(then, f"-{interval}", "-P8") if rises else up(then, f"-{interval}")
            yield scene.planted(after, (upper, lower), {(after - 1, lower): start, (after, lower): goal})


def unequal_fifths(scene: Scene) -> Iterator[Fault]:
    """A diminished fifth above the bass moves up to a perfect fifth."""
    bass = scene.texture.shape[1] - 1
    for upper in scene.voices():
        for after in scene.moves(upper, bass) if upper != bass else ():
            first, then = scene.pitch(after - 1, bass), scene.pitch(after, bass)
            if 0 < then.midi - first.midi < 11:
                yield scene.planted(
                    after, (upper, bass), {(after - 1, upper): up(first, "d5"), (after, upper): up(then, "P5")}
                )


def direct(scene: Scene, interval: str) -> Iterator[Fault]:
    """The outer voices reach this interval by similar motion, the soprano by leap."""
    bass = scene.texture.shape[1] - 1
    for after in scene.moves(0, bass):
        first, second = scene.pitch(after - 1, bass), scene.pitch(after, bass)
        soprano = scene.pitch(after - 1, 0)
        if (soprano.midi - first.midi) % 12 in (0, 7) or second.midi == first.midi:
            continue
        for octaves in range(5):
            goal = up(second, interval, *["P8"] * octaves)
            leap = goal.midi - soprano.midi
            if 3 <= abs(leap) <= 12 and (leap > 0) == (second.midi > first.midi) and goal.midi > second.midi:
                yield scene.planted(after, (0, bass), {(after, 0): goal})


def crossing(scene: Scene) -> Iterator[Fault]:
    """A lower voice sounds a third above the next higher one."""
    for upper in scene.voices()[:-1]:
        lower = upper + 1
        for after in scene.moves(lower) if lower < scene.texture.shape[1] else ():
            if scene.texture.pitch[after, upper] >= 0:
                yield scene.planted(after, (upper, lower), {(after, lower): up(scene.pitch(after, upper), "m3")})


def overlap(scene: Scene) -> Iterator[Fault]:
    """A voice rises above the previous note of its upper neighbour; not by an octave, which is allowed in the bass."""
    for upper in scene.voices():
        lower = upper + 1
        for after in scene.moves(upper, lower) if lower < scene.texture.shape[1] else ():
            left, start = scene.pitch(after - 1, upper), scene.pitch(after - 1, lower)
            passing = up(left, "M2")
            if start.midi < left.midi and passing.midi - start.midi != OCTAVE:
                yield scene.planted(after, (upper, lower), {(after, lower): passing, (after, upper): up(left, "P4")})


def cross_relation(scene: Scene) -> Iterator[Fault]:
    """A voice sings the note that another voice has just left, chromatically altered."""
    for upper, lower in scene.pairs():
        for after in scene.moves(upper, lower):
            heard, left = scene.pitch(after - 1, upper), scene.pitch(after - 1, lower)
            altered = near(replace(heard, alter=heard.alter + 1), scene.pitch(after, lower))
            if heard.step not in (left.step, scene.pitch(after, upper).step) and abs(altered.alter) < 2:
                yield scene.planted(after, (upper, lower), {(after, lower): altered})


def wide_spacing(scene: Scene) -> Iterator[Fault]:
    """Alto or tenor lies a tenth below the next higher voice."""
    for upper in scene.rng.sample((0, 1), 2):
        for after in scene.moves(upper + 1):
            if scene.texture.pitch[after, upper] >= 0:
                yield scene.planted(
                    after, (upper, upper + 1), {(after, upper + 1): up(scene.pitch(after, upper), "-M10")}
                )


def out_of_range(scene: Scene, *, possible: bool) -> Iterator[Fault]:
    """A voice sings a semitone above its comfortable range (``possible``) or above its absolute range."""
    for voice in scene.voices():
        player = player_of(scene.score.parts[voice])
        for after in scene.moves(voice) if player else ():
            assert player is not None
            band = player.comfortable if possible else player.absolute
            pitch = up(band.high, "m2")
            if not possible or player.absolute.contains(pitch.midi):
                yield scene.planted(after, (voice,), {(after, voice): pitch})


def leap(scene: Scene, *intervals: str) -> Iterator[Fault]:
    """A voice leaps up or down by one of the intervals."""
    for voice in scene.voices():
        for after in scene.moves(voice):
            name = scene.rng.choice(intervals)
            sign = scene.rng.choice(("", "-"))
            goal = up(scene.pitch(after - 1, voice), f"{sign}{name}")
            if abs(goal.alter) < 2:
                yield scene.planted(after, (voice,), {(after, voice): goal})


def open_leap(scene: Scene, *intervals: str) -> Iterator[Fault]:
    """A voice leaps by one of the intervals and continues in the same direction."""
    for voice in scene.voices():
        for last in scene.moves(voice):
            middle = last - 1
            if middle < 1 or not scene.begins(middle, voice) or scene.texture.phrase_end[middle - 1]:
                continue
            if scene.texture.pitch[middle - 1, voice] < 0:
                continue
            sign = scene.rng.choice(("", "-"))
            goal = up(scene.pitch(middle - 1, voice), f"{sign}{scene.rng.choice(intervals)}")
            if abs(goal.alter) < 2:
                yield scene.planted(middle, (voice,), {(middle, voice): goal, (last, voice): up(goal, f"{sign}M2")})


def short_bar(scene: Scene) -> Iterator[Fault]:
    """A note is missing from a bar."""
    for voice in scene.voices():
        for after in scene.moves(voice):
            bar = scene.score.bars[scene.texture.bar[after]]
            note = scene.note(after, voice)
            if bar.onset_quarter < note.onset_quarter and note.end_quarter <= bar.end_quarter:
                index = int(scene.texture.note[after, voice])
                yield Fault(changed(scene.score, voice, index), bar.onset_quarter, (voice,))


def swapped_parts(scene: Scene) -> Iterator[Fault]:
    """The notes of two neighbouring parts are exchanged."""
    for upper in scene.voices():
        parts = list(scene.score.parts)
        if upper + 1 < len(parts):
            high, low = parts[upper], parts[upper + 1]
            parts[upper : upper + 2] = replace(high, notes=low.notes), replace(low, notes=high.notes)
            yield Fault(replace(scene.score, parts=tuple(parts)), Fraction(0), (upper, upper + 1))


def changed_tune(scene: Scene) -> Iterator[Fault]:
    """A note of the given tune has another pitch."""
    tune: Part = scene.score.parts[0]
    for after in scene.moves(0):
        fault = scene.planted(after, (0,), {(after, 0): up(scene.pitch(after, 0), "M2")})
        yield replace(fault, given={tune.name: tune})


def spelled(pitch: Pitch) -> Pitch:
    """Return the enharmonic equivalent of a pitch with the next letter."""
    return under(up(pitch, "d2"), up(pitch, "M2"))
