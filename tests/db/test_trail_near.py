"""What PostGIS says came near holds every pair that whole trails list, and few more."""

from dataclasses import replace

import numpy as np
import pytest

from geocorr import arrays
from geocorr.arrays import Fixes, Targets, columns_of
from geocorr.correlate import correlate
from geocorr.orders import every_device
from geocorr.policy import Policy
from geocorr.trust import trust
from sql import trail_near
from sql.db import Connection
from sql.trail_store import store
from tests.db.trail_scenes import KEEPING, POLICY, RECEIVED
from tests.property.scenes import scene

SEEDS = range(120)
POLICIES = {
    "probability": POLICY,
    "distance": POLICY.with_match(rule="distance"),
    "low probability": POLICY.with_match(min_probability=0.2),
}


@pytest.fixture(scope="module")
def scenes() -> tuple[Fixes, Targets]:
    """Many scenes side by side: spikes, twins, cell towers, gaps, instants, stops."""
    made = [scene(seed) for seed in SEEDS]
    names = [
        f"S{seed:03}-{fixes.devices[device]}"
        for seed, (fixes, _, _) in zip(SEEDS, made, strict=True)
        for device in fixes.device
    ]
    columns = ("t_us", "x_m", "y_m", "accuracy_m", "mechanism")
    each = {name: _joined([fixes for fixes, _, _ in made], name) for name in columns}
    place = (each.pop("t_us"), each.pop("x_m"), each.pop("y_m"))
    targets = [targets for _, _, targets in made]
    sought = {name: _joined(targets, name) for name in columns_of(targets[0])}
    return arrays.fixes(names, *place, **each), Targets(**sought)


def _joined(tables: list[object], name: str) -> np.ndarray:
    return np.concatenate([getattr(table, name) for table in tables])


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
async def test_no_pair_that_is_listed_is_missed(
    db: Connection, scenes: tuple[Fixes, Targets], policy: Policy
) -> None:
    fixes, targets = scenes
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
    near = await _near(db, targets, policy)
    trails, wearers = trust(fixes, policy), every_device(fixes.devices)
    hits = correlate(trails, wearers, targets, policy)
    devices = [fixes.devices[i] for i in hits.pairs.wearer]
    listed = set(zip(hits.pairs.target.tolist(), devices, strict=True))
    assert len(listed) > 500
    assert listed <= near
    assert len(near) < 2 * len(listed)


async def test_portions_make_no_difference(
    db: Connection,
    scenes: tuple[Fixes, Targets],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fixes, targets = scenes
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
    at_once = await _near(db, targets, POLICY)
    monkeypatch.setattr(trail_near, "_PORTION", 100)
    assert await _near(db, targets, POLICY) == at_once


async def test_a_line_that_passes_an_untrusted_fix_over_is_seen(
    db: Connection,
) -> None:
    """Between two good fixes a tower's fix far away: the line leads past the place."""
    t_us = scene(0)[0].t_us[0] + np.arange(3) * 60_000_000
    fixes = arrays.fixes(
        ["T"] * 3,
        t_us,
        np.array([400_000.0, 409_000.0, 401_000.0]),
        np.full(3, 300_000.0),
        accuracy_m=np.array([10, 1_500, 10], np.float32),
        mechanism=np.array([0, 2, 0], np.uint8),
    )
    middle = replace(scene(0)[2].take(slice(0, 1)), radius_m=np.array([100.0]))
    target = replace(
        middle,
        x_m=np.array([400_500.0]),
        y_m=np.array([300_050.0]),
        from_us=t_us[:1],
        to_us=t_us[2:],
    )
    aside = replace(target, y_m=np.array([300_200.0]))
    async with db.transaction():
        await store(db, fixes, KEEPING, RECEIVED)
    assert await _near(db, target, POLICY) == {(0, "T")}
    assert await _near(db, aside, POLICY) == set()


async def test_no_targets_are_near_nobody(db: Connection) -> None:
    none = scene(0)[2].take(slice(0, 0))
    assert await _near(db, none, POLICY) == set()


async def _near(
    db: Connection, targets: Targets, policy: Policy
) -> set[tuple[int, str]]:
    target, device = await trail_near.near(db, targets, policy)
    names = dict(await db.fetch("select id, device_id from device"))
    pairs = zip(target.tolist(), device.tolist(), strict=True)
    return {(g, names[d]) for g, d in pairs}
