"""`geocorr worklist`, `qualify`, `dismiss`, `send`, `decide` as people type them."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as commands
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import House, crime, order, stay


@pytest.fixture
def work(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """Hits 1 and 2 of Kent: at K1 and at K2."""
    monkeypatch.setattr(commands, "database_of", lambda settings: database)
    asyncio.run(_filled(database, bng, tmp_path))
    return database


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        house = House(database, conn, bng, folder)
        await house.orders(order("O1", "T1"))
        await house.trails(*stay("T1"), *stay("T1", 5_000, 120))
        await house.crimes(crime("K1"), crime("K2", 5_000, 120))
        await house.drain()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str) -> dict[str, object]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def ids(*words: str) -> list[int]:
    return [hit["id"] for hit in told("worklist", *words)["hits"]]


def test_the_central_teams_morning(work: Database) -> None:
    assert ids() == ids("--force", "kent") == [1, 2]
    assert ids("--force", "Gwent") == []
    shown = run("worklist").output
    assert "2 unreviewed." in shown
    assert max(map(len, shown.splitlines())) <= 80
    why = ("--reason", "on the spot", "--by", "Central A")
    assert "1 hit qualified: 1." in run("qualify", "1", *why).output
    assert "1 hit dismissed: 2." in run("dismiss", "2", *why).output
    assert "Central A, " in run("worklist", "--state", "qualified").output
    assert told("send", "--by", "Central A") == {
        "hits": [1],
        "word": "sent",
        "by": "Central A",
    }
    assert "0 hits sent." in run("send", "--by", "Central A").output
    counts = told("worklist")["counts"]
    assert {stage: n for stage, n in counts.items() if n} == {"dismissed": 1, "sent": 1}


def test_the_officers_decision(work: Database) -> None:
    by = ("--reason", "on the spot", "--by", "Central A")
    assert told("qualify", "1", "2", *by, "--send")["word"] == "sent"
    assert ids("--state", "sent") == [1, 2]
    said = ("--reason", "CCTV", "--note", "exhibit 7", "--by", "DC B")
    output = run("decide", "1", "ruled_in", *said).output
    lines = " ".join(output.split())
    assert "Central A: qualified. on the spot" in lines
    assert "DC B: ruled_in. CCTV exhibit 7" in lines
    document = told("decide", "2", "needs_more", *said)
    assert document["standing"]["stage"] == "needs_more"
    assert [word["word"] for word in document["said"]][-1] == "needs_more"
    assert ids("--state", "ruled_in") == [1]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("qualify", "9", "--reason", "x"), NotFound),
        (("qualify", "1", "--reason", " "), InputError),
        (("decide", "1", "ruled_in", "--reason", "x"), ConflictError),
        (("decide", "1", "sent", "--reason", "x"), UsageError),
        (("send", "1"), ConflictError),
        (("send", "1", "--force", "Kent"), UsageError),
    ],
)
def test_what_cannot_be_said(work: Database, words, error) -> None:
    assert isinstance(run(*words).exception, error)
    assert ids() == [1, 2]
