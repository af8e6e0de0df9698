"""Where crimes were: the four coordinate columns to degrees and metres.

Exactly one pair, each number judged by the first that fits of: no number, no
partner, both systems, out of range.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr import geo
from loaders.cells import Coded, Numbers
from loaders.crime_faults import Finding

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Range = tuple[float, float]
# Which places have a value: (latitude, longitude, x, y) to truth.
Cover = Callable[[Floats, Floats, Floats, Floats], Bools]

PARTNERS = {
    "easting": "northing",
    "northing": "easting",
    "latitude": "longitude",
    "longitude": "latitude",
}
# The closed ranges of the crime file: metres of the grid, degrees round Britain.
BRITISH: Mapping[str, Range] = {
    "easting": (0, 700_000),
    "northing": (0, 1_300_000),
    "latitude": (49.5, 61.5),
    "longitude": (-8.5, 2.6),
}
EARTH: Mapping[str, Range] = {"latitude": (-90, 90), "longitude": (-180, 180)}
_CELL_M, _INSET_M, _ROW = 1000.0, 0.01, 1e6
_GRID, _DEGREES = ("easting", "northing"), ("latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Area:
    """Where places may lie: closed ranges by column, and which have a value."""

    ranges: Mapping[str, Range]
    covers: Cover


@dataclass(frozen=True, slots=True)
class Places:
    """Places [n] in both systems; NaN where a finding says why there is none."""

    latitude: Floats
    longitude: Floats
    x_m: Floats
    y_m: Floats
    findings: tuple[Finding, ...]


def british(latitude: Floats, longitude: Floats, x_m: Floats, y_m: Floats) -> Bools:
    """Cover of the national scheme: where OSTN15 has a value."""
    covered = np.isfinite(latitude) & np.isfinite(longitude)
    covered &= np.isfinite(x_m) & np.isfinite(y_m)
    asked = np.flatnonzero(covered)
    asked = asked[~_in_whole_cells(x_m[asked], y_m[asked])]
    if len(asked):
        covered[asked] = geo.ostn15_covers(x_m[asked], y_m[asked])
    return np.asarray(covered, np.bool_)


def _in_whole_cells(x_m: Floats, y_m: Floats) -> Bools:
    """Which places lie in a kilometre of the grid whose four corners are covered.

    OSTN15 is a kilometre grid, so these need no look of their own. Where places are
    strewn so thinly that corners would cost more than places, none.
    """
    east, north = np.floor(x_m / _CELL_M), np.floor(y_m / _CELL_M)
    cells, which = np.unique(east + north * _ROW, return_inverse=True)
    if len(cells) * 8 > len(x_m):
        return np.zeros(len(x_m), np.bool_)
    rows, columns = np.divmod(cells, _ROW)
    whole = np.ones(len(cells), np.bool_)
    for right, up in ((0, 0), (0, 1), (1, 0), (1, 1)):
        x, y = (columns + right) * _CELL_M, (rows + up) * _CELL_M
        # Just inside the cell: on its edge the next cell would answer.
        inset = _INSET_M * (1 - 2 * np.array([right, up]))
        whole &= geo.ostn15_covers(x + inset[0], y + inset[1])
    return np.asarray(whole[which], np.bool_)


def finite(latitude: Floats, longitude: Floats, x_m: Floats, y_m: Floats) -> Bools:
    """Cover of a map with bounds of its own: wherever the working CRS has a value."""
    return np.asarray(np.isfinite(latitude + longitude + x_m + y_m), np.bool_)


def area_of_use(crs: geo.WorkingCrs) -> Area:
    """Where a working CRS may be used; OSTN15's cover for the National Grid."""
    if crs.code == geo.BNG:
        return Area(EARTH, british)

    def covers(lat: Floats, lon: Floats, x_m: Floats, y_m: Floats) -> Bools:
        inside = geo.area_of_use_contains(crs, lat, lon)
        return np.asarray(inside & finite(lat, lon, x_m, y_m), np.bool_)

    return Area(EARTH, covers)


