"""Co-presence, out of the database or of files: two people, a time, their stays."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field

from api.matches.match_files import SOFTWARE, WornTrails
from geocorr.arrays import US_PER_S, Trails, Wearers
from geocorr.copresence import CAVEATS, Stays, co_presence, explain
from geocorr.errors import NotFound, UsageError
from geocorr.geo import WorkingCrs
from geocorr.model import from_us, to_us
from geocorr.orders import wearers
from geocorr.policy import Policy
from sql import orders, trails
from sql.db import Connection, transaction
from sql.trail_stretches import Stretches, stretches


class Person(BaseModel):
    """A nominal (on files without orders a device), and what the trail covers."""

    id: str
    devices: list[str]
    coverage: float


class Stay(BaseModel):
    """A stay together; the place is half way between the two when they were nearest.

    `probability` that both were within the radius, at the observation of least error;
    null where the stay rests on the lines between fixes alone.
    """

    from_at: Annotated[datetime, Field(serialization_alias="from")]
    to_at: Annotated[datetime, Field(serialization_alias="to")]
    together_s: float
    least_m: float
    longitude: float
    latitude: float
    probability: float | None
    observed_at: datetime | None


class Together(BaseModel):
    """What two trails show of each other, in one sentence and stay by stay."""

    people: list[Person]
    from_at: Annotated[datetime, Field(serialization_alias="from")]
    to_at: Annotated[datetime, Field(serialization_alias="to")]
    radius_m: float
    common_s: float
    common_coverage: float
    together_s: float
    stays: list[Stay]
    because: str
    caveats: list[str]
    rules: list[str]
    policy_hash: str
    version: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Two people, by nominal (on files without orders by device), and a closed time."""

    people: tuple[str, str]
    from_at: datetime
    to_at: datetime

    @property
    def window_us(self) -> tuple[int, int]:
        """The time in UTC microseconds."""
        return to_us(self.from_at), to_us(self.to_at)

    @property
    def long_s(self) -> float:
        """How long the time is."""
        return (self.window_us[1] - self.window_us[0]) / US_PER_S


def check(asked: Asked, policy: Policy, now: datetime) -> None:
    """UsageError for one person twice, or a time that cannot be answered for."""
    if asked.people[0] == asked.people[1]:
        raise UsageError(f"{asked.people[0]} is named twice: co-presence takes two.")
    if asked.from_at >= asked.to_at:
        raise UsageError("The time asked for ends before it begins: --from, then --to.")
    if asked.from_at > now:
        raise UsageError("The time asked for has not come yet: no trail can show it.")
    longest = policy.co_presence.max_days
    if asked.to_at - asked.from_at > timedelta(days=longest):
        raise UsageError(
            f"The time asked for is longer than {longest:g} days: ask for parts of it."
        )


async def of_nominals(
    conn: Connection, asked: Asked, crs: WorkingCrs, policy: Policy
) -> Together:
    """LEICS-16. The stays together of two nominals whose trails may be matched.

    NotFound for a nominal without any tag order; errors as `check`.
    """
    check(asked, policy, datetime.now(UTC))
    async with transaction(conn):
        worn, held = await _worn(conn, asked, policy)
        near = await trails.slices(conn, _needed(held, asked, policy))
    return told(near, worn, asked, crs, policy)


def of_files(
    worn: WornTrails, asked: Asked, crs: WorkingCrs, policy: Policy
) -> Together:
    """The same of files: two nominals, or without orders two devices.

    NotFound for a nominal or a device that is no wearer there; errors as `check`.
    """
    check(asked, policy, datetime.now(UTC))
    keys = set(_keys(worn.trails, worn.wearers))
    for name in asked.people:
        if name not in keys:
            raise NotFound(
                f"{name} is no wearer in these files: with --orders FILE name a "
                "nominal in an order that allows matching, without it a device."
            )
    return told(worn.trails, worn.wearers, asked, crs, policy)


