"""The disclosure of a hit over HTTP: for a reason, to who may see the hit."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from api.keeping import archive
from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from sql import audit
from sql.audit import Entry
from sql.db import Database, Role, connection
from tests.web.staging import FORCE, TEN, send, tag, told, work

WHY = {"reason": "Crown Court, request 7"}
PATH = "/v1/hits/1/disclosure.zip"


@pytest.fixture
def hit(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    tag(database, bng, tmp_path)
    assert send(client, TEN).status_code == 201
    work(database)
    return client


def last(database: Database) -> Entry:
    async def read() -> Entry:
        async with connection(database, Role.WORKER) as conn:
            return (await audit.entries(conn, 1))[0]

    return asyncio.run(read())


def test_the_archive_comes_whole_and_is_audited(
    hit: TestClient, database: Database
) -> None:
    answer = hit.get(PATH, params=WHY)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "hit-1-disclosure.zip" in answer.headers["content-disposition"]
    made = archive.verified(answer.content)
    assert made.holds
    assert made.about["hit"] == 1
    note = last(database)
    assert (note.action, note.subject, note.why) == (
        "export hit", "hit 1", WHY["reason"],
    )  # fmt: skip
    assert note.detail["sha256"] == made.sha256


def test_without_a_reason_there_is_none(hit: TestClient) -> None:
    told(hit.get(PATH), 422)
    told(hit.get(PATH, params={"reason": ""}), 422)
    told(hit.get("/v1/hits/99/disclosure.zip", params=WHY), 404)


def test_an_investigator_of_another_force_finds_none(
    hit: TestClient, client_as, stranger: TestClient
) -> None:
    theirs = hit.get("/v1/hits").json()["items"][0]["force"]
    assert theirs == FORCE
    own = client_as("own", {UserRole.INVESTIGATOR}, (FORCE, None))
    assert own.get(PATH, params=WHY).status_code == 200
    other = client_as("other", {UserRole.INVESTIGATOR}, ("Kent", None))
    told(other.get(PATH, params=WHY), 404)
    lpu = client_as("lpu", {UserRole.LPU_TEAM}, (FORCE, "E1"))
    assert lpu.get(PATH, params=WHY).status_code == 403
