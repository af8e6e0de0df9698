"""Consultations on bail addresses, and transfers between forces: asked, answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sql import queries
from sql.db import Connection

Q = queries.read("consultations")

# A force, and its LPU where one is meant.
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to another area and, once it is there, the answer.

    `asked_by` None: the software asked, because a bail address lies there.
    """

    id: int
    kind: str
    nominal_id: str
    address: int | None
    owner_force: str
    owner_lpu: str | None
    force: str
    lpu: str | None
    rules: Sequence[str]
    because: str
    asked_by: str | None
    asked_at: datetime
    answer: str | None
    said_by: str | None
    reason: str | None
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asking:
    """Which consultations; None = any."""

    consultation: int | None = None
    nominal_id: str | None = None
    force: str | None = None
    lpu: str | None = None
    pending: bool | None = None


async def lock(conn: Connection) -> None:
    """Let one ask or answer at a time, until the transaction ends."""
    await conn.execute(Q["lock_consultations"])


async def ask_bail(
    conn: Connection,
    of: tuple[str, int],
    areas: tuple[Place, Place],
    told: tuple[Sequence[str], str],
) -> int | None:
    """Ask about a bail address; None where that was asked before.

    `of` = nominal and address, `areas` = owner and who is asked, `told` = rules, words.
    """
    owner, asked = areas
    rules, because = told
    number: int | None = await conn.fetchval(
        Q["ask_bail"], *of, *owner, *asked, list(rules), because
    )
    return number


async def ask_transfer(
    conn: Connection,
    nominal_id: str,
    areas: tuple[Place, Place],
    told: tuple[Sequence[str], str],
    by: str,
) -> int:
    """Ask another force to take a nominal over; its number."""
    owner, asked = areas
    rules, because = told
    number: int = await conn.fetchval(
        Q["ask_transfer"], nominal_id, *owner, *asked, list(rules), because, by
    )
    return number


async def find(conn: Connection, asked: Asking) -> list[Consultation]:
    """Consultations and transfers, what is pending first, the oldest first."""
    rows = await conn.fetch(
        Q["find_consultations"],
        asked.consultation,
        asked.nominal_id,
        asked.force,
        asked.lpu,
        asked.pending,
    )
    return [Consultation(**row) for row in rows]


async def answer(
    conn: Connection, consultation: int, answer: str, said: tuple[str, str]
) -> None:
    """Store the answer; `said` = who and why."""
    await conn.execute(Q["answer_consultation"], consultation, answer, *said)
