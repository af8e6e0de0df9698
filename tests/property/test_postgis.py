"""Brute force = R-tree in memory = PostGIS, for points, lines and dwell.

Trails go through the store, crimes and orders into their tables, hits come out of the
worker's match. Two more judges are PostGIS's own functions, used in tests only.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from api.matches.hits_file import csv_text
from api.matches.matching import SOFTWARE, Why, match
from geocorr import arrays, findings
from geocorr.arrays import BEGINNING_US, END_US, Fixes, Targets, Wearers
from geocorr.correlate import correlate
from geocorr.model import Basis, Crime, Outcome, TagOrder, from_us
from geocorr.orders import wearers as worn_by
from geocorr.policy import Policy
from geocorr.trust import trust
from loaders.policy import shipped
from sql import crimes, hits, orders
from sql.batches import Delivery
from sql.db import Connection, Database, Role, connection
from sql.trail_store import Keeping, store
from tests.property import oracle
from tests.property.scenes import EAST, NORTH, START_US, scene, seeds
from tests.property.test_engines import assert_same

RECEIVED = datetime(2026, 4, 2, 8, tzinfo=UTC)
FORCE = "Kent"
DELIVERY = Delivery(
    force=FORCE,
    batch_id="KNT20260401",
    day=date(2026, 4, 1),
    suffix="",
    original=b"scene",
    sender="tester",
    zone="UTC",
    outcome=Outcome.SUCCESSFUL,
    cause=None,
    read=1,
    accepted=1,
    rejected=0,
)
SHIPPED = shipped()
POLICIES = {
    "probability": SHIPPED,
    "distance": SHIPPED.with_match(rule="distance", min_fixes=2, radius_m=150.0),
    "half circle": SHIPPED.with_match(rule="half_circle", min_fixes=2),
    "blurred places": replace(SHIPPED, location_r95_by_type={"TFMV": 40.0}),
}
few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def tag_orders(fixes: Fixes, wearers: Wearers) -> list[TagOrder]:
    """The orders that make these wearers."""
    rows = zip(
        wearers.device.tolist(),
        wearers.from_us.tolist(),
        wearers.to_us.tolist(),
        strict=True,
    )
    return [
        TagOrder(
            f"O{i}",
            fixes.devices[device],
            f"N{i}",
            Basis.COMMUNITY_ORDER,
            datetime(2020, 1, 1, tzinfo=UTC) if low == BEGINNING_US else from_us(low),
            None if high == END_US else from_us(high),
        )
        for i, (device, low, high) in enumerate(rows)
    ]


def offences(targets: Targets) -> list[Crime]:
    """Crimes at these places, every second one a theft from a vehicle."""
    return [
        Crime(
            police_force=FORCE,
            crime_reference=f"K{i:03}",
            crime_type="TFMV" if i % 2 else "RB",
            crime_type_description="",
            batch_id=DELIVERY.batch_id or "",
            window_from=from_us(targets.from_us[i]),
            window_to=from_us(targets.to_us[i]),
            latitude=51.0,
            longitude=0.0,
            x_m=float(targets.x_m[i]),
            y_m=float(targets.y_m[i]),
        )
        for i in range(len(targets))
    ]


async def emptied(database: Database) -> None:
    async with connection(database, Role.OWNER) as conn:
        await conn.execute("truncate trail, tag_order, original_file cascade")


async def stored(
    conn: Connection, fixes: Fixes, held: list[TagOrder], policy: Policy
) -> None:
    await orders.keep(conn, held)
    async with conn.transaction():
        await store(conn, fixes, Keeping(policy, 27700), RECEIVED)


async def in_postgis(
    database: Database, fixes: Fixes, held: list[TagOrder], *, given: tuple
) -> str:
    """The hits as PostGIS and the worker's match find them."""
    found, policy = given
    await emptied(database)
    async with connection(database, Role.WORKER) as conn:
        await stored(conn, fixes, held, policy)
        batch = await crimes.store_batch(conn, DELIVERY, found, set())
        await match(conn, batch.versions, policy, Why("batch", "scene", batch.batch))
        return csv_text([row.hit for row in await hits.listed(conn)])


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
@given(seed=seeds)
@few
def test_three_engines_agree(database: Database, policy: Policy, seed: int) -> None:
    fixes, loose, places = scene(seed)
    held, found = tag_orders(fixes, loose), offences(places)
    worn = worn_by(held, fixes.devices, policy)
    at = findings.latest(found)
    targets = findings.targets(at, policy)
    trails = trust(fixes, policy)
    in_memory = correlate(trails, worn, targets, policy)
    if policy.match.rule != "half_circle":  # brute force knows the other two
        assert_same(in_memory, oracle.findings(fixes, worn, targets, policy))
    rows = findings.rows(in_memory, at, worn, trails, policy, SOFTWARE)
    expected = csv_text(findings.in_order(rows))
    there = in_postgis(database, fixes, held, given=(found, policy))
    assert asyncio.run(there) == expected


