"""WMP-6.5. Where nominals offend, and whose band is high: what areas share them for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sql import queries
from sql.db import Connection

Q = queries.read("offending")


@dataclass(frozen=True, slots=True)
class KnownOffence:
    """A charged or cautioned offence; its place (working-CRS metres) if known."""

    nominal_id: str
    event_on: date
    force: str | None
    x_m: float | None
    y_m: float | None


async def offences(
    conn: Connection,
    days: tuple[date, date],
    endings: Sequence[str],
    ids: Sequence[str] | None = None,
) -> list[KnownOffence]:
    """WMP-6.5. Charged or cautioned offences after the first day, to the second.

    Those that ended in one of `endings` do not count.
    """
    rows = await conn.fetch(Q["offences"], ids, *days, list(endings))
    return [KnownOffence(**row) for row in rows]


async def high_risk(
    conn: Connection, day: date, ids: Sequence[str] | None = None
) -> set[str]:
    """Whose last band by a day is HIGH."""
    return {row[0] for row in await conn.fetch(Q["high_risk"], ids, day)}
