"""Crimes over HTTP: searched, read with their versions, matched again."""

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import BATCH_ID, FIRST, FORCE, TEN, send, tag, told, work


@pytest.fixture
def sent(client: TestClient) -> TestClient:
    """Ten crimes of one afternoon."""
    send(client, TEN)
    return client


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 10),
        ("force=dem", 10),
        ("force=Gwent", 0),
        ("reference=dm26-0000", 9),
        ("reference=%25", 0),
        ("from=2026-03-28&to=2026-03-28", 10),
        ("from=2026-03-29", 0),
        ("to=2026-03-27", 0),
        ("state=current", 10),
        ("state=withdrawn", 0),
        ("bbox=-2.7,54.5,-2.0,56", 10),
        ("bbox=0,54,1,56", 0),
    ],
)
def test_crimes_are_searched(sent: TestClient, query: str, total: int) -> None:
    assert sent.get(f"/v1/crimes?{query}").json()["total"] == total


def test_types_and_pages(sent: TestClient) -> None:
    everything = sent.get("/v1/crimes").json()["items"]
    kind = everything[0]["crime_type"]
    of_kind = [c for c in everything if c["crime_type"] == kind]
    found = sent.get(f"/v1/crimes?type={kind.lower()}").json()
    assert found["total"] == len(of_kind)
    page = sent.get("/v1/crimes?limit=3&offset=8").json()
    assert (page["total"], page["items"]) == (10, everything[8:])
    windows = [c["window_from"] for c in everything]
    assert windows == sorted(windows, reverse=True)


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "1,2,3,4,5"])
def test_a_box_has_four_numbers(client: TestClient, box: str) -> None:
    assert "bbox" in told(client.get(f"/v1/crimes?bbox={box}"), 400)["detail"]


def test_a_crime_has_its_versions(sent: TestClient) -> None:
    send(sent, TEN.replace("20260328120000", "20260328115900"))
    crime = sent.get(f"/v1/crimes/dem/{FIRST}").json()
    assert (crime["force"], crime["reference"], crime["state"]) == (
        FORCE,
        FIRST,
        "current",
    )
    first, second = crime["versions"]
    assert (first["version"], second["version"]) == (1, 2)
    assert (first["changed"], second["changed"]) == ([], ["window_from"])
    assert second["window_from"] == "2026-03-28T11:59:00Z"
    assert {"x_m", "y_m"}.isdisjoint(first)
    told(sent.get(f"/v1/crimes/{FORCE}/none"), 404)


def test_a_withdrawn_crime_says_so(sent: TestClient) -> None:
    rows = TEN.replace(BATCH_ID, BATCH_ID + "-R").splitlines(keepends=True)
    report = send(sent, "".join(row for row in rows if FIRST not in row)).json()
    assert report["outcome"] == "SUCCESSFUL"
    assert sent.get(f"/v1/crimes/{FORCE}/{FIRST}").json()["state"] == "withdrawn"
    assert sent.get("/v1/crimes?state=withdrawn").json()["total"] == 1


def test_a_reference_may_hold_slashes(client: TestClient) -> None:
    send(client, TEN.replace(FIRST, "A/1/match"))
    path = f"/v1/crimes/{FORCE}/A/1/match"
    assert client.get(path).json()["reference"] == "A/1/match"
    assert client.post(f"{path}/match").json() == {"crimes": 1, "batch": None}


def test_a_crime_has_its_hits_by_verdict(
    sent: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> None:
    tag(database, bng, tmp_path)
    work(database)
    found = sent.get(f"/v1/crimes?reference={FIRST}").json()["items"]
    assert [crime["hits"] for crime in found] == [{"hit": 1}]


def test_a_crime_is_matched_again(sent: TestClient, database: Database) -> None:
    work(database)
    response = sent.post(f"/v1/crimes/dem/{FIRST}/match")
    assert (response.status_code, response.json()["crimes"]) == (202, 1)
    work(database)
    (run,) = sent.get("/v1/runs?kind=rematch").json()["items"]
    assert run["counts"]["crimes"] == 1
    told(sent.post(f"/v1/crimes/{FORCE}/none/match"), 404)
