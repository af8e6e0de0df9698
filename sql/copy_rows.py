"""Columns of Python values as rows of PostgreSQL's binary COPY, packed as arrays.

One sweep a column and one over the rows: to encode value after value, as the driver
does, takes longer than to find what they say, and it cannot leave its thread.
"""

import itertools
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from geocorr.arrays import Bytes, Codes, Ints, compiled
from sql.trail_copy import HEADER, TRAILER

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_NULL = -1
_TEXT_OID = 25

# What makes up the values of a column, and how long each value is (-1 = null).
_Encoded = tuple[Sequence[bytes], Sequence[int]]
Encoder = Callable[[Sequence[object]], _Encoded]
# How its values are sent, and the values.
Column = tuple[Encoder, Sequence[object]]


def rows(columns: Mapping[str, Column]) -> Bytes:
    """A whole binary COPY of columns, None = null.

    ValueError where the columns differ in length.
    """
    encoded = [encode(values) for encode, values in columns.values()]
    lengths = np.array([sizes for _, sizes in encoded], np.int32)
    lengths = lengths.reshape(len(encoded), -1)
    data = b"".join(itertools.chain.from_iterable(parts for parts, _ in encoded))
    sizes = np.maximum(lengths, 0).sum(axis=1, dtype=np.int64)
    return _assembled(
        np.frombuffer(data, np.uint8),
        np.cumsum(sizes) - sizes,
        lengths,
        (np.frombuffer(HEADER, np.uint8), np.frombuffer(TRAILER, np.uint8)),
    )


def int4(values: Sequence[object]) -> _Encoded:
    """An integer column."""
    return _numbers(values, ">i4")


def int8(values: Sequence[object]) -> _Encoded:
    """A bigint column."""
    return _numbers(values, ">i8")


def float8(values: Sequence[object]) -> _Encoded:
    """A double precision column."""
    return _numbers(values, ">f8")


def timestamps(values: Sequence[object]) -> _Encoded:
    """A timestamptz column of aware datetimes."""
    return int8([_since_2000_us(value) for value in values])


def texts(values: Sequence[object]) -> _Encoded:
    """A text column."""
    return octets([None if value is None else str(value).encode() for value in values])


def octets(values: Sequence[object]) -> _Encoded:
    """A bytea column of anything that holds bytes."""
    held = [value for value in values if value is not None]
    lengths = [_NULL if value is None else len(value) for value in values]  # type: ignore[arg-type]
    return held, lengths  # type: ignore[return-value]


def lists(values: Sequence[object]) -> _Encoded:
    """A text[] column of texts that are joined by `;`; few differ, as a rule."""
    known = {value: _array(str(value).split(";")) for value in set(values)}
    return octets([known[value] for value in values])


def _array(values: Sequence[str]) -> bytes:
    """One dimension, no nulls, counted from 1."""
    head = struct.pack(">iiIii", 1, 0, _TEXT_OID, len(values), 1)
    encoded = (value.encode() for value in values)
    items = ((struct.pack(">i", len(value)), value) for value in encoded)
    return head + b"".join(itertools.chain.from_iterable(items))


def _numbers(values: Sequence[object], kind: str) -> _Encoded:
    held = [value for value in values if value is not None]
    width = np.dtype(kind).itemsize
    lengths = [_NULL if value is None else width for value in values]
    return [np.array(held, kind).tobytes()], lengths


def _since_2000_us(value: object) -> int | None:
    return (value - _EPOCH) // _US if isinstance(value, datetime) else None


@compiled
def _assembled(
    data: Bytes, starts: Ints, lengths: Codes, ends: tuple[Bytes, Bytes]
) -> Bytes:
    """The values of each row one after the other, each behind its length."""
    columns, n = lengths.shape
    total = len(data) + n * (2 + 4 * columns) + len(ends[0]) + len(ends[1])
    out, at, next_ = np.empty(total, np.uint8), len(ends[0]), starts.copy()
    out[:at] = ends[0]
    for row in range(n):
        out[at], out[at + 1] = columns >> 8, columns & 255
        at += 2
        for c in range(columns):
            for b in range(4):
                out[at + b] = (lengths[c, row] >> (24 - 8 * b)) & 255
            at, length = at + 4, max(lengths[c, row], 0)
            out[at : at + length] = data[next_[c] : next_[c] + length]
            at, next_[c] = at + length, next_[c] + length
    out[at : at + len(ends[1])] = ends[1]
    return out
