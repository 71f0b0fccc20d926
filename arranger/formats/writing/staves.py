"""The plan of a page: which parts stand on which staff, at which pitch, under which name.

Open score: every part has a staff of its own. Closed score: four voices share two staves, each
staff a part with two voices, so that programs import ordinary two-voice staves and readers can
take the voices apart again. Transposing instruments are planned at written pitch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from theory.notation.instruments import CLEFS, Clef, Instrument, instrument
from theory.notation.pitch import Interval
from theory.notation.score import Bar, Harmony, Lyric, Note, Part, Score
from theory.notation.syllables import with_drawn_extenders
from theory.slices.texture import spread_symbols

_UNISON = Interval(0, 0)
_LOW_STAFF = 57  # mean MIDI number under which an unknown instrument reads the bass clef


@dataclass(frozen=True)
class Line:
    """One voice on a staff."""

    number: str
    notes: tuple[Note, ...]
    stem: str = ""  # up or down; empty: the program decides
    words: str = ""  # placement of the words where it matters: above, below


@dataclass(frozen=True)
class Staff:
    """One staff at written pitch, with all that is written on it."""

    name: str
    abbreviation: str
    instrument: Instrument | None
    clef: Clef
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    chords: tuple[Harmony, ...] = ()
    transposition: Interval = _UNISON  # from written to sounding pitch
    dynamics: str = ""  # where dynamics stand: above, below; empty: as the score says
    is_top: bool = False


def instrument_of(part: Part) -> Instrument | None:
    """Return the instrument of a part; None where the part names none."""
    return instrument(part.instrument) if part.instrument else None


def _clef_for(part: Part, played: Instrument | None) -> Clef:
    if played is not None:
        return played.clef
    heights = [note.pitch.midi for note in part.notes if note.pitch]
    return CLEFS["bass" if heights and fmean(heights) < _LOW_STAFF else "treble"]


def written_interval(played: Instrument | None, bars: Sequence[Bar]) -> Interval:
    """Return how far above the sounding pitch a part is written, in a key of few signs."""
    if played is None or not played.is_transposing:
        return _UNISON
    usual = -played.transposition
    respelled = [Interval(usual.steps + step, usual.semitones) for step in (0, 1, -1)]

    def signs(interval: Interval) -> int:
        return max((abs(bar.key.up(interval).fifths) for bar in bars), default=0)

    return usual if signs(usual) <= 6 else min(respelled, key=signs)


def open_staves(score: Score) -> list[Staff]:
    """Return one staff for each part, with its words; chord symbols stand on the top one, where they take effect."""
    return [_open_staff(score, index) for index in range(len(score.parts))]


def _open_staff(score: Score, index: int) -> Staff:
    part = score.parts[index]
    played = instrument_of(part)
    interval = written_interval(played, score.bars)
    chords = spread_symbols(score) if index == 0 else ()
    written = replace(score, parts=(part,), chords=chords).up(interval)
    voices = sorted({note.voice for note in part.notes}) or ["1"]
    notes = written.parts[0].notes
    return Staff(
        name=part.name or (played.title if played else f"Part {index + 1}"),
        abbreviation=part.abbreviation or (played.abbreviation if played else ""),
        instrument=played,
        clef=_clef_for(part, played),
        lines=tuple(Line(voice, _of_voice(notes, voice)) for voice in voices),
        bars=written.bars,
        chords=written.chords,
        transposition=-interval,
        dynamics="" if played is None else "above" if played.is_voice else "below",
        is_top=index == 0,
    )


def _of_voice(notes: Sequence[Note], voice: str) -> tuple[Note, ...]:
    return with_drawn_extenders([note for note in notes if note.voice == voice])


def closed_staves(score: Score) -> list[Staff]:
    """Return two staves for four parts, in the clefs of the second and the fourth; ValueError for another number."""
    if len(score.parts) != 4:
        raise ValueError(f"a closed score holds four parts, this one has {len(score.parts)}; write it as an open score")
    upper, lower = score.parts[:2], score.parts[2:]
    heard = _words(upper[0])
    return [_closed_staff(score, upper, heard, is_top=True), _closed_staff(score, lower, heard, is_top=False)]


def _words(part: Part) -> set[tuple[object, Lyric]]:
    return {(note.onset_quarter, replace(lyric, extend=False)) for note in part.notes for lyric in note.lyrics}


def _closed_staff(score: Score, pair: Sequence[Part], heard: set[tuple[object, Lyric]], *, is_top: bool) -> Staff:
    """Plan one of the two staves; of its words those are written that no voice above it (``heard``) has."""
    high, low = pair
    sung = instrument_of(low)
    known = set() if is_top else heard
    upper, lower = _renamed(high, "1", known), _renamed(low, "2", heard | _words(high))
    crowded = any(note.lyrics for note in lower)
    return Staff(
        name=_stacked(high.name, low.name) or ("Upper" if is_top else "Lower"),
        abbreviation=_stacked(high.abbreviation, low.abbreviation),
        instrument=instrument_of(high if is_top else low),
        clef=sung.clef if sung and sung.is_voice else CLEFS["treble" if is_top else "bass"],
        lines=(Line("1", upper, "up", "above" if crowded else ""), Line("2", lower, "down", "below")),
        bars=score.bars,
        chords=spread_symbols(score) if is_top else (),
        dynamics="above" if is_top else "below",
        is_top=is_top,
    )


def _stacked(upper: str, lower: str) -> str:
    """Return the label of a staff with two voices: their names one above the other."""
    return "\n".join(name for name in (upper, lower) if name)


def _renamed(part: Part, voice: str, known: set[tuple[object, Lyric]]) -> tuple[Note, ...]:
    """Return a part's notes as another voice, without the words that are known from a voice above."""

    def new(note: Note) -> tuple[Lyric, ...]:
        place = note.onset_quarter
        return tuple(lyric for lyric in note.lyrics if (place, replace(lyric, extend=False)) not in known)

    return tuple(replace(note, voice=voice, lyrics=new(note)) for note in with_drawn_extenders(part.notes))
