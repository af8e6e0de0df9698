"""POST /v1/series."""

import json

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import FIRST, FORCE, TEN, send, tag, told, work

SECOND = f"{FORCE}/DM26-00002"


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """Ten crimes, a tag beside the first, matched; no weeks before."""
    tag(database, bng, tmp_path)
    send(client, TEN)
    work(database)
    return client


def test_the_answer_has_all_its_words(staged: TestClient) -> None:
    # A force by any of its names.
    question = {"crimes": [f"dem/{FIRST}", SECOND]}
    found = staged.post("/v1/series", json=question)
    assert found.status_code == 200, found.text
    document = found.json()
    assert [c["crime"] for c in document["crimes"]] == [f"{FORCE}/{FIRST}", SECOND]
    (wearer,) = document["wearers"]
    assert (wearer["id"], wearer["stands_out"], wearer["p"]) == ("N1", False, 1.0)
    assert wearer["crimes"][0]["verdict"] == "hit"
    assert wearer["crimes"][0]["base_rate"] is None
    assert any("comparable hours" in note for note in document["notes"])
    assert "chosen because of their hits" in document["caveats"][0]
    assert document["policy_hash"]


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"crimes": [f"{FORCE}/{FIRST}"]}, 400),
        ({"crimes": [f"{FORCE}/{FIRST}"] * 2}, 400),
        ({"crimes": [FIRST, SECOND]}, 400),
        ({"crimes": [f"{FORCE}/NONE", SECOND]}, 404),
        ({"crimes": []}, 400),
        ({"crimes": [f"{FORCE}/\0", SECOND]}, 422),
        ({"crimes": [f"{FORCE}/\ud800", SECOND]}, 422),
        ({"crimes": [SECOND] * 201}, 422),
        ({"crime": [SECOND]}, 422),
    ],
)
def test_what_is_no_series_is_a_problem(
    staged: TestClient, question: dict[str, object], status: int
) -> None:
    # Escaped, as a script may: a client of Python's will not send half a character.
    body, kind = json.dumps(question), {"content-type": "application/json"}
    told(staged.post("/v1/series", content=body, headers=kind), status)
