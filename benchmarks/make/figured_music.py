"""Makes music whose chords are known, in the textures of keyboard music and songs, for fitting chord segments.

A `Plan` holds chords with their times, keys and basses: of a human analysis (`plan_of`), or drawn as a random walk
through the harmony graph, with cadences, modulations and applied chords (`drawn_plan`). `realised` sets a plan for a
tune with passing notes, neighbours and appoggiaturas over an Alberti bass, an arpeggio, chords after a low bass,
repeated chords, broken octaves or plain chords. Equal seeds give equal music.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from corpora.roman_analyses import AnalysedChord
from theory.harmony.graph import Degree, degrees
from theory.harmony.states import KEYS, QUALITIES, key_distances, succession_costs
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Meter, Note, Part, Score
from theory.types import Floats

Random = np.random.Generator
METERS = (Meter(4, 4), Meter(4, 4), Meter(3, 4), Meter(2, 4), Meter(6, 8))
MANNERS = ("chorale", "chorale", "song")
TEXTURES = (
    "alberti", "arpeggio", "rolling", "after bass", "repeated", "octaves", "chords", "broken", "one stroke", "walking",
    "right hand broken",
)  # fmt: skip
SAME_ROOT = 0.2  # of the usual odds: a seventh joins its triad as a new chord
LATE = 2  # quarters; a chord so long may get its seventh late
PHRASE, PHRASES = 4, 6  # bars in a phrase, phrases in a drawn plan
_SEVENTH = 4
_INVERTED = {3: (0.68, 0.27, 0.05), 4: (0.5, 0.22, 0.14, 0.14)}  # how often each tone of a chord is its bass
_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_TUNE, _BASS = (60, 81), (38, 55)  # ranges in MIDI numbers


@dataclass(frozen=True)
class Plan:
    """Chords in order, the last of which lasts to the end; they change on bars of one meter."""

    chords: tuple[AnalysedChord, ...]
    bars: tuple[Bar, ...]

    @property
    def spans(self) -> list[tuple[AnalysedChord, Fraction, Fraction]]:
        """The chords with onset and end in quarters."""
        ends = [*(chord.onset_quarter for chord in self.chords[1:]), self.bars[-1].end_quarter]
        starts = [Fraction(0), *(chord.onset_quarter for chord in self.chords[1:])]
        return [each for each in zip(self.chords, starts, ends, strict=True) if each[1] < each[2]]


def plan_of(chords: Sequence[AnalysedChord], score: Score) -> Plan:
    """Return a human analysis of a score as a plan."""
    return Plan(tuple(chords), score.bars)


# ---------------------------------------------------------------- progressions


def drawn_plan(random: Random) -> Plan:
    """Return a random progression of `PHRASES` phrases."""
    meter = METERS[random.integers(len(METERS))]
    home = int(random.integers(len(KEYS)))
    signature = _signature(home)
    bars = tuple(
        Bar(index, str(index + 1), index * meter.quarters, meter.quarters, meter, signature)
        for index in range(PHRASE * PHRASES)
    )
    manner = MANNERS[random.integers(len(MANNERS))]
    chords: list[AnalysedChord] = []
    key = home
    for phrase in range(PHRASES):
        last = phrase + 1 == PHRASES
        key = home if last or not phrase else _next_key(key, home, random)
        times = _times(meter, phrase * PHRASE * meter.quarters, random)
        names = _walk(KEYS[key][1], len(times), manner, random, half=not last and random.random() < 0.3)
        chords += [_chord(time, key, degree, random) for time, degree in zip(times, names, strict=True)]
        if random.random() < 0.4 and not last:
            chords = _with_six_four(chords, meter)
    return Plan(tuple(chords), bars)


def _signature(key: int) -> Key:
    tonic, mode = KEYS[key]
    fifths = (7 * tonic + 6 - (3 if mode == "minor" else 0)) % 12 - 6
    return Key.from_fifths(fifths, mode)


def _next_key(key: int, home: int, random: Random) -> int:
    odds = np.exp(-0.9 * key_distances()[key] - 0.5 * key_distances()[home])
    odds[key] *= 2
    return int(random.choice(len(KEYS), p=odds / odds.sum()))


def _times(meter: Meter, start: Fraction, random: Random) -> list[Fraction]:
    """Return the onsets of the chords of a phrase: one or two chords per bar, or more."""
    beat = meter.beat_quarters
    beats = int(meter.quarters / beat)
    kind = random.random()
    times: list[Fraction] = []
    for bar in range(PHRASE):
        onset = start + bar * meter.quarters
        times.append(onset)
        if bar + 1 == PHRASE and random.random() < 0.7:
            continue
        for place in range(1, beats):
            middle = beats % 2 == 0 and place == beats // 2
            odds = (0.6 if middle else 0.12) if kind < 0.5 else (0.15 if middle else 0.02) if kind < 0.8 else 0.7
            if random.random() < odds:
                times.append(onset + place * beat)
            if random.random() < 0.04:
                times.append(onset + place * beat + (beat * 2 / 3 if meter.is_compound else beat / 2))
    return sorted(set(times))


@lru_cache(maxsize=8)
def _odds(mode: str, manner: str) -> Floats:
    odds = np.exp(-succession_costs(mode, manner))
    np.fill_diagonal(odds, 0)
    odds = 0.8 * odds + 0.2 * np.sqrt(odds) / np.sqrt(odds).sum(axis=1, keepdims=True)
    np.fill_diagonal(odds, 0)
    roots = np.array([degree.offset for degree in degrees(mode)])
    odds *= np.where(
        roots[:, None] == roots[None, :], SAME_ROOT, 1.0
    )  # the seventh belongs to the chord from the start
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _walk(mode: str, length: int, manner: str, random: Random, *, half: bool) -> list[Degree]:
    """Return a walk through the harmony graph from the tonic that closes on the tonic or, if ``half``, on V."""
    chords = degrees(mode)
    names = [degree.name for degree in chords]
    odds = _odds(mode, manner)
    place = names.index("I" if mode == "major" else "i") if random.random() < 0.8 else int(random.integers(len(chords)))
    walk = [place]
    while len(walk) < length:
        walk.append(int(random.choice(len(chords), p=odds[walk[-1]])))
    close = ["V"] if half else [("V7", "V")[int(random.integers(2))], "I" if mode == "major" else "i"]
    for offset, name in enumerate(reversed(close[:length]), 1):
        walk[-offset] = names.index(name)
    return [chords[place] for place in walk]


def _chord(onset: Fraction, key: int, degree: Degree, random: Random) -> AnalysedChord:
    tonic, mode = KEYS[key]
    root = (tonic + degree.offset) % 12
    members = [(root + step) % 12 for step in QUALITIES[degree.quality]]
    odds = np.array(_INVERTED[len(members)])
    if degree.quality in ("dim", "m7b5", "dim7"):
        odds = np.roll(odds, 1) if len(members) < _SEVENTH else np.full(_SEVENTH, 0.25)
    bass = members[random.choice(len(members), p=odds)]
    return AnalysedChord(onset, tonic, mode, root, degree.quality, degree.name, bass, frozenset(members))


def _with_six_four(chords: list[AnalysedChord], meter: Meter) -> list[AnalysedChord]:
    """Return chords whose last dominant but none is preceded by the six-four chord of the tonic over the same bass."""
    place = max((index for index, chord in enumerate(chords) if chord.name in ("V", "V7")), default=-1)
    if place < 0 or place + 1 >= len(chords):
        return chords
    chord, beat = chords[place], meter.beat_quarters
    if chords[place + 1].onset_quarter - chord.onset_quarter < 2 * beat:
        return chords
    third = 4 if chord.mode == "major" else 3
    tonic = frozenset((chord.tonic + step) % 12 for step in (0, third, 7))
    quality, name = ("", "I") if third == 4 else ("m", "i")
    six_four = AnalysedChord(
        chord.onset_quarter, chord.tonic, chord.mode, chord.tonic, quality, name, chord.root, tonic
    )
    onset = chord.onset_quarter + beat
    dominant = AnalysedChord(
        onset, chord.tonic, chord.mode, chord.root, chord.quality, chord.name, chord.root, chord.pitch_classes
    )
    return [*chords[:place], six_four, dominant, *chords[place + 1 :]]


# ---------------------------------------------------------------- textures


def realised(plan: Plan, random: Random, tune: Part | None = None) -> Score:
    """Return a plan set for a tune and a keyboard; the tune is drawn, if none is given."""
    hands: list[list[Note]] = [[], []]
    melody: list[Note] = []
    texture, line, upper, runs = "", 70, 62, False
    lacks_tune = tune is None and random.random() < 0.15  # a prelude
    for chord, start, end in plan.spans:
        if not texture or random.random() < 0.06:
            texture, runs = TEXTURES[random.integers(len(TEXTURES))], random.random() < 0.2
        voicing = _voicing(chord, upper, random)
        upper = int(np.clip(np.mean(voicing[1:]), 56, 68))
        late = len(chord.pitch_classes) == _SEVENTH and end - start >= LATE and random.random() < 0.4
        pieces = list(_within_bars(plan.bars, start, end))
        if late and len(pieces) == 1:
            pieces = [(start, (start + end) / 2), ((start + end) / 2, end)]
        for number, (piece_start, piece_end) in enumerate(pieces):
            sounding = _without_seventh(chord, voicing) if late and not number else voicing
            for hand, onset, length, midi in _figure(texture, sounding, piece_start, piece_end, random):
                hands[hand].append(_note(onset, length, midi))
            if tune is None and not lacks_tune:
                kind = _run if runs else _tune
                drawn = list(kind(chord, piece_start, piece_end, line, random))
                line = drawn[-1].pitch.midi if drawn and drawn[-1].pitch else line
                melody += drawn
    parts = [Part("Right hand", tuple(hands[0]), ""), Part("Left hand", tuple(hands[1]), "")]
    top = tune if tune is not None else Part("Voice", tuple(melody), "")
    return Score(plan.bars, (top, *parts) if top.notes else tuple(parts))


def _note(onset: Fraction, length: Fraction, midi: int) -> Note:
    return Note(onset, length, Pitch.spelled(midi, 0))


def _within_bars(bars: Sequence[Bar], start: Fraction, end: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    for bar in bars:
        if bar.onset_quarter < end and start < bar.end_quarter:
            yield max(start, bar.onset_quarter), min(end, bar.end_quarter)


def _voicing(chord: AnalysedChord, near: int, random: Random) -> list[int]:
    """Return a bass and three or four upper tones in close position around ``near``, ascending."""
    low, high = _BASS
    basses = [midi for midi in range(low, high) if midi % 12 == chord.bass]
    bass = basses[random.integers(len(basses))]
    tones = sorted(chord.pitch_classes, key=lambda tone: (tone - chord.root) % 12)
    if len(tones) == _SEVENTH and random.random() < 0.35:
        tones.remove(tones[2 if random.random() < 0.7 else 0])
    top = [min(range(near - 6, near + 6), key=lambda midi, tone=tone: ((midi - tone) % 12 != 0, abs(midi - near)))
           for tone in tones]  # fmt: skip
    return [bass, *sorted(midi if midi > bass else midi + 12 for midi in top)]


def _without_seventh(chord: AnalysedChord, voicing: list[int]) -> list[int]:
    """Return a voicing with the seventh replaced by the octave of the root, unless it is in the bass."""
    bass, *upper = voicing
    seventh = max(chord.pitch_classes, key=lambda tone: (tone - chord.root) % 12)
    return [bass, *sorted(midi + (chord.root - seventh) % 12 if midi % 12 == seventh else midi for midi in upper)]


def _figure(
    texture: str, voicing: Sequence[int], start: Fraction, end: Fraction, random: Random
) -> Iterator[tuple[int, Fraction, Fraction, int]]:
    """Yield (hand, onset, duration, MIDI number) of a chord in a texture; hand 1 is the left."""
    bass, *upper = voicing
    step = _HALF if texture in ("alberti", "rolling", "octaves") else _QUARTER if random.random() < 0.3 else _HALF
    low = [bass + 12, *(midi for midi in upper if midi > bass + 12)][:4]
    patterns = {
        "alberti": [low[0], low[-1], low[1 % len(low)], low[-1]],
        "rolling": [bass, *upper, *upper[-2:0:-1]],
        "arpeggio": [bass, *upper],
        "broken": [bass, upper[0], upper[-1], upper[0]],
        "octaves": [bass - 12, bass],
    }
    if texture in patterns:
        pattern = patterns[texture]
        for place, (onset, length) in enumerate(_steps_of(start, end, step)):
            yield 1, onset, length, pattern[place % len(pattern)]
        if texture in ("octaves", "alberti") and random.random() < 0.5:
            yield from _struck(upper, start, end, Fraction(1))
        return
    if texture == "one stroke":
        length = min(Fraction(1), end - start)
        yield 1, start, length, bass
        yield from _struck(upper if random.random() < 0.7 else upper[:1], start, start + length, length)
        return
    if texture == "walking":
        yield from _walking(bass, upper, start, end, random)
        return
    if texture == "right hand broken":
        yield 1, start, end - start, bass
        order = [*upper, *upper[-2:0:-1]] if random.random() < 0.5 else [upper[-1], upper[0], upper[1 % len(upper)]]
        for place, (onset, length) in enumerate(_steps_of(start, end, step)):
            yield 0, onset, length, order[place % len(order)] + 12 * (random.random() < 0.02)
        return
    if texture == "after bass":
        first = min(Fraction(1) if random.random() < 0.6 else _HALF, end - start)
        yield 1, start, first, bass
        yield from _struck(upper, start + first, end, first)
        return
    yield 1, start, end - start, bass
    yield from _struck(upper, start, end, _HALF if texture == "repeated" else end - start)


def _struck(
    tones: Sequence[int], start: Fraction, end: Fraction, step: Fraction
) -> Iterator[tuple[int, Fraction, Fraction, int]]:
    for onset, length in _steps_of(start, end, step):
        for midi in tones:
            yield 0, onset, length, midi


def _steps_of(start: Fraction, end: Fraction, step: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield onset and duration of equal notes from one time to another; the last may be shorter."""
    onset = start
    while onset < end:
        length = min(step, end - onset)
        yield onset, length
        onset += length


