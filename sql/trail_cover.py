"""What trails cover, in bulk: stretches under lines, hardly ever from the fixes.

A row is cut where its device falls silent, so a row of trusted fixes is one stretch
from its first to its last; only where some are not trusted are its fixes looked at. As
long a gap is taken for a line as when the trails were stored.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import (
    UNTRUSTED,
    US_PER_S,
    Bools,
    Bytes,
    Codes,
    Ints,
    compiled,
)
from geocorr.cover import Cover
from sql import queries
from sql import trail_attributes as attributes
from sql.db import Connection
from sql.trail_copy import HEADER, PATH_HEAD_BYTES, PG_EPOCH_US, VERTEX_BYTES

Q = queries.read("trail_cover")

_HEAD_BYTES = 8
# A row's fixed columns with their lengths, and where each begins.
_FIXED_BYTES, _DEVICE, _FROM, _TO, _SIZE = 38, 6, 14, 26, 34
# Rows are turned into stretches whenever so many bytes have come in.
_PIECE_BYTES = 1 << 24
# So long a time takes in most rows of its days: no index is of use.
_LONG = timedelta(hours=6)
# Where rows are found: of one long time, its days from end to end; of many short ones
# by index, time after time.
_OF_ONE = "trail where t_from >= $1 and t_from < $2"
_OF_MANY = """unnest($1::timestamptz[], $2::timestamptz[]) as asked (from_at, to_at)
cross join lateral (
    select device, t_from, t_to, n_borrowed, n_own, path, attrs
    from trail
    where t_from >= from_at and t_from < to_at
    offset 0
) as found"""
Span = tuple[datetime, datetime]


async def covered(
    conn: Connection, spans: Sequence[Span], ids: Ints, max_gap_s: float
) -> Cover:
    """The stretches under lines of the devices with these numbers, at these times.

    `spans` are half-open and apart; only rows that begin in one are read, so let each
    begin an hour and a gap before, and end a gap after, what it is about. `device` of
    the result is the position in `ids`, -1 there being a device without a trail.
    """
    gap_us = round(max_gap_s * US_PER_S)
    parts: list[Ints] = []
    data = bytearray()
    # The head of a COPY comes first, and is no row.
    skip = 0

    async def keep(piece: bytes) -> None:
        data.extend(piece)
        if len(data) > _PIECE_BYTES:
            turn()

    def turn() -> None:
        nonlocal skip
        found, end = _stretches(np.frombuffer(bytes(data), np.uint8), skip, gap_us)
        parts.append(found)
        del data[:end]
        skip = 0

    for where, times in _asked(spans):
        skip, query = len(HEADER), Q["cover_rows"].format(found=where)
        await conn.copy_from_query(query, *times, output=keep, format="binary")
        turn()
        data.clear()
    return _joined(np.concatenate(parts, axis=1), ids, gap_us)


def _asked(spans: Sequence[Span]) -> Iterator[tuple[str, tuple[object, object]]]:
    """Where rows of these times are found: long ones each alone, the others at once."""
    yield from ((_OF_ONE, span) for span in spans if _is_long(span))
    short = [span for span in spans if not _is_long(span)]
    edges = ([low for low, _ in short], [high for _, high in short])
    yield _OF_MANY, edges


def _is_long(span: Span) -> bool:
    return span[1] - span[0] >= _LONG


def _joined(found: Ints, ids: Ints, gap_us: int) -> Cover:
    """The stretches of these devices, joined where lines lead from one to the next."""
    known, device = _positions(found[0], ids)
    device, begin, end = device[known], found[1, known], found[2, known]
    order = np.lexsort((begin, device))
    device, begin, end = device[order], begin[order], end[order]
    new = np.ones(len(device), np.bool_)
    new[1:] = (np.diff(device) != 0) | (begin[1:] - end[:-1] > gap_us)
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(device))[: len(first)] - 1
    return Cover(device[first], begin[first], end[last])


def _positions(numbers: Ints, ids: Ints) -> tuple[Bools, Codes]:
    """Which rows are of these devices, and for each row of which."""
    if not len(ids):
        return np.zeros(len(numbers), np.bool_), np.zeros(len(numbers), np.int32)
    by_number = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids[by_number], numbers)
    place = by_number[np.minimum(place, len(ids) - 1)]
    return ids[place] == numbers, place.astype(np.int32)


@compiled
def _stretches(data: Bytes, at: int, gap_us: int) -> tuple[Ints, int]:
    """Device, begin, end [3, n] of the stretches of whole rows, and where these end."""
    found, n = np.empty((3, 1024), np.int64), 0
    while at + _FIXED_BYTES <= len(data) and _integer(data, at, 2) == 4:
        size = _integer(data, at + _SIZE, 4)
        row = at + _FIXED_BYTES
        if row + size > len(data):
            break
        device = _integer(data, at + _DEVICE, 4)
        if size:
            times = _trusted_times(data[row : row + size])
        else:
            first = _integer(data, at + _FROM, 8) + PG_EPOCH_US
            times = np.array([first, _integer(data, at + _TO, 8) + PG_EPOCH_US])
        for i in range(len(times)):
            # A row of trusted fixes is one stretch, however long.
            if i > 0 and (size == 0 or times[i] - times[i - 1] <= gap_us):
                found[2, n - 1] = times[i]
                continue
            if n == found.shape[1]:
                found = np.concatenate((found, np.empty_like(found)), axis=1)
            found[0, n], found[1, n], found[2, n] = device, times[i], times[i]
            n += 1
        at = row + size
    return found[:, :n].copy(), at


@compiled
def _trusted_times(row: Bytes) -> Ints:
    """The times of a row's own trusted fixes."""
    borrowed, own = _integer(row, 0, 4), _integer(row, 4, 4)
    first = _HEAD_BYTES + PATH_HEAD_BYTES
    end = first + VERTEX_BYTES * max(borrowed + own, 2)
    vertices = row[first:end].copy().view(np.float64)
    bits = np.empty((attributes.COLUMNS, own), np.uint32)
    attributes.decode(row, end, bits, 0, own)
    times, n = np.empty(own, np.int64), 0
    for i in range(own):
        if bits[attributes.MARKS, i] & UNTRUSTED == 0:
            times[n] = round(vertices[3 * (borrowed + i) + 2] * US_PER_S)
            n += 1
    return times[:n].copy()


@compiled
def _integer(data: Bytes, at: int, width: int) -> int:
    """A big-endian integer of so many bytes; eight may be below zero, fewer are not."""
    value = 0
    for b in range(width):
        value = value << 8 | int(data[at + b])
    return value
