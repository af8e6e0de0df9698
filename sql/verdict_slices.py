"""What verdicts rest on while it stands in the trails, and put aside before it changes.

A list of everyone's verdicts copies no fixes: whoever is about to change or remove rows
of trails calls `put_aside` first, which packs the fixes as they are. So that nothing
changes between the reading and the commit, who answers asks that the trails `stand`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np

from geocorr.arrays import DAY_US, Ints, check_lengths
from geocorr.model import from_us, to_us
from sql import evidence, queries, trail_rows
from sql.db import Connection, Record, transaction
from sql.trail_stretches import Stretches, stretches
from sql.verdicts import IN_TRAILS, PROOF

Q = queries.read("verdict_slices")


@dataclass(frozen=True, slots=True)
class Slices:
    """The fixes of devices from one time to another, both in, and the orders' times."""

    devices: Sequence[str]
    first_us: Ints
    last_us: Ints
    orders_us: tuple[Ints, Ints]

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.devices)


async def stand(conn: Connection, from_us: int, to_us: int) -> bool:
    """Will the trails of these times stay as they are until the transaction ends?

    Never waits: False where they are being changed. True makes who comes to change them
    wait for that end.
    """
    days = _day(from_us), _day(to_us)
    standing: bool = await conn.fetchval(Q["trails_stand"], *days)
    return standing


async def put_aside(conn: Connection, touched: Stretches) -> None:
    """Call it before rows of these stretches change: what verdicts rest on is kept."""
    if len(touched):
        times_us = int(touched.from_us.min()), int(touched.to_us.max())
        await _put_aside(conn, _days(touched), times_us, list(touched.devices))


async def put_day_aside(conn: Connection, day: date) -> None:
    """The same before a whole UTC day goes."""
    first_us = to_us(datetime.combine(day, time(), UTC))
    await _put_aside(conn, [day], (first_us, first_us + DAY_US), None)


async def _put_aside(
    conn: Connection, days: list[date], times_us: tuple[int, int], of: list[str] | None
) -> None:
    await conn.execute(Q["trails_change"], days)
    times = map(from_us, times_us)
    for run in [row["run"] for row in await conn.fetch(Q["runs_resting"], *times)]:
        found = await conn.fetchrow(Q["slices_resting"], run, of)
        places, slices = _resting(found)
        if places:
            packed = await packets(conn, slices)
            await conn.execute(Q["put_aside"], run, places, packed)


def _resting(found: Record) -> tuple[list[int], Slices]:
    """Which answers rest on the trails, by their places from 1; and on what of them."""
    proofs = np.frombuffer(found["proofs"], PROOF)[np.array(found["place"], int) - 1]
    at = np.flatnonzero(proofs["start"] == IN_TRAILS)
    slices = Slices(
        [found["device_id"][i] for i in at],
        np.array(found["first_us"], np.int64)[at],
        np.array(found["last_us"], np.int64)[at],
        (proofs["order_from_us"][at], proofs["order_to_us"][at]),
    )
    return [found["place"][i] for i in at], slices


async def aside(conn: Connection, run: int) -> dict[int, bytes]:
    """What was put aside of a run, by the place of the answer, from 0."""
    rows = await conn.fetch(Q["read_aside"], run)
    return {row["place"] - 1: row["packet"] for row in rows}


async def packets(conn: Connection, asked: Slices) -> list[memoryview]:
    """One packet of evidence each, of the trails as they stand now."""
    devices, device = np.unique(np.array(asked.devices, object), return_inverse=True)
    number, end_us = device.astype(np.int32), asked.last_us + 1
    hours = stretches(tuple(devices.tolist()), number, asked.first_us, end_us)
    async with transaction(conn):
        trails = (await trail_rows.read_all(conn, hours)).trails
    spans = evidence.spans(trails.fixes, number, (asked.first_us, end_us))
    return evidence.pack_all(trails, spans, asked.orders_us)


def _days(touched: Stretches) -> list[date]:
    """The UTC days of these stretches, in the order in which everybody locks them."""
    first, last = touched.from_us // DAY_US, (touched.to_us - 1) // DAY_US
    spans = set(zip(first.tolist(), last.tolist(), strict=True))
    days = {day for low, high in spans for day in range(low, high + 1)}
    return [_day(day * DAY_US) for day in sorted(days)]


def _day(t_us: int) -> date:
    return from_us(t_us).date()
