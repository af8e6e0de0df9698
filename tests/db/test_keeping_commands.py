"""`geocorr audit`, `hold` and `purge` as people type them."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as commands
from geocorr.errors import NotFound, PolicyError, UsageError
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import House, crime, order, stay


@pytest.fixture
def kept(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """Last March's trails, and a hit of them that was found today."""
    monkeypatch.setattr(commands, "database_of", lambda settings: database)
    monkeypatch.setenv("GEOCORR_CRS", "EPSG:32630")
    asyncio.run(_filled(database, bng, tmp_path))
    return database


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        house = House(database, conn, bng, folder)
        await house.orders(order("O1", "T1"))
        await house.trails(*stay("T1"))
        await house.crimes(crime("K1"))
        await house.drain()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str) -> dict[str, object]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def short(folder: Path, days: int) -> str:
    path = folder / "retention.toml"
    path.write_text(f"trails = {days}\n")
    return str(path)


def test_a_purge_is_tried_and_then_done(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_RETENTION", short(tmp_path, 60))
    shown = run("purge", "--dry-run", "--by", "Ann").output
    assert "trails" in shown
    assert "Nothing was removed." in shown
    assert max(map(len, shown.splitlines())) <= 80
    due = {one["kind"]: one for one in told("purge", "--dry-run")["due"]}
    assert (due["trails"]["days"], due["trails"]["due"]["n"]) == (60, 1)
    # Delivered today of last March: gone with the fixes in it.
    assert due["trail_files"]["due"]["n"] == 1
    assert due["dismissed_hits"]["due"]["n"] == 0
    hold = run("hold", "add", "--crime", "Kent/K1", "--reason", "trial", "--by", "A")
    assert hold.output == "Hold 1: crime Kent/K1 is kept until it is ended.\n"
    assert told("purge", "--by", "Ann")["gone"] == {}
    assert "1 hold in force" in run("hold", "list").output
    assert told("hold", "end", "1", "--reason", "over", "--by", "A")["live"] is False
    gone = run("purge", "--by", "Ann").output
    assert "trails: 1 rows, 10 fixes removed." in gone
    assert "2 records written." in gone
    assert "Nothing is due." in run("purge", "--by", "Ann").output
    assert told("audit", "search", "--action", "purge")["total"] == 2


def test_the_audit_is_searched_and_proven(kept: Database) -> None:
    words = ("--reason", "on the spot", "--by", "Central A")
    assert run("qualify", "1", *words).exit_code == 0
    found = told("audit", "search", "--subject", "hit 1", "--by", "Audrey")
    assert [entry["action"] for entry in found["entries"]] == ["hit qualified"]
    shown = run("audit", "search", "--by", "Audrey").output
    assert "Audrey" in shown
    assert "2 entries." in shown
    proof = told("audit", "verify")
    assert proof["holds"] is True
    assert run("audit", "verify", "--head", str(proof["head"])).exit_code == 0
    asyncio.run(_meddled(kept))
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert "BROKEN at link 1: entry 1 does not say what it said" in " ".join(
        broken.output.split()
    )
    again = run("audit", "verify", "--json")
    assert (again.exit_code, json.loads(again.stdout)["broken"]) == (1, 1)


async def _meddled(database: Database) -> None:
    async with connection(database, Role.OWNER) as conn:
        await conn.execute("alter table audit disable trigger audit_stays")
        await conn.execute("update audit set actor = 'nobody' where id = 1")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("audit", "verify", "--head", "12"), UsageError),
        (("audit", "search", "--from", "2026-03-01"), UsageError),
        (("hold", "add", "--crime", "K1", "--reason", "x"), UsageError),
        (("hold", "add", "--nominal", "N9", "--reason", "x"), NotFound),
        (("hold", "end", "9", "--reason", "x"), NotFound),
    ],
)
def test_what_cannot_be_asked(kept: Database, words, error) -> None:
    assert isinstance(run(*words).exception, error)


def test_a_wrong_period_stops_the_purge(
    kept: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_RETENTION", short(tmp_path, 0))
    assert isinstance(run("purge").exception, PolicyError)
