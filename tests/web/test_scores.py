"""Scores over HTTP: of everyone, of one nominal day by day, and why; each audited."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api.scores import scoring
from sql import audit
from sql.db import Connection, Database, Role, connect
from tests.db.scoring_scenes import DESK, ago, approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set
from tests.web.staging import told

WEIGHTS = weight_set((*ROBBERY, 1000), ("ims", "", "", 250))


def on(database: Database, act: Callable[[Connection], Awaitable[object]]) -> object:
    async def acting() -> object:
        conn = await connect(database, Role.WORKER)
        try:
            return await act(conn)
        finally:
            await conn.close()

    return asyncio.run(acting())


async def scene(conn: Connection) -> None:
    """N1 HIGH by a robbery of today, N2 LOW by intelligence; scored in full."""
    await approve(conn, WEIGHTS, datetime(2020, 1, 1, tzinfo=UTC))
    heard = entry("I1", ago(0), nominal_id="N2", of=("ims", "drugs", "B24"))
    await bring(conn, [entry("E1", ago(0)), heard])
    await scoring.score(conn, None, ago(0), DESK)


@pytest.fixture
def scored(client: TestClient, database: Database) -> TestClient:
    on(database, scene)
    return client


def test_of_an_empty_service_there_is_nothing_to_tell(client: TestClient) -> None:
    assert client.get("/v1/scores").json()["total"] == 0
    told(client.get("/v1/scores/N1"), 404)
    told(client.get("/v1/scores/N1/history"), 404)


def test_the_scores_of_a_day_are_listed_with_their_bands(scored: TestClient) -> None:
    page = scored.get("/v1/scores").json()
    assert page["total"] == 2
    assert page["by_band"] == {"HIGH": 1, "MEDIUM": 0, "LOW": 1, "NONE": 0}
    assert [(o["nominal_id"], o["score"], o["band"]) for o in page["items"]] == [
        ("N1", 1000.0, "HIGH"),
        ("N2", 250.0, "LOW"),
    ]
    assert scored.get("/v1/scores?band=LOW").json()["total"] == 1
    assert scored.get("/v1/scores?limit=1&offset=1").json()["items"][0]["stored"]
    assert scored.get("/v1/scores?force=Kent").json()["total"] == 0
    assert scored.get(f"/v1/scores?day={ago(3)}").json()["total"] == 0
    told(scored.get(f"/v1/scores?day={ago(-3)}"), 400)


def test_a_day_without_a_run_of_many_is_not_computed_here(
    scored: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "PORTION", 1)
    assert scored.get("/v1/scores").json()["total"] == 2
    problem = told(scored.get(f"/v1/scores?day={ago(3)}"), 404)
    assert "geocorr score --day" in str(problem["detail"])


def test_a_score_says_what_it_is_made_of(scored: TestClient) -> None:
    """WMP-5.5. Of intelligence no more than the data set."""
    one = scored.get("/v1/scores/N1").json()
    (line,) = one["lines"]
    assert line["text"].startswith("crimes 34B on ")
    assert line["micropoints"] == one["score"]["micropoints"]
    assert one["because"].startswith("N1 scores 1,000.00 on ")
    heard = scored.get("/v1/scores/N2").json()["lines"]
    assert [(h["text"], h["entry_id"]) for h in heard] == [
        ("IMS: 1 entry, together 250.00", None)
    ]


def test_history_tells_every_day(scored: TestClient) -> None:
    answer = scored.get(f"/v1/scores/N1/history?from={ago(2)}").json()
    assert [day["score"] for day in answer["days"]] == [0, 0, 1000.0]
    (change,) = answer["changes"]
    assert (change["was"], change["band"], change["score"]) == (None, "HIGH", 1000.0)
    told(scored.get(f"/v1/scores/N1/history?from={ago(900)}"), 400)
    told(scored.get("/v1/scores/N1/history?until=2026-01-01"), 422)


def test_every_look_is_audited(scored: TestClient, database: Database) -> None:
    for path in ("/v1/scores", "/v1/scores/N1", "/v1/scores/N1/history"):
        assert scored.get(path).status_code == 200
    notes = on(database, audit.entries)
    assert [(n.action, n.subject) for n in notes] == [
        ("read score", "nominal N1"),
        ("read score", "nominal N1"),
        ("read scores", f"scores of {ago(0)}"),
    ]
