"""The audit log: who did what, when. Written once; no coordinates, no names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sql import queries
from sql.db import Connection

Q = queries.read("audit")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act; `at` is UTC."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


async def note(
    conn: Connection,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write an entry in the caller's transaction."""
    await conn.execute(Q["note"], actor, action, subject, detail or {})


async def entries(conn: Connection, limit: int = 100) -> list[Entry]:
    """The latest entries, newest first."""
    return [Entry(**row) for row in await conn.fetch(Q["entries"], limit)]
