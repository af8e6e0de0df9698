"""Whatever the order, the batches and the repeats, the store comes out the same."""

import asyncio

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geocorr.arrays import Fixes, Trails
from geocorr.trust import trust
from sql import trails
from sql.db import Connection, Database, Role, connect
from sql.trail_store import store
from sql.trail_stretches import around
from tests.db.trail_scenes import KEEPING, POLICY, RECEIVED, kept, same_trails, wander

Rows = list[tuple[object, ...]]


async def _store(conn: Connection, batches: list[Fixes]) -> Rows:
    await conn.execute("delete from trail")
    for batch in batches:
        async with conn.transaction():
            await store(conn, batch, KEEPING, RECEIVED)
    return await kept(conn)


async def _both(
    database: Database, fixes: Fixes, batches: list[Fixes]
) -> tuple[Rows, Rows, Trails]:
    conn = await connect(database, Role.WORKER)
    try:
        at_once = await _store(conn, [fixes])
        bit_by_bit = await _store(conn, batches)
        async with conn.transaction():
            return at_once, bit_by_bit, await trails.slices(conn, around(fixes, 0))
    finally:
        await conn.close()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10_000),
    minutes=st.sampled_from([20, 100, 260]),
    n_batches=st.integers(1, 8),
    repeats=st.floats(0, 1),
)
def test_any_batches_make_the_same_rows(
    database: Database, seed: int, minutes: int, n_batches: int, repeats: float
) -> None:
    fixes = wander(seed, devices=2, minutes=minutes)
    rng = np.random.default_rng(seed)
    part = rng.integers(0, n_batches, len(fixes))
    batches = [
        fixes.take(rng.permutation(np.flatnonzero(part == k))) for k in range(n_batches)
    ]
    batches.append(fixes.take(rng.random(len(fixes)) < repeats))
    at_once, bit_by_bit, found = asyncio.run(_both(database, fixes, batches))
    assert bit_by_bit == at_once
    assert same_trails(found, trust(fixes, POLICY))
