"""Files into the database: read, decide, write; each whole or not at all.

What a file changes is matched again by the worker: new crime versions alone, and of
earlier ones only those that a late trail, a changed order or a device event touches.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from api.verdicts import coverage
from api.zones import zones
from geocorr import findings
from geocorr.geo import WorkingCrs
from geocorr.model import Fault, TagOrder, to_us
from geocorr.policy import Policy
from geocorr.trust import off_spells
from loaders import events as event_files
from loaders import orders as order_files
from loaders.report import LoadReport, outcome_of
from sql import batches, crimes, hits, jobs, orders, trail_store, trails
from sql.db import Connection, transaction
from sql.trail_store import Keeping
from sql.trail_stretches import stretches

# Beyond any trail, yet within what PostgreSQL and Python both call a date.
_LAST_DAY = datetime(2200, 1, 1, tzinfo=UTC)
# Crimes in one job: enough that a national day is one run of a second or two.
_IN_ONE_JOB = 5_000

Stretch = tuple[str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Door:
    """Who brings files in, and by which choices they are read."""

    crs: WorkingCrs
    policy: Policy
    who: str

    @property
    def gap(self) -> timedelta:
        """How far beyond a window a line's ends may lie."""
        return timedelta(seconds=self.policy.line.max_gap_s)


async def load_orders(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store tag orders; those that overlap a stored one are refused, row by row.

    New and changed orders re-match the crimes that their device's trail touches.
    """
    report, asked = order_files.parse(data, name)
    async with transaction(conn):
        await orders.lock(conn)
        clashes = await _clashes(conn, asked)
        kept = [order for order in asked if order.order_id not in clashes]
        before = await orders.stored(conn, [order.order_id for order in kept])
        changed = [order for order in kept if before.get(order.order_id) != order]
        await batches.keep_original(conn, data, "orders", door.who)
        await orders.keep(conn, changed)
        old = [before[o.order_id] for o in changed if o.order_id in before]
        spells = [in_force(order) for order in (*changed, *old)]
        await rematch(conn, spells, door, "orders", "a tag order came or changed")
    return _with_clashes(report, clashes)


async def _clashes(conn: Connection, asked: Sequence[TagOrder]) -> dict[str, str]:
    """Orders that a stored one keeps out: by which.

    A change that is refused leaves its order as it stands, which may keep out others.
    """
    clashes: dict[str, str] = {}
    left = list(asked)
    while more := await orders.conflicts(conn, left):
        clashes |= more
        left = [order for order in left if order.order_id not in clashes]
    return clashes


def in_force(order: TagOrder) -> Stretch:
    return order.device_id, order.from_at, order.to_at or _LAST_DAY


def _with_clashes(report: LoadReport, clashes: dict[str, str]) -> LoadReport:
    faults = [
        Fault(
            None,
            None,
            None,
            "order_id",
            "OVERLAPPING_ORDER",
            order,
            f"Order {held_by} holds this device at that time: "
            "end it first, then send this row again.",
        )
        for order, held_by in sorted(clashes.items())
    ]
    accepted = report.accepted - len(faults)
    if not faults:
        return report
    return replace(
        report,
        outcome=outcome_of(report.read, accepted),
        accepted=accepted,
        rejected=report.rejected + len(faults),
        faults=(*report.faults, *faults),
    )


async def load_events(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store device events; the trust of the fixes they concern is judged again."""
    report, asked = event_files.parse(data, name)
    async with transaction(conn):
        await orders.lock(conn)
        await batches.keep_original(conn, data, "events", door.who)
        new = await orders.keep_events(conn, asked)
        since: dict[str, datetime] = {}
        for device, at in new:
            since[device] = min(at, since.get(device, at))
        spells = [(device, at, _LAST_DAY) for device, at in sorted(since.items())]
        off = off_spells(await orders.events(conn, list(since)))
        keeping = Keeping(door.policy, door.crs.srid, off)
        await _retrust(conn, since, keeping)
        await rematch(conn, spells, door, "events", "a device event came")
    return report


async def _retrust(
    conn: Connection, since: dict[str, datetime], keeping: Keeping
) -> None:
    """Judge the fixes of these devices again, each from its time on."""
    until = {d: at for d, at in await trails.trail_until(conn) if d in since}
    devices = tuple(sorted(d for d in until if until[d] >= since[d]))
    if devices:
        asked = stretches(
            devices,
            np.arange(len(devices), dtype=np.int32),
            np.array([to_us(since[d]) for d in devices], dtype=np.int64),
            np.array([to_us(until[d]) + 1 for d in devices], dtype=np.int64),
        )
        await trail_store.retrust(conn, asked, keeping)


async def rematch(
    conn: Connection, spells: Sequence[Stretch], door: Door, kind: str, reason: str
) -> None:
    """Ask for a match of the crimes, and a look at the zones, that these stretches of
    trail can concern."""
    await crimes.keep_out(conn)
    reach_m = findings.farthest_m(door.policy)
    touched = await hits.touched(conn, spells, reach_m, door.gap)
    await ask(conn, touched, {"kind": kind, "reason": reason, "batch": None})
    await zones.ask(conn, spells, reason)
    await coverage.ask_touched(conn, spells)


async def ask(
    conn: Connection, versions: Sequence[int], why: dict[str, object]
) -> None:
    """Ask the worker to match these crime versions, a few thousand in one job."""
    for first in range(0, len(versions), _IN_ONE_JOB):
        part = list(versions[first : first + _IN_ONE_JOB])
        await jobs.enqueue(conn, "match", {**why, "versions": part})
