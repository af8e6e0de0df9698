"""HANTS-GPS-1. Fixes outside every tag order: kept a while, used for nothing, removed.

They stay in the one store, since an order may come after its trail; matching and
showing join with the orders and so never see them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import BEGINNING_US, END_US, Bools, Fixes, Ints
from geocorr.model import from_us, to_us
from sql import queries, trail_rows
from sql.db import Connection
from sql.trail_store import Keeping, forget
from sql.trail_stretches import Stretches, around, stretches

Q = queries.read("trail_quarantine")

# Device and half-open times in microseconds.
Orders = list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A device's time outside every order, both ends in, and the day its fixes go."""

    device_id: str
    from_at: datetime
    to_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Purged:
    """What went, or would go: a device's fixes between two times, both ends in."""

    device_id: str
    from_at: datetime
    to_at: datetime
    n_fixes: int


async def quarantined(conn: Connection, keep_days: int) -> list[Quarantined]:
    """HANTS-GPS-1. Every stretch outside all orders, by device, time and day due.

    A row of several deliveries is due by the last of them.
    """
    found = await conn.fetch(Q["list_quarantined"], timedelta(days=keep_days))
    return [Quarantined(*row) for row in found]


async def purge_quarantined(
    conn: Connection,
    now: datetime,
    keeping: Keeping,
    dry_run: bool = False,
    held: Sequence[tuple[datetime, datetime]] = (),
) -> list[Purged]:
    """HANTS-GPS-1. Remove what was received `quarantine_days` before `now`.

    Inside the caller's transaction. The rows are cut anew without those fixes, and
    what went is recorded by device, time and number; a dry run only says it. Fixes of
    `held` times stay, both ends in: an order may yet come that makes them somebody's.
    """
    until = now - timedelta(days=keeping.policy.retention.quarantine_days)
    asked = await _due(conn, until)
    if not len(asked):
        return []
    orders = await _orders(conn, asked.devices)

    def unwanted(fixes: Fixes, received_us: Ints) -> Bools:
        due = (received_us <= to_us(until)) & ~_in_force(fixes, orders)
        for low, high in held:
            due &= (fixes.t_us < to_us(low)) | (fixes.t_us > to_us(high))
        return due

    if dry_run:
        read = await trail_rows.read_all(conn, asked)
        fixes = read.trails.fixes
        return _purged(fixes.take(unwanted(fixes, read.received_us)))
    purged = _purged(await forget(conn, asked, keeping, unwanted))
    await _record(conn, now, purged)
    return purged


async def _due(conn: Connection, until: datetime) -> Stretches:
    """The hours of rows that are due, as far as whole rows can tell."""
    found = await conn.fetch(Q["find_due"], until)
    devices = tuple(sorted({row["device_id"] for row in found}))
    code = {name: i for i, name in enumerate(devices)}
    device = np.array([code[row["device_id"]] for row in found], np.int32)
    low = np.array([to_us(row["t_from"]) for row in found], np.int64)
    high = np.array([to_us(row["t_to"]) for row in found], np.int64)
    return stretches(devices, device, low, high + 1)


async def _orders(conn: Connection, devices: tuple[str, ...]) -> Orders:
    """Device and half-open times of every order of these devices."""
    found = await conn.fetch(Q["list_orders"], list(devices))
    return [
        (
            row["device_id"],
            BEGINNING_US if row["from_at"] is None else to_us(row["from_at"]),
            END_US if row["to_at"] is None else to_us(row["to_at"]),
        )
        for row in found
    ]


def _in_force(fixes: Fixes, orders: Orders) -> Bools:
    """Which fixes lie inside some order of their device."""
    inside = np.zeros(len(fixes), dtype=np.bool_)
    code = {name: i for i, name in enumerate(fixes.devices)}
    starts = fixes.device_starts()
    for device_id, low_us, high_us in orders:
        first, last = starts[code[device_id]], starts[code[device_id] + 1]
        span = np.searchsorted(fixes.t_us[first:last], [low_us, high_us])
        inside[first + span[0] : first + span[1]] = True
    return inside


def _purged(gone: Fixes) -> list[Purged]:
    """One record for each run of hours of a device."""
    runs = around(gone, 0)
    found = []
    for device, low, high in zip(runs.device, runs.from_us, runs.to_us, strict=True):
        held = (gone.device == device) & (gone.t_us >= low) & (gone.t_us < high)
        t_us = gone.t_us[held]
        ends = from_us(t_us[0]), from_us(t_us[-1])
        found.append(Purged(gone.devices[device], *ends, len(t_us)))
    return found


async def _record(conn: Connection, now: datetime, purged: list[Purged]) -> None:
    lines = [(now, p.device_id, p.from_at, p.to_at, p.n_fixes) for p in purged]
    await conn.executemany(Q["record_purge"], lines)
