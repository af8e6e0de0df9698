"""Ownership over HTTP: lists with totals, one nominal, and what people decide."""

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import EAST, NORTH, House
from tests.db.owned import Town
from tests.web.staging import told, work

BASE = "/v1/ownership"
WORDS = {"by": "test.all", "reason": "agreed"}


@pytest.fixture
def town(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """N1 lives in West, is of HIGH risk and offends in East; N2 is not placed."""
    asyncio.run(_settle(database, bng, tmp_path))
    work(database)
    return client


async def _settle(database: Database, crs: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, crs, folder))
        await made.boundaries()
        await made.people("N1", "N2")
        await made.addresses("N1,home,-500,", "N2,home,,ME1 1AA")
        await made.offend("N1", 500, 600, -700)
        await made.is_high("N1")


def test_every_nominal_stands_once(town: TestClient) -> None:
    page = town.get(BASE).json()
    assert page["total"] == 2
    assert [(o["nominal_id"], o["lpu"], o["queue"]) for o in page["items"]] == [
        ("N1", "W", None),
        ("N2", None, "to_be_placed"),
    ]
    for query, total in {
        "lpu=W": 1,
        "lpu=E": 0,
        "lpu=E&joint=true": 1,
        "queue=to_be_placed": 1,
        "waiting=false": 1,
        "changed=true": 0,
        "force=Essex": 0,
        "day=2000-01-01&queue=to_be_placed": 0,
    }.items():
        assert town.get(f"{BASE}?{query}").json()["total"] == total, query


def test_the_spread_of_nominals(town: TestClient) -> None:
    found = town.get(f"{BASE}/spread?day=2026-03-11").json()
    assert found["queues"] == {"not_decided": 2}
    told = {a["counts"]["lpu"]: a["counts"]["crimes"] for a in found["spread"]["value"]}
    assert told == {"W": 1, "E": 2}
    found = town.get(f"{BASE}/spread").json()
    assert found["queues"] == {"to_be_placed": 1}
    assert found["spread"]["rules"] == ["LEICS-29", "LEICS-30"]
    assert [a["of_owned"] for a in found["spread"]["value"]] == [1, 0]


def test_one_nominal_with_its_history(town: TestClient) -> None:
    found = town.get(f"{BASE}/nominals/N1").json()
    assert found["standing"]["lpu"] == "W"
    assert [a["how"] for a in found["addresses"]] == ["exact"]
    assert [s["act"] for s in found["history"]][-1] == "found"
    assert str(EAST - 500) not in str(found)
    told(town.get(f"{BASE}/nominals/N9"), 404)


def test_an_owner_is_made_once_for_a_key_and_released(town: TestClient) -> None:
    where = f"{BASE}/nominals/N1"
    key = {"Idempotency-Key": "k1"}
    said = {**WORDS, "area": "E"}
    numbers = {
        town.post(f"{where}/owner", json=said, headers=key).json()["number"]
        for _ in range(2)
    }
    assert len(numbers) == 1
    assert town.get(f"{BASE}?lpu=E").json()["items"][0]["decided_by"] == "test.all"
    assert town.post(f"{where}/release", json=WORDS).status_code == 201
    assert town.get(f"{BASE}?lpu=W").json()["total"] == 1
    told(town.post(f"{where}/release", json=WORDS), 409)
    told(town.post(f"{where}/owner", json={**said, "area": "W"}), 409)


def test_a_plan_is_due_until_it_is_kept(town: TestClient) -> None:
    assert [p["nominal_id"] for p in town.get(f"{BASE}/plans/due").json()] == ["N1"]
    leads = {"W": "Sgt A", "E": "Sgt B"}
    plan = {**WORDS, "leads": leads, "review_on": "2199-01-01"}
    assert town.post(f"{BASE}/nominals/N1/plans", json=plan).status_code == 201
    assert town.get(f"{BASE}/plans/due").json() == []
    bare = {**plan, "leads": {"W": "Sgt A"}}
    told(town.post(f"{BASE}/nominals/N1/plans", json=bare), 422)


def test_an_operator_places_an_address(town: TestClient, database: Database) -> None:
    number = town.get(f"{BASE}/nominals/N2").json()["addresses"][0]["number"]
    at = {**WORDS, "easting": EAST + 500, "northing": NORTH}
    where = f"{BASE}/nominals/N2/addresses/{number}/place"
    assert town.post(where, json=at).status_code == 202
    work(database)
    assert town.get(f"{BASE}?lpu=E").json()["total"] == 1
    told(town.post(where, json={**at, "northing": 1e12}), 422)
    told(town.post(f"{BASE}/nominals/N2/addresses/99/place", json=at), 404)


@pytest.mark.parametrize(
    "query", ["queue=lost", "waiting=perhaps", "limit=0", "lpus=W", "day=now"]
)
def test_a_question_that_cannot_be(town: TestClient, query: str) -> None:
    told(town.get(f"{BASE}?{query}"), 422)
