"""What excuses a finding: good practice that a rule, which sees only a few slices, cannot know.

The rules steer the search too, and there a little too much caution does no harm. A verdict must not be wrong, so the
checker asks once more, of the few things that the rules found, whether a textbook allows them where they stand
(Aldwell & Schachter, Harmony and Voice Leading: chs. 5, 11, 29 and 30; Kostka & Payne, Tonal Harmony, ch. 5).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory.checking.checked_score import CheckedScore
from theory.checking.events import Event
from theory.slices.verticality import Verticality

_OCTAVE = 12
_STEP = 2  # semitones
_BROKEN = 3  # fewest tones of a broken chord
_CHORDS = [{0, 4, 7}, {0, 3, 7}, {0, 3, 6}, {0, 4, 7, 10}, {0, 3, 7, 10}, {0, 4, 7, 11}, {0, 3, 6, 10}, {0, 3, 6, 9}]
Excuse = Callable[[Event, CheckedScore], bool]


def is_excused(code: str, event: Event, case: CheckedScore) -> bool:
    """Whether something that a rule found is allowed where it stands; the event counts slices of the score itself."""
    return any(excuse(event, case) for excuse in _EXCUSES.get(code, ()))


def _bass_resolves(event: Event, case: CheckedScore) -> bool:
    """Whether the bass is a suspension or an appoggiatura: under the same chord it steps to the note asked for."""
    texture, context = case.texture, case.windows.verticality.context
    lowest, harmony = case.windows.verticality.lowest, context.harmony
    here = event.slice_
    for place in range(here + 1, len(texture.onset_quarter)):
        if harmony[place] != harmony[here] or (
            texture.chord_onset[place] and context.bass[place] != context.bass[here]
        ):
            return False
        if lowest[place] != lowest[here]:
            stepped = abs(int(lowest[place] - lowest[here])) <= _STEP
            return stepped and bool(lowest[place] % 12 == context.bass[here])
    return False


def _into_cadential_six_four(event: Event, case: CheckedScore) -> bool:
    """Whether the dominant only goes on to a six-four chord over its own bass, which is no resolution."""
    vertical = case.windows.verticality
    stays = vertical.lowest[event.before] % 12 == vertical.lowest[event.slice_] % 12
    return bool(vertical.six_four[event.slice_] and stays)


def _rises_to_leading_tone(event: Event, case: CheckedScore) -> bool:
    """Whether the voice rises by a whole tone to the leading tone of the next chord: 6 to 7 in melodic minor."""
    (voice,) = event.voices[:1]
    before, after = (int(case.texture.pitch[slice_, voice]) for slice_ in (event.before, event.slice_))
    return after - before == _STEP and bool(case.windows.verticality.leading[event.slice_, voice])


def _from_neapolitan(event: Event, case: CheckedScore) -> bool:
    """Whether a Neapolitan goes to the dominant, a tritone away: its root and the second degree differ by nature."""
    before, after = (_classes(case, slice_) for slice_ in (event.before, event.slice_))
    for root in before:
        dominant = {(root + step) % 12 for step in (1, 4, 6, 7, 10)}  # V, V7 and viio7 of the key a half step below
        goes = after <= dominant and (root + 10) % 12 in after and (root + 1) % 12 in after
        if before <= {(root + step) % 12 for step in (0, 4, 7)} and len(before) > 2 and goes:
            return True
    return False


def _classes(case: CheckedScore, slice_: int) -> set[int]:
    pitches = case.texture.pitch[slice_]
    return set((pitches[pitches >= 0] % 12).tolist())


def _bass_octave(event: Event, case: CheckedScore) -> bool:
    """Whether the bass leaps an octave and turns back: the fifth degree of a cadence in two registers."""
    (voice,) = event.voices[:1]
    texture = case.texture
    heard = texture.pitch[event.slice_]
    if voice != len(heard) - 1:
        return False
    line = texture.pitch[: event.slice_, voice]
    earlier = line[np.flatnonzero(line >= 0)]
    leap = int(heard[voice]) - int(earlier[-1]) if len(earlier) else 0
    following = texture.pitch[event.slice_ :, voice]
    then = following[following != heard[voice]]
    return abs(leap) == _OCTAVE and len(then) > 0 and then[0] >= 0 and (then[0] - heard[voice]) * leap < 0


def _is_own_chord(event: Event, case: CheckedScore) -> bool:
    """Whether all that sounds with a note is a chord of its own: estimates hear one chord per beat only."""
    classes = _classes(case, event.slice_)
    enough = len(classes) > 2 and case.inferred
    return enough and any(classes <= {(root + step) % 12 for step in chord} for root in classes for chord in _CHORDS)


def _is_broken_chord(event: Event, case: CheckedScore) -> bool:
    """Whether the chord is broken: an instrument plays its tones one by one before the next chord begins."""
    vertical, onsets = case.windows.verticality, case.texture.chord_onset
    end = event.slice_ + 1
    while end < len(onsets) and not onsets[end]:
        end += 1
    span = slice(event.slice_, end)
    if not set(np.flatnonzero(vertical.context.essential[event.slice_]).tolist()) <= _classes_of(vertical, span):
        return False
    playing = [voice for voice, player in enumerate(case.players) if player is None or not player.is_voice]
    begun = [vertical.midi[span, voice][vertical.attack[span, voice]] for voice in playing]
    return any(len(set((line % 12).tolist())) >= _BROKEN and (np.abs(np.diff(line)) > _STEP).all() for line in begun)


def _classes_of(vertical: Verticality, span: slice) -> set[int]:
    return set(vertical.pitch_class[span][vertical.sounding[span]].tolist())


_EXCUSES: dict[str, tuple[Excuse, ...]] = {
    "HA101": (_is_own_chord,),
    "HA102": (_bass_resolves,),
    "HA103": (_is_broken_chord,),
    "HA104": (_is_broken_chord,),
    "HA201": (_is_broken_chord,),
    "HA202": (_bass_resolves,),
    "KE101": (_is_own_chord,),
    "ME105": (_bass_octave,),
    "VL401": (_into_cadential_six_four, _rises_to_leading_tone),
    "VL402": (_into_cadential_six_four, _rises_to_leading_tone),
    "VL406": (_from_neapolitan,),
}
