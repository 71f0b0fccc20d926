"""What a batch remembers in its folder: every input with its hash, the settings, and what came of it.

The manifest is an SQLite database, which a killed process or a pulled plug leaves whole. It is opened by one batch at
a time. One that is damaged all the same is set aside and begun anew; the work is then done again.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from arranger.batch.inputs import Input
from arranger.batch.outcome import Figure, Outcome
from theory.version import program_version

MANIFEST = "manifest.sqlite"
_PAGE = 500  # rows that are read at a time
_LARGEST = (1 << 63) - 1  # integer of SQLite
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (command TEXT NOT NULL, settings TEXT NOT NULL, at_work INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS piece (
  source TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  size INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  input_sha256 TEXT NOT NULL DEFAULT '',
  settings_sha256 TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  files TEXT NOT NULL DEFAULT '{}',
  result BLOB
);
CREATE INDEX IF NOT EXISTS longest_first ON piece (listed, size DESC, source);
"""
_COLUMNS = "source, name, size, input_sha256, settings_sha256, status, reason, files"


class StopError(Exception):
    """The batch cannot go on; what is done is kept. The message is one line with the way out."""


@dataclass(frozen=True)
class Known:
    """What the manifest knows of one input."""

    source: str
    name: str  # of its results, without an ending
    size: int  # bytes
    input_sha256: str = ""  # empty: not yet done
    settings_sha256: str = ""
    status: str = ""
    reason: str = ""
    files: Mapping[str, str] = field(default_factory=dict)  # ending -> SHA-256


@dataclass(frozen=True)
class Finished:
    """An input with what came of it."""

    known: Known
    figures: Mapping[str, Figure]
    details: Sequence[Sequence[Figure]]


class Store:
    """The manifest of one batch."""

    def __init__(
        self, database: sqlite3.Connection, settings_sha256: str, *, was_damaged: bool, was_killed: bool
    ) -> None:
        self.was_damaged = was_damaged  # the manifest before was set aside
        self.was_killed = was_killed  # the run before did not come to its end
        self._database = database
        self._settings_sha256 = settings_sha256

    def list(self, inputs: Iterable[Input]) -> None:
        """Remember which inputs this batch has; results of others are kept, but not reported."""
        with self._database:
            self._database.execute("UPDATE piece SET listed = 0")
            for each in inputs:
                path = Path(each.source)
                size = path.stat().st_size if path.is_file() else 0
                changed = self._database.execute(
                    "UPDATE piece SET listed = 1, size = ? WHERE source = ?", (size, each.source)
                )
                if not changed.rowcount:
                    self._database.execute(
                        "INSERT INTO piece (source, name, size, listed) VALUES (?, ?, ?, 1)",
                        (each.source, self._free_name(each.name), size),
                    )

    def _free_name(self, wanted: str) -> str:
        """Return the name, with a number if another input has it."""
        name, number = wanted, 1
        while self._database.execute("SELECT 1 FROM piece WHERE name = ?", (name,)).fetchone():
            number += 1
            name = f"{wanted}-{number}"
        return name

    def size(self) -> tuple[int, int]:
        """Return the number of listed inputs, and their bytes."""
        count, size = self._database.execute("SELECT count(*), sum(size) FROM piece WHERE listed").fetchone()
        return count, size or 0

    def listed(self) -> Iterator[Known]:
        """Yield the listed inputs, the longest first; they may be recorded meanwhile."""
        size, source = _LARGEST, ""
        while True:
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM piece WHERE listed = 1 AND size <= ? AND (size < ? OR source > ?) "
                f"ORDER BY size DESC, source LIMIT {_PAGE}",
                (size, size, source),
            ).fetchall()
            if not rows:
                return
            found = [_known(row) for row in rows]
            yield from found
            size, source = found[-1].size, found[-1].source

    def is_of_these_settings(self, known: Known) -> bool:
        """Whether the results of an input were made with the settings of this batch."""
        return known.settings_sha256 == self._settings_sha256

    def record(self, known: Known, input_sha256: str, outcome: Outcome) -> None:
        """Remember what came of an input; its files are written before."""
        files = {ending: sha256(content).hexdigest() for ending, content in outcome.files.items()}
        text = json.dumps([outcome.figures, outcome.details], ensure_ascii=False)
        with self._database:
            self._database.execute(
                "UPDATE piece SET input_sha256 = ?, settings_sha256 = ?, status = ?, reason = ?, files = ?, result = ? "
                "WHERE source = ?",
                (
                    input_sha256,
                    self._settings_sha256,
                    outcome.status,
                    outcome.reason,
                    json.dumps(files),
                    zlib.compress(text.encode()),
                    known.source,
                ),
            )

    def finished(self) -> Iterator[Finished]:
        """Yield the listed inputs that were dealt with under these settings, in the order of their names."""
        last = ""
        while True:
            rows = self._database.execute(
                f"SELECT {_COLUMNS}, result FROM piece WHERE listed = 1 AND settings_sha256 = ? AND source > ? "
                f"ORDER BY source LIMIT {_PAGE}",
                (self._settings_sha256, last),
            ).fetchall()
            if not rows:
                return
            for *columns, result in rows:
                figures, details = json.loads(zlib.decompress(result))
                yield Finished(_known(columns), figures, details)
            last = rows[-1][0]


