"""The audit over HTTP: for auditors alone, and a look into it stands in it."""

import asyncio
import csv
import io

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from sql import audit
from sql.db import Database, Role, connection
from tests.hostile import HOSTILE, formulas
from tests.web.staging import told


@pytest.fixture
def looked(client: TestClient, database: Database) -> TestClient:
    asyncio.run(_noted(database))
    return client


async def _noted(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn:
        for n in range(3):
            await audit.note(conn, "dc.a", "read score", f"nominal N{n}")
        listed = {"nominals": ["N1", "N2"]}
        await audit.note(conn, "dc.b", "read list", "2 nominals", listed, "my patch")
        for name, text in HOSTILE.items():
            await audit.note(conn, text, "say", name, {"said": text}, text)


def test_who_looked_at_this_person(looked: TestClient) -> None:
    page = looked.get("/v1/audit", params={"subject": "N1"}).json()
    assert page["total"] == 2
    first, second = page["items"]
    assert (first["actor"], first["why"]) == ("dc.b", "my patch")
    assert (second["actor"], second["subject"]) == ("dc.a", "nominal N1")
    # Looking is an act too, with what was asked.
    look = looked.get("/v1/audit", params={"action": "search audit"}).json()
    assert look["items"][0]["detail"] == {"subject": "N1"}


def test_filters_and_pages(looked: TestClient) -> None:
    asked = {"actor": "dc.a", "limit": 2, "offset": 1}
    page = looked.get("/v1/audit", params=asked).json()
    assert (page["total"], len(page["items"])) == (3, 2)
    later = {"actor": "dc.a", "from": "2100-01-01T00:00:00Z"}
    assert looked.get("/v1/audit", params=later).json()["total"] == 0
    told(looked.get("/v1/audit", params={"whom": "N1"}), 422)
    told(looked.get("/v1/audit", params={"limit": 1_001}), 400)


def test_as_csv_no_cell_is_a_formula(looked: TestClient) -> None:
    answer = looked.get("/v1/audit", params={"format": "csv", "action": "say"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["total-count"] == str(len(HOSTILE))
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    said = {row["subject"]: row["actor"] for row in rows}
    assert said.keys() == HOSTILE.keys()
    for name in formulas():
        assert said[name] == "'" + HOSTILE[name]
    assert said["script"] == HOSTILE["script"]
    accepted = looked.get("/v1/audit", headers={"accept": "text/csv"})
    assert accepted.text.startswith("id,at,actor,action,subject,detail,why\n")


def test_an_auditor_may_and_nobody_else(client_as, stranger: TestClient) -> None:
    assert client_as("audrey", {UserRole.AUDITOR}).get("/v1/audit").status_code == 200
    others = set(UserRole) - {UserRole.AUDITOR}
    assert client_as("rest", others).get("/v1/audit").status_code == 403
    assert stranger.get("/v1/audit").status_code == 401
