"""`geocorr breaches` and `breach`: the queue as an officer reads it."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import breaches
from api.intake import loading_zones
from geocorr.errors import NotFound, UsageError
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import House, order, stay
from tests.db.test_zones import HEAD, zone


@pytest.fixture
def queue(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """Two entries: of Z1 and of Z2."""
    monkeypatch.setattr(breaches, "database_of", lambda settings: database)
    asyncio.run(_filled(database, bng, tmp_path))
    return database


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        house = House(database, conn, bng, folder)
        await house.orders(order("O1", "T1"))
        data = (HEAD + zone("Z1") + "\n" + zone("Z2") + "\n").encode()
        await loading_zones.load_zones(conn, data, "z.csv", house.door)
        await house.trails(*stay("T1"))
        await house.drain()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


async def _late(database: Database) -> None:
    async with connection(database, Role.OWNER) as conn:
        await conn.execute(
            "update breach set deadline_at = now() - interval '3 hours' where id = 2"
        )


def test_what_is_overdue_stands_first_and_says_so(queue: Database) -> None:
    asyncio.run(_late(queue))
    result = run("breaches")
    assert result.exit_code == 0, result.output
    rows = [line for line in result.output.splitlines() if " entry " in line]
    assert rows[0].split()[:5] == ["2", "OVERDUE", "3", "h", "Z2"]
    assert rows[1].split()[:2] == ["1", "in"]
    assert "2 in the queue; 1 of these overdue." in result.output
    assert max(map(len, result.output.splitlines())) <= 80
    late = json.loads(run("breaches", "--overdue", "--json").stdout)
    assert [b["id"] for b in late["breaches"]] == [2]


def test_an_outcome_is_recorded_and_closes(queue: Database) -> None:
    said = ("--outcome", "explained", "--by", "Sgt A", "--reason", "at hospital")
    result = run("breach", "1", *said)
    assert result.exit_code == 0, result.output
    assert "Sgt A: explained. at hospital" in " ".join(result.output.split())
    left = json.loads(run("breaches", "--open", "--json").stdout)
    assert [b["id"] for b in left["breaches"]] == [2]
    assert json.loads(run("breaches", "--json").stdout)["total"] == 2
    case = json.loads(run("breach", "1", "--json").stdout)
    assert [o["outcome"] for o in case["outcomes"]] == ["explained"]
    assert [f["standing"] for f in case["findings"]] == ["found"]
    assert case["breach"]["from_at"] == "2026-03-10T10:00:00Z"


def test_a_breach_is_shown_with_its_sentence(queue: Database) -> None:
    told = " ".join(run("breach", "2").output.split())
    assert told.startswith("2: entry of zone Z2 by device T1 (N-O1, order O1).")
    assert "10 fixes of the tag between" in told
    assert "Owner IOM: in" in told


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("1", "--outcome", "explained"), UsageError),
        (("1", "--outcome", "explained", "--by", " ", "--reason", "x"), UsageError),
        (("1", "--by", "A"), UsageError),
        (("99",), NotFound),
    ],
)
def test_what_cannot_be_said(queue: Database, words, error) -> None:
    assert isinstance(run("breach", *words).exception, error)


def test_the_queue_is_filtered(queue: Database) -> None:
    def ids(*words: str) -> list[int]:
        document = json.loads(run("breaches", *words, "--json").stdout)
        return [b["id"] for b in document["breaches"]]

    assert ids("--zone", "Z2") == [2]
    assert ids("--nominal", "N-O1", "--kind", "entry", "--owner", "IOM") == [1, 2]
    assert ids("--kind", "absence") == []
    assert ids("--limit", "1") == [1]
