"""The work list of a force: hits that were sent to it, the strongest first."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from sql import queries
from sql.db import Connection

Q = queries.read("worklist")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which hits stand on the list; None = any, but for the stages."""

    stages: tuple[str, ...]
    force: str | None = None
    verdict: str | None = None
    crime_type: str | None = None
    nominal_id: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The hits next to one on a list; None at its ends."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looked at a hit, by log-in name, and when last."""

    hit: int
    account: str
    at: datetime


async def page(
    conn: Connection, asked: Listing, limit: int = 50, offset: int = 0
) -> tuple[int, list[int]]:
    """How many hits stand on the list, and the numbers of a page of them."""
    rows = await conn.fetch(Q["list_worklist"], *astuple(asked), limit, offset)
    return rows[0]["total"], [row["hit"] for row in rows if row["hit"] is not None]


async def beside(conn: Connection, asked: Listing, hit: int) -> Beside:
    """The hits before and after one; of a hit that is on no list there are none."""
    row = await conn.fetchrow(Q["beside_on_worklist"], *astuple(asked), hit)
    return Beside(row["before"], row["after"])


async def crime_types(conn: Connection, asked: Listing) -> list[str]:
    """The types of crime that the list can be narrowed to."""
    rows = await conn.fetch(Q["crime_types"], asked.stages, asked.force)
    return [row["crime_type"] for row in rows]


async def lookers(
    conn: Connection, hits: Sequence[int], since: datetime
) -> list[Looker]:
    """Who looked at these hits since a time, the latest look of each first."""
    rows = await conn.fetch(Q["lookers"], hits, since)
    return [Looker(**row) for row in rows]
