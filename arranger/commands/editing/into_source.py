"""A changed score written into the file from which it was read, so that everything else in the file stays as it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from arranger.commands.streams import PIPE
from arranger.formats.reading import read_score_and_notices
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.linter.source_changes import changed_source, pitches_of
from arranger.linter.source_marks import source_bytes
from theory.notation.score import Score


def changed_file(source: str, output: str, before: Score, after: Score, *, colour: str = "") -> bytes | None:
    """Return the bytes of a MusicXML file with the pitches of a changed score, and nothing else changed.

    None if the file is not MusicXML, if more than pitches differ, or if the changes cannot be read in it again.
    """
    wants_xml = output == PIPE or Path(output).suffix.lower() in XML_ENDINGS
    data = source_bytes(source) if wants_xml and source != PIPE else None
    if not data or before.chords != after.chords or _counts(before) != _counts(after):
        return None
    changed = changed_source(data, before, pitches_of(before, after), colour=colour)
    if changed is None or changed.missed:
        return None
    same = list(_sounds(_read(changed.musicxml))) == list(_sounds(after))
    return changed.musicxml if same else None


def _counts(score: Score) -> list[int]:
    return [len(part.notes) for part in score.parts]


def _read(musicxml: bytes) -> Score:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "score.musicxml"
        path.write_bytes(musicxml)
        return read_score_and_notices(path)[0]


def _sounds(score: Score) -> Iterator[object]:
    """Yield what every note of a score sounds and when."""
    for number, part in enumerate(score.parts):
        for note in part.notes:
            yield number, note.onset_quarter, note.duration_quarter, note.pitch
