"""`geocorr own` as an officer reads it, and as a script does."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as shared
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import EAST, NORTH, House
from tests.db.owned import Town

DAY = "2026-03-10"


@pytest.fixture
def town(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    grid: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """N1 lives in West, is of HIGH risk and offends in East; N2 is not placed."""
    (tmp_path / "proj").symlink_to(grid)
    monkeypatch.setenv("GEOCORR_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(shared, "database_of", lambda settings: database)
    asyncio.run(_settle(database, bng, tmp_path))
    return database


async def _settle(database: Database, crs: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, crs, folder))
        await made.boundaries()
        await made.people("N1", "N2")
        await made.addresses("N1,home,-500,", "N2,home,,ME1 1AA")
        await made.offend("N1", 500, 600, -700)
        await made.is_high("N1")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["own", *words])


def told(*words: str) -> dict[str, object]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_decide_then_list_and_spread(town: Database) -> None:
    assert "2 not looked at yet" in run("spread", "--day", DAY).output
    result = run("decide", "--day", DAY)
    assert "2 nominals, 2 with a new finding, 0 decisions lapsed" in result.output
    assert told("decide", "--day", DAY)["changed"] == 0
    lines = run("list", "--day", DAY).output.splitlines()
    (owned,) = [line for line in lines if "N1" in line]
    assert owned.split()[:4] == ["N1", "W", "OM", "E"]
    (waits,) = [line for line in lines if "N2" in line]
    assert "to be placed by an operator" in waits
    assert lines[-1] == "2 nominals, 2 shown."
    assert told("list", "--day", DAY, "--waiting")["total"] == 1
    assert told("list", "--day", DAY, "--lpu", "E", "--joint")["total"] == 1
    text = " ".join(run("spread", "--day", DAY).output.split())
    assert "W Kent 1 100% 0 1 33%" in text
    assert "W (100%, 33% of crimes). (LEICS-29, LEICS-30)" in text
    assert "1 to be placed by an operator." in text


def test_nobody_waits_silently_for_a_first_look(
    town: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WMP-6.3-ALLOCATE. A day that nobody decided on is not a day without waiting."""
    monkeypatch.setattr(shared, "database_of", lambda settings: town)
    told_first = run("propose", "--day", DAY).output
    assert "0 nominals without an owner" in told_first
    assert f"2 nominals were not looked at by {DAY}: geocorr own decide" in told_first
    assert told("propose", "--day", DAY)["not_decided"] == 2
    run("decide", "--day", DAY)
    assert "not looked at" not in run("propose", "--day", DAY).output


def test_show_tells_who_why_and_since_when(town: Database) -> None:
    run("decide", "--day", DAY)
    said = ("make-owner", "N1", "E", "--reason", "all its [burglaries]", "--by", "A")
    assert run(*said, "--on", DAY).exit_code == 0
    text = " ".join(run("show", "N1", "--by", "PC B", "--day", DAY).output.split())
    assert text.startswith("N1: E, since 10 Mar 2026 (WMP-6.1).")
    assert "A (made owner E): all its [burglaries]" in text
    assert "found W software" in text
    assert str(EAST - 500) not in text
    shown = told("show", "N1", "--by", "PC B", "--day", DAY)
    assert [s["act"] for s in shown["history"]] == ["found", "made_owner"]
    said = ("release", "N1", "--reason", "it was West", "--by", "B", "--on", DAY)
    assert run(*said).output.startswith("N1: W. Address")


def test_an_operator_places_and_the_owner_follows(town: Database) -> None:
    number = told("show", "N2", "--by", "B")["addresses"][0]["number"]
    at = ("--easting", str(EAST + 500), "--northing", str(NORTH), "--by", "B")
    result = run("place", "N2", str(number), *at, "--reason", "seen at the door")
    assert result.output.startswith("N2: E. Address"), result.output
    wrong = run("place", "N2", "99", *at, "--reason", "x")
    assert isinstance(wrong.exception, NotFound)


def test_a_joint_plan_is_due_until_it_is_made(town: Database) -> None:
    run("decide")
    assert "1 joint plan to be made or looked at." in run("plans").output
    leads = ("--lead", "W=Sgt A", "--lead", "E=Sgt B", "--by", "B", "--reason", "r")
    result = run("plan", "N1", *leads, "--review-on", "2199-01-01")
    assert result.output == "Plan 1 of N1: review 2199-01-01.\n"
    assert told("plans")["total"] == 0
    text = run("show", "N1", "--by", "B").output
    assert "Joint plan 1 by B: Sgt B for E, Sgt A for W; review 2199-01-01." in text


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("show N9 --by B", NotFound),
        ("decide --day noon", UsageError),
        ("list --queue lost", UsageError),
        ("plan N1 --lead W --review-on 2199-01-01 --reason r", UsageError),
        ("plan N1 --lead W=A --review-on 2199-01-01 --reason r", ConflictError),
        ("make-owner N1 E --reason r", ConflictError),
        ("make-owner N1 E --reason r --by=", InputError),
        ("release N1 --reason r", ConflictError),
    ],
)
def test_what_cannot_be_is_said(town: Database, words: str, error: type) -> None:
    result = run(*words.split())
    assert isinstance(result.exception, error), result.output
    assert str(result.exception).endswith((".", "kept."))
