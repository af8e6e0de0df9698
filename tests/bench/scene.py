"""Trails and targets for benchmarks, from a seed: nobody in them ever lived.

One fix per 60 s with jitter; people move between a few anchors round 40 towns, a tenth
stay at home, each device falls silent for some 8 % of the day. Targets lie round the
same towns, with windows of 5 min to 12 h (median 1.5 h) and a radius of 100 m.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from geocorr.arrays import DAY_US, US_PER_S, Bools, Codes, Fixes, Floats, Ints, Targets

TOWNS = 40
ANCHORS = 4
TRIPS_A_DAY = 8
MINUTES = 1_440
BLOCK = 500
START_US = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp()) * US_PER_S
_SPEED_M_MIN = 8.0 * 60
_OUTAGE_MIN = (30, 201)
_SIGMAS_PER_R95 = 2.4477


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make; `fixes` come to about 1,325 for each wearer and day."""

    wearers: int
    days: int
    crimes: int


SIZES = {
    "tiny": Size(100, 1, 200),
    "small": Size(2_000, 1, 1_000),
    "national": Size(20_000, 1, 5_000),
    "backlog": Size(2_000, 30, 30_000),
}


@dataclass(frozen=True, slots=True)
class _Journeys:
    """Departures [wearers, trips] in minutes, and the anchors between them, metres."""

    leaves_min: Floats
    from_xy: Floats
    to_xy: Floats


def fixes(size: Size, seed: int = 1) -> Fixes:
    """All fixes of a size as one table, sorted."""
    parts = list(blocks(size, seed))
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("device", "t_us", "x_m", "y_m", "accuracy_m", "mechanism")
    }
    return Fixes(parts[0].devices, **columns)


def blocks(size: Size, seed: int = 1) -> Iterator[Fixes]:
    """The same fixes in tables of at most `BLOCK` devices, one after another.

    Every table names all devices, so that the tables may be put end to end.
    """
    names = tuple(f"D{i:06d}" for i in range(size.wearers))
    for first in range(0, size.wearers, BLOCK):
        rng = np.random.default_rng([seed, 1, first])
        device = np.arange(first, min(first + BLOCK, size.wearers))
        journeys = _journeys(rng, _towns(seed), len(device), size.days)
        yield _block(rng, names, device, journeys)


def targets(size: Size, seed: int = 1) -> Targets:
    """Crimes round the towns, some where people are often and some where never."""
    rng = np.random.default_rng([seed, 2])
    n = size.crimes
    place = _towns(seed)[rng.integers(TOWNS, size=n)] + rng.normal(0, 2_500, (n, 2))
    minutes = np.clip(rng.lognormal(np.log(90), 1.0, n), 5, 720)
    length_us = (minutes * 60).astype(np.int64) * US_PER_S
    from_us = START_US + rng.integers(0, size.days * DAY_US - length_us)
    return Targets(
        place[:, 0].copy(),
        place[:, 1].copy(),
        from_us,
        from_us + length_us,
        np.full(n, 100.0),
        np.zeros(n),
    )


def shuffled(table: Fixes, seed: int = 1) -> Fixes:
    """The same fixes in no order, as a careless sender might deliver them."""
    order = np.random.default_rng([seed, 3]).permutation(len(table))
    return table.take(order)


def _towns(seed: int) -> Floats:
    rng = np.random.default_rng([seed, 0])
    towns: Floats = rng.uniform((250_000, 150_000), (550_000, 450_000), (TOWNS, 2))
    return towns


def _block(
    rng: np.random.Generator, names: tuple[str, ...], device: Ints, journeys: _Journeys
) -> Fixes:
    wearers, trips = journeys.leaves_min.shape
    days = trips // TRIPS_A_DAY
    minute = np.broadcast_to(np.arange(days * MINUTES), (wearers, days * MINUTES))
    on = _reporting(rng, wearers, days)
    t_min = (minute + rng.uniform(-1 / 3, 1 / 3, minute.shape))[on]
    row = np.nonzero(on)[0]
    place = _places(journeys, row, t_min)
    accuracy_m = np.round(rng.uniform(6, 30, len(row)), 1).astype(np.float32)
    noise = rng.normal(0, 1, place.shape) * (accuracy_m / _SIGMAS_PER_R95)[:, None]
    codes: Codes = device[row].astype(np.int32)
    return Fixes(
        names,
        codes,
        START_US + np.round(t_min * 60_000).astype(np.int64) * 1_000,
        place[:, 0] + noise[:, 0],
        place[:, 1] + noise[:, 1],
        accuracy_m,
        np.zeros(len(row), np.uint8),
    )


def _journeys(
    rng: np.random.Generator, towns: Floats, wearers: int, days: int
) -> _Journeys:
    """Each wearer's trips: one in every three hours, a tenth go nowhere."""
    trips = days * TRIPS_A_DAY
    slot_min = MINUTES / TRIPS_A_DAY
    town = towns[rng.integers(TOWNS, size=wearers)]
    anchors = town[:, None, :] + rng.normal(0, 2_000, (wearers, ANCHORS, 2))
    stands = rng.integers(ANCHORS, size=(wearers, trips + 1))
    stands[rng.random(wearers) < 0.1] = 0
    leaves_min = np.arange(trips) * slot_min + rng.uniform(0, 2 / 3, (wearers, trips))
    leaves_min += rng.uniform(0, slot_min * 2 / 3, (wearers, trips))
    row = np.arange(wearers)[:, None]
    visited = anchors[row, stands]
    return _Journeys(leaves_min, visited[:, :-1], visited[:, 1:])


def _reporting(rng: np.random.Generator, wearers: int, days: int) -> Bools:
    """Which minutes [wearers, minutes] a device reports in: one outage a day."""
    begins = rng.integers(0, MINUTES, (wearers, days, 1))
    lasts = rng.integers(*_OUTAGE_MIN, (wearers, days, 1))
    minute = np.arange(MINUTES)
    off = (minute >= begins) & (minute < begins + lasts)
    return ~off.reshape(wearers, days * MINUTES)


def _places(journeys: _Journeys, row: Ints, t_min: Floats) -> Floats:
    """Where each wearer is [n, 2]: on the way, at 8 m/s, or where he last went."""
    trips = journeys.leaves_min.shape[1]
    trip = np.clip((t_min // (MINUTES / TRIPS_A_DAY)).astype(np.int64), 0, trips - 1)
    late = journeys.leaves_min[row, trip] > t_min
    trip = np.where(late, trip - 1, trip)
    before_first = trip < 0
    trip = np.maximum(trip, 0)
    start, end = journeys.from_xy[row, trip], journeys.to_xy[row, trip]
    needs_min = np.maximum(np.hypot(*(end - start).T) / _SPEED_M_MIN, 1e-9)
    share = np.clip((t_min - journeys.leaves_min[row, trip]) / needs_min, 0, 1)
    share = np.where(before_first, 0.0, share)
    return np.asarray(start + (end - start) * share[:, None])
