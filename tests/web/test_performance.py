"""The performance framework's tables over HTTP, as JSON and CSV."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.cohorts.performance import TableName
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import TEN, send, tag, told, work


@pytest.fixture
def sent(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """A hit that was sent to its force."""
    tag(database, bng, tmp_path)
    send(client, TEN)
    work(database)
    said = {
        "qualification": "qualified",
        "by": "test.all",
        "reason": "so",
        "send": True,
    }
    assert client.post("/v1/hits/1/qualification", json=said).status_code == 201
    return client


def test_hits_of_these_days_by_force(sent: TestClient) -> None:
    made = sent.get("/v1/performance/hits?force=dem").json()
    today = datetime.now(UTC).date().isoformat()
    assert (made["table"], made["to"] >= today, made["rules"]) == (
        "hits",
        True,
        ["GWENT-5.3"],
    )
    row, everything = made["rows"]
    assert (row["force"], row["qualified"], row["sent"], row["waiting"]) == (
        "Demoshire",
        1,
        1,
        1,
    )
    assert list(row) == made["columns"]
    assert everything == {**row, "force": "all"}
    assert made["because"]
    assert len(sent.get("/v1/performance/hits?force=Gwent").json()["rows"]) == 1


def test_batches_of_some_days(sent: TestClient) -> None:
    made = sent.get("/v1/performance/batches?from=2026-03-28&to=2026-03-28").json()
    row = made["rows"][0]
    assert (row["force"], row["days"], row["days_late"], row["rows"]) == (
        "Demoshire",
        1,
        1,
        10,
    )


@pytest.mark.parametrize("way", ["format", "accept"])
def test_a_table_as_csv(sent: TestClient, way: str) -> None:
    query, headers = {
        "format": ("?format=csv", {}),
        "accept": ("", {"Accept": "text/csv"}),
    }[way]
    response = sent.get(f"/v1/performance/hits{query}", headers=headers)
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["force"] for row in rows] == ["Demoshire", "all"]


@pytest.mark.parametrize("name", list(TableName))
def test_every_table_answers_in_an_empty_service(client: TestClient, name: str) -> None:
    made = client.get(f"/v1/performance/{name}")
    assert made.status_code == 200, made.text
    assert made.json()["rules"]


@pytest.mark.parametrize(
    "path",
    ["cases", "hits?from=noon", "hits?from=2026-03-02&to=2026-03-01", "hits?format=xls",
     "hits?day=2026-03-01", "batches?from=2190-01-01&to=2190-01-02"],
)  # fmt: skip
def test_a_table_that_cannot_be(client: TestClient, path: str) -> None:
    told(client.get(f"/v1/performance/{path}"), 422)
