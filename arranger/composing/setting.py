"""The given frame of a composed tune: key, meter, compass, chords, and the positions of its phrases.

Times are in ticks (`arranger.models.melody.vocabulary`), counted from the first full bar; a pickup has negative times.
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

_MIDDLE = 66  # MIDI number near the middle of the compass
LOWEST, HIGHEST = 59, 79  # MIDI numbers B3 and G5: a compass that most people can sing
_AS_IT_IS = (0.0,) * len(AXES)


@dataclass(frozen=True)
class Sung:
    """A note or a rest of a tune; the ``midi`` of a rest is None."""

    onset: int  # in ticks
    ticks: int  # duration
    midi: int | None  # MIDI number

    @property
    def end(self) -> int:
        """End of the note, in ticks."""
        return self.onset + self.ticks


@dataclass(frozen=True)
class PhraseSpan:
    """A phrase with its position; times in ticks."""

    start: int
    end: int
    cadence: str  # open, half or full
    number: int  # index of the phrase
    following: int  # number of phrases after it
    copy_from: int = 0  # onset of the music that it repeats
    copied: int = 0  # length of the repeated music
    leads_to: int | None = None  # onset of the music that the next phrase repeats, if it repeats any


@dataclass(frozen=True)
class TuneSetting:
    """Key, meter, chords and character of a tune."""

    key: Key
    meter: Meter
    chords: tuple[ChordSymbol, ...] = ()  # one per bar, or none
    first_bar: int = 0  # index of the bar where the chords begin, counted from the first full bar
    character: Character = Character()  # noqa: RUF009  frozen

    @cached_property
    def bar(self) -> int:
        """Length of a bar in ticks."""
        return round(self.meter.quarters * self.factor * TICKS)

    @cached_property
    def beat(self) -> int:
        """Length of a beat in ticks."""
        return TICKS * 3 // 2 if self.meter_name in ("6/8", "9/8", "12/8") else TICKS

    @cached_property
    def factor(self) -> Fraction:
        """Factor that scales quarters so that beats are equally long in all meters."""
        return scale_of(self.meter)[0]

    @cached_property
    def meter_name(self) -> str:
        """Name of the meter after scaling."""
        return scale_of(self.meter)[1]

    @cached_property
    def reference(self) -> int:
        """MIDI number of the tonic from which pitches are counted."""
        tonic = self.key.tonic.pitch_class
        return min((tonic + 12 * octave for octave in range(4, 7)), key=lambda midi: abs(midi - _MIDDLE + 1))

    def degree(self, midi: int) -> int:
        """Return the semitones of a pitch above the tonic, 0 to 11."""
        return (midi - self.reference) % 12

    def is_strong(self, onset: int) -> bool:
        """Whether an onset is on the first beat of a bar or of its second half."""
        offset = onset % self.bar
        halves = self.bar % (2 * self.beat) == 0
        return offset == 0 or (halves and offset == self.bar // 2)

    def chord_at(self, onset: int) -> ChordSymbol | None:
        """Return the chord of the bar of an onset, if chords are given; before ``first_bar``, the first chord."""
        bar = onset // self.bar - self.first_bar
        return self.chords[max(bar, 0) % len(self.chords)] if self.chords else None

    def tones_at(self, onset: int) -> frozenset[int]:
        """Return the tones of the chord at an onset, in semitones above the tonic; empty if no chords are given."""
        chord = self.chord_at(onset)
        return frozenset((tone - self.reference) % 12 for tone in chord.pitch_classes) if chord else frozenset()

    @cached_property
    def is_rich(self) -> bool:
        """Whether the raised fourth may lead to the fifth."""
        return self.character.mean("richness") > 0

    def character_at(self, onset: int, span: PhraseSpan) -> tuple[float, ...]:
        """Return the values of the axes of the character at an onset, with all phrases counted as equally long."""
        phrases = span.number + 1 + span.following
        share = (span.number + (onset - span.start) / (span.end - span.start)) / phrases
        return tuple(self.character.along([share])[0].tolist()) if self.character != Character() else _AS_IT_IS

    def place(self, onset: int, span: PhraseSpan) -> Place:
        """Return what the model is given about an event at an onset."""
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


def spans_of(phrases: Sequence[Phrase], setting: TuneSetting, *, start: int, number: int = 0) -> tuple[PhraseSpan, ...]:
    """Return the phrases with their positions, the first from ``start``; bars are repeated if their chords agree."""
    starts = [start + setting.bar * sum(other.bars for other in phrases[:index]) for index in range(len(phrases) + 1)]
    found = []
    for index, phrase in enumerate(phrases):
        span = PhraseSpan(starts[index], starts[index + 1], phrase.cadence, number + index, len(phrases) - 1 - index)
        if phrase.repeats is not None:
            model = starts[phrase.repeats]
            span = replace(span, copy_from=model, copied=_common(setting, model, span.start, phrase.repeated_bars))
        found.append(span)
    return with_leads(found)


def with_leads(spans: Sequence[PhraseSpan]) -> tuple[PhraseSpan, ...]:
    """Return the spans with ``leads_to`` set where the next span begins with a copy."""
    following = [*spans[1:], None]
    return tuple(
        replace(span, leads_to=after.copy_from if after is not None and after.copied else None)
        for span, after in zip(spans, following, strict=True)
    )


def _common(setting: TuneSetting, model: int, start: int, bars: int) -> int:
    """Return the length in ticks, up to ``bars`` bars, for which the chords from two onsets are the same."""
    for bar in range(bars):
        shift = bar * setting.bar
        # onsets may lie in a pickup, which has the chord before it, so compare the middles of the bars
        one, other = (setting.chord_at(onset + shift + setting.bar // 2) for onset in (model, start))
        if one != other:
            return shift
    return bars * setting.bar
