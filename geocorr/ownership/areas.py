"""Forces and LPUs of one day, and which of them places lie in or near.

Set-based: the places make the index and each area is laid over all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Area:
    """A force or an LPU as it is valid, half-open in time; None = open."""

    force: str
    code: str
    name: str
    kind: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of one kind that hold on one day, and their shapes in metres."""

    areas: tuple[Area, ...]
    shapes: tuple[shapely.MultiPolygon, ...]

    def __post_init__(self) -> None:
        if len(self.areas) != len(self.shapes):
            raise ValueError("each area has one shape")

    @property
    def forces(self) -> frozenset[str]:
        """The forces that have an area of this kind."""
        return frozenset(area.force for area in self.areas)

    def code(self, code: str) -> Area | None:
        """The area of this code."""
        return next((area for area in self.areas if area.code == code), None)


@dataclass(frozen=True, slots=True)
class Located:
    """Of one place: the areas it lies in (edges included), and those within reach."""

    inside: tuple[Area, ...]
    near: tuple[Area, ...]


def locate(
    areas: Areas, x_m: Floats, y_m: Floats, near_m: Floats
) -> tuple[Located, ...]:
    """In which areas each place [n] lies, and which others are within `near_m` [n].

    By code, so that the answer does not depend on the order of the areas.
    """
    points = np.asarray(shapely.points(x_m, y_m), dtype=np.object_)
    inside = _hits(areas, points, np.arange(len(points)), None)
    near: list[list[Area]] = [[] for _ in points]
    for reach in np.unique(near_m):
        which = np.flatnonzero(near_m == reach)
        for i, found in zip(which, _hits(areas, points, which, reach), strict=True):
            near[i] = [area for area in found if area not in inside[i]]
    return tuple(Located(tuple(a), tuple(b)) for a, b in zip(inside, near, strict=True))


def _hits(
    areas: Areas,
    points: npt.NDArray[np.object_],
    which: npt.NDArray[np.int64],
    reach_m: float | None,
) -> list[list[Area]]:
    """The areas of each point in `which`: it lies in them, or within `reach_m`."""
    found: list[list[Area]] = [[] for _ in which]
    tree = shapely.STRtree(points[which])
    order = sorted(range(len(areas.areas)), key=lambda k: areas.areas[k].code)
    for k in order:
        for i in _of_one(tree, areas.shapes[k], reach_m):
            found[i].append(areas.areas[k])
    return found


def _of_one(
    tree: shapely.STRtree, shape: shapely.MultiPolygon, reach_m: float | None
) -> Sequence[int]:
    shapely.prepare(shape)
    if reach_m is None:
        hit = tree.query(shape, predicate="intersects")
    else:
        hit = tree.query(shape, predicate="dwithin", distance=float(reach_m))
    return [int(i) for i in np.sort(hit)]
