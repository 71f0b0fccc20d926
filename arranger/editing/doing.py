"""What a note does in its line and among the others: prepares a suspension, resolves a seventh, walks in tenths.

Each question is one function, which looks at the tone, its neighbours and its chord, and answers in a predicate of
which the note is the subject, or not at all. The most telling come first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np

from arranger.editing.grounds import Grounds, Tone
from arranger.editing.phrasing import is_member, moved, passing_chord, role_of
from theory.analysis.nonchord import NonChordTone
from theory.notation.pitch import Pitch
from theory.slices.facts import FIFTH, SEVENTH

_GAP = 5  # semitones of a leap that asks for a step back: a fourth or more
_STEP = 2
_OCTAVE = 7  # steps on the staff
_THIRD = (3, 4)
_RUN = 3  # tones of two voices that walk side by side
_SCALE = 4  # tones of a scale in one direction
_KINDS = {
    "passing": "passes by step from {before} to {after}",
    "neighbour": "is the {side} neighbour of {before} and returns to it",
    "anticipation": "anticipates the next chord",
    "appoggiatura": "is an appoggiatura: reached by leap, it resolves by step to {after}",
    "escape": "is an escape tone: reached by step, left by leap",
    "pedal": "is held as a pedal while the chord changes",
    "retardation": "is held over the change of chord and resolves upwards to {after}",
    "free": "is a free dissonance, neither prepared nor resolved by step",
}


def doings(grounds: Grounds, tone: Tone) -> tuple[str, ...]:
    """Return what a tone does, as predicates: "is the leading tone and rises to the tonic"."""
    return tuple(dict.fromkeys(told for question in _QUESTIONS for told in question(grounds, tone)))


def non_chord_tone_of(grounds: Grounds, tone: Tone) -> NonChordTone | None:
    """Return the first part of a tone that does not belong to its chord, None if all of it does.

    A tone that belongs to a passing chord is none.
    """
    if passing_chord(grounds, tone.first) is not None:
        return None
    start, end = _times(grounds, tone)
    own = (each for each in grounds.non_chord_tones if each.voice == tone.voice and start <= each.onset_quarter < end)
    return next(own, None)


def _times(grounds: Grounds, tone: Tone) -> tuple[Fraction, Fraction]:
    texture, last = grounds.texture, tone.end - 1
    return texture.onset_quarter[tone.first], texture.onset_quarter[last] + texture.duration_quarter[last]


def _suspension(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """The three stages of a suspension: preparation, dissonance, resolution."""
    before, after = grounds.before(tone), grounds.after(tone)
    own = non_chord_tone_of(grounds, tone)
    if own and own.kind == "suspension":
        goes = f" and resolves down to {after.pitch}" if after else ""
        yield f"is held into the chord as a {own.figures + ' ' if own.figures else ''}suspension{goes}"
    repeated = non_chord_tone_of(grounds, after) if after and after.pitch == tone.pitch else None
    if repeated and repeated.kind == "suspension" and after and is_member(grounds, tone.pitch, tone.end - 1):
        yield f"prepares the {repeated.figures + ' ' if repeated.figures else ''}suspension that follows"
    earlier = non_chord_tone_of(grounds, before) if before else None
    if before and earlier and earlier.kind == "suspension" and 0 < before.pitch.midi - tone.pitch.midi <= _STEP:
        yield f"resolves the {earlier.figures + ' ' if earlier.figures else ''}suspension"


def _ornament(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """The other kinds of non-chord tones."""
    own = non_chord_tone_of(grounds, tone)
    if own is None or own.kind not in _KINDS:
        return
    before, after = grounds.before(tone), grounds.after(tone)
    side = "upper" if before and tone.pitch.midi > before.pitch.midi else "lower"
    text = _KINDS[own.kind]
    if before and after and (own.kind, before.pitch == after.pitch) == ("neighbour", False):
        text = "turns between {before} and {after}"
    if before and after and own.kind == "escape" and _goes_on(before.pitch, tone.pitch, after.pitch):
        text = "is reached by step and left by leap in the same direction"
    if ("{before}" in text and before is None) or ("{after}" in text and after is None):
        yield f"is a {own.kind} tone"
        return
    yield text.format(before=before and before.pitch, after=after and after.pitch, side=side)


def _goes_on(before: Pitch, pitch: Pitch, after: Pitch) -> bool:
    """Whether a line goes on in one direction."""
    return (pitch.midi - before.midi) * (after.midi - pitch.midi) > 0


def _seventh(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A seventh and its resolution."""
    before, after = grounds.before(tone), grounds.after(tone)
    chord = grounds.texture.chord
    if after and _is_seventh(grounds, tone) and _falls_by_step(tone, after) and _chord_changes(grounds, after.first):
        yield f"is the seventh of {chord[tone.end - 1]} and resolves down by step to {after.pitch}"
    elif after and _is_seventh(grounds, tone) and after.pitch != tone.pitch and _chord_changes(grounds, after.first):
        yield f"is the seventh of {chord[tone.end - 1]}, and goes {moved(tone.pitch, after.pitch)} to {after.pitch}"
    if before and _is_seventh(grounds, before) and _falls_by_step(before, tone) and _chord_changes(grounds, tone.first):
        yield f"resolves the seventh of {chord[tone.first - 1]} down by step from {before.pitch}"


