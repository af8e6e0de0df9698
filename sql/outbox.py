"""WMP-5.2. Notices to departments: written with the score, then mailed and seen."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import NamedTuple

from geocorr.scoring.routing import NOTIFY, Notice
from sql import queries
from sql.db import Connection

Q = queries.read("outbox")


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice; `mail` = sent, failed, or None; by identifier, without a name."""

    id: int
    nominal_id: str
    kind: str
    day: date
    band_before: str | None
    band_after: str
    department: str
    email: str | None
    rules: list[str]
    because: str
    created_at: datetime
    mail: str | None
    seen_by: str | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices are asked for; None = any."""

    id: int | None = None
    department: str | None = None
    nominal_id: str | None = None
    seen: bool | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ToMail:
    """A notice that a mail is to leave for."""

    id: int
    nominal_id: str
    kind: str
    day: date
    band_before: str | None
    band_after: str
    department: str
    email: str
    because: str


class Whereabouts(NamedTuple):
    """By what a nominal's notices are routed."""

    force: str | None
    lpu: str | None
    flags: tuple[str, ...]


async def put(conn: Connection, notices: Sequence[Notice]) -> None:
    """Write notices in the caller's transaction, which also writes the scores."""
    rows = [
        (
            notice.change.nominal_id,
            notice.change.kind.value,
            notice.change.day,
            notice.change.before and notice.change.before.value,
            notice.change.after.value,
            notice.department,
            notice.email,
            notice.told.because,
        )
        for notice in notices
    ]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await conn.execute(Q["put_notices"], *columns, [NOTIFY])


async def find(
    conn: Connection,
    asked: NoticeFilter,
    limit: int = 50,
    offset: int = 0,
    *,
    unseen_first: bool = False,
) -> tuple[int, list[StoredNotice]]:
    """How many notices there are, and a page of them, newest first."""
    page = (limit, offset, unseen_first)
    rows = await conn.fetch(Q["find_notices"], *astuple(asked), *page)
    names = StoredNotice.__dataclass_fields__
    listed = [row for row in rows if row["id"] is not None]
    found = [StoredNotice(**{name: row[name] for name in names}) for row in listed]
    return rows[0]["total"], found


async def lock_mail(conn: Connection) -> bool:
    """Whether we are the only mailer, until the transaction ends."""
    alone: bool = await conn.fetchval(Q["lock_mail"])
    return alone


async def to_mail(conn: Connection, attempts: int, most: int) -> list[ToMail]:
    """Notices that a mail is to leave for, oldest first."""
    rows = await conn.fetch(Q["notices_to_mail"], attempts, most)
    return [ToMail(**row) for row in rows]


async def keep_steps(
    conn: Connection, notices: Sequence[int], step: str, by: str, detail: str = ""
) -> None:
    """Append what became of notices: sent, failed or seen."""
    await conn.execute(Q["keep_notice_steps"], notices, step, by, detail)


async def whereabouts(
    conn: Connection, day: date, nominal_ids: Sequence[str]
) -> dict[str, Whereabouts]:
    """Force, LPU and flags of these nominals on a day."""
    rows = await conn.fetch(Q["whereabouts"], day, nominal_ids)
    return {
        row["nominal_id"]: Whereabouts(row["force"], row["lpu"], tuple(row["flags"]))
        for row in rows
    }
