"""A foreign crime export judged through its column map."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geocorr import geo
from geocorr.errors import UsageError
from loaders.cells import coded, filled, numbers
from loaders.crime_columns import CrimeColumns, Judged
from loaders.crime_faults import COLUMNS, Finding
from loaders.crime_options import CrimeOptions
from loaders.crime_rows import ambiguous, has_nul, judge_reference, judge_window
from loaders.dialect import Records
from loaders.forces import Force, Forces
from loaders.mapping import CrimeMap, TimeColumns
from loaders.places import EARTH, PARTNERS, Area, area_of_use, finite, places
from loaders.window import Times, formats, times

Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, pa.StringArray]

_MIN_US = 60_000_000


def columns_of(found: Records, crime_map: CrimeMap) -> dict[str, pa.StringArray]:
    """The export's columns under the names of the crime file.

    UsageError where the heading lacks a column that the map names.
    """
    named = _Named(found)
    columns = {name: filled("", len(found)) for name in COLUMNS}
    for name in PARTNERS:
        columns[name] = named.column(getattr(crime_map, name))
    columns["crime_type"] = named.column(crime_map.type)
    columns["from"] = named.joined(crime_map.time_from)
    columns["to"] = named.joined(crime_map.time_to)
    columns["crime_reference"] = (
        pa.array([str(i + 1) for i in range(len(found))], pa.string())
        if crime_map.reference is None
        else named.column(crime_map.reference)
    )
    columns["police_force"] = (
        filled(crime_map.force, len(found))
        if crime_map.force is not None
        else named.column(crime_map.force_column)
    )
    return columns


class _Named:
    """The columns of a file by the names in its heading."""

    def __init__(self, found: Records) -> None:
        self._count = len(found)
        # A file without any record has no heading either, and nothing to look up.
        self._empty = found.heading is None
        names = [name.strip() for name in found.heading or ()]
        self._columns = dict(zip(names, found.columns, strict=False))

    def column(self, name: str | None) -> pa.StringArray:
        if name is None or self._empty:
            return filled("", self._count)
        if name not in self._columns:
            raise UsageError(
                f"The file has no column {name}, which the map names; "
                f"it has {', '.join(self._columns)}."
            )
        return self._columns[name]

    def joined(self, when: TimeColumns) -> pa.StringArray:
        parts = [
            pc.utf8_trim(self.column(name), characters=" \t") for name in when.columns
        ]
        return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, " ")


def judge(
    columns: Columns, judged: Bools, options: CrimeOptions, crime_map: CrimeMap
) -> Judged:
    """All rows of a foreign export: columns, findings in column order, warnings."""
    crs, who = options.crs, (options.forces, options.expected)
    force, wrong_force = _who(columns["police_force"], who, judged)
    types = coded(columns["crime_type"])
    reference, wrong_reference = judge_reference(columns["crime_reference"], judged)
    start = _times(columns["from"], crime_map.time_from)
    end = _times(columns["to"], crime_map.time_to)
    widened_h = (crime_map.before_min + crime_map.after_min) / 60
    found = places(
        {name: numbers(columns[name]) for name in PARTNERS},
        crs,
        area_of(crime_map, crs),
        judged,
    )
    twice, warnings = ambiguous(start, end)
    return Judged(
        CrimeColumns(
            force,
            types.map(lambda text: crime_map.types.get(text, text)),
            columns["crime_type_description"],
            filled_objects("", len(judged)),
            reference,
            start.first_us - round(crime_map.before_min * _MIN_US),
            end.last_us + round(crime_map.after_min * _MIN_US),
            found.latitude,
            found.longitude,
            found.x_m,
            found.y_m,
            columns["free_text"],
            twice,
        ),
        (
            wrong_force,
            Finding(
                "INVALID_TEXT", "crime_type", judged & has_nul(columns["crime_type"])
            ),
            *wrong_reference,
            *judge_window(start, end, crime_map.max_h - widened_h, judged),
            *found.findings,
        ),
        warnings,
    )


def filled_objects(value: object, count: int) -> npt.NDArray[np.object_]:
    """A column of one value."""
    column = np.empty(count, dtype=object)
    column[:] = value
    return column


def _times(column: pa.StringArray, when: TimeColumns) -> Times:
    return times(column, when.zone, formats(when.formats))


def _who(
    column: pa.StringArray, who: tuple[Forces, Force | None], judged: Bools
) -> tuple[npt.NDArray[np.object_], Finding]:
    """Forces by their identifier where known, else as they name themselves."""
    forces, expected = who
    named = coded(column)

    def identifier(text: str) -> str:
        known = forces.find(text)
        return text if known is None else known.identifier

    wrong = named.where(
        lambda text: (
            not text
            or "\0" in text
            or (expected is not None and forces.find(text) != expected)
        )
    )
    return named.map(identifier), Finding(
        "INVALID_POLICE_FORCE", "police_force", judged & wrong
    )


def area_of(crime_map: CrimeMap, crs: geo.WorkingCrs) -> Area:
    """The map's bounds, or the area that the working CRS is made for."""
    area = area_of_use(crs)
    if not crime_map.bounds:
        return area
    ranges = {**EARTH, **crime_map.bounds}
    # The National Grid has values where OSTN15 has them, whatever the map says.
    return replace(
        area, ranges=ranges, covers=area.covers if crs.code == geo.BNG else finite
    )


def middle(found: Records, crime_map: CrimeMap) -> tuple[float, float] | None:
    """Median latitude and longitude of an export in degrees; None where it has none."""
    if crime_map.latitude is None or crime_map.longitude is None:
        return None
    columns = columns_of(found, crime_map)
    latitude = numbers(columns["latitude"]).value
    longitude = numbers(columns["longitude"]).value
    inside = np.isfinite(latitude) & np.isfinite(longitude)
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        low, high = crime_map.bounds.get(name, EARTH[name])
        inside &= (value >= low) & (value <= high)
    if not inside.any():
        return None
    return float(np.median(latitude[inside])), float(np.median(longitude[inside]))


def utm_code(latitude: float, longitude: float) -> str:
    """The EPSG code of the UTM zone that a place lies in."""
    zone = min(int((longitude + 180) // 6), 59) + 1
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


def within(crs: geo.WorkingCrs, latitude: float, longitude: float) -> bool:
    """Does a place lie where the working CRS may be used?"""
    place = np.array([latitude]), np.array([longitude])
    return bool(area_of_use(crs).covers(*place, *crs.to_metres(*place))[0])
