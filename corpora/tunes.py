"""Monophonic tunes: the ABC tune books in music21's corpus.

Each tune of a book is a `TuneText`: its name, tonic and ABC text. Transcribers usually start a new line of ABC at each
phrase (the EsAC source of the Essen songs has one line per phrase). So ``!breath!`` is inserted at the start of every
line of music but the first; there it means that a phrase begins with the next note. This package does not parse ABC;
the caller does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpora.corpus import Corpus

_START = re.compile(r"^(?=[ \t]*X:)", re.MULTILINE)
_FIELD = re.compile(r"^[A-Za-z+]:")
_TONIC = re.compile(r"^K:\s*([A-G][#b]?)")


_MUSIC21 = "encoding shipped with music21 (Cuthbert and Ariza, ISMIR 2010)"
_COPIED = "the book is in the public domain; the files, copied by volunteers, say nothing of a licence"
ESSEN = Corpus(
    name="essen",
    title="Essen Folksong Collection, songs of Germany and its neighbours",
    citation="H. Schaffrath, The Essen Folksong Collection, 1995; E. Dahlig-Turek; ABC by S. Shlien; " + _MUSIC21,
    licence="the songs are traditional; permission is given for non-commercial distribution and use of the files",
    quirks=(
        "The key field names the tonic, always with the major signature, so the mode must be estimated.",
        "Many songs change meter.",
        "A line of ABC is a phrase.",
        "X: numbers start again in every file.",
    ),
    files=31,
    tunes=8514,
    folders=("essenFolksong",),
    suffixes=(".abc",),
    digest="530802fec7481769",
)
ONEILL = Corpus(
    name="oneill",
    title="O'Neill's Music of Ireland, 1903",
    citation="F. O'Neill, Music of Ireland, Chicago 1903; ABC by N. Paap, J. Chambers and others; " + _MUSIC21,
    licence=_COPIED,
    quirks=("Some numbers of the books are there twice, from two transcribers.",),
    files=39,
    tunes=2009,
    folders=("oneills1850",),
    suffixes=(".abc",),
    digest="3137da07843fd7d2",
)
RYAN = Corpus(
    name="ryan",
    title="Ryan's Mammoth Collection, 1883",
    citation="W. B. Ryan, Mammoth Collection, Boston 1883; ABC by R. Davies and others; " + _MUSIC21,
    licence=_COPIED,
    quirks=("Reels are written in 2/4 with sixteenths.", "Each tune has a file of its own."),
    files=1059,
    tunes=1059,
    folders=("ryansMammoth",),
    suffixes=(".abc",),
    digest="c050fe4eded1c87c",
)
AIRS = Corpus(
    name="airs",
    title="Aird's Selection of Scotch, English, Irish and Foreign Airs, 1782-1801",
    citation="J. Aird, Glasgow 1782-1801; ABC by J. Campin, 2009; " + _MUSIC21,
    licence="the book is in the public domain; the transcriber sells his edition and let music21 have the files",
    quirks=("X: numbers continue from volume to volume.",),
    files=6,
    tunes=1180,
    folders=("airdsAirs",),
    suffixes=(".abc",),
    digest="3b30b0e773e05ea6",
)
NOTTINGHAM = Corpus(
    name="nottingham",
    title="Nottingham Music Database: the two reels that music21 ships",
    citation="E. Foxley, Nottingham Music Database, ABC version; " + _MUSIC21,
    licence="the tunes are traditional; the files say nothing of a licence",
    quirks=("Of the more than 1,000 tunes of the database, music21 has two.",),
    files=1,
    tunes=2,
    folders=("nottingham-dataset",),
    suffixes=(".abc",),
    digest="58833639f7f91871",
)
TUNE_BOOKS = (ESSEN, ONEILL, RYAN, AIRS, NOTTINGHAM)


@dataclass(frozen=True)
class TuneText:
    """One tune as ABC, with its phrases marked."""

    name: str  # corpus, file and number of the tune in the file
    tonic: str  # from the key field; empty if it names none
    text: str


def tune_texts(books: Corpus) -> Iterator[TuneText]:
    """Yield the tunes of a corpus of tune books, in the order of its files."""
    for path in books.paths():
        yield from parse_book(_decoded(path.read_bytes()), f"{books.name}/{path.stem}")


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
