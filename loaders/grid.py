"""OSTN15 as a grid file that PROJ reads, made from the values inside `convertbng`.

Neither Debian's proj-data nor the pyproj wheel carries the grid. The file is NTv2
(little-endian .gsb layout) under the name that PROJ's database looks for; PROJ goes
by contents, not by suffix. OSTN15 is Ordnance Survey's, under an open licence.
"""

import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyproj
from convertbng.cutil import convert_lonlat

NAME = "uk_os_OSTN15_NTv2_OSGBtoETRS.tif"
SOUTH, NORTH, WEST, EAST, STEP = 49.75, 61.1, -9.0, 2.3, 0.0125

Floats = npt.NDArray[np.float64]

# PROJ is told not to use any grid, so these stay the same whatever is installed.
_OSGB36_PLANE = (
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000"
    " +ellps=airy"
)
_HELMERT = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    " +step +proj=cart +ellps=airy +step +proj=helmert +x=446.448 +y=-125.157"
    " +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489"
    " +convention=position_vector +step +inv +proj=cart +ellps=WGS84"
    " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def ensure(folder: Path) -> Path:
    """Make the grid in `folder` unless it is there; whole or not at all."""
    target = folder / NAME
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{NAME}.{os.getpid()}"
        draft.write_bytes(_ntv2())
        draft.chmod(0o644)
        draft.replace(target)
    return target


def digest(folder: Path) -> str:
    """SHA-256 of the grid file, for the record of a run."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()


def _ntv2() -> bytes:
    rows = round((NORTH - SOUTH) / STEP) + 1
    columns = round((EAST - WEST) / STEP) + 1
    # NTv2 runs from the south-east corner westwards, then north.
    latitude = np.repeat(SOUTH + STEP * np.arange(rows), columns)
    longitude = np.tile(EAST - STEP * np.arange(columns), rows)
    new_longitude, new_latitude = _etrs89(longitude, latitude)
    nodes = np.zeros((rows * columns, 4), dtype="<f4")
    nodes[:, 0] = (new_latitude - latitude) * 3600
    nodes[:, 1] = -(new_longitude - longitude) * 3600
    return _headers(rows * columns) + nodes.tobytes() + _end()


def _etrs89(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """OSGB36 degrees to ETRS89 degrees: OSTN15 where it covers, else Helmert."""
    plane = pyproj.Proj(_OSGB36_PLANE)
    easting, northing = plane(longitude, latitude)
    exact = convert_lonlat(list(easting), list(northing))
    rough = pyproj.Transformer.from_pipeline(_HELMERT).transform(longitude, latitude)
    both = [
        np.where(np.isfinite(a), a, b)
        for a, b in zip(map(np.asarray, exact), map(np.asarray, rough), strict=True)
    ]
    return both[0], both[1]


def _headers(count: int) -> bytes:
    overview = [
        _int("NUM_OREC", 11),
        _int("NUM_SREC", 11),
        _int("NUM_FILE", 1),
        _text("GS_TYPE", "SECONDS"),
        _text("VERSION", "OSTN15"),
        _text("SYSTEM_F", "OSGB36"),
        _text("SYSTEM_T", "ETRS89"),
        _real("MAJOR_F", 6377563.396),
        _real("MINOR_F", 6356256.909),
        _real("MAJOR_T", 6378137.0),
        _real("MINOR_T", 6356752.314),
    ]
    grid = [
        _text("SUB_NAME", "OSTN15"),
        _text("PARENT", "NONE"),
        _text("CREATED", ""),
        _text("UPDATED", ""),
        _real("S_LAT", SOUTH * 3600),
        _real("N_LAT", NORTH * 3600),
        _real("E_LONG", -EAST * 3600),
        _real("W_LONG", -WEST * 3600),
        _real("LAT_INC", STEP * 3600),
        _real("LONG_INC", STEP * 3600),
        _int("GS_COUNT", count),
    ]
    return b"".join(overview + grid)


def _int(name: str, value: int) -> bytes:
    return name.ljust(8).encode() + struct.pack("<i4x", value)


def _real(name: str, value: float) -> bytes:
    return name.ljust(8).encode() + struct.pack("<d", value)


def _text(name: str, value: str) -> bytes:
    return (name.ljust(8) + value.ljust(8)).encode()


def _end() -> bytes:
    return b"END     " + bytes(8)
