"""A written score: bars, parts and notes, with all that a lead sheet says.

Times are quarters (Fractions) in *written* order from the first bar; repeats are marks on bars,
never written out. A tied note is two notes, as on paper, so that writing gives back what was
read. A lead sheet is a score with one part, its chord symbols, and notices about the reading.
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
    extend: bool = False  # a melisma line follows


@dataclass(frozen=True, slots=True)
class Tuplet:
    """So many notes in the time of so many: a triplet is 3 in 2."""

    actual: int
    normal: int
    start: bool = False
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Notation:
    """How a duration is drawn: note type, dots and tuplets."""

    type: str  # MusicXML note type: whole, half, quarter, eighth, 16th ...
    dots: int = 0
    tuplets: tuple[Tuplet, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One written note, or a rest where ``pitch`` is None. A grace note lasts 0 quarters."""

    onset_quarter: Fraction
    duration_quarter: Fraction
    pitch: Pitch | None
    tie_stop: bool = False  # tied from the note before
    tie_start: bool = False  # tied to the note after
    lyrics: tuple[Lyric, ...] = ()
    notation: Notation | None = None  # None: decided when written
    grace: str | None = None  # acciaccatura or appoggiatura
    articulations: tuple[str, ...] = ()  # MusicXML names: staccato, accent, tenuto, breath-mark ...
    ornaments: tuple[str, ...] = ()  # MusicXML names: trill-mark, mordent, turn ...
    fermata: bool = False
    slur_starts: tuple[int, ...] = ()
    slur_stops: tuple[int, ...] = ()
    voice: str = "1"
    chord: bool = False  # sounds with the note before it, on one stem
    colour: str = ""  # as MusicXML writes it, #RRGGBB; empty: the program's own
    id: str = ""  # set where something is to point at the written note; not read from files

    @property
    def end_quarter(self) -> Fraction:
        """Where the note stops."""
        return self.onset_quarter + self.duration_quarter

    def up(self, interval: Interval) -> Note:
        """Return the note an interval higher."""
        return replace(self, pitch=self.pitch.up(interval)) if self.pitch else self


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature."""

    beats: int
    beat_type: int
    symbol: str | None = None  # common, cut

    @property
    def quarters(self) -> Fraction:
        """Length of a full bar."""
        return _quarters(4 * self.beats, self.beat_type)

    @property
    def is_compound(self) -> bool:
        """Whether beats are dotted (6/8, 9/8, 12/8)."""
        return self.beats % 3 == 0 and self.beats > 3 and self.beat_type >= 8

    @property
    def beat_quarters(self) -> Fraction:
        """Length of one beat: a dotted note in compound meters."""
        return _quarters(12 if self.is_compound else 4, self.beat_type)

    def strength(self, offset_quarter: Fraction) -> float:
        """Metrical strength of a place in the bar: 1 downbeat, 0.5 middle, 0.25 beat, less within beats."""
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
    return Fraction(quarters, beat_type)  # making a fraction is slow, and few are made here


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
    """Return a bar style of MusicXML as a bar line, None for a text that is none."""
    return _BAR_LINES.get(style or "")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the score, the same for all parts."""

    index: int  # counts from 0
    number: str  # as printed; a pickup is "0"
    onset_quarter: Fraction
    length_quarter: Fraction  # what it really holds
    meter: Meter
    key: Key
    implicit: bool = False  # pickup, or the rest of a bar split by a repeat
    repeat_start: bool = False
    repeat_end: int = 0  # how often the passage is played (2 for a plain repeat); 0: no repeat ends here
    volta: tuple[int, ...] = ()  # endings that this bar belongs to
    volta_start: bool = False
    volta_stop: str | None = None  # stop or discontinue, where the bracket ends
    left_line: BarLine | None = None  # MusicXML bar-style where it is not the usual one
    right_line: BarLine | None = None  # light-light, light-heavy ...
    shows_key: bool = False  # a key signature is written here
    shows_meter: bool = False  # a time signature is written here

    @property
    def end_quarter(self) -> Fraction:
        """Where the bar stops."""
        return self.onset_quarter + self.length_quarter

    def offset_in_meter(self, onset_quarter: Fraction) -> Fraction:
        """Place in the full bar: the notes of a pickup count from its missing beginning."""
        offset, missing = onset_quarter - self.onset_quarter, self.missing_quarter
        return offset + missing if missing else offset

    def beat_at(self, onset_quarter: Fraction) -> Fraction:
        """Return a time as a beat of the bar, counted from 1."""
        return _beat(self.meter, self.offset_in_meter(onset_quarter))

    @property
    def missing_quarter(self) -> Fraction:
        """How long the part of a full bar is that a pickup has not."""
        is_pickup = self.implicit and self.number == "0"
        return max(self.meter.quarters - self.length_quarter, _NOTHING) if is_pickup else _NOTHING

    def onsets_every(self, step_quarter: Fraction) -> tuple[Fraction, ...]:
        """Return the times in the bar that lie whole steps from the beginning of a full bar."""
        late = self.offset_in_meter(self.onset_quarter) % step_quarter
        first = self.onset_quarter + (step_quarter - late if late else 0)
        count = max(0, math.ceil((self.end_quarter - first) / step_quarter))
        return tuple(first + step_quarter * place for place in range(count))


@dataclass(frozen=True, slots=True)
class Direction:
    """A word, sign or hairpin over or under the staff.

    Kinds: tempo, dynamic, words, rehearsal, segno, coda, fine, to-coda, da-capo, dal-segno,
    wedge (value crescendo, diminuendo or stop).
    """

    onset_quarter: Fraction
    kind: DirectionKind
    text: str = ""
    value: str = ""  # tempo: quarters a minute; da-capo and dal-segno: what follows (fine, coda)
    beat_unit: str = "quarter"  # tempo: the note shown
    beat_dots: int = 0
    placement: str = "above"


@dataclass(frozen=True, slots=True)
class Harmony:
    """A chord symbol at its place."""

    onset_quarter: Fraction
    symbol: ChordSymbol


@dataclass(frozen=True, repr=False)
class Part:
    """One part of a score: a staff of its own, in open score one voice."""

    name: str
    notes: tuple[Note, ...]
    instrument: str = ""  # name of an entry of instruments.toml; empty: unknown
    abbreviation: str = ""
    id: str = ""

    @cached_property
    def columns(self) -> Columns:
        """The notes as columns of whole numbers."""
        return columns_of(self.notes)

    def up(self, interval: Interval) -> Part:
        """Return the part an interval higher."""
        return replace(self, notes=tuple(note.up(interval) for note in self.notes))

    def __repr__(self) -> str:
        return f"Part({self.name!r}, {len(self.notes)} notes)"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know: read with doubt, not kept, or given way."""

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
        """Where the last bar stops."""
        return self.bars[-1].end_quarter if self.bars else Fraction(0)

    @cached_property
    def bar_times(self) -> Times:
        """When the bars begin and end, as whole numbers."""
        return times_of([bar.onset_quarter for bar in self.bars], [bar.length_quarter for bar in self.bars])

    def bar_at(self, onset_quarter: Fraction) -> Bar:
        """Return the bar that holds a time (the last one for the end of the piece)."""
        low, high = 0, len(self.bars) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.bars[middle].onset_quarter <= onset_quarter else (low, middle - 1)
        return self.bars[low]

    def up(self, interval: Interval) -> Score:
        """Return the score an interval higher: notes, keys and chord symbols."""
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
    """A tune with its words and chord symbols, and what was said while reading it."""

    score: Score
    source: str = ""  # the file, for messages
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
