"""What the performance framework's tables are made of, each by one set-based query."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from geocorr.performance.flow import Delivery, Reviewed
from geocorr.performance.grid import Period
from geocorr.performance.projection import Managed, Offences
from geocorr.performance.review import Word
from sql import queries
from sql.db import Connection

Q = queries.read("performance")
_HOUR = timedelta(hours=1)


async def managed(conn: Connection, force: str | None, day: date) -> list[Managed]:
    """Nominals with an IOM case by a day, and since when."""
    return [Managed(*row) for row in await conn.fetch(Q["managed"], force, day)]


async def count_managed(
    conn: Connection, force: str | None, days: Sequence[date]
) -> list[tuple[date, int]]:
    """How many nominals were managed on each of these days."""
    rows = await conn.fetch(Q["count_managed"], force, days)
    return [(row["day"], row["nominals"]) for row in rows]


async def offences_of(
    conn: Connection,
    whose: Sequence[Managed],
    pre_months: int,
    day: date,
    ending: Sequence[str],
) -> list[Offences]:
    """How often they offended before their management, and since, by day and code."""
    nominals, days = [m.nominal_id for m in whose], [m.since for m in whose]
    asked = (nominals, days, pre_months, day, ending, [m.is_open for m in whose])
    rows = await conn.fetch(Q["offences_of"], *asked)
    return [Offences(*row) for row in rows]


async def offences_in(
    conn: Connection,
    force: str | None,
    period: Period,
    managed_in: Period,
    ending: Sequence[str],
) -> int:
    """Offences in a period by those managed at some time in another."""
    days = (managed_in.first, managed_in.last, period.first, period.last)
    n: int = await conn.fetchval(Q["offences_in"], force, *days, ending)
    return n


async def lead_agencies(
    conn: Connection, force: str | None, day: date
) -> dict[str, int]:
    """Open IOM cases by lead agency; "" where none is recorded."""
    rows = await conn.fetch(Q["lead_agencies"], force, day)
    return {row["agency"]: row["cases"] for row in rows}


async def housing_needs(
    conn: Connection, force: str | None, day: date, pathway: str
) -> list[tuple[str | None, str | None, str, int]]:
    """Owner's force and LPU, type of accommodation, and how many nominals need it."""
    rows = await conn.fetch(Q["housing_needs"], force, day, pathway)
    return [tuple(row) for row in rows]


async def reviewed(
    conn: Connection, force: str | None, begins: datetime, ends: datetime
) -> list[Reviewed]:
    """Findings that people said something of in a period, or that waited at its end."""
    rows = await conn.fetch(Q["reviewed"], force, ends, begins)
    return [
        Reviewed(**{**row, "decision": row["decision"] and Word(row["decision"])})
        for row in rows
    ]


async def deliveries(
    conn: Connection, force: str | None, period: Period
) -> list[Delivery]:
    """Attempts that came, or were of a day, within the period."""
    rows = await conn.fetch(Q["deliveries"], force, period.first, period.last)
    return [
        Delivery(
            row["force"],
            row["day"],
            None if row["after"] is None else _hours(row["after"]),
            row["accepted"],
            row["n_read"],
            row["n_rejected"],
        )
        for row in rows
    ]


async def sending_forces(
    conn: Connection, force: str | None, period: Period
) -> list[str]:
    """Forces that had sent by the period's end."""
    rows = await conn.fetch(Q["sending_forces"], force, period.last)
    return [row["force"] for row in rows]


def _hours(after: timedelta) -> Fraction:
    return Fraction(
        after // timedelta(microseconds=1), _HOUR // timedelta(microseconds=1)
    )