def _known(row: Sequence[Any]) -> Known:
    source, name, size, input_sha256, settings_sha256, status, reason, files = row
    return Known(source, name, size, input_sha256, settings_sha256, status, reason, json.loads(files))


@contextmanager
def opened(folder: Path, command: str, settings: Mapping[str, Any]) -> Iterator[Store]:
    """Open the manifest in a folder, which is made if need be.

    Raises StopError if another batch is at work there, if it holds the results of another command, or if there is no
    room or no permission to write.
    """
    plain = {"program": program_version(), **settings}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    with stops(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / MANIFEST
        database, was_damaged = _whole(path)
        try:
            was_killed = _begun(database, command, text, folder)
            digest = sha256(f"{command} {text}".encode()).hexdigest()
            yield Store(database, digest, was_damaged=was_damaged, was_killed=was_killed)
            with database:
                database.execute("UPDATE batch SET at_work = 0")
        finally:
            database.close()


@contextmanager
def stops(folder: Path) -> Iterator[None]:
    """Turn errors of the disk and of the manifest into StopError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StopError(_reason(folder, error)) from error
    except OSError as error:
        raise StopError(f"{error.filename or folder}: {error.strerror or error}; mend that and run it again") from error


def _reason(folder: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{folder}: another batch is at work in this folder; wait for it, or choose another --out"
    if code in _DAMAGED:
        return f"{folder / MANIFEST} was damaged meanwhile; run it again, and it is begun anew"
    return f"{folder / MANIFEST}: {error}; make room or mend the permissions, and run it again"


def _whole(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Return the database, and whether a damaged one had to be set aside."""
    try:
        return _connected(path), False
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGED:
            raise
    path.replace(path.with_suffix(".damaged"))
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return _connected(path), True


def _connected(path: Path) -> sqlite3.Connection:
    """Return the database, for this process alone. Raises sqlite3.DatabaseError if it is damaged or in use."""
    database = sqlite3.connect(path, timeout=2)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_SCHEMA)
        verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        known = {row[1] for row in database.execute("PRAGMA table_info(piece)")}
        if verdict != "ok" or not set(_COLUMNS.split(", ")) <= known:
            raise sqlite3.DatabaseError(verdict)  # without a code: damaged
    except sqlite3.Error:
        database.close()
        raise
    return database


def _begun(database: sqlite3.Connection, command: str, settings: str, folder: Path) -> bool:
    """Remember that a batch is at work, and return whether the one before did not come to its end."""
    row = database.execute("SELECT command, at_work FROM batch").fetchone()
    if row and row[0] != command:
        raise StopError(f"{folder}: this folder holds the results of `batch {row[0]}`; choose another --out")
    with database:
        database.execute("DELETE FROM batch")
        database.execute("INSERT INTO batch VALUES (?, ?, 1)", (command, settings))
    return bool(row and row[1])
