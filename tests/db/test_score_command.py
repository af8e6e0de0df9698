"""`geocorr score`: who scores what, as an officer reads it, and as JSON."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as commands_database
from api.scores import scoring
from geocorr.errors import NotFound, UsageError
from geocorr.scoring.explanation import spoken
from sql import audit
from sql.db import Connection, Database, Role, connection
from tests.db.scoring_scenes import DESK, ago, approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set

TODAY = spoken(ago(0))


async def scene(conn: Connection) -> None:
    """N1 scores 1,000 by a robbery of today, N2 250 by intelligence, N3 nothing."""
    weights = weight_set((*ROBBERY, 1000), ("ims", "", "", 250))
    await approve(conn, weights, datetime(2020, 1, 1, tzinfo=UTC))
    heard = entry("I1", ago(0), nominal_id="N2", of=("ims", "drugs", "B21"))
    old = entry("E3", ago(900), nominal_id="N3")
    await bring(conn, [entry("E1", ago(0)), heard, old])
    await scoring.score(conn, None, ago(0), DESK)


@pytest.fixture
def scored(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(commands_database, "database_of", lambda settings: database)
    monkeypatch.setenv("COLUMNS", "200")

    async def filled() -> None:
        async with connection(database, Role.WORKER) as conn:
            await scene(conn)

    asyncio.run(filled())
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["score", *words])


def test_a_day_in_a_table_the_highest_first(scored: Database) -> None:
    told = run().stdout
    assert told.index("N1") < told.index("N2")
    assert "1,000.00" in told
    assert f"2 nominals score on {TODAY}: 1 HIGH, 0 MEDIUM, 1 LOW, 0 NONE." in told
    assert "As given that day, from what was known until" in told
    assert "N3" not in told


def test_a_day_as_json_and_by_band(scored: Database) -> None:
    document = json.loads(run("--json", "--band", "LOW", "--as-known-now").stdout)
    assert (document["total"], document["as_known_now"]) == (1, True)
    (one,) = document["scores"]
    assert (one["nominal_id"], one["score"], one["stored"]) == ("N2", 250.0, False)
    assert document["by_band"] == {"HIGH": 0, "MEDIUM": 0, "LOW": 1, "NONE": 0}


def test_one_nominal_explained(scored: Database) -> None:
    told = run("--nominal", "N1", "--explain").stdout
    assert f"N1 scores 1,000.00 on {TODAY}, HIGH: by 1 entry." in told
    assert f"crimes 34B on {TODAY}: 1,000 x 1 = 1,000.00" in told
    assert "rules WMP-5.2, WMP-5.4" in told


def test_intelligence_is_told_entry_by_entry_to_intelligence_alone(
    scored: Database,
) -> None:
    """WMP-5.5. And the audit says which of the two it was."""
    asked = ("--nominal", "N2", "--explain", "--json", "--by", "P1")
    closed, opened = (json.loads(run(*asked, *more).stdout)["lines"][0]
                      for more in ((), ("--intelligence",)))  # fmt: skip
    assert closed["text"] == "IMS: 1 entry, together 250.00"
    assert (closed["entry_id"], opened["entry_id"]) == (None, "I1")

    async def notes() -> list[audit.Entry]:
        async with connection(scored, Role.WORKER) as conn:
            return await audit.entries(conn)

    assert [(n.actor, n.detail["intelligence"]) for n in asyncio.run(notes())] == [
        ("P1", True),
        ("P1", False),
    ]


def test_history_in_a_table_and_as_json(scored: Database) -> None:
    asked = ("--nominal", "N1", "--since", ago(1).isoformat())
    told = run(*asked).stdout
    assert "computed now" in told
    assert f"{ago(0)}: first scored -> HIGH, 1,000.00" in told
    document = json.loads(run(*asked, "--json").stdout)
    assert [day["score"] for day in document["days"]] == [0.0, 1000.0]


def test_a_day_when_nobody_scored(scored: Database) -> None:
    told = run("--day", ago(2000).isoformat()).stdout
    assert told.startswith("0 nominals score on ")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--explain",), UsageError),
        (("--day", "tomorrow"), UsageError),
        (("--day", "0001-01-01"), UsageError),
        (("--nominal", "N1", "--since", "0001-01-01"), UsageError),
        (("--nominal", "N1", "--since", "2020-01-01"), UsageError),
        (("--day", ago(-1).isoformat()), UsageError),
        (("--force", "Atlantis"), UsageError),
        (("--nominal", "nobody"), NotFound),
    ],
)
def test_wrong_use_is_told(
    scored: Database, words: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(run(*words).exception, error)
