"""Changed pitches written into the MusicXML file itself: everything else in the file stays as it is, byte for byte.

A changed note gets its new pitch, a colour and, where the bar needs one, an accidental. A later note in the bar gets an
accidental if it relied on one that is gone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from arranger.formats.writing.accidentals import accidentals_of
from arranger.linter.annotation import Place
from arranger.linter.source_marks import Finder, coloured_tag, edited, in_bytes
from arranger.linter.source_notes import SourceNote, SourceReader
from theory.notation.key import Key
from theory.notation.pitch import STEPS, Interval, Pitch
from theory.notation.score import Note, Score

_PITCH = re.compile(rb"<pitch\b.*?</pitch\s*>", re.DOTALL)
_STEP = re.compile(rb"(<step\b[^>]*>)[^<]*")
_ALTER = re.compile(rb"\s*<alter\b[^>]*>[^<]*</alter\s*>|\s*<alter\s*/>")
_OCTAVE = re.compile(rb"(<octave\b[^>]*>)[^<]*")
_AFTER_STEP = re.compile(rb"(</step\s*>)(\s*)")
_ACCIDENTAL = re.compile(rb"\s*<accidental\b[^>]*?(?:/>|>[^<]*</accidental\s*>)")
_BEFORE_ACCIDENTAL = re.compile(
    rb"</(?:type|voice|duration|instrument)\s*>|<dot\b[^>]*?(?:/>|>\s*</dot\s*>)|<tie\b[^>]*/>"
)


@dataclass(frozen=True)
class ChangedSource:
    """The bytes of a file with changed pitches."""

    musicxml: bytes
    missed: int = 0  # changed notes that were not found in the file


def changed_source(
    data: bytes, score: Score, pitches: Mapping[Place, Pitch], *, colour: str = ""
) -> ChangedSource | None:
    """Return a MusicXML file with other pitches at some notes, None if none of them is found again in it.

    Parameters
    ----------
    data
        The uncompressed file from which ``score`` was read.
    pitches
        The new sounding pitches, by index of the part and of the note in it.
    colour
        Of the changed notes, such as ``#008040``; empty: none.
    """
    data = in_bytes(data)
    reader = SourceReader()
    reader.read(data)
    finder = Finder(reader, score)
    known = {place: note for place in pitches if (note := finder.find(place)) is not None}
    if pitches and not known:
        return None
    moved = {note.first: _moved(score, place, pitches[place], note.written) for place, note in known.items()}
    edits: dict[int, tuple[int, bytes]] = {}
    signs = _signs(reader.notes, moved, _tied(score, known))
    for note in reader.notes:
        if note.first in moved or note.first in signs:
            edits |= _edits(data, note, moved.get(note.first), signs.get(note.first), colour)
    return ChangedSource(edited(data, edits, {}), len(pitches) - len(known))


def _moved(score: Score, place: Place, pitch: Pitch, written: Pitch) -> Pitch:
    """Return the written pitch of a changed note, which moves by the same interval as the sounding one."""
    before = score.parts[place[0]].notes[place[1]].pitch
    assert before is not None
    return written.up(Interval.between(before, pitch))


def _tied(score: Score, known: Mapping[Place, SourceNote]) -> frozenset[int]:
    """Return where the changed notes begin that are tied from the note before, which carries the accidental."""
    return frozenset(note.first for (part, index), note in known.items() if score.parts[part].notes[index].tie_stop)


def _signs(notes: Iterable[SourceNote], moved: Mapping[int, Pitch], tied: frozenset[int]) -> dict[int, str]:
    """Return the accidentals (empty for none) of the changed notes, and of those that need one because of them."""
    bars: dict[tuple[str, int, str], list[SourceNote]] = defaultdict(list)
    for note in notes:
        bars[note.part, note.measure, note.staff].append(note)
    found: dict[int, str] = {}
    for bar in bars.values():
        if not any(note.first in moved for note in bar):
            continue
        before = _needed(bar, {}, tied)
        after = _needed(bar, moved, tied)
        for note in bar:
            sign = after.get(note.first, "")
            if note.first in moved or (sign and sign != before.get(note.first, "")):
                found[note.first] = sign
    return found


def _needed(bar: Sequence[SourceNote], moved: Mapping[int, Pitch], tied: frozenset[int]) -> dict[int, str]:
    """Return the accidentals that the notes of a bar need, by where they begin."""
    length = bar[0].onset_quarter * 0  # does not matter here
    notes = [
        Note(each.onset_quarter, length, moved.get(each.first, each.written), tie_stop=each.first in tied)
        for each in bar
    ]
    signs = accidentals_of(notes, Key.from_fifths(bar[0].fifths))
    return {each.first: signs[id(note)] for each, note in zip(bar, notes, strict=True) if id(note) in signs}


def _edits(
    data: bytes, note: SourceNote, pitch: Pitch | None, sign: str | None, colour: str
) -> dict[int, tuple[int, bytes]]:
    """Return the changes of one note: {where: (until where, what stands there instead)}."""
    edits: dict[int, tuple[int, bytes]] = {}
    if pitch is not None:
        if colour:
            edits[note.first] = coloured_tag(data, note.first, colour, "")
        old = _PITCH.search(data, note.first, note.last)
        if old is not None:
            edits[old.start()] = old.end(), _pitch(old[0], pitch)
    printed = _ACCIDENTAL.search(data, note.first, note.last)
    if printed is not None and sign is not None:
        new = b"" if not sign else re.sub(rb">[^<]*<|/>", f">{sign}<".encode(), printed[0], count=1)
        edits[printed.start()] = printed.end(), new
    elif sign:
        places = list(_BEFORE_ACCIDENTAL.finditer(data, note.first, note.last))
        if places:
            edits[places[-1].end()] = places[-1].end(), f"<accidental>{sign}</accidental>".encode()
    return edits


def _pitch(old: bytes, pitch: Pitch) -> bytes:
    """Return a pitch element with other content and the white space that it had."""
    new = _STEP.sub(rb"\g<1>" + STEPS[pitch.step].encode(), old, count=1)
    new = _ALTER.sub(b"", new, count=1)
    if pitch.alter:
        text = f"<alter>{pitch.alter}</alter>".encode()
        new = _AFTER_STEP.sub(lambda match: match[1] + match[2] + text + match[2], new, count=1)
    return _OCTAVE.sub(rb"\g<1>" + str(pitch.octave).encode(), new, count=1)


def pitches_of(before: Score, after: Score) -> dict[Place, Pitch]:
    """Return the pitches of one score that differ from those of another with the same notes, by place."""
    return {
        (part, index): new.pitch
        for part, (old_part, new_part) in enumerate(zip(before.parts, after.parts, strict=True))
        for index, (old, new) in enumerate(zip(old_part.notes, new_part.notes, strict=True))
        if new.pitch is not None and new.pitch != old.pitch
    }
