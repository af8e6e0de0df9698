"""What goes because its time is over: what is due, its removal, and the record of it.

Removal is by functions of the schema alone, which know what is held and refuse what is
of the last four weeks, whatever they are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sql import queries
from sql.db import Connection, Record
from sql.evidence_pieces import OF_HITS_BYTES

Q = queries.read("purges")


@dataclass(frozen=True, slots=True)
class Due:
    """How many are due and of which times, and how many are kept because held."""

    n: int
    held: int = 0
    from_at: datetime | None = None
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What one removal took: how many of what, and of which times."""

    counts: Mapping[str, int]
    from_at: datetime | None = None
    to_at: datetime | None = None

    @property
    def any(self) -> bool:
        """Did anything go?"""
        return any(self.counts.values())


@dataclass(frozen=True, slots=True)
class PurgeRecord:
    """One removal as it is on record."""

    id: int
    kind: str
    purged_at: datetime
    purged_by: str
    counts: Mapping[str, int]
    from_at: datetime | None
    to_at: datetime | None
    days: int
    retention_hash: str


async def due(conn: Connection, of: str, *asked: object) -> Due:
    """What a function of the schema, called `of`, says of its kind."""
    return Due(**await conn.fetchrow(Q["due"].format(of=of), *asked))


async def pairs_due(conn: Connection, qualified: bool, until: datetime) -> Due:
    """Tags and persons at crimes: qualified once, or never."""
    return await due(conn, "pairs_due($1, $2)", qualified, until)


async def lists_due(conn: Connection, until: datetime) -> Due:
    """Verdicts that were asked for."""
    return Due(**await conn.fetchrow(Q["due_lists"], until))


async def crimes_due(conn: Connection, until: datetime) -> Due:
    """Crimes of which no hit and no verdict is left."""
    return await due(conn, "crimes_due($1)", until)


async def files_due(conn: Connection, until: datetime) -> Due:
    """Files as they came, but for trail files."""
    return Due(**await conn.fetchrow(Q["due_files"], until))


async def trail_files_due(conn: Connection, until: datetime, margin: timedelta) -> Due:
    """Trail files as they came."""
    return Due(**await conn.fetchrow(Q["due_trail_files"], until, margin))


async def trail_days(conn: Connection, until: datetime) -> list[date]:
    """UTC days of trails that are over, oldest first."""
    return [row["day"] for row in await conn.fetch(Q["due_trail_days"], until)]


async def trails_due(conn: Connection, days: list[date], margin: timedelta) -> Due:
    """Rows of trails of these days."""
    return Due(**await conn.fetchrow(Q["due_trails"], days, margin))


async def keys_due(conn: Connection, until: datetime) -> Due:
    """Answers to repeated requests."""
    return Due(**await conn.fetchrow(Q["due_keys"], until))


async def log_ins_due(conn: Connection, until: datetime) -> Due:
    """Sessions that are over."""
    return Due(**await conn.fetchrow(Q["due_log_ins"], until))


async def forget_pairs(
    conn: Connection, qualified: bool, until: datetime, at_most: int
) -> Gone:
    """Remove hits with all that was found and said of them; the oldest first."""
    asked = (qualified, until, at_most, OF_HITS_BYTES)
    return as_gone(await conn.fetchrow(Q["forget_pairs"], *asked))


async def forget_lists(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove verdicts that were asked for, with their evidence."""
    return as_gone(await conn.fetchrow(Q["forget_lists"], until, at_most))


async def forget_crimes(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove crimes in all their versions."""
    return as_gone(await conn.fetchrow(Q["forget_crimes"], until, at_most))


async def forget_files(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove the bytes of files, and the rows of them that were refused."""
    return as_gone(await conn.fetchrow(Q["forget_files"], until, at_most))


async def forget_trail_files(
    conn: Connection, until: datetime, margin: timedelta, at_most: int
) -> Gone:
    """Remove the bytes of trail files."""
    asked = (until, margin, at_most)
    return as_gone(await conn.fetchrow(Q["forget_trail_files"], *asked))


async def forget_trail_day(conn: Connection, day: date, margin: timedelta) -> Gone:
    """Remove the trails of a UTC day, but of the devices that are kept."""
    return as_gone(await conn.fetchrow(Q["forget_trail_day"], day, margin))


async def forget_keys(conn: Connection, until: datetime) -> Gone:
    """Remove answers to repeated requests."""
    return as_gone(await conn.fetchrow(Q["forget_keys"], until))


async def forget_log_ins(conn: Connection, until: datetime) -> Gone:
    """Remove sessions that are over, tries to come in, and journeys."""
    return as_gone(await conn.fetchrow(Q["forget_log_ins"], until))


async def record(
    conn: Connection, kind: str, who: str, gone: Gone, by: tuple[int, str]
) -> None:
    """Put on record what went; `by` = the period in days and the retention's hash."""
    told = (dict(gone.counts), gone.from_at, gone.to_at)
    await conn.execute(Q["record_purge"], kind, who, *told, *by)


async def records(conn: Connection, limit: int = 100) -> list[PurgeRecord]:
    """What went so far, newest first."""
    return [PurgeRecord(**row) for row in await conn.fetch(Q["purge_records"], limit)]


def as_gone(row: Record) -> Gone:
    """What a function of the schema says that it took."""
    counts = {
        name.removeprefix("n_"): value
        for name, value in row.items()
        if name.startswith("n_") and name != "n_held"
    }
    return Gone(counts, row.get("first_at"), row.get("last_at"))
