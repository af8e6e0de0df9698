"""Rows 1, 4 and 5: crimes in to hits stored, against one `ST_DWithin` over all fixes.

Both sides' pairs are compared before either is timed: rule (a), a fix inside, with the
`ST_DWithin` query; rule (b), also a line, with `ST_LocateBetween` on the stored paths;
and, where the size allows, both with a brute force over every fix.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from api.matches.matching import RunDone, Why, match
from geocorr.arrays import HOUR_US
from loaders.policy import shipped
from sql import trails
from sql.db import Connection
from sql.trail_stretches import stretches
from tests.bench import brute, scene, stage
from tests.bench.stage import Stage

ConnFactory = Callable[[], Awaitable[Connection]]
Pairs = set[tuple[int, str]]

SLOW_S = 20.0
SINGLES = 60
# One crime's place and window beside a btree on neither: the fixes' index is used.
_CRIME_ROWS = """
create table crime_row as
select id, place, window_from, window_to from crime_version
"""
POINTS = """
select distinct crime_row.id, fix_row.device
from crime_row
join fix_row on ST_DWithin(fix_row.geom, crime_row.place, 100)
    and fix_row.t between crime_row.window_from and crime_row.window_to
"""
_LINES = """
select distinct crime.id, trail.device
from crime_row as crime
cross join lateral (
    select device from trail
    where bounds && cube(
            array[ST_X(place) - 101, ST_Y(place) - 101,
                extract(epoch from window_from)::float8 - 1],
            array[ST_X(place) + 101, ST_Y(place) + 101,
                extract(epoch from window_to)::float8 + 1])
        and t_from between window_from - interval '1 hour'
            and window_to + interval '5 minutes'
        and ST_Distance(
            ST_LocateBetween(path, extract(epoch from window_from)::float8,
                extract(epoch from window_to)::float8),
            ST_SetSRID(place, ST_SRID(path))) <= 100
    offset 0
) as trail
"""
_FOUND = """
select crime_version, device_id from hit where run = $1 and verdict = any($2::text[])
"""


@dataclass(frozen=True, slots=True)
class Laps:
    """Seconds of each round, one list a side."""

    query: list[float]
    one_connection: list[float]
    two_connections: list[float]
    single: list[float]


async def measure(
    conn_factory: ConnFactory, size: str, rounds: int = 5
) -> dict[str, float]:
    """Differences (row 1), ratios (rows 4 and 5) and the figures behind them."""
    conns = [await conn_factory(), await conn_factory()]
    try:
        built = await stage.build(conns[0], scene.SIZES[size])
        await conns[0].execute(_CRIME_ROWS)
        await conns[0].execute("analyze crime_row")
        differing = await _differences(conns[0], built, exhaustive=size != "national")
        laps = await _laps(conns, built, rounds)
    finally:
        for conn in conns:
            await conn.close()
    return {"fixes": built.fixes, "crimes": len(built.targets), **differing} | _figures(
        laps
    )


def _figures(laps: Laps) -> dict[str, float]:
    query_s, batch_s = median(laps.query), median(laps.one_connection)
    two_s, single_s = median(laps.two_connections), median(laps.single)
    return {
        "rounds": len(laps.query),
        "st_dwithin_s": query_s,
        "match_s": batch_s,
        "match_two_connections_s": two_s,
        "single_crime_ms": 1e3 * single_s,
        "row4_match_ratio": batch_s / query_s,
        "row4_match_ratio_two_connections": two_s / query_s,
        "row5_single_ratio": single_s / batch_s,
    }


async def _differences(
    conn: Connection, built: Stage, exhaustive: bool
) -> dict[str, float]:
    """How many pairs one side has and another has not, by rule; AssertionError if any.

    A ratio between differing answers would say nothing.
    """
    policy = shipped().with_match(rule="distance")
    done = await match(conn, built.versions, policy, Why("batch", "bench"))
    ours = {
        "points": await _pairs(conn, _FOUND, done.run, ["hit"]),
        "lines": await _pairs(conn, _FOUND, done.run, ["hit", "passed"]),
    }
    names = dict(await conn.fetch("select id, device_id from device"))
    theirs = {
        # The row per fix has the scene's own numbers.
        "points": {(v, f"D{d:06d}") for v, d in await conn.fetch(POINTS)},
        "lines": {(v, names[d]) for v, d in await conn.fetch(_LINES)},
    }
    found: dict[str, float] = {}
    for rule, pairs in ours.items():
        found[f"pairs_{rule}"] = len(pairs)
        found[f"row1_{rule}_postgis"] = len(pairs ^ theirs[rule])
    if exhaustive:
        for rule, pairs in (await _brute(conn, built)).items():
            found[f"row1_{rule}_brute"] = len(pairs ^ ours[rule])
    if any(n for name, n in found.items() if name.startswith("row1")):
        raise AssertionError(f"the pairs differ: {found}")
    return found


async def _pairs(conn: Connection, query: str, *arguments: object) -> Pairs:
    return {(row[0], row[1]) for row in await conn.fetch(query, *arguments)}


async def _brute(conn: Connection, built: Stage) -> dict[str, Pairs]:
    """Both rules over every stored fix, with no index and no box."""
    names = tuple(
        row[0]
        for row in await conn.fetch("select device_id from device order by device_id")
    )
    device = np.arange(len(names), dtype=np.int32)
    low = np.full(len(names), scene.START_US - HOUR_US)
    high = np.full(len(names), int(built.targets.to_us.max()) + HOUR_US)
    async with conn.transaction():
        whole = await trails.slices(conn, stretches(names, device, low, high))
    return {
        rule: {(built.versions[g], names[d]) for g, d in pairs.tolist()}
        for rule, pairs in brute.pairs(whole, built.targets).items()
    }


async def _laps(conns: list[Connection], built: Stage, rounds: int) -> Laps:
    """All sides in turn, so that a change in the machine's pace meets each.

    The first round only warms. Where a round takes long, three are enough.
    """
    laps = Laps([], [], [], [])
    await _round(conns, built, laps)
    for side in (laps.query, laps.one_connection, laps.two_connections, laps.single):
        side.clear()
    start = time.perf_counter()
    while len(laps.query) < rounds:
        await _round(conns, built, laps)
        done = len(laps.query)
        if done >= 3 and time.perf_counter() - start > SLOW_S * done:
            break
    return laps


async def _round(conns: list[Connection], built: Stage, laps: Laps) -> None:
    """One lap a side, each on crimes that just came in; of single crimes several."""
    first, second = await _fresh(conns[0], built)
    laps.query.append(await _seconds(conns[0].fetch(POINTS)))
    laps.one_connection.append(await _seconds(_match(conns[0], first)))
    halves = (second[::2], second[1::2])
    both = [_match(c, half) for c, half in zip(conns, halves, strict=True)]
    laps.two_connections.append(await _seconds(asyncio.gather(*both)))
    laps.single.extend(await _singles(conns[0], first, len(laps.query)))


async def _fresh(conn: Connection, built: Stage) -> list[tuple[int, ...]]:
    """The same crimes twice more, as crimes of their own that nobody matched yet.

    The database is told what it has by now, as it finds out by itself in a minute.
    """
    turn = await conn.fetchval("select count(*) from batch")
    made = [await stage.deliver(conn, built.targets, turn + k) for k in range(2)]
    await conn.execute("analyze batch, crime, crime_version, hit, hit_listed")
    return made


async def _singles(
    conn: Connection, versions: tuple[int, ...], turn: int
) -> list[float]:
    """Seconds of matching some crimes again, one at a time."""
    chosen = np.random.default_rng(turn).choice(versions, SINGLES)
    return [await _seconds(_match(conn, (int(v),))) for v in chosen]


def _match(conn: Connection, versions: tuple[int, ...]) -> Awaitable[RunDone]:
    return match(conn, versions, shipped(), Why("batch", "bench"))


async def _seconds(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start
