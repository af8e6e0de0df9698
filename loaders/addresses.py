"""Addresses of nominals: where they live, are bailed to or were last known."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geocorr.geo import WorkingCrs
from geocorr.ownership.places import AddressKind
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport

COLUMNS = headed.Columns(
    ("nominal_id", "kind"),
    (
        "line",
        "postcode",
        "easting",
        "northing",
        "latitude",
        "longitude",
        "from",
        "to",
        "source",
        "recorded_at",
    ),
)
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Address:
    """One address, half-open in time; the place in working-CRS metres if known."""

    nominal_id: str
    kind: AddressKind
    line: str
    postcode: str | None
    x_m: float | None
    y_m: float | None
    from_at: datetime | None
    to_at: datetime | None
    source: str | None
    recorded_at: datetime | None


def parse(
    data: bytes, file: str, crs: WorkingCrs
) -> tuple[LoadReport, tuple[Address, ...]]:
    """The addresses of a file and its report. Pure.

    Places are degrees, or metres of the working CRS, or absent; not both.
    """
    return headed.parse(data, file, COLUMNS, lambda cells: _address(cells, crs))


def _address(cells: Cells, crs: WorkingCrs) -> Address | None:
    nominal_id = cells.needed("nominal_id")
    kind = cells.choice("kind", AddressKind)
    line = cells.text("line")
    postcode = cells.text("postcode").upper() or None
    place = _place(cells, crs)
    from_at = cells.moment("from")
    to_at = cells.moment("to", end=True)
    source = cells.maybe("source")
    recorded_at = cells.moment("recorded_at")
    if from_at and to_at and to_at <= from_at:
        cells.refuse("to", "ADDRESS_TO_AFTER_FROM", "It ends before it begins.")
    if kind is None:
        return None
    x_m, y_m = place or (None, None)
    return Address(
        nominal_id,
        kind,
        line,
        postcode,
        x_m,
        y_m,
        from_at,
        to_at,
        source,
        recorded_at,
    )


def _place(cells: Cells, crs: WorkingCrs) -> Pair | None:
    metres = _pair(cells, "easting", "northing")
    degrees = _pair(cells, "latitude", "longitude")
    if metres is not None and degrees is not None:
        action = "Give degrees or metres, not both."
        cells.refuse("easting", "MULTIPLE_LOCATION_DATA_TYPES", action)
        return None
    if degrees is not None:
        return _to_metres(cells, degrees, crs)
    return metres and _checked(cells, metres, crs)


def _pair(cells: Cells, first: str, second: str) -> Pair | None:
    a, b = cells.number(first), cells.number(second)
    if a is not None and b is not None:
        return a, b
    for value, partner, field in ((a, second, first), (b, first, second)):
        if value is not None and not cells.text(partner):
            action = f"Give {partner} too, or neither."
            cells.refuse(field, "DEPENDENT_LOCATION_DATA", action)
    return None


def _to_metres(cells: Cells, degrees: Pair, crs: WorkingCrs) -> Pair | None:
    latitude, longitude = degrees
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        x, y = crs.to_metres(np.array([latitude]), np.array([longitude]))
        if np.isfinite(x[0]) and np.isfinite(y[0]):
            return float(x[0]), float(y[0])
    _out_of_range(cells, "latitude", crs)
    return None


def _checked(cells: Cells, metres: Pair, crs: WorkingCrs) -> Pair | None:
    latitude, longitude = crs.to_wgs84(np.array([metres[0]]), np.array([metres[1]]))
    if np.isfinite(latitude[0]) and np.isfinite(longitude[0]):
        return metres
    _out_of_range(cells, "easting", crs)
    return None


def _out_of_range(cells: Cells, field: str, crs: WorkingCrs) -> None:
    action = f"This is no place in {crs.code}: mend it or leave it blank."
    cells.refuse(field, "INVALID_LOCATION_DATA_RANGE", action)
