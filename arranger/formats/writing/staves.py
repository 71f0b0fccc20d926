"""Staves: which parts are on which staff, at which written pitch and under which name.

Open score: one staff per part. Closed score: two to six voices on two staves, each staff a part with up to
three voices, so that programs import ordinary staves and readers can separate the voices again.
Transposing instruments are at written pitch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from theory.notation.instruments import CLEFS, Clef, Instrument, instrument
from theory.notation.pitch import Interval
from theory.notation.score import Bar, Harmony, Lyric, Note, Part, Score
from theory.notation.syllables import with_drawn_extenders, with_verse_numbers
from theory.slices.symbols import spread_symbols

_UNISON = Interval(0, 0)
PIANO = ("Piano", "Piano, left hand")  # the parts of a piano reduction; see `arranger.formats.reduction`
FEWEST_CLOSED, MOST_CLOSED = 2, 6  # parts of a closed score
_QUARTET, _MOST_ON_A_STAFF = 4, 3
_LOW_STAFF = 57  # mean MIDI number below which an unknown instrument gets a bass clef


@dataclass(frozen=True)
class StaffVoice:
    """One voice on a staff."""

    number: str
    notes: tuple[Note, ...]
    stem: str = ""  # up or down; empty: left to the program that opens the file
    words: str = ""  # placement of the words: above or below; empty: not given


@dataclass(frozen=True)
class WrittenStaff:
    """One staff at written pitch, with everything printed on it."""

    name: str
    abbreviation: str
    instrument: Instrument | None
    clef: Clef
    lines: tuple[StaffVoice, ...]
    bars: tuple[Bar, ...]
    chords: tuple[Harmony, ...] = ()
    transposition: Interval = _UNISON  # interval from written to sounding pitch
    dynamics: str = ""  # placement of dynamics: above or below; empty: as the score has it
    is_top: bool = False


def instrument_of(part: Part) -> Instrument | None:
    """Return the instrument of a part, None if it names none. Raises ValueError for an unknown one."""
    return instrument(part.instrument) if part.instrument else None


def _clef_for(part: Part, played: Instrument | None) -> Clef:
    if played is not None:
        return played.clef
    heights = [note.pitch.midi for note in part.notes if note.pitch]
    return CLEFS["bass" if heights and sum(heights) / len(heights) < _LOW_STAFF else "treble"]


def written_interval(played: Instrument | None, bars: Sequence[Bar]) -> Interval:
    """Return the interval from sounding to written pitch; beyond six sharps or flats it is respelled."""
    if played is None or not played.is_transposing:
        return _UNISON
    usual = -played.transposition
    respelled = [Interval(usual.steps + step, usual.semitones) for step in (0, 1, -1)]

    def signs(interval: Interval) -> int:
        return max((abs(bar.key.up(interval).fifths) for bar in bars), default=0)

    return usual if signs(usual) <= 6 else min(respelled, key=signs)


def open_staves(score: Score) -> list[WrittenStaff]:
    """Return one staff per part, with its words; the top one has the chord symbols, each at its onset."""
    return [_open_staff(score, index) for index in range(len(score.parts))]


def _open_staff(score: Score, index: int) -> WrittenStaff:
    part = score.parts[index]
    played = instrument_of(part)
    interval = written_interval(played, score.bars)
    chords = spread_symbols(score) if index == 0 else ()
    written = replace(score, parts=(part,), chords=chords).up(interval)
    voices = sorted({note.voice for note in part.notes}) or ["1"]
    notes = written.parts[0].notes
    return WrittenStaff(
        name=part.name or (played.title if played else f"Part {index + 1}"),
        abbreviation=part.abbreviation or (played.abbreviation if played else ""),
        instrument=played,
        clef=_clef_for(part, played),
        lines=tuple(StaffVoice(voice, _of_voice(notes, voice)) for voice in voices),
        bars=written.bars,
        chords=written.chords,
        transposition=-interval,
        dynamics="" if played is None else "above" if played.is_voice else "below",
        is_top=index == 0,
    )


def _of_voice(notes: Sequence[Note], voice: str) -> tuple[Note, ...]:
    return with_verse_numbers(with_drawn_extenders([note for note in notes if note.voice == voice]))


def closed_staves(score: Score) -> list[WrittenStaff]:
    """Return two staves for two to six parts, in the clefs of the lowest part of each.

    Raises ValueError if there are fewer or more parts.
    """
    if not FEWEST_CLOSED <= len(score.parts) <= MOST_CLOSED:
        count = len(score.parts)
        wanted = f"{FEWEST_CLOSED} to {MOST_CLOSED} parts"
        raise ValueError(f"closed score needs {wanted}, and there are {count}; use open score")
    upper, lower = on_two_staves(score.parts)
    heard = _words(upper[0])
    return [_closed_staff(score, upper, heard, is_top=True), _closed_staff(score, lower, heard, is_top=False)]


def on_two_staves(parts: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]]:
    """Return the parts on the upper and the lower staff of a closed score.

    Four parts stand two and two. Of another number, men's voices and low instruments stand on the lower staff, as far
    as each staff has one to three voices.
    """
    low = sum(_is_low(part) for part in parts) if len(parts) != _QUARTET else _QUARTET // 2
    low = min(max(low, 1, len(parts) - _MOST_ON_A_STAFF), len(parts) - 1, _MOST_ON_A_STAFF)
    return parts[: len(parts) - low], parts[len(parts) - low :]


def _is_low(part: Part) -> bool:
    clef = _clef_for(part, instrument_of(part))
    return clef.sign == "F" or clef.octave < 0


def _words(part: Part) -> set[tuple[object, Lyric]]:
    return {(note.onset_quarter, replace(lyric, extend=False)) for note in part.notes for lyric in note.lyrics}


def _closed_staff(
    score: Score, parts: Sequence[Part], heard: set[tuple[object, Lyric]], *, is_top: bool
) -> WrittenStaff:
    """Return one of the two staves; words that a voice above has already (``heard``) are not printed again."""
    sung = instrument_of(parts[-1])
    return WrittenStaff(
        name=_stacked([part.name for part in parts]) or ("Upper" if is_top else "Lower"),
        abbreviation=_stacked([part.abbreviation for part in parts]),
        instrument=instrument_of(parts[0] if is_top else parts[-1]),
        clef=sung.clef if sung and sung.is_voice else CLEFS["treble" if is_top else "bass"],
        lines=tuple(_closed_lines(parts, set() if is_top else heard)),
        bars=score.bars,
        chords=spread_symbols(score) if is_top else (),
        dynamics="above" if is_top else "below",
        is_top=is_top,
    )


def _closed_lines(parts: Sequence[Part], heard: set[tuple[object, Lyric]]) -> Iterator[StaffVoice]:
    """Yield the voices of a staff: the lowest has its stems down, the others up; a voice alone has them as usual."""
    lines: list[tuple[Note, ...]] = []
    known = set(heard)
    for number, part in enumerate(parts, start=1):
        notes = _renamed(part, str(number), known)
        lines.append(_without_shared_fermatas(notes, lines[0]) if lines else notes)
        known |= _words(part)
    last = len(lines) - 1
    crowded = any(note.lyrics for line in lines[1:] for note in line)
    for index, line in enumerate(lines):
        stem = "" if not last else "down" if index == last else "up"
        words = "below" if index and index == last else "above" if crowded else ""
        yield StaffVoice(str(index + 1), line, stem, words)


def _without_shared_fermatas(lower: Sequence[Note], upper: Sequence[Note]) -> tuple[Note, ...]:
    """Return a lower voice without the fermatas that the upper voice on its staff has at the same place."""
    ends = {note.end_quarter for note in upper if note.fermata}
    return tuple(replace(note, fermata=note.fermata and note.end_quarter not in ends) for note in lower)


def _stacked(names: Sequence[str]) -> str:
    """Return the label of a staff with several voices: their names on lines of their own."""
    return "\n".join(name for name in names if name)


def _renamed(part: Part, voice: str, known: set[tuple[object, Lyric]]) -> tuple[Note, ...]:
    """Return the notes of a part with a new voice number, without words that are ``known`` from a voice above."""

    def new(note: Note) -> tuple[Lyric, ...]:
        onset = note.onset_quarter
        return tuple(lyric for lyric in note.lyrics if (onset, replace(lyric, extend=False)) not in known)

    drawn = (replace(note, voice=voice, lyrics=new(note)) for note in with_drawn_extenders(part.notes))
    return with_verse_numbers(tuple(drawn))
