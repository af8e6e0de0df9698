"""`geocorr own propose`, `inbox`, `consultations` as an officer uses them."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as opened
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import House
from tests.db.owned import Town

WHY = ("--by", "PC A", "--reason", "because")


@pytest.fixture
def desk(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """N1 lives in West and is bailed to East; N2 has no home but family in East."""
    monkeypatch.setattr(opened, "database_of", lambda settings: database)
    asyncio.run(_filled(database, bng, tmp_path))
    return database


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        town = Town(House(database, conn, bng, folder))
        await town.boundaries()
        await town.people("N1", "N2")
        await town.addresses("N1,home,-500,", "N1,court_bail,500,", "N2,family,500,")
        await town.decide()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["own", *words])


def said(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    assert max(map(len, result.output.splitlines())) <= 100
    return " ".join(result.output.split())


def test_from_the_proposal_to_the_box(desk: Database) -> None:
    told = said("propose", "--by", "OMA")
    assert told.startswith(
        "N2: Proposed E: family (of unknown age, by its coordinates). "
        "(WMP-6.3-ALLOCATE) 1 nominal without"
    )
    (proposal,) = json.loads(run("propose", "--json").stdout)["proposals"]
    assert (proposal["lpu"], proposal["conflict"]) == ("E", False)
    assert said("allocate", "N2", "--lpu", "E", *WHY) == (
        "N2 is allocated to E by PC A."
    )
    assert "N2 E" in said("inbox", "E")
    assert said("accept", "N2", "--lpu", "E") == "E has accepted N2."
    assert said("inbox", "E") == "0 to answer; 0 of these escalated."
    assert "N1 W" in said("inbox")


def test_disputed_and_claimed(desk: Database) -> None:
    told = said("dispute", "N1", "--lpu", "W", *WHY)
    assert told == "W disputes N1: back to the central team."
    assert "CONFLICT" not in said("propose")
    assert said("claim", "N1", "--lpu", "E", *WHY) == "E has claimed N1."
    assert json.loads(run("inbox", "--json").stdout)["total"] == 0


def test_a_bail_address_is_asked_about_and_answered(desk: Database) -> None:
    told = said("consultations")
    assert told.startswith("1: N1, bail, E: pending. Address")
    assert told.endswith("1 consultation, 1 pending.")
    told = said("answer", "1", "agreed", *WHY)
    assert told == "Consultation 1 of N1: agreed. E owns from now."
    assert "agreed by PC A." in said("consultations")
    assert json.loads(run("consultations", "--pending", "--json").stdout) == {
        "total": 0,
        "consultations": [],
    }


def test_a_transfer_is_asked(desk: Database) -> None:
    told = said("transfer", "N1", "--to", "Essex", *WHY)
    assert told == "Essex is asked to take N1 over: 1."
    assert said("answer", "1", "refused", *WHY) == "Consultation 1 of N1: refused."


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("accept", "N1", "--lpu", "E"), ConflictError),
        (("accept", "N9", "--lpu", "E"), NotFound),
        (("claim", "N1", "--lpu", "X", *WHY), NotFound),
        (("dispute", "N1", "--lpu", "W", "--by", "A", "--reason", " "), InputError),
        (("transfer", "N2", "--to", "Essex", *WHY), ConflictError),
        (("answer", "7", "agreed", *WHY), NotFound),
    ],
)
def test_what_cannot_be_done_is_said(desk: Database, words, error) -> None:
    assert isinstance(run(*words).exception, error)
