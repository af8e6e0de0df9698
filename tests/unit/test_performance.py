"""The framework's figures: exact, rounded once, and what no file may ask for."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cohorts import performance_file
from api.cohorts.performance import TableName, from_totals, question
from geocorr.errors import InputError, PolicyError, UsageError
from geocorr.model import Decision
from geocorr.performance import cohort_tables, flow
from geocorr.performance.flow import Delivery, Reviewed
from geocorr.performance.grid import Grid, Period, half_up, median, share
from geocorr.performance.projection import Managed, Offences, project
from geocorr.performance.review import Word
from loaders import framework

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHOICES = framework.shipped()


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.integers(0, 4))
def test_figures_are_rounded_half_away_from_zero(n: int, d: int, digits: int) -> None:
    told = half_up(Fraction(n, d), digits)
    exact = Decimal(abs(n)) / Decimal(d)
    step = Decimal(1).scaleb(-digits)
    wanted = exact.quantize(step, ROUND_HALF_UP) * (-1 if n < 0 else 1)
    assert Decimal(str(told)) == wanted
    assert isinstance(told, int) or digits > 0


def test_a_share_of_nothing_is_not_told() -> None:
    assert share(0, 0) is None
    assert median([]) is None
    assert median([Fraction(3), Fraction(1), Fraction(2)]) == 2
    assert median([Fraction(4), Fraction(1)]) == Fraction(5, 2)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_shares_add_up_but_for_rounding(cases: list[int]) -> None:
    table = cohort_tables.lead_agencies({str(i): n for i, n in enumerate(cases)})
    *rows, total = table.value.rows
    assert total[1] == sum(cases) == sum(row[1] for row in rows)
    if sum(cases):
        assert sum(row[2] for row in rows) == pytest.approx(100, abs=0.005 * len(rows))


def test_a_cost_is_found_by_the_longest_code() -> None:
    assert CHOICES.cost("34B") == CHOICES.cost("34") == CHOICES.cost("34/01") == 11_320
    assert CHOICES.cost("5D") == 14_050
    assert CHOICES.cost("5E") is None
    assert CHOICES.cost("340") is None


def test_the_projection_is_of_a_year() -> None:
    """Two years managed: half of what was done since; before, what a year held."""
    day = date(2026, 3, 10)
    managed = [
        Managed("N1", "M", date(2024, 3, 10), True),
        Managed("N2", "Female", date(2024, 3, 10), False),
        Managed("N3", None, day - timedelta(days=30), True),
    ]
    found = [
        Offences(date(2024, 3, 10), True, "34B", 6, 4),
        Offences(date(2024, 3, 10), False, "28/03", 3, 2),
        Offences(date(2024, 3, 10), False, "999", 1, 0),
        Offences(day - timedelta(days=30), True, "34B", 9, 9),
    ]
    told = project(managed, found, day, CHOICES)
    ever, now = told.cohorts
    assert (told.too_short, told.without_cost) == (1, 1)
    assert (ever.nominals, ever.male, ever.female) == (2, 1, 1)
    assert (ever.offences_a_year.pre, ever.offences_a_year.during_post) == (10, 3)
    assert ever.cost_a_year.pre == 6 * 11_320 + 3 * 5_930
    rate = Fraction(146_097, 400) / 730
    assert ever.cost_a_year.during_post == half_up(rate * (4 * 11_320 + 2 * 5_930), 0)
    assert (now.nominals, now.offences_a_year.pre) == (1, 6)


def review(**times: float | None) -> Reviewed:
    names = ("qualified", "dismissed", "sent", "first_decided", "decided")
    at = {
        f"{name}_at": None if (h := times.get(name)) is None else NOON + h * HOUR
        for name in names
    }
    decided = times.get("decided") is not None
    return Reviewed("Kent", **at, decision=Word.RULED_OUT if decided else None)


def test_hits_are_counted_by_when_it_was_said() -> None:
    found = [
        review(qualified=-30, sent=-25, first_decided=1, decided=2),
        review(qualified=1, sent=2),
        review(dismissed=3),
        review(qualified=-50, sent=-49, first_decided=-48, decided=-48),
    ]
    table = flow.hits_table(found, NOON, NOON + 24 * HOUR)
    kent, total = table.value.dicts()
    assert kent == {
        "force": "Kent",
        "qualified": 1,
        "dismissed": 1,
        "sent": 1,
        "reviewed": 1,
        "ruled_in": 0,
        "ruled_out": 1,
        "needs_more": 0,
        "waiting": 1,
        "median_h_to_review": 26.0,
        "longest_h_waiting": 22.0,
    }
    assert {**total, "force": "Kent"} == kent


def test_batches_are_on_time_late_or_silent() -> None:
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(4)]
    found = [
        Delivery("Kent", days[0], Fraction(30), True, 10, 1),
        Delivery("Kent", days[0], Fraction(7), False, 4, 4),
        Delivery("Kent", days[1], Fraction(24), True, 10, 0),
        Delivery("Kent", days[1], Fraction(26), True, 6, 0),
        Delivery(None, None, None, False, 3, 3),
    ]
    table = flow.batches_table(found, ["Kent", "Gwent"], Period(days[0], days[3]), 24)
    by = {row["force"]: row for row in table.value.dicts()}
    assert list(by) == ["Gwent", "Kent", "not known", "all"]
    assert by["Kent"] == {
        "force": "Kent",
        "days": 4,
        "days_sent": 2,
        "days_on_time": 1,
        "days_late": 1,
        "days_silent": 2,
        "median_h_to_come": 27.0,
        "deliveries": 4,
        "deliveries_refused": 1,
        "rows": 30,
        "rows_refused": 5,
        "rows_refused_percent": 16.67,
    }
    assert (by["Gwent"]["days_silent"], by["Gwent"]["rows_refused_percent"]) == (
        4,
        None,
    )
    assert (by["not known"]["days"], by["not known"]["deliveries_refused"]) == (0, 1)
    assert (by["all"]["days"], by["all"]["days_silent"]) == (8, 6)


def test_a_cell_like_a_formula_is_neutralised() -> None:
    rows = tuple((text, -5, None) for text in ("=1+1", "+cmd", "-x", "@a", "plain"))
    table = Decision(Grid(("=area", "n", "none"), rows), (), {}, "")
    told = list(csv.reader(io.StringIO(performance_file.csv_text(table))))
    assert [row[0] for row in told] == [
        "'=area",
        "'=1+1",
        "'+cmd",
        "'-x",
        "'@a",
        "plain",
    ]
    assert told[1][1:] == ["-5", ""]


def test_a_file_is_written_whole_under_its_name(tmp_path: Path) -> None:
    table = cohort_tables.lead_agencies({"NPS": 1})
    performance_file.write(tmp_path / "out.csv", table)
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "NPS,1,100.0"
    for wrong in (tmp_path / "out.xls", tmp_path / "none" / "out.csv"):
        with pytest.raises(UsageError):
            performance_file.write(wrong, table)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("source = 'x'\nidiom = 3", PolicyError),
        ("[lead_agencies]\nNPS = 1", PolicyError),
        ("source = 'x'\nagencies = {NPS = 1}", PolicyError),
        ("source = ", PolicyError),
        (None, UsageError),
    ],
)
def test_totals_that_cannot_be_read(
    tmp_path: Path, text: str | None, error: type[Exception]
) -> None:
    path = tmp_path / "totals.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error):
        framework.published(path)


IDIOM = """source = "x"
[[idiom]]
cohort = "c"
nominals = {nominals}
male = 3
female = 2
offences_a_year = {{ pre = {pre}, during_post = 1, printed = {{ {printed} = 1 }} }}
cost_a_year = {{ pre = 1, during_post = 1 }}
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nominals": 4}, "more of each sex"),
        ({"pre": -1}, "below zero"),
        ({"printed": "differrence"}, "differrence"),
        ({}, None),
    ],
)
def test_totals_that_cannot_be(
    tmp_path: Path, change: dict[str, object], told: str | None
) -> None:
    path = tmp_path / "totals.toml"
    values = {"nominals": 6, "pre": 2, "printed": "difference", **change}
    path.write_text(IDIOM.format(**values))
    if told is None:
        assert framework.published(path).idiom[0].nominals == 6
        return
    with pytest.raises(PolicyError, match=told):
        framework.published(path)


