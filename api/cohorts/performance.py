"""The performance framework: each table by its name, from our own data or from totals.

Read, decide: nothing is written. A table is a decision: rows, rules, one sentence.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from geocorr.dates import LONDON, months_later, years_later
from geocorr.errors import InputError, UsageError
from geocorr.performance import cohort_tables, flow, idiom, projection
from geocorr.performance.choices import Framework
from geocorr.performance.grid import Period, Table
from geocorr.wording import counted
from loaders.framework import Counted, Published
from sql import performance
from sql.db import Connection


class TableName(StrEnum):
    """The tables, as commands and routes call them."""

    IDIOM = "idiom"
    LEAD_AGENCIES = "lead-agencies"
    REDUCTION = "reduction"
    GROWTH = "growth"
    HOUSING = "housing"
    HITS = "hits"
    BATCHES = "batches"


@dataclass(frozen=True, slots=True)
class Question:
    """Of which days and force a table is asked, as at which time.

    A table of one day is that of the period's last; no force = all of them.
    """

    period: Period
    force: str | None
    now: datetime

    @property
    def today(self) -> date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()


Maker = Callable[[Connection, Question, Framework], Awaitable[Table]]


def question(
    first: date | None, last: date | None, force: str | None, now: datetime, months: int
) -> Question:
    """What is asked: to today and so many months back unless it is said otherwise.

    InputError for a period that ends before it begins.
    """
    end = last or now.astimezone(LONDON).date()
    begin = first or months_later(end, -months)
    try:
        return Question(Period(begin, end), force, now)
    except ValueError as wrong:
        raise InputError(f"There are no such days: {wrong}.") from wrong


async def made(
    conn: Connection, name: TableName, asked: Question, choices: Framework
) -> Table:
    """A table from our own data."""
    return await _MAKERS[name](conn, asked, choices)


def from_totals(name: TableName, told: Published, today: date) -> Table:
    """A table from totals that others published; UsageError where there are none."""
    make = _FROM_TOTALS.get(name)
    table = make and make(told, today)
    if table is None:
        there = [n for n, f in _FROM_TOTALS.items() if f(told, today) is not None]
        raise UsageError(
            f"These totals hold nothing for {name}; they do for: "
            f"{', '.join(there) or 'no table'}."
        )
    return table


async def _idiom(conn: Connection, asked: Question, choices: Framework) -> Table:
    """WMP2-44 as at the period's last day."""
    day = asked.period.last
    whose = await performance.managed(conn, asked.force, day)
    found = await performance.offences_of(
        conn, whose, choices.pre_months, day, choices.ending_outcomes
    )
    told = projection.project(whose, found, day, choices)
    return idiom.table(told.cohorts, _made_of(told, day, choices))


def _made_of(told: projection.Projected, day: date, choices: Framework) -> str:
    return (
        f"our entries of crimes as at {day} (before: {choices.pre_months} months; "
        f"{counted(told.too_short, 'nominal')} managed for less than "
        f"{choices.shortest_days} days left out; "
        f"{counted(told.without_cost, 'offence')} without a cost; costs: "
        f"{choices.costs_source}; time in custody is not known, so a fall is no proof)"
    )


async def _lead_agencies(
    conn: Connection, asked: Question, choices: Framework
) -> Table:
    """LEICS-5 as at the period's last day."""
    cases = await performance.lead_agencies(conn, asked.force, asked.period.last)
    return cohort_tables.lead_agencies(cases)


async def _reduction(conn: Connection, asked: Question, choices: Framework) -> Table:
    """LEICS-10 against the same days of the year before."""
    years, period = choices.compare_years, asked.period
    before = Period(years_later(period.first, -years), years_later(period.last, -years))
    found = [
        (
            part,
            await performance.offences_in(
                conn, asked.force, part, period, choices.ending_outcomes
            ),
        )
        for part in (before, period)
    ]
    return cohort_tables.reduction(found[0], found[1], asked.today)


