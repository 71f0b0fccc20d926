"""A written score: bars, parts, notes, chord symbols and directions.

Times are Fractions in quarters from the first bar, in *written* order; repeats are marks on bars and
are not written out. A tied note is two notes, as on paper, so that a score that is read and written again
stays the same. A lead sheet is a score with its tune in the first part, and the notices of its reader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal, get_args

from theory.notation.chord import ChordSymbol
from theory.notation.columns import Columns, Times, columns_of, times_of
from theory.notation.key import Key
from theory.notation.pitch import Interval, Pitch


@dataclass(frozen=True, slots=True)
class Lyric:
    """One syllable under a note."""

    text: str
    verse: str = "1"
    syllabic: str = "single"  # single, begin, middle, end
    extend: bool = False  # an extender line follows: the syllable is held over several notes


@dataclass(frozen=True, slots=True)
class Tuplet:
    """``actual`` notes in the time of ``normal`` ones: a triplet is 3 in 2."""

    actual: int
    normal: int
    start: bool = False
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Notation:
    """How a duration is notated: note type, dots and tuplets."""

    type: str  # MusicXML note type: whole, half, quarter, eighth, 16th ...
    dots: int = 0
    tuplets: tuple[Tuplet, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One written note, or a rest if ``pitch`` is None. A grace note lasts 0 quarters."""

    onset_quarter: Fraction
    duration_quarter: Fraction
    pitch: Pitch | None
    tie_stop: bool = False  # tied from the previous note
    tie_start: bool = False  # tied to the next note
    lyrics: tuple[Lyric, ...] = ()
    notation: Notation | None = None  # None: chosen when the score is written
    grace: str | None = None  # acciaccatura or appoggiatura; None: not a grace note
    articulations: tuple[str, ...] = ()  # MusicXML names: staccato, accent, tenuto, breath-mark ...
    ornaments: tuple[str, ...] = ()  # MusicXML names: trill-mark, mordent, turn ...
    fermata: bool = False
    slur_starts: tuple[int, ...] = ()  # numbers of the slurs
    slur_stops: tuple[int, ...] = ()
    voice: str = "1"
    chord: bool = False  # on the same stem as the previous note
    colour: str = ""  # #RRGGBB, as in MusicXML; empty: the default colour
    id: str = ""  # set if something must refer to the written note; not read from files

    @property
    def end_quarter(self) -> Fraction:
        """End of the note in quarters."""
        return self.onset_quarter + self.duration_quarter

    def up(self, interval: Interval) -> Note:
        """Return the note transposed up by an interval."""
        return replace(self, pitch=self.pitch.up(interval)) if self.pitch else self


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature."""

    beats: int
    beat_type: int
    symbol: str | None = None  # common, cut

    @property
    def quarters(self) -> Fraction:
        """Length of a full bar in quarters."""
        return _quarters(4 * self.beats, self.beat_type)

    @property
    def is_compound(self) -> bool:
        """Whether beats are dotted (6/8, 9/8, 12/8)."""
        return self.beats % 3 == 0 and self.beats > 3 and self.beat_type >= 8

    @property
    def beat_quarters(self) -> Fraction:
        """Length of one beat in quarters; the beat of a compound meter is a dotted note."""
        return _quarters(12 if self.is_compound else 4, self.beat_type)

    def strength(self, offset_quarter: Fraction) -> float:
        """Return the metrical strength of a time in the bar: 1 downbeat, 0.5 middle, 0.25 beat, less within beats."""
        return _strength(self, offset_quarter)

    def __str__(self) -> str:
        return f"{self.beats}/{self.beat_type}"


@lru_cache(maxsize=4096)
def _strength(meter: Meter, offset_quarter: Fraction) -> float:
    if offset_quarter == 0:
        return 1.0
    beat = offset_quarter / meter.beat_quarters
    count = meter.quarters / meter.beat_quarters
    if count % 2 == 0 and beat == count / 2:
        return 0.5
    if beat.denominator == 1:
        return 0.25
    return 0.125 if beat.denominator in (2, 3) else 0.0625


@lru_cache(maxsize=4096)
def _beat(meter: Meter, offset_quarter: Fraction) -> Fraction:
    return 1 + offset_quarter / meter.beat_quarters


_NOTHING = Fraction(0)


@lru_cache(maxsize=256)
def _quarters(quarters: int, beat_type: int) -> Fraction:
    return Fraction(quarters, beat_type)  # cached: making a Fraction is slow, and few different ones occur


# bar styles of MusicXML 4.0
BarLine = Literal[
    "regular", "dotted", "dashed", "heavy", "light-light", "light-heavy", "heavy-light", "heavy-heavy", "tick", "short",
    "none",
]  # fmt: skip
DirectionKind = Literal[
    "tempo", "dynamic", "wedge", "words", "rehearsal", "segno", "coda", "fine", "to-coda", "da-capo", "dal-segno"
]
_BAR_LINES: dict[str, BarLine] = {style: style for style in get_args(BarLine)}


def bar_line(style: str | None) -> BarLine | None:
    """Return the bar line of a MusicXML bar-style value, or None if the value is unknown."""
    return _BAR_LINES.get(style or "")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the score, shared by all parts."""

    index: int  # counted from 0
    number: str  # as printed; a pickup is "0"
    onset_quarter: Fraction
    length_quarter: Fraction  # actual length, shorter than the meter in a pickup
    meter: Meter
    key: Key
    implicit: bool = False  # a pickup, or the remainder of a bar that a repeat divides
    repeat_start: bool = False
    repeat_end: int = 0  # how many times the passage is played (2 for a plain repeat); 0: no repeat ends here
    volta: tuple[int, ...] = ()  # numbers of the endings that this bar belongs to
    volta_start: bool = False
    volta_stop: str | None = None  # stop or discontinue if the bracket ends here
    left_line: BarLine | None = None  # MusicXML bar-style; None: the usual line
    right_line: BarLine | None = None  # light-light, light-heavy ...; None: the usual line
    shows_key: bool = False  # a key signature is printed here
    shows_meter: bool = False  # a time signature is printed here

    @property
    def end_quarter(self) -> Fraction:
        """End of the bar in quarters."""
        return self.onset_quarter + self.length_quarter

    def offset_in_meter(self, onset_quarter: Fraction) -> Fraction:
        """Return the offset in the full bar, in quarters; in a pickup it includes the missing beginning."""
        offset, missing = onset_quarter - self.onset_quarter, self.missing_quarter
        return offset + missing if missing else offset

    def beat_at(self, onset_quarter: Fraction) -> Fraction:
        """Return the beat of a time in the bar, counted from 1."""
        return _beat(self.meter, self.offset_in_meter(onset_quarter))

    @property
    def missing_quarter(self) -> Fraction:
        """Quarters that a pickup lacks to a full bar; 0 for other bars."""
        is_pickup = self.implicit and self.number == "0"
        return max(self.meter.quarters - self.length_quarter, _NOTHING) if is_pickup else _NOTHING

    def onsets_every(self, step_quarter: Fraction) -> tuple[Fraction, ...]:
        """Return the times in the bar that lie a multiple of the step from the start of the full bar."""
        late = self.offset_in_meter(self.onset_quarter) % step_quarter
        first = self.onset_quarter + (step_quarter - late if late else 0)
        count = max(0, math.ceil((self.end_quarter - first) / step_quarter))
        return tuple(first + step_quarter * index for index in range(count))


