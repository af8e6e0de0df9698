"""Zone files: CSV and GeoJSON, circles and areas, degrees and metres, every fault."""

import json

import numpy as np
import pytest
import shapely

from geocorr.geo import WorkingCrs
from geocorr.model import Outcome, from_us
from geocorr.zones import Disc, Zone, ZoneKind
from loaders import zones
from loaders.report import LoadReport

HEAD = (
    "zone_id,nominal_id,device_id,kind,easting,northing,latitude,longitude,radius_m,"
    "wkt,timetable,from,to,owner"
)
CIRCLE = "Z1,N1,,exclusion,450000,250000,,,150,,Mon-Fri 19:00-07:00,2026-03-01,,IOM"
BOX = "POLYGON((450000 250000,450100 250000,450100 250200,450000 250200,450000 250000))"


def parsed(bng: WorkingCrs, *rows: str) -> tuple[LoadReport, tuple[Zone, ...]]:
    return zones.parse("\n".join([HEAD, *rows, ""]).encode(), "zones.csv", bng)


def types(report: LoadReport) -> list[tuple[str | None, str]]:
    return [(f.field, f.type) for f in report.faults]


def row(**cells: str) -> str:
    """A good row but for these cells."""
    named = dict(zip(HEAD.split(","), CIRCLE.split(","), strict=True)) | cells
    return ",".join(f'"{value}"' for value in named.values())


def test_a_circle_in_metres(bng: WorkingCrs) -> None:
    report, (zone,) = parsed(bng, CIRCLE)
    assert (report.outcome, report.accepted) == (Outcome.SUCCESSFUL, 1)
    assert zone.kind is ZoneKind.EXCLUSION
    assert zone.place == Disc(450_000, 250_000, 150)
    assert (zone.owner, zone.nominal_id, zone.device_id) == ("IOM", "N1", "")
    assert f"{from_us(zone.from_us):%d %H:%M}" == "01 00:00"
    assert zone.timetable.text == "Mon-Fri 19:00-07:00"


def test_the_end_date_is_included(bng: WorkingCrs) -> None:
    """To 31 July in London: up to 23:00 UTC."""
    _, (zone,) = parsed(bng, row(to="2026-07-31"))
    assert f"{from_us(zone.to_us):%m-%d %H:%M}" == "07-31 23:00"


def test_a_circle_in_degrees_goes_through_ostn15(bng: WorkingCrs) -> None:
    lat, lon = bng.to_wgs84(np.array([450_000.0]), np.array([250_000.0]))
    degrees = row(easting="", northing="", latitude=str(lat[0]), longitude=str(lon[0]))
    _, (zone,) = parsed(bng, degrees)
    assert zone.place.x_m == pytest.approx(450_000, abs=0.01)
    assert zone.place.y_m == pytest.approx(250_000, abs=0.01)


def test_an_area_in_metres_and_the_same_in_degrees(bng: WorkingCrs) -> None:
    plain = {"easting": "", "northing": "", "radius_m": ""}
    _, (metres,) = parsed(bng, row(**plain, wkt=BOX))
    assert metres.place.area == 20_000

    def degrees(at):
        latitude, longitude = bng.to_wgs84(at[:, 0].copy(), at[:, 1].copy())
        return np.column_stack([longitude, latitude])

    text = shapely.to_wkt(shapely.transform(metres.place, degrees), 9)
    _, (again,) = parsed(bng, row(**plain, wkt=text))
    assert isinstance(again.place, shapely.MultiPolygon)
    assert again.place.area == pytest.approx(20_000, abs=1)
    assert again.place.hausdorff_distance(metres.place) < 0.01


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"zone_id": ""}, ("zone_id", "MISSING_VALUE")),
        ({"kind": "keep out"}, ("kind", "UNKNOWN_VALUE")),
        ({"timetable": ""}, ("timetable", "MISSING_VALUE")),
        ({"timetable": "nights"}, ("timetable", "INVALID_TIMETABLE")),
        ({"owner": ""}, ("owner", "MISSING_VALUE")),
        ({"from": ""}, ("from", "MISSING_VALUE")),
        ({"from": "soon"}, ("from", "INVALID_TIME")),
        ({"to": "2026-02-01"}, ("to", "ZONE_TO_AFTER_FROM")),
        ({"nominal_id": ""}, ("nominal_id", "ZONE_OF_ONE")),
        ({"device_id": "T1"}, ("nominal_id", "ZONE_OF_ONE")),
        ({"radius_m": ""}, ("radius_m", "INVALID_RADIUS")),
        ({"radius_m": "-5"}, ("radius_m", "INVALID_RADIUS")),
        ({"radius_m": "wide"}, ("radius_m", "INVALID_NUMBER")),
        ({"northing": ""}, ("easting", "DEPENDENT_LOCATION_DATA")),
        ({"easting": "", "northing": ""}, (None, "MISSING_PLACE")),
        ({"latitude": "52"}, ("easting", "MULTIPLE_LOCATION_DATA_TYPES")),
        ({"easting": "9e9"}, ("easting", "INVALID_LOCATION_DATA_RANGE")),
        ({"wkt": BOX}, ("easting", "MULTIPLE_LOCATION_DATA_TYPES")),
    ],
)
def test_a_fault_refuses_its_row_alone(bng: WorkingCrs, cells, fault) -> None:
    report, found = parsed(bng, row(**cells), row(zone_id="Z9"))
    assert [z.zone_id for z in found] == ["Z9"]
    assert fault in types(report)
    assert report.outcome is Outcome.PARTIAL
    assert all(f.row == 1 and f.line == 2 and f.action for f in report.faults)


