"""Cohorts over HTTP: the list with its total, one nominal's file, decisions."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from api import clock
from api.cohorts import cohorts
from api.intake import loading_cases, loading_people
from api.intake.loading import Door
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from loaders.profile import Profiles
from sql.db import Database, Role, connection
from tests.web.staging import told

EMPTY = {"total": 0, "limit": 50, "offset": 0, "items": []}
NOMINALS = (
    "nominal_id,family_name,given_names,date_of_birth,sex,force,statutory,flags\n"
    "N1,A,A,1990-01-01,M,Demoshire,yes,DA\n"
)
FACTS = (
    "fact_id,nominal_id,kind,value,from,source\n"
    "F1,N1,index_offence,burglary,2026-01-10,probation\n"
    "F2,N1,ogrs,80,2026-02-01,probation\n"
)
ENTER = {"decision": "enter", "cohort": "fixed", "by": "test.all", "reason": "panel"}


async def _stage(database: Database, crs: WorkingCrs) -> None:
    door = Door(crs, shipped(), "test")
    async with connection(database, Role.WORKER) as conn:
        await loading_people.load_nominals(conn, NOMINALS.encode(), "n.csv", door)
        await loading_cases.load_case_facts(conn, FACTS.encode(), "f.csv", door)
        await cohorts.review_all(conn, clock.today(), Profiles({}))


@pytest.fixture
def staffed(client: TestClient, database: Database, bng: WorkingCrs) -> TestClient:
    """N1 is proposed for the fixed and the free cohort."""
    asyncio.run(_stage(database, bng))
    return client


def decide(client: TestClient, body: dict[str, object], nominal: str = "N1", **headers):
    address = f"/v1/cohorts/nominals/{nominal}/decisions"
    return client.post(address, json=body, headers=headers)


def test_of_an_empty_service_there_is_nothing_to_tell(client: TestClient) -> None:
    assert client.get("/v1/cohorts").json() == EMPTY
    told(client.get("/v1/cohorts/nominals/N1"), 404)
    told(decide(client, ENTER), 404)


def test_proposals_are_listed_with_rules_and_sentence(staffed: TestClient) -> None:
    page = staffed.get("/v1/cohorts?due=true").json()
    assert page["total"] == 2
    fixed = next(x for x in page["items"] if x["cohort"] == "fixed")
    assert (fixed["nominal_id"], fixed["action"], fixed["waits"]) == (
        "N1",
        "enter",
        True,
    )
    assert fixed["rules"] == ["GWENT-FIXED", "HANTS-CRIT"]
    assert fixed["because"].startswith("Index offence burglary")
    assert (fixed["profile"], fixed["member"]) == ("national", False)
    for query in ("member=true", "action=leave", "force=Gwent", "lpu=X", "cohort=core"):
        assert staffed.get(f"/v1/cohorts?{query}").json()["total"] == 0


def test_a_nominal_is_shown_with_facts_and_standing(staffed: TestClient) -> None:
    found = staffed.get("/v1/cohorts/nominals/N1").json()
    assert found["standings"]["fixed"]["value"] == "meets"
    assert found["standings"]["flex"]["value"] == "not"
    assert found["tag"]["rules"] == ["HANTS-GPS-1"]
    assert [f["fact_id"] for f in found["facts"]["facts"]] == ["F1", "F2"]
    assert found["facts"]["flags"] == ["DA"]
    assert found["decisions"] == []


def test_a_decision_is_recorded_once_for_a_key(staffed: TestClient) -> None:
    for _ in range(2):
        answer = decide(staffed, ENTER, **{"Idempotency-Key": "k1"})
        assert answer.status_code == 201, answer.text
        assert answer.json()["cohort"] == "fixed"
    found = staffed.get("/v1/cohorts/nominals/N1").json()
    assert [d["decided_by"] for d in found["decisions"]] == ["test.all"]
    assert found["proposals"][0]["action"] == "enter", "what was proposed stays"
    (member,) = staffed.get("/v1/cohorts?member=true").json()["items"]
    assert (member["cohort"], member["waits"]) == ("fixed", False)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "  "}, 422),
        ({"by": None}, 422),
        ({"by": "A\0"}, 422),
        ({"decision": "perhaps"}, 422),
        ({"cohort": "nobody"}, 422),
        ({"colour": "red"}, 422),
        ({"review_on": "2020-01-01"}, 422),
        ({"decision": "stay"}, 409),
        ({"cohort": "core"}, 409),
        ({"cohort": None}, 400),  # two are proposed
    ],
)
def test_a_decision_that_cannot_be(
    staffed: TestClient, change: dict[str, object], status: int
) -> None:
    told(decide(staffed, {**ENTER, **change}), status)
    assert staffed.get("/v1/cohorts/nominals/N1").json()["decisions"] == []


@pytest.mark.parametrize("query", ["due=perhaps", "cohort=x", "limit=0", "cohorts=x"])
def test_a_question_that_cannot_be(client: TestClient, query: str) -> None:
    told(client.get(f"/v1/cohorts?{query}"), 422)
