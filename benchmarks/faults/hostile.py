"""Hostile files, from reading to writing: nothing may crash, hang, be written wrong, or be lost without a word.

    python -m benchmarks.faults.hostile --count 2000 --seed 0 [--part 0/2]

Files in MusicXML, MIDI, ABC and Humdrum are changed (`benchmarks.faults.hostile_changes`), read as lead sheets,
arranged by rules alone, and written as MusicXML and MIDI. An input is *refused* if the reader or the writer says in
one line why, and *arranged* if

- the result is valid by the schema of MusicXML, and the program reads it again,
- the tune in it is that of the sheet, note for note, in one transposition,
- every note with a pitch in the MusicXML or MIDI input, counted without our readers, was read, or a notice was given.

All else is a fault, and so is an input that takes longer than a minute of processor time.
"""

from __future__ import annotations

import argparse
import io
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import mido

from arranger.arranging.main import Options, arrange_variants
from arranger.formats.limits import LimitError
from arranger.formats.reading import ReadError, read_lead_sheet, read_score
from arranger.formats.writing import WriteError, write_score
from benchmarks.faults.fuzz import outcome, too_long
from benchmarks.faults.hostile_changes import hostile_file
from benchmarks.faults.schema import error_in
from theory.notation.score import LeadSheet, Note, Score

QUICK = Options(style="hymn", model=None, beam=2)
_DRUMS = 9


class FaultError(Exception):
    """What went wrong with an input that was neither refused nor arranged rightly."""


def try_hostile(ending: str, data: bytes, folder: Path) -> str:
    """Read, arrange and write a file; return ``refused`` or ``arranged``. Raises FaultError if it is neither."""
    path = folder / f"input{ending}"
    path.write_bytes(data)
    try:
        sheet = read_lead_sheet(path)
        score = next(arrange_variants(sheet, QUICK)).score
        written = write_score(score, folder / "out.musicxml")
        write_score(score, folder / "out.mid")
    except (ReadError, WriteError, LimitError) as error:
        if "\n" in str(error):
            raise FaultError(f"a message of several lines: {error}") from None
        return "refused"
    _check(sheet, written)
    if not sheet.notices and _notes_read(path) < _notes_in(ending, data):
        raise FaultError("notes are lost without a notice")
    return "arranged"


def _check(sheet: LeadSheet, written: Path) -> None:
    """Raise FaultError if the written file is not valid, or does not hold the tune."""
    error = error_in(written.read_bytes())
    if error:
        raise FaultError(f"invalid: {error}")
    meant, found = _attacks(sheet.melody.notes), _attacks(_top(read_score(written)))
    if [onset for onset, _ in meant] != [onset for onset, _ in found]:
        raise FaultError("the rhythm of the tune is not that of the sheet")
    if len({after - before for (_, before), (_, after) in zip(meant, found, strict=True)}) > 1:
        raise FaultError("the tune is not that of the sheet")


def _top(score: Score) -> Sequence[Note]:
    return score.parts[0].notes


def _attacks(notes: Sequence[Note]) -> list[tuple[object, int]]:
    plain = [note for note in notes if note.pitch and not note.grace and not note.tie_stop]
    return [(note.onset_quarter, note.pitch.midi) for note in plain if note.pitch]


def _notes_read(path: Path) -> int:
    return sum(1 for part in read_score(path).parts for note in part.notes if note.pitch)


def _notes_in(ending: str, data: bytes) -> int:
    """Return the number of notes with a pitch in a MusicXML or MIDI file, at least; 0 for other files."""
    if ending == ".musicxml":
        notes = ElementTree.fromstring(data).iter("note")
        return sum(1 for note in notes if note.find("pitch") is not None and note.find("cue") is None)
    if ending == ".mid":
        tracks = mido.MidiFile(file=io.BytesIO(data), clip=True).tracks
        pressed = [m for track in tracks for m in track if m.type == "note_on" and m.velocity]
        return sum(1 for message in pressed if message.channel != _DRUMS)
    return 0


def main() -> None:
    """Try all inputs and print the results."""
    parser = argparse.ArgumentParser(description="Hostile files, from reading to writing.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="0/1", help="part of the inputs to try: 1/4 is the second of four")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    signal.signal(signal.SIGVTALRM, too_long)
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(part, options.count, parts):
            ending, data = hostile_file(random.Random(f"{options.seed} {number}"))
            name = f"file {number}{ending}"
            results[outcome(lambda: try_hostile(ending, data, Path(folder)), name)] += 1  # noqa: B023
    faults = results.total() - results["refused"] - results["arranged"]
    print(f"{results.total()} inputs: {results['refused']} refused, {results['arranged']} arranged, {faults} faults")
    for place, count in results.most_common():
        if place not in ("refused", "arranged"):
            print(f"{count:6}  {place}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
