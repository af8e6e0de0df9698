"""Qualify, send and decide over HTTP: words beside the finding, once for each key."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import FORCE, TEN, send, tag, told, work

QUALIFIED = {"qualification": "qualified", "by": "test.all", "reason": "on the spot"}
RULED_IN = {
    "decision": "ruled_in",
    "by": "test.all",
    "reason": "CCTV",
    "note": "exhibit 7",
}


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """Ten crimes, and hit 1 at the first."""
    tag(database, bng, tmp_path)
    send(client, TEN)
    work(database)
    return client


def listed(client: TestClient, state: str) -> list[int]:
    items = client.get(f"/v1/hits?state={state}").json()["items"]
    return [hit["id"] for hit in items]


def test_from_the_queue_to_the_decision(staged: TestClient) -> None:
    assert listed(staged, "unreviewed") == [1]
    answer = staged.post("/v1/hits/1/qualification", json=QUALIFIED)
    assert answer.status_code == 201
    assert answer.json() == {"hits": [1], "word": "qualified", "by": "test.all"}
    assert (listed(staged, "unreviewed"), listed(staged, "qualified")) == ([], [1])
    sent = staged.post("/v1/sendings", json={"by": "test.all", "force": "dem"})
    assert sent.json()["hits"] == [1]
    (hit,) = staged.get(f"/v1/hits?state=sent&force={FORCE}").json()["items"]
    assert (hit["stage"], hit["stage_by"], hit["state"]) == (
        "sent",
        "test.all",
        "live",
    )
    assert staged.post("/v1/hits/1/decisions", json=RULED_IN).status_code == 201
    assert listed(staged, "ruled_in") == [1]
    found = staged.get("/v1/hits/1/decisions").json()
    assert [w["word"] for w in found["said"]] == ["qualified", "sent", "ruled_in"]
    assert found["said"][-1]["note"] == "exhibit 7"
    assert found["standing"]["stage"] == "ruled_in"
    assert found["may_follow"] == ["ruled_in", "ruled_out", "needs_more"]
    detail = staged.get("/v1/hits/1").json()["hit"]
    assert (detail["verdict"], detail["stage"]) == ("hit", "ruled_in")


def test_many_at_once_and_sent(staged: TestClient) -> None:
    many = {**QUALIFIED, "hits": [1, 1], "send": True}
    answer = staged.post("/v1/qualifications", json=many)
    assert answer.json() == {"hits": [1], "word": "sent", "by": "test.all"}
    assert listed(staged, "sent") == [1]
    told(staged.post("/v1/qualifications", json={**many, "hits": [1, 2]}), 404)


def test_the_same_key_says_it_once(staged: TestClient) -> None:
    key = {"Idempotency-Key": "q1"}
    for _ in range(2):
        answer = staged.post("/v1/hits/1/qualification", json=QUALIFIED, headers=key)
        assert answer.status_code == 201
    assert len(staged.get("/v1/hits/1/decisions").json()["said"]) == 1
    told(staged.post("/v1/hits/1/qualification", json=QUALIFIED), 409)


def test_a_correction_asks_again_and_tells_the_force(
    staged: TestClient, database: Database
) -> None:
    staged.post("/v1/hits/1/qualification", json={**QUALIFIED, "send": True})
    staged.post("/v1/hits/1/decisions", json=RULED_IN)
    corrected = TEN.replace("DM26-00001,20260328120000", "DM26-00001,20260328115900")
    send(staged, corrected)
    work(database)
    (again,) = listed(staged, "unreviewed")
    assert again != 1
    assert listed(staged, "recalled") == [1]
    assert listed(staged, "ruled_in") == []
    line = staged.get(f"/v1/hits/{again}").json()["hit"]
    assert (line["crime_version"], line["stage"]) == (2, "unreviewed")
    assert (line["earlier"]["word"], line["earlier"]["crime_version"]) == (
        "ruled_in",
        1,
    )
    told(staged.post("/v1/hits/1/decisions", json=RULED_IN), 409)
    collection = staged.get("/v1/hits?format=geojson").json()
    assert collection["features"][0]["properties"]["earlier"]["said_by"] == "test.all"


def test_what_was_not_sent_cannot_be_decided(staged: TestClient) -> None:
    problem = told(staged.post("/v1/hits/1/decisions", json=RULED_IN), 409)
    assert "has not been qualified" in str(problem["detail"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("hits/1/qualification", {**QUALIFIED, "reason": " "}, 422),
        ("hits/1/qualification", {**QUALIFIED, "by": ""}, 422),
        ("hits/1/qualification", {**QUALIFIED, "qualification": "sent"}, 422),
        ("hits/1/qualification", {**QUALIFIED, "at": "noon"}, 422),
        ("hits/7/qualification", QUALIFIED, 404),
        ("hits/x/qualification", QUALIFIED, 422),
        ("qualifications", {**QUALIFIED, "hits": []}, 422),
        ("qualifications", {**QUALIFIED, "hits": [0]}, 422),
        ("qualifications", {**QUALIFIED, "hits": [2**70]}, 422),
        ("qualifications", {**QUALIFIED, "hits": list(range(1, 1_002))}, 422),
        ("sendings", {"by": "test.all", "hits": [1]}, 409),
        ("sendings", {"by": "A\0"}, 422),
        ("hits/1/decisions", {**RULED_IN, "decision": "dismissed"}, 422),
        ("hits/1/decisions", {**RULED_IN, "reason": "\ud800"}, 422),
        ("hits/7/decisions", RULED_IN, 404),
    ],
)
def test_a_word_that_cannot_be(
    staged: TestClient, path: str, body: object, status: int
) -> None:
    # Escaped, so that half a character arrives as it may from anywhere.
    headers = {"content-type": "application/json"}
    answer = staged.post(f"/v1/{path}", content=json.dumps(body), headers=headers)
    told(answer, status)
    assert staged.get("/v1/hits/1/decisions").json()["said"] == []


def test_nothing_is_said_of_no_hit(client: TestClient) -> None:
    told(client.get("/v1/hits/7/decisions"), 404)
    told(client.get("/v1/hits?state=forgotten"), 422)
