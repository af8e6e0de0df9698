"""The audit log: who did what, when, why. Written once; no coordinates, no names.

Each entry gets its place in a chain of hashes as its transaction commits (see the
schema); `geocorr.keeping.chain` reckons them anew.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from geocorr.keeping.chain import Link
from geocorr.model import to_us
from sql import queries
from sql.db import Connection, Record

Q = queries.read("audit")

_LINKS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One act; `at` is UTC."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]
    why: str = ""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are asked for; None = any.

    `subject` as it stands there, or the number of a nominal, in whose entry or list of
    nominals it is; times are half-open.
    """

    subject: str | None = None
    actor: str | None = None
    action: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where retention cut the chain off: nothing up to link `seq` is left."""

    seq: int
    hash: bytes
    entries: int
    first_at: datetime
    last_at: datetime
    anchored_at: datetime


async def note(
    conn: Connection,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    """Write an entry in the caller's transaction; `why` in the actor's own words."""
    await conn.execute(Q["note"], actor, action, subject, detail or {}, why)


async def entries(conn: Connection, limit: int = 100) -> list[Entry]:
    """The latest entries, newest first."""
    return [_entry(row) for row in await conn.fetch(Q["entries"], limit)]


async def find(
    conn: Connection, asked: EntryFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[Entry]]:
    """How many entries there are, and a page of them, newest first."""
    rows = await conn.fetch(Q["find_entries"], *astuple(asked), limit, offset)
    return rows[0]["total"], [_entry(row) for row in rows if row["id"] is not None]


async def anchor(conn: Connection) -> Anchor | None:
    """Where the chain was last cut off; None where it is whole."""
    row = await conn.fetchrow(Q["last_anchor"])
    return None if row is None else Anchor(**row)


async def links(conn: Connection) -> AsyncIterator[list[Link]]:
    """The chain from its first link on, some thousands at a time.

    Inside a transaction of one moment, or what is written meanwhile is told too.
    """
    after = 0
    while rows := await conn.fetch(Q["read_links"], after, _LINKS_AT_ONCE):
        yield [_link(row) for row in rows]
        after = rows[-1]["seq"]


async def unlinked(conn: Connection) -> int:
    """How many entries stand outside the chain: none, unless somebody meddled."""
    count: int = await conn.fetchval(Q["count_unlinked"])
    return count


async def due(conn: Connection, until: datetime, held: Mapping[str, list[str]]) -> int:
    """The last link of those that may go: all up to it are of `until` or earlier.

    And none is of a nominal, a crime or a hit that is held, `held` by these names; 0
    where none may go.
    """
    upto: int = await conn.fetchval(
        Q["find_forgettable"], until, held["nominals"], held["crimes"]
    )
    return upto


async def count_to(conn: Connection, seq: int) -> Record:
    """How many entries lie up to a link, and of which times."""
    return await conn.fetchrow(Q["count_to"], seq)


async def forget(conn: Connection, seq: int, who: str, retention_hash: str) -> int:
    """Cut the chain off after this link and leave an anchor; how many entries went."""
    gone: int = await conn.fetchval(Q["forget_to"], seq, who, retention_hash)
    return gone


def _entry(row: Record) -> Entry:
    names = ("id", "at", "actor", "action", "subject", "detail", "why")
    return Entry(*(row[name] for name in names))


def _link(row: Record) -> Link:
    at_us = 0 if row["at"] is None else to_us(row["at"])
    texts = ("actor", "action", "subject", "detail", "why")
    return Link(
        row["seq"],
        row["prev_hash"],
        row["hash"],
        row["entry"],
        at_us,
        *(row[name] or "" for name in texts),
    )