@pytest.mark.parametrize(
    ("wkt", "fault"),
    [
        ("POLYGON((", ("wkt", "INVALID_GEOMETRY")),
        ("LINESTRING(450000 250000,450100 250000)", ("wkt", "INVALID_GEOMETRY")),
        ("POLYGON EMPTY", ("wkt", "INVALID_GEOMETRY")),
        ("POINT(450000 250000)", ("radius_m", "INVALID_RADIUS")),
        (
            "POLYGON((450000 250000,450100 250100,450100 250000,450000 250100,"
            "450000 250000))",
            ("wkt", "INVALID_GEOMETRY"),
        ),
        ("POLYGON((9e8 9e8,9e8 8e8,8e8 8e8,9e8 9e8))",
         ("wkt", "INVALID_LOCATION_DATA_RANGE")),
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused(bng: WorkingCrs, wkt: str, fault) -> None:
    report, found = parsed(bng, row(easting="", northing="", radius_m="", wkt=wkt))
    assert found == ()
    assert types(report) == [fault]


def test_an_area_has_no_radius(bng: WorkingCrs) -> None:
    report, _ = parsed(bng, row(easting="", northing="", wkt=BOX))
    assert types(report) == [("radius_m", "INVALID_RADIUS")]


def test_a_zone_stands_once(bng: WorkingCrs) -> None:
    report, found = parsed(bng, CIRCLE, CIRCLE)
    assert (len(found), types(report)) == (1, [("zone_id", "DUPLICATE_ZONE")])


def test_a_missing_column_refuses_the_file(bng: WorkingCrs) -> None:
    report, found = zones.parse(b"zone_id,kind\nZ1,curfew\n", "z.csv", bng)
    assert (report.outcome, report.cause, found) == (
        Outcome.FAILED,
        "MISSING_COLUMN",
        (),
    )


def feature(geometry: object, **properties: object) -> dict[str, object]:
    given = {
        "zone_id": "G1", "device_id": "T1", "kind": "curfew", "owner": "IOM",
        "timetable": "19:00-07:00", "from": "2026-03-01",
    }  # fmt: skip
    return {"type": "Feature", "geometry": geometry, "properties": given | properties}


def collection(*features: object, **more: object) -> bytes:
    document = {"type": "FeatureCollection", "features": features, **more}
    return json.dumps(document).encode()


def test_geojson_of_a_circle_and_an_area(bng: WorkingCrs) -> None:
    ring = [[-1.2, 52.1], [-1.199, 52.1], [-1.199, 52.101], [-1.2, 52.1]]
    report, found = zones.parse(
        collection(
            feature({"type": "Point", "coordinates": [-1.2, 52.1, 80]}, radius_m=60),
            feature({"type": "Polygon", "coordinates": [ring]}, zone_id="G2"),
        ),
        "zones.geojson",
        bng,
    )
    assert report.outcome is Outcome.SUCCESSFUL, report.faults
    assert isinstance(found[0].place, Disc)
    assert found[0].place.radius_m == 60
    assert found[1].place.area == pytest.approx(3_810, rel=0.01)
    x, y = bng.to_metres(np.array([52.1]), np.array([-1.2]))
    assert (found[0].place.x_m, found[0].place.y_m) == pytest.approx((x[0], y[0]))


def test_geojson_in_metres_of_the_grid(bng: WorkingCrs) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    point = {"type": "Point", "coordinates": [450000, 250000]}
    _, (zone,) = zones.parse(collection(feature(point, radius_m=60), crs=crs), "z", bng)
    assert zone.place == Disc(450_000, 250_000, 60)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"{", "MALFORMED_FILE"),
        (b'{"type": "Feature"}', "MALFORMED_FILE"),
        (b'{"features": [1]}', "MALFORMED_FILE"),
        (b'{"features": 7}', "MALFORMED_FILE"),
        (b'{"features": [], "crs": "EPSG:3857"}', "UNKNOWN_CRS"),
    ],
)
def test_what_is_no_geojson_refuses_the_file(bng, data: bytes, cause: str) -> None:
    report, found = zones.parse(data, "z.geojson", bng)
    assert (report.outcome, report.cause, found) == (Outcome.FAILED, cause, ())


@pytest.mark.parametrize(
    "geometry",
    [None, {}, 7, {"type": "Point"}, {"type": "Ball", "coordinates": []},
     {"type": "Polygon", "coordinates": [[[1]]]},
     {"type": "Point", "coordinates": ["a", "b"]}],
)  # fmt: skip
def test_a_broken_geometry_refuses_its_feature(bng, geometry: object) -> None:
    good = feature({"type": "Point", "coordinates": [-1.2, 52.1]}, radius_m=60)
    bad = feature(geometry, zone_id="G2", radius_m=60)
    report, found = zones.parse(collection(bad, good), "z.geojson", bng)
    assert [z.zone_id for z in found] == ["G1"]
    assert {f.row for f in report.faults} == {1}
