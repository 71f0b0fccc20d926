"""The notes of a MusicXML file with their places in its bytes, so that marks can be added to the file itself.

Only what tells one note from another is read here: part, measure, time, pitch and staff. The file has been read
before, so it is well-formed and within the limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from theory.notation.pitch import STEPS, Pitch


@dataclass(frozen=True)
class SourceNote:
    """One `<note>` of a file that has a pitch."""

    part: str  # id
    measure: int  # index, counted from 0
    onset_quarter: Fraction  # from the beginning of the measure
    midi: int  # as it sounds
    written: Pitch
    fifths: int  # of the key signature in force
    staff: str  # number; empty if the note names none
    voice: str
    first: int  # where its tag begins, in bytes
    stem: int  # where the tag of the first note on its stem begins
    last: int  # where its closing tag begins, in bytes


@dataclass
class _Part:
    """How far a part has been read."""

    measure: int = -1
    divisions: Fraction = Fraction(1)
    shift: int = 0  # semitones from written to sounding pitch
    fifths: int = 0  # of the key signature
    cursor: Fraction = Fraction(0)
    previous: Fraction = Fraction(0)
    stem: int = 0


@dataclass
class SourceReader:
    """Collects the notes of a partwise or timewise file, and the lengths of its measures."""

    notes: list[SourceNote] = field(default_factory=list)
    lengths: list[Fraction] = field(default_factory=list)  # of the measures, in quarters
    _parts: dict[str, _Part] = field(default_factory=dict)
    _part: str = ""
    _inside: str = ""  # note, backup, forward or attributes
    _first: int = 0
    _fields: dict[str, str] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)
    _outer: str = ""  # part or measure, whichever holds the other
    _at: Callable[[], int] = int

    def read(self, data: bytes) -> None:
        """Read the bytes of a file."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        self._at = lambda: parser.CurrentByteIndex
        parser.Parse(data, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        if tag == "part":
            self._outer = self._outer or tag
            self._part = attributes.get("id", "")
            self._parts.setdefault(self._part, _Part())
        elif tag == "measure":
            self._outer = self._outer or tag
        if tag in ("part", "measure") and tag != self._outer:
            self._open_measure()
        if tag in _FINISH:
            self._inside, self._first, self._fields = tag, self._at(), {}
        elif self._inside:
            self._fields.setdefault(tag, "")

    def _open_measure(self) -> None:
        part = self._parts[self._part]
        part.measure += 1
        part.cursor = part.previous = Fraction(0)
        if part.measure == len(self.lengths):
            self.lengths.append(Fraction(0))

    def _end(self, tag: str) -> None:
        if tag == self._inside:
            _FINISH[tag](self, self._parts[self._part])
            self._inside = ""
        elif self._inside and not self._fields.get(tag):
            self._fields[tag] = "".join(self._text).strip()
        self._text.clear()

    def _quarters(self, part: _Part) -> Fraction:
        return _number(self._fields.get("duration", "")) / part.divisions

    def _note(self, part: _Part) -> None:
        on_stem = "chord" in self._fields
        onset = part.previous if on_stem else part.cursor
        if not on_stem:
            part.previous, part.stem = onset, self._first
            self._forward(part, Fraction(0) if "grace" in self._fields else self._quarters(part))
        if "step" in self._fields and "octave" in self._fields and "cue" not in self._fields:
            staff, voice = self._fields.get("staff", ""), self._fields.get("voice", "")
            written = self._written()
            self.notes.append(
                SourceNote(
                    part=self._part,
                    measure=part.measure,
                    onset_quarter=onset,
                    midi=written.midi + part.shift,
                    written=written,
                    fifths=part.fifths,
                    staff=staff,
                    voice=voice,
                    first=self._first,
                    stem=part.stem,
                    last=self._at(),
                )
            )

    def _written(self) -> Pitch:
        fields = self._fields
        step = max(0, STEPS.find(fields["step"]))
        return Pitch(int(_number(fields["octave"])), step, round(_number(fields.get("alter", ""))))

    def _forward(self, part: _Part, quarters: Fraction | None = None) -> None:
        part.cursor += self._quarters(part) if quarters is None else quarters
        self.lengths[part.measure] = max(self.lengths[part.measure], part.cursor)

    def _backup(self, part: _Part) -> None:
        part.cursor = max(Fraction(0), part.cursor - self._quarters(part))

    def _attributes(self, part: _Part) -> None:
        part.divisions = _number(self._fields.get("divisions", "")) or part.divisions
        if "fifths" in self._fields:
            part.fifths = int(_number(self._fields["fifths"]))
        if "transpose" in self._fields:
            chromatic, octaves = (_number(self._fields.get(name, "")) for name in ("chromatic", "octave-change"))
            part.shift = int(chromatic + 12 * octaves)


_FINISH: dict[str, Callable[[SourceReader, _Part], None]] = {
    "note": SourceReader._note,
    "backup": SourceReader._backup,
    "forward": SourceReader._forward,
    "attributes": SourceReader._attributes,
}


def _number(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
