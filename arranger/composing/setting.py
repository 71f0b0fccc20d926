"""What a tune to be written is given: key, meter, compass, chords, and where its phrases lie.

Times are ticks of `arranger.models.melody.vocabulary`, counted from the first full bar; an upbeat has times below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from arranger.characters import AXES, Character
from arranger.composing.form import Phrase
from arranger.models.melody.events import Place, chord_classes
from arranger.models.melody.vocabulary import TICKS, scale_of
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.score import Meter

_MIDDLE = 66  # of the compass that anyone sings, B3 to G5, in MIDI numbers
LOWEST, HIGHEST = 59, 79
_AS_IT_IS = (0.0,) * len(AXES)


@dataclass(frozen=True)
class Sung:
    """A note of a tune, or a rest where ``midi`` is None."""

    onset: int
    ticks: int
    midi: int | None

    @property
    def end(self) -> int:
        """Where it stops."""
        return self.onset + self.ticks


@dataclass(frozen=True)
class Span:
    """A phrase at its place."""

    start: int
    end: int
    cadence: str  # open, half or full
    number: int
    following: int  # phrases that follow
    copy_from: int = 0  # where the music is that it begins with
    copied: int = 0  # ticks of it
    leads_to: int | None = None  # where the music is with which the next phrase begins, if that is a copy


@dataclass(frozen=True)
class Setting:
    """Key, meter and chords of a tune."""

    key: Key
    meter: Meter
    chords: tuple[ChordSymbol, ...] = ()  # one a bar, or none
    first_bar: int = 0  # the bar, from the first full one, with which the chords begin
    character: Character = Character()  # noqa: RUF009  frozen

    @cached_property
    def bar(self) -> int:
        """Ticks of a bar."""
        return round(self.meter.quarters * self.factor * TICKS)

    @cached_property
    def beat(self) -> int:
        """Ticks of a beat."""
        return TICKS * 3 // 2 if self.meter_name in ("6/8", "9/8", "12/8") else TICKS

    @cached_property
    def factor(self) -> Fraction:
        """What quarters are multiplied by, so that beats are alike in all meters."""
        return scale_of(self.meter)[0]

    @cached_property
    def meter_name(self) -> str:
        """The meter after that."""
        return scale_of(self.meter)[1]

    @cached_property
    def reference(self) -> int:
        """MIDI number of the tonic that pitches are reckoned from."""
        tonic = self.key.tonic.pitch_class
        return min((tonic + 12 * octave for octave in range(4, 7)), key=lambda midi: abs(midi - _MIDDLE + 1))

    def degree(self, midi: int) -> int:
        """Return semitones above the tonic, 0 to 11."""
        return (midi - self.reference) % 12

    def is_strong(self, onset: int) -> bool:
        """Whether a place is the first beat of a bar or of its second half."""
        offset = onset % self.bar
        halves = self.bar % (2 * self.beat) == 0
        return offset == 0 or (halves and offset == self.bar // 2)

    def chord_at(self, onset: int) -> ChordSymbol | None:
        """Return the chord of a place's bar; an upbeat goes with the bar before it."""
        place = onset // self.bar - self.first_bar
        return self.chords[max(place, 0) % len(self.chords)] if self.chords else None

    def tones_at(self, onset: int) -> frozenset[int]:
        """Return the chord's tones, semitones above the tonic; none where no chord is given."""
        chord = self.chord_at(onset)
        return frozenset((tone - self.reference) % 12 for tone in chord.pitch_classes) if chord else frozenset()

    @cached_property
    def is_rich(self) -> bool:
        """Whether the raised fourth may lead to the fifth."""
        return self.character.mean("richness") > 0

    def character_at(self, onset: int, span: Span) -> tuple[float, ...]:
        """Return the value of each axis of the character at a place, all phrases being equally long."""
        phrases = span.number + 1 + span.following
        share = (span.number + (onset - span.start) / (span.end - span.start)) / phrases
        return tuple(self.character.along([share])[0].tolist()) if self.character != Character() else _AS_IT_IS

    def place(self, onset: int, span: Span) -> Place:
        """Return what the model is told of a place."""
        return Place(
            offset=onset % self.bar,
            bar=self.bar,
            meter=self.meter_name,
            minor=self.key.is_minor,
            left=span.end - onset,
            done=onset - span.start,
            following=span.following,
            before=span.number,
            chord=chord_classes(self.chord_at(onset), self.key.tonic.pitch_class),
        )


def spans_of(phrases: Sequence[Phrase], setting: Setting, *, start: int, number: int = 0) -> tuple[Span, ...]:
    """Return the phrases at their places, the first from ``start``; where chords differ nothing is repeated."""
    starts = [start + setting.bar * sum(other.bars for other in phrases[:place]) for place in range(len(phrases) + 1)]
    found = []
    for place, phrase in enumerate(phrases):
        span = Span(starts[place], starts[place + 1], phrase.cadence, number + place, len(phrases) - 1 - place)
        if phrase.repeats is not None:
            model = starts[phrase.repeats]
            span = replace(span, copy_from=model, copied=_common(setting, model, span.start, phrase.repeated_bars))
        found.append(span)
    return with_leads(found)


def with_leads(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans that know how the next one begins."""
    following = [*spans[1:], None]
    return tuple(
        replace(span, leads_to=after.copy_from if after is not None and after.copied else None)
        for span, after in zip(spans, following, strict=True)
    )


def _common(setting: Setting, model: int, start: int, bars: int) -> int:
    """Return the ticks of the first bars of two places, as far as their chords are the same."""
    for bar in range(bars):
        shift = bar * setting.bar
        # an upbeat hears the chord before it, so the bar itself is asked in its middle
        one, other = (setting.chord_at(onset + shift + setting.bar // 2) for onset in (model, start))
        if one != other:
            return shift
    return bars * setting.bar
