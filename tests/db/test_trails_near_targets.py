"""The join of targets with trails in PostGIS finds what the core finds in memory."""

import numpy as np
import pytest

from geocorr import candidates as core
from geocorr.arrays import Fixes, Targets
from geocorr.candidates import Pairs, of_devices
from geocorr.correlate import judge
from geocorr.orders import every_device
from geocorr.trust import trust
from sql import trails
from sql.db import Connection
from sql.trail_store import store
from sql.trail_stretches import around
from tests.bench import scene
from tests.db.trail_scenes import KEEPING, POLICY, RECEIVED, same_trails

SIZE = scene.Size(wearers=60, days=1, crimes=400)


@pytest.fixture(scope="module")
def fixes() -> Fixes:
    return scene.fixes(SIZE)


@pytest.fixture(scope="module")
def targets(fixes: Fixes) -> Targets:
    """Half round the towns, half on the heels of somebody, some for an instant."""
    made = scene.targets(SIZE)
    at = np.random.default_rng(5).integers(0, len(fixes), SIZE.crimes)
    near = np.arange(SIZE.crimes) % 2 == 0
    length_us = np.where(near & (at % 3 == 0), 0, made.to_us - made.from_us)
    from_us = np.where(near, fixes.t_us[at], made.from_us)
    return Targets(
        np.where(near, fixes.x_m[at] + 60, made.x_m),
        np.where(near, fixes.y_m[at] - 60, made.y_m),
        from_us,
        from_us + length_us,
        made.radius_m,
        made.r95_m,
    )


async def test_the_same_hits_as_in_memory(
    db: Connection, fixes: Fixes, targets: Targets
) -> None:
    whole, wearers = trust(fixes, POLICY), every_device(fixes.devices)
    expected = judge(
        whole, wearers, targets, core.pairs(whole, wearers, targets, POLICY), POLICY
    )
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
        near = await trails.candidates(db, targets, POLICY, around_s=4_200)
    local = every_device(near.trails.fixes.devices)
    pairs = of_devices(near.target, near.device, local, targets)
    found = judge(near.trails, local, targets, pairs, POLICY)
    assert len(found) > 100
    assert _named(found.pairs, near.trails.fixes) == _named(expected.pairs, fixes)
    assert found.verdict.tolist() == expected.verdict.tolist()
    for column in ("fixes_inside", "first_inside_us", "min_path_m", "dwell_s"):
        np.testing.assert_array_equal(
            getattr(found.facts, column), getattr(expected.facts, column)
        )
    assert found.clock_test == expected.clock_test


def _named(pairs: Pairs, fixes: Fixes) -> list[tuple[int, str]]:
    devices = [fixes.devices[i] for i in pairs.wearer]
    return list(zip(pairs.target.tolist(), devices, strict=True))


async def test_far_less_is_read_than_is_stored(
    db: Connection, fixes: Fixes, targets: Targets
) -> None:
    one = targets.take(slice(0, 1))
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
        near = await trails.candidates(db, one, POLICY)
    assert set(near.target.tolist()) == {0}
    assert 0 < len(near.trails.fixes) < len(fixes) // 10


async def test_no_target_near_anyone_reads_nothing(
    db: Connection, fixes: Fixes, targets: Targets
) -> None:
    away = Targets(
        targets.x_m + 1e6, targets.y_m, targets.from_us, targets.to_us,
        targets.radius_m, targets.r95_m,
    )  # fmt: skip
    async with db.transaction():
        await store(db, fixes.take(slice(0, 5_000)), KEEPING, RECEIVED)
        near = await trails.candidates(db, away, POLICY)
    assert len(near.target) == 0
    assert len(near.trails.fixes) == 0


async def test_slices_of_all_hours_are_the_whole(db: Connection, fixes: Fixes) -> None:
    async with db.transaction():
        await store(db, scene.shuffled(fixes), KEEPING, RECEIVED)
        found = await trails.slices(db, around(fixes, 0))
    assert same_trails(found, trust(fixes, POLICY))