def _is_seventh(grounds: Grounds, tone: Tone) -> bool:
    return bool(grounds.verticality.role[tone.end - 1, tone.voice] == SEVENTH)


def _falls_by_step(one: Tone, other: Tone) -> bool:
    return 0 < one.pitch.midi - other.pitch.midi <= _STEP


def _leading_tone(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A leading tone, where it goes, and the tonic that it goes to."""
    before, after = grounds.before(tone), grounds.after(tone)
    if after and _leads(grounds, tone) and _chord_changes(grounds, after.first):
        tonic = int(grounds.verticality.context.tonic[tone.end - 1])
        fifth = grounds.verticality.role[after.first, tone.voice] == FIFTH
        if after.pitch.midi - tone.pitch.midi == 1:
            goal = f"the tonic {after.pitch}" if after.pitch.midi % 12 == tonic else str(after.pitch)
            yield f"is the leading tone and rises to {goal}"
        elif tone.pitch.midi - after.pitch.midi in _THIRD and fifth:
            yield f"is the leading tone, and falls a third to {after.pitch} so that the next chord has its fifth"
        elif after.pitch != tone.pitch:
            yield f"is the leading tone, and goes {moved(tone.pitch, after.pitch)} to {after.pitch} without rising"
    resolves = before is not None and is_member(grounds, tone.pitch, tone.first) and _chord_changes(grounds, tone.first)
    if before and resolves and _leads(grounds, before) and tone.pitch.midi - before.pitch.midi == 1:
        yield f"is where the leading tone {before.pitch} rises to"


def _leads(grounds: Grounds, tone: Tone) -> bool:
    return bool(grounds.verticality.leading[tone.end - 1, tone.voice])


def _common_tone(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A note that stays, held or struck again, while the chord changes under it, a tone of both chords."""
    before, chord = grounds.before(tone), grounds.texture.chord
    first = tone.first if before and before.pitch == tone.pitch else tone.first + 1
    for t in range(first, tone.end):
        if _chord_changes(grounds, t) and all(is_member(grounds, tone.pitch, side) for side in (t - 1, t)):
            yield f"holds the common tone of {chord[t - 1]} and {chord[t]}"
            return


def _gap(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A step back after a leap, or the leap itself and its recovery."""
    before, after = grounds.before(tone), grounds.after(tone)
    earlier = grounds.before(before) if before else None
    came = tone.pitch.midi - before.pitch.midi if before else 0
    leapt = before.pitch.midi - earlier.pitch.midi if before and earlier else 0
    if before and earlier and abs(leapt) >= _GAP and 0 < abs(came) <= _STEP and (came > 0) != (leapt > 0):
        yield f"fills the gap after the leap {moved(earlier.pitch, before.pitch)}"
    goes = after.pitch.midi - tone.pitch.midi if after else 0
    if before and abs(came) >= _GAP:
        back = ", and steps back inside it" if 0 < abs(goes) <= _STEP and (goes > 0) != (came > 0) else ""
        yield f"leaps {moved(before.pitch, tone.pitch)} from {before.pitch}{back}"


def _side_by_side(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A walk in thirds, sixths or tenths with another voice, by step in the same direction."""
    for other in range(grounds.texture.shape[1]):
        if other == tone.voice:
            continue
        for distance, near, far in ((2, "thirds", "tenths"), (5, "sixths", "sixths")):
            run = _run(grounds, tone, other, distance)
            if len(run) >= _RUN:
                apart = abs(run[0][0].diatonic - run[0][1].diatonic)
                kind = near if apart < _OCTAVE else far if apart < 2 * _OCTAVE else f"compound {near}"
                yield f"walks in {kind} with {grounds.name(other)}"


def _run(grounds: Grounds, tone: Tone, other: int, distance: int) -> list[tuple[Pitch, Pitch]]:
    """Return the pairs of pitches around a tone that keep a distance on the staff and move by step one way."""
    here = _pair(grounds, tone, other, distance)
    if here is None:
        return []
    found = [here]
    for step in (grounds.before, grounds.after):
        direction = 0
        last, place = here, step(tone)
        while place is not None:
            pair = _pair(grounds, place, other, distance)
            if pair is None:
                break
            moves = [pair[side].diatonic - last[side].diatonic for side in (0, 1)]
            if moves[0] != moves[1] or abs(moves[0]) != 1 or moves[0] == -direction:
                break
            direction = moves[0]
            found = [pair, *found] if step == grounds.before else [*found, pair]
            last, place = pair, step(place)
    directions = {other[0].diatonic - one[0].diatonic for one, other in pairwise(found)}
    return found if len(directions) == 1 else found[:1]


def _pair(grounds: Grounds, tone: Tone, other: int, distance: int) -> tuple[Pitch, Pitch] | None:
    """Return the pitches of a tone and of another voice that begins with it at a distance on the staff, else None."""
    beside = grounds.sounding(other, tone.first)
    if beside is None or beside.first != tone.first or beside.pitch.midi == tone.pitch.midi:
        return None
    apart = abs(tone.pitch.diatonic - beside.pitch.diatonic)
    return (tone.pitch, beside.pitch) if apart % 7 == distance else None


def _scale(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """A tone within a scale in one direction."""
    for up in (1, -1):
        run = [tone]
        while (place := grounds.before(run[0])) and 0 < up * (run[0].pitch.midi - place.pitch.midi) <= _STEP:
            run.insert(0, place)
        while (place := grounds.after(run[-1])) and 0 < up * (place.pitch.midi - run[-1].pitch.midi) <= _STEP:
            run.append(place)
        if len(run) >= _SCALE and tone is not run[0]:
            yield f"is part of a scale {'up' if up > 0 else 'down'} from {run[0].pitch} to {run[-1].pitch}"


def _against_the_tune(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """Contrary motion of the lowest voice against the highest one."""
    if tone.voice != grounds.texture.shape[1] - 1 or tone.voice == 0:
        return
    before, top = grounds.before(tone), grounds.sounding(0, tone.first)
    if before is None or top is None or top.first != tone.first:
        return
    earlier = grounds.before(top)
    if earlier is None:
        return
    mine, its = tone.pitch.midi - before.pitch.midi, top.pitch.midi - earlier.pitch.midi
    if mine * its < 0:
        yield f"moves against {grounds.name(0)}"


def _close(grounds: Grounds, tone: Tone) -> Iterator[str]:
    """The last note of a phrase."""
    last = tone.end - 1
    if grounds.texture.phrase_end[tone.first : tone.end].any():
        chord, tonic = grounds.texture.chord[last], int(grounds.verticality.context.tonic[last])
        if chord is None or chord.root is None:
            return
        where = "on the tonic" if chord.root.pitch_class == tonic else f"on {chord}"
        yield f"ends the phrase {where}"


def motion_of(grounds: Grounds, tone: Tone) -> str:
    """Return how the line comes to a tone and goes on: "comes up a second from D4 and goes down a third to C4"."""
    before, after = grounds.before(tone), grounds.after(tone)
    if before is None:
        comes = "begins the line"
    elif before.pitch == tone.pitch:
        comes = f"stays on {tone.pitch}"
    else:
        comes = f"comes {moved(before.pitch, tone.pitch)} from {before.pitch}"
    if after is None or after.pitch == tone.pitch:
        return comes
    return f"{comes} and goes {moved(tone.pitch, after.pitch)} to {after.pitch}"


def _chord_changes(grounds: Grounds, t: int) -> bool:
    """Whether a slice has another harmony than the one before it."""
    harmony = grounds.verticality.context.harmony
    return bool(harmony[t - 1] != harmony[t])


def doubling_of(grounds: Grounds, tone: Tone) -> str:
    """Return who else has the tone's pitch class, or that nobody has its third or seventh; empty if there is no more.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> from arranger.editing.grounds import grounds_of
    >>> grounds = grounds_of(example_score(passes("C5 / G4 / E4 / C3", "", chords="C")))
    >>> [doubling_of(grounds, line[0]) for line in grounds.lines]
    ['doubles the bass', 'is the only fifth in the chord', 'is the only third in the chord', 'doubles the soprano']
    """
    t, texture = tone.first, grounds.texture
    alike = np.flatnonzero((texture.pitch[t] >= 0) & (texture.pitch[t] % 12 == tone.pitch.midi % 12)).tolist()
    others = [voice for voice in alike if voice != tone.voice]
    if others:
        unison = [voice for voice in others if texture.pitch[t, voice] == tone.pitch.midi]
        names = " and ".join(grounds.name(voice) for voice in others)
        return f"doubles {names}{' in unison' if unison == others else ''}"
    role = role_of(grounds, tone.pitch, t)
    name = role.removeprefix("the ").split(" of ")[0]
    return f"is the only {name} in the chord" if role and name != "bass" else ""


_QUESTIONS: tuple[Callable[[Grounds, Tone], Iterator[str]], ...] = (
    _suspension,
    _ornament,
    _leading_tone,
    _seventh,
    _common_tone,
    _side_by_side,
    _gap,
    _scale,
    _against_the_tune,
    _close,
)
