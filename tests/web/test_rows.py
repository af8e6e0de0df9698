"""A route that forgets every filter shows nothing of another's."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.login import guard
from api.login.who import UserRole
from api.rest.access import ACCESS
from api.rest.services import Parts, Reading
from geocorr.geo import WorkingCrs
from sql.db import Database, Role
from tests.web.conftest import ClientAs
from tests.web.staging import FIRST, FORCE, TEN, send, tag, told, watch, work

CRIME = f"{FORCE}/{FIRST}"
OFFICER, TEAM = {UserRole.INVESTIGATOR}, {UserRole.LPU_TEAM}
# All that a person could be found by, as they stand.
EVERYTHING = (
    "batch", "crime", "crime_version", "batch_crime", "hit_listed", "hit_stage",
    "coverage_statement", "verdict", "nominal", "tag_order", "ownership",
    "score_nominal", "cohort_now", "breach", "zone_version", "audit",
)  # fmt: skip


@pytest.fixture
def staged(
    client: TestClient,
    database: Database,
    bng: WorkingCrs,
    tmp_path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[TestClient]:
    """Crimes of one force, a hit, a breach, verdicts; and a route without a filter."""
    tag(database, bng, tmp_path)
    watch(database, bng)
    send(client, TEN)
    work(database)
    question = {"crime": CRIME, "nominal": "N1"}
    assert client.post("/v1/verdicts", json=question).status_code == 201
    app = client.app
    assert isinstance(app, FastAPI)
    leaky = {
        ("GET", "/leak"): frozenset(UserRole),
        ("POST", "/leak"): frozenset(UserRole),
    }
    monkeypatch.setattr(guard, "ACCESS", {**ACCESS, **leaky})

    @app.get("/leak")
    async def read(conn: Reading) -> dict[str, int]:
        count = "select count(*) from {}"
        return {name: await conn.fetchval(count.format(name)) for name in EVERYTHING}

    @app.post("/leak")
    async def write(parts: Parts) -> dict[str, int]:
        async with parts.connection(Role.WEB) as conn:
            return await read(conn)

    yield client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_route_without_a_filter_leaks_nothing(
    staged: TestClient, client_as: ClientAs, method: str
) -> None:
    all_there = staged.request(method, "/leak").json()
    assert all(
        all_there[name] for name in ("crime", "hit_listed", "tag_order", "audit")
    )
    for name, roles, of in (
        ("other.force", OFFICER, ("Gwent", None)),
        ("no.force", OFFICER, (None, None)),
        ("other.lpu", TEAM, (FORCE, "X")),
        ("admin", {UserRole.ADMIN}, (None, None)),
    ):
        found = client_as(name, roles, of).request(method, "/leak").json()
        assert found == dict.fromkeys(EVERYTHING, 0), name
    own = client_as("own.force", OFFICER, (FORCE, None)).request(method, "/leak").json()
    mine = ("batch", "crime", "crime_version", "hit_listed", "coverage_statement")
    assert {name: own[name] for name in mine} == {n: all_there[n] for n in mine}
    # Of two who wear tags one has a hit in the force.
    assert (own["tag_order"], own["audit"], own["breach"]) == (1, 0, 0)
    auditor = client_as("auditor", {UserRole.AUDITOR}).request(method, "/leak").json()
    assert {name for name, rows in auditor.items() if rows} == {"audit"}


def test_what_is_another_forces_is_not_there(
    staged: TestClient, client_as: ClientAs
) -> None:
    (hit,) = staged.get("/v1/hits").json()["items"]
    (run,) = staged.get("/v1/verdicts").json()["items"]
    paths = (
        f"/v1/hits/{hit['id']}",
        f"/v1/hits/{hit['id']}/assessments",
        f"/v1/hits/{hit['id']}/decisions",
        f"/v1/crimes/{CRIME}",
        f"/v1/crimes/{CRIME}/coverage",
        f"/v1/verdicts/{run['run']}",
        "/v1/batches/1",
    )
    own, other = (
        client_as(f"of.{force.lower()}", OFFICER, (force, None))
        for force in (FORCE, "Gwent")
    )
    for path in paths:
        assert own.get(path).status_code == 200, path
        told(other.get(path), 404)
    for path in ("/v1/hits", "/v1/crimes", "/v1/verdicts", "/v1/batches"):
        assert own.get(path).json()["total"], path
        assert other.get(path).json()["total"] == 0, path


def test_the_worker_answers_of_what_one_may_see(
    staged: TestClient, client_as: ClientAs
) -> None:
    asked = (
        ("/v1/verdicts", {"crime": CRIME, "nominal": "N1"}),
        ("/v1/drop", {"crimes": [CRIME]}),
        ("/v1/series", {"crimes": [CRIME]}),
    )
    other = client_as("other.force", OFFICER, ("Gwent", None))
    for path, question in asked:
        told(other.post(path, json=question), 404)
    times = {"from": "2026-03-28T11:00:00Z", "to": "2026-03-28T12:00:00Z"}
    told(other.post("/v1/co-presence", json={"nominals": ["N1", "N2"], **times}), 404)


def test_an_officer_sees_the_answers_that_they_asked_for(
    staged: TestClient, client_as: ClientAs
) -> None:
    place = {
        "longitude": -1.5,
        "latitude": 52.5,
        "from": "2026-03-28T11:00:00Z",
        "to": "2026-03-28T12:00:00Z",
    }
    one, two = (client_as(name, OFFICER, ("Gwent", None)) for name in ("ann", "ben"))
    answered = one.post("/v1/verdicts", json={"place": place, "nominal": "N1"})
    path = f"/v1/verdicts/{answered.json()['run']}"
    assert one.get(path).status_code == 200
    told(two.get(path), 404)


def test_a_key_gives_its_answer_to_its_own_account(
    staged: TestClient, client_as: ClientAs
) -> None:
    key = {"Idempotency-Key": "k1"}
    question = {"crime": CRIME, "nominal": "N1"}
    own = client_as("own.force", OFFICER, (FORCE, None))
    central = client_as("central", {UserRole.CENTRAL_TEAM})
    first = own.post("/v1/verdicts", json=question, headers=key)
    assert own.post("/v1/verdicts", json=question, headers=key).json() == first.json()
    other = central.post("/v1/verdicts", json=question, headers=key)
    assert other.json()["run"] != first.json()["run"]
