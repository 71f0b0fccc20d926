"""Constraints on the next note of a composed tune: bars, cadences, compass and leaps.

*Durations* keep the beat clear: bars are filled exactly, dotted notes and sixteenths are completed within their beat,
and the last note of a phrase is long and begins on a strong beat.

*Pitches* keep to the scale or the chord and within a tenth. Leaps are singable (no sevenths, no tritones, nothing wider
than a sixth except the octave), and large leaps are answered by a step back. If chords are given, strong beats have
chord tones, and non-chord tones are approached and left by step (Jeppesen, Counterpoint, 1931, ch. 2; Huron, Sweet
Anticipation, 2006, ch. 5, for steps after leaps).
"""

from __future__ import annotations

from collections.abc import Sequence

from arranger.composing.logit_bias import RAISED_FOURTH, leads_up
from arranger.composing.setting import HIGHEST, LOWEST, PhraseSpan, Sung, TuneSetting
from arranger.models.melody.vocabulary import DURATIONS

COMPASS = 16  # semitones, a major tenth
LEAPS = frozenset((0, 1, 2, 3, 4, 5, 7, 8, 9, 12))  # semitones, up or down
_LARGE = 7  # semitones; after a leap this large the line moves back by a third at most
_DRAWN = frozenset((6, 12, 18, 24, 36, 48, 72, 96, 108, 120, 144, 192))
_HALF_CADENCE = frozenset((2, 7, 11))
_NATURAL_MINOR = frozenset((0, 2, 3, 5, 7, 8, 10))
_MAJOR = frozenset((0, 2, 4, 5, 7, 9, 11))
_MOST_REPEATS = 3


def lengths_allowed(onset: int, span: PhraseSpan, setting: TuneSetting) -> list[int]:
    """Return the tokens of the durations that a note at an onset (ticks) may have."""
    room = min(setting.bar - onset % setting.bar, span.end - onset)
    return [
        token
        for token, ticks in enumerate(DURATIONS)
        if ticks <= room and ticks in _DRAWN and _keeps_beat(onset, ticks, setting)
        and _leaves_cadence(onset, ticks, span, setting)
    ]  # fmt: skip