def _walking(
    bass: int, upper: Sequence[int], start: Fraction, end: Fraction, random: Random
) -> Iterator[tuple[int, Fraction, Fraction, int]]:
    """Yield a bass in eighths: the bass of the chord on beats, octaves and passing notes between, and a voice above."""
    for place, (onset, length) in enumerate(_steps_of(start, end, _HALF)):
        leap = bass if place % 2 == 0 else bass + (12, 2, -1, 0)[random.integers(4)]
        yield 1, onset, length, leap
    if random.random() < 0.6:
        yield from _struck(upper[: 1 + int(random.integers(3))], start, end, Fraction(1))


# ---------------------------------------------------------------- tunes


def _tune(chord: AnalysedChord, start: Fraction, end: Fraction, line: int, random: Random) -> Iterator[Note]:
    """Yield a tune over a chord: chord tones on beats, and figures between them."""
    onset = start
    while onset < end:
        room = end - onset
        kind = random.random()
        if kind < 0.08:
            onset += min(Fraction(1), room)
            continue
        target = _near_tone(chord, line, random)
        if kind < 0.4:
            length = min(Fraction(2) if random.random() < 0.3 else Fraction(1), room)
            yield _note(onset, length, target)
        else:
            length = min(Fraction(1), room)
            count = 2 if kind < 0.8 else 4
            midis = _figured(chord, target, count, random)
            for place, midi in enumerate(midis):
                yield _note(onset + length * place / count, length / count, midi)
            target = midis[-1]
        line, onset = target, onset + length


