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
    trails, targets = _scene(size)
    conn = await conn_factory()
    try:
        crimes = await conn.fetch("select id from crime_row order by id")
        at = {row[0]: i for i, row in enumerate(crimes)}
        theirs = {(at[v], d) for v, d in await conn.fetch(POINTS)}
        differing = _same({"points_postgis": pairs(trails, targets, 0) ^ theirs})
        query_s = median([await _query_s(conn) for _ in range(QUERIES)])
    finally:
        await conn.close()
    figures = _against_floor(trails, targets)
    ratio = query_s / figures["engine_s"]
    figures |= {"engine_st_dwithin_s": query_s, "row3_postgis_ratio": ratio}
    return {**differing, **_against_brute(trails, targets, size), **figures}


def measure_alone(size: str) -> dict[str, float]:
    """Row 2 for a size that is not laid into a database, brute force beside it."""
    trails, targets = _scene(size)
    of = {"fixes": len(trails.fixes), "crimes": len(targets)}
    differing = _against_brute(trails, targets, size)
    return {**of, **differing, **_against_floor(trails, targets)}


def _scene(size: str) -> tuple[Trails, Targets]:
    of = scene.SIZES[size]
    return trust(scene.fixes(of), shipped()), scene.targets(of)


def _against_brute(trails: Trails, targets: Targets, size: str) -> dict[str, float]:
    """Every fix and line for every target; at `national` PostGIS stands for it."""
    if size == "national":
        return {}
    slow = brute.pairs(trails, targets)
    return _same(
        {
            f"{rule}_brute": pairs(trails, targets, gap_us)
            ^ {(g, d) for g, d in slow[rule].tolist()}
            for rule, gap_us in (("points", 0), ("lines", brute.GAP_US))
        }
    )


def _same(differing: dict[str, Pairs]) -> dict[str, float]:
    """How many pairs differ, by what was compared; AssertionError if any."""
    if any(differing.values()):
        raise AssertionError(f"the pairs differ: {differing}")
    return {f"row1_engine_{name}": len(found) for name, found in differing.items()}


def _against_floor(trails: Trails, targets: Targets) -> dict[str, float]:
    floor_s, ours_s = laps(trails, targets)
    ratio = ours_s / floor_s
    return {"floor_s": floor_s, "engine_s": ours_s, "row2_floor_ratio": ratio}


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
