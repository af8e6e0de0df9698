"""Small files with headings (orders, events, nominals, addresses): CSV or Parquet.

One row a line, columns in any order and case. Each file gives a function that makes
one value of one row's cells; faults are written down on the cells.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from geocorr.model import Fault, Outcome
from geocorr.wording import counted
from loaders.headed_cells import Cells
from loaders.report import LoadReport, outcome_of
from loaders.trail_headings import unknown_columns
from loaders.trail_source import TrailFileRefused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a kind of file: those that must be there, and the others."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.needed, *self.optional)


@dataclass(frozen=True, slots=True)
class Table:
    """A file taken apart: cells of each whole row, and rows that are none."""

    rows: tuple[Cells, ...]
    broken: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def parse(
    data: bytes, file: str, columns: Columns, make: Callable[[Cells], T | None]
) -> tuple[LoadReport, tuple[T, ...]]:
    """The values of a file and its report. Pure; never raises on what a file holds.

    A row whose cells have a fault after `make` is refused.
    """
    try:
        table = take_apart(data, columns)
    except TrailFileRefused as refused:
        return failed(file, refused.cause, str(refused)), ()
    return judged(file, table, make)


def judged(
    file: str, table: Table, make: Callable[[Cells], T | None]
) -> tuple[LoadReport, tuple[T, ...]]:
    """The values that `make` gives for the rows without a fault, and the report."""
    made = [(cells, make(cells)) for cells in table.rows]
    good = tuple(v for cells, v in made if v is not None and not cells.faults)
    faults = [fault for cells in table.rows for fault in cells.faults]
    read = len(table.rows) + len(table.broken)
    report = LoadReport(
        file,
        outcome_of(read, len(good)),
        None,
        read,
        len(good),
        read - len(good),
        faults=tuple(sorted((*table.broken, *faults), key=lambda f: f.row or 0)),
        warnings=table.warnings,
    )
    return report, good


def failed(file: str, cause: str, message: str) -> LoadReport:
    """The report of a file that is refused whole."""
    fault = Fault(None, None, None, None, cause, None, message)
    return LoadReport(file, Outcome.FAILED, cause, 0, 0, 0, faults=(fault,))


def take_apart(data: bytes, columns: Columns) -> Table:
    """The rows as text by heading; TrailFileRefused where the file is no table."""
    if data.startswith(b"PAR1"):
        return _parquet(data, columns)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise TrailFileRefused(
            "NOT_UTF8", "The file is not UTF-8: export it again as UTF-8."
        ) from broken
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = [(i, line) for i, line in enumerate(lines, 1) if line.strip(", \t")]
    if not numbered:
        return Table((), (), ())
    heading = _split(numbered[0][1])
    if heading is None:
        raise TrailFileRefused("MALFORMED_CSV", "The heading row has a broken quote.")
    position = locate(heading, columns)
    return _rows(numbered[1:], position, len(heading), unknown(heading, columns))


def locate(heading: Sequence[str], columns: Columns) -> Mapping[str, int]:
    """Where our columns stand; TrailFileRefused for one missing or there twice."""
    plain = [cell.strip().casefold() for cell in heading]
    for name in columns.known:
        if plain.count(name) > 1 or (name in columns.needed and name not in plain):
            lacks = name not in plain
            raise TrailFileRefused(
                "MISSING_COLUMN" if lacks else "DUPLICATE_COLUMN",
                f"The column {name} {'is missing' if lacks else 'stands twice'}: "
                f"the headings are {', '.join(columns.known)}.",
            )
    return {name: plain.index(name) for name in columns.known if name in plain}


def unknown(heading: Sequence[str], columns: Columns) -> tuple[Fault, ...]:
    """A warning for each heading that is not read."""
    return unknown_columns(
        [h for h in heading if h.strip().casefold() not in columns.known]
    )


def _rows(
    numbered: Sequence[tuple[int, str]],
    position: Mapping[str, int],
    width: int,
    warnings: tuple[Fault, ...],
) -> Table:
    rows, broken = [], []
    for row, (line, text) in enumerate(numbered, 1):
        cells = _split(text)
        if cells is None:
            action = "Close the quote on its line, with nothing but a comma behind it."
            broken.append(_broken(row, line, "MALFORMED_CSV", text, action))
        elif len(cells) != width:
            columns = counted(width, "column")
            action = f"The heading has {columns}, this row {len(cells)}: mend it."
            broken.append(_broken(row, line, "INVALID_COLUMN_COUNT", text, action))
        else:
            named = {name: cells[at].strip() for name, at in position.items()}
            rows.append(Cells(row, line, named))
    return Table(tuple(rows), tuple(broken), warnings)


def _split(line: str) -> list[str] | None:
    """The cells of one line; None where its quotes are broken."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def _broken(row: int, line: int, kind: str, text: str, action: str) -> Fault:
    return Fault(row, line, None, None, kind, text[:200], action)


def _parquet(data: bytes, columns: Columns) -> Table:
    try:
        table = pq.read_table(pa.BufferReader(data))
        table.validate(full=True)
        position = locate(table.column_names, columns)
        found = {name: table.column(at).to_pylist() for name, at in position.items()}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as broken:
        raise TrailFileRefused(
            "MALFORMED_FILE", "The file is not a whole Parquet file: send it again."
        ) from broken
    rows = tuple(
        Cells(
            row,
            None,
            {name: as_text(values[row - 1]) for name, values in found.items()},
        )
        for row in range(1, table.num_rows + 1)
    )
    return Table(rows, (), unknown(table.column_names, columns))


def as_text(value: object) -> str:
    """A typed value as a CSV would have it; a midnight without offset is a date."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.removesuffix("T00:00:00") if value.tzinfo is None else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ";".join(as_text(item) for item in value)
    return str(value).strip()
