"""Weight sets, manual scores, partners and notices over HTTP."""

import asyncio
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api import clock
from geocorr.model import Nominal
from sql import nominals
from sql.db import Database, Role, connection
from tests.db.scoring_scenes import bring
from tests.unit.scored import entry
from tests.web.conftest import ClientAs
from tests.web.staging import told, work

TODAY = clock.today()
TEXT = f"""\
# name = Small
# version = 1
# owner = Force Intelligence
# effective_from = {TODAY}
# review_due = {TODAY + timedelta(days=300)}
data_set,code,points,label
crimes,34B,400,robbery
ims,,10,
dip,,10,
warrants,,10,
icis,,10,
"""
SENT = {"text": TEXT, "file": "small.csv", "by": "test.all"}
GIVING = {
    "nominal": "N1",
    "points": 500,
    "ground": "marac",
    "review_due": str(TODAY + timedelta(days=30)),
    "reason": "MARAC of 3 March",
    "by": "test.all",
}


async def scene(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn:
        people = [Nominal(n, "Secretname", "Y") for n in ("N1", "N2")]
        await nominals.upsert_nominals(conn, people)
        await bring(conn, [entry("E2", TODAY, nominal_id="N2")])


@pytest.fixture
def staged(client: TestClient, database: Database) -> TestClient:
    """N1 has no entry, N2 a robbery of today."""
    asyncio.run(scene(database))
    return client


@pytest.fixture
def approved(staged: TestClient, client_as: ClientAs, database: Database) -> TestClient:
    """The same with a set in force, everyone scored by it."""
    assert staged.post("/v1/weights", json=SENT).json()["weight_set"] == 1
    tried = staged.post("/v1/weights/1/simulations", json={"by": "test.all"})
    assert tried.status_code == 201
    decision = {"step": "approved", "reason": "as agreed"}
    second = client_as("bob")
    assert second.post("/v1/weights/1/decision", json=decision).status_code == 201
    work(database)
    return staged


def test_a_draft_is_simulated_and_approved_by_a_second_person(
    staged: TestClient, client_as: ClientAs
) -> None:
    sent = staged.post("/v1/weights", json=SENT)
    assert sent.status_code == 201
    assert sent.json()["report"]["outcome"] == "SUCCESSFUL"
    decision, second = {"step": "approved", "reason": "as agreed"}, client_as("bob")
    told(staged.post("/v1/weights/1/decision", json=decision), 409)
    tried = staged.post("/v1/weights/1/simulations", json={"by": "test.all"}).json()
    assert tried["result"]["flows"]["NONE"]["LOW"] == 1
    own = staged.post("/v1/weights/1/decision", json=decision)
    assert "a second person approves" in told(own, 409)["detail"]
    key = {"Idempotency-Key": "k1"}
    for _ in range(2):
        answer = second.post("/v1/weights/1/decision", json=decision, headers=key)
        assert (answer.status_code, answer.json()["state"]) == (201, "approved")
    detail = staged.get("/v1/weights/1").json()
    assert [step["by"] for step in detail["steps"]] == ["bob"]
    assert detail["weights"][0]["points"] == 400.0
    assert staged.get("/v1/weights?state=approved").json()["total"] == 1
    assert staged.get("/v1/weights?state=draft").json()["total"] == 0


def test_a_file_with_faults_is_a_draft_that_says_so(staged: TestClient) -> None:
    text = TEXT.replace("crimes,34B,400", "crimes,34B,-400")
    answer = staged.post("/v1/weights", json={**SENT, "text": text}).json()
    faults = [fault["type"] for fault in answer["report"]["faults"]]
    assert faults == ["NEGATIVE_WEIGHT", "MISSING_WEIGHT"]
    assert answer["report"]["outcome"] == "PARTIAL"
    nothing = staged.post("/v1/weights", json={**SENT, "text": "hello"}).json()
    assert (nothing["weight_set"], nothing["report"]["outcome"]) == (None, "FAILED")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/weights", {**SENT, "by": ""}, 422),
        ("/v1/weights", {**SENT, "text": "a\0"}, 422),
        ("/v1/weights/9/simulations", {"by": "test.all"}, 404),
        (
            "/v1/weights/9/decision",
            {"step": "rejected", "by": "test.all", "reason": "x"},
            404,
        ),
        (
            "/v1/weights/1/decision",
            {"step": "deleted", "by": "test.all", "reason": "x"},
            422,
        ),
        ("/v1/manual-scores", {**GIVING, "points": 300}, 422),
        ("/v1/manual-scores", {**GIVING, "nominal": "N9"}, 404),
        ("/v1/manual-scores/9/end", {"by": "test.all", "reason": "x"}, 404),
        ("/v1/notices/9/seen", {"by": "test.all"}, 404),
        ("/v1/meetings", {"kind": "odoc", "by": "test.all"}, 422),
    ],
)
def test_what_cannot_be(staged: TestClient, path: str, body, status: int) -> None:
    answer = staged.post(path, json=body)
    assert answer.status_code in ({status, 400} if status == 422 else {status})
    told(answer, answer.status_code)