def _keeps_beat(onset: int, ticks: int, setting: TuneSetting) -> bool:
    """Whether a note of this duration leaves the beats of the bar audible."""
    inside, offset = onset % setting.beat, onset % setting.bar
    if inside % 12:
        return ticks == 6
    if ticks in (6, 18):
        return inside + ticks < setting.beat
    if inside:
        return inside + ticks <= setting.beat
    if ticks > setting.beat and setting.beat == 36:
        return ticks % setting.beat == 0
    middle = setting.bar // 2
    covers_middle = setting.meter_name == "4/4" and offset < middle < offset + ticks
    return not covers_middle or offset == 0 or (offset == middle // 2 and ticks == middle)


def _leaves_cadence(onset: int, ticks: int, span: PhraseSpan, setting: TuneSetting) -> bool:
    """Whether the phrase can still end with a long note on a strong beat after this note."""
    end = onset + ticks
    if end == span.end:
        return _closes_at(onset, span, setting)
    beats = range(-(-end // setting.beat) * setting.beat, span.end, setting.beat)
    return any(_closes_at(beat, span, setting) for beat in beats)


def _closes_at(onset: int, span: PhraseSpan, setting: TuneSetting) -> bool:
    """Whether the last note of a phrase may begin at an onset; it ends within the same bar."""
    ticks = span.end - onset
    least = 2 * setting.beat if span.following == 0 and setting.bar > 2 * setting.beat == 48 else setting.beat
    strong = setting.is_strong(onset)
    weak_triple = span.cadence != "full" and setting.meter_name == "3/4" and onset % setting.bar == setting.beat
    in_bar = ticks <= setting.bar - onset % setting.bar
    return least <= ticks and in_bar and (strong or weak_triple)


def pitches_allowed(heard: Sequence[Sung], ticks: int, span: PhraseSpan, setting: TuneSetting) -> list[int]:
    """Return the MIDI numbers that the next note may have, given its duration in ticks."""
    onset = heard[-1].end if heard else span.start
    line = [note.midi for note in heard if note.midi is not None]
    low, high = min(line, default=LOWEST + 8), max(line, default=HIGHEST - 8)
    compass = range(max(LOWEST, high - COMPASS), min(HIGHEST, low + COMPASS) + 1)
    closing = onset + ticks == span.end
    return [
        midi
        for midi in compass
        if setting.degree(midi) in _scale_at(onset, setting)
        and (not setting.is_rich or _leads_up(line, midi, setting))
        and _follows(line[-3:], midi, setting)
        and _fits_chord(heard, midi, onset, setting)
        and (not closing or _closes(line, midi, span, setting))
        and (bool(line) or setting.degree(midi) in (0, 3, 4, 7))
    ]  # fmt: skip


def _scale_at(onset: int, setting: TuneSetting) -> frozenset[int]:
    """Return the semitones above the tonic allowed at an onset: the scale and the tones of the chord."""
    tones = setting.tones_at(onset)
    rich = {RAISED_FOURTH} if setting.is_rich else set()
    if not setting.key.is_minor:
        return _MAJOR | tones | rich
    raised = {11} if not tones else set()
    blocked = {10} if 11 in tones else set()
    return (_NATURAL_MINOR | raised | tones | rich) - blocked


def _leads_up(line: Sequence[int], midi: int, setting: TuneSetting) -> bool:
    """Whether the raised fourth, if any, is approached and resolved correctly."""
    one = setting.degree(line[-1]) if line else None
    return leads_up(one, setting.degree(midi), minor=setting.key.is_minor) and (one != RAISED_FOURTH or midi > line[-1])


def _follows(line: Sequence[int], midi: int, setting: TuneSetting) -> bool:
    """Whether a pitch is singable after the pitches before it."""
    if not line:
        return True
    step = midi - line[-1]
    degrees = (setting.degree(line[-1]), setting.degree(midi))
    if abs(step) not in LEAPS or _is_awkward(degrees, step, setting):
        return False
    if setting.key.is_minor and degrees[1] in (10, 11) and 21 - degrees[1] in map(setting.degree, line):
        return False  # natural and raised seventh within four notes
    if len(line) >= _MOST_REPEATS and set(line[-_MOST_REPEATS:]) == {midi}:
        return False
    before = line[-1] - line[-2] if len(line) > 1 else 0
    if abs(before) >= _LARGE:
        return abs(step) <= 4 and step * before <= 0
    return not (step * before > 0 and abs(step) > 2 and abs(before) > 2 and abs(step + before) > 9) or (
        abs(step + before) == 12
    )


def _is_awkward(degrees: tuple[int, int], step: int, setting: TuneSetting) -> bool:
    """Whether a step is an augmented second or chromatic, or leaves the leading tone unresolved."""
    if setting.key.is_minor and set(degrees) in ({8, 11}, {10, 11}, {9, 10}, {8, 9}):
        return True
    if degrees[0] == 11:
        return step not in (0, 1, -2, -4)
    return not setting.key.is_minor and set(degrees) in ({3, 4}, {5, 6}, {10, 11}, {8, 9})


def _fits_chord(heard: Sequence[Sung], midi: int, onset: int, setting: TuneSetting) -> bool:
    """Whether a pitch is a chord tone, or a step on a weak beat; a non-chord tone before it must move on by step."""
    tones = setting.tones_at(onset)
    if not tones:
        return True
    belongs = setting.degree(midi) in tones
    before = heard[-1] if heard and heard[-1].midi is not None else None
    if before is None or before.midi is None:
        return belongs
    by_step = abs(midi - before.midi) <= 2
    passed = setting.degree(before.midi) not in setting.tones_at(before.onset)
    if passed and not (by_step and midi != before.midi):
        return False
    return belongs or (by_step and not setting.is_strong(onset))


def _closes(line: Sequence[int], midi: int, span: PhraseSpan, setting: TuneSetting) -> bool:
    """Whether a pitch makes the cadence of its phrase and is approached idiomatically."""
    tones = setting.tones_at(span.end - 1)
    degree = setting.degree(midi)
    if tones:
        wanted = ({0} & tones if span.cadence == "full" else frozenset()) or tones
    else:
        wanted = {"full": {0}, "half": _HALF_CADENCE, "open": {2, 4 - setting.key.is_minor, 7}}[span.cadence]
    if degree not in wanted:
        return False
    step = abs(midi - line[-1]) if line else 0
    if span.cadence == "full" and degree == 0:
        return step in (1, 2) or (bool(line) and setting.degree(line[-1]) == 7 and step in (5, 7))
    return step <= 5
