"""/v1/verdicts, /v1/drop and coverage statements."""

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.officers import audited
from tests.web.staging import FIRST, FORCE, NOON, TEN, send, tag, told, work

CRIME = f"{FORCE}/{FIRST}"
PLACE = {
    "longitude": -1.0,
    "latitude": 52.0,
    "from": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
    "to": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
}
LATE = "2099-01-01T00:00:00Z"
SECOND = f"{FORCE}/DM26-00002"
WHY = "series"


@pytest.fixture
def tagged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """Ten crimes and two orders; only T1 has a trail, and it lies at the first."""
    tag(database, bng, tmp_path)
    send(client, TEN)
    return client


def test_everyone_is_asked_and_the_answers_are_kept(tagged: TestClient) -> None:
    asked = tagged.post("/v1/verdicts", json={"crime": CRIME, "reason": WHY})
    assert asked.status_code == 201, asked.text
    document = asked.json()
    assert [(v["nominal_id"], v["verdict"]) for v in document["verdicts"]] == [
        ("N1", "hit"),
        ("N2", "no_data"),
    ]
    assert (document["total"], document["counts"]) == (2, {"hit": 1, "no_data": 1})
    first = document["verdicts"][0]
    assert first["because"]
    assert first["fixes"] > 0
    assert len(document["policy_hash"]) == 16
    run = document["run"]
    path, why = f"/v1/verdicts/{run}", {"reason": WHY}
    assert tagged.get(path, params=why).json() == document
    page = tagged.get(path, params={**why, "offset": 1, "limit": 1}).json()
    assert page["verdicts"] == document["verdicts"][1:]
    listed = tagged.get("/v1/verdicts", params={"crime": CRIME}).json()
    assert (listed["total"], listed["items"][0]["run"]) == (1, run)
    assert tagged.get("/v1/verdicts", params={"nominal": "N9"}).json()["total"] == 0


def test_the_same_key_is_the_same_run(tagged: TestClient) -> None:
    question = {"crime": CRIME, "nominal": "N1"}
    key = {"Idempotency-Key": "k1"}
    first = tagged.post("/v1/verdicts", json=question, headers=key).json()
    again = tagged.post("/v1/verdicts", json=question, headers=key).json()
    assert again == first
    assert tagged.get("/v1/verdicts").json()["total"] == 1


def test_a_place_needs_no_crime(tagged: TestClient) -> None:
    asked = tagged.post("/v1/verdicts", json={"place": PLACE, "nominal": "N1"})
    assert asked.status_code == 201, asked.text
    document = asked.json()
    assert (document["force"], document["crime_reference"]) == (None, None)
    assert document["verdicts"][0]["verdict"] == "ruled_out"
    assert document["verdicts"][0]["required_speed_kmh"] is None


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({}, 400),
        ({"crime": CRIME, "place": PLACE}, 400),
        ({"crime": "no slash"}, 400),
        ({"crime": f"{FORCE}/none"}, 404),
        ({"crime": CRIME, "nominal": "N9"}, 404),
        ({"crime": CRIME, "nominal": "\0"}, 422),
        ({"place": {**PLACE, "to": "2026-04-28T12:00:00Z"}}, 400),
        ({"place": {**PLACE, "to": "2026-03-28T11:00:00Z"}}, 400),
        ({"place": {**PLACE, "from": LATE, "to": LATE}}, 400),
        ({"place": {**PLACE, "longitude": 120.0}}, 400),
        ({"place": {**PLACE, "radius_m": 0}}, 422),
        ({"place": {**PLACE, "radius_m": 1e9}}, 400),
        ({"crime": CRIME, "speed": 5}, 422),
    ],
)
def test_what_is_wrong_is_a_problem(tagged: TestClient, question, status) -> None:
    told(tagged.post("/v1/verdicts", json=question), status)


def test_a_run_that_answered_nothing_is_not_found(tagged: TestClient) -> None:
    told(tagged.get("/v1/verdicts/77"), 404)


