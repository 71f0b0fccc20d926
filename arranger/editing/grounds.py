"""The grounds on which the notes of a score are judged: its chords, its lines, and the terms of an objective.

Any score has grounds: its chords are its symbols, or an estimate as the checker makes it, and its objective is that of
the style that suits it. The grounds of an arrangement are those of the search that made it, with the same moments,
chords and weights, and with the part model's opinion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from arranger.arranging.main import Arrangement
from arranger.arranging.rhythm import GIVEN
from arranger.arranging.search.beam import Search
from arranger.arranging.search.objective import Objective
from arranger.arranging.styles import STYLES, Style, load_style
from arranger.editing.opinion import Opinion
from theory.analysis import analyse
from theory.analysis.figuration import Figuration
from theory.analysis.nonchord import NonChordTone
from theory.analysis.numeral import RomanNumeral
from theory.checking.check import from_high_to_low, texture_for
from theory.checking.phrases import PhraseEnds
from theory.checking.spelled_sixths import spelled_sixths
from theory.checking.suitable_profile import estimate_profile
from theory.notation.instruments import player_of
from theory.notation.pitch import Pitch
from theory.notation.score import Harmony, Score
from theory.slices.facts import Ranges, Verticality
from theory.slices.texture import Texture, texture_of
from theory.slices.windows import ranges_of, verticalities_of
from theory.types import Ints, Mask
from theory.values import Value

_PLAYED = ("string-quartet", "orchestra", "keyboard", "piano")  # profiles of music for instruments
_SYMBOLS, _ELSE = "song", "chorale"  # styles for scores with and without chord symbols that no style is made for


@dataclass(frozen=True)
class Tone:
    """One note of one voice, tied notes as one: its slices and its pitch."""

    voice: int
    first: int  # slice
    end: int  # the first slice after it
    pitch: Pitch


@dataclass(frozen=True, eq=False, repr=False)
class Grounds(Value):
    """A score and all that a note of it is judged by. T slices, V voices from high to low."""

    score: Score
    texture: Texture
    ranges: Ranges
    style: Style
    objectives: tuple[Objective, ...]  # (T,)
    given: Mask  # (T, V) cells that the search did not choose: the tune, and pins
    opinion: Opinion | None = None  # of the part model, on an arrangement that it had a say in

    def in_short(self) -> str:  # noqa: D102
        return f"{self.score!r}, {self.texture.shape[0]} slices, style={self.style.name}"

    @cached_property
    def verticality(self) -> Verticality:
        """The notes of every slice in their context."""
        return verticalities_of(self.texture, self.ranges)

    @cached_property
    def lines(self) -> tuple[tuple[Tone, ...], ...]:
        """The tones of each voice in order."""
        return tuple(tuple(_tones(self.texture, voice)) for voice in range(self.texture.shape[1]))

    @cached_property
    def _place(self) -> Ints:
        """(T, V) Index of the sounding tone in its line, -1 in a rest."""
        found = np.full(self.texture.shape, -1)
        for voice, line in enumerate(self.lines):
            for index, tone in enumerate(line):
                found[tone.first : tone.end, voice] = index
        return found

    def tone_at(self, voice: int, onset_quarter: Fraction) -> Tone | None:
        """Return the tone of a voice at a time in quarters, None in a rest."""
        return self.sounding(voice, self.texture.slice_at(onset_quarter))

    def sounding(self, voice: int, t: int) -> Tone | None:
        """Return the tone of a voice in a slice, None in a rest."""
        index = int(self._place[t, voice])
        return self.lines[voice][index] if index >= 0 else None

    def before(self, tone: Tone) -> Tone | None:
        """Return the tone that a tone follows without a rest."""
        return self.sounding(tone.voice, tone.first - 1) if tone.first else None

    def after(self, tone: Tone) -> Tone | None:
        """Return the tone that follows a tone without a rest."""
        return self.sounding(tone.voice, tone.end) if tone.end < self.texture.shape[0] else None

    def name(self, voice: int) -> str:
        """Return a voice as a sentence names it: the alto, Violin II."""
        name = self.texture.voices[voice]
        return f"the {name.lower()}" if name.lower() in _VOICES else name or f"part {voice + 1}"

    @cached_property
    def non_chord_tones(self) -> tuple[NonChordTone, ...]:
        """The non-chord tones under the chords that the grounds know."""
        return Figuration.of(self.score, self.texture).tones

    @cached_property
    def numerals(self) -> tuple[RomanNumeral, ...]:
        """The Roman numerals of the score."""
        chords = tuple(
            Harmony(onset, symbol)
            for onset, symbol, begins in zip(
                self.texture.onset_quarter, self.texture.chord, self.texture.chord_onset, strict=True
            )
            if begins and symbol is not None
        )
        return analyse(replace(self.score, chords=chords)).chords


_VOICES = ("soprano", "mezzo-soprano", "alto", "tenor", "baritone", "bass", "treble", "descant", "lead")


def _tones(texture: Texture, voice: int) -> Iterator[Tone]:
    pitch = texture.pitch[:, voice]
    begins = texture.attack[:, voice] | (np.diff(pitch, prepend=-1) != 0)
    for first, end in pairwise([*np.flatnonzero(begins).tolist(), len(pitch)]):
        sounds = np.flatnonzero(pitch[first:end] < 0)
        end = first + int(sounds[0]) if len(sounds) else end
        if end > first:
            spelled = Pitch.spelled(int(pitch[first]), int(texture.fifths[first, voice]))
            yield Tone(voice, first, end, spelled)


@lru_cache(maxsize=4)
def grounds_of(score: Score, style: str = "") -> Grounds:
    """Return the grounds of any score: as in the checker for its chords, as in a style for its objective.

    ``style`` is a name of ``arranger styles``; by default that of the rule profile that suits the score. The highest
    part counts as the tune: it is given, and the others are judged as its setting. Raises ValueError for a score
    without notes or an unknown style.
    """
    if not any(note.pitch for part in score.parts for note in part.notes):
        raise ValueError("there are no notes to explain")
    sounding = from_high_to_low(score)
    texture = texture_for(sounding)
    phrases = PhraseEnds.of(sounding, texture)
    texture = replace(spelled_sixths(texture), phrase_end=phrases.mask)
    judged = load_style(style).alone() if style else style_of(sounding)
    free = np.arange(texture.shape[1]) > 0
    return Grounds(
        score=sounding,
        texture=texture,
        ranges=ranges_of([player_of(part) for part in sounding.parts]),
        style=judged,
        objectives=(Objective.of(judged, free),) * texture.shape[0],
        given=np.zeros(texture.shape, dtype=bool),
    )


def style_of(score: Score) -> Style:
    """Return the style by whose preferences a score is judged: that of its rule profile, by rules alone."""
    profile = estimate_profile(score).profile
    name = profile if profile in STYLES.names else _SYMBOLS if score.has_symbols or profile in _PLAYED else _ELSE
    style = load_style(name)
    return (style.for_players() if profile in _PLAYED else style).alone()


def _as_searched(arrangement: Arrangement) -> bool:
    """Whether the written notes are those that the search chose."""
    plan, score = arrangement.plan, arrangement.score
    if plan.scheme is not None or len(score.parts) != plan.texture.shape[1]:
        return False
    written = texture_of(score, onsets=plan.texture.onset_quarter).pitch
    return bool((written == arrangement.hypothesis.midi).all())


def _tune_of(arrangement: Arrangement, texture: Texture) -> Mask:
    """Return the cells (T, V) of a written texture in which a voice has the tune of an arrangement."""
    plan, names = arrangement.plan, [part.name for part in arrangement.score.parts]
    holders = [names[plan.holder[plan.texture.slice_at(onset)]] for onset in texture.onset_quarter]
    return np.array([[voice == holder for voice in texture.voices] for holder in holders])


def grounds_of_arrangement(arrangement: Arrangement) -> Grounds:
    """Return the grounds of an arrangement: those of the search that made it.

    Where an accompaniment pattern figures the chords, or notes were changed since, the written notes are not those that
    the search chose; they are judged as in any score.
    """
    plan, score = arrangement.plan, arrangement.score
    if not _as_searched(arrangement):
        written = grounds_of(replace(score, chords=plan.score.chords), plan.style.name)
        return replace(written, given=_tune_of(arrangement, written.texture))
    midi, attack = arrangement.hypothesis.midi, arrangement.hypothesis.attack
    fifths = np.where(midi >= 0, np.take_along_axis(plan.spelling, midi % 12, axis=1), 0)
    texture = replace(plan.texture, pitch=midi, attack=attack, fifths=fifths, chord_onset=plan.context.onset)
    search: Search = arrangement.search
    given = plan.mode == GIVEN
    for cell in plan.pinned:
        given[cell] = True
    return Grounds(
        score=score,
        texture=texture,
        ranges=plan.ranges,
        style=plan.style,
        objectives=tuple(search.objective_at(t) for t in range(texture.shape[0])),
        given=given,
        opinion=Opinion.of(search, arrangement.hypothesis),
    )
