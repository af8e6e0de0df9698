"""POST /v1/co-presence."""

import json

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import NOON, tag, told

TIME = {"from": f"{NOON:%Y-%m-%dT%H:%M:%SZ}", "to": "2026-03-28T13:00:00+00:00"}


@pytest.fixture
def tagged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """Two orders; only T1 has a trail."""
    tag(database, bng, tmp_path)
    return client


def test_the_answer_has_all_its_words(tagged: TestClient) -> None:
    question = {"nominals": ["N1", "N2"], **TIME}
    found = tagged.post("/v1/co-presence", json=question)
    assert found.status_code == 200, found.text
    document = found.json()
    assert document["from"] == "2026-03-28T12:00:00Z"
    assert [p["coverage"] for p in document["people"]] == [pytest.approx(0.667), 0.0]
    assert (document["common_s"], document["stays"]) == (0.0, [])
    assert document["because"].startswith("Nothing can be said")
    assert document["caveats"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"nominals": ["N1", "N1"]}, 400),
        ({"nominals": ["N1"]}, 422),
        ({"nominals": ["N1", "N2", "N3"]}, 422),
        ({"nominals": ["N1", "N9"]}, 404),
        ({"nominals": ["N1", "\0"]}, 422),
        ({"nominals": ["N1", "\ud800"]}, 422),
        ({"from": "2026-03-28T12:00:00"}, 422),
        ({"from": "9999-12-31T23:59:59Z"}, 422),
        ({"to": "2199-01-01T00:00:00Z"}, 400),
        ({"to": "2026-03-28T12:00:00Z"}, 400),
        ({"radius": 50}, 422),
    ],
)
def test_what_is_wrong_is_a_problem(tagged: TestClient, changed, status) -> None:
    question = {"nominals": ["N1", "N2"], **TIME, **changed}
    # Escaped, as a script may: a client of Python's will not send half a character.
    body, kind = json.dumps(question), {"content-type": "application/json"}
    told(tagged.post("/v1/co-presence", content=body, headers=kind), status)
