"""Base maps: converted whole, served by ranges, and drawn under what was found."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api import headers
from api.app import create_app
from api.cli import app as commands
from api.pages.basemap import tile_host
from api.settings import Settings
from geocorr.errors import InputError, UsageError
from geocorr.geo import WorkingCrs
from loaders import basemap

STREET = {
    "type": "Feature",
    "properties": {"NAME1": "High Street", "secret": "not for the map"},
    "geometry": {
        "type": "LineString",
        "coordinates": [[-3.19, 51.48], [-3.17, 51.482]],
    },
}


def streets(folder: Path, name: str = "Streets of Demoshire.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [STREET]}))
    return path


def load(home: Path, *files: Path, json_: bool = False) -> tuple[int, str]:
    arguments = ["load", "basemap", *map(str, files), *(["--json"] if json_ else [])]
    ran = CliRunner().invoke(commands, arguments, env={"GEOCORR_HOME": str(home)})
    code = getattr(ran.exception, "code", ran.exit_code)
    return int(code), ran.stdout


def test_geojson_becomes_a_base_map_under_a_plain_name(tmp_path: Path) -> None:
    code, said = load(tmp_path, streets(tmp_path), json_=True)
    assert code == 0
    assert json.loads(said)["accepted"] == 1
    made = tmp_path / "basemap" / "streets-of-demoshire.pmtiles"
    assert made.read_bytes().startswith(b"PMTiles\x03")
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_of_a_streets_columns_the_name_alone_is_kept(tmp_path: Path) -> None:
    made = tmp_path / "streets.pmtiles"
    assert basemap.make(streets(tmp_path), made) == 1
    frame = geopandas.read_file(made)
    assert set(frame.columns) <= {"mvt_id", "name", "geometry"}
    # Once a tile that it crosses.
    assert set(frame["name"]) == {"High Street"}
    west, south, east, north = frame.to_crs("EPSG:4326").total_bounds
    assert [west, south, east, north] == pytest.approx(
        [-3.19, 51.48, -3.17, 51.482], abs=1e-4
    )


def test_a_geopackage_on_the_national_grid_lies_where_it_should(
    tmp_path: Path, bng: WorkingCrs
) -> None:
    x, y = bng.to_metres(np.array([51.48, 51.49]), np.array([-3.18, -3.16]))
    line = shapely.LineString(np.column_stack([x, y]))
    frame = geopandas.GeoDataFrame({"ref": ["A1"]}, geometry=[line], crs="EPSG:27700")
    source = tmp_path / "roads.gpkg"
    frame.to_file(source, layer="roads")
    frame.set_geometry(frame.buffer(500)).to_file(source, layer="areas")
    made = tmp_path / "roads.pmtiles"
    assert basemap.make(source, made) == 2
    bounds = geopandas.read_file(made).to_crs("EPSG:4326").total_bounds
    assert bounds == pytest.approx([-3.1872, 51.4755, -3.1528, 51.4945], abs=2e-3)


def test_a_pmtiles_file_is_taken_as_it_is(tmp_path: Path) -> None:
    made = tmp_path / "made.pmtiles"
    basemap.make(streets(tmp_path), made)
    again = tmp_path / "again" / "again.pmtiles"
    assert basemap.make(made, again) == 1
    assert again.read_bytes() == made.read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no base map"),
        (b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "is no base"),
        (b'{"type": "gdal_streamed_alg", "command_line": "gdal"}', "is no base map"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no feature"),
        (b'{"type": "FeatureCollection", "features": [}', "cannot be read"),
        (b"SQLite format 3\0 and nothing more", "cannot be read"),
    ],
)
def test_what_is_no_base_map_is_refused_and_leaves_nothing(
    tmp_path: Path, content: bytes, why: str
) -> None:
    source = tmp_path / "x.geojson"
    source.write_bytes(content)
    with pytest.raises(InputError, match=why):
        basemap.make(source, tmp_path / "kept" / "x.pmtiles")
    assert not list(tmp_path.glob("kept/*"))


def test_a_file_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    first = streets(tmp_path, "a.geojson")
    assert load(tmp_path, first)[0] == 0
    kept = (tmp_path / "basemap" / "a.pmtiles").read_bytes()
    first.write_text('{"type": "FeatureCollection", "features": []}')
    code, said = load(tmp_path, first)
    assert code == 1
    assert "holds no feature with a place" in said
    assert (tmp_path / "basemap" / "a.pmtiles").read_bytes() == kept


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("OS Open Roads.gpkg", "os-open-roads.pmtiles"),
        ("../..geojson", "basemap.pmtiles"),
        ("Ävon & Sömerset.pmtiles", "von-s-merset.pmtiles"),
        ("x" * 200 + ".gpkg", "x" * 64 + ".pmtiles"),
    ],
)
def test_names_are_plain_whatever_the_files_are_called(file: str, name: str) -> None:
    assert basemap.name_of(Path(file)) == name
    assert basemap.NAME.fullmatch(name)


@pytest.fixture
def home(client: TestClient) -> Path:
    return client.app.state.services.settings.home


def test_a_base_map_is_served_whole_and_by_ranges(
    client: TestClient, home: Path, tmp_path: Path
) -> None:
    assert load(home, streets(tmp_path, "served.geojson"))[0] == 0
    whole = client.get("/basemap/served.pmtiles")
    assert whole.status_code == 200
    assert whole.headers["Cache-Control"] == "private, max-age=3600"
    part = client.get("/basemap/served.pmtiles", headers={"Range": "bytes=0-6"})
    assert part.status_code == 206
    assert part.content == b"PMTiles"


@pytest.mark.parametrize("name", ["none.pmtiles", "..%2Fproj", "a.txt", "A.pmtiles"])
def test_what_was_not_loaded_is_not_served(client: TestClient, name: str) -> None:
    assert client.get(f"/basemap/{name}").status_code == 404


def test_the_one_loaded_last_is_shown(tmp_path: Path) -> None:
    assert basemap.latest(tmp_path / "basemap") is None
    for name in ("b.geojson", "a.geojson"):
        load(tmp_path, streets(tmp_path, name))
        latest = basemap.latest(tmp_path / "basemap")
        assert latest is not None
        assert latest.stem == name[0]


def test_a_place_is_told_both_ways_through_the_grid(
    client: TestClient, bng: WorkingCrs
) -> None:
    x, y = bng.to_metres(np.array([51.48]), np.array([-3.18]))
    asked = {"longitude": -3.18, "latitude": 51.48}
    there = client.get("/basemap/place", params=asked).json()
    assert there["easting"] == pytest.approx(x[0], abs=1e-6)
    assert there["northing"] == pytest.approx(y[0], abs=1e-6)
    metres = {name: there[name] for name in ("easting", "northing")}
    back = client.get("/basemap/place", params=metres).json()
    assert back["longitude"] == pytest.approx(-3.18, abs=1e-8)
    assert back["latitude"] == pytest.approx(51.48, abs=1e-8)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 422),
        ("longitude=1", 422),
        ("longitude=1&latitude=52&easting=1&northing=1", 422),
        ("longitude=nan&latitude=52", 422),
        ("longitude=200&latitude=52", 422),
        ("easting=inf&northing=1", 422),
        ("longitude=100&latitude=10", 404),
    ],
)
def test_a_place_that_is_none_is_refused(
    client: TestClient, asked: str, status: int
) -> None:
    assert client.get(f"/basemap/place?{asked}").status_code == status


def test_tiles_are_let_in_from_their_host_alone() -> None:
    settings = Settings(tiles="https://tiles.example:8443/os/{z}/{x}/{y}.png?key=1")
    assert tile_host(settings) == "https://tiles.example:8443"
    assert tile_host(Settings()) == ""


@pytest.mark.parametrize(
    "tiles",
    [
        "tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/",
        "javascript:{z}{x}{y}",
        "https://a b/{z}/{x}/{y}",
        "https://a;script-src *//{z}/{x}/{y}",
        "https:///{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_none_stops_the_service(tiles: str) -> None:
    with pytest.raises(UsageError, match="GEOCORR_TILES"):
        create_app(Settings(tiles=tiles))


async def test_the_content_policy_names_the_tiles_host() -> None:
    async def nothing(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = []

    async def keep(message) -> None:
        sent.append(dict(message["headers"]))

    for host, named in (("https://t.example", b" https://t.example"), ("", b"")):
        app = headers.SafeHeaders(nothing, False, host)
        await app({"type": "http"}, None, keep)
        policy = sent[-1][b"content-security-policy"]
        assert b"connect-src 'self'" + named + b";" in policy
        assert b"img-src 'self' data: blob:" + named + b";" in policy
        assert policy.count(b"t.example") == 2 * bool(named)
