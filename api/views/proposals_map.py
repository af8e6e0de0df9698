"""Proposals as a map has them: LPUs, and who is proposed to each. Pure."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from geocorr.geo import Floats, WorkingCrs
from sql.boundaries import StoredBoundary
from sql.proposals import StoredProposal

_MOST_NAMED = 6


def features(
    found: Sequence[StoredProposal], drawn: Sequence[StoredBoundary], crs: WorkingCrs
) -> dict[str, object]:
    """A GeoJSON FeatureCollection: each area, and a point in it that says who."""
    made = [feature for area in drawn for feature in _features(area, found, crs)]
    return {"type": "FeatureCollection", "features": made}


def _features(
    area: StoredBoundary, found: Sequence[StoredProposal], crs: WorkingCrs
) -> list[dict[str, object]]:
    first = [one.nominal_id for one in found if one.lpu == area.code]
    other = [one.nominal_id for one in found if _named(one, area.code)]
    told = {
        "label": area.code,
        "detail": _detail(first, other),
        "group": "Proposed" if first else "Named by a source",
    }
    place = shapely.from_wkb(area.wkb)
    return [
        {"type": "Feature", "geometry": geometry(shape, crs), "properties": told}
        for shape in (place, place.representative_point())
    ]


def _named(one: StoredProposal, code: str) -> bool:
    """Whether a source names an area that is not the one proposed."""
    return one.lpu != code and any(a.get("lpu") == code for a in one.candidates)


def _detail(first: Sequence[str], other: Sequence[str]) -> str:
    """Who is proposed to an area; also those whom a source alone puts there."""
    told = []
    for word, ids in (("", first), ("also ", other)):
        if ids:
            more = f" and {len(ids) - _MOST_NAMED} more" * (len(ids) > _MOST_NAMED)
            told.append(f"{word}{', '.join(ids[:_MOST_NAMED])}{more}")
    return "; ".join(told)


def geometry(place: shapely.Geometry, crs: WorkingCrs) -> Mapping[str, object]:
    """A shape of the working CRS as GeoJSON in degrees."""

    def degrees(at: Floats) -> Floats:
        latitude, longitude = crs.to_wgs84(at[:, 0].copy(), at[:, 1].copy())
        return np.column_stack([longitude, latitude])

    told: Mapping[str, object] = json.loads(
        shapely.to_geojson(shapely.transform(place, degrees))
    )
    return told
