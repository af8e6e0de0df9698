"""What LPUs, Inspectors and intelligence can do with the rows that they see."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.clock import today
from api.login.who import UserRole
from api.owners import consulting, proposing
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from sql.db import Database, Role, connection
from tests.db.deliveries import House
from tests.db.owned import Town
from tests.db.scoring_scenes import ago, approve, bring, noon
from tests.unit.scored import entry, weight_set
from tests.web.conftest import ClientAs
from tests.web.staging import told

TEAM, INSPECTOR = {UserRole.LPU_TEAM}, {UserRole.OM_INSPECTOR}
INTELLIGENCE = {UserRole.INTELLIGENCE}
NOMINALS = "/v1/ownership/nominals"


@pytest.fixture
def town(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> Iterator[TestClient]:
    """N1 lives in West and is bailed to East; N2 has only family, in East; N3 and N4
    live in West."""
    asyncio.run(_filled(database, bng, tmp_path))
    yield client


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, bng, folder))
        await made.boundaries()
        await made.people("N1", "N2", "N3", "N4")
        homes = ("N1,home,-500,", "N3,home,-600,", "N4,home,-700,")
        await made.addresses(*homes, "N1,court_bail,500,", "N2,family,500,")
        await made.decide(today())
        await proposing.propose_all(conn, today(), made.profiles, shipped())
        await consulting.ask_due(conn, today(), made.profiles)
        given = entry("E1", ago(3), nominal_id="N3")
        secret = entry("E2", ago(2), nominal_id="N3", of=("ims", "drugs", "B24"))
        await bring(conn, [given, secret])
        await approve(
            conn, weight_set(("crimes", "", "", 120), ("ims", "", "", 90)), noon(ago(5))
        )


def owned(client: TestClient) -> list[str]:
    """Whom the client sees in the list of owners."""
    page = client.get("/v1/ownership").json()
    assert page["total"] == len(page["items"])
    return [item["nominal_id"] for item in page["items"]]


def say(client: TestClient, nominal: str, answer: str, lpu: str):
    said = {"reason": "known here", "answer": answer, "lpu": lpu}
    return client.post(f"{NOMINALS}/{nominal}/answer", json=said)


def test_each_lpu_sees_its_own(town: TestClient, client_as: ClientAs) -> None:
    assert owned(town) == ["N1", "N2", "N3", "N4"]
    assert owned(client_as("west", TEAM, ("Kent", "W"))) == ["N1", "N3", "N4"]
    # One is proposed to East, on another it is consulted.
    east = client_as("east", TEAM, ("Kent", "E"))
    assert owned(east) == ["N1", "N2"]
    told(east.get(f"{NOMINALS}/N3"), 404)
    assert east.get(f"{NOMINALS}/N2").status_code == 200
    assert owned(client_as("essex", TEAM, ("Essex", "X"))) == []
    kent = client_as("kent", INTELLIGENCE, ("Kent", None))
    assert owned(kent) == ["N1", "N2", "N3", "N4"]


def test_an_lpu_accepts_disputes_and_claims(
    town: TestClient, client_as: ClientAs
) -> None:
    west = client_as("west", TEAM, ("Kent", "W"))
    east = client_as("east", TEAM, ("Kent", "E"))
    assert say(west, "N1", "accepted", "W").status_code == 201
    assert say(west, "N3", "disputed", "W").status_code == 201
    assert say(east, "N2", "claimed", "E").status_code == 201
    # Of West's it knows the number, and does not see him until it claims him.
    told(east.get(f"{NOMINALS}/N4"), 404)
    assert say(east, "N4", "claimed", "E").status_code == 201
    assert east.get(f"{NOMINALS}/N4").status_code == 200
    assert owned(east) == ["N1", "N2", "N4"]
    assert "N4" not in owned(west)


def test_an_inspector_agrees_and_then_has_the_nominal(
    town: TestClient, client_as: ClientAs
) -> None:
    east = client_as("inspector", INSPECTOR, ("Kent", "E"))
    (asked,) = east.get("/v1/ownership/consultations?pending=true").json()["items"]
    path = f"/v1/ownership/consultations/{asked['id']}/answer"
    said = {"answer": "agreed", "reason": "a room is kept"}
    elsewhere = client_as("essex", INSPECTOR, ("Essex", "X"))
    told(elsewhere.post(path, json=said), 404)
    assert east.post(path, json=said).status_code == 201
    assert owned(client_as("east", TEAM, ("Kent", "E"))) == ["N1", "N2"]
    assert owned(client_as("west", TEAM, ("Kent", "W"))) == ["N3", "N4"]


def test_intelligence_of_a_force_allocates_its_own(
    town: TestClient, client_as: ClientAs
) -> None:
    said = {"lpu": "E", "reason": "his family"}
    path = f"{NOMINALS}/N2/allocation"
    essex = client_as("essex", INTELLIGENCE, ("Essex", None))
    told(essex.post(path, json=said), 404)
    kent = client_as("kent", INTELLIGENCE, ("Kent", None))
    assert kent.post(path, json=said).status_code == 201


def test_a_score_is_the_same_for_everybody_who_sees_it(
    town: TestClient, client_as: ClientAs
) -> None:
    west = client_as("west", TEAM, ("Kent", "W"))
    told(client_as("east", TEAM, ("Kent", "E")).get("/v1/scores/N3"), 404)
    path = "/v1/scores/N3"
    own, whole = west.get(path).json(), town.get(path).json()
    assert own["score"]["computed"] == whole["score"]["computed"] > 120
    assert own["warnings"] == whole["warnings"]
    # Who may not see it is told of intelligence as a whole, and of all of it.
    assert [line["entry_id"] for line in own["lines"]] == ["E1", None]
    assert sum(line["entries"] for line in own["lines"]) == 2
    days, all_days = (
        [day["micropoints"] for day in client.get(f"{path}/history").json()["days"]]
        for client in (west, town)
    )
    assert days == all_days
