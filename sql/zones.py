"""Zones in the database: versions of them, and whom they concern."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import shapely

from geocorr import timetable
from geocorr.arrays import BEGINNING_US, END_US
from geocorr.errors import NotFound
from geocorr.model import from_us, to_us
from geocorr.zones import Disc, Zone, ZoneKind
from sql import queries
from sql.db import Connection, Record

Q = queries.read("zones")


@dataclass(frozen=True, slots=True)
class StoredZone:
    """A version of a zone; `id` is the version's own number."""

    id: int
    version: int
    created_at: datetime
    zone: Zone


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """Which zones are asked for; None = any."""

    zone_id: str | None = None
    nominal_id: str | None = None
    device_id: str | None = None
    kind: str | None = None
    owner: str | None = None


class Around(NamedTuple):
    """A device's first and last fix, and the rows just before and after some time."""

    first_at: datetime | None
    last_at: datetime | None
    before_at: datetime | None
    after_at: datetime | None


async def lock(conn: Connection) -> None:
    """Let one load of zones or one look at them in, until the transaction ends."""
    await conn.execute(Q["lock_zones"])


async def keep(conn: Connection, zones: Iterable[Zone]) -> None:
    """Append a version of each of these zones."""
    await conn.executemany(Q["keep_zone"], [_row(zone) for zone in zones])


async def by_id(conn: Connection, zone_ids: Sequence[str]) -> dict[str, StoredZone]:
    """These zones as they hold now."""
    rows = await conn.fetch(Q["zones_by_id"], zone_ids)
    return {row["zone_id"]: _stored(row) for row in rows}


async def version(conn: Connection, zone_id: str, number: int) -> StoredZone:
    """One version of a zone; NotFound where there is none."""
    row = await conn.fetchrow(Q["zone_version"], zone_id, number)
    if row is None:
        raise NotFound(f"There is no version {number} of zone {zone_id}.")
    return _stored(row)


async def of_devices(conn: Connection, devices: Sequence[str]) -> list[StoredZone]:
    """The zones of these devices and of all who ever wore one, by id."""
    return [_stored(row) for row in await conn.fetch(Q["zones_of_devices"], devices)]


async def find(
    conn: Connection, asked: ZoneFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[StoredZone]]:
    """How many zones there are, and a page of them by id."""
    words = (asked.zone_id, asked.nominal_id, asked.device_id, asked.kind, asked.owner)
    rows = await conn.fetch(Q["find_zones"], *words, limit, offset)
    return rows[0]["total"], [_stored(row) for row in rows if row["id"] is not None]


async def concerned(conn: Connection, zone_ids: Sequence[str]) -> list[str]:
    """The devices that these zones concern, or did in an earlier version."""
    return [row[0] for row in await conn.fetch(Q["devices_of_zones"], zone_ids)]


async def with_zones(conn: Connection, devices: Sequence[str]) -> list[str]:
    """Of these devices those that a zone concerns or that have a breach."""
    return [row[0] for row in await conn.fetch(Q["devices_with_zones"], devices)]


async def in_curfew(conn: Connection, from_at: datetime, to_at: datetime) -> list[str]:
    """Devices worn by someone with a curfew in these hours."""
    return [row[0] for row in await conn.fetch(Q["devices_in_curfew"], from_at, to_at)]


async def around(
    conn: Connection, stretches: Sequence[tuple[str, datetime, datetime]]
) -> dict[str, Around]:
    """What is stored of each device round its stretch of time."""
    columns = [list(column) for column in zip(*stretches, strict=True)]
    rows = await conn.fetch(Q["rows_around"], *(columns or ([], [], [])))
    return {device: Around(*rest) for device, *rest in rows}


def _row(zone: Zone) -> tuple[object, ...]:
    place = zone.place
    circle = (
        (place.x_m, place.y_m, place.radius_m, None)
        if isinstance(place, Disc)
        else (None, None, None, shapely.to_wkb(place))
    )
    return (
        zone.zone_id,
        zone.kind.value,
        zone.nominal_id or None,
        zone.device_id or None,
        *circle,
        zone.timetable.text,
        None if zone.from_us <= BEGINNING_US else from_us(zone.from_us),
        None if zone.to_us >= END_US else from_us(zone.to_us),
        zone.owner,
    )


def _stored(row: Record) -> StoredZone:
    place: Disc | shapely.MultiPolygon
    if row["area"] is None:
        place = Disc(row["x_m"], row["y_m"], row["radius_m"])
    else:
        place = shapely.from_wkb(row["area"])
    zone = Zone(
        row["zone_id"],
        ZoneKind(row["kind"]),
        place,
        timetable.parse(row["timetable"]),
        BEGINNING_US if row["from_at"] is None else to_us(row["from_at"]),
        END_US if row["to_at"] is None else to_us(row["to_at"]),
        row["owner"],
        row["nominal_id"] or "",
        row["device_id"] or "",
    )
    return StoredZone(row["id"], row["version"], row["created_at"], zone)
