"""Does the reader of Humdrum read every note that a text attacks?

The attacks are counted twice: in the text, by a few lines that know columns only (splits, joins, ends) and no music,
and in the score that is read. Every file whose counts differ is named. Without files, all **kern files of music21's
corpus are read.

    python benchmarks/measure/kern_attacks.py [--every N] [FILE ...]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text
from arranger.formats.reading.humdrum.reader import parse_humdrum
from arranger.formats.reading.staff import Sheet

_PITCH = re.compile(r"[a-gA-G]")


def attacks_in_text(text: str) -> int:
    """Return how many notes the **kern columns of the first piece attack: those not tied from the note before."""
    kinds: list[str] = []
    count = 0
    for line in text.splitlines():
        fields = line.split("\t")
        if not line.strip() or line[0] == "!":
            continue
        if line.startswith("**") and not kinds:
            if count:
                break
            kinds = fields
        elif line[0] == "*":
            kinds = _after(kinds, fields)
        elif line[0] != "=":
            tokens = [field for kind, field in zip(kinds, fields, strict=True) if kind == "**kern"]
            notes = [note for token in tokens for note in token.split() if "r" not in note and _PITCH.search(note)]
            count += sum(1 for note in notes if not set(note) & set("_]"))
    return count


def _after(kinds: list[str], fields: list[str]) -> list[str]:
    """Return the kinds of the columns after a line of interpretations."""
    found: list[str] = []
    joins = False
    for kind, field in zip(kinds, fields, strict=True):
        if field == "*v" and joins:
            continue
        joins = field == "*v"
        kind = field if field.startswith("**") else kind
        found += {"*^": [kind, kind], "*+": [kind, ""], "*-": []}.get(field, [kind])
    return found


def attacks_read(sheet: Sheet) -> int:
    """Return how many notes of a sheet are attacked."""
    return sum(
        1
        for staff in sheet.staves
        for measure in staff.measures
        for note in measure.notes.get(staff.staff, ())
        if note.pitch is not None and not note.tie_stop
    )


def main() -> int:
    """Count, print, and return the exit status: 1 if a file differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=1, help="read every Nth file of the corpus")
    options = parser.parse_args()
    files, written, read, different = options.files or _corpus()[:: options.every], 0, 0, 0
    for path in files:
        text = decode_text(path.read_bytes())
        try:
            sheet = parse_humdrum(text, str(path))
        except ReadError as error:
            print(f"not read: {error}")
            different += 1
            continue
        counts = attacks_in_text(text), attacks_read(sheet)
        written, read = written + counts[0], read + counts[1]
        if counts[0] != counts[1]:
            print(f"{path}: {counts[0]} attacks in the text, {counts[1]} read", *sheet.doubts, sep="; ")
            different += 1
    print(f"{len(files)} files, {written} attacks in the text, {read} read ({100 * read / max(written, 1):.2f} %), "
          f"{different} files differ")  # fmt: skip
    return min(different, 1)


def _corpus() -> list[Path]:
    from music21 import common

    return sorted(Path(common.getCorpusFilePath()).rglob("*.krn"))


if __name__ == "__main__":
    sys.exit(main())
