"""What lies under the data on a map: the base map's file, tiles, and the grid."""

from typing import Annotated
from urllib.parse import urlsplit

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, model_validator
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from api.rest.services import Parts
from api.settings import Settings
from geocorr import geo
from geocorr.errors import UsageError
from geocorr.geo import WorkingCrs
from loaders import basemap

router = APIRouter(include_in_schema=False)

# A base map is loaded anew now and then, under the same name.
_AN_HOUR = "private, max-age=3600"


class Asked(BaseModel):
    """One place, in degrees (WGS84) or in the working CRS's metres."""

    longitude: Annotated[float | None, Query(ge=-180, le=180)] = None
    latitude: Annotated[float | None, Query(ge=-90, le=90)] = None
    easting: Annotated[float | None, Query(allow_inf_nan=False)] = None
    northing: Annotated[float | None, Query(allow_inf_nan=False)] = None

    @model_validator(mode="after")
    def _one_pair(self) -> "Asked":
        degrees = self.longitude is not None and self.latitude is not None
        metres = self.easting is not None and self.northing is not None
        if degrees == metres:
            raise ValueError("give longitude and latitude, or easting and northing")
        return self


class Place(BaseModel):
    """The same place both ways."""

    longitude: float
    latitude: float
    easting: float
    northing: float


@router.get("/basemap/place")
async def place(parts: Parts, asked: Annotated[Asked, Query()]) -> Place:
    """Degrees as metres or metres as degrees; 404 outside the grid."""
    found = _both_ways(parts.door.crs, asked)
    if found is None:
        raise HTTPException(404, "That place is outside the grid.")
    return found


@router.get("/basemap/{name}")
async def file(parts: Parts, name: str) -> Response:
    """A base map, whole or by byte ranges; 404 for what was not loaded."""
    path = parts.settings.basemap_folder / name
    if not basemap.NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404, "No base map of that name was loaded.")
    kept = {"Cache-Control": _AN_HOUR}
    return FileResponse(path, media_type="application/vnd.pmtiles", headers=kept)


def beneath(request: Request) -> dict[str, str]:
    """What a page's map draws under the data: addresses, "" where there is none."""
    services = getattr(request.app.state, "services", None)
    if services is None:
        return {"basemap": "", "tiles": ""}
    latest = basemap.latest(services.settings.basemap_folder)
    return {
        "basemap": f"/basemap/{latest.name}" if latest else "",
        "tiles": services.settings.tiles or "",
    }


def tile_host(settings: Settings) -> str:
    """The host that browsers may fetch tiles from; "" without, UsageError if unclear.

    It is the one place from which a page of ours may load anything but itself.
    """
    if not settings.tiles:
        return ""
    address = urlsplit(settings.tiles)
    whole = all(part in settings.tiles for part in ("{z}", "{x}", "{y}"))
    plain = not set(address.netloc) & set(" ;,'\"*@{}")
    if address.scheme not in {"https", "http"} or not (address.netloc and plain):
        whole = False
    if not whole:
        raise UsageError(
            "GEOCORR_TILES is an address such as "
            "https://tiles.example/{z}/{x}/{y}.png, with {z}, {x} and {y} in it."
        )
    return f"{address.scheme}://{address.netloc}"


def _both_ways(crs: WorkingCrs, asked: Asked) -> Place | None:
    """None where the CRS was not made for the place."""
    if asked.longitude is None or asked.latitude is None:
        metres = [np.array([at], np.float64) for at in (asked.easting, asked.northing)]
        latitude, longitude = crs.to_wgs84(*metres)
        easting, northing = metres
    else:
        latitude, longitude = np.array([asked.latitude]), np.array([asked.longitude])
        easting, northing = crs.to_metres(latitude, longitude)
    if not geo.area_of_use_contains(crs, latitude, longitude).all():
        return None
    return Place(
        longitude=float(longitude[0]),
        latitude=float(latitude[0]),
        easting=float(easting[0]),
        northing=float(northing[0]),
    )
