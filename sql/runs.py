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


async def listed(
    conn: Connection, batch: int | None = None, limit: int = 50, offset: int = 0
) -> list[Record]:
    """Runs, newest first; each row carries the total."""
    return (await _page(conn, batch, limit, offset))[1]


async def find(
    conn: Connection, batch: int | None = None, limit: int = 50, offset: int = 0
) -> tuple[int, list[Run]]:
    """How many runs there are, and a page of them, newest first."""
    total, rows = await _page(conn, batch, limit, offset)
    named = ({f.name: row[f.name] for f in fields(Run)} for row in rows)
    return total, [Run(**values) for values in named]


async def _page(
    conn: Connection, batch: int | None, limit: int, offset: int
) -> tuple[int, list[Record]]:
    rows = await conn.fetch(Q["list_runs"], batch, limit, offset)
    return rows[0]["total"], [row for row in rows if row["id"] is not None]


async def one(conn: Connection, run: int) -> Record | None:
    """One run with its policy."""
    return await conn.fetchrow(Q["read_run"], run)
