"""Rows 2 and 3: columns in memory to hits, against the floor and against PostGIS.

The floor is what merely reading costs: numpy's `max()` of the same t, x and y columns.
Ours takes those columns, as the product holds them, to the pairs of target and device
by rule (b), a fix inside or a line; the boxes of the fixes are made within its time.
The pairs by rule (a) are compared with those of `ST_DWithin` first.
"""

import time
from collections.abc import Awaitable, Callable
from statistics import median

import numpy as np

from geocorr import stream
from geocorr.arrays import Targets, Trails
from geocorr.lines import Track
from geocorr.trust import trust
from loaders.policy import shipped
from sql.db import Connection
from tests.bench import brute, scene
from tests.bench.matching import POINTS

THREADS = 2
ROUNDS = 7
QUERIES = 3
ConnFactory = Callable[[], Awaitable[Connection]]
Pairs = set[tuple[int, int]]


def pairs(trails: Trails, targets: Targets, gap_us: int = brute.GAP_US) -> Pairs:
    """(target, device) by rule (b), or by rule (a) where no gap is joined."""
    return set(zip(*(c.tolist() for c in found(trails, targets, gap_us)), strict=True))


def found(trails: Trails, targets: Targets, gap_us: int) -> tuple[np.ndarray, ...]:
    """The same as two columns: all that is timed, from the columns of the trails."""
    fixes = trails.fixes
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, trails.trusted)
    places = (targets.x_m, targets.y_m, targets.radius_m)
    windows = (*places, targets.from_us, targets.to_us)
    return stream.near(track, fixes.device_starts(), windows, gap_us, THREADS)


async def measure(conn_factory: ConnFactory, size: str) -> dict[str, float]:
    """Ratios of rows 2 and 3; the database still holds what `matching` laid there."""
    of = scene.SIZES[size]
    trails, targets = trust(scene.fixes(of), shipped()), scene.targets(of)
    conn = await conn_factory()
    try:
        compared = await _compared(conn, trails, targets, exhaustive=size != "national")
        queries = [await _query_s(conn) for _ in range(QUERIES)]
    finally:
        await conn.close()
    floor_s, ours_s = laps(trails, targets)
    return {
        **compared,
        "floor_s": floor_s,
        "engine_s": ours_s,
        "engine_st_dwithin_s": median(queries),
        "row2_floor_ratio": ours_s / floor_s,
        "row3_postgis_ratio": median(queries) / ours_s,
    }


async def _compared(
    conn: Connection, trails: Trails, targets: Targets, exhaustive: bool
) -> dict[str, float]:
    """Pairs that one side has and another has not; AssertionError if any."""
    crimes = await conn.fetch("select id from crime_row order by id")
    at = {row[0]: i for i, row in enumerate(crimes)}
    theirs = {(at[v], d) for v, d in await conn.fetch(POINTS)}
    compared = {"engine_points_postgis": len(pairs(trails, targets, 0) ^ theirs)}
    if exhaustive:
        slow = brute.pairs(trails, targets)
        for rule, gap_us in (("points", 0), ("lines", brute.GAP_US)):
            expected = {(g, d) for g, d in slow[rule].tolist()}
            differing = len(pairs(trails, targets, gap_us) ^ expected)
            compared[f"engine_{rule}_brute"] = differing
    if any(compared.values()):
        raise AssertionError(f"the pairs differ: {compared}")
    return {f"row1_{name}": n for name, n in compared.items()}


async def _query_s(conn: Connection) -> float:
    start = time.perf_counter()
    await conn.fetch(POINTS)
    return time.perf_counter() - start


def laps(trails: Trails, targets: Targets) -> tuple[float, float]:
    """Median seconds of the floor and of ours, a lap each in turn, warm."""
    fixes = trails.fixes
    columns = (fixes.t_us, fixes.x_m, fixes.y_m)
    both = [
        (
            seconds(lambda: [column.max() for column in columns]),
            seconds(lambda: found(trails, targets, brute.GAP_US)),
        )
        for _ in range(ROUNDS + 1)
    ][1:]
    floor_s, ours_s = (median(side) for side in zip(*both, strict=True))
    return floor_s, ours_s


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
