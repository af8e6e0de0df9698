"""Boundaries of forces, local policing units and districts: any format GDAL reads."""

import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geocorr.geo import WGS84, WorkingCrs
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport
from loaders.trail_source import TrailFileRefused

if TYPE_CHECKING:
    import geopandas

COLUMNS = headed.Columns(("force", "code", "name", "kind"), ("valid_from", "valid_to"))


_VIRTUAL = b"OGRVRTDataSource"


class BoundaryKind(StrEnum):
    """What an area is to policing."""

    FORCE = "force"
    LPU = "lpu"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Boundary:
    """An area in working-CRS metres, valid half-open in time; None = open."""

    force: str
    code: str
    name: str
    kind: BoundaryKind
    area: shapely.MultiPolygon
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def parse(
    data: bytes, file: str, crs: WorkingCrs
) -> tuple[LoadReport, tuple[Boundary, ...]]:
    """The boundaries of a file and its report. Pure.

    Bare dates are London midnights, the end date included. An area that is missing,
    no polygon, invalid or outside the working CRS refuses its row.
    """
    try:
        frame = _frame(data)
        table = _table(frame)
        areas = _areas(frame, crs)
    except TrailFileRefused as refused:
        return headed.failed(file, refused.cause, str(refused)), ()
    return headed.judged(
        file, table, lambda cells: _boundary(cells, areas[cells.row - 1])
    )


def _frame(data: bytes) -> "geopandas.GeoDataFrame":
    # It brings pandas along: a second that no other command should wait for.
    import geopandas
    import pyogrio.errors

    if _VIRTUAL in data:
        # A virtual layer holds no areas but names other files for GDAL to open.
        raise TrailFileRefused("MALFORMED_FILE", "Send the layer, not a link to one.")
    try:
        frame = geopandas.read_file(io.BytesIO(data))
    except (pyogrio.errors.DataSourceError, ValueError, OSError) as broken:
        raise TrailFileRefused(
            "MALFORMED_FILE", "The file is no map layer that can be read."
        ) from broken
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise TrailFileRefused("MISSING_GEOMETRY", "The file holds no areas.")
    if frame.crs is None:
        raise TrailFileRefused(
            "MISSING_CRS", "The file does not say its CRS: export it with one."
        )
    return frame


def _table(frame: "geopandas.GeoDataFrame") -> headed.Table:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    position = headed.locate(names, COLUMNS)
    columns = {ours: frame[names[at]].tolist() for ours, at in position.items()}
    rows = tuple(
        Cells(row, None, {n: headed.as_text(v[row - 1]) for n, v in columns.items()})
        for row in range(1, len(frame) + 1)
    )
    return headed.Table(rows, (), headed.unknown(names, COLUMNS))


def _areas(
    frame: "geopandas.GeoDataFrame", crs: WorkingCrs
) -> list[BaseGeometry | None]:
    """The geometries in working-CRS metres; not touched where they are so already."""
    if frame.crs.to_epsg() == crs.srid:
        return list(frame.geometry)
    degrees = frame.geometry.to_crs(WGS84)

    def to_metres(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(crs.to_metres(places[:, 1], places[:, 0]))

    return [area and shapely.transform(area, to_metres) for area in degrees]


def _boundary(cells: Cells, area: BaseGeometry | None) -> Boundary | None:
    force = cells.needed("force")
    code = cells.needed("code")
    name = cells.needed("name")
    kind = cells.choice("kind", BoundaryKind)
    valid_from = cells.moment("valid_from")
    valid_to = cells.moment("valid_to", end=True)
    if valid_from and valid_to and valid_to <= valid_from:
        cells.refuse("valid_to", "VALID_TO_AFTER_FROM", "It ends before it begins.")
    whole = _whole(cells, area)
    if kind is None or whole is None:
        return None
    return Boundary(force, code, name, kind, whole, valid_from, valid_to)


def _whole(cells: Cells, area: BaseGeometry | None) -> shapely.MultiPolygon | None:
    """The area as a multipolygon; what is wrong with it is a fault of the row."""
    if area is None or area.is_empty:
        cells.refuse("geometry", "MISSING_GEOMETRY", "Give the area as polygons.")
    elif not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        action = f"A {area.geom_type} is no area: give polygons."
        cells.refuse("geometry", "INVALID_GEOMETRY", action)
    elif not np.isfinite(shapely.get_coordinates(area)).all():
        action = "Part of it lies where the working CRS has no value."
        cells.refuse("geometry", "INVALID_PLACE", action)
    elif not area.is_valid:
        action = f"The area is broken ({shapely.is_valid_reason(area)}): mend it."
        cells.refuse("geometry", "INVALID_GEOMETRY", action)
    elif isinstance(area, shapely.Polygon):
        return shapely.MultiPolygon([area])
    else:
        return area
    return None
