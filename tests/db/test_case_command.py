"""`geocorr referral`, `case` and `disclosure` as an officer uses them."""

import asyncio
import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as opened
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.model import Nominal
from sql import nominals
from sql.db import Database, Role, connection

WHERE = ("--force", "Demoshire", "--by", "PC A", "--reason", "because")
LED = ("--set", "lead=PC A", "--set", "grade=red")
JOINTLY = ("--agency", "police", "--agency", "probation")


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(opened, "database_of", lambda settings: database)
    asyncio.run(recorded(database))
    return database


async def recorded(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn:
        await nominals.upsert_nominals(conn, [Nominal("N1", "Example", "Ann")])


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return " ".join(result.output.split())


def test_from_the_form_to_the_end(desk: Database) -> None:
    form = ("--cohort", "fixed", "--criterion", "prolific", "--agency", "probation")
    assert said("referral", "make", "N1", *WHERE, *form) == "Referral 1 of N1 is made."
    assert "waiting" in said("referral", "list", "--waiting")
    sat = ("--held", "2026-03-10", "--chair", "Insp C", *JOINTLY)
    told = said("referral", "panel", "--force", "Demoshire", *sat)
    assert told.endswith("selection panel of Demoshire sits by 2026-04-10.")
    accept = ("--panel", "1", *JOINTLY, "--lead", "PC A", "--grade", "amber")
    told = said(
        "referral", "decide", "1", "accepted", *WHERE[2:], *accept, "--on", "2026-03-10"
    )
    assert told == "Referral 1 is accepted. Case 1 is open."
    told = said("case", "say", "1", "order", "--set", "ends=2026-09-30", *WHERE[2:])
    assert told == "Case 1: open; amber; led by PC A; order to 2026-09-30."
    due = json.loads(run("case", "due", "--day", "2026-03-20", "--json").stdout)
    assert [d["due"]["evidence"]["what"] for d in due["due"]] == [
        "meeting",
        "review",
        "plan",
        "close",
    ]
    assert [d["overdue"] for d in due["due"]] == [True, False, False, False]
    assert "closed on 2027-01-01." in said(
        "case", "say", "1", "closed", *WHERE[2:], "--on", "2027-01-01"
    )
    assert said("case", "due") == "0 due; 0 of these overdue."
    shown = json.loads(run("case", "show", "1", "--json").stdout)
    assert [e["step"] for e in shown["case"]["entries"]] == [
        "opened",
        "order",
        "closed",
    ]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("case", "show", "9"), NotFound),
        (("case", "open", "N9", *WHERE, *LED), NotFound),
        (("case", "open", "N1", *WHERE), InputError),
        (("case", "open", "N1", *WHERE, "--set", "grade"), UsageError),
        (("case", "open", "N1", *WHERE, "--on", "soon"), UsageError),
        (("referral", "decide", "9", "withdrawn", *WHERE[2:]), NotFound),
        (("referral", "panel", *WHERE[:4], "--held", "2026-03-10"), InputError),
        (
            ("disclosure", "make", "N1", "--agency", "A", "--agreement", "B", "--what",
             "x", "--purpose", "y"),
            ConflictError,
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(desk: Database, words, error) -> None:
    assert isinstance(run(*words).exception, error)


def test_a_referral_is_decided_once(desk: Database) -> None:
    form = ("--cohort", "fixed", "--criterion", "prolific", "--agency", "probation")
    said("referral", "make", "N1", *WHERE, *form, "--urgent")

    async def count() -> int:
        async with connection(desk, Role.WORKER) as conn:
            found: int = await conn.fetchval("select count(*) from managed_case")
        return found

    accept = (*JOINTLY, "--lead", "PC A", "--grade", "red")
    said("referral", "decide", "1", "accepted", *WHERE[2:], *accept)
    again = run("referral", "decide", "1", "accepted", *WHERE[2:], *accept)
    assert isinstance(again.exception, ConflictError)
    assert asyncio.run(count()) == 1


def test_what_was_told_is_listed(desk: Database) -> None:
    said(
        "disclosure", "agree", "ISA 4", "--agency", "Housing", "--signed", "2026-01-05"
    )
    to = ("--agency", "Housing", "--agreement", "ISA 4", "--what", "address")
    said("disclosure", "make", "N1", *to, "--purpose", "tenancy", "--by", "PC A")
    told = said("disclosure", "list", "N1")
    assert "address to Housing by PC A, ISA 4, for tenancy. 1 in all." in told
