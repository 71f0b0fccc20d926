"""Playability: tessitura, chords on one instrument, breath and agility (RA)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from operator import add, sub

from theory.notation.instruments import Instrument
from theory.notation.score import Note, Part
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import ADLER, OUR_CHOICE, cite
from theory.slices.written import Line, Remark, Written, midi_of, simultaneities

_RANGES = (ADLER, "the chapters on individual instruments")
_TABLE = (OUR_CHOICE, "the figures of instruments.toml, where each entry says what they rest on")
_STOPS = (ADLER, 'ch. 2, "Bowed String Instruments", on double, triple and quadruple stops')
_KEYBOARDS = (ADLER, "on keyboard instruments")
_HAND = (OUR_CHOICE, "the limits of five notes and an octave per hand")
_BREATH = (OUR_CHOICE, "the limits of 12 seconds per breath and of 8 (sung) or 12 (played) notes per second")
_MOST_OUTSIDE = 0.25  # share of a part's sounding time that may lie outside its tessitura
_HAND_NOTES, _HAND_SPAN = 5, 12  # most notes and widest span, in semitones, of one hand at a keyboard
_BREATHING = frozenset({"voices", "woodwinds", "saxophones", "brass", "recorders"})
_LONGEST_BREATH_SECONDS = 12
_NOTES_A_SECOND = {"voices": 8}  # highest speed by family; others have the next line's
_NOTES_A_SECOND_PLAYED = 12
_QUICK_SECONDS, _OCTAVE = 0.25, 12
_RUN = 4  # notes over which speed is measured
_TEMPO = re.compile(r"0*[1-9]\d{0,4}(\.\d*)?")  # a score may have any text as its tempo, or 0
_USUAL_TEMPO = 90  # quarters per minute, if none is written


@rule(
    "RA103",
    "tessitura",
    per="voice",
    source=cite(_RANGES, _TABLE),
    examples=(
        finds("E5 F5 G5 C5", "above D5 for three quarters of the time", players="soprano"),
        passes("C5 D5 G5 C5", "for one quarter of the time", players="soprano"),
        passes("C4 C4 C6 C6", "the instrument is not known"),
    ),
)
def tessitura(w: Written) -> Iterator[Remark]:
    """A part lies outside the tessitura of its voice or instrument for more than a quarter of its time."""
    for voice, (line, player) in enumerate(zip(w.lines, w.players, strict=True)):
        if player is None or not len(line):
            continue
        low, high = player.tessitura.low.midi, player.tessitura.high.midi
        outside = sum(length for midi, length in zip(line.midi, line.length, strict=True) if not low <= midi <= high)
        whole = max(sum(line.length), 1)
        if outside > _MOST_OUTSIDE * whole:
            detail = f"{round(Fraction(100 * outside, whole))} % of the time outside {player.tessitura}"
            yield Remark(line.onset_quarter, (voice,), detail=detail)


@rule(
    "RA201",
    "too-many-notes",
    per="voice",
    source=cite(_RANGES, _HAND),
    examples=(
        finds("C5+E5 D5", "two notes on a flute", players="flute"),
        finds("C4+D4+E4+F4+G4+A4", "six notes for one hand", players="piano"),
        passes("C5 D5", "one at a time", players="flute"),
        passes("C4+E4+G4+C5", "four notes for one hand", players="piano"),
        passes("C5+E5 D5", "the sopranos can divide", players="soprano"),
        passes("G3+D4+B4", "string instruments: RA202", players="violin"),
    ),
)
def too_many_notes(w: Written) -> Iterator[Remark]:
    """A part has more simultaneous notes than its instrument, or one hand at a keyboard, can play.

    Vocal parts may divide. Instruments with stopped strings are left to RA202.
    """
    for voice, (part, player) in enumerate(zip(w.score.parts, w.players, strict=True)):
        if player is None or player.strings or player.is_voice:
            continue
        for onset, notes in _handfuls(part, player):
            if len(notes) > min(player.polyphony, _HAND_NOTES):
                yield Remark(onset, (voice,), _names(notes))


@rule(
    "RA202",
    "unplayable-stop",
    per="voice",
    source=cite(_STOPS),
    examples=(
        finds("G3+B3", "both notes are possible only on the lowest string", players="violin"),
        finds("Ab3+Bb4", "too wide a stretch on two neighbouring strings", players="violin"),
        finds("A3+F5", "the strings are not neighbours", players="violin"),
        finds("G3+D4+A4+E5+B5", "five notes on four strings", players="violin"),
        passes("G3+D4", "two open strings", players="violin"),
        passes("A3+A4", "an octave, with first and fourth finger", players="violin"),
        passes("G3+D4+B4", "a triple stop on three neighbouring strings", players="violin"),
        passes("G3+B3", "another instrument: RA203", players="piano"),
    ),
)
def unplayable_stop(w: Written) -> Iterator[Remark]:
    """A multiple stop cannot be played on neighbouring strings within the reach of one hand."""
    for voice, (part, player) in enumerate(zip(w.score.parts, w.players, strict=True)):
        if player is None or not player.strings:
            continue
        for onset, notes in simultaneities(part):
            if not _can_stop(player, [midi_of(note) for note in notes]):
                yield Remark(onset, (voice,), _names(notes))


def _can_stop(player: Instrument, midi: Sequence[int]) -> bool:
    """Whether the notes, from low to high, fit on neighbouring strings with the fingers within the reach of a hand."""
    opened = [string.midi for string in player.strings]
    for lowest in range(len(opened) - len(midi) + 1):
        places = [note - string for note, string in zip(midi, opened[lowest:], strict=False)]
        stopped = [place for place in places if place > 0]
        if min(places) >= 0 and (not stopped or max(stopped) - min(stopped) <= player.reach):
            return True
    return False


@rule(
    "RA203",
    "hand-span",
    per="voice",
    source=cite(_KEYBOARDS, _HAND),
    examples=(
        finds("C4+G4+E5", "a tenth", players="piano"),
        passes("C4+G4+C5", "an octave", players="piano"),
        passes("C4+E5", "another instrument", players="violin"),
    ),
)
def hand_span(w: Written) -> Iterator[Remark]:
    """A chord for one hand at a keyboard spans more than an octave."""
    for voice, (part, player) in enumerate(zip(w.score.parts, w.players, strict=True)):
        if player is None or player.family != "keyboards":
            continue
        for onset, notes in _handfuls(part, player):
            if midi_of(notes[-1]) - midi_of(notes[0]) > _HAND_SPAN:
                yield Remark(onset, (voice,), _names(notes))


def _handfuls(part: Part, player: Instrument) -> Iterator[tuple[Fraction, tuple[Note, ...]]]:
    """Yield the simultaneous notes of a part; at a keyboard, those of each hand (each voice in the file)."""
    for onset, notes in simultaneities(part):
        if player.family != "keyboards":
            yield onset, notes
            continue
        for _, hand in groupby(sorted(notes, key=lambda note: (note.voice, midi_of(note))), lambda note: note.voice):
            yield onset, tuple(hand)


@rule(
    "RA204",
    "breath-and-agility",
    per="voice",
    source=cite(_RANGES, _BREATH),
    examples=(
        finds("C5 - - - D5 - - - E5 - - -", "24 seconds in one breath", players="flute", tempo=30),
        finds("C5 D5 E5 F5 G5", "ten notes per second for a singer", players="soprano", tempo=600),
        finds("C4 E5 C4", "a leap of a tenth within a tenth of a second", players="trumpet", tempo=600),
        passes("C5 - - - D5 - - - E5 - - -", "a string player does not need to breathe", players="violin", tempo=30),
        passes("C5 - - - . D5 - - - E5 -", "a rest to breathe", players="flute", tempo=30),
        passes("C5 D5 E5 F5 G5", "a flute can play that fast", players="flute", tempo=600),
        passes("C4 E5 C4", "the same leap, slowly", players="trumpet", tempo=60),
    ),
)
def breath_and_agility(w: Written) -> Iterator[Remark]:
    """For a singer or wind player, a phrase is too long for one breath, too fast, or leaps too far too quickly.

    The limits are 12 seconds; 8 notes per second (singers) or 12 (players); and a leap of more than an octave from a
    note shorter than a quarter of a second. Without a tempo mark, 90 quarters per minute are assumed.
    """
    tempi = _tempi(w)
    for voice, line in w.phrases:
        player = w.players[voice]
        if player is None or player.family not in _BREATHING:
            continue
        first = line.onset_quarter
        tempo = next((tempo for onset, tempo in reversed(tempi) if onset <= first), _USUAL_TEMPO)
        for what in _strains(line, player, w.ticks * (tempo / 60)):
            yield Remark(first, (voice,), detail=what)


def _strains(line: Line, player: Instrument, second: float) -> Iterator[str]:
    """Yield what makes a phrase hard, as text; ``second`` is the length of a second in ticks."""
    end = tuple(map(add, line.start, line.length))
    seconds = (end[-1] - line.start[0]) / second
    if seconds > _LONGEST_BREATH_SECONDS:
        yield f"{seconds:.0f} seconds in one breath"
    shortest = min(map(sub, end[_RUN - 1 :], line.start), default=0)
    speed = _RUN * second / shortest if shortest else 0
    if speed > _NOTES_A_SECOND.get(player.family, _NOTES_A_SECOND_PLAYED):
        yield f"{speed:.0f} notes per second"
    if min(line.length) / second >= _QUICK_SECONDS:
        return
    for place, (midi, following) in enumerate(pairwise(line.midi)):
        if abs(following - midi) > _OCTAVE and line.length[place] / second < _QUICK_SECONDS:
            yield f"{line.notes[place].pitch}-{line.notes[place + 1].pitch} in less than {_QUICK_SECONDS} seconds"


def _tempi(w: Written) -> list[tuple[Fraction, float]]:
    """Return the onset and the speed, in quarters per minute, of each tempo mark, in score order."""
    return [
        (mark.onset_quarter, float(mark.value))
        for mark in w.score.directions
        if mark.kind == "tempo" and _TEMPO.fullmatch(mark.value)
    ]


def _names(notes: Sequence[Note]) -> tuple[str, ...]:
    return tuple(str(note.pitch) for note in notes)