def test_who_can_be_dropped_is_told_with_its_premise(tagged: TestClient) -> None:
    two = {"crimes": [CRIME, SECOND], "reason": WHY}
    found = tagged.post("/v1/drop", json=two)
    assert found.status_code == 200, found.text
    document = found.json()
    assert "one person did all" in document["premise"]
    assert len(document["crimes"]) == 2
    names = [x["nominal_id"] for x in document["dropped"] + document["remaining"]]
    assert sorted(names) == ["N1", "N2"]
    assert sum(document["counts"].values()) == 2
    told(tagged.post("/v1/drop", json={"crimes": [CRIME]}), 400)
    told(tagged.post("/v1/drop", json={"crimes": [CRIME, CRIME]}), 400)


def test_a_batch_and_a_crime_carry_their_coverage(
    tagged: TestClient, database: Database
) -> None:
    empty = tagged.get("/v1/batches/1/coverage").json()
    assert (empty["total"], empty["items"]) == (0, [])
    work(database)
    batch = tagged.get("/v1/batches/1/coverage").json()
    assert batch["total"] == 10
    (one,) = tagged.get(f"/v1/crimes/{CRIME}/coverage").json()["items"]
    assert one in batch["items"]
    assert (one["monitored"], one["hit"], one["no_data"]) == (2, 1, 1)
    assert (one["in_reach"], one["excluded"], one["not_excludable"]) == (1, 0, 2)
    told(tagged.get(f"/v1/crimes/{FORCE}/none/coverage"), 404)


@pytest.mark.parametrize("role", [UserRole.INVESTIGATOR, UserRole.CENTRAL_TEAM])
def test_everyone_is_named_for_a_reason_alone(
    tagged: TestClient, client_as, database: Database, role: UserRole
) -> None:
    officer = client_as("dc.bell", {role}, (FORCE, None))
    counted = officer.post("/v1/verdicts", json={"crime": CRIME, "reason": " "}).json()
    assert (counted["counts"], counted["verdicts"]) == ({"hit": 1, "no_data": 1}, [])
    path = f"/v1/verdicts/{counted['run']}"
    assert officer.get(path).json()["verdicts"] == []
    assert audited(database, "ask names") == []
    named = officer.get(path, params={"reason": WHY}).json()
    assert [v["nominal_id"] for v in named["verdicts"]] == ["N1", "N2"]
    asked = {"crime": CRIME, "reason": WHY}
    assert len(officer.post("/v1/verdicts", json=asked).json()["verdicts"]) == 2
    whys = [why for _, _, _, why in audited(database, "ask names")]
    assert whys == [WHY, WHY]
    one = {"crime": CRIME, "nominal": "N1"}
    assert len(officer.post("/v1/verdicts", json=one).json()["verdicts"]) == 1


@pytest.mark.parametrize("role", [UserRole.INVESTIGATOR, UserRole.CENTRAL_TEAM])
def test_who_is_dropped_is_named_for_a_reason_alone(
    tagged: TestClient, client_as, database: Database, role: UserRole
) -> None:
    officer = client_as("dc.bell", {role}, (FORCE, None))
    two = {"crimes": [CRIME, SECOND]}
    for reason in ({}, {"reason": ""}, {"reason": " \n"}):
        counted = officer.post("/v1/drop", json=two | reason)
        assert counted.status_code == 200
        assert "N1" not in counted.text
        document = counted.json()
        assert (document["dropped"], document["remaining"]) == ([], [])
        assert sum(document["counts"].values()) == 2
    assert audited(database, "ask names") == []
    named = officer.post("/v1/drop", json=two | {"reason": WHY}).json()
    assert document["counts"] == named["counts"]
    assert len(named["dropped"]) == named["counts"]["dropped"]
    assert len(named["remaining"]) == named["counts"]["remaining"]
    # Of each crime that was asked of, under the number of its answers.
    runs = [f"run {crime['run']}" for crime in named["crimes"]]
    told_of = [(who, run, why) for who, run, _, why in audited(database, "ask names")]
    assert told_of == [("dc.bell", run, WHY) for run in runs]
    told(officer.post("/v1/drop", json=two | {"reason": "x" * 10_001}), 422)
