"""Bytes to records: the CSV dialect of the crime file, exactly.

Comma, double quotes, quotes doubled inside quotes, line breaks inside quotes; LF,
CRLF or CR. Lines whose cells can be told by counting are read in one sweep by
pyarrow; every other line goes through `_Reader`, which alone decides what malformed
means. Either way the records come out in the order of the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders import sweep

BOM = "\ufeff"
GOOD, MALFORMED, WRONG_COUNT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Records:
    """Records of a file, blank ones left out, as text columns of equal length.

    `heading` is None where there is none. `line` [n] is the first line of each
    record, `state` [n] is GOOD, MALFORMED or WRONG_COUNT; `odd` holds the cells of
    the records that are not GOOD, whose columns are blank.
    """

    heading: tuple[str, ...] | None
    columns: tuple[pa.StringArray, ...]
    line: npt.NDArray[np.int64]
    state: npt.NDArray[np.uint8]
    odd: dict[int, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.line)

    def cells(self, row: int) -> tuple[str, ...]:
        """The cells of one record as they came."""
        if row in self.odd:
            return self.odd[row]
        return tuple(column[row].as_py() for column in self.columns)


@dataclass(frozen=True, slots=True)
class _Record:
    cells: tuple[str, ...]
    line: int
    state: int


def records(
    text: bytes, is_heading: Callable[[Sequence[str]], bool], width: int
) -> Records:
    """All records of UTF-8 text; `width` cells each, or as many as the heading has."""
    while text.startswith(BOM.encode()):
        text = text[3:]
    lines = sweep.lines_of(text)
    reader = _Reader(text, lines)
    first = reader.next_record(0, None)
    if first is not None and is_heading(_unmarked(first[0].cells)):
        heading = tuple(_unmarked(first[0].cells))
        return _read(reader, first[1], heading, len(heading))
    return _read(reader, 0, None, width)


def _unmarked(cells: Sequence[str]) -> list[str]:
    """Cells without a byte order mark that stood inside the first one's quotes."""
    return [cell.removeprefix(BOM) for cell in cells]


def _read(
    reader: "_Reader", start: int, heading: tuple[str, ...] | None, width: int
) -> Records:
    lines = reader.lines
    regular = lines.regular(width)
    regular[:start] = False
    odd = _odd_records(reader, start, regular, width)
    columns = sweep.columns_of(reader.text, lines, regular, width)
    line = np.flatnonzero(regular) + 1
    found = Records(heading, columns, line, np.zeros(len(line), np.uint8), {})
    return _without_blanks(_merged(found, odd) if odd else found)


def _odd_records(
    reader: "_Reader", start: int, regular: npt.NDArray[np.bool_], width: int
) -> list[_Record]:
    """The records that begin on irregular lines; lines they swallow are unmarked."""
    found: list[_Record] = []
    done = start
    for at in np.flatnonzero(~regular[start:]) + start:
        if at < done:
            continue
        read = reader.next_record(int(at), width, one=True)
        if read is None:
            continue
        record, done = read
        regular[at:done] = False
        found.append(record)
    return found


def _merged(swept: Records, odd: list[_Record]) -> Records:
    """Swept and odd records together, in the order of their lines."""
    width = len(swept.columns)
    line = np.concatenate([swept.line, np.array([r.line for r in odd], np.int64)])
    order = np.argsort(line, kind="stable")
    state = np.zeros(len(line), np.uint8)
    state[len(swept.line) :] = [r.state for r in odd]
    blank = ("",) * width
    cells = [r.cells if r.state == GOOD else blank for r in odd]
    columns = tuple(
        pa.concat_arrays([column, pa.array([c[i] for c in cells], pa.string())]).take(
            pa.array(order)
        )
        for i, column in enumerate(swept.columns)
    )
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    kept = {
        int(place[len(swept.line) + i]): r.cells
        for i, r in enumerate(odd)
        if r.state != GOOD
    }
    return Records(swept.heading, columns, line[order], state[order], kept)


