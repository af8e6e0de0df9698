"""Trails that people look at: through functions that check who asks and note it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import Trails
from geocorr.model import to_us
from sql import queries, trail_copy
from sql.db import Connection, Record
from sql.trail_parse import Asked, parse

Q = queries.read("trail_looks")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One device's fixes in a stretch of time, which lies inside one order."""

    device_id: str
    from_at: datetime
    to_at: datetime
    trails: Trails


async def round_hit(
    conn: Connection, hit: int, margin: timedelta, freely: timedelta, reason: str
) -> list[Stretch]:
    """The hit's device, `margin` either side of its window; none where it is not seen.

    More than `freely` is given for a reason alone.
    """
    rows = await conn.fetch(Q["round_hit"], hit, margin, freely, reason)
    return [_stretch(row) for row in rows]


async def of_nominal(
    conn: Connection,
    nominal_id: str,
    time: tuple[datetime, datetime],
    longest: timedelta,
    reason: str,
) -> list[Stretch]:
    """A nominal's devices in a stretch of time; none for who may not search."""
    rows = await conn.fetch(Q["of_nominal"], nominal_id, *time, longest, reason)
    return [_stretch(row) for row in rows]


def _stretch(row: Record) -> Stretch:
    copy = (trail_copy.HEADER, row["rows"] or b"", trail_copy.TRAILER)
    data = np.frombuffer(b"".join(copy), np.uint8)
    number = np.array([row["device"] or 0], np.int64)
    within_us = to_us(row["from_at"]), to_us(row["to_at"])
    asked = Asked((row["device_id"],), number, motion=True, within_us=within_us)
    return Stretch(
        row["device_id"], row["from_at"], row["to_at"], parse(data, asked).trails
    )
