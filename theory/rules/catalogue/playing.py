"""What a player or singer can do: tessitura, chords on one instrument, breath and speed (RA)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from operator import add, sub

from theory.notation.instruments import Instrument
from theory.notation.score import Note, Part
from theory.rules.rule import finds, passes, rule
from theory.slices.written import Line, Remark, Written, midi_of, simultaneities

_ADLER = "S. Adler, The Study of Orchestration, on the ranges and technique of instruments"
_MOST_OUTSIDE = 0.25  # of a part's sounding time outside its tessitura
_HAND_NOTES, _HAND_SPAN = 5, 12  # of a keyboard player's hand; semitones
_BREATHING = frozenset({"voices", "woodwinds", "saxophones", "brass", "recorders"})
_LONGEST_BREATH_SECONDS = 12
_NOTES_A_SECOND = {"voices": 8}  # how fast; other instruments as the next line says
_NOTES_A_SECOND_PLAYED = 12
_QUICK_SECONDS, _OCTAVE = 0.25, 12
_RUN = 4  # notes after which a speed is one
_TEMPO = re.compile(r"0*[1-9]\d{0,4}(\.\d*)?")  # a score may hold any text there, and 0
_USUAL_TEMPO = 90  # quarters a minute where none is written


@rule(
    "RA103",
    "tessitura",
    per="voice",
    source=_ADLER,
    examples=(
        finds("E5 F5 G5 C5", "three quarters of the time above D5", players="soprano"),
        passes("C5 D5 G5 C5", "one quarter", players="soprano"),
        passes("C4 C4 C6 C6", "nobody knows who plays"),
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
    source=_ADLER,
    examples=(
        finds("C5+E5 D5", "two notes on a flute", players="flute"),
        finds("C4+D4+E4+F4+G4+A4", "six notes for a hand", players="piano"),
        passes("C5 D5", "one at a time", players="flute"),
        passes("C4+E4+G4+C5", "four notes for a hand", players="piano"),
        passes("C5+E5 D5", "the sopranos divide", players="soprano"),
        passes("G3+D4+B4", "strings have a code of their own", players="violin"),
    ),
)
def too_many_notes(w: Written) -> Iterator[Remark]:
    """An instrument is given more notes at a time than it, or the hand that plays them, can sound; singers divide."""
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
    source=_ADLER,
    examples=(
        finds("G3+B3", "both lie on the lowest string alone", players="violin"),
        finds("Ab3+Bb4", "the fingers would have to span a sixth", players="violin"),
        finds("A3+F5", "the strings are no neighbours", players="violin"),
        finds("G3+D4+A4+E5+B5", "there are four strings", players="violin"),
        passes("G3+D4", "two open strings", players="violin"),
        passes("A3+A4", "an octave: first and fourth finger", players="violin"),
        passes("G3+D4+B4", "three strings", players="violin"),
        passes("G3+B3", "hands play what they can reach", players="piano"),
    ),
)
def unplayable_stop(w: Written) -> Iterator[Remark]:
    """The notes of a string player's chord cannot lie on neighbouring strings within reach of one hand."""
    for voice, (part, player) in enumerate(zip(w.score.parts, w.players, strict=True)):
        if player is None or not player.strings:
            continue
        for onset, notes in simultaneities(part):
            if not _can_stop(player, [midi_of(note) for note in notes]):
                yield Remark(onset, (voice,), _names(notes))


def _can_stop(player: Instrument, midi: Sequence[int]) -> bool:
    """Whether some neighbouring strings, low to high, take a note each, the fingers no further apart than a hand."""
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
    source=_ADLER,
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
    """Yield what sounds at a time; at a keyboard the notes of each hand, which has a voice of its own in the file."""
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
    source=_ADLER,
    examples=(
        finds("C5 - - - D5 - - - E5 - - -", "24 seconds in one breath", players="flute", tempo=30),
        finds("C5 D5 E5 F5 G5", "ten notes a second for a singer", players="soprano", tempo=600),
        finds("C4 E5 C4", "a tenth in a tenth of a second", players="trumpet", tempo=600),
        passes("C5 - - - D5 - - - E5 - - -", "a string player needs no breath", players="violin", tempo=30),
        passes("C5 - - - . D5 - - - E5 -", "a rest", players="flute", tempo=30),
        passes("C5 D5 E5 F5 G5", "a flute can", players="flute", tempo=600),
        passes("C4 E5 C4", "slowly", players="trumpet", tempo=60),
    ),
)
def breath_and_agility(w: Written) -> Iterator[Remark]:
    """A phrase is too long for one breath, too fast, or leaps more than an octave too fast, for one who breathes."""
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
    """Yield what makes a phrase hard; ``second`` is how many ticks a second holds."""
    end = tuple(map(add, line.start, line.length))
    seconds = (end[-1] - line.start[0]) / second
    if seconds > _LONGEST_BREATH_SECONDS:
        yield f"{seconds:.0f} seconds in one breath"
    shortest = min(map(sub, end[_RUN - 1 :], line.start), default=0)
    speed = _RUN * second / shortest if shortest else 0
    if speed > _NOTES_A_SECOND.get(player.family, _NOTES_A_SECOND_PLAYED):
        yield f"{speed:.0f} notes a second"
    if min(line.length) / second >= _QUICK_SECONDS:
        return
    for place, (midi, following) in enumerate(pairwise(line.midi)):
        if abs(following - midi) > _OCTAVE and line.length[place] / second < _QUICK_SECONDS:
            yield f"{line.notes[place].pitch}-{line.notes[place + 1].pitch} in a hurry"


def _tempi(w: Written) -> list[tuple[Fraction, float]]:
    """Return where tempi are written, in the order of the score, and how many quarters a minute they mean."""
    return [
        (mark.onset_quarter, float(mark.value))
        for mark in w.score.directions
        if mark.kind == "tempo" and _TEMPO.fullmatch(mark.value)
    ]


def _names(notes: Sequence[Note]) -> tuple[str, ...]:
    return tuple(str(note.pitch) for note in notes)
