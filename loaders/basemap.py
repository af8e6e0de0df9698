"""Base maps: streets or whatever lies under the data, kept as one PMTiles file each.

make(source, target)   GeoJSON, GeoPackage or PMTiles in, PMTiles out

A base map is a picture: nothing is ever decided by it. It is kept in a folder, not in
the database, and served by byte ranges.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from geocorr.errors import InputError

if TYPE_CHECKING:
    import geopandas

ENDING = ".pmtiles"
# Names of files as they are served: no path, no dot but the last.
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.pmtiles", re.ASCII)

_PMTILES = b"PMTiles\x03"
_GEOPACKAGE = b"SQLite format 3\0"
_GEOJSON = re.compile(rb'"type"\s*:\s*"FeatureCollection"')
# What GDAL would open as GeoJSON says so near its beginning.
_HEAD_BYTES = 64 * 1024
# From a region to a street; closer in the last level is enlarged.
_ZOOMS = {"MINZOOM": "6", "MAXZOOM": "14"}
# Which column names a street, in the files of Ordnance Survey and OpenStreetMap.
_NAME_COLUMNS = ("name", "name1", "road_name", "distinctive_name", "name_1", "ref")


def name_of(source: Path) -> str:
    """The name that a base map is served by, out of its file's."""
    stem = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")[:64].strip("-")
    return (stem or "basemap") + ENDING


def make(source: Path, target: Path) -> int:
    """Write `target` whole or not at all; how many features it was made of.

    A PMTiles file is taken as it is, and counts as one. InputError where the source is
    none of the three kinds, cannot be read, or holds nothing.
    """
    head = _head(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as folder:
        made = Path(folder) / target.name
        if head.startswith(_PMTILES):
            shutil.copyfile(source, made)
            count = 1
        else:
            count = _convert(source, made)
        made.chmod(0o644)
        made.replace(target)
    return count


def latest(folder: Path) -> Path | None:
    """The base map loaded last, which is the one that maps show; None without any."""
    found = [path for path in folder.glob(f"*{ENDING}") if NAME.fullmatch(path.name)]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def _head(source: Path) -> bytes:
    """How the file begins; InputError where it is none of ours.

    GDAL opens many kinds, some of which are programs: only three are let through.
    """
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((_PMTILES, _GEOPACKAGE)) or _GEOJSON.search(head):
        return head
    raise InputError(
        f"{source.name} is no base map: give GeoJSON (a FeatureCollection), "
        "GeoPackage or PMTiles."
    )


def _convert(source: Path, made: Path) -> int:
    import pandas as pd
    import pyogrio

    try:
        layers = [frame for frame in _layers(source) if len(frame)]
        if not layers:
            raise InputError(f"{source.name} holds no feature with a place.")
        whole = pd.concat(layers, ignore_index=True)
        pyogrio.write_dataframe(
            whole, made, driver="PMTiles", layer="basemap", dataset_options=_ZOOMS
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as wrong:
        raise InputError(f"{source.name} cannot be read: {wrong}") from wrong
    return len(whole)


def _layers(source: Path) -> "Iterator[geopandas.GeoDataFrame]":
    """Each layer with geometry, in WGS84, of its other columns a name alone."""
    import pyogrio

    for layer, kind in pyogrio.list_layers(source):
        if kind is None:
            continue
        frame = pyogrio.read_dataframe(source, layer=layer)
        if frame.crs is None:
            raise InputError(f"{source.name} does not say its coordinate system.")
        frame = frame[~(frame.geometry.is_empty | frame.geometry.isna())]
        yield _named(frame).to_crs("EPSG:4326")


def _named(frame: "geopandas.GeoDataFrame") -> "geopandas.GeoDataFrame":
    """The geometry and, as `name`, the first column that names things."""
    known = {str(column).lower(): column for column in frame.columns}
    named = frame.geometry.rename("geometry").to_frame()
    for wanted in _NAME_COLUMNS:
        if wanted in known:
            return named.assign(name=frame[known[wanted]].astype("string"))
    return named
