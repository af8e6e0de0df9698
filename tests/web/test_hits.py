"""From a sent file and a stored trail to the hit that a person reads."""

import csv
import io
import itertools
import json

import pytest
from fastapi.testclient import TestClient

from api.matches.hits_file import COLUMNS
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import FIRST, FORCE, TEN, send, tag, told, work


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """Ten crimes, a tag beside the first, matched."""
    tag(database, bng, tmp_path)
    assert send(client, TEN).json()["outcome"] == "SUCCESSFUL"
    work(database)
    return client


def total(client: TestClient, query: str) -> int:
    return client.get(f"/v1/hits?{query}").json()["total"]


def test_the_hit_is_read_back(staged: TestClient) -> None:
    found = staged.get("/v1/hits").json()
    assert (found["total"], found["limit"], found["offset"]) == (1, 100, 0)
    hit = found["items"][0]
    assert (hit["force"], hit["crime_reference"]) == (FORCE, FIRST)
    assert (hit["device_id"], hit["nominal_id"], hit["verdict"]) == ("T1", "N1", "hit")
    assert hit["window_from"] == "2026-03-28T12:00:00Z"
    assert hit["fixes_inside"] == 31
    assert (hit["state"], hit["run"]) == ("live", 1)
    assert hit["because"]
    assert -2.5 < hit["longitude"] < -2.0
    assert 55.0 < hit["latitude"] < 55.5
    assert set(COLUMNS) < set(hit)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("force=dem", 1),
        ("force=Gwent", 0),
        ("batch=1", 1),
        ("batch=2", 0),
        (f"crime={FORCE}/{FIRST}", 1),
        (f"crime=dem/{FIRST}&force={FORCE}", 1),
        (f"crime={FORCE}/other", 0),
        ("device=T1", 1),
        ("device=T2", 0),
        ("nominal=N1", 1),
        ("nominal=N2", 0),
        ("verdict=hit", 1),
        ("verdict=possible", 0),
        ("state=superseded", 0),
        ("state=all", 1),
        ("run=1", 1),
        ("run=2", 0),
        ("offset=5", 1),
        ("reference=dm26-000", 1),
        ("reference=M26", 0),
        ("type=XX", 0),
        ("from=2026-03-28&to=2026-03-28", 1),
        ("from=2026-03-29", 0),
        ("to=2026-03-27", 0),
    ],
)
def test_hits_are_filtered(staged: TestClient, query: str, expected: int) -> None:
    assert total(staged, query) == expected


def test_a_crime_without_its_force_is_refused(client: TestClient) -> None:
    told(client.get(f"/v1/hits?crime={FIRST}"), 400)
    told(client.get(f"/v1/hits?crime=Gwent/{FIRST}&force=dem"), 400)
    told(client.get("/v1/hits?limit=1001"), 400)


def test_an_earlier_hit_is_superseded_and_stays(
    staged: TestClient, database: Database
) -> None:
    staged.post(f"/v1/crimes/{FORCE}/{FIRST}/match")
    work(database)
    live = staged.get("/v1/hits").json()["items"]
    # Runs that follow from a match, to assess its hits, come in between.
    (again,) = [hit["run"] for hit in live]
    assert again > 1
    assert live[0]["state"] == "live"
    both = staged.get("/v1/hits?state=all&sort=newest").json()["items"]
    assert [(hit["run"], hit["state"]) for hit in both] == [
        (again, "live"),
        (1, "superseded"),
    ]
    assert both[1]["state_reason"] == "the crime was matched again"
    assert [h["run"] for h in staged.get("/v1/hits?run=1").json()["items"]] == [1]
    page = staged.get("/v1/hits?state=all&sort=newest&limit=1&offset=1").json()
    assert (page["total"], [hit["run"] for hit in page["items"]]) == (2, [1])
    assert total(staged, "state=all&sort=strength") == 2


@pytest.mark.parametrize("way", ["format", "accept"])
def test_hits_as_csv(staged: TestClient, way: str) -> None:
    query, headers = {
        "format": ("?format=csv", {}),
        "accept": ("", {"Accept": "text/html;q=0.2, text/csv"}),
    }[way]
    response = staged.get(f"/v1/hits{query}", headers=headers)
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["total-count"] == "1"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["crime_reference"] == FIRST


def test_hits_as_geojson(staged: TestClient) -> None:
    response = staged.get("/v1/hits?format=geojson")
    assert response.headers["content-type"] == "application/geo+json"
    collection = json.loads(response.text)
    assert collection["type"] == "FeatureCollection"
    assert (collection["numberMatched"], collection["numberReturned"]) == (1, 1)
    feature = collection["features"][0]
    longitude, latitude = feature["geometry"]["coordinates"]
    assert longitude < 0 < latitude
    assert feature["properties"]["device_id"] == "T1"


def test_one_hit_with_the_fixes_it_rests_on(staged: TestClient) -> None:
    number = staged.get("/v1/hits").json()["items"][0]["id"]
    detail = staged.get(f"/v1/hits/{number}").json()
    assert detail["hit"]["id"] == number
    assert detail["hit"]["because"]
    fixes = detail["evidence"]
    assert len(fixes) == 71
    inside = [
        f for f in fixes if "2026-03-28T12:00" <= f["t"] <= "2026-03-28T12:30:00Z"
    ]
    assert len(inside) == detail["hit"]["fixes_inside"]
    assert {f["mechanism"] for f in fixes} == {"GPS"}
    assert all(f["trusted"] and f["r95_m"] > 0 for f in fixes)
    assert all(-2.5 < f["longitude"] < -2.0 and f["marks"] == [] for f in fixes)
    assert all(a["t"] < b["t"] for a, b in itertools.pairwise(fixes))
    told(staged.get("/v1/hits/99"), 404)
