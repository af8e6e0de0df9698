"""Holds: investigations for which everything of a crime or a nominal is kept."""

from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from sql import queries
from sql.db import Connection

Q = queries.read("holds")


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold on a crime (force and reference) or on a nominal; `until` None = open."""

    force: str | None
    reference: str | None
    nominal_id: str | None
    reason: str
    until: date | None
    made_by: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold, whether it lives, and who ended it and why."""

    id: int
    force: str | None
    reference: str | None
    nominal_id: str | None
    reason: str
    until: date | None
    made_by: str
    made_at: datetime
    live: bool
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None

    @property
    def subject(self) -> str:
        """What is held, as the audit names it."""
        if self.nominal_id is not None:
            return f"nominal {self.nominal_id}"
        return f"crime {self.force}/{self.reference}"


async def add(conn: Connection, new: NewHold) -> int:
    """Hold from now on; the number of the hold."""
    number: int = await conn.fetchval(Q["add_hold"], *astuple(new))
    return number


async def end(conn: Connection, hold: int, reason: str, who: str) -> None:
    """End a hold; what it kept goes when its time is over."""
    await conn.execute(Q["end_hold"], hold, reason, who)


async def listed(conn: Connection, hold: int | None = None) -> list[Hold]:
    """Every hold or this one, the live ones first."""
    return [Hold(**row) for row in await conn.fetch(Q["list_holds"], hold)]


async def times(conn: Connection, margin: timedelta) -> list[tuple[datetime, datetime]]:
    """Of which times all trails are kept, both ends in."""
    return [tuple(row) for row in await conn.fetch(Q["held_times"], margin)]


async def subjects(conn: Connection) -> dict[str, list[str]]:
    """The crimes (FORCE/REF) and nominals that are held."""
    rows = await conn.fetch(Q["held_subjects"])
    return {
        f"{kind}s": [row["name"] for row in rows if row["kind"] == kind]
        for kind in ("crime", "nominal")
    }


async def worn(conn: Connection, nominal_id: str) -> bool:
    """Does an order name this nominal? Orders may come before the nominal's record."""
    there: bool = await conn.fetchval(Q["is_worn"], nominal_id)
    return there
