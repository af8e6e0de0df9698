"""`geocorr referral`, `case` and `disclosure` as an officer uses them."""

import asyncio
import json
from datetime import date

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.cohorts import casework
from api.commands import database as opened
from geocorr.cohorts.case import CaseEntry, CaseKind, Step
from geocorr.cohorts.facts import Fact, FactKind
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.model import Nominal
from loaders.profile import Profiles
from sql import case_facts, nominals, owners
from sql.cases import CaseFilter, NewCase
from sql.db import Connection, Database, Role, connection

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


def test_a_man_on_the_register_is_named_until_a_case_is_opened(
    desk: Database,
) -> None:
    asyncio.run(registered(desk))
    told = said("case", "to-open", "--day", "2026-03-10")
    assert told.startswith("no day set: N2, arms, no LPU. ARMS applies")
    (asked,) = json.loads(run("case", "to-open", "--json").stdout)["to_open"]
    assert asked["opening"]["facts"] == [["sex", "male"], ["born", "1980-01-01"]]
    facts = ("--kind", "arms", "--set", "sex=male", "--set", "born=1980-01-01")
    said("case", "open", "N2", *WHERE, *facts)
    assert said("case", "to-open").startswith("0 to open")


async def registered(database: Database) -> None:
    man = Nominal("N2", "Example", "Bob", "1980-01-01", "M", flags=("RSO",))
    async with connection(database, Role.WORKER) as conn:
        await nominals.upsert_nominals(conn, [man])


async def test_the_recorded_end_of_a_licence_is_due(
    desk: Database, db: Connection
) -> None:
    """HANTS-END. Until the case itself says otherwise."""
    licence = Fact("F1", "N1", FactKind.STATUTORY, "licence", date(2026, 1, 1),
                   date(2026, 9, 30), source="probation")  # fmt: skip
    await case_facts.keep_facts(db, [licence], "tester")
    opened = {"lead": "PC A", "grade": "red"}
    entry = CaseEntry(Step.OPENED, date(2026, 3, 2), "PC A", "panel", opened)
    new = NewCase("N1", CaseKind.IOM, "Demoshire")
    await casework.open_case(db, new, entry, Profiles({}))
    found = await casework.tasks(db, CaseFilter(), date(2026, 3, 3), Profiles({}))
    days = {task.due.evidence["what"]: task.due.value for task in found}
    assert days["close"] == date(2026, 9, 30)
    assert days["plan"] == date(2026, 8, 5)


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
        (
            ("disclosure", "make", "N9", "--agency", "A", "--agreement", "B", "--what",
             "x", "--purpose", "y", "--by", "PC A"),
            NotFound,
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


def test_a_case_without_an_lpu_is_due_where_its_owner_is(desk: Database) -> None:
    """WMP2-43. Else no LPU's list of what is due would hold it."""

    async def given() -> None:
        at = date(2026, 3, 1)
        because = ("WMP-6.3-ALLOCATE",), {}, "family there"
        to = ("N1", at, "allocated", "Demoshire", "DEM-02", None)
        async with connection(desk, Role.WORKER) as conn:
            await owners.append(conn, owners.Said(*to, *because, "Insp B"))

    asyncio.run(given())
    facts = ("sex=male", "born=1980-01-01", "released_on=2026-03-02")
    sets = [word for fact in facts for word in ("--set", fact)]
    said("case", "open", "N1", *WHERE, "--kind", "arms", *sets)
    assert said("case", "due", "--lpu", "DEM-02").endswith("overdue.")
    due = json.loads(run("case", "due", "--lpu", "DEM-02", "--json").stdout)
    assert [task["nominal_id"] for task in due["due"]] == ["N1"]
