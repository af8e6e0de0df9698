"""`geocorr status` after the policy changed: which batches another one matched."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api import ground
from api.cli import app
from api.commands import hits
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import BATCH, House, crime, order, stay


@pytest.fixture
def matched(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    grid: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Two batches, matched by the shipped policy; a policy file that widens."""
    monkeypatch.setattr(ground, "database", lambda settings: database)
    monkeypatch.setattr(hits, "database_of", lambda settings: database)
    monkeypatch.setenv("GEOCORR_HOME", str(grid.parent))
    asyncio.run(_filled(database, bng, tmp_path))
    path = tmp_path / "wide.toml"
    path.write_text("[match]\nradius_m = 250.0\n")
    return path


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        house = House(database, conn, bng, folder)
        await house.orders(order("O1", "T1"))
        await house.trails(*stay("T1"))
        await house.crimes(crime("A"))
        await house.crimes(crime("B"), batch="KNT20260312")
        await house.drain()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_under_the_same_policy_there_is_nothing_to_match_again(matched: Path) -> None:
    told = json.loads(run("status", "--json").stdout)
    assert (told["matched_otherwise"], len(told["policy_hash"])) == ([], 16)
    assert "matched otherwise: none" in run("status").stdout


def test_a_changed_policy_is_told_with_the_command_that_helps(
    matched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_POLICY", str(matched))
    told = json.loads(run("status", "--json").stdout)
    assert told["matched_otherwise"] == [BATCH, "KNT20260312"]
    said = run("status").stdout
    assert "2 batches under another policy than the one in force" in said
    assert "geocorr match-batch" in said
    again = run("match-batch", BATCH, "--json")
    assert (again.exit_code, json.loads(again.stdout)["hits"]) == (0, 1)
    assert "1 batch under another policy" in run("status").stdout
    monkeypatch.delenv("GEOCORR_POLICY")
    told = json.loads(run("status", "--json").stdout)
    assert told["matched_otherwise"] == [BATCH]


def test_what_is_matched_again_is_weighed_again(matched: Path) -> None:
    for words in (("match-batch", BATCH), ("rematch", "--crime", "Kent/A")):
        assert run(*words).exit_code == 0
        told = " ".join(run("hits", "Kent/A").stdout.split())
        assert "Not assessable: the trail covers 0 comparable hours" in told


def test_a_policy_that_cannot_be_read_is_said(
    matched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCORR_POLICY", str(matched.with_name("none.toml")))
    assert "none.toml cannot be read" in str(run("status").exception)
