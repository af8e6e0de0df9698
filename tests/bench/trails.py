"""Rows 6, 7 and 8: trails as chunks against one row per fix, in the same run.

    python -m tests.bench.trails [small|tiny|national]

Both sides live in one private cluster and take the same fixes by binary COPY, indexes
in place. The rows per fix stand for what is usually done: GiST on the place, a unique
(device, seen_at), accuracy and mechanism beside them. What both hold is compared
before anything is timed against each other.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from statistics import median

import numpy as np

from geocorr.arrays import HOUR_US, Fixes, Floats, Ints
from geocorr.model import from_us
from loaders.policy import shipped
from sql import trail_copy, trails
from sql.db import Connection, Record
from sql.trail_store import Keeping, store
from tests.bench import ground, scene

SRID = 27700
HOURS = 6
ASKED = 40
ROUNDS = 5
BATCHES = 8
RECEIVED = datetime(2026, 3, 11, tzinfo=UTC)
ConnFactory = Callable[[], Awaitable[Connection]]

ROW_PER_FIX = """
drop table if exists row_per_fix;
create table row_per_fix (
    seen_at    timestamptz not null,
    device     integer not null,
    accuracy_m real,
    mechanism  smallint not null,
    place      geometry(Point) not null,
    unique (device, seen_at)
);
create index on row_per_fix using gist (place);
"""
ONE_TRAIL = """
select date_part('epoch', seen_at), ST_X(place), ST_Y(place), accuracy_m, mechanism
from row_per_fix where device = $1 and seen_at between $2 and $3 order by seen_at
"""


async def measure(conn_factory: ConnFactory, size: str = "small") -> dict[str, float]:
    """Ratios of rows 6, 7 and 8, and the figures behind them.

    `conn_factory` gives connections to a migrated database as its owner.
    """
    conn = await conn_factory()
    try:
        table = scene.fixes(scene.SIZES[size])
        await _warm(conn, table)
        seconds = await _ingest(conn, table)
        sizes = await _bytes(conn)
        await _same(conn, table)
        ours_s, theirs_s, fetched_s = await _six_hours(conn, table)
    finally:
        await conn.close()
    n = len(table)
    return {
        "fixes": n,
        "ingest_chunks_fixes_s": n / seconds[0],
        "ingest_rows_fixes_s": n / seconds[1],
        "row6_ingest_ratio": seconds[1] / seconds[0],
        "bytes_per_fix_chunks": sizes[0] / n,
        "bytes_per_fix_rows": sizes[1] / n,
        "row7_bytes_ratio": sizes[0] / sizes[1],
        "trail_6h_chunks_ms": 1e3 * ours_s,
        "trail_6h_rows_ms": 1e3 * theirs_s,
        "trail_6h_rows_fetched_only_ms": 1e3 * fetched_s,
        "row8_trail_ratio": ours_s / theirs_s,
    }


async def _warm(conn: Connection, table: Fixes) -> None:
    """Compile the kernels outside the clock."""
    async with conn.transaction():
        await store(conn, table.take(slice(0, 2_000)), _keeping(), RECEIVED)
    low = from_us(scene.START_US)
    await trails.device_trail(conn, table.devices[0], low, low)
    await conn.execute("truncate trail")


async def _ingest(conn: Connection, table: Fixes) -> tuple[float, float]:
    """Seconds for chunks and for rows, in batches as a stream would bring them.

    A batch each in turn, so that a change in the machine's pace meets both.
    """
    await conn.execute(ROW_PER_FIX)
    edges = np.linspace(0, len(table), BATCHES + 1).astype(int)
    ours = theirs = 0.0
    for first, last in itertools.pairwise(edges):
        batch = table.take(slice(int(first), int(last)))
        start = time.perf_counter()
        async with conn.transaction():
            await store(conn, batch, _keeping(), RECEIVED)
        middle = time.perf_counter()
        async with conn.transaction():
            await _rows(conn, batch)
        ours += middle - start
        theirs += time.perf_counter() - middle
    return ours, theirs


async def _rows(conn: Connection, batch: Fixes) -> None:
    await conn.copy_to_table(
        "row_per_fix",
        source=_pieces(_packed(batch)),
        columns=["seen_at", "device", "accuracy_m", "mechanism", "place"],
        format="binary",
    )


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 1 << 20):
        yield data[at : at + (1 << 20)]


def _packed(batch: Fixes) -> bytes:
    """The rows as a binary COPY, packed as arrays just as the chunks are."""
    layout = [("n", ">i2")]
    for name, kind in (("seen_at", ">i8"), ("device", ">i4"), ("r", ">f4")):
        layout += [(f"{name}_length", ">i4"), (name, kind)]
    layout += [("m_length", ">i4"), ("m", ">i2"), ("place_length", ">i4")]
    layout += [("order", "u1"), ("type", "<u4"), ("srid", "<u4")]
    layout += [("x", "<f8"), ("y", "<f8")]
    out = np.zeros(len(batch), np.dtype(layout))
    lengths = {"seen_at": 8, "device": 4, "r": 4, "m": 2, "place": 25}
    for name, length in lengths.items():
        out[f"{name}_length"] = length
    out["n"], out["order"], out["type"], out["srid"] = 5, 1, 0x20000001, SRID
    out["seen_at"] = batch.t_us - trail_copy.PG_EPOCH_US
    out["device"], out["r"], out["m"] = batch.device, batch.accuracy_m, batch.mechanism
    out["x"], out["y"] = batch.x_m, batch.y_m
    return b"".join((trail_copy.HEADER, out.tobytes(), trail_copy.TRAILER))


async def _bytes(conn: Connection) -> tuple[int, int]:
    """Bytes of table and indexes: all partitions of trails, and the rows."""
    chunks = await conn.fetchval(
        "select sum(pg_total_relation_size(relid)) from pg_partition_tree('trail')"
    )
    rows = await conn.fetchval("select pg_total_relation_size('row_per_fix')")
    return int(chunks), int(rows)


async def _same(conn: Connection, table: Fixes) -> None:
    """Both sides hold all fixes, or nothing is worth timing."""
    chunks = await conn.fetchval("select sum(n_own) from trail")
    rows = await conn.fetchval("select count(*) from row_per_fix")
    if not chunks == rows == len(table):
        raise AssertionError(f"{chunks} in chunks, {rows} in rows, {len(table)} sent")


async def _six_hours(conn: Connection, table: Fixes) -> tuple[float, float, float]:
    """Median seconds for a device's six hours: chunks, rows, rows merely fetched."""
    await conn.execute("vacuum analyze trail")
    await conn.execute("vacuum analyze row_per_fix")
    rng = np.random.default_rng(1)
    asked = rng.choice(len(table.devices), min(ASKED, len(table.devices)), False)
    laps = []
    for device in np.tile(asked, ROUNDS):
        low = scene.START_US + int(rng.integers(0, 18 * HOUR_US))
        span = from_us(low), from_us(low + HOURS * HOUR_US)
        start = time.perf_counter()
        trail = await trails.device_trail(conn, table.devices[device], *span)
        middle = time.perf_counter()
        found = await conn.fetch(ONE_TRAIL, int(device), *span)
        fetched = time.perf_counter()
        t_us, _ = _columns(found)
        laps.append((middle - start, time.perf_counter() - middle, fetched - middle))
        if not np.array_equal(trail.fixes.t_us, t_us):
            raise AssertionError("the two trails differ")
    ours, theirs, fetches = (median(lap) for lap in zip(*laps, strict=True))
    return ours, theirs, fetches


def _columns(found: list[Record]) -> tuple[Ints, list[Floats]]:
    """One device's rows as columns, as any reader of them would make them."""
    t, *rest = zip(*found, strict=True) if found else ([],) * 5
    t_us = np.array([round(second * 1_000_000) for second in t], np.int64)
    return t_us, [np.array(column, np.float64) for column in rest]


def _keeping() -> Keeping:
    return Keeping(shipped(), SRID)


async def _main(size: str) -> dict[str, float]:
    async with ground.database() as conn_factory:
        return await measure(conn_factory, size)


if __name__ == "__main__":
    figures = asyncio.run(_main(*(sys.argv[1:] or ["small"])))
    print(json.dumps(figures, indent=2))
