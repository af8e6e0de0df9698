"""Small trails for the tests of the store, and how to look at what it keeps."""

from datetime import UTC, datetime

import numpy as np

from geocorr.arrays import US_PER_S, Fixes, Trails, columns_of, in_order
from loaders.policy import shipped
from sql.db import Connection
from sql.trail_store import Keeping

POLICY = shipped()
KEEPING = Keeping(POLICY, 27700)
RECEIVED = datetime(2026, 3, 12, 8, tzinfo=UTC)
START_US = int(datetime(2026, 3, 10, 22, 30, tzinfo=UTC).timestamp()) * US_PER_S


def wander(seed: int = 1, devices: int = 3, minutes: int = 200) -> Fixes:
    """Devices that stand, walk, jump and fall silent, over midnight and hours."""
    rng = np.random.default_rng(seed)
    n = devices * minutes
    span = (devices, minutes)
    t_us = START_US + np.sort(rng.integers(0, minutes * 60_000_000, span)).ravel()
    pace = np.repeat(rng.choice([1.0, 1.0, 300.0], n // 20), 20)[:, None]
    jump = np.where(rng.random((n, 1)) < 0.03, 5_000.0, 0.0)
    place = np.cumsum(rng.normal(0, 1, (n, 2)) * pace, axis=0)
    place += rng.normal(0, 1, (n, 2)) * jump + np.array([400_000, 300_000])
    accuracy = rng.choice([3.0, 8.5, 30.25, 180.0, np.nan], n).astype(np.float32)
    speed = np.where(rng.random(n) < 0.5, np.nan, rng.uniform(0, 90, n))
    loose = Fixes(
        tuple(f"T{i:02d}" for i in range(devices)),
        np.repeat(np.arange(devices), minutes).astype(np.int32),
        np.where(rng.random(n) < 0.1, t_us // 60_000_000 * 60_000_000, t_us),
        place[:, 0],
        place[:, 1],
        accuracy,
        rng.choice([0, 0, 0, 1, 2], n).astype(np.uint8),
        speed.astype(np.float32),
        np.full(n, np.nan, np.float32),
    )
    silent = (loose.t_us // 600_000_000 + loose.device) % 5 == 0
    return in_order(loose.take(~silent))


def same_trails(one: Trails, other: Trails) -> bool:
    """Equal to the bit: fixes, R95, marks and stops."""
    if one.fixes.devices != other.fixes.devices:
        return False
    pairs = [(one, other), (one.fixes, other.fixes), (one.stops, other.stops)]
    return all(_same(a, b) for a, b in pairs)


def _same(one: object, other: object) -> bool:
    first, second = columns_of(one), columns_of(other)
    shared = first.keys() & second.keys()
    return all(
        np.array_equal(
            first[name], second[name], equal_nan=first[name].dtype.kind == "f"
        )
        for name in shared
    )


async def kept(conn: Connection) -> list[tuple[object, ...]]:
    """Every row of the trails as bytes, the device by name."""
    found = await conn.fetch(
        "select d.device_id, t_from, t_to, received_at, n_own, n_borrowed,"
        " cube_send(bounds), geometry_send(path), attrs, stops,"
        " fastest_m_s, line_gap_s"
        " from trail join device d on d.id = trail.device order by 1, 2"
    )
    return [tuple(row) for row in found]
