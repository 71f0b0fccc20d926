"""Monophonic tunes: the ABC tune books in music21's corpus.

Each tune of a book is a `TuneText`: its name, tonic and ABC text. Transcribers usually end a line of ABC with a
phrase (the EsAC source of the Essen songs has one line per phrase). So ``!breath!`` is inserted at the start of
every line of music but the first, where it marks the first note of a phrase. This package does not parse ABC; the
caller does.

Quirks: the key field of an Essen song names the tonic, always with the major signature, so that the mode must be
estimated; X: numbers start again in every file; O'Neill's books have some numbers twice, from two transcribers;
Ryan's reels are written in 2/4 with sixteenths; many Essen songs change meter.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_INDEX = Path(__file__).parent / "splits" / "tune_index.json"
_START = re.compile(r"^(?=[ \t]*X:)", re.MULTILINE)
_FIELD = re.compile(r"^[A-Za-z+]:")
_TONIC = re.compile(r"^K:\s*([A-G][#b]?)")


@dataclass(frozen=True)
class TuneSet:
    """A collection of tunes: a folder of ABC books in music21's corpus."""

    name: str
    title: str
    citation: str
    licence: str
    folder: str
    count: int  # number of tunes

    @property
    def digest(self) -> str:
        """Checksum of the files, from this package's index."""
        return str(json.loads(_INDEX.read_text(encoding="utf-8"))[self.name]["sha256"])


_MUSIC21 = "encoding shipped with music21 (Cuthbert and Ariza, ISMIR 2010)"
ESSEN = TuneSet(
    name="essen",
    title="Essen Folksong Collection, songs of Germany and its neighbours",
    citation="H. Schaffrath, The Essen Folksong Collection, 1995; E. Dahlig-Turek; ABC by S. Shlien; " + _MUSIC21,
    licence="the songs are traditional; the encodings may be used and spread for non-commercial purposes",
    folder="essenFolksong",
    count=8514,
)
ONEILL = TuneSet(
    name="oneill",
    title="O'Neill's Music of Ireland, 1903",
    citation="F. O'Neill, Music of Ireland, Chicago 1903; ABC by N. Paap, J. Chambers and others; " + _MUSIC21,
    licence="the book is in the public domain; encodings given away by their transcribers",
    folder="oneills1850",
    count=2009,
)
RYAN = TuneSet(
    name="ryan",
    title="Ryan's Mammoth Collection, 1883",
    citation="W. B. Ryan, Mammoth Collection, Boston 1883; ABC by R. Davies and others; " + _MUSIC21,
    licence="the book is in the public domain; encodings given away by their transcribers",
    folder="ryansMammoth",
    count=1059,
)
AIRS = TuneSet(
    name="airs",
    title="Aird's Selection of Scotch, English, Irish and Foreign Airs, 1782-1801",
    citation="J. Aird, Glasgow 1782-1801; ABC by J. Campin, 2009; " + _MUSIC21,
    licence="the book is in the public domain; encoding by permission of the transcriber",
    folder="airdsAirs",
    count=1180,
)
NOTTINGHAM = TuneSet(
    name="nottingham",
    title="Nottingham Music Database: the two reels that music21 ships",
    citation="E. Foxley, Nottingham Music Database, ABC version; " + _MUSIC21,
    licence="the tunes are traditional; encoding given away by its author",
    folder="nottingham-dataset",
    count=2,
)
TUNE_SETS = (ESSEN, ONEILL, RYAN, AIRS, NOTTINGHAM)


@dataclass(frozen=True)
class TuneText:
    """One tune as ABC, with its phrases marked."""

    name: str  # set, file and number of the tune in the file
    tonic: str  # from the key field; empty if it names none
    text: str


def tune_texts(chosen: TuneSet) -> Iterator[TuneText]:
    """Yield the tunes of a set in the order of its files."""
    for path in tune_files(chosen):
        yield from parse_book(_decoded(path.read_bytes()), f"{chosen.name}/{path.stem}")


def tune_files(chosen: TuneSet) -> list[Path]:
    """Return the ABC files of a set, sorted. Raises FileNotFoundError if music21 is installed without its corpus."""
    from music21 import common

    folder = Path(common.getCorpusFilePath()) / chosen.folder
    found = sorted(folder.glob("*.abc"))
    if not found:
        raise FileNotFoundError(f"{folder}: no .abc files found; install music21 with its corpus")
    return found


def measure_set(chosen: TuneSet) -> dict[str, str | int]:
    """Return the index entry of a set, computed from its files: numbers of files and tunes, and a checksum."""
    digest = hashlib.sha256()
    for path in tune_files(chosen):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    tunes = sum(1 for _ in tune_texts(chosen))
    return {"files": len(tune_files(chosen)), "tunes": tunes, "sha256": digest.hexdigest()[:16]}


def parse_book(text: str, name: str) -> Iterator[TuneText]:
    r"""Yield the tunes of an ABC book.

    >>> [tune] = parse_book("X:1\nM:3/4\nK:Ador\nA2|c2 d2 e2|\ne2|d2 c2 A2|", "book")
    >>> tune.name, tune.tonic, tune.text.splitlines()[-1]
    ('book-1', 'A', '!breath!e2|d2 c2 A2|')
    """
    pieces = [piece for piece in _START.split(text) if piece.lstrip().startswith("X:")]
    for number, piece in enumerate(pieces, start=1):
        lines = [line.strip() for line in piece.splitlines() if line.strip()]
        tonics = [match[1] for line in lines if (match := _TONIC.match(line))]
        yield TuneText(f"{name}-{number}", tonics[0] if tonics else "", "\n".join(_with_breaths(lines)))


def _with_breaths(lines: list[str]) -> Iterator[str]:
    """Yield the lines of a tune with a mark before each line of music, except the first and continuation lines."""
    in_body = sings = goes_on = False
    for line in lines:
        is_music = in_body and not _FIELD.match(line) and not line.startswith("%")
        yield f"!breath!{line}" if is_music and sings and not goes_on else line
        in_body = in_body or line.startswith("K:")
        sings = sings or is_music
        goes_on = is_music and line.endswith("\\")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