def _without_blanks(found: Records) -> Records:
    """The records less those whose every cell is blank."""
    if not len(found) or not found.columns:
        return found
    maybe = np.asarray(
        pc.equal(pc.utf8_trim_whitespace(found.columns[0]), "").to_numpy(False)
    )
    blank = [
        row
        for row in np.flatnonzero(maybe)
        if not any(cell.strip() for cell in found.cells(int(row)))
    ]
    if not blank:
        return found
    keep = np.ones(len(found), np.bool_)
    keep[blank] = False
    number = np.cumsum(keep) - 1
    return Records(
        found.heading,
        tuple(column.filter(pa.array(keep)) for column in found.columns),
        found.line[keep],
        found.state[keep],
        {int(number[row]): cells for row, cells in found.odd.items() if keep[row]},
    )


class _Reader:
    """Reads one record at a time, from any line on."""

    def __init__(self, text: bytes, lines: "sweep.Lines") -> None:
        self.text = text
        self.lines = lines

    def next_record(
        self, at: int, width: int | None, one: bool = False
    ) -> tuple[_Record, int] | None:
        """The first record that is not blank from line `at` on, and the line after.

        With `one`, None where the record at `at` itself is blank. A record of
        several lines must be whole and have `width` cells, else its first line is
        judged alone, so that a stray quote swallows nothing.
        """
        while at < len(self.lines):
            cells, end = self._joined(at, width)
            if cells is None:
                line = self.lines.line(self.text, at)
                return _Record(tuple(line.split(",")), at + 1, MALFORMED), at + 1
            if any(cell.strip() for cell in cells):
                right = width is None or len(cells) == width
                state = GOOD if right else WRONG_COUNT
                return _Record(tuple(cells), at + 1, state), end
            if one:
                return None
            at = end
        return None

    def _joined(self, at: int, width: int | None) -> tuple[list[str] | None, int]:
        """The cells that begin on line `at` and the line after; None if malformed."""
        cells: list[str] = []
        open_cell: list[str] | None = None
        end = at
        while end < len(self.lines):
            line = self.lines.line(self.text, end)
            open_cell = _split(line, cells, open_cell)
            if open_cell is _BROKEN:
                return None, at + 1
            end += 1
            if open_cell is None:
                several = end > at + 1
                wrong = several and width is not None and len(cells) != width
                return (None if wrong else cells), end
            # However the quote ends, a record that is too wide is judged by lines.
            if width is not None and len(cells) >= width:
                return None, at + 1
            open_cell.append(self.lines.ending(self.text, end - 1))
        return None, at + 1


_BROKEN: list[str] = []


def _split(
    line: str, cells: list[str], open_cell: list[str] | None
) -> list[str] | None:
    """Append the cells of one line; the parts of a cell left open, None if none is.

    `_BROKEN` where letters follow a closing quote.
    """
    at = 0
    while True:
        if open_cell is None and line[at : at + 1] != '"':
            stop = line.find(",", at)
            cells.append(line[at:] if stop < 0 else line[at:stop])
        else:
            if open_cell is None:
                at, open_cell = at + 1, []
            stop = _closing(line, at, open_cell)
            if stop < 0:
                return open_cell
            cells.append("".join(open_cell))
            open_cell = None
            if stop == len(line):
                return None
            if line[stop] != ",":
                return _BROKEN
        if stop < 0:
            return None
        at = stop + 1


def _closing(line: str, at: int, parts: list[str]) -> int:
    """Append a quoted cell's text; where its closing quote ends, -1 if not here."""
    while True:
        quote = line.find('"', at)
        if quote < 0:
            parts.append(line[at:])
            return -1
        parts.append(line[at:quote])
        if line[quote + 1 : quote + 2] != '"':
            return quote + 1
        parts.append('"')
        at = quote + 2
