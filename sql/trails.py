"""Trails out of the database: near targets, of a device, of many devices' hours.

Everything comes back as columns (`geocorr.arrays.Trails`), the same that went in. The
functions that read many rows need a transaction: they leave their question in tables
of its own. Storing is `trail_store`.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geocorr.arrays import HOUR_US, US_PER_S, Bytes, Ints, Targets, Trails
from geocorr.model import from_us, to_us
from geocorr.policy import Policy
from sql import queries, trail_copy, trail_near, trail_rows
from sql.db import Connection
from sql.trail_parse import Asked, parse
from sql.trail_stretches import Stretches, stretches

Q = queries.read("trails")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which device came near which target, and the trails to judge it by.

    `device` indexes `trails.fixes.devices`; each pair stands once, sorted. The trails
    hold every pair's window and what was asked for around it.
    """

    trails: Trails
    target: Ints
    device: Ints


@dataclass(frozen=True, slots=True)
class Unread:
    """Candidates whose trails are still the rows as they came."""

    asked: Asked
    rows: Bytes
    target: Ints
    device: Ints

    @property
    def devices(self) -> tuple[str, ...]:
        """What `device` indexes."""
        return self.asked.devices

    def read(self) -> Candidates:
        """Make columns of the rows: work enough to be worth a thread."""
        return Candidates(parse(self.rows, self.asked).trails, self.target, self.device)


@dataclass(frozen=True, slots=True)
class DeviceUntil:
    """A device and its last fix (None: it never sent one); `worn`: in an order."""

    device_id: str
    trail_until: datetime | None
    worn: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """Of `devices` known, `total` have no trail up to a time; a page of those."""

    devices: int
    total: int
    listed: tuple[DeviceUntil, ...]


async def candidates(
    conn: Connection,
    targets: Targets,
    policy: Policy,
    around_s: float | None = None,
) -> Candidates:
    """What `unread` finds, read."""
    return (await unread(conn, targets, policy, around_s)).read()


async def unread(
    conn: Connection,
    targets: Targets,
    policy: Policy,
    around_s: float | None = None,
) -> Unread:
    """Every (target, device) that could be a hit or a passing, and few more.

    Of each such device come the hours of the target's window and `around_s` seconds
    either side (one gap unless given).
    """
    target, device_id = await trail_near.near(conn, targets, policy)
    around_s = policy.line.max_gap_s if around_s is None else around_s
    around_us = round(around_s * US_PER_S)
    ids, column = np.unique(device_id, return_inverse=True)
    low = targets.from_us[target] - around_us
    high = targets.to_us[target] + around_us + 1
    wanted = stretches((), column.astype(np.int32), low, high)
    rows, names = await trail_rows.named(conn, wanted, ids)
    order = np.argsort(names)
    asked = Asked(tuple(names[i] for i in order), ids[order])
    device = np.argsort(order)[column]
    sorted_pairs = np.lexsort((device, target))
    pairs = target[sorted_pairs], device[sorted_pairs]
    return Unread(asked, rows, *pairs)


async def slices(conn: Connection, asked: Stretches) -> Trails:
    """The trails of these devices in these hours; devices unknown here have none."""
    return (await trail_rows.read_all(conn, asked)).trails


async def device_trail(
    conn: Connection, device_id: str, from_at: datetime, to_at: datetime
) -> Trails:
    """One device's fixes in [from_at, to_at], speed and direction too."""
    low_us, high_us = to_us(from_at), to_us(to_at)
    hour_at = from_us(low_us // HOUR_US * HOUR_US)
    found = await conn.fetchrow(Q["read_device"], device_id, hour_at, to_at)
    copy = (trail_copy.HEADER, found["rows"] or b"", trail_copy.TRAILER)
    data = np.frombuffer(b"".join(copy), np.uint8)
    number = np.array([found["device"] or 0], np.int64)
    asked = Asked((device_id,), number, motion=True, within_us=(low_us, high_us))
    return parse(data, asked).trails


async def trail_until(conn: Connection) -> list[tuple[str, datetime]]:
    """Each device and the time of its last fix: "trail data until"."""
    found = await conn.fetch(Q["until_devices"])
    return [(row["device_id"], row["t_to"]) for row in found]


async def behind(
    conn: Connection, until: datetime, limit: int = 100, offset: int = 0
) -> Behind:
    """Devices of whom nothing is known up to `until`, worn ones first.

    Counted are devices in an order at that time, or in no order at all.
    """
    rows = await conn.fetch(Q["behind_devices"], until, limit, offset)
    listed = [
        DeviceUntil(row["device_id"], row["trail_until"], row["worn"])
        for row in rows
        if row["device_id"] is not None
    ]
    return Behind(rows[0]["devices"], rows[0]["total"], tuple(listed))
