"""Every look at a person over the JSON API is in the audit; what tells of nobody need
not be, and stands here by name."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from api.rest.noted import NOTED
from sql import audit
from sql.audit import Entry
from sql.db import Database, Role, connection
from tests.web.staging import FIRST, FORCE, told
from tests.web.test_access import GETS, example, staged  # noqa: F401

# Counts, choices, files and crimes without a person in them.
OF_NOBODY = {
    "/docs",
    "/openapi.json",
    "/v1/batches",
    "/v1/batches/{batch}",
    "/v1/batches/{batch}/coverage",
    "/v1/crimes/{force}/{reference:path}/coverage",
    "/v1/disclosures/agreements",
    "/v1/health",
    "/v1/ownership/spread",
    "/v1/performance/{table}",
    "/v1/referrals/panels/{force}",
    "/v1/runs",
    "/v1/runs/{run}",
    "/v1/weights",
    "/v1/weights/{weight_set}",
}


def entries(database: Database) -> list[Entry]:
    async def read() -> list[Entry]:
        async with connection(database, Role.WORKER) as conn:
            return await audit.entries(conn, 10_000)

    return asyncio.run(read())


def test_every_look_is_noted_once(
    staged: TestClient,  # noqa: F811
    database: Database,
) -> None:
    unnoted, twice = set(), set()
    for path in GETS:
        before = len(entries(database))
        assert staged.get(example(path)).status_code == 200
        notes = entries(database)[: len(entries(database)) - before]
        if not notes:
            unnoted.add(path)
        if len(notes) > 1:
            twice.add(path)
        assert all(note.actor == "test.all" for note in notes), path
    assert unnoted == OF_NOBODY
    assert twice == set()


def test_questions_are_noted_by_whom_they_are_of(
    staged: TestClient,  # noqa: F811
    database: Database,
) -> None:
    crime = f"{FORCE}/{FIRST}"
    two = [crime, f"{FORCE}/DM26-00002"]
    assert staged.post("/v1/drop", json={"crimes": two}).status_code == 200
    place = {"latitude": 52.0, "longitude": -2.0, "from": "x", "to": "y"}
    assert staged.post("/v1/verdicts", json={"place": place}).status_code == 422
    notes = entries(database)
    asked = next(n for n in notes if n.action == "ask verdict")
    assert asked.detail == {"crime": crime, "nominals": ["N1"]}
    assert next(n for n in notes if n.action == "ask drop").detail == {"crimes": two}
    # What was refused showed nobody anything.
    assert sum(n.action == "ask verdict" for n in notes) == 1


def test_search_terms_are_kept_and_places_are_not(
    staged: TestClient,  # noqa: F811
    database: Database,
) -> None:
    asked = {"nominal": "N1", "verdict": "hit", "limit": 5}
    assert staged.get("/v1/hits", params=asked).status_code == 200
    assert entries(database)[0].detail == {"verdict": "hit", "nominals": ["N1"]}
    box = {"bbox": "-3,51,-2,52", "type": "TOMV"}
    assert staged.get("/v1/crimes", params=box).status_code == 200
    assert entries(database)[0].detail == {"type": "TOMV"}
    assert "51" not in str(entries(database)[0].detail)


def test_a_look_at_nothing_is_none(
    staged: TestClient,  # noqa: F811
    database: Database,
) -> None:
    before = len(entries(database))
    told(staged.get("/v1/hits/999"), 404)
    assert len(entries(database)) == before


@pytest.mark.parametrize("route", NOTED)
def test_the_table_names_routes_that_are_there(
    client: TestClient, route: tuple[str, str]
) -> None:
    method, path = route
    listed = client.get("/openapi.json").json()["paths"]
    assert method.lower() in listed[path.replace(":path}", "}")]
