"""How surprising a hit is, as a client reads it."""

import pytest
from fastapi.testclient import TestClient

from geocorr.assessment import CAVEAT, PROPOSITIONS
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import TEN, send, tag, told, work


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """A hit of a tag that was fitted that day: nothing to compare it with."""
    tag(database, bng, tmp_path)
    send(client, TEN)
    work(database)
    return client


def test_an_assessment_shows_its_controls_and_its_caveat(staged: TestClient) -> None:
    page = staged.get("/v1/hits/1/assessments").json()
    assert (page["total"], page["offset"], len(page["items"])) == (1, 0, 1)
    (line,) = page["items"]
    assert (line["n"], line["k"]) == (0, 0)
    assert line["run"] > 1
    assert line["base_rate"] is line["likelihood_ratio"] is line["lambda"] is None
    assert line["because"].startswith("Not assessable")
    assert line["propositions"] == list(PROPOSITIONS)
    assert line["caveat"] == CAVEAT
    assert line["rules"] == ["HANTS-GPS-4", "LEICS-16"]
    weeks = [control["week"] for control in line["controls"]]
    assert weeks[:8] == list(range(-8, 0))
    assert {control["coverage"] for control in line["controls"]} == {0.0}
    assert line["controls"][0]["window_from"].endswith("Z")


def test_a_page_beyond_the_last_is_empty(staged: TestClient) -> None:
    page = staged.get("/v1/hits/1/assessments?offset=1&limit=1").json()
    assert (page["total"], page["items"]) == (1, [])


def test_a_hit_that_is_not_there_is_said_to_be_missing(client: TestClient) -> None:
    told(client.get("/v1/hits/99/assessments"), 404)
    told(client.get("/v1/hits/1/assessments?colour=red"), 422)
