"""Boundaries: any CRS in, multipolygons in working-CRS metres out."""

import json
from datetime import UTC, datetime

import pytest
import shapely

from geocorr.model import Outcome
from loaders import boundaries
from loaders.boundaries import BoundaryKind

SQUARE = [[[-0.2, 51.4], [0.0, 51.4], [0.0, 51.6], [-0.2, 51.6], [-0.2, 51.4]]]
BOW_TIE = [[[0, 51.4], [0.1, 51.5], [0.1, 51.4], [0, 51.5], [0, 51.4]]]
NAMES = {"force": "Demoshire", "CODE": "L1", "Name": "North", "kind": "LPU"}
POLYGON = {"type": "Polygon", "coordinates": SQUARE}


def layer(*features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": p, "geometry": g} for p, g in features
            ],
        }
    ).encode()


def test_degrees_become_metres(bng):
    properties = {**NAMES, "valid_from": "2026-01-01", "valid_to": "2026-06-30"}
    data = layer((properties, POLYGON))
    report, (found,) = boundaries.parse(data, "lpu.geojson", bng)
    assert report.outcome is Outcome.SUCCESSFUL
    assert (found.force, found.code, found.name) == ("Demoshire", "L1", "North")
    assert found.kind is BoundaryKind.LPU
    assert found.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.valid_to == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert isinstance(found.area, shapely.MultiPolygon)
    assert found.area.contains(shapely.Point(530624.974, 178388.464))
    assert found.area.area == pytest.approx(13_900 * 22_260, rel=0.01)


def test_metres_of_the_working_crs_are_not_touched(bng):
    square = [[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]]]
    document = json.loads(
        layer((NAMES, {"type": "MultiPolygon", "coordinates": [square]}))
    )
    name = "urn:ogc:def:crs:EPSG::27700"
    document["crs"] = {"type": "name", "properties": {"name": name}}
    _, (found,) = boundaries.parse(json.dumps(document).encode(), "x", bng)
    assert found.area.bounds == (0.0, 0.0, 9.0, 9.0)


@pytest.mark.parametrize(
    ("properties", "geometry", "field", "kind"),
    [
        (NAMES, None, "geometry", "MISSING_GEOMETRY"),
        (
            NAMES,
            {"type": "Point", "coordinates": [0, 51]},
            "geometry",
            "INVALID_GEOMETRY",
        ),
        (
            NAMES,
            {"type": "Polygon", "coordinates": BOW_TIE},
            "geometry",
            "INVALID_GEOMETRY",
        ),
        ({**NAMES, "CODE": None}, POLYGON, "code", "MISSING_VALUE"),
        ({**NAMES, "kind": "parish"}, POLYGON, "kind", "UNKNOWN_VALUE"),
        ({**NAMES, "valid_from": "soon"}, POLYGON, "valid_from", "INVALID_TIME"),
    ],
)
def test_faults(bng, properties, geometry, field, kind):
    data = layer((NAMES, POLYGON), (properties, geometry))
    report, found = boundaries.parse(data, "x", bng)
    assert [(f.row, f.field, f.type) for f in report.faults] == [(2, field, kind)]
    assert (report.outcome, len(found)) == (Outcome.PARTIAL, 1)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "MALFORMED_FILE"),
        (b"no map", "MALFORMED_FILE"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "MALFORMED_FILE"),
        (layer(({"force": "x"}, POLYGON)), "MISSING_COLUMN"),
    ],
)
def test_files_that_are_refused_whole(bng, data, cause):
    report, found = boundaries.parse(data, "x", bng)
    assert (report.outcome, report.cause, found) == (Outcome.FAILED, cause, ())
