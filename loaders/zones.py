"""Zones and curfews: CSV or Parquet with headings, or GeoJSON with the same properties.

A place is a point with a radius (easting and northing, or latitude and longitude), or
polygons as WKT or GeoJSON. Coordinates that could all be degrees are degrees (longitude
first), others metres of the working CRS: nobody lives within 180 m of a grid's origin.
"""

import json
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geocorr import timetable
from geocorr.arrays import END_US
from geocorr.errors import InputError
from geocorr.geo import WorkingCrs
from geocorr.model import to_us
from geocorr.timetable import Timetable
from geocorr.zones import Disc, Zone, ZoneKind
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport
from loaders.trail_source import TrailFileRefused

COLUMNS = headed.Columns(
    ("zone_id", "kind", "timetable", "from", "owner"),
    ("nominal_id", "device_id", "easting", "northing", "latitude", "longitude",
     "radius_m", "wkt", "to"),
)  # fmt: skip
_PLACES = ("easting", "latitude", "wkt", "geometry")
_DEGREES = (180.0, 90.0)
Coordinates = npt.NDArray[np.float64]
# Of a GeoJSON feature's row: what its `geometry` says.
Drawn = Mapping[int, object]


def parse(
    data: bytes, file: str, crs: WorkingCrs
) -> tuple[LoadReport, tuple[Zone, ...]]:
    """WMP2-8-EM. The zones of a file and its report. Pure.

    Bare dates are London midnights, the end date included. A zone_id stands once in a
    file; each zone is of a nominal or of a device.
    """
    try:
        table, drawn = _taken_apart(data, crs)
    except TrailFileRefused as refused:
        return headed.failed(file, refused.cause, str(refused)), ()
    seen: set[str] = set()
    return headed.judged(file, table, partial(_zone, drawn=drawn, crs=crs, seen=seen))


def _taken_apart(data: bytes, crs: WorkingCrs) -> tuple[headed.Table, Drawn]:
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return headed.take_apart(data, COLUMNS), {}
    features = _features(data, crs)
    rows = [
        Cells(row, None, {name: headed.as_text(v) for name, v in properties.items()})
        for row, (properties, _) in enumerate(features, 1)
    ]
    names = sorted({name for properties, _ in features for name in properties})
    table = headed.Table(tuple(rows), (), headed.unknown(names, COLUMNS))
    return table, {row: geometry for row, (_, geometry) in enumerate(features, 1)}


