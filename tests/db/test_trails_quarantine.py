"""HANTS-GPS-1: fixes outside every order are listed, and removed when due."""

from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import HOUR_US, US_PER_S, Fixes
from geocorr.model import from_us
from geocorr.trust import trust
from sql import trails
from sql.db import Connection
from sql.trail_quarantine import purge_quarantined, quarantined
from sql.trail_store import store
from sql.trail_stretches import around
from tests.db.trail_scenes import (
    KEEPING,
    POLICY,
    RECEIVED,
    START_US,
    kept,
    same_trails,
    wander,
)

DAYS = POLICY.retention.quarantine_days
DUE = RECEIVED + timedelta(days=DAYS)
ENDS_US = START_US + HOUR_US + 600 * US_PER_S


async def _order(db: Connection, device: str, to_at: datetime | None) -> None:
    await db.execute(
        "insert into tag_order (order_id, device_id, nominal_id, basis, during)"
        " values ($1, $1, 'N1', 'licence', tstzrange($2, $3))",
        device,
        from_us(START_US - HOUR_US),
        to_at,
    )


async def _scene(db: Connection) -> Fixes:
    """T00 wears all the time, T01 until the order ends, T02 never."""
    fixes = wander()
    await _order(db, "T00", None)
    await _order(db, "T01", from_us(ENDS_US))
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
    return fixes


def _allowed(fixes: Fixes) -> Fixes:
    early = (fixes.device == 1) & (fixes.t_us < ENDS_US)
    return fixes.take((fixes.device == 0) | early)


async def test_every_stretch_outside_orders_is_listed(db: Connection) -> None:
    fixes = await _scene(db)
    found = await quarantined(db, DAYS)
    assert [q.device_id for q in found] == ["T01", "T02"]
    outside = fixes.t_us[(fixes.device == 1) & (fixes.t_us >= ENDS_US)]
    assert from_us(ENDS_US) <= found[0].from_at <= from_us(outside.min())
    assert found[0].to_at == from_us(outside.max())
    assert {q.due_at.date() for q in found} == {DUE.date()}


async def test_a_dry_run_says_what_would_go_and_leaves_it(db: Connection) -> None:
    fixes = await _scene(db)
    before = await kept(db)
    async with db.transaction():
        found = await purge_quarantined(db, DUE, KEEPING, dry_run=True)
    assert sum(p.n_fixes for p in found) == len(fixes) - len(_allowed(fixes))
    assert await kept(db) == before
    assert await db.fetchval("select count(*) from trail_purge") == 0


async def test_what_is_due_goes_and_the_rest_stands(db: Connection) -> None:
    fixes = await _scene(db)
    async with db.transaction():
        found = await purge_quarantined(db, DUE, KEEPING)
        left = await trails.slices(db, around(fixes, 0))
    expected = _allowed(fixes)
    assert same_trails(left, trust(expected, POLICY))
    assert {p.device_id for p in found} == {"T01", "T02"}
    recorded = await db.fetchval("select sum(n_fixes) from trail_purge")
    assert recorded == len(fixes) - len(expected)
    assert await quarantined(db, DAYS) == []


async def test_nothing_goes_before_its_day(db: Connection) -> None:
    await _scene(db)
    before = await kept(db)
    async with db.transaction():
        found = await purge_quarantined(db, DUE - timedelta(seconds=1), KEEPING)
    assert found == []
    assert await kept(db) == before


async def test_a_late_order_takes_fixes_out_of_quarantine(db: Connection) -> None:
    await _scene(db)
    await _order(db, "T02", None)
    assert [q.device_id for q in await quarantined(db, DAYS)] == ["T01"]
    async with db.transaction():
        await purge_quarantined(db, DUE, KEEPING)
    devices = {row[0] for row in await kept(db)}
    assert devices == {"T00", "T01", "T02"}


async def test_a_day_counts_from_the_delivery_that_brought_the_fix(
    db: Connection,
) -> None:
    fixes = wander()
    early = np.arange(len(fixes)) % 2 == 0
    async with db.transaction():
        await store(db, fixes.take(early), KEEPING, RECEIVED)
        await store(db, fixes.take(~early), KEEPING, RECEIVED + timedelta(days=5))
        gone = await purge_quarantined(db, DUE, KEEPING)
    assert sum(p.n_fixes for p in gone) < len(fixes) // 4
