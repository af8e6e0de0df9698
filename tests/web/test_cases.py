"""Referrals, cases and disclosures over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from fastapi.testclient import TestClient

from geocorr.model import Nominal
from sql import nominals
from sql.db import Connection
from tests.web.conftest import ClientAs
from tests.web.staging import told

FORCE = "Demoshire"
FORM = {
    "nominal": "N1",
    "force": FORCE,
    "lpu": "DEM-01",
    "cohort": "fixed",
    "criteria": ["prolific burglar"],
    "reason": "likely to gain",
    "agency": "probation",
    "by": "test.all",
    "urgent": True,
}
ACCEPTED = {
    "step": "accepted",
    "by": "test.all",
    "reason": "meets the criteria",
    "agencies": ["police", "probation"],
    "lead": "PC A",
    "grade": "red",
    "on": "2026-03-02",
}


@pytest_asyncio.fixture(autouse=True)
async def on_record(db: Connection) -> None:
    """N1 and N2 are nominals."""
    both = [Nominal(name, "Example", "Ann") for name in ("N1", "N2")]
    await nominals.upsert_nominals(db, both)


@pytest.fixture
def accepted(client: TestClient) -> TestClient:
    """N1 was referred and accepted: case 1."""
    assert client.post("/v1/referrals", json=FORM).json() == {"referral": 1}
    answer = client.post("/v1/referrals/1/decision", json=ACCEPTED)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"referral": 1, "step": "accepted", "case": 1}
    return client


def test_an_acceptance_opens_the_case(accepted: TestClient) -> None:
    found = accepted.get("/v1/cases/1").json()
    assert found["state"]["lead"] == "PC A"
    assert found["case"]["referral"] == 1
    assert found["case"]["lpu"] == "DEM-01"
    assert found["case"]["entries"][0]["detail"] == {
        "lead": "PC A",
        "grade": "red",
        "cohort": "fixed",
    }
    assert {task["due"]["evidence"]["what"] for task in found["due"]} == {
        "review",
        "meeting",
    }
    (referral,) = accepted.get("/v1/referrals?waiting=false").json()["items"]
    assert (referral["step"], referral["ruling_reason"]) == (
        "accepted",
        "meets the criteria",
    )


def test_who_is_accepted_is_in_the_cohort(accepted: TestClient) -> None:
    """A second referral to it opens another case, and enters nobody twice."""
    found = accepted.get("/v1/cohorts/nominals/N1").json()
    (decision,) = found["decisions"]
    assert (decision["decision"], decision["cohort"]) == ("enter", "fixed")
    assert decision["decided_by"] == "test.all"
    accepted.post("/v1/referrals", json=FORM)
    answer = accepted.post("/v1/referrals/2/decision", json=ACCEPTED)
    assert answer.json()["case"] == 2
    again = accepted.get("/v1/cohorts/nominals/N1").json()
    assert len(again["decisions"]) == 1


def test_an_unknown_cohort_is_refused(client: TestClient) -> None:
    told(client.post("/v1/referrals", json={**FORM, "cohort": "fixd"}), 422)


def test_a_referral_is_decided_once(accepted: TestClient) -> None:
    told(accepted.post("/v1/referrals/1/decision", json=ACCEPTED), 409)
    told(accepted.post("/v1/referrals/7/decision", json=ACCEPTED), 404)
    told(accepted.get("/v1/cases/2"), 404)


def test_the_same_key_decides_once(client: TestClient) -> None:
    client.post("/v1/referrals", json=FORM)
    key = {"Idempotency-Key": "k"}
    for _ in range(2):
        answer = client.post("/v1/referrals/1/decision", json=ACCEPTED, headers=key)
        assert (answer.status_code, answer.json()["case"]) == (201, 1)


def test_nobody_is_referred_who_is_not_on_record(client: TestClient) -> None:
    told(client.post("/v1/referrals", json={**FORM, "nominal": "N9"}), 404)
    assert client.get("/v1/referrals").json()["total"] == 0


def test_a_panel_that_never_sat_decides_nothing(client: TestClient) -> None:
    client.post("/v1/referrals", json={**FORM, "urgent": False})
    told(client.post("/v1/referrals/1/decision", json={**ACCEPTED, "panel": 9}), 404)
    told(client.post("/v1/referrals/1/decision", json=ACCEPTED), 409)
    assert client.get("/v1/referrals?waiting=true").json()["total"] == 1


def test_what_is_due_is_listed_with_its_rule(accepted: TestClient) -> None:
    ends = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    said = {
        "step": "order",
        "by": "test.all",
        "reason": "licence",
        "detail": {"ends": ends},
    }
    answer = accepted.post("/v1/cases/1/entries", json=said)
    assert answer.json()["state"]["order_ends"] == ends
    page = accepted.get("/v1/cases/due?lpu=DEM-01&lead=PC%20A").json()
    assert page["total"] == 4
    overdue = {t["due"]["evidence"]["what"] for t in page["items"] if t["overdue"]}
    assert overdue == {"review", "meeting", "plan"}
    assert accepted.get("/v1/cases/due?lpu=DEM-02").json()["total"] == 0
    assert accepted.get("/v1/cases/due?until=2026-03-09").json()["total"] == 2


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"step": "opened", "by": "test.all", "reason": "x"}, 422),
        ({"step": "graded", "by": "test.all", "reason": "x"}, 422),
        (
            {
                "step": "graded",
                "by": "test.all",
                "reason": "x",
                "detail": {"grade": "x"},
            },
            422,
        ),
        (
            {
                "step": "order",
                "by": "test.all",
                "reason": "x",
                "detail": {"ends": "soon"},
            },
            422,
        ),
        ({"step": "reviewed", "by": "test.all", "reason": " "}, 422),
        (
            {"step": "reviewed", "by": "test.all", "reason": "x", "on": "2026-03-01"},
            409,
        ),
        ({"step": "sung", "by": "test.all", "reason": "x"}, 422),
    ],
)
def test_what_cannot_be_said(accepted: TestClient, said: dict, status: int) -> None:
    before = accepted.get("/v1/cases/1").json()["case"]
    told(accepted.post("/v1/cases/1/entries", json=said), status)
    assert accepted.get("/v1/cases/1").json()["case"] == before


@pytest.mark.parametrize(("name", "shown"), [("pc.a", "PC A"), ("lead", "pc a ")])
def test_nobody_reviews_the_case_they_lead(
    accepted: TestClient, client_as: ClientAs, name: str, shown: str
) -> None:
    said = {"step": "reviewed", "reason": "x"}
    lead = client_as(name, shown=shown)
    before = accepted.get("/v1/cases/1").json()["case"]
    assert (
        "leads the case"
        in told(lead.post("/v1/cases/1/entries", json=said), 409)["detail"]
    )
    assert accepted.get("/v1/cases/1").json()["case"] == before
    assert accepted.post("/v1/cases/1/entries", json=said).status_code == 201


async def test_every_look_at_a_case_is_audited(
    accepted: TestClient, db: Connection
) -> None:
    accepted.get("/v1/cases/1")
    acts = await db.fetch("select action, subject from audit order by id")
    assert [tuple(act) for act in acts] == [
        ("make referral", "nominal N1"),
        ("referral accepted", "nominal N1"),
        ("cohort enter", "nominal N1"),
        ("open case", "nominal N1"),
        ("read case", "nominal N1"),
    ]


def test_without_an_agreement_nothing_is_told(client: TestClient) -> None:
    asked = {
        "nominal": "N1",
        "agency": "Housing",
        "agreement": "ISA 4",
        "what": "address",
        "purpose": "tenancy",
        "by": "test.all",
    }
    told(client.post("/v1/disclosures", json=asked), 409)
    signed = {
        "name": "ISA 4",
        "agencies": ["Housing"],
        "signed_on": "2026-01-05",
        "by": "test.all",
    }
    assert client.post("/v1/disclosures/agreements", json=signed).status_code == 201
    assert client.post("/v1/disclosures", json=asked).json() == {"disclosure": 1}
    page = client.get("/v1/nominals/N1/disclosures").json()
    assert [told["purpose"] for told in page["items"]] == ["tenancy"]


def test_of_nobody_on_record_nothing_is_told(client: TestClient) -> None:
    signed = {"name": "ISA 4", "agencies": ["Housing"], "signed_on": "2026-01-05"}
    assert client.post("/v1/disclosures/agreements", json=signed).status_code == 201
    asked = {
        "nominal": "N9",
        "agency": "Housing",
        "agreement": "ISA 4",
        "what": "address",
        "purpose": "tenancy",
    }
    keyed = {"Idempotency-Key": "once"}
    answer = client.post("/v1/disclosures", json=asked, headers=keyed)
    assert "load the record first" in told(answer, 404)["detail"]
    assert client.get("/v1/nominals/N9/disclosures").json()["items"] == []
    # The same key says it of who is meant.
    answer = client.post(
        "/v1/disclosures", json=asked | {"nominal": "N1"}, headers=keyed
    )
    assert answer.json() == {"disclosure": 1}


def test_a_youth_who_does_not_qualify_is_told_why(client: TestClient) -> None:
    facts = {"born": "2008-02-29", "order_ends": "2026-04-01", "with_probation": "yes"}
    opened = {
        "nominal": "N2",
        "force": FORCE,
        "kind": "youth",
        "by": "test.all",
        "reason": "youth panel",
        "detail": facts,
    }
    assert client.post("/v1/cases", json=opened).json() == {"case": 1}
    found = client.get("/v1/cases/1").json()
    assert found["considered"]["value"] is False
    assert found["considered"]["evidence"]["against"] == [
        "there is no Youth Rehabilitation Order or above",
        "less than 3 months of the order are left on the 18th birthday, 2026-03-01",
    ]
    days = {t["due"]["evidence"]["what"]: t["due"]["value"] for t in found["due"]}
    assert days == {
        "panel": "2025-08-29",
        "liaison": "2025-11-29",
        "take_over": "2026-03-01",
    }
