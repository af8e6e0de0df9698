"""What trails cover, in bulk: stretches under lines, hardly ever from the fixes.

A row is cut where its device falls silent, so a row of trusted fixes is one stretch
from its first to its last; only where some are not trusted are its fixes looked at. As
long a gap is taken for a line as when the trails were stored.
"""

from collections.abc import Sequence
from datetime import datetime

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

# Of each row: device, first and last time, where its bytes begin, how many they are.
_DEVICE, _FROM, _TO, _AT, _SIZE = range(5)
_HEAD_BYTES = 8
Span = tuple[datetime, datetime]


async def covered(
    conn: Connection, spans: Sequence[Span], ids: Ints, max_gap_s: float
) -> Cover:
    """The stretches under lines of the devices with these numbers, at these times.

    `spans` are half-open and apart; only rows that begin in one are read, so let each
    begin an hour and a gap before, and end a gap after, what it is about. `device` of
    the result is the position in `ids`, -1 there being a device without a trail.
    """
    data = bytearray()

    async def keep(piece: bytes) -> None:
        data.extend(piece)

    edges = ([low for low, _ in spans], [high for _, high in spans])
    await conn.copy_from_query(Q["cover_rows"], *edges, output=keep, format="binary")
    packed = np.frombuffer(data, np.uint8)
    found = _scan(packed, len(HEADER))
    known, device = _positions(found[_DEVICE], ids)
    found, device = found[:, known], device[known]
    order = np.lexsort((found[_FROM], device))
    gap_us = round(max_gap_s * US_PER_S)
    return Cover(*_stretches(packed, found[:, order], device[order], gap_us))


def _positions(numbers: Ints, ids: Ints) -> tuple[Bools, Codes]:
    """Which rows are of these devices, and for each row of which."""
    by_number = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids[by_number], numbers)
    place = by_number[np.minimum(place, max(len(ids) - 1, 0))]
    return ids[place] == numbers, place.astype(np.int32)


@compiled
def _scan(data: Bytes, at: int) -> Ints:
    """The rows of a binary COPY: three columns of fixed width, then bytes."""
    found, n = np.empty((5, 1024), np.int64), 0
    while _integer(data, at, 2) == 4:
        if n == found.shape[1]:
            found = np.concatenate((found, np.empty_like(found)), axis=1)
        found[_DEVICE, n] = _integer(data, at + 6, 4)
        found[_FROM, n] = _integer(data, at + 14, 8) + PG_EPOCH_US
        found[_TO, n] = _integer(data, at + 26, 8) + PG_EPOCH_US
        found[_AT, n] = at + 38
        found[_SIZE, n] = _integer(data, at + 34, 4)
        at += 38 + found[_SIZE, n]
        n += 1
    return found[:, :n].copy()


@compiled
def _stretches(
    data: Bytes, found: Ints, device: Codes, gap_us: int
) -> tuple[Codes, Ints, Ints]:
    """Rows, sorted by device and time, joined where lines lead from one to the next."""
    of = np.empty(64, np.int32)
    begin, end = np.empty(64, np.int64), np.empty(64, np.int64)
    n = 0
    for r in range(found.shape[1]):
        if found[_SIZE, r]:
            at = found[_AT, r]
            times = _trusted_times(data[at : at + found[_SIZE, r]])
        else:
            times = found[_FROM : _TO + 1, r].copy()
        for i in range(len(times)):
            # A row of trusted fixes is one stretch, however long.
            whole = i > 0 and found[_SIZE, r] == 0
            near = n > 0 and of[n - 1] == device[r] and times[i] - end[n - 1] <= gap_us
            if whole or near:
                end[n - 1] = times[i]
                continue
            if n == len(of):
                of = np.concatenate((of, np.empty_like(of)))
                begin = np.concatenate((begin, np.empty_like(begin)))
                end = np.concatenate((end, np.empty_like(end)))
            of[n], begin[n], end[n] = device[r], times[i], times[i]
            n += 1
    return of[:n].copy(), begin[:n].copy(), end[:n].copy()


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
