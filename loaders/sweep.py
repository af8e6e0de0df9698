"""Lines of a CSV file told by counting, and many of them read at once.

A line is regular if it is one record beyond doubt: it has the right number of commas
outside quotes, and each quote stands where a quote may open or close a cell.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LF, _CR, _QUOTE, _COMMA, _MARK = 10, 13, 34, 44, 0xEF
# Longer lines are read one by one: a sweep needs its lines to fit into a block.
_LONGEST = 1 << 16
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each line begins and ends; `stop` is before its ending, `after` behind."""

    octets: npt.NDArray[np.uint8]
    start: Ints
    stop: Ints
    after: Ints

    def __len__(self) -> int:
        return len(self.start)

    def line(self, text: bytes, at: int) -> str:
        """The text of one line, without its ending."""
        return text[self.start[at] : self.stop[at]].decode()

    def ending(self, text: bytes, at: int) -> str:
        """What ends one line: LF, CRLF, CR, or nothing at the end of the file."""
        return text[self.stop[at] : self.after[at]].decode()

    def regular(self, width: int) -> Bools:
        """Which lines are a record of `width` cells beyond doubt; shape [lines]."""
        if not len(self):
            return np.zeros(0, np.bool_)
        commas = np.flatnonzero(self.octets == _COMMA)
        quotes = np.flatnonzero(self.octets == _QUOTE)
        length = self.stop - self.start
        right = (length >= width) & (length <= _LONGEST)
        # The sweep would take a byte order mark at its very start for its own.
        right &= self.octets[np.minimum(self.start, len(self.octets) - 1)] != _MARK
        count = self._count(commas)
        if len(quotes):
            line = np.searchsorted(self.start, quotes, side="right") - 1
            opens = self._opens(quotes, line)
            right &= self._quotes_fit(quotes, line, opens)
            count -= self._quoted(commas, quotes, line, opens)
        right &= (count == width - 1) & (width > 1)
        return np.asarray(right, np.bool_)

    def _count(self, marks: Ints) -> Ints:
        """How many of these places each line holds; none of them ends a line."""
        before = np.searchsorted(marks, self.start)
        return np.diff(before, append=len(marks)).astype(np.int64, copy=False)

    def _opens(self, quotes: Ints, line: Ints) -> Bools:
        """Which quotes open a cell, if every other one closes."""
        number = np.arange(len(quotes)) - np.searchsorted(quotes, self.start)[line]
        return np.asarray(number % 2 == 0, np.bool_)

    def _quoted(self, commas: Ints, quotes: Ints, line: Ints, opens: Bools) -> Ints:
        """How many commas of each line stand inside quotes, where quotes fit."""
        before = np.searchsorted(commas, quotes)
        signed = np.where(opens, -before, before)
        inside = np.zeros(len(self), np.int64)
        np.add.at(inside, line, signed)
        return inside

    def _quotes_fit(self, quotes: Ints, line: Ints, opens: Bools) -> Bools:
        """Which lines have all quotes where they open, close or double."""
        octets = self.octets
        before = octets[np.maximum(quotes - 1, 0)]
        follows = octets[np.minimum(quotes + 1, len(octets) - 1)]
        at_start, at_end = quotes == self.start[line], quotes + 1 == self.stop[line]
        doubled = (before == _QUOTE) & ~at_start
        may_open = at_start | (before == _COMMA) | doubled
        may_close = at_end | (follows == _COMMA) | (follows == _QUOTE)
        good = self._count(quotes) % 2 == 0
        good[line[~np.where(opens, may_open, may_close)]] = False
        return np.asarray(good, np.bool_)


def lines_of(text: bytes) -> Lines:
    """The lines of a text, ended by LF, CRLF or CR."""
    octets = np.frombuffer(text, np.uint8)
    if b"\r" not in text:
        stop = np.flatnonzero(octets == _LF)
        return _lines(octets, stop, stop + 1)
    ends = np.flatnonzero((octets == _LF) | (octets == _CR))
    if len(ends):
        # The LF of a CRLF ends nothing of its own.
        second = np.zeros(len(ends), np.bool_)
        second[1:] = (
            (np.diff(ends) == 1)
            & (octets[ends[1:]] == _LF)
            & (octets[ends[:-1]] == _CR)
        )
        stop = ends[~second]
        after = stop + 1
        follows = octets[np.minimum(after, len(octets) - 1)]
        after = after + (
            (octets[stop] == _CR) & (after < len(octets)) & (follows == _LF)
        )
    else:
        stop = after = np.zeros(0, np.int64)
    return _lines(octets, stop, after)


def _lines(octets: npt.NDArray[np.uint8], stop: Ints, after: Ints) -> Lines:
    """With the last line, which nothing may end."""
    if len(octets) and (not len(after) or after[-1] < len(octets)):
        stop, after = np.append(stop, len(octets)), np.append(after, len(octets))
    start = np.concatenate([np.zeros(min(1, len(after)), np.int64), after[:-1]])
    return Lines(octets, start, stop, after)


def columns_of(
    text: bytes, lines: Lines, regular: Bools, width: int
) -> tuple[pa.StringArray, ...]:
    """The cells of the regular lines as `width` text columns."""
    if not regular.any():
        return tuple(pa.array([], pa.string()) for _ in range(width))
    names = [str(i) for i in range(width)]
    table = csv.read_csv(
        pa.BufferReader(_kept(text, lines, regular)),
        csv.ReadOptions(column_names=names, block_size=_BLOCK),
        csv.ParseOptions(newlines_in_values=False),
        csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
        ),
    )
    return tuple(table.column(i).combine_chunks() for i in range(width))


def _kept(text: bytes, lines: Lines, regular: Bools) -> pa.Buffer:
    """The bytes of the regular lines only; not copied where but a heading goes."""
    whole, first = pa.py_buffer(text), int(np.argmax(regular))
    if regular[first:].all():
        return whole.slice(int(lines.start[first]))
    keep = np.repeat(regular, lines.after - lines.start)
    return pa.py_buffer(lines.octets[keep])
