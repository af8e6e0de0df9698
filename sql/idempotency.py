"""Answers kept by Idempotency-Key: a request that comes again gets the same one.

How long they are kept is retention's (`sql.purges`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sql import queries
from sql.db import Connection

Q = queries.read("idempotency")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered: the hash of what was asked, the status, the document."""

    request: bytes
    status: int
    answer: Mapping[str, object]


async def lock(conn: Connection, key: str) -> None:
    """Wait until no other transaction answers this key."""
    await conn.execute(Q["lock_key"], key)


async def find(conn: Connection, key: str) -> Kept | None:
    """What this key was answered; None where it is new."""
    row = await conn.fetchrow(Q["find_answer"], key)
    return None if row is None else Kept(**row)


async def keep(conn: Connection, key: str, kept: Kept) -> None:
    """Give this key this answer from now on."""
    await conn.execute(Q["keep_answer"], key, kept.request, kept.status, kept.answer)
