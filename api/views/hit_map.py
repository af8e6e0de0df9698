"""The document that a map is drawn from: the same facts as the table, and no others.

Its shape is the map's contract (`api/assets/README.md`). Circles are computed in the
working CRS, so that they are as large on the ground as the fix says.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import shapely

from api.trails.shown import Shown, ShownFix, Target
from geocorr.arrays import Floats
from geocorr.geo import WorkingCrs
from geocorr.model import from_us

Document = dict[str, object]
Ring = list[list[float]]

# Corners of a quarter of a circle: the polygon is nowhere 0.3 % nearer than its rim.
_QUARTER, _QUARTER_OF_TARGET = 12, 32
# Of more fixes than this the map computes the circles itself: the page stays small.
_MOST_CIRCLES = 2_000


def document(
    target: Target,
    people: Sequence[Shown],
    time: tuple[datetime, datetime],
    crs: WorkingCrs,
) -> Document:
    """What the map draws of one target and the trails beside it in a slice of time."""
    x_m, y_m = np.array([target.x_m]), np.array([target.y_m])
    radius_m = np.array([target.radius_m])
    (area,) = rings(x_m, y_m, radius_m, crs, _QUARTER_OF_TARGET)
    latitude, longitude = crs.to_wgs84(x_m, y_m)
    return {
        "target": {
            "reference": target.reference,
            "longitude": round(float(longitude[0]), 7),
            "latitude": round(float(latitude[0]), 7),
            "radius_m": target.radius_m,
            "area": {"type": "Polygon", "coordinates": [area]},
            "window_from": utc(from_us(target.from_us)),
            "window_to": utc(from_us(target.to_us)),
        },
        "people": [_person(one, crs) for one in people],
        "slice": {"from": utc(time[0]), "to": utc(time[1])},
    }


def rings(
    x_m: Floats, y_m: Floats, radius_m: Floats, crs: WorkingCrs, quarter: int = _QUARTER
) -> list[Ring]:
    """Circles of so many true metres, as closed rings of longitude and latitude."""
    discs = shapely.buffer(shapely.points(x_m, y_m), radius_m, quad_segs=quarter)
    corners, of = shapely.get_coordinates(
        shapely.get_exterior_ring(discs), return_index=True
    )
    latitude, longitude = crs.to_wgs84(corners[:, 0], corners[:, 1])
    degrees = np.stack([longitude, latitude], axis=1).round(7)
    ends = np.searchsorted(of, np.arange(1, len(x_m)))
    return [part.tolist() for part in np.split(degrees, ends)] if len(x_m) else []


def utc(at: datetime) -> str:
    """A time as JSON has it."""
    return at.isoformat().replace("+00:00", "Z")


def _person(shown: Shown, crs: WorkingCrs) -> Document:
    circles = _circles(shown.fixes, crs)
    return {
        "device_id": shown.device_id,
        "nominal_id": shown.nominal_id,
        "label": shown.name,
        "fixes": [
            _fix(fix) | ({"circle": circles[i]} if circles else {})
            for i, fix in enumerate(shown.fixes)
        ],
        "paths": [{"from": a, "to": b} for a, b in shown.lines],
        "gaps": [
            {"from": gap.begin, "to": gap.end, "minutes": max(1, round(gap.minutes))}
            for gap in shown.gaps
        ],
        "visits": [
            {
                "label": visit.label,
                "from": utc(shown.fixes[visit.first].at),
                "to": utc(shown.fixes[visit.last].at),
            }
            for visit in shown.visits
        ],
    }


def _circles(fixes: Sequence[ShownFix], crs: WorkingCrs) -> list[list[Ring]]:
    if len(fixes) > _MOST_CIRCLES:
        return []
    columns = ([fix.x_m for fix in fixes], [fix.y_m for fix in fixes])
    x_m, y_m = (np.array(column, np.float64) for column in columns)
    r95_m = np.array([fix.r95_m for fix in fixes], np.float64)
    return [[ring] for ring in rings(x_m, y_m, r95_m, crs)]


def _fix(fix: ShownFix) -> Document:
    return {
        "t": utc(fix.at),
        "longitude": fix.longitude,
        "latitude": fix.latitude,
        "r95_m": fix.r95_m,
        "mechanism": fix.mechanism,
        "trusted": fix.trusted,
        "marks": list(fix.marks),
        "distance_m": fix.distance_m,
        "inside": fix.inside,
    }
