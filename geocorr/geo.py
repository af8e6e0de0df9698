"""Places: WGS84 degrees to and from working-CRS metres. The only user of pyproj.

EPSG:27700 goes through OSTN15 or not at all. PROJ falls back silently to a
seven-parameter shift that is up to 5 m wrong, so a known point is checked first
(`check_ostn15`), and places outside OSTN15's cover come back as NaN.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from convertbng.cutil import convert_lonlat
from pyproj.enums import TransformDirection

from geocorr.errors import CrsError, GridMissing

Floats = npt.NDArray[np.float64]

BNG = "EPSG:27700"
WGS84 = "EPSG:4326"
# A control point of Ordnance Survey's OSTN15 developer pack (TP09, south London):
# latitude, longitude, easting, northing.
_KNOWN = (51.4893656495, -0.1199255718, 530624.974, 178388.464)
_TOLERANCE_M = 0.02
# West of a line down the North Channel and the Irish Sea (longitude, latitude).
_IRELAND = shapely.Polygon(
    [
        (-8.0, 56.0), (-6.8, 55.6), (-5.95, 55.35), (-5.65, 55.0), (-5.35, 54.6),
        (-5.3, 54.2), (-5.5, 53.5), (-5.8, 52.0), (-6.2, 51.0), (-8.6, 50.5),
        (-11.0, 50.5), (-11.0, 56.0),
    ]
)  # fmt: skip


def use_grid(folder: str) -> None:
    """Tell PROJ where the OSTN15 grid lies; call before the first transformation.

    PROJ's own folder and this one, never a third: pyproj 3.7 hands PROJ dangling
    pointers for all folders but the last (`_context.pyx`, set_context_data_dir).
    """
    shipped, *_ = pyproj.datadir.get_data_dir().split(":")
    folders = f"{shipped}:{folder}"
    if folders != pyproj.datadir.get_data_dir():
        pyproj.datadir.set_data_dir(folders)
        working_crs.cache_clear()


def check_ostn15(crs: "WorkingCrs") -> None:
    """GridMissing unless the known point comes out right to 2 cm, in this thread."""
    latitude, longitude, easting, northing = _KNOWN
    x, y = crs.transformer.transform(latitude, longitude)
    if not math.hypot(x - easting, y - northing) <= _TOLERANCE_M:
        raise GridMissing(
            "The OSTN15 grid is not in use: places would be up to 5 m wrong. "
            "Run `geocorr up` to make it."
        )


@dataclass(frozen=True, slots=True)
class WorkingCrs:
    """A projected CRS in metres that everything is measured in."""

    code: str
    transformer: pyproj.Transformer
    proj: pyproj.Proj

    @property
    def srid(self) -> int:
        """The EPSG number, as PostGIS wants it."""
        return int(self.code.removeprefix("EPSG:"))

    def to_metres(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Degrees to metres (x, y), NaN where the CRS has no value.

        GridMissing rather than a place that is metres off: PROJ looks for the grid
        anew in every thread.
        """
        self._check()
        x, y = self.transformer.transform(latitude, longitude)
        return _finite(x), _finite(y)

    def to_wgs84(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Metres to degrees (latitude, longitude), NaN where there is no value."""
        self._check()
        latitude, longitude = self.transformer.transform(
            x_m, y_m, direction=TransformDirection.INVERSE
        )
        return _finite(latitude), _finite(longitude)

    def _check(self) -> None:
        if self.code == BNG:
            check_ostn15(self)

    def scale_error(self, latitude: Floats, longitude: Floats) -> float:
        """Largest departure from true scale at these places (0.001 = 0.1 %)."""
        factors = self.proj.get_factors(longitude, latitude)
        scales = np.concatenate(
            [
                np.atleast_1d(factors.meridional_scale),
                np.atleast_1d(factors.parallel_scale),
            ]
        )
        return float(np.nanmax(np.abs(scales - 1.0), initial=0.0))


@functools.cache
def working_crs(code: str) -> WorkingCrs:
    """The working CRS by its EPSG code; CrsError where it is unknown or not metric."""
    try:
        crs = pyproj.CRS.from_user_input(code)
    except pyproj.exceptions.CRSError as unknown:
        raise CrsError(f"{code} is not a known CRS: give one like {BNG}.") from unknown
    units = {axis.unit_name for axis in crs.axis_info}
    if not crs.is_projected or units != {"metre"}:
        raise CrsError(f"{code} is not a projected CRS in metres: give one like {BNG}.")
    found = WorkingCrs(
        code.upper(),
        pyproj.Transformer.from_crs(WGS84, crs),
        pyproj.Proj(crs),
    )
    found._check()
    return found


def check_scale(
    crs: WorkingCrs, latitude: Floats, longitude: Floats, limit: float
) -> None:
    """CrsError where the CRS's scale at the data is off by more than `limit`."""
    error = crs.scale_error(latitude, longitude)
    if error > limit:
        raise CrsError(
            f"{crs.code} stretches distances by {error:.1%} at this data: "
            "choose a CRS made for the area, such as its UTM zone."
        )


def ostn15_covers(easting: Floats, northing: Floats) -> npt.NDArray[np.bool_]:
    """Which British National Grid places OSTN15 is made for.

    Not the far sea, where the grid has no value, and not Ireland, where it has
    extrapolated values only (Ordnance Survey: Great Britain and the Isle of Man).
    """
    longitude, latitude = (
        np.asarray(v, dtype=np.float64)
        for v in convert_lonlat(list(easting), list(northing))
    )
    return np.isfinite(longitude) & ~shapely.contains_xy(_IRELAND, longitude, latitude)


def _finite(values: object) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), array, np.nan)


def area_of_use_contains(
    crs: WorkingCrs, latitude: Floats, longitude: Floats
) -> npt.NDArray[np.bool_]:
    """Which places lie in the area the CRS is made for; all where it names none."""
    area = pyproj.CRS.from_user_input(crs.code).area_of_use
    if area is None:
        return np.isfinite(latitude) & np.isfinite(longitude)
    west, south, east, north = area.bounds
    inside = (longitude >= west) & (longitude <= east)
    if west > east:
        inside = (longitude >= west) | (longitude <= east)
    return np.asarray(inside & (latitude >= south) & (latitude <= north), np.bool_)
