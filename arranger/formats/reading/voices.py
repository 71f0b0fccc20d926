"""Parts with several voices, split into one part per voice.

Closed score has soprano and alto on one staff, as two voices or as two notes on one stem. Each voice,
and within it each line of its chords counted from the top, becomes a part of its own if it lasts for
at least half as long as the longest voice; a short division stays in the line that it divides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from theory.notation.families import KEYBOARDS, families_of
from theory.notation.score import Note, Part, Score

_SATB = ("Soprano", "Alto", "Tenor", "Bass")
LASTING = Fraction(1, 2)  # least share of the longest voice's sounding time for a line of its own


def split_voices(score: Score) -> Score:
    """Return the score with one part per lasting voice; four parts without names are named as a mixed choir.

    >>> from theory.notation.pitch import Pitch
    >>> stem = (Note(Fraction(0), Fraction(1), Pitch.parse("E5")),
    ...         Note(Fraction(0), Fraction(1), Pitch.parse("C5"), chord=True))
    >>> [str(part.notes[0].pitch) for part in split_voices(Score((), (Part("", stem),))).parts]
    ['E5', 'C5']
    """
    parts = [line for part in score.parts for line in split_part(part)]
    named = sum(len(part.name.splitlines()) for part in score.parts) == len(parts)
    was_split = len(parts) > len(score.parts) and not named
    if len(parts) == len(_SATB) and (was_split or not any(part.name for part in parts)) and not _is_played(parts):
        parts = [replace(part, name=name) for part, name in zip(parts, _SATB, strict=True)]
    return replace(score, parts=tuple(parts))


def _is_played(parts: Sequence[Part]) -> bool:
    """Whether the names are those of keyboards and no words are sung: the four voices of a piano are no choir."""
    has_words = any(note.lyrics for part in parts for note in part.notes)
    return not has_words and set(families_of(parts)) == {KEYBOARDS}


def split_part(part: Part) -> list[Part]:
    """Return the lasting lines of a part, from high to low; a part with one line is returned unchanged."""
    voices = _by_voice(part.notes)
    total = max(map(sounding, voices), default=Fraction(0))
    lasting = sorted((v for v in voices if sounding(v) >= LASTING * total), key=mean_midi, reverse=True)
    lines = [line for voice in lasting for line in _stem_lines(voice)]
    if len(lines) < 2:
        return [part]
    for voice in voices:
        if sounding(voice) < LASTING * total and sounding(voice):
            _nearest(lines, voice).extend(replace(note, voice="2") for note in voice)
    lines = _with_shared_fermatas(lines)
    names = _names(part.name, len(lines))
    short = _names(part.abbreviation, len(lines)) if part.abbreviation else [""] * len(lines)
    return [
        replace(part, name=name, abbreviation=mark, notes=tuple(_ordered(line)), id=f"{part.id}-{number}")
        for number, (name, mark, line) in enumerate(zip(names, short, lines, strict=True), start=1)
    ]


def shared_staves(score: Score) -> list[tuple[str, ...]]:
    """Return the names of parts that were split from one staff, one tuple per such staff."""
    staves: dict[str, list[str]] = defaultdict(list)
    for part in score.parts:
        staff, _, number = part.id.rpartition("-")
        if staff and number.isdigit():
            staves[staff].append(part.name)
    return [tuple(names) for names in staves.values() if len(names) > 1]


def is_single_line(notes: Sequence[Note]) -> bool:
    """Whether the notes are one voice without chords."""
    return len({note.voice for note in notes}) < 2 and not any(note.chord for note in notes)


def _names(label: str, count: int) -> list[str]:
    r"""Return names for the voices of a staff: one line of its label each, or else the label with numbers.

    >>> _names("Tenor 1\nTenor 2", 2), _names("Choir", 2), _names("", 2)
    (['Tenor 1', 'Tenor 2'], ['Choir 1', 'Choir 2'], ['1', '2'])
    """
    lines = label.splitlines()
    if len(lines) == count:
        return lines
    return [f"{' '.join(lines)} {number}".strip() for number in range(1, count + 1)]


def _by_voice(notes: Sequence[Note]) -> list[list[Note]]:
    voices: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        voices[note.voice].append(note)
    return list(voices.values())


def _stem_lines(notes: Sequence[Note]) -> list[list[Note]]:
    """Return the lines within one voice: the highest notes of all stems, then the second ones, while they last.

    On a stem with fewer notes the lines are in unison; notes below the last line stay with it, as chord notes.
    """
    stems = stems_of(notes)
    total = sum((stem[0].duration_quarter for stem in stems if stem[0].pitch), Fraction(0))
    depth = 1
    while total and sum(stem[0].duration_quarter for stem in stems if len(stem) > depth) >= LASTING * total:
        depth += 1
    lines = [[line_note(stem, rank) for stem in stems] for rank in range(depth - 1)]
    last = [
        replace(line_note(stem, rank), chord=rank >= depth)
        for stem in stems
        for rank in range(depth - 1, max(depth, len(stem)))
    ]
    return [*lines, last]


def stems_of(notes: Sequence[Note]) -> list[list[Note]]:
    """Return the notes of one voice, grouped by stem."""
    stems: list[list[Note]] = []
    for note in notes:
        if note.chord and stems:
            stems[-1].append(note)
        else:
            stems.append([note])
    return stems


def line_note(stem: Sequence[Note], rank: int) -> Note:
    """Return the note with index ``rank`` from the top of a stem, with the words and marks of the whole stem."""
    ordered = sorted(stem, key=lambda note: note.pitch.midi if note.pitch else 0, reverse=True)
    first = stem[0]
    return replace(
        ordered[min(rank, len(ordered) - 1)],
        lyrics=first.lyrics,
        articulations=first.articulations,
        fermata=any(note.fermata for note in stem),
        slur_starts=first.slur_starts,
        slur_stops=first.slur_stops,
        voice="1",
        chord=False,
    )


def _with_shared_fermatas(lines: Sequence[list[Note]]) -> list[list[Note]]:
    """Return the lines of one staff with every fermata in all of them that end a note there."""
    ends = {note.end_quarter for line in lines for note in line if note.fermata}
    return [
        [replace(note, fermata=True) if note.pitch and note.end_quarter in ends else note for note in line]
        for line in lines
    ]


def _nearest(lines: Sequence[list[Note]], voice: Sequence[Note]) -> list[Note]:
    """Return the line whose mean pitch is nearest to that of a short voice."""
    return min(lines, key=lambda line: abs(mean_midi(line) - mean_midi(voice)))


def _ordered(line: Sequence[Note]) -> list[Note]:
    # by voice at equal onsets, so that a chord note follows the note whose stem it shares
    return sorted(line, key=lambda note: (note.onset_quarter, note.voice))


def sounding(notes: Sequence[Note]) -> Fraction:
    """Return how long the stems of some notes sound together, in quarters."""
    return sum((note.duration_quarter for note in notes if note.pitch and not note.chord), Fraction(0))


def mean_midi(notes: Sequence[Note]) -> float:
    """Return the mean MIDI number of some notes, 0 if all are rests."""
    pitches = [note.pitch.midi for note in notes if note.pitch]
    return sum(pitches) / len(pitches) if pitches else 0.0
