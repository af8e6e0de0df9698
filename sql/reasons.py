"""Why people asked for more than their work shows: appended, never edited."""

from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

from sql import queries
from sql.db import Connection

Q = queries.read("reasons")


class Purpose(StrEnum):
    """What a reason opens."""

    LONGER_SLICE = "longer slice"
    NAMES = "names"
    LOCATIONS = "locations"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see, and why; times where a stretch of a trail is meant.

    `subject` as the audit has it: `hit 7`, `run 12`, `nominal N0011`.
    """

    purpose: Purpose
    subject: str
    from_at: datetime | None
    to_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """A reason as it was given."""

    id: int
    purpose: Purpose
    subject: str
    from_at: datetime | None
    to_at: datetime | None
    reason: str
    given_at: datetime


async def give(conn: Connection, account: str, asked: Asked) -> int:
    """Record a reason; its number."""
    number: int = await conn.fetchval(Q["give_reason"], account, *astuple(asked))
    return number


async def given(
    conn: Connection, number: int, account: str, purpose: Purpose, subject: str
) -> Given | None:
    """A reason of this account, purpose and subject; None where there is no such."""
    row = await conn.fetchrow(Q["given_reason"], number, account, purpose, subject)
    return Given(**{**row, "purpose": Purpose(row["purpose"])}) if row else None
