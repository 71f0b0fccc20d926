"""Does the reader of Humdrum read every attack, word, chord symbol and repeat of a text?

They are counted twice: in the text, by a few lines that know columns only (splits, joins, ends) and no music, and in
the score that is read. Every file whose counts differ is named, with the notices of the reader. Without files, all
kern files of music21's corpus are read.

    python -m benchmarks.measure.kern_counts [--every N] [FILE ...]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text
from arranger.formats.reading.humdrum.reader import parse_humdrum
from arranger.formats.reading.staff import Sheet

KINDS = ("attacks", "words", "symbols", "repeats")
_PITCH = re.compile(r"[a-gA-G]")
_REPEAT_END = re.compile(r":[|!]")


def counts_in_text(text: str) -> Counter[str]:
    """Return what the first piece of a text holds, counted by its columns."""
    found: Counter[str] = Counter()
    for kind, field in _fields(text):
        if kind == "**kern" and field[0] != "=":
            notes = [note for note in field.split() if "r" not in note and _PITCH.search(note)]
            found["attacks"] += sum(1 for note in notes if not set(note) & set("_]"))
        elif kind in ("**text", "**silbe") and field[0] != "=":
            found["words"] += field not in (".", "|", "_") and bool(field.strip("-~"))
        elif kind == "**mxhm" and field[0] != "=":
            found["symbols"] += field != "."
        elif kind == "first" and field[0] == "=":
            found["repeats"] += bool(_REPEAT_END.search(field))
    return found


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of data and bar lines with the kinds of their columns, and each first field once more."""
    kinds: list[str] = []
    begun = False
    for line in text.splitlines():
        fields = line.split("\t")
        if not line.strip() or line[0] == "!":
            continue
        if line.startswith("**") and not kinds:
            if begun:
                return
            kinds, begun = fields, True
        elif line[0] == "*":
            kinds = _after(kinds, fields)
        else:
            yield "first", fields[0]
            yield from zip(kinds, fields, strict=True)


def _after(kinds: list[str], fields: list[str]) -> list[str]:
    """Return the kinds of the columns after a line of interpretations."""
    found: list[str] = []
    joins = ""
    for kind, field in zip(kinds, fields, strict=True):
        if field == "*v" and joins == kind:
            continue
        joins = kind if field == "*v" else ""
        kind = field if field.startswith("**") else kind
        found += {"*^": [kind, kind], "*+": [kind, ""], "*-": []}.get(field, [kind])
    return found


def counts_read(sheet: Sheet) -> Counter[str]:
    """Return what a sheet holds."""
    measures = [measure for staff in sheet.staves for measure in staff.measures]
    notes = [
        note for staff in sheet.staves for measure in staff.measures for note in measure.notes.get(staff.staff, ())
    ]
    return Counter(
        attacks=sum(1 for note in notes if note.pitch is not None and not note.tie_stop),
        words=sum(len(note.lyrics) for note in notes),
        symbols=sum(len(measure.harmonies) for measure in measures),
        repeats=sum(1 for measure in sheet.staves[0].measures if measure.lines.repeat_end),
    )


def main() -> int:
    """Count, print, and return the exit status: 1 if a file differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=1, help="read every Nth file of the corpus")
    options = parser.parse_args()
    files = options.files or _corpus()[:: options.every]
    written: Counter[str] = Counter()
    read: Counter[str] = Counter()
    different = 0
    for path in files:
        text = decode_text(path.read_bytes())
        try:
            sheet = parse_humdrum(text, str(path))
        except ReadError as error:
            print(f"not read: {error}")
            different += 1
            continue
        here, there = counts_in_text(text), counts_read(sheet)
        written, read = written + here, read + there
        wrong = [f"{here[kind]} {kind} in the text, {there[kind]} read" for kind in KINDS if here[kind] != there[kind]]
        if wrong:
            print(path, *wrong, *sheet.doubts, sep="; ")
            different += 1
    for kind in KINDS:
        print(f"{written[kind]} {kind} in the text, {read[kind]} read")
    print(f"{len(files)} files, {different} differ")
    return min(different, 1)


def _corpus() -> list[Path]:
    from music21 import common

    return sorted(Path(common.getCorpusFilePath()).rglob("*.krn"))


if __name__ == "__main__":
    sys.exit(main())