SWING = "Swing"  # words at the beginning: eighths are played long and short
PLAYED_ONLY = "none"  # placement of a tempo that is played and not printed


@dataclass(frozen=True, slots=True)
class Direction:
    """A word, sign or hairpin above or below the staff.

    Kinds: tempo, dynamic, words, rehearsal, segno, coda, fine, to-coda, da-capo, dal-segno,
    wedge (value crescendo, diminuendo or stop).
    """

    onset_quarter: Fraction
    kind: DirectionKind
    text: str = ""
    value: str = ""  # tempo: quarters per minute; da-capo and dal-segno: fine or coda
    beat_unit: str = "quarter"  # tempo: the printed note value
    beat_dots: int = 0
    placement: str = "above"  # above, below or `PLAYED_ONLY`
    part: str = ""  # name of the only part that it is for; empty: all


@dataclass(frozen=True, slots=True)
class Harmony:
    """A chord symbol and its onset."""

    onset_quarter: Fraction
    symbol: ChordSymbol


@dataclass(frozen=True, repr=False)
class Part:
    """One part of a score; in open score it is one voice on its own staff."""

    name: str
    notes: tuple[Note, ...]
    instrument: str = ""  # entry in instruments.toml; empty: unknown
    abbreviation: str = ""
    id: str = ""

    @cached_property
    def columns(self) -> Columns:
        """The notes as integer columns."""
        return columns_of(self.notes)

    def up(self, interval: Interval) -> Part:
        """Return the part an interval higher."""
        return replace(self, notes=tuple(note.up(interval) for note in self.notes))

    def __repr__(self) -> str:
        return f"Part({self.name!r}, {len(self.notes)} notes)"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to the user, for example about something that was guessed or left out."""

    message: str
    bar: str = ""
    onset_quarter: Fraction | None = None


@dataclass(frozen=True, repr=False)
class Score:
    """A written score in any number of parts."""

    bars: tuple[Bar, ...]
    parts: tuple[Part, ...]
    chords: tuple[Harmony, ...] = ()
    directions: tuple[Direction, ...] = ()
    title: str = ""
    creators: tuple[tuple[str, str], ...] = ()  # (role, name): composer, lyricist, arranger
    rights: str = ""

    @cached_property
    def end_quarter(self) -> Fraction:
        """End of the last bar in quarters."""
        return self.bars[-1].end_quarter if self.bars else Fraction(0)

    @property
    def has_symbols(self) -> bool:
        """Whether there is any chord symbol other than N.C."""
        return any(not chord.symbol.is_no_chord for chord in self.chords)

    @cached_property
    def bar_times(self) -> Times:
        """Onsets and ends of the bars in ticks."""
        return times_of([bar.onset_quarter for bar in self.bars], [bar.length_quarter for bar in self.bars])

    def bar_at(self, onset_quarter: Fraction) -> Bar:
        """Return the bar that contains a time (the last bar for the end of the piece)."""
        low, high = 0, len(self.bars) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.bars[middle].onset_quarter <= onset_quarter else (low, middle - 1)
        return self.bars[low]

    def up(self, interval: Interval) -> Score:
        """Return the score an interval higher, with its keys and chord symbols."""
        return replace(
            self,
            bars=tuple(replace(bar, key=bar.key.up(interval)) for bar in self.bars),
            parts=tuple(part.up(interval) for part in self.parts),
            chords=tuple(replace(chord, symbol=chord.symbol.up(interval)) for chord in self.chords),
        )

    def __repr__(self) -> str:
        names = ", ".join(part.name or "unnamed" for part in self.parts)
        return f"Score({self.title!r}, {len(self.bars)} bars: {names})"


@dataclass(frozen=True, repr=False)
class LeadSheet:
    """A tune with its words and chord symbols, and the notices of its reader."""

    score: Score
    source: str = ""  # path of the file, for messages
    notices: tuple[Notice, ...] = field(default=())

    @property
    def melody(self) -> Part:
        """The tune."""
        return self.score.parts[0]

    @property
    def chords(self) -> tuple[Harmony, ...]:
        """The chord symbols."""
        return self.score.chords

    def up(self, interval: Interval) -> LeadSheet:
        """Return the sheet an interval higher."""
        return replace(self, score=self.score.up(interval))

    def __repr__(self) -> str:
        score = self.score
        return f"LeadSheet({score.title!r}, {len(score.bars)} bars, {len(score.chords)} chord symbols)"
