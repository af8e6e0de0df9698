"""Trails round a window, out to the fixes that enclose it, however far off these are.

`near` reads the same hours of all devices and is enough for most. `enclosing` reads on,
a few rows more each time, until two anchors stand on either side or the order ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    HOUR_US,
    UNTRUSTED,
    Bools,
    Bytes,
    Codes,
    Ints,
    Trails,
    Wearers,
    compiled,
)
from geocorr.model import from_us, to_us
from sql import queries, trail_copy, trail_rows
from sql.db import Connection, Record
from sql.trail_parse import Asked, parse

Q = queries.read("trail_reach")

# Rows asked for in each turn: the first whatever they hold, the later for anchors.
_TURNS = (2, 8, 64, 512)
_ENOUGH = 2
_TRAILER_BYTES = 2
# What PostgreSQL and Python both call a date.
_FIRST_US = to_us(datetime(1970, 1, 1, tzinfo=UTC))
_LAST_US = to_us(datetime(2200, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Window:
    """A window and how far round it is read at least, in microseconds."""

    from_us: int
    to_us: int
    around_us: int


@dataclass(frozen=True, slots=True)
class _Whose:
    """The devices that are read, the database's numbers of them, and who wore them."""

    devices: tuple[str, ...]
    ids: Ints
    worn: Wearers
    window: Window


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of trails as they came, of the (sorted) devices; `trails` reads them."""

    data: Bytes
    devices: tuple[str, ...]
    ids: Ints

    def trails(self) -> Trails:
        """Sorted columns. It takes a while: a thread may do it."""
        return parse(self.data, Asked(self.devices, self.ids)).trails


async def near(
    conn: Connection, devices: tuple[str, ...], ids: Ints, window: Window
) -> Rows:
    """These devices' rows in the hours round the window; `ids` as the database has
    them."""
    return Rows(await trail_rows.hours(conn, ids, *hours(window)), devices, ids)


async def fast(
    conn: Connection, window: Window, read_us: int, most: tuple[float, float]
) -> Ints:
    """Which devices, by number, may have been fast about the window, outside what is
    read.

    `read_us` = so far round the window all is read; only rows beyond are asked, and the
    first of what is read, into which a line may lead. `most` = how fast in m/s is fast,
    and the longest line in seconds.
    """
    low, high = hours(window)
    first, last = _whole_hours(window, read_us)
    times = [from_us(t) for t in (low, first + HOUR_US, last, high)]
    found = await conn.fetchval(Q["fast_devices"], *times, *most)
    return np.array(found or [], np.int64)


def hours(window: Window) -> tuple[int, int]:
    """The UTC hours that are read round a window, half-open, in microseconds."""
    return _whole_hours(window, window.around_us)


def _whole_hours(window: Window, around_us: int) -> tuple[int, int]:
    low, high = window.from_us - around_us, window.to_us + around_us + 1
    return low // HOUR_US * HOUR_US, -(-high // HOUR_US) * HOUR_US


async def enclosing(
    conn: Connection, devices: tuple[str, ...], worn: Wearers, window: Window
) -> Trails:
    """The same, and on to two anchors on either side of the window in each order.

    `worn` indexes `devices`. Of several orders of one device each has its own.
    """
    whose = _Whose(devices, await trail_rows.numbers(conn, devices), worn, window)
    base = (await near(conn, devices, whose.ids, window)).data
    known = base[len(trail_copy.HEADER) : len(base) - _TRAILER_BYTES].tobytes()
    trails = _parsed(whose, [known])
    before = await _outwards(conn, whose, trails, before=True)
    after = await _outwards(conn, whose, trails, before=False)
    farther = [*before, *after]
    return _parsed(whose, [known, *farther]) if farther else trails


async def last_fix(conn: Connection) -> datetime | None:
    """The time of the last fix of all; None where there is none."""
    at: datetime | None = await conn.fetchval(Q["last_fix"])
    return at


def _parsed(whose: _Whose, rows: Sequence[bytes]) -> Trails:
    data = b"".join((trail_copy.HEADER, *rows, trail_copy.TRAILER))
    asked = Asked(whose.devices, whose.ids)
    return parse(np.frombuffer(data, np.uint8), asked).trails


async def _outwards(
    conn: Connection, whose: _Whose, trails: Trails, *, before: bool
) -> list[bytes]:
    """Further rows on one side, until every order has its anchors or no more rows."""
    counts = _anchors(whose, trails, before)
    edges, limits = _edges_us(whose, before), _limits_us(whose, before)
    left = whose.ids >= 0
    parts: list[bytes] = []
    turn = 0
    while (open_ := np.flatnonzero(left & _wanting(whose, counts))).size:
        n_rows = _TURNS[min(turn, len(_TURNS) - 1)]
        rows = _rows_before if before else _rows_after
        columns = whose.ids[open_], edges[open_], limits[open_]
        got = await rows(conn, columns, turn == 0, n_rows)
        parts += [row["rows"] for row in got]
        counts += _anchors(
            whose, _parsed(whose, parts[len(parts) - len(got) :]), before
        )
        left[open_] = False
        place = dict(zip(whose.ids[open_].tolist(), open_.tolist(), strict=True))
        for row in got:
            at = place[row["number"]]
            left[at], edges[at] = row["n"] == n_rows, to_us(row["edge"])
        turn += 1
    return parts


def _wanting(whose: _Whose, counts: Ints) -> Bools:
    """Which devices lack an anchor of one of their orders."""
    wanting = np.zeros(len(whose.devices), np.bool_)
    wanting[whose.worn.device[counts < _ENOUGH]] = True
    return wanting


def _edges_us(whose: _Whose, before: bool) -> Ints:
    """Where what is read already ends, each device at a whole hour."""
    w = whose.window
    low = (w.from_us - w.around_us) // HOUR_US * HOUR_US
    high = -(-(w.to_us + w.around_us + 1) // HOUR_US) * HOUR_US - 1
    return np.full(len(whose.devices), low if before else high)


def _limits_us(whose: _Whose, before: bool) -> Ints:
    """How far out the orders of each device reach: no farther is read."""
    worn, n = whose.worn, len(whose.devices)
    if before:
        limits = np.full(n, _LAST_US)
        np.minimum.at(limits, worn.device, np.maximum(worn.from_us, _FIRST_US))
        return limits // HOUR_US * HOUR_US
    limits = np.full(n, _FIRST_US)
    np.maximum.at(limits, worn.device, np.minimum(worn.to_us, _LAST_US))
    return limits


def _anchors(whose: _Whose, trails: Trails, before: bool) -> Ints:
    """How many anchors each order has on this side of the window."""
    fixes, w, worn = trails.fixes, whose.window, whose.worn
    outside = fixes.t_us < w.from_us if before else fixes.t_us > w.to_us
    sure = (trails.marks & np.uint8(UNTRUSTED | ASSUMED)) == 0
    orders = (worn.device, worn.from_us, worn.to_us)
    return _count(fixes.device_starts(), fixes.t_us, outside & sure, orders)


@compiled
def _count(
    starts: Ints, t_us: Ints, which: Bools, orders: tuple[Codes, Ints, Ints]
) -> Ints:
    counts = np.zeros(len(orders[0]), np.int64)
    for w in range(len(counts)):
        for i in range(starts[orders[0][w]], starts[orders[0][w] + 1]):
            if which[i] and orders[1][w] <= t_us[i] < orders[2][w]:
                counts[w] += 1
    return counts


async def _rows_before(
    conn: Connection, of: tuple[Ints, Ints, Ints], whatever: bool, n_rows: int
) -> list[Record]:
    found: list[Record]
    found = await conn.fetch(Q["rows_before"], *_columns(of), whatever, n_rows)
    return found


async def _rows_after(
    conn: Connection, of: tuple[Ints, Ints, Ints], whatever: bool, n_rows: int
) -> list[Record]:
    found: list[Record]
    found = await conn.fetch(Q["rows_after"], *_columns(of), whatever, n_rows)
    return found


def _columns(of: tuple[Ints, Ints, Ints]) -> tuple[list[object], ...]:
    number, *times = (column.tolist() for column in of)
    return number, *([from_us(t) for t in column] for column in times)
