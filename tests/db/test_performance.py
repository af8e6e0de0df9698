"""The performance framework's tables from our own data, on real PostGIS."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.cohorts import performance
from api.cohorts.performance import Question, TableName
from api.commands import database as commands
from geocorr.cohorts.case import CaseEntry, CaseKind, Step
from geocorr.errors import InputError, UsageError
from geocorr.model import Decision
from geocorr.performance.choices import Framework
from geocorr.performance.grid import Cell, Grid, Period
from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from loaders import framework
from sql import cases
from sql.cases import NewCase
from sql.db import Connection, Database
from tests.db.deliveries import House
from tests.db.owned import Town
from tests.db.scoring_scenes import bring

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PAPER = Path(__file__).parents[2] / "fixtures/performance/wmp_board_paper.toml"


async def manage(
    conn: Connection, nominal: str, *said: tuple[Step, date, dict[str, str]]
) -> None:
    """A case of IOM in Kent, and what is said of it."""
    number = await cases.open_case(
        conn, NewCase(nominal, CaseKind.IOM, "Kent", "W", None)
    )
    for step, on, detail in said:
        await cases.say(conn, number, CaseEntry(step, on, "A", "so", detail))


def opened(on: date, agency: str = "") -> tuple[Step, date, dict[str, str]]:
    return Step.OPENED, on, {"agency": agency} if agency else {}


def need(on: date, kind: str) -> tuple[Step, date, dict[str, str]]:
    return Step.NEED, on, {"pathway": "accommodation", "type": kind}


def offence(name: str, nominal: str, on: date, **more: object) -> Entry:
    return Entry(name, nominal, name, DataSet.CRIMES, on, "34B", **more)


async def table(
    conn: Connection,
    name: TableName,
    period: Period | None = None,
    force: str | None = None,
    choices: Framework | None = None,
) -> Decision[Grid]:
    asked = Question(period or Period(DAY, DAY), force, NOW)
    return await performance.made(conn, name, asked, choices or framework.shipped())


async def rows(*asked: object, **more: object) -> list[dict[str, Cell]]:
    return (await table(*asked, **more)).value.dicts()


@pytest.fixture
async def cohort(house: House) -> Connection:
    """N1 and N2 managed for two years, N2 no longer; N3 since a month."""
    conn = house.conn
    await conn.execute(
        "insert into nominal (nominal_id, family_name, given_names, sex, flags)"
        " values ('N1', 'F', 'G', 'M', '{}'), ('N2', 'F', 'G', 'F', '{}')"
    )
    await manage(conn, "N1", opened(date(2024, 3, 10), "NPS"))
    await manage(
        conn,
        "N2",
        opened(date(2024, 3, 10), "CRC"),
        (Step.CLOSED, date(2025, 9, 1), {}),
    )
    await manage(conn, "N3", opened(date(2026, 2, 10)))
    gone = {"outcome": EntryOutcome.ACQUITTED, "outcome_on": date(2025, 1, 1)}
    await bring(
        conn,
        [
            *(offence(f"a{n}", "N1", date(2023, 6, n)) for n in range(1, 7)),
            *(offence(f"b{n}", "N1", date(2025, 6, n)) for n in range(1, 5)),
            offence("c", "N2", date(2023, 3, 10)),
            offence("too old", "N2", date(2023, 3, 9)),
            offence("first day", "N2", date(2024, 3, 10)),
            offence("last day", "N2", DAY),
            offence("to come", "N2", date(2026, 3, 11)),
            offence("acquitted", "N1", date(2024, 6, 1), **gone),
            offence("withdrawn", "N1", date(2024, 6, 1), withdrawn=True),
            offence("not managed", "N9", date(2025, 6, 1)),
        ],
    )
    await bring(conn, [offence("a6", "N1", date(2023, 6, 6), withdrawn=True)])
    return conn


async def test_idiom_is_projected_from_entries(cohort: Connection) -> None:
    told = await table(cohort, TableName.IDIOM)
    ever, _, now, _ = told.value.dicts()
    assert (ever["cohort"], ever["nominals"], ever["male"], ever["female"]) == (
        "ever managed", 2, 1, 1,
    )  # fmt: skip
    assert (now["nominals"], now["sex_unknown"]) == (1, 0)
    # Before: 5 + 1 in a year; since: 4 + 2 in two years.
    assert (ever["pre"], ever["during_post"]) == (6, 3)
    assert (now["pre"], now["during_post"]) == (5, 2)
    assert "1 nominal managed for less than 91 days left out" in told.because
    assert (await rows(cohort, TableName.IDIOM, force="Gwent"))[0]["nominals"] == 0


async def test_cases_by_lead_agency(cohort: Connection) -> None:
    assert [r["cases"] for r in await rows(cohort, TableName.LEAD_AGENCIES)] == [
        1,
        1,
        2,
    ]
    earlier = Period(date(2025, 1, 1), date(2025, 1, 1))
    found = await rows(cohort, TableName.LEAD_AGENCIES, earlier)
    assert [(r["lead_agency"], r["percent"]) for r in found] == [
        ("CRC", 50.0), ("NPS", 50.0), ("all", 100.0),
    ]  # fmt: skip
    await manage(cohort, "N4", opened(DAY, "NPS"), (Step.LED, DAY, {"agency": "YOT"}))
    names = {r["lead_agency"] for r in await rows(cohort, TableName.LEAD_AGENCIES)}
    assert names == {"NPS", "YOT", "not known", "all"}


async def test_offences_of_the_managed_in_two_periods(cohort: Connection) -> None:
    """June 2025 against June 2024, and June 2024 against June 2023."""
    later = Period(date(2025, 6, 1), date(2025, 6, 30))
    before, after = await rows(cohort, TableName.REDUCTION, later)
    assert (before["from"], before["offences"], after["offences"]) == (
        date(2024, 6, 1), 0, 4,
    )  # fmt: skip
    assert after["reduction_percent"] is None
    before, after = await rows(
        cohort, TableName.REDUCTION, Period(date(2024, 6, 1), date(2024, 6, 30))
    )
    assert (before["offences"], after["offences"]) == (5, 0)
    assert after["reduction_percent"] == 100.0


async def test_how_many_were_managed(cohort: Connection) -> None:
    found = await rows(cohort, TableName.GROWTH)
    assert [(r["day"].year, r["nominals"]) for r in found] == [
        (2022, 0), (2023, 0), (2024, 2), (2025, 2), (2026, 2),
    ]  # fmt: skip


async def test_a_case_may_begin_again(house: House) -> None:
    first, closed, again = date(2024, 3, 10), date(2025, 1, 1), date(2026, 1, 1)
    await manage(
        house.conn,
        "N1",
        opened(first),
        (Step.CLOSED, closed, {}),
        (Step.REOPENED, again, {}),
    )
    found = await rows(house.conn, TableName.GROWTH)
    assert [r["nominals"] for r in found] == [0, 0, 1, 0, 1]
    await bring(house.conn, [offence("a", "N1", date(2025, 6, 1))])
    between = Period(date(2025, 6, 1), date(2025, 6, 30))
    assert (await rows(house.conn, TableName.REDUCTION, between))[1]["offences"] == 0


async def test_housing_need_by_area_and_type(house: House) -> None:
    town = Town(house)
    await town.boundaries()
    await town.people("N1", "N2", "N3", "N4")
    await town.addresses("N1,home,-500,", "N2,home,500,", "N3,home,700,")
    await town.decide(DAY)
    for nominal in ("N1", "N2", "N3", "N4"):
        await manage(house.conn, nominal, opened(date(2026, 1, 1)))
    await manage(house.conn, "N1", opened(DAY), need(DAY, "single room"))
    await manage(house.conn, "N2", opened(DAY), need(DAY, ""), need(DAY, "supported"))
    fact = (
        "insert into case_fact (fact_id, version, nominal_id, kind, value, subject,"
        " on_day, victim, household, relationship, source, withdrawn, recorded_by)"
        " values ($1, $2, $3, 'need', 'accommodation', $4, $5, '', '', '', 'S', $6,"
        " 'A')"
    )
    await house.conn.execute(fact, "F1", 1, "N2", "single room", DAY, False)
    await house.conn.execute(fact, "F2", 1, "N4", "", DAY, False)
    await house.conn.execute(fact, "F3", 1, "N3", "supported", DAY, False)
    await house.conn.execute(fact, "F3", 2, "N3", "supported", DAY, True)
    choices = framework.shipped()
    told = await table(house.conn, TableName.HOUSING, None, None, choices)
    assert told.value.columns == (
        "area", "not known", "single room", "supported", "in_need",
    )  # fmt: skip
    assert told.value.rows == (
        ("E", 0, 0, 1, 1),
        ("W", 0, 1, 0, 1),
        ("not known", 1, 0, 0, 1),
        ("all", 1, 1, 1, 3),
    )
    assert told.because == "3 of 4 nominals managed need housing, 75 % of them."


async def test_days_on_which_nothing_is_due_yet(house: House) -> None:
    with pytest.raises(InputError, match="due yet"):
        await table(house.conn, TableName.BATCHES)
    before = Period(date(2026, 3, 1), DAY)
    assert [r["force"] for r in await rows(house.conn, TableName.BATCHES, before)] == [
        "all"
    ]


def run(*words: str):
    return CliRunner().invoke(app, ["performance", *words])


def test_the_papers_table_from_its_totals(tmp_path: Path) -> None:
    out = tmp_path / "idiom.csv"
    shown = run("idiom", "--totals", str(PAPER), "-o", str(out))
    assert shown.exit_code == 0, shown.output
    assert "-34,427,296" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 80
    lines = out.read_text().splitlines()
    assert (len(lines), lines[0].split(",")[:2]) == (5, ["cohort", "nominals"])
    document = json.loads(run("idiom", "--totals", str(PAPER), "--json").stdout)
    assert document["rows"][3]["difference"] == -34_427_296
    assert document["rules"] == ["WMP2-44"]
    assert isinstance(run("hits", "--totals", str(PAPER)).exception, UsageError)
    mixed = run("idiom", "--totals", str(PAPER), "--force", "Kent")
    assert isinstance(mixed.exception, UsageError)


@pytest.mark.parametrize("name", list(TableName))
def test_every_table_is_told_of_an_empty_house(
    name: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "database_of", lambda settings: database)
    shown = run(name, "--force", "kent")
    assert shown.exit_code == 0, shown.output
    assert max(map(len, shown.output.splitlines())) <= 80
    document = json.loads(run(name, "--from", "2026-01-01", "--json").stdout)
    assert document["table"] == name
    assert document["from"] == "2026-01-01"
    assert isinstance(run(name, "--to", "x").exception, UsageError)
