"""Zones and curfews, as they hold now."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import numpy as np
import shapely
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.rest.parameters import AskedPage, Page, Word
from api.rest.services import Parts, Reading
from geocorr.arrays import BEGINNING_US, END_US
from geocorr.geo import Floats, WorkingCrs
from geocorr.model import from_us
from geocorr.zones import Disc, ZoneKind
from sql import zones
from sql.zones import StoredZone, ZoneFilter

router = APIRouter(prefix="/v1/zones", tags=["zones"])


class ZoneLine(BaseModel):
    """A zone; `place` is GeoJSON in degrees, a point with `radius_m` or an area."""

    zone_id: str
    version: int
    kind: ZoneKind
    nominal_id: str | None
    device_id: str | None
    place: Mapping[str, object]
    radius_m: float | None
    timetable: Annotated[str, Field(description="London's hours, or always.")]
    from_at: datetime | None
    to_at: datetime | None
    owner: str
    created_at: datetime


class Search(AskedPage):
    """Which zones; what is left out is not asked."""

    zone: Word = None
    nominal: Word = None
    device: Word = None
    kind: ZoneKind | None = None
    owner: Word = None

    def filter(self) -> ZoneFilter:
        """As the database takes it."""
        kind = self.kind and self.kind.value
        return ZoneFilter(self.zone, self.nominal, self.device, kind, self.owner)


@router.get("", summary="List zones and curfews, with the total")
async def listed(
    conn: Reading, parts: Parts, asked: Annotated[Search, Query()]
) -> Page[ZoneLine]:
    """Zones in their latest version, by id. They come in by `geocorr load zones`."""
    total, found = await zones.find(conn, asked.filter(), asked.limit, asked.offset)
    items = [_line(stored, parts.door.crs) for stored in found]
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=items)


def _line(stored: StoredZone, crs: WorkingCrs) -> ZoneLine:
    zone = stored.zone
    drawn, radius_m = _drawn(zone.place)
    return ZoneLine(
        zone_id=zone.zone_id,
        version=stored.version,
        kind=zone.kind,
        nominal_id=zone.nominal_id or None,
        device_id=zone.device_id or None,
        place=_geojson(drawn, crs),
        radius_m=radius_m,
        timetable=zone.timetable.text,
        from_at=None if zone.from_us <= BEGINNING_US else from_us(zone.from_us),
        to_at=None if zone.to_us >= END_US else from_us(zone.to_us),
        owner=zone.owner,
        created_at=stored.created_at,
    )


def _drawn(
    place: Disc | shapely.MultiPolygon,
) -> tuple[shapely.Point | shapely.MultiPolygon, float | None]:
    if isinstance(place, Disc):
        return shapely.Point(place.x_m, place.y_m), place.radius_m
    return place, None


def _geojson(
    place: shapely.Point | shapely.MultiPolygon, crs: WorkingCrs
) -> Mapping[str, object]:
    def degrees(at: Floats) -> Floats:
        latitude, longitude = crs.to_wgs84(at[:, 0].copy(), at[:, 1].copy())
        return np.column_stack([longitude, latitude])

    found: Mapping[str, object] = json.loads(
        shapely.to_geojson(shapely.transform(place, degrees))
    )
    return found
