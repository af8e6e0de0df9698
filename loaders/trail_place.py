"""Places of a trail: to working-CRS metres, and whether they can be places at all.

People travel: a fix outside the CRS's own area of use is kept while distances there
are still right. One where they are not is refused; where much of a file lies so, the
CRS is wrong and the file is refused.
"""

from dataclasses import dataclass

import numpy as np

from geocorr import geo
from geocorr.arrays import Bools, Floats, Ints
from loaders import trail_columns
from loaders.trail_judging import Judging

# How far outside the CRS's area of use a fix may lie, degrees.
_MARGIN_DEG = 5.0
# Scale is judged by cells of so many degrees. A file is refused for cells that hold
# this share of its first rows: a few stray fixes must not refuse the rest.
_CELL_DEG = 0.5
_CELL_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Place:
    """Working-CRS metres and WGS84 degrees [n], NaN where a row has no place."""

    x_m: Floats
    y_m: Floats
    latitude: Floats
    longitude: Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """How far a CRS may be off, and whether to refuse the file where it is."""

    crs: geo.WorkingCrs
    limit: float
    refuse_file: bool


def judge_place(judging: Judging, scale: Scale) -> Place:
    """The places of a batch; what is no place in this CRS is refused.

    CrsError where the file is to be refused for its CRS.
    """
    in_degrees = judging.raw.headings.in_degrees
    fields = ("latitude", "longitude") if in_degrees else ("easting", "northing")
    first, second = (_coordinate(judging, field) for field in fields)
    if in_degrees:
        place = _from_degrees(judging, first, second, scale.crs)
    else:
        place = Place(first, second, *scale.crs.to_wgs84(first, second))
    given = np.isfinite(first) & np.isfinite(second)
    judging.refuse(
        given & ~_measurable(place, scale),
        fields[0],
        "INVALID_PLACE",
        f"Distances cannot be measured here in {scale.crs.code}: mend the place, leave "
        "the fix out, or choose a CRS made for the area.",
    )
    return place


def _coordinate(judging: Judging, field: str) -> Floats:
    found = trail_columns.numbers(judging.raw.columns[field])
    judging.refuse(found.blank, field, "MISSING_PLACE", "Give both coordinates.")
    action = "Give a plain decimal number of degrees or metres."
    judging.refuse(found.bad, field, "INVALID_NUMBER", action)
    return found.values


def _from_degrees(
    judging: Judging, latitude: Floats, longitude: Floats, crs: geo.WorkingCrs
) -> Place:
    action = "Latitude is from -90 to 90, longitude from -180 to 180 degrees."
    for values, most, field in (
        (latitude, 90, "latitude"),
        (longitude, 180, "longitude"),
    ):
        beyond = np.abs(values) > most
        judging.refuse(beyond, field, "INVALID_PLACE", action)
        values[beyond] = np.nan
    return Place(*crs.to_metres(latitude, longitude), latitude, longitude)


def _measurable(place: Place, scale: Scale) -> Bools:
    """Where the CRS has a value and its scale is right [n]."""
    near = np.isfinite(place.x_m) & np.isfinite(place.y_m) & _near(place, scale.crs)
    rows = np.flatnonzero(near)
    latitude, longitude = place.latitude[rows], place.longitude[rows]
    cells, cell, count = np.unique(
        _cell(latitude, longitude), return_inverse=True, return_counts=True
    )
    off = np.array([_scale_error(c, scale.crs) > scale.limit for c in cells.tolist()])
    off = off.astype(np.bool_)
    many = (off & (count >= _CELL_SHARE * len(rows)))[cell]
    if scale.refuse_file and many.any():
        geo.check_scale(scale.crs, latitude[many], longitude[many], scale.limit)
    near[rows[off[cell]]] = False
    return near


def _near(place: Place, crs: geo.WorkingCrs) -> Bools:
    """Where a place is not absurdly far from the CRS's own area [n]."""
    area = crs.proj.crs.area_of_use
    if area is None or area.west > area.east:
        return np.ones(len(place.x_m), dtype=np.bool_)
    latitude, longitude = place.latitude, place.longitude
    near: Bools = (
        (area.south - _MARGIN_DEG <= latitude)
        & (latitude <= area.north + _MARGIN_DEG)
        & (area.west - _MARGIN_DEG <= longitude)
        & (longitude <= area.east + _MARGIN_DEG)
    )
    return near


_CELLS_ROUND = int(360 / _CELL_DEG)


def _cell(latitude: Floats, longitude: Floats) -> Ints:
    row = np.floor((latitude + 90) / _CELL_DEG).astype(np.int64)
    column = np.floor((longitude + 180) / _CELL_DEG).astype(np.int64)
    return row * _CELLS_ROUND + column


def _scale_error(cell: int, crs: geo.WorkingCrs) -> float:
    """The scale error at the middle of a cell."""
    row, column = divmod(cell, _CELLS_ROUND)
    latitude = min((row + 0.5) * _CELL_DEG - 90, 90.0)
    longitude = min((column + 0.5) * _CELL_DEG - 180, 180.0)
    return crs.scale_error(np.array([latitude]), np.array([longitude]))