def _run(chord: AnalysedChord, start: Fraction, end: Fraction, line: int, random: Random) -> Iterator[Note]:
    """Yield a scale in sixteenths or eighths from a chord tone, which turns now and then."""
    scale, way = _scale(chord), 1 if line < sum(_TUNE) / 2 else -1
    step = _QUARTER if random.random() < 0.7 else _HALF
    midi = _near_tone(chord, line, random)
    for onset, length in _steps_of(start, end, step):
        yield _note(onset, length, midi)
        if not _TUNE[0] < midi < _TUNE[1]:
            way = 1 if midi <= _TUNE[0] else -1
        elif random.random() < 0.1:
            way = -way
        midi = _step(midi, way, scale)


def _near_tone(chord: AnalysedChord, line: int, random: Random) -> int:
    low, high = _TUNE
    tones = [midi for midi in range(low, high) if midi % 12 in chord.pitch_classes]
    odds = np.exp(-np.abs(np.array(tones) - line) / 2.5)
    return int(random.choice(tones, p=odds / odds.sum()))


def _figured(chord: AnalysedChord, target: int, count: int, random: Random) -> list[int]:
    """Return a chord tone followed by passing notes or neighbours, or preceded by an appoggiatura."""
    scale = _scale(chord)
    way = 1 if random.random() < 0.5 else -1
    kind = random.random()
    if kind < 0.25:  # appoggiatura
        return [_step(target, -way, scale), target, _step(target, way, scale), target][:count]
    if kind < 0.55:  # neighbour
        near = target - 1 if way < 0 and random.random() < 0.5 else _step(target, way, scale)
        return [target, near, target, target][:count]
    if kind < 0.85:  # run
        run = [target]
        while len(run) < count:
            run.append(_step(run[-1], way, scale))
        return run
    tones = [midi for midi in range(target - 9, target + 10) if midi % 12 in chord.pitch_classes]
    return [target, *(int(random.choice(tones)) for _ in range(count - 1))]


def _scale(chord: AnalysedChord) -> set[int]:
    """Return the pitch classes of the key, altered to fit the chord."""
    steps = (0, 2, 4, 5, 7, 9, 11) if chord.mode == "major" else (0, 2, 3, 5, 7, 8, 11)
    scale = {(chord.tonic + step) % 12 for step in steps}
    clashes = {
        tone
        for tone in scale - chord.pitch_classes
        if {(tone + 1) % 12, (tone - 1) % 12} & (chord.pitch_classes - scale)
    }
    return (scale - clashes) | chord.pitch_classes


def _step(midi: int, way: int, scale: set[int]) -> int:
    midi += way
    while midi % 12 not in scale:
        midi += way
    return midi
