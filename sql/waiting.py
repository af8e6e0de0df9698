"""What waits for the central team: files that failed, hits to look at, hits to send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geocorr.model import Outcome
from geocorr.performance.review import Stage
from sql import queries
from sql.db import Connection

Q = queries.read("waiting")


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A delivery of which nothing was taken, and why."""

    id: int
    force: str | None
    batch_id: str | None
    received_at: datetime
    sender: str
    outcome: Outcome
    cause: str | None
    rejected: int


@dataclass(frozen=True, slots=True)
class UnreviewedBatch:
    """A delivery with hits that nobody has looked at."""

    id: int
    force: str | None
    batch_id: str | None
    received_at: datetime
    hits: int


async def failed_files(
    conn: Connection, since: datetime, limit: int
) -> list[FailedFile]:
    """The latest files that failed and that nothing accepted has made good."""
    rows = await conn.fetch(Q["failed_files"], since, limit)
    return [
        FailedFile(
            row["id"],
            row["force"],
            row["batch_id"],
            row["received_at"],
            row["sender"],
            Outcome(row["outcome"]),
            row["cause"],
            row["n_rejected"],
        )
        for row in rows
    ]


async def unreviewed_batches(
    conn: Connection, limit: int, count_to: int
) -> list[UnreviewedBatch]:
    """The latest batches with unreviewed hits; each counted to `count_to` at most."""
    rows = await conn.fetch(Q["unreviewed_batches"], limit, count_to)
    return [UnreviewedBatch(*row) for row in rows]


async def silent(conn: Connection, since: datetime) -> list[tuple[str, datetime]]:
    """Forces of which no file was taken since then, and when the last one was."""
    return [tuple(row) for row in await conn.fetch(Q["silent_since"], since)]


async def to_send(conn: Connection) -> dict[str, int]:
    """How many qualified hits wait to be sent, by force."""
    rows = await conn.fetch(Q["qualified_by_force"])
    return {row["force"]: row["hits"] for row in rows}


async def at_stages(
    conn: Connection, stages: Sequence[Stage], count_to: int
) -> dict[Stage, int]:
    """How many hits stand at each stage; counted to `count_to` at most."""
    named = [stage.value for stage in stages]
    rows = await conn.fetch(Q["count_at_stages"], named, count_to)
    return {Stage(row["stage"]): row["hits"] for row in rows}


async def people_named(conn: Connection, name: str, limit: int) -> list[str]:
    """The nominals of this identifier, or whose family or given names begin so.

    Written as it is, in capitals, or with a capital first.
    """
    letters = (name, name.upper(), name.title())
    rows = await conn.fetch(Q["people_named"], name, *letters, limit)
    return [row["nominal_id"] for row in rows]
