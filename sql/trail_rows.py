"""Rows of trails in and out of the database, many at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import numpy as np

from geocorr.arrays import Bytes, Ints
from geocorr.model import EPOCH, from_us
from sql import queries, trail_copy
from sql.db import Connection, Record
from sql.trail_parse import Asked, Read, parse
from sql.trail_stretches import Stretches

Q = queries.read("trail_rows")
_PIECE_BYTES = 1 << 20
# So few stretches are asked for in one round trip.
_FEW = 50


async def numbers(conn: Connection, devices: tuple[str, ...]) -> Ints:
    """The database's number of each device [devices], -1 where it has none."""
    return np.array(await conn.fetchval(Q["number_devices"], devices), np.int64)


async def read(
    conn: Connection, asked: Stretches, ids: Ints, motion: bool = False
) -> Read:
    """The rows of these stretches as trails of `asked.devices`, sorted."""
    data = await raw(conn, asked, ids)
    return parse(data, Asked(asked.devices, ids, motion))


async def raw(conn: Connection, asked: Stretches, ids: Ints) -> Bytes:
    """The rows of these stretches as the binary COPY that `parse` reads."""
    if len(asked) <= _FEW:
        return _copy((await _few(conn, asked, ids))["rows"])
    await fill_stretches(conn, asked, ids)
    async with nested_loops(conn):
        return await _copied_out(conn, Q["read_stretches"], *_span(asked))


async def hours(conn: Connection, ids: Ints, low_us: int, high_us: int) -> Bytes:
    """The same of devices by number, all in the same whole hours, half-open."""
    known, times = ids[ids >= 0].tolist(), (from_us(low_us), from_us(high_us))
    if len(known) > _FEW:
        return await _copied_out(conn, Q["read_hours"], known, *times)
    edges = tuple([time] * len(known) for time in times)
    return _copy((await _fetched(conn, known, edges))["rows"])


async def named(
    conn: Connection, asked: Stretches, ids: Ints
) -> tuple[Bytes, list[str]]:
    """The same, and what the devices of the (sorted) numbers `ids` are called."""
    if not len(asked):
        return _copy(b""), []
    if len(asked) <= _FEW:
        found = await _few(conn, asked, ids)
        return _copy(found["rows"]), found["names"]
    names = dict(await conn.fetch(Q["name_devices"], ids.tolist()))
    return await raw(conn, asked, ids), [names[i] for i in ids.tolist()]


async def _few(conn: Connection, asked: Stretches, ids: Ints) -> Record:
    """What a COPY of the same would hold, and the devices' names."""
    edges = (asked.from_us, asked.to_us)
    times = tuple([from_us(t) for t in edge.tolist()] for edge in edges)
    return await _fetched(conn, ids[asked.device].tolist(), times)


async def _fetched(
    conn: Connection, ids: list[int], times: tuple[list[datetime], ...]
) -> Record:
    span = (min(times[0], default=EPOCH), max(times[1], default=EPOCH))
    return await conn.fetchrow(Q["read_few"], ids, *times, *span)


def _copy(rows: bytes | None) -> Bytes:
    copy = (trail_copy.HEADER, rows or b"", trail_copy.TRAILER)
    return np.frombuffer(b"".join(copy), np.uint8)


async def read_all(conn: Connection, asked: Stretches) -> Read:
    """The same by the devices' names; devices unknown here have no trail."""
    return await read(conn, asked, await numbers(conn, asked.devices))


async def delete(conn: Connection, asked: Stretches, ids: Ints) -> None:
    """Remove the rows of these stretches."""
    await fill_stretches(conn, asked, ids)
    async with nested_loops(conn):
        await conn.execute(Q["delete_stretches"], *_span(asked))


def _span(asked: Stretches) -> tuple[datetime, datetime]:
    return from_us(asked.from_us.min()), from_us(asked.to_us.max())


async def fill_stretches(conn: Connection, asked: Stretches, ids: Ints) -> None:
    """Put the stretches where the next statement looks for them."""
    known = ids[asked.device] >= 0
    fields: dict[str, trail_copy.Field] = {
        "device": (">i4", ids[asked.device][known]),
        "from_at": trail_copy.timestamps(asked.from_us[known]),
        "to_at": trail_copy.timestamps(asked.to_us[known]),
    }
    await conn.execute(Q["empty_stretch"])
    rows = np.frombuffer(trail_copy.table(fields), np.uint8)
    await copied_in(conn, "trail_stretch", tuple(fields), rows)


async def copied_in(
    conn: Connection, table: str, columns: tuple[str, ...], rows: Bytes
) -> None:
    """Send a whole binary COPY."""
    await conn.copy_to_table(
        table, source=_pieces(rows), columns=list(columns), format="binary"
    )


async def _copied_out(conn: Connection, query: str, *values: object) -> Bytes:
    """Fetch the whole binary COPY of a query."""
    received: list[bytes] = []

    async def keep(piece: bytes) -> None:
        received.append(piece)

    await conn.copy_from_query(query, *values, output=keep, format="binary")
    return np.frombuffer(b"".join(received), np.uint8)


@asynccontextmanager
async def nested_loops(conn: Connection) -> AsyncIterator[None]:
    """Join by index, whatever the planner thinks of tables it has not seen."""
    await conn.execute(Q["nest_loops"])
    yield
    await conn.execute(Q["plan_freely"])


async def _pieces(rows: Bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(rows), _PIECE_BYTES):
        yield rows[start : start + _PIECE_BYTES].tobytes()