def test_a_manual_score_is_given_reviewed_and_ended(
    approved: TestClient, database: Database
) -> None:
    assert approved.post("/v1/manual-scores", json=GIVING).json() == {"manual_score": 1}
    told(approved.post("/v1/manual-scores", json=GIVING), 409)
    told(approved.post("/v1/manual-scores", json={**GIVING, "nominal": "N2"}), 409)
    work(database)
    beside = approved.get("/v1/nominals/N1/partners").json()
    assert beside["standing"]["band"] == "MEDIUM"
    said = {"by": "test.all", "reason": "still"}
    due = str(TODAY + timedelta(days=60))
    path = "/v1/manual-scores/1"
    reviewed = approved.post(f"{path}/review", json={**said, "review_due": due})
    assert reviewed.status_code == 201
    assert approved.get(path).json()["manual_score"]["review_due"] == due
    assert approved.post(f"{path}/end", json=said).status_code == 201
    shown = approved.get(path).json()
    assert shown["holds"]["value"] is False
    assert [step["step"] for step in shown["steps"]] == ["reviewed", "ended"]
    assert approved.get("/v1/manual-scores?standing=true").json()["total"] == 0
    assert approved.get("/v1/manual-scores?nominal=N1").json()["total"] == 1


def test_a_first_score_is_noticed_without_a_name(approved: TestClient) -> None:
    answer = approved.get("/v1/notices?seen=false")
    assert "Secretname" not in answer.text
    (notice,) = answer.json()["items"]
    assert (notice["nominal_id"], notice["band_after"]) == ("N2", "LOW")
    path = f"/v1/notices/{notice['id']}/seen"
    assert approved.post(path, json={"by": "test.all"}).json()["seen_by"] == "test.all"
    assert approved.get("/v1/notices?seen=false").json()["total"] == 0


def test_partners_views_and_meetings(approved: TestClient) -> None:
    view = {
        "agency": "probation",
        "level": "high",
        "assessed_on": str(TODAY),
        "reason": "OASys",
        "by": "test.all",
    }
    assert approved.post("/v1/nominals/N2/partners", json=view).json() == {"id": 1}
    meeting = {
        "kind": "odoc",
        "held_on": str(TODAY),
        "agencies": ["police", "probation"],
        "nominals": ["N2"],
        "outcome": "to tasking",
        "by": "test.all",
    }
    assert approved.post("/v1/meetings", json=meeting).json() == {"id": 1}
    assert approved.get("/v1/meetings?nominal=N2&kind=odoc").json()["total"] == 1
    beside = approved.get("/v1/nominals/N2/partners").json()
    assert "They differ" in beside["managing"]["because"]
    assert [held["id"] for held in beside["meetings"]] == [1]
    told(approved.get("/v1/nominals/N9/partners"), 404)


def test_the_matrix_is_a_list_of_its_own(approved: TestClient) -> None:
    assert approved.get("/v1/weights/matrix").json()["total"] == 0
