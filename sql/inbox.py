"""The inbox of each LPU: what was given to it, and what it said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sql import queries
from sql.db import Connection

Q = queries.read("inbox")


@dataclass(frozen=True, slots=True)
class Given:
    """A nominal given to an LPU, by which decision and since when; what it answered."""

    nominal_id: str
    decision: int
    force: str
    lpu: str
    act: str
    rules: Sequence[str]
    because: str
    decided_by: str | None
    since: datetime
    escalated_at: datetime | None
    answer: str | None
    said_by: str | None
    reason: str | None
    said_at: datetime | None


async def inbox(
    conn: Connection,
    day: date,
    lpu: str | None = None,
    nominal_id: str | None = None,
    answered: bool = False,
) -> list[Given]:
    """What waits for an answer, oldest first; with `answered` also what has one."""
    rows = await conn.fetch(Q["inbox"], day, lpu, nominal_id, answered)
    return [Given(**row) for row in rows]


async def answer(
    conn: Connection, given: tuple[str, int, str], answer: str, said: tuple[str, str]
) -> None:
    """Append an answer; `given` = nominal, decision, LPU, `said` = who and why."""
    by, reason = said
    await conn.execute(Q["answer"], *given, answer, reason, by)


async def escalate(conn: Connection, silent: Sequence[Given]) -> list[int]:
    """Note these silences; returns the decisions that were not noted before."""
    columns = (
        [given.decision for given in silent],
        [given.nominal_id for given in silent],
        [given.lpu for given in silent],
    )
    rows = await conn.fetch(Q["escalate"], *columns)
    return [row[0] for row in rows]
