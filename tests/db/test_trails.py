"""Trails stored in PostGIS and read back: the same to the bit, in any order."""

import asyncio

import numpy as np
import pytest

from geocorr.arrays import END_US, HOUR_US, Fixes, rows
from geocorr.candidates import cut
from geocorr.model import from_us
from geocorr.trust import OffSpell, trust
from sql import trails
from sql.db import Connection, Database, Role, connect
from sql.trail_store import Keeping, retrust, store
from sql.trail_stretches import around, stretches
from tests.db.trail_scenes import (
    KEEPING,
    POLICY,
    RECEIVED,
    START_US,
    kept,
    same_trails,
    wander,
)


async def _stored(conn: Connection, *batches: Fixes) -> None:
    async with conn.transaction():
        for batch in batches:
            await store(conn, batch, KEEPING, RECEIVED)


async def test_what_is_read_is_what_was_trusted(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    async with db.transaction():
        found = await trails.slices(db, around(fixes, 0))
    assert same_trails(found, trust(fixes, POLICY))
    assert len(found.stops) > 3


async def test_one_device_for_six_hours_has_speed_too(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    whole = trust(fixes.take(fixes.device == 1), POLICY)
    low, high = START_US + HOUR_US // 2, START_US + 2 * HOUR_US
    found = await trails.device_trail(db, "T01", from_us(low), from_us(high))
    expected = (whole.fixes.t_us >= low) & (whole.fixes.t_us <= high)
    assert found.fixes.devices == ("T01",)
    np.testing.assert_array_equal(found.fixes.t_us, whole.fixes.t_us[expected])
    part = whole.fixes.take(expected)
    np.testing.assert_array_equal(
        np.array(found.fixes.speed_kmh), np.array(part.speed_kmh)
    )
    np.testing.assert_array_equal(found.marks, whole.marks[expected])


async def test_an_unknown_device_has_an_empty_trail(db: Connection) -> None:
    found = await trails.device_trail(db, "none", RECEIVED, RECEIVED)
    async with db.transaction():
        none = await trails.slices(db, around(wander(), 0))
    assert len(found.fixes) == 0
    assert len(none.fixes) == 0


async def test_batches_in_any_order_make_the_same_rows(db: Connection) -> None:
    fixes = wander(seed=7)
    await _stored(db, fixes)
    at_once = await kept(db)
    await db.execute("delete from trail")
    part = np.random.default_rng(2).integers(0, 5, len(fixes))
    batches = [fixes.take(part == k) for k in (3, 0, 4, 1, 2, 0)]
    await _stored(db, *batches)
    assert await kept(db) == at_once


async def test_counts_say_what_was_new(db: Connection) -> None:
    fixes = wander()
    half = fixes.take(slice(0, 100))
    async with db.transaction():
        first = await store(db, half, KEEPING, RECEIVED)
        second = await store(db, fixes, KEEPING, RECEIVED)
        third = await store(db, fixes, KEEPING, RECEIVED)
    assert (first.read, first.new, first.repeats) == (100, 100, 0)
    assert (second.new, second.repeats) == (len(fixes) - 100, 100)
    assert (third.new, third.repeats) == (0, len(fixes))


async def test_touched_hours_hold_every_new_fix(db: Connection) -> None:
    late = wander(seed=3).take(slice(40, 60))
    async with db.transaction():
        done = await store(db, late, KEEPING, RECEIVED)
    assert done.touched.devices == ("T00",)
    assert done.touched.holds(late.device, late.t_us).all()


async def test_chunks_lie_as_the_core_cuts_them(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    whole = trust(fixes, POLICY)
    chunks = cut(whole, POLICY.line.max_gap_s)
    stored = await kept(db)
    assert [row[4] for row in stored] == (chunks.last - chunks.first).tolist()
    assert [row[5] for row in stored] == chunks.borrowed.tolist()
    assert sum(chunks.borrowed > 0) > 3


async def test_twins_are_both_kept_and_untrusted(db: Connection) -> None:
    fixes = wander().take(slice(0, 50))
    twin = rows(fixes.take(slice(20, 21)), slice(0, 1))
    moved = Fixes(
        twin.devices, twin.device, twin.t_us, twin.x_m + 500, twin.y_m,
        twin.accuracy_m, twin.mechanism,
    )  # fmt: skip
    await _stored(db, fixes, moved)
    async with db.transaction():
        found = await trails.slices(db, around(fixes, 0))
    at = found.fixes.t_us == twin.t_us[0]
    assert at.sum() == 2
    assert not found.trusted[at].any()


async def test_events_mark_stored_fixes_anew(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    off = (OffSpell("T00", START_US + HOUR_US, END_US),)
    first = fixes.take(fixes.device == 0)
    async with db.transaction():
        await retrust(db, around(first, 0), Keeping(POLICY, 27700, off))
        found = await trails.slices(db, around(fixes, 0))
    assert same_trails(found, trust(fixes, POLICY, off))


async def test_people_read_own_fixes_once(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    found = await db.fetch(
        "select device_id, seen_at, ST_X(place) x, ST_Y(place) y, ST_SRID(place) srid"
        " from fix order by device_id, seen_at, x, y"
    )
    assert [r["seen_at"] for r in found] == [from_us(t) for t in fixes.t_us]
    assert [r["x"] for r in found] == fixes.x_m.tolist()
    assert {r["srid"] for r in found} == {27700}


async def test_data_until_is_the_last_fix_of_each_device(db: Connection) -> None:
    fixes = wander()
    await _stored(db, fixes)
    last = [from_us(fixes.t_us[fixes.device == d].max()) for d in range(3)]
    assert await trails.trail_until(db) == list(zip(fixes.devices, last, strict=True))


async def test_a_lone_fix_stands_twice(db: Connection) -> None:
    await _stored(db, wander().take(slice(0, 1)))
    row = await db.fetchrow("select ST_NPoints(path) points, n_own from trail")
    assert (row["points"], row["n_own"]) == (2, 1)


async def test_a_failed_transaction_leaves_nothing(db: Connection) -> None:
    class Halfway(Exception):
        pass

    with pytest.raises(Halfway):
        async with db.transaction():
            await store(db, wander(), KEEPING, RECEIVED)
            raise Halfway
    assert await kept(db) == []


def test_stretches_join_where_hours_meet() -> None:
    device = np.array([1, 0, 0, 0], np.int32)
    from_hour = np.array([5, 9, 3, 1])
    to_hour = np.array([6, 10, 4, 3])
    found = stretches(("a", "b"), device, from_hour * HOUR_US, to_hour * HOUR_US)
    assert found.device.tolist() == [0, 0, 1]
    assert (found.from_us // HOUR_US).tolist() == [1, 9, 5]
    assert (found.to_us // HOUR_US).tolist() == [4, 10, 6]


async def test_two_loads_of_one_device_at_once_wait_for_each_other(
    db: Connection, database: Database
) -> None:
    fixes = wander(seed=11)
    await _stored(db, fixes)
    at_once = await kept(db)
    await db.execute("delete from trail")
    other = await connect(database, Role.WORKER)
    even = np.arange(len(fixes)) % 2 == 0
    await asyncio.gather(
        _stored(db, fixes.take(even)), _stored(other, fixes.take(~even))
    )
    await other.close()
    assert await kept(db) == at_once