def places(
    numbers: Mapping[str, Numbers], crs: geo.WorkingCrs, area: Area, judged: Bools
) -> Places:
    """The places that the four columns state, and all that is wrong with them.

    Only rows that are `judged` can have findings.
    """
    findings = [
        finding for name in PARTNERS for finding in _of_one(name, numbers, area, judged)
    ]
    sound = judged & ~_nowhere(numbers)
    for finding in findings:
        sound &= ~finding.rows
    found = _both_systems(numbers, crs, sound)
    uncovered = sound.copy()
    uncovered[sound] = ~area.covers(*(values[sound] for values in found))
    findings += _uncovered(numbers, uncovered)
    findings.sort(key=lambda finding: tuple(PARTNERS).index(finding.column or ""))
    missing = Finding("MISSING_LOCATION_DATA", None, judged & _nowhere(numbers))
    return Places(*found, findings=(*findings, missing))


def _nowhere(numbers: Mapping[str, Numbers]) -> Bools:
    """Which rows have all four coordinates blank."""
    blanks = [numbers[name].blank for name in PARTNERS]
    return np.asarray(np.logical_and.reduce(blanks), np.bool_)


def _given(numbers: Mapping[str, Numbers], names: tuple[str, str]) -> Bools:
    return ~(numbers[names[0]].blank & numbers[names[1]].blank)


def _of_one(
    name: str, numbers: Mapping[str, Numbers], area: Area, judged: Bools
) -> list[Finding]:
    """What is wrong with one coordinate: the first that fits."""
    own, partner = numbers[name], numbers[PARTNERS[name]]
    low, high = area.ranges.get(name, (-np.inf, np.inf))
    both = _given(numbers, _GRID) & _given(numbers, _DEGREES)
    left = judged & ~own.blank
    tests = {
        "INVALID_NUMBER": own.bad,
        "DEPENDENT_LOCATION_DATA": partner.blank,
        "MULTIPLE_LOCATION_DATA_TYPES": both,
        "INVALID_LOCATION_DATA_RANGE": ~((own.value >= low) & (own.value <= high)),
    }
    found = []
    for type_, test in tests.items():
        found.append(Finding(type_, name, left & test))
        left = left & ~test
    return found


def _both_systems(
    numbers: Mapping[str, Numbers], crs: geo.WorkingCrs, sound: Bools
) -> tuple[Floats, Floats, Floats, Floats]:
    """Latitude, longitude, x and y [n], whichever pair was given."""
    latitude, longitude, x_m, y_m = (
        np.where(sound, numbers[name].value, np.nan) for name in (*_DEGREES, *_GRID)
    )
    metres = sound & ~numbers["easting"].blank
    degrees = sound & ~metres
    if metres.any():
        latitude[metres], longitude[metres] = crs.to_wgs84(x_m[metres], y_m[metres])
    if degrees.any():
        x_m[degrees], y_m[degrees] = crs.to_metres(
            latitude[degrees], longitude[degrees]
        )
    return latitude, longitude, x_m, y_m


def _uncovered(numbers: Mapping[str, Numbers], rows: Bools) -> list[Finding]:
    """One finding a place, on the first coordinate of the pair that was given."""
    metres = rows & ~numbers["easting"].blank
    return [
        Finding("INVALID_LOCATION_DATA_RANGE", "easting", metres),
        Finding("INVALID_LOCATION_DATA_RANGE", "latitude", rows & ~metres),
    ]


def datum_finding(
    datum: Coded[str], numbers: Mapping[str, Numbers], judged: Bools
) -> Finding:
    """Rows whose datum is unknown or belongs to the other coordinate system."""
    wgs84 = datum.where(lambda text: text.upper() == "WGS84")
    osgb36 = datum.where(lambda text: text.upper() == "OSGB36")
    blank = datum.where(lambda text: not text)
    metres, degrees = _given(numbers, _GRID), _given(numbers, _DEGREES)
    slip = (wgs84 & metres & ~degrees) | (osgb36 & degrees & ~metres)
    return Finding(
        "DATUM_MISMATCH", "datum", judged & (slip | ~(wgs84 | osgb36 | blank))
    )
