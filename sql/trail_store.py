"""Trails into the database: merged with what is there, re-cut, twice the same.

A late, repeated or out-of-order fix touches its own hour and those within reach of
`trust.context_s`; they are read with as much again around them, merged, judged and cut
anew, inside the caller's transaction. Whatever the order and the batches, the rows come
out the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import numpy as np

from geocorr.arrays import (
    DAY_US,
    US_PER_S,
    Bools,
    Bytes,
    Fixes,
    Ints,
    columns_of,
    in_order,
    rows,
)
from geocorr.candidates import cut
from geocorr.model import from_us, to_us
from geocorr.policy import Policy
from geocorr.trust import OffSpell, context_s, trust
from sql import queries, trail_copy, trail_rows, verdict_slices
from sql.db import Connection
from sql.trail_stretches import Stretches, around

Q = queries.read("trail_store")

# Locks of trails, apart from any other advisory lock, and how many there are.
_LOCK_CLASS = 7_461
_STRIPES = 64


@dataclass(frozen=True, slots=True)
class Keeping:
    """How trails are kept: the choices, the working CRS, and what devices reported.

    `off` must hold the spells of every device whose fixes are stored, or the marks of
    an earlier load are lost where its hours are re-cut.
    """

    policy: Policy
    srid: int
    off: tuple[OffSpell, ...] = ()

    @property
    def context_us(self) -> int:
        """How far a fix's marks and stop can depend on other fixes."""
        return round(context_s(self.policy) * US_PER_S)


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing came to: fixes read, new, repeated; the hours it touched."""

    read: int
    new: int
    repeats: int
    touched: Stretches


@dataclass(frozen=True, slots=True)
class _Dated(Fixes):
    """Fixes that also know when they came in; never None here."""

    received_us: Ints | None = None


async def store(
    conn: Connection, fixes: Fixes, keeping: Keeping, received_at: datetime
) -> Stored:
    """Store one batch of fixes inside the caller's transaction.

    Any order, any overlap with what is stored: an identical fix (device, time, place)
    is kept once, and a twin in another place beside it. Loads of one device wait for
    each other. `touched` names the hours whose matches may have changed.
    """
    batch = in_order(_only_devices_in_use(fixes))
    touched = around(batch, keeping.context_us)
    if not len(batch):
        return Stored(len(fixes), 0, len(fixes), touched)
    await conn.execute(Q["register_devices"], list(batch.devices))
    days = np.unique(batch.t_us // DAY_US) * DAY_US
    await conn.execute(Q["make_partitions"], [from_us(day).date() for day in days])
    dated = _dated(batch, np.full(len(batch), to_us(received_at)))
    new = await _recut(conn, touched, keeping, lambda old: _merged(old, dated))
    return Stored(len(fixes), new, len(fixes) - new, touched)


async def retrust(conn: Connection, asked: Stretches, keeping: Keeping) -> Stretches:
    """Judge stored fixes again, as when events or the policy changed; the hours."""
    touched = asked.widened(keeping.context_us)
    await _recut(conn, touched, keeping, lambda old: old)
    return touched


async def forget(
    conn: Connection,
    asked: Stretches,
    keeping: Keeping,
    unwanted: Callable[[Fixes, Ints], Bools],
) -> Fixes:
    """Remove fixes of these hours, re-cut the rest, and return those that went.

    `unwanted` is given fixes and when they were received, and says which are to go;
    only those in the hours asked for do.
    """
    gone: list[Fixes] = []

    def without(old: _Dated) -> _Dated | None:
        go = asked.holds(old.device, old.t_us) & unwanted(old, _received(old))
        gone.append(old.take(go))
        return rows(old, ~go) if go.any() else None

    await _recut(conn, asked.widened(keeping.context_us), keeping, without)
    return gone[0]


async def _recut(
    conn: Connection,
    touched: Stretches,
    keeping: Keeping,
    change: Callable[[_Dated], _Dated | None],
) -> int:
    """Read, change, judge, cut, write; how many fixes there are more than before.

    `change` answers None where nothing is to be done.
    """
    ids = await trail_rows.numbers(conn, touched.devices)
    await conn.execute(Q["lock_devices"], _LOCK_CLASS, _stripes(ids))
    # What the marks of the touched hours hang on may lie in the hours beside them.
    wide = touched.widened(keeping.context_us)
    read = await trail_rows.read(conn, wide, ids, motion=True)
    old = _dated(read.trails.fixes, read.received_us)
    merged = change(old)
    if merged is None:
        return 0
    await verdict_slices.put_aside(conn, touched)
    if len(old):
        await trail_rows.delete(conn, touched, ids)
    packed = _packed(merged, touched, ids, keeping)
    await trail_rows.copied_in(conn, "trail", trail_copy.COLUMNS, packed)
    return len(merged) - len(old)


def _packed(merged: _Dated, touched: Stretches, ids: Ints, keeping: Keeping) -> Bytes:
    """The rows of the touched hours, judged and cut with all that lies round them."""
    trails = trust(merged, keeping.policy, keeping.off)
    chunks = cut(trails, keeping.policy.line.max_gap_s)
    received = np.empty(0, np.int64)
    if len(chunks):
        received = np.maximum.reduceat(_received(merged), chunks.first)
    ours = touched.holds(merged.device[chunks.first], merged.t_us[chunks.first])
    kept = rows(chunks, ours)
    how = (keeping.srid, keeping.policy.line.max_gap_s)
    return trail_copy.chunk_rows(trails, kept, ids, received[ours], how)


def _merged(old: _Dated, new: _Dated) -> _Dated | None:
    """Both together, the stored one kept of two that are alike; None if all are."""
    if not len(old):
        return new
    together = {
        name: np.concatenate([column, getattr(new, name)])
        for name, column in columns_of(old).items()
    }
    loose = replace(old, **together)  # type: ignore[arg-type]
    merged = cast(_Dated, in_order(loose))
    return merged if len(merged) > len(old) else None


def _dated(table: Fixes, received_us: Ints) -> _Dated:
    """The same fixes with all columns there are, NaN where nothing was stated."""
    missing = np.full(len(table), np.nan, np.float32)
    return _Dated(
        table.devices,
        table.device,
        table.t_us,
        table.x_m,
        table.y_m,
        table.accuracy_m,
        table.mechanism,
        missing if table.speed_kmh is None else table.speed_kmh,
        missing if table.direction_deg is None else table.direction_deg,
        received_us,
    )


def _received(table: _Dated) -> Ints:
    if table.received_us is None:
        raise ValueError("Stored fixes always say when they came in.")
    return table.received_us


def _only_devices_in_use(table: Fixes) -> Fixes:
    """The same fixes without devices that have none here."""
    used, device = np.unique(table.device, return_inverse=True)
    names = tuple(table.devices[i] for i in used)
    return replace(table, devices=names, device=device.astype(np.int32))


def _stripes(ids: Ints) -> list[int]:
    """The locks that stand for these devices, in the order everybody takes them."""
    return sorted({int(i) % _STRIPES for i in ids if i >= 0})
