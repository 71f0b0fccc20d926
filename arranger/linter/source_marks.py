"""Findings marked in the MusicXML file itself: notes coloured, rule codes above the staff, and nothing else changed.

The marks are inserted into the bytes of the file, so that clefs, staves, layers, words, dynamics and whatever else
the file holds stay as they are. A note of the score is found again in the file by its part, time and pitch.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from xml.sax.saxutils import escape

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import read_bytes, unzip_musicxml
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.linter.annotation import Place, colours_of, note_id, texts_of
from arranger.linter.source_notes import SourceNote, SourceReader
from theory.checking.report import Finding
from theory.notation.score import Score

_TAG = re.compile(rb"""<note\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ROUNDING = Fraction(1, 16)  # quarters
_FONT = 'font-size="8"'


@dataclass(frozen=True)
class MarkedSource:
    """The bytes of a file with marks, and the ids that the marked notes have in it."""

    musicxml: bytes
    ids: Mapping[Place, str]  # empty unless a prefix for ids was given
    missed: int = 0  # notes that should be marked and were not found in the file


def marked_source(data: bytes, score: Score, findings: Sequence[Finding], *, prefix: str = "") -> MarkedSource | None:
    """Return a MusicXML file with the findings marked, None if its notes cannot be found again.

    Parameters
    ----------
    data
        The uncompressed file from which ``score`` was read.
    prefix
        If given, the marked notes get ids that begin with it, so that a web page can link to them.
    """
    data = in_bytes(data)
    reader = SourceReader()
    reader.read(data)
    finder = Finder(reader, score)
    colours = colours_of(score, findings)
    known = {place: note for place in colours if (note := finder.find(place)) is not None}
    if colours and not known:
        return None
    names: dict[int, str] = {}
    for place, note in known.items():
        names.setdefault(note.first, note_id(place, prefix=prefix) if prefix else "")
    edits = {
        note.first: coloured_tag(data, note.first, colours[place], names[note.first]) for place, note in known.items()
    }
    before = _texts(score, findings, known)
    ids = {place: names[note.first] for place, note in known.items() if prefix}
    return MarkedSource(edited(data, edits, before), ids, len(colours) - len(known))


def source_bytes(source: str) -> bytes | None:
    """Return the uncompressed MusicXML of a file, None if it is no MusicXML file or cannot be read again."""
    path = Path(source)
    if path.suffix.lower() not in XML_ENDINGS or not path.is_file():
        return None
    try:
        data = read_bytes(path)
        return unzip_musicxml(data, source) if data.startswith(b"PK") else data
    except ReadError:
        return None


def as_text(musicxml: bytes) -> str:
    """Return a MusicXML document as text, by the encoding that it declares, without the declaration."""
    declared = re.match(rb"""\s*<\?xml[^>]*?encoding=["']([\w.-]+)""", musicxml.removeprefix(b"\xef\xbb\xbf"))
    text = musicxml.decode(declared[1].decode() if declared else "utf-8-sig")
    return re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>\s*", "", text, count=1)


def in_bytes(data: bytes) -> bytes:
    """Return a file in an encoding that extends ASCII; UTF-16 becomes UTF-8."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    text = re.sub(r"""(<\?xml[^>]*?)\s+encoding=("[^"]*"|'[^']*')""", r"\1", data.decode("utf-16"), count=1)
    return text.encode()


class Finder:
    """Finds notes of a score in the file."""

    def __init__(self, reader: SourceReader, score: Score) -> None:
        self._score = score
        starts = [Fraction(0), *accumulate(reader.lengths)]
        if len(reader.lengths) == len(score.bars):
            starts = [bar.onset_quarter for bar in score.bars]
        self._ids = {note.part for note in reader.notes}
        self._alike: dict[tuple[str, int], list[tuple[Fraction, SourceNote]]] = defaultdict(list)
        for note in reader.notes:
            self._alike[note.part, note.midi].append((starts[note.measure] + note.onset_quarter, note))
        for alike in self._alike.values():
            alike.sort(key=lambda each: each[0])

    def find(self, place: Place) -> SourceNote | None:
        """Return the note of the file that became a note of the score; of notes in unison, that of the same voice.

        Files round the durations of tuplets, so a small difference in time is allowed.
        """
        part, note = self._score.parts[place[0]], self._score.parts[place[0]].notes[place[1]]
        assert note.pitch is not None
        id_ = part.id if part.id in self._ids else part.id.rpartition("-")[0]
        alike = self._alike.get((id_, note.pitch.midi), [])
        here = note.onset_quarter
        first = bisect_left(alike, here - _ROUNDING, key=lambda each: each[0])
        last = bisect_right(alike, here + _ROUNDING, key=lambda each: each[0])
        near = sorted(alike[first:last], key=lambda each: (abs(each[0] - here), each[1].voice != note.voice))
        return near[0][1] if near else None


def coloured_tag(data: bytes, first: int, colour: str, name: str) -> tuple[int, bytes]:
    """Return the end of a note's tag, and the tag with a colour and an id."""
    match = _TAG.match(data, first)
    assert match is not None
    tag = _without(match[0], "color")
    attributes = f' color="{colour}"'
    if name:
        tag, attributes = _without(tag, "id"), f'{attributes} id="{name}"'
    return match.end(), tag[:5] + attributes.encode() + tag[5:]


def _without(tag: bytes, name: str) -> bytes:
    return re.sub(rb"""\s+%s\s*=\s*("[^"]*"|'[^']*')""" % name.encode(), b"", tag)


def _texts(score: Score, findings: Sequence[Finding], known: Mapping[Place, SourceNote]) -> dict[int, bytes]:
    """Return the directions to insert, by where the stem begins before which they stand."""
    return {
        known[place].stem: _direction(text, known[place].staff)
        for place, text in texts_of(score, findings).items()
        if place in known
    }


def _direction(text: str, staff: str) -> bytes:
    words = f"<direction-type><words {_FONT}>{escape(text)}</words></direction-type>"
    where = f"<staff>{escape(staff)}</staff>" if staff else ""
    return f'<direction placement="above">{words}{where}</direction>'.encode("ascii", "xmlcharrefreplace")


def edited(data: bytes, tags: Mapping[int, tuple[int, bytes]], before: Mapping[int, bytes]) -> bytes:
    """Return the file with some tags replaced and something inserted before some of them."""
    pieces, done = [], 0
    for place in sorted({*tags, *before}):
        pieces += [data[done:place], before.get(place, b"")]
        end, tag = tags.get(place, (place, b""))
        pieces.append(tag)
        done = end
    return b"".join([*pieces, data[done:]])