async def _worn(
    conn: Connection, asked: Asked, policy: Policy
) -> tuple[Wearers, tuple[str, ...]]:
    """Both people's wearers, and the devices that those index."""
    names = list(asked.people)
    found = await orders.of_nominals(conn, names)
    for name in names:
        if not any(order.nominal_id == name for order in found):
            raise NotFound(f"No tag order of nominal {name} is known.")
    devices = tuple(sorted({order.device_id for order in found}))
    born = await orders.born(conn, names)
    return wearers(found, devices, policy, born=born), devices


def _needed(devices: tuple[str, ...], asked: Asked, policy: Policy) -> Stretches:
    """The hours of all these devices that lines of the time asked for can touch."""
    gap_us = round(policy.line.max_gap_s * US_PER_S)
    low, high = asked.window_us
    every = np.arange(len(devices), dtype=np.int32)
    edges = (np.full(len(devices), t) for t in (low - gap_us, high + gap_us + 1))
    return stretches(devices, every, *edges)


def told(
    near: Trails, worn: Wearers, asked: Asked, crs: WorkingCrs, policy: Policy
) -> Together:
    """The answer; a person without a nominal (files without orders) is a device."""
    devices, keys = near.fixes.devices, _keys(near, worn)
    one, other = (_rows(keys, worn, name, asked) for name in asked.people)
    found = co_presence(near, worn, (one, other), asked.window_us, policy)
    covers = zip(asked.people, (one, other), found.covered_s, strict=True)
    return Together(
        people=[
            Person(
                id=name,
                devices=sorted({devices[worn.device[row]] for row in rows}),
                coverage=round(covered_s / asked.long_s, 3),
            )
            for name, rows, covered_s in covers
        ],
        from_at=asked.from_at.astimezone(UTC),
        to_at=asked.to_at.astimezone(UTC),
        radius_m=policy.co_presence.radius_m,
        common_s=round(found.common_s, 1),
        common_coverage=round(found.common_s / asked.long_s, 3),
        together_s=round(float(found.stays.together_s.sum()), 1),
        stays=list(_stays(found.stays, crs)),
        because=explain(found, asked.long_s, policy),
        caveats=list(CAVEATS),
        rules=_rules(worn, [*one, *other]),
        policy_hash=policy.hash,
        version=SOFTWARE,
    )


def _keys(near: Trails, worn: Wearers) -> list[str]:
    """Whose each wearer is: a nominal's, without orders a device's."""
    devices = near.fixes.devices
    named = zip(worn.nominal_id, worn.device.tolist(), strict=True)
    return [name or devices[device] for name, device in named]


def _rows(keys: Sequence[str], worn: Wearers, name: str, asked: Asked) -> list[int]:
    """A person's rows of the wearers that are in force at some part of the time."""
    low, high = asked.window_us
    return [
        i
        for i, key in enumerate(keys)
        if key == name and worn.from_us[i] <= high and worn.to_us[i] > low
    ]


def _rules(worn: Wearers, rows: Sequence[int]) -> list[str]:
    """The ids of the rules that make these rows wearers."""
    return sorted({rule for row in rows for rule in worn.rules[row].split(";") if rule})


def _stays(stays: Stays, crs: WorkingCrs) -> Iterator[Stay]:
    latitude, longitude = crs.to_wgs84(stays.x_m, stays.y_m)
    for i in range(len(stays)):
        p = float(stays.probability[i])
        rests = not math.isnan(p)
        yield Stay(
            from_at=from_us(int(stays.from_us[i])),
            to_at=from_us(int(stays.to_us[i])),
            together_s=round(float(stays.together_s[i]), 1),
            least_m=round(float(stays.least_m[i]), 1),
            longitude=round(float(longitude[i]), 6),
            latitude=round(float(latitude[i]), 6),
            probability=round(p, 4) if rests else None,
            observed_at=from_us(int(stays.observed_us[i])) if rests else None,
        )
