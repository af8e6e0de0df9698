"""Zones and breaches over HTTP: lists with totals, one with evidence, outcomes."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fixtures.streets import SOUTH_M, WEST_M
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from sql.db import Database
from tests.web.staging import tag, told, watch, work

EMPTY = {"total": 0, "limit": 50, "offset": 0, "items": []}


@pytest.fixture
def watched(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """T1 was from noon to 12:40 where its nominal may not be."""
    tag(database, bng, tmp_path)
    watch(database, bng)
    work(database)
    return client


def test_of_an_empty_service_there_is_nothing_to_tell(client: TestClient) -> None:
    assert client.get("/v1/zones").json() == EMPTY
    assert client.get("/v1/breaches").json() == EMPTY
    told(client.get("/v1/breaches/1"), 404)


def test_zones_are_listed_in_degrees(watched: TestClient, bng: WorkingCrs) -> None:
    page = watched.get("/v1/zones?kind=exclusion&nominal=N1").json()
    assert page["total"] == 1
    (zone,) = page["items"]
    assert (zone["zone_id"], zone["version"], zone["radius_m"]) == ("Z1", 1, 100)
    assert zone["timetable"] == "Sat 12:00-14:00"
    assert zone["from_at"] == "2026-03-01T00:00:00Z"
    longitude, latitude = zone["place"]["coordinates"]
    assert bng.to_metres(latitude, longitude) == pytest.approx(
        (WEST_M + 1_000, SOUTH_M + 700), abs=0.01
    )
    assert watched.get("/v1/zones?kind=curfew").json()["total"] == 0


def test_a_breach_is_listed_with_its_deadline(watched: TestClient) -> None:
    page = watched.get("/v1/breaches?open=true&overdue=false&zone=Z1").json()
    assert page["total"] == 1
    (breach,) = page["items"]
    assert (breach["kind"], breach["nominal_id"], breach["device_id"]) == (
        "entry",
        "N1",
        "T1",
    )
    assert (breach["from_at"], breach["to_at"]) == (
        "2026-03-28T12:00:00Z",
        "2026-03-28T12:40:00Z",
    )
    assert (breach["is_open"], breach["overdue"]) == (True, False)
    assert breach["owner"] == "Central IOM"
    assert breach["policy_hash"] == shipped().hash
    assert "WMP2-8-EM" in breach["rules"]
    for query in ("kind=absence", "owner=x", "device=T2", "overdue=true"):
        assert watched.get(f"/v1/breaches?{query}").json()["total"] == 0


def test_one_breach_shows_its_history_and_evidence(watched: TestClient) -> None:
    found = watched.get("/v1/breaches/1").json()
    assert found["breach"]["id"] == 1
    assert [f["standing"] for f in found["findings"]] == ["found"]
    assert found["outcomes"] == []
    inside = [
        fix
        for fix in found["evidence"]
        if "2026-03-28T12:00:00Z" <= fix["t"] <= "2026-03-28T12:40:00Z"
    ]
    assert len(inside) == found["breach"]["fixes"] == 41


def test_an_outcome_is_recorded_once_for_a_key(watched: TestClient) -> None:
    said = {"outcome": "explained", "by": "test.all", "reason": "at hospital"}
    key = {"Idempotency-Key": "k1"}
    for _ in range(2):
        answer = watched.post("/v1/breaches/1/outcome", json=said, headers=key)
        assert answer.status_code == 201
        assert answer.json() == {"breach": 1, "outcome": "explained", "by": "test.all"}
    found = watched.get("/v1/breaches/1").json()
    assert [o["reason"] for o in found["outcomes"]] == ["at hospital"]
    assert found["breach"]["is_open"] is False
    assert watched.get("/v1/breaches?open=true").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"outcome": "explained", "by": "test.all"}, 422),
        ({"outcome": "explained", "by": "", "reason": "b"}, 422),
        ({"outcome": "explained", "by": "  ", "reason": "b"}, 422),
        ({"outcome": "forgotten", "by": "test.all", "reason": "b"}, 422),
        ({"outcome": "explained", "by": "A\0", "reason": "b"}, 422),
        ({"outcome": "explained", "by": "test.all", "reason": "b", "at": "noon"}, 422),
    ],
)
def test_an_outcome_that_cannot_be(watched: TestClient, body, status: int) -> None:
    told(watched.post("/v1/breaches/1/outcome", json=body), status)
    assert watched.get("/v1/breaches/1").json()["outcomes"] == []


def test_an_outcome_of_no_breach(client: TestClient) -> None:
    said = {"outcome": "explained", "by": "test.all", "reason": "b"}
    told(client.post("/v1/breaches/7/outcome", json=said), 404)
    told(client.post("/v1/breaches/x/outcome", json=said), 422)


@pytest.mark.parametrize("query", ["open=perhaps", "kind=visit", "limit=0", "zones=Z"])
def test_a_question_that_cannot_be(client: TestClient, query: str) -> None:
    told(client.get(f"/v1/breaches?{query}"), 422)
