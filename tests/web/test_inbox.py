"""The inbox of each LPU, allocations and consultations over HTTP."""

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.clock import today
from api.owners import consulting, proposing
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from sql import audit
from sql.db import Connection, Database, Role, connection
from tests.db.deliveries import House
from tests.db.owned import Town
from tests.web.staging import told

WHO = {"by": "test.all", "reason": "known here"}


@pytest.fixture
def town(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """N1 lives in West and is bailed to East; N2 has only family, in East."""
    asyncio.run(_filled(database, bng, tmp_path))
    return client


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, bng, folder))
        await made.boundaries()
        await made.people("N1", "N2")
        await made.addresses("N1,home,-500,", "N1,court_bail,500,", "N2,family,500,")
        await made.decide(today())
        await proposing.propose_all(conn, today(), made.profiles, shipped())
        await consulting.ask_due(conn, today(), made.profiles)


def box(client: TestClient, lpu: str) -> list[str]:
    page = client.get(f"/v1/ownership/inbox?lpu={lpu}").json()
    assert page["total"] == len(page["items"])
    return [item["given"]["nominal_id"] for item in page["items"]]


def say(client: TestClient, nominal: str, answer: str, lpu: str):
    said = {**WHO, "answer": answer, "lpu": lpu}
    return client.post(f"/v1/ownership/nominals/{nominal}/answer", json=said)


def test_accepted_once(town: TestClient) -> None:
    assert box(town, "W") == ["N1"]
    answer = say(town, "N1", "accepted", "W")
    assert (answer.status_code, answer.json()["nominal_id"]) == (201, "N1")
    assert box(town, "W") == []
    told(say(town, "N1", "accepted", "W"), 409)
    told(say(town, "N1", "disputed", "E"), 409)
    told(say(town, "N9", "accepted", "W"), 404)


def test_disputed_proposed_and_allocated(town: TestClient) -> None:
    assert say(town, "N1", "disputed", "W").json()["decision"] is not None
    page = town.get("/v1/ownership/proposals?force=Kent").json()
    (proposal,) = [p for p in page["items"] if p["nominal_id"] == "N2"]
    assert (proposal["lpu"], proposal["conflict"]) == ("E", False)
    assert proposal["candidates"][0]["sources"][0]["kind"] == "family"
    said = {**WHO, "lpu": "E"}
    for nominal in ("N1", "N2"):
        path = f"/v1/ownership/nominals/{nominal}/allocation"
        assert town.post(path, json=said).status_code == 201
    assert box(town, "E") == ["N1", "N2"]
    told(town.post(path, json={**WHO, "lpu": "Nowhere"}), 404)


def test_claimed(town: TestClient) -> None:
    assert say(town, "N1", "claimed", "E").status_code == 201
    assert (box(town, "W"), box(town, "E")) == ([], [])


def test_a_consultation_is_answered_once(town: TestClient) -> None:
    (asked,) = town.get("/v1/ownership/consultations?pending=true").json()["items"]
    assert (asked["lpu"], asked["rules"]) == ("E", ["WMP-6.6"])
    path = f"/v1/ownership/consultations/{asked['id']}/answer"
    agreed = {**WHO, "answer": "agreed"}
    key = {"Idempotency-Key": "k"}
    for _ in range(2):
        assert town.post(path, json=agreed, headers=key).status_code == 201
    told(town.post(path, json=agreed), 409)
    found = town.get("/v1/ownership?nominal=N1").json()["items"]
    assert [o["lpu"] for o in found] == ["E"]


def test_a_transfer_waits(town: TestClient) -> None:
    said = {**WHO, "force": "Essex"}
    path = "/v1/ownership/nominals/N1/transfer"
    number = town.post(path, json=said).json()["consultation"]
    told(town.post(path, json=said), 409)
    refused = {**WHO, "answer": "refused"}
    path = f"/v1/ownership/consultations/{number}/answer"
    assert town.post(path, json=refused).status_code == 201


@pytest.mark.parametrize(
    "said", [{**WHO, "answer": "sung", "lpu": "W"}, {"answer": "accepted", "lpu": "W"}]
)
def test_what_cannot_be_said(town: TestClient, said: dict) -> None:
    told(town.post("/v1/ownership/nominals/N1/answer", json=said), 422)
    assert box(town, "W") == ["N1"]


async def test_a_look_is_audited(town: TestClient, db: Connection) -> None:
    town.get("/v1/ownership/inbox?lpu=W")
    town.get("/v1/ownership/proposals")
    town.get("/v1/ownership/consultations")
    acts = [e.action for e in await audit.entries(db, 3)]
    assert acts == ["read consultations", "read proposals", "read inbox"]
