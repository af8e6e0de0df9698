"""Zones and curfews: sent as a file, and as they hold now."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import numpy as np
import shapely
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.intake import loading_zones
from api.rest import uploads
from api.rest.once import Answer, Key, once
from api.rest.parameters import AskedPage, Page, Word
from api.rest.services import Parts, Reading, Services
from api.rest.uploads import DryRun, Upload
from geocorr.arrays import BEGINNING_US, END_US
from geocorr.geo import Floats, WorkingCrs
from geocorr.model import from_us
from geocorr.zones import Disc, ZoneKind
from loaders import zones as zone_files
from sql import zones
from sql.db import Connection, Role
from sql.zones import StoredZone, ZoneFilter

router = APIRouter(prefix="/v1/zones", tags=["zones"])

# GeoJSON is JSON, and some clients say no more than that.
KINDS = (*uploads.CSV, "application/geo+json", "application/json",
         "application/vnd.apache.parquet")  # fmt: skip
_DRY = {"changed": 0, "repeated": False, "dry_run": True}


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
    """Zones in their latest version, by id."""
    total, found = await zones.find(conn, asked.filter(), asked.limit, asked.offset)
    items = [_line(stored, parts.door.crs) for stored in found]
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=items)


@router.post(
    "",
    summary="Send a file of zones",
    status_code=201,
    openapi_extra=uploads.body(
        {"dry_run": {"type": "boolean"}}, "text/csv", "application/geo+json"
    ),
    responses={200: {"description": "A repeat, or a dry run: nothing was stored."}},
)
async def upload(
    request: Request,
    parts: Parts,
    asked: Annotated[DryRun, Query()],
    idempotency_key: Key = None,
) -> Response:
    """Store zones and curfews, CSV, GeoJSON or Parquet, and answer with the report.

    A changed zone is a new version, and the trails that it concerns are looked at anew.
    200 where every accepted zone already stood so. The file may be zipped, as a batch.
    """
    sent = await uploads.received(request, asked, parts, KINDS)
    if sent.asked.dry_run:
        report, _ = await asyncio.to_thread(
            zone_files.parse, sent.data, sent.name, parts.door.crs
        )
        return _rendered(Answer(200, {**report.as_json(), **_DRY}))
    async with parts.connection(Role.WORKER) as conn:
        answer = await once(
            conn,
            idempotency_key,
            ("zones", *sent.identity),
            lambda: _stored(conn, parts, sent),
        )
    return _rendered(answer)


async def _stored(conn: Connection, parts: Services, sent: Upload[DryRun]) -> Answer:
    report, changed = await loading_zones.store_zones(
        conn, sent.data, sent.name, parts.door
    )
    repeated = bool(report.accepted) and not changed
    said = {"changed": changed, "repeated": repeated, "dry_run": False}
    return Answer(200 if repeated else 201, {**report.as_json(), **said})


def _rendered(answer: Answer) -> Response:
    return JSONResponse(answer.document, answer.status, answer.headers)


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