def test_totals_hold_only_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "totals.toml"
    path.write_text("source = 'x'\n[lead_agencies]\nNPS = 1\n")
    told, today = framework.published(path), date(2026, 3, 10)
    assert from_totals(TableName.LEAD_AGENCIES, told, today).value.rows[0][1] == 1
    for name in set(TableName) - {TableName.LEAD_AGENCIES}:
        with pytest.raises(UsageError, match="they do for: lead-agencies"):
            from_totals(name, told, today)


def test_choices_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "framework.toml"
    path.write_text(
        "batch_due_h = 12\n[areas.Leicestershire]\nCity = ['LE1']\n"
        "[other_area]\nLeicestershire = 'County'\n"
    )
    chosen = framework.framework(path)
    assert (chosen.batch_due_h, chosen.period_months) == (12, CHOICES.period_months)
    areas = [chosen.area("Leicestershire", lpu) for lpu in ("LE1", "LE9", None)]
    assert areas == ["City", "County", None]
    assert chosen.area("Kent", "K1") == "K1"
    for wrong in ("batch_due_h = 0", "due = 1", "[offence_costs]\n34 = -1"):
        path.write_text(wrong)
        with pytest.raises(PolicyError):
            framework.framework(path)


def test_the_days_that_are_asked_for() -> None:
    asked = question(None, None, None, NOON, 3)
    assert asked.period == Period(date(2025, 12, 10), date(2026, 3, 10))
    with pytest.raises(InputError, match="before it begins"):
        question(date(2026, 3, 2), date(2026, 3, 1), None, NOON, 3)