def _features(data: bytes, crs: WorkingCrs) -> list[tuple[dict[str, object], object]]:
    """Properties and geometry of each feature; TrailFileRefused for what is none."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
        _check_crs(document.get("crs"), crs)
        return [
            (dict(feature.get("properties") or {}), feature.get("geometry"))
            for feature in document["features"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise TrailFileRefused(
            "MALFORMED_FILE", "The file is no GeoJSON FeatureCollection: send it again."
        ) from broken


def _check_crs(named: object, crs: WorkingCrs) -> None:
    """An old GeoJSON may name a CRS; only degrees and the working CRS are read."""
    known = ("CRS84", "4326", str(crs.srid))
    if named is not None and not str(named).rstrip("'\"}] ").endswith(known):
        raise TrailFileRefused(
            "UNKNOWN_CRS", f"Give longitude and latitude (WGS84), or {crs.code}."
        )


def _zone(cells: Cells, drawn: Drawn, crs: WorkingCrs, seen: set[str]) -> Zone | None:
    zone_id = cells.needed("zone_id")
    kind = cells.choice("kind", ZoneKind)
    hours = _timetable(cells)
    owner = cells.needed("owner")
    nominal_id, device_id = _whose(cells)
    place = _place(cells, drawn.get(cells.row), crs)
    begin, end = _dates(cells)
    if zone_id in seen:
        cells.refuse("zone_id", "DUPLICATE_ZONE", "A row above has this zone_id.")
    if cells.faults or kind is None or hours is None or place is None:
        return None
    seen.add(zone_id)
    whose = (owner, nominal_id, device_id)
    return Zone(zone_id, kind, place, hours, begin, end, *whose)


def _timetable(cells: Cells) -> Timetable | None:
    text = cells.needed("timetable")
    try:
        return timetable.parse(text) if text else None
    except InputError as wrong:
        cells.refuse("timetable", "INVALID_TIMETABLE", str(wrong))
        return None


def _whose(cells: Cells) -> tuple[str, str]:
    nominal_id, device_id = cells.text("nominal_id"), cells.text("device_id")
    if bool(nominal_id) == bool(device_id):
        action = "Give nominal_id or device_id: a zone is of one of them."
        cells.refuse("nominal_id", "ZONE_OF_ONE", action)
    return nominal_id, device_id


def _dates(cells: Cells) -> tuple[int, int]:
    cells.needed("from")
    begin, end = cells.moment("from"), cells.moment("to", end=True)
    if begin is not None and end is not None and end <= begin:
        action = "The zone ends before it begins: mend the dates."
        cells.refuse("to", "ZONE_TO_AFTER_FROM", action)
    return to_us(begin) if begin else 0, to_us(end) if end else END_US


def _place(
    cells: Cells, geometry: object, crs: WorkingCrs
) -> Disc | shapely.MultiPolygon | None:
    """The place in working metres; what is wrong with it is a fault of the row."""
    given = [name for name in _PLACES if cells.text(name)]
    given += ["geometry"] if geometry else []
    if len(given) != 1:
        action = (
            "Give one place: easting and northing, latitude and longitude (each with "
            "radius_m), or polygons."
        )
        kind = "MULTIPLE_LOCATION_DATA_TYPES" if given else "MISSING_PLACE"
        cells.refuse(given[0] if given else None, kind, action)
        return None
    shape = _shape(cells, given[0], geometry)
    if shape is None:
        return None
    metres = _in_metres(shape, given[0], crs)
    if metres is None:
        action = f"This is no place in {crs.code}: mend it."
        cells.refuse(given[0], "INVALID_LOCATION_DATA_RANGE", action)
        return None
    return _of_shape(cells, given[0], metres)


def _shape(cells: Cells, field: str, geometry: object) -> BaseGeometry | None:
    """The geometry as it was given."""
    if field in ("easting", "latitude"):
        return _point(cells, field)
    try:
        return (
            shapely.force_2d(shapely.from_wkt(cells.text("wkt")))
            if field == "wkt"
            else shapely.force_2d(shapely.geometry.shape(geometry))  # type: ignore[arg-type]
        )
    except (shapely.errors.ShapelyError, ValueError, TypeError, LookupError,
            AttributeError):  # fmt: skip
        action = "Give a POINT, POLYGON or MULTIPOLYGON."
        cells.refuse(field, "INVALID_GEOMETRY", action)
        return None


def _point(cells: Cells, field: str) -> BaseGeometry | None:
    partner = "northing" if field == "easting" else "longitude"
    first, second = cells.number(field), cells.number(partner)
    if second is None and not cells.text(partner):
        cells.refuse(field, "DEPENDENT_LOCATION_DATA", f"Give {partner} too.")
    if first is None or second is None:
        return None
    if field == "latitude":
        first, second = second, first
        if abs(first) > _DEGREES[0] or abs(second) > _DEGREES[1]:
            action = "Latitude is from -90 to 90, longitude from -180 to 180 degrees."
            cells.refuse(field, "INVALID_LOCATION_DATA_RANGE", action)
            return None
    return shapely.Point(first, second)


def _in_metres(shape: BaseGeometry, field: str, crs: WorkingCrs) -> BaseGeometry | None:
    """In working metres; None where any corner is no place there."""
    at = shapely.get_coordinates(shape)
    if not np.isfinite(at).all():
        return None
    if field == "latitude" or (
        field != "easting" and len(at) and (np.abs(at) <= _DEGREES).all()
    ):
        shape = shapely.transform(shape, partial(_to_metres, crs))
        at = shapely.get_coordinates(shape)
    there = crs.to_wgs84(at[:, 0].copy(), at[:, 1].copy())
    return shape if np.isfinite(there).all() else None


def _to_metres(crs: WorkingCrs, at: Coordinates) -> Coordinates:
    return np.column_stack(crs.to_metres(at[:, 1].copy(), at[:, 0].copy()))


def _of_shape(
    cells: Cells, field: str, shape: BaseGeometry
) -> Disc | shapely.MultiPolygon | None:
    radius_m = cells.number("radius_m")
    if isinstance(shape, shapely.Point) and not shape.is_empty:
        if radius_m is None or radius_m <= 0:
            action = "Give radius_m above zero: a point alone has no inside."
            cells.refuse("radius_m", "INVALID_RADIUS", action)
            return None
        return Disc(shape.x, shape.y, radius_m)
    parts = shapely.get_parts(shape)
    polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
    if len(polygons) < len(parts) or shape.is_empty:
        action = "Give a POINT with radius_m, a POLYGON or a MULTIPOLYGON."
        cells.refuse(field, "INVALID_GEOMETRY", action)
    elif not shape.is_valid:
        action = f"The area is broken ({shapely.is_valid_reason(shape)}): mend it."
        cells.refuse(field, "INVALID_GEOMETRY", action)
    elif cells.text("radius_m"):
        action = "Leave radius_m blank: it belongs to a point."
        cells.refuse("radius_m", "INVALID_RADIUS", action)
    else:
        return shapely.MultiPolygon(polygons)
    return None