BY_DISTANCE = SHIPPED.with_match(rule="distance")


def clean_scene(seed: int) -> tuple[Fixes, Targets]:
    """Three devices whose every fix is trusted, and crimes on their heels."""
    rng = np.random.default_rng(seed)
    n = 150
    parts = []
    for _ in range(3):
        step_s = rng.choice([60, 60, 60, 20, 300, 301, 1_200], n)
        pace = np.repeat(rng.choice([0.0, 1.4, 9.0, 20.0], n // 10), 10)
        heading = np.cumsum(rng.normal(0, 0.4, n))
        east = np.cumsum(pace * step_s * np.cos(heading)) + rng.normal(0, 3, n)
        north = np.cumsum(pace * step_s * np.sin(heading)) + rng.normal(0, 3, n)
        parts.append((START_US + np.cumsum(step_s) * 1_000_000, east, north))
    t, x, y = (np.concatenate(column) for column in zip(*parts, strict=True))
    accuracy = np.full(3 * n, 12.0, np.float32)
    names = [f"T{i}" for i in range(3) for _ in range(n)]
    fixes = arrays.fixes(names, t, EAST + x, NORTH + y, accuracy_m=accuracy)
    near, m = rng.integers(0, len(fixes), 12), 12
    length = rng.choice([0, 1, 300, 1_800, 12 * 3_600], m) * 1_000_000
    from_us = fixes.t_us[near] + rng.integers(-900, 900, m) * 1_000_000
    place = [c[near] + rng.normal(0, 120, m) for c in (fixes.x_m, fixes.y_m)]
    radius = np.full(m, BY_DISTANCE.match.radius_m)
    return fixes, Targets(*place, from_us, from_us + length, radius, np.zeros(m))


TARGETS = """
    with target as (
        select target, st_setsrid(st_makepoint(x, y), 27700) as place, c0, c1
        from unnest($1::int[], $2::float[], $3::float[], $4::float[], $5::float[])
            as asked (target, x, y, c0, c1))
    select distinct target, device_id from target
"""
POINTS = """
    join fix on fix.seen_at between to_timestamp(c0) and to_timestamp(c1)
        and st_dwithin(fix.place, target.place, $6)
"""
LINES = """
    join trail on st_distance(st_locatebetween(path, c0, c1), target.place) <= $6
    join device on device.id = trail.device
"""
Pairs = set[tuple[int, str]]


async def as_postgis_sees_it(
    database: Database, fixes: Fixes, targets: Targets
) -> tuple[Pairs, Pairs]:
    """Pairs with a fix inside, and pairs with a fix or a line inside."""
    asked = (
        list(range(len(targets))),
        targets.x_m.tolist(),
        targets.y_m.tolist(),
        (targets.from_us / 1e6).tolist(),
        (targets.to_us / 1e6).tolist(),
        BY_DISTANCE.match.radius_m,
    )
    await emptied(database)
    async with connection(database, Role.WORKER) as conn:
        await stored(conn, fixes, [], BY_DISTANCE)
        points = await conn.fetch(TARGETS + POINTS, *asked)
        lines = await conn.fetch(TARGETS + LINES, *asked)
        return {tuple(row) for row in points}, {tuple(row) for row in lines}


@given(seed=seeds)
@few
def test_postgis_itself_agrees_on_points_and_segments(
    database: Database, seed: int
) -> None:
    fixes, targets = clean_scene(seed)
    trails = trust(fixes, BY_DISTANCE)
    assume(trails.trusted.all())
    always = Wearers(
        np.arange(3, dtype=np.int32),
        np.full(3, BEGINNING_US),
        np.full(3, END_US),
        *(("",) * 3 for _ in range(3)),
    )
    found = correlate(trails, always, targets, BY_DISTANCE)
    named = zip(found.pairs.target, found.pairs.wearer, found.verdict, strict=True)
    words = {(int(g), fixes.devices[w]): verdict for g, w, verdict in named}
    points, lines = asyncio.run(as_postgis_sees_it(database, fixes, targets))
    assert {pair for pair, word in words.items() if word == "hit"} == points
    assert words.keys() == points | lines
