"""Reading a file as a ``Score`` (all parts) or a ``LeadSheet`` (one line of melody with chord symbols)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text, parse_xml, read_bytes, unzip_musicxml
from arranger.formats.reading.layout import build_score
from arranger.formats.reading.mending import mended
from arranger.formats.reading.staff import Sheet, Staff
from arranger.formats.reading.tally import bars_named
from arranger.formats.reading.tune import tune_line
from arranger.formats.reading.voices import LASTING, is_single_line, mean_midi, sounding, split_voices
from theory.notation.score import LeadSheet, Note, Notice, Score

XML_ENDINGS = (".musicxml", ".mxl", ".xml")
_MANY = Fraction(1, 2)  # least share of the syllables of the staff with most words for a staff to be a sung one
_SHOWN = 12  # syllables that a notice quotes
TEXT_ENDINGS = (".abc", ".krn")
ENDINGS = (*XML_ENDINGS, ".abc", ".mid", ".midi", ".krn")


def read_score(path: str | Path) -> Score:
    """Return the score in a file, with all its parts.

    A staff that has several voices through the piece becomes one part per voice. Raises ReadError, a ValueError whose
    message is one line, if the file cannot be read.
    """
    return read_score_and_notices(path)[0]


def read_score_and_notices(path: str | Path) -> tuple[Score, tuple[Notice, ...]]:
    """Return the score in a file, and what was read with doubt or left out; otherwise as ``read_score``."""
    return parse_score(read_bytes(Path(path)), str(path))


def parse_score(data: bytes, source: str) -> tuple[Score, tuple[Notice, ...]]:
    """Return the score in the bytes of a file called ``source``, as `read_score_and_notices` does."""
    sheet = _sheet(data, source)
    pitched = [staff for staff in sheet.staves if staff.has_notes]
    if not pitched:
        raise _without_notes(sheet, source)
    score, doubts = build_score(pitched, sheet.staves, sheet.heading)
    silent = [
        Notice(f"part {staff.part.name or staff.part.id} is left out: {staff.silent}")
        for staff in sheet.staves
        if staff.silent and not staff.has_notes
    ]
    return split_voices(score), (*map(Notice, sheet.doubts), *silent, *doubts)


def read_lead_sheet(path: str | Path, *, melody_part: str | None = None) -> LeadSheet:
    """Return the tune in a file, with its words and chord symbols.

    The melody is the part given by ``melody_part`` (name, or number from 1); by default the part with words, else the
    one with chord symbols, else the highest one (in MIDI, the highest one whose notes do not sound together). Chord
    symbols are those of all parts. Raises ReadError, a ValueError whose message is one line, if the file cannot be
    read.
    """
    return parse_lead_sheet(read_bytes(Path(path)), str(path), melody_part=melody_part)


def parse_lead_sheet(data: bytes, source: str, *, melody_part: str | None = None) -> LeadSheet:
    """Return the tune in the bytes of a file called ``source``, as `read_lead_sheet` does."""
    sheet = _sheet(data, source)
    melody, notices = choose_melody(sheet, melody_part, source)
    others = [staff for staff in sheet.staves if staff is not melody]
    score, doubts = build_score([melody], [melody, *others], sheet.heading)
    notices = [*map(Notice, sheet.doubts), *notices, *doubts]
    return single_line(LeadSheet(score, source, tuple(notices)))


def choose_melody(sheet: Sheet, melody_part: str | None, source: str) -> tuple[Staff, list[Notice]]:
    """Return the staff that holds the tune, and a notice if there was a choice.

    Raises ReadError if no staff has notes, or none is called ``melody_part``.
    """
    pitched = [staff for staff in sheet.staves if staff.has_notes]
    if not pitched:
        raise _without_notes(sheet, source)
    if melody_part is not None:
        return _named_staff(sheet.staves, melody_part, source), []
    if len(pitched) == 1:
        return pitched[0], []
    most = max(map(_syllables, pitched))
    likeliest = _highest(pitched) if sheet.likeliest is None else sheet.staves[sheet.likeliest]

    def rank(staff: Staff) -> tuple[bool, bool, bool]:
        return _syllables(staff) < _MANY * most, not staff.has_chords, staff is not likeliest

    melody = min(pitched, key=rank)
    number = str(sheet.staves.index(melody) + 1)
    name = number if melody.part.name in ("", number) else f"{number} {melody.part.name}"
    has = "words" if melody.has_lyrics else "chord symbols" if melody.has_chords else ""
    reason = f"it has {has}" if has else sheet.reason
    message = f"the melody is taken from part {name} of {len(pitched)}: {reason}; use --melody-part to choose another"
    return melody, [Notice(message)]


def _syllables(staff: Staff) -> int:
    return sum(1 for note in staff.notes if note.lyrics)


def _highest(staves: Sequence[Staff]) -> Staff:
    """Return the highest staff among those that sound for at least half as long as the longest, the first of equals."""
    longest = max(sounding(staff.notes) for staff in staves)
    lasting = [staff for staff in staves if sounding(staff.notes) >= LASTING * longest]
    return max(lasting, key=lambda staff: mean_midi(staff.notes))


def _without_notes(sheet: Sheet, source: str) -> ReadError:
    """Return the error for a file in which nothing is sung or played at a pitch."""
    silent = next((staff.silent for staff in sheet.staves if staff.silent), "")
    if silent:
        return ReadError(source, f"no tune in the file: {silent}; write the tune in notes")
    return ReadError(source, "no notes in the file; is it the right file?")


def _named_staff(staves: Sequence[Staff], melody_part: str, source: str) -> Staff:
    """Return the staff given by the name or number (from 1) of its part. Raises ReadError if there is none."""
    names = [staff.part.name for staff in staves]
    if melody_part.isdigit() and 1 <= int(melody_part) <= len(staves):
        found = staves[int(melody_part) - 1]
    else:
        matches = [staff for staff in staves if staff.part.name.casefold() == melody_part.strip().casefold()]
        if not matches:
            listed = ", ".join(f"{number} {name}".strip() for number, name in enumerate(names, start=1))
            raise ReadError(source, f"no part '{melody_part}'; choose from {listed}")
        found = matches[0]
    if not found.has_notes:
        raise ReadError(source, f"part '{melody_part}' has no notes; choose another part")
    return found


def single_line(sheet: LeadSheet) -> LeadSheet:
    """Return the sheet with one line of melody, and a notice if there were several."""
    if is_single_line(sheet.melody.notes):
        return sheet
    line = tune_line(sheet.melody.notes, sheet.score.bars)
    left_out = sum(1 for note in sheet.melody.notes if note.pitch) - sum(1 for note in line if note.pitch)
    which = "the line with words" if any(note.lyrics for note in line) else "its top line"
    where = bars_named([sheet.score.bar_at(onset).number for onset in _left_out(sheet.melody.notes, line)])
    said = f"the melody part has several voices or chords; the tune is {which}, and {left_out} notes are left out"
    said += f" ({where})" if left_out else ""
    lost = _words_of(sheet.melody.notes) - _words_of(line)
    words = " ".join(list(lost.elements())[:_SHOWN])
    said += f", with the words '{words}{' ...' if lost.total() > _SHOWN else ''}'" if lost else ""
    melody = replace(sheet.melody, notes=line)
    notices = (*sheet.notices, Notice(said)) if left_out or lost else sheet.notices
    return replace(sheet, score=replace(sheet.score, parts=(melody,)), notices=notices)


def _left_out(notes: Sequence[Note], line: Sequence[Note]) -> list[Fraction]:
    """Return the onsets, in order, of the pitched notes that are not in the line."""
    kept = Counter((note.onset_quarter, note.pitch) for note in line if note.pitch)
    gone = Counter((note.onset_quarter, note.pitch) for note in notes if note.pitch) - kept
    return sorted(onset for onset, _ in gone)


def _words_of(notes: Sequence[Note]) -> Counter[str]:
    """Return how often each syllable is under a note."""
    return Counter(lyric.text for note in notes for lyric in note.lyrics)


def _sheet(data: bytes, source: str) -> Sheet:
    """Return the staves of a file, within the limits and fit to be written again."""
    is_text = Path(source).suffix.lower() in TEXT_ENDINGS
    return mended(_parsed(data, source), source, most_notes=limits.MAX_TEXT_NOTES if is_text else limits.MAX_NOTES)


def _parsed(data: bytes, source: str) -> Sheet:
    """Return the staves of a file; MIDI and zip are recognised by their first bytes, text by the file ending.

    The reader of a format is imported when a file has it, since reading one does not need the others.
    """
    ending = Path(source).suffix.lower()
    if data[:4] == b"MThd":
        from arranger.formats.reading.midi.reader import parse_midi

        return parse_midi(data, source)
    if data[:2] == b"PK":
        data = unzip_musicxml(data, source)
    elif ending == ".abc":
        from arranger.formats.reading.abc.reader import read_abc

        return read_abc(data, source)
    elif ending == ".krn":
        from arranger.formats.reading.humdrum.reader import parse_humdrum

        return parse_humdrum(decode_text(data), source)
    elif ending not in XML_ENDINGS:
        raise ReadError(source, f"'{ending}' is not a format that can be read; use {', '.join(ENDINGS)}")
    from arranger.formats.reading.musicxml.reader import parse_musicxml

    return parse_musicxml(parse_xml(data, source), source)
