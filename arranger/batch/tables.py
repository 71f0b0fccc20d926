"""Tables of a batch as Parquet and CSV, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from arranger.batch.outcome import Columns, Figure, Job
from arranger.batch.store import Finished, StopError
from arranger.batch.summary import Row, Summary, result_of
from arranger.formats.cells import safe_cell
from arranger.formats.writing.files import whole

_ROWS = 20_000  # of a group in Parquet
_IN_FRONT = {"source": str, "result": str, "status": str, "reason": str, "input_sha256": str}


def demand_parquet() -> None:
    """Raise StopError if the package for Parquet is missing."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise StopError("a batch needs pyarrow; install it with: pip install 'arranger[batch]'") from None


def write_tables(finished: Iterable[Finished], job: Job, folder: Path) -> Summary:
    """Write the table of inputs (Parquet and CSV) and that of details (Parquet), and return their summary."""
    summary = Summary(job)
    inputs = Columns(job.kind.figures.name, {**_IN_FRONT, **job.kind.figures.types})
    details = Columns(job.kind.details.name, {"source": str, **job.kind.details.types})
    with ExitStack() as files:
        add_input = files.enter_context(_parquet(inputs, folder))
        add_line = files.enter_context(_csv(inputs, folder))
        add_detail = files.enter_context(_parquet(details, folder)) if details.name else None
        for each in finished:
            summary.add(each)
            row = _row(each, job)
            add_input.append(row)
            add_line.append(row)
            if add_detail:
                for detail in each.details:
                    add_detail.append([each.known.source, *detail])
    return summary


def _row(each: Finished, job: Job) -> list[Figure]:
    known = each.known
    front = [known.source, result_of(each, job), known.status, known.reason, known.input_sha256]
    return [*front, *(each.figures.get(name) for name in job.kind.figures.types)]


def write_small(name: str, rows: Sequence[Row], folder: Path) -> None:
    """Write a table of the report as Parquet and CSV; a table without rows is removed."""
    if not rows:
        for ending in (".parquet", ".csv"):
            (folder / f"{name}{ending}").unlink(missing_ok=True)
        return
    columns = Columns(name, {column: _kind([row[column] for row in rows]) for column in rows[0]})
    with _parquet(columns, folder) as table, _csv(columns, folder) as lines:
        for row in rows:
            table.append(list(row.values()))
            lines.append(list(row.values()))


def _kind(values: Sequence[Figure]) -> type:
    return next((type(value) for value in values if value is not None), float)


class _Rows:
    """Rows on their way into a file, written some thousands at a time."""

    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer, self._schema = writer, schema
        self._rows: list[Sequence[Figure]] = []

    def append(self, row: Sequence[Figure]) -> None:
        """Add one row."""
        self._rows.append(row)
        if len(self._rows) == _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait."""
        import pyarrow as pa

        if not self._rows:
            return
        columns = [
            pa.array(column, type=kind)
            for column, kind in zip(zip(*self._rows, strict=True), self._schema.types, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows = []


@contextmanager
def _parquet(columns: Columns, folder: Path) -> Iterator[_Rows]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.types.items()])
    with (
        whole(folder / f"{columns.name}.parquet") as path,
        pq.ParquetWriter(path, schema, compression="zstd") as writer,
    ):
        rows = _Rows(writer, schema)
        yield rows
        rows.flush()


class _Lines:
    """Rows on their way into a CSV file."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def append(self, row: Sequence[Figure]) -> None:
        """Add one row."""
        self._writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in row])


@contextmanager
def _csv(columns: Columns, folder: Path) -> Iterator[_Lines]:
    with whole(folder / f"{columns.name}.csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.types)
        yield _Lines(writer)


def small_tables(summary: Summary) -> Mapping[str, Sequence[Row]]:
    """Return the tables of the report by their names; those that another kind of batch has are empty."""
    is_of_rules = "code" in summary.job.kind.counted
    return {
        "rules": summary.frequencies() if is_of_rules else (),
        "numerals": () if is_of_rules else summary.frequencies(),
        "distributions": summary.distributions(),
        "worst": summary.worst(),
        "failures": summary.failures(),
    }
