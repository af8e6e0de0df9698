"""Storing by COPY in a table under row security, which COPY does not go through.

The worker's policies let all through, but COPY asks no policy: rows go by way of a
stage. Not so where we own the tables, as on a database without our roles.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sql import queries
from sql.db import Connection

Q = queries.read("guarded")


@asynccontextmanager
async def copy_into(
    conn: Connection, table: str, columns: Sequence[str]
) -> AsyncIterator[str]:
    """The table to COPY into, whose rows stand in `table` after the block.

    Inside a transaction. Names are ours, never a user's.
    """
    if not await _guarded(conn, table):
        yield table
        return
    stage, names = f"{table}_to_store", ", ".join(columns)
    await conn.execute(
        f"create temporary table {stage} on commit drop as"  # noqa: S608
        f" select {names} from {table} with no data"
    )
    yield stage
    await conn.execute(
        f"insert into {table} ({names}) select {names} from {stage};"  # noqa: S608
        f" drop table {stage}"
    )


async def _guarded(conn: Connection, table: str) -> bool:
    guarded: bool = await conn.fetchval(Q["is_guarded"], table)
    return guarded
