"""A changed score written into the file from which it was read, so that everything else in the file stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from arranger.commands.editing.new_measures import with_new_measures
from arranger.commands.streams import PIPE
from arranger.formats.contents import as_file
from arranger.formats.reading import read_score_and_notices
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.formats.writing import to_musicxml
from arranger.linter.source_changes import changed_source, pitches_of
from arranger.linter.source_marks import Finder, in_bytes, source_bytes
from arranger.linter.source_notes import SourceReader
from theory.notation.score import Score


def changed_file(source: str, output: str, before: Score, after: Score, *, colour: str = "") -> bytes | None:
    """Return the bytes of a MusicXML file with the notes of a changed score, and nothing else changed.

    Where only pitches differ, only they are changed in the file, else the notes of the measures that differ. None if
    the file is not MusicXML, if chord symbols differ, or if the changes cannot be read in it again.
    """
    wants_xml = output == PIPE or Path(output).suffix.lower() in XML_ENDINGS
    data = source_bytes(source) if wants_xml and source != PIPE else None
    if not data or before.chords != after.chords:
        return None
    if _same_but_pitches(before, after) and (changed := _with_pitches(data, before, after, colour)):
        return changed
    new = with_new_measures(in_bytes(data), before, after, to_musicxml(after))
    return new if new and list(_sounds(_read(new))) == list(_sounds(after)) else None


def _with_pitches(data: bytes, before: Score, after: Score, colour: str) -> bytes | None:
    """Return a file with other pitches, None unless every note that changed is found changed in it."""
    pitches = pitches_of(before, after)
    changed = changed_source(data, before, pitches, colour=colour)
    if changed is None or changed.missed:
        return None
    reader = SourceReader()
    reader.read(changed.musicxml)
    finder = Finder(reader, after)
    return changed.musicxml if all(finder.find(place) for place in pitches) else None


def _same_but_pitches(before: Score, after: Score) -> bool:
    pairs = [
        (replace(old, pitch=None, colour=""), replace(new, pitch=None, colour=""))
        for one, other in zip(before.parts, after.parts, strict=True)
        for old, new in zip(one.notes, other.notes, strict=False)
    ]
    same_count = all(len(one.notes) == len(other.notes) for one, other in zip(before.parts, after.parts, strict=True))
    return same_count and all(old == new for old, new in pairs)


def _read(musicxml: bytes) -> Score:
    with as_file(musicxml, "score.musicxml") as path:
        return read_score_and_notices(path)[0]


def _sounds(score: Score) -> Iterator[object]:
    """Yield what every note of a score sounds and when, and how it is sung."""
    for number, part in enumerate(score.parts):
        for note in part.notes:
            if note.pitch is None:  # rests may be divided otherwise
                continue
            sung = tuple((lyric.verse, lyric.text) for lyric in note.lyrics)
            yield number, note.onset_quarter, note.duration_quarter, note.pitch, note.tie_start, note.tie_stop, sung