async def _growth(conn: Connection, asked: Question, choices: Framework) -> Table:
    """LEICS-12 on the period's last day and that of the years before."""
    years = range(choices.growth_years + 1)
    days = [years_later(asked.period.last, -back) for back in years]
    return cohort_tables.growth(
        await performance.count_managed(conn, asked.force, days)
    )


async def _housing(conn: Connection, asked: Question, choices: Framework) -> Table:
    """LEICS-23 as at the period's last day."""
    day = asked.period.last
    found = await performance.housing_needs(
        conn, asked.force, day, choices.housing_pathway
    )
    needs: Counter[tuple[str | None, str]] = Counter()
    for force, lpu, kind, n in found:
        needs[choices.area(force or "", lpu), kind] += n
    ((_, cohort),) = await performance.count_managed(conn, asked.force, [day])
    return cohort_tables.housing(needs, cohort)


async def _hits(conn: Connection, asked: Question, choices: Framework) -> Table:
    """GWENT-5.3, hits; an end that is yet to come is now."""
    begins = _midnight(asked.period.first)
    ends = min(_midnight(asked.period.last + timedelta(days=1)), asked.now)
    found = await performance.reviewed(conn, asked.force, begins, ends)
    return flow.hits_table(found, begins, ends)


async def _batches(conn: Connection, asked: Question, choices: Framework) -> Table:
    """GWENT-5.3, batches; a day on which they are not due yet is not asked about."""
    due_h = choices.batch_due_h
    last_due = (asked.now - timedelta(hours=due_h)).astimezone(LONDON).date()
    last = min(asked.period.last, last_due)
    if last < asked.period.first:
        raise InputError(f"No batch of these days is due yet: ask for days to {last}.")
    period = Period(asked.period.first, last)
    found = await performance.deliveries(conn, asked.force, period)
    forces = await performance.sending_forces(conn, asked.force, period)
    return flow.batches_table(found, forces, period, due_h)


def days_of(name: TableName, asked: Question) -> str:
    """The days that a table is of, or the one that it is as at."""
    of_days = (TableName.REDUCTION, TableName.HITS, TableName.BATCHES)
    return str(asked.period) if name in of_days else f"As at {asked.period.last}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


_MAKERS: Mapping[TableName, Maker] = {
    TableName.IDIOM: _idiom,
    TableName.LEAD_AGENCIES: _lead_agencies,
    TableName.REDUCTION: _reduction,
    TableName.GROWTH: _growth,
    TableName.HOUSING: _housing,
    TableName.HITS: _hits,
    TableName.BATCHES: _batches,
}


def _printed_reduction(told: Published, today: date) -> Table | None:
    if told.reduction is None:
        return None
    return cohort_tables.reduction(
        _counted(told.reduction.before), _counted(told.reduction.after), today
    )


def _counted(part: Counted) -> tuple[Period, int]:
    try:
        return Period(part.first, part.last), part.offences
    except ValueError as wrong:
        raise InputError(f"There are no such days: {wrong}.") from wrong


def _printed_housing(told: Published, today: date) -> Table | None:
    needs: Counter[tuple[str | None, str]] = Counter()
    for need in told.housing:
        needs[need.area, need.type] += need.nominals
    return cohort_tables.housing(needs, told.managed) if needs else None


_FROM_TOTALS: Mapping[TableName, Callable[[Published, date], Table | None]] = {
    TableName.IDIOM: lambda told, _: (
        idiom.table(told.idiom, told.source) if told.idiom else None
    ),
    TableName.LEAD_AGENCIES: lambda told, _: (
        cohort_tables.lead_agencies(told.lead_agencies) if told.lead_agencies else None
    ),
    TableName.GROWTH: lambda told, _: (
        cohort_tables.growth(list(told.growth.items())) if told.growth else None
    ),
    TableName.REDUCTION: _printed_reduction,
    TableName.HOUSING: _printed_housing,
}
