"""Runs: one execution of matching, with the policy and versions of all it used."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sql import queries
from sql.db import Connection, Record

Q = queries.read("runs")


@dataclass(frozen=True, slots=True)
class Run:
    """One run without its policy; `timing` in seconds."""

    id: int
    kind: str
    batch: int | None
    state: str
    started_at: datetime
    finished_at: datetime | None
    policy_hash: str
    software_version: str
    timing: Mapping[str, float]
    counts: Mapping[str, int]


async def start(
    conn: Connection,
    kind: str,
    batch: int | None,
    decided_by: tuple[Mapping[str, object], str, str],
) -> int:
    """Begin a run; `decided_by` = policy, its hash, software version. Its id."""
    run: int = await conn.fetchval(Q["start_run"], kind, batch, *decided_by)
    return run


async def finish(
    conn: Connection,
    run: int,
    timing: Mapping[str, float],
    counts: Mapping[str, int],
) -> None:
    """End a run with its timing (seconds) and counts."""
    await conn.execute(Q["finish_run"], run, timing, counts)


async def find(
    conn: Connection,
    batch: int | None = None,
    kind: str | None = None,
    page: tuple[int, int] = (50, 0),
) -> tuple[int, list[Run]]:
    """How many runs there are, and a `page` (limit, offset) of them, newest first."""
    rows = await conn.fetch(Q["list_runs"], batch, *page, kind)
    listed = [row for row in rows if row["id"] is not None]
    named = ({f.name: row[f.name] for f in fields(Run)} for row in listed)
    return rows[0]["total"], [Run(**values) for values in named]


async def one(conn: Connection, run: int) -> Record | None:
    """One run with its policy."""
    return await conn.fetchrow(Q["read_run"], run)


async def matched_otherwise(conn: Connection, policy_hash: str) -> list[str]:
    """Ids of the batches that were last matched by another policy than this one."""
    rows = await conn.fetch(Q["matched_otherwise"], policy_hash)
    return [row["batch_id"] for row in rows]
