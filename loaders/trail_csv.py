"""CSV trails: heading first, a fix a line, read in blocks by Arrow.

Arrow is quick but silent about broken quotes, so lines with quotes are judged here
first: letters after a closing quote, or a quote that its line does not close, make
that line `MALFORMED_CSV` and never touch the lines below it.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from geocorr.arrays import Ints
from geocorr.wording import counted
from loaders.trail_headings import Headings, resolve
from loaders.trail_raw import RawRows, Tally, malformed_row
from loaders.trail_source import TrailFileRefused

_DELIMITERS = (",", ";", "\t")
_SKIPPED, _ROW, _MALFORMED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the heading row settles for all rows."""

    delimiter: str
    width: int
    headings: Headings
    well_formed: re.Pattern[bytes]


def batches(blocks: Iterator[bytes], wanted: Mapping[str, str]) -> Iterator[RawRows]:
    """The rows below the heading, a block at a time.

    TrailFileRefused where the heading lacks a column that must be there.
    """
    layout: _Layout | None = None
    row = line = 1
    for block in blocks:
        lines = block.count(b"\n")
        if layout is None:
            block, layout = _take_heading(block, wanted)
        if layout is not None:
            first = line + lines - block.count(b"\n")
            raw = _rows(block, layout, row, first)
            row += raw.read
            yield raw
        line += lines


def _take_heading(
    block: bytes, wanted: Mapping[str, str]
) -> tuple[bytes, _Layout | None]:
    """The block below its first line that is not blank, and what that line says."""
    below = block.lstrip(b"\n \t")
    if not below:
        return b"", None
    head, _, rest = below.partition(b"\n")
    return rest, _layout(head.decode("utf-8"), wanted)


def _layout(head: str, wanted: Mapping[str, str]) -> _Layout:
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        cells = next(csv.reader([head], delimiter=delimiter, strict=True), [])
    except csv.Error as broken:
        raise TrailFileRefused(
            "MALFORMED_CSV", "The heading row has a broken quote: mend it."
        ) from broken
    headings = resolve(cells, wanted)
    return _Layout(delimiter, len(cells), headings, _pattern(delimiter))


def _pattern(delimiter: str) -> re.Pattern[bytes]:
    """One well-formed line: each cell whole in quotes, or without one at its head.

    Each byte fits one way only, so that nothing is tried twice; possessive quantifiers
    would say so, but are wrong in Python before 3.11.5 (Debian 12 has 3.11.2).
    """
    d = re.escape(delimiter)
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|(?!")[^{d}]*)'
    return re.compile(rf"{cell}(?:{d}{cell})*".encode())


def _rows(block: bytes, layout: _Layout, row: int, line: int) -> RawRows:
    block, broken = _without_broken_quotes(block, layout)
    columns, invalid = _parse(block, layout)
    state = np.full(block.count(b"\n"), _ROW, dtype=np.int8)
    for number, (_, text) in invalid.items():
        blank = _is_blank(text, layout)
        state[number] = _SKIPPED if blank else _MALFORMED
    kept = np.delete(np.arange(len(state)), list(invalid))
    _judge_blank(block, columns, kept, state, layout)
    state[list(broken)] = _MALFORMED
    rows = row - 1 + np.cumsum(state != _SKIPPED)
    lines = line + np.arange(len(state))
    good = state[kept] == _ROW
    if not good.all():
        columns = {name: c.filter(pa.array(good)) for name, c in columns.items()}
    at = kept[good]
    bad = np.flatnonzero(state == _MALFORMED)
    tally = _tally(bad, rows, lines, (broken, invalid, layout.width))
    return RawRows(columns, rows[at], lines[at], layout.headings, tally)


def _without_broken_quotes(
    block: bytes, layout: _Layout
) -> tuple[bytes, dict[int, str]]:
    """The block with lines of broken quotes emptied, and those lines by position."""
    if b'"' not in block or _plainly_quoted(block, layout.delimiter):
        return block, {}
    lines = block.split(b"\n")
    whole = layout.well_formed.fullmatch
    broken = {
        i: line.decode("utf-8")
        for i, line in enumerate(lines)
        if b'"' in line and not whole(line)
    }
    for i in broken:
        lines[i] = b""
    return b"\n".join(lines), broken


def _plainly_quoted(block: bytes, delimiter: str) -> bool:
    """Whether every quote opens or closes a whole cell on one line: no line is odd."""
    data = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(data == ord('"'))
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        return False
    edges = np.array([ord(delimiter), ord("\n")], dtype=np.uint8)
    before = data[opening - 1]  # of a first cell: the block's last byte, a line's end
    if not (np.isin(before, edges).all() and np.isin(data[closing + 1], edges).all()):
        return False
    ends = np.flatnonzero(data == ord("\n"))
    lines = np.searchsorted(ends, quotes)
    return bool((lines[::2] == lines[1::2]).all())


def _parse(
    block: bytes, layout: _Layout
) -> tuple[dict[str, pa.Array], dict[int, tuple[int, str]]]:
    """Our columns as text, and lines with another number of cells by position."""
    invalid: dict[int, tuple[int, str]] = {}

    def note(found: pcsv.InvalidRow) -> str:
        invalid[found.number - 1] = (found.actual_columns, found.text)
        return "skip"

    position = layout.headings.position
    names = {name: str(i) for name, i in position.items()}
    if not block:
        return {name: pa.array([], pa.string()) for name in names}, {}
    table = pcsv.read_csv(
        pa.BufferReader(block),
        read_options=pcsv.ReadOptions(
            use_threads=False,
            block_size=len(block) + 1,
            column_names=[str(i) for i in range(layout.width)],
        ),
        parse_options=pcsv.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if b'"' in block else False,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        convert_options=pcsv.ConvertOptions(
            include_columns=list(names.values()),
            column_types=dict.fromkeys(names.values(), pa.string()),
        ),
    )
    columns = {n: table.column(i).combine_chunks() for n, i in names.items()}
    return columns, invalid


def _judge_blank(
    block: bytes,
    columns: dict[str, pa.Array],
    kept: Ints,
    state: np.ndarray[tuple[int], np.dtype[np.int8]],
    layout: _Layout,
) -> None:
    """Mark as skipped the kept lines that hold nothing but delimiters."""
    empty = np.ones(len(kept), dtype=np.bool_)
    for column in columns.values():
        empty &= pc.equal(column, "").to_numpy(zero_copy_only=False)
    if not empty.any():
        return
    lines = block.split(b"\n")
    for i in kept[empty]:
        if _is_blank(lines[i].decode("utf-8"), layout):
            state[i] = _SKIPPED


def _is_blank(text: str, layout: _Layout) -> bool:
    return not text.replace(layout.delimiter, "").strip()


def _tally(
    bad: Ints,
    rows: Ints,
    lines: Ints,
    why: tuple[dict[int, str], dict[int, tuple[int, str]], int],
) -> Tally:
    broken, invalid, width = why
    tally = Tally()
    for i in bad.tolist():
        row, line = int(rows[i]), int(lines[i])
        if i in broken:
            kind, text = "MALFORMED_CSV", broken[i]
            action = "Close the quote on its line, with nothing but a comma behind it."
        else:
            (cells, text), kind = invalid[i], "INVALID_COLUMN_COUNT"
            columns = counted(width, "column")
            action = f"The heading has {columns}, this row {cells}: mend it."
        tally.row(malformed_row(row, line, kind, text, action))
    return tally
