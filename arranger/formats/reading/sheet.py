"""Reading a file as a ``Score`` (all parts) or a ``LeadSheet`` (one line of melody with chord symbols)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text, parse_xml, read_bytes, unzip_musicxml
from arranger.formats.reading.layout import build_score
from arranger.formats.reading.staff import Sheet, Staff
from arranger.formats.reading.voices import is_single_line, split_voices, top_line
from theory.notation.score import LeadSheet, Notice, Score

XML_ENDINGS = (".musicxml", ".mxl", ".xml")
ENDINGS = (*XML_ENDINGS, ".abc", ".mid", ".midi", ".krn")


def read_score(path: str | Path) -> Score:
    """Return the score in a file, with all its parts.

    A staff that has several voices through the piece becomes one part per voice. Raises ReadError, a ValueError whose
    message is one line, if the file cannot be read.
    """
    sheet = _read_sheet(Path(path))
    pitched = [staff for staff in sheet.staves if staff.has_notes]
    if not pitched:
        raise ReadError(str(path), "no notes in the file; is it the right file?")
    return split_voices(build_score(pitched, sheet.staves, sheet.heading)[0])


def read_lead_sheet(path: str | Path, *, melody_part: str | None = None) -> LeadSheet:
    """Return the tune in a file, with its words and chord symbols.

    The melody is the part given by ``melody_part`` (name, or number from 1); by default the part with chord symbols,
    else the one with words, else the first one (in MIDI, the highest one whose notes do not sound together). Raises
    ReadError, a ValueError whose message is one line, if the file cannot be read.
    """
    sheet = _read_sheet(Path(path))
    melody, notices = choose_melody(sheet, melody_part, str(path))
    others = [staff for staff in sheet.staves if staff is not melody]
    score, doubts = build_score([melody], [melody, *others], sheet.heading)
    notices = [*map(Notice, sheet.doubts), *notices, *doubts]
    return single_line(LeadSheet(score, str(path), tuple(notices)))


def choose_melody(sheet: Sheet, melody_part: str | None, source: str) -> tuple[Staff, list[Notice]]:
    """Return the staff that holds the tune, and a notice if there was a choice.

    Raises ReadError if no staff has notes, or none is called ``melody_part``.
    """
    pitched = [staff for staff in sheet.staves if staff.has_notes]
    if not pitched:
        raise ReadError(source, "no notes in the file; is it the right file?")
    if melody_part is not None:
        return _named_staff(sheet.staves, melody_part, source), []
    if len(pitched) == 1:
        return pitched[0], []
    likeliest = sheet.staves[sheet.likeliest]
    ranked = sorted(pitched, key=lambda staff: (not staff.has_chords, not staff.has_lyrics, staff is not likeliest))
    melody = ranked[0]
    name = f"{sheet.staves.index(melody) + 1} {melody.part.name}".strip()
    has = "chord symbols" if melody.has_chords else "words" if melody.has_lyrics else ""
    reason = f"it has {has}" if has else sheet.reason
    message = f"the melody is taken from part {name} of {len(pitched)}: {reason}; use --melody-part to choose another"
    return melody, [Notice(message)]


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
    line = top_line(sheet.melody.notes, sheet.score.bars)
    left_out = sum(1 for note in sheet.melody.notes if note.pitch) - sum(1 for note in line if note.pitch)
    message = (
        f"the melody part has several voices or chords; the tune is its top line, and {left_out} notes are left out"
    )
    melody = replace(sheet.melody, notes=line)
    return replace(sheet, score=replace(sheet.score, parts=(melody,)), notices=(*sheet.notices, Notice(message)))


def _read_sheet(path: Path) -> Sheet:
    """Return the staves of a file; MIDI and zip are recognised by their first bytes, text by the file ending.

    The reader of a format is imported when a file has it, since reading one does not need the others.
    """
    source = str(path)
    data = read_bytes(path)
    ending = path.suffix.lower()
    if data[:4] == b"MThd":
        from arranger.formats.reading.midi import parse_midi

        return parse_midi(data, source)
    if data[:2] == b"PK":
        data = unzip_musicxml(data, source)
    elif ending == ".abc":
        from arranger.formats.reading.abc.reader import parse_abc

        return parse_abc(decode_text(data), source)
    elif ending == ".krn":
        from arranger.formats.reading.humdrum.reader import parse_humdrum

        return parse_humdrum(decode_text(data), source)
    elif ending not in XML_ENDINGS:
        raise ReadError(source, f"'{ending}' is not a format that can be read; use {', '.join(ENDINGS)}")
    from arranger.formats.reading.musicxml.reader import parse_musicxml

    return parse_musicxml(parse_xml(data, source), source)
