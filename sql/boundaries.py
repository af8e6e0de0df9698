"""Forces, Local Policing Units and districts, each for its time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from geocorr.errors import ConflictError
from sql import queries
from sql.db import Connection, transaction

Q = queries.read("boundaries")


@dataclass(frozen=True, slots=True)
class StoredBoundary:
    """An area as WKB of a multipolygon in working-CRS metres, half-open in time."""

    force: str
    code: str
    name: str
    kind: str
    wkb: bytes
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """How an area is called."""

    force: str
    code: str
    name: str


async def store(conn: Connection, boundaries: Iterable[StoredBoundary]) -> None:
    """Add areas; one with the same code and begin is replaced.

    ConflictError where one code would have two areas at one time; nothing is stored.
    """
    given = list(boundaries)
    try:
        async with transaction(conn):
            await _forget(conn, given)
            await _insert(conn, given)
    except asyncpg.ExclusionViolationError as overlap:
        raise ConflictError(
            "One code would have two areas at one time: give the earlier one an end. "
            f"{overlap.detail}"
        ) from overlap


async def boundaries(conn: Connection, kind: str, at: datetime) -> list[StoredBoundary]:
    """The areas of a kind that hold at a time, by code."""
    rows = await conn.fetch(Q["boundaries"], kind, at)
    return [StoredBoundary(**row) for row in rows]


async def names(conn: Connection, kind: str, at: datetime) -> list[Name]:
    """How the areas of a kind that hold at a time are called, by force and code."""
    return [Name(**row) for row in await conn.fetch(Q["names"], kind, at)]


async def outlines(
    conn: Connection, codes: Sequence[str], at: datetime, rough_m: float
) -> list[StoredBoundary]:
    """These LPUs at a time, their lines off by up to so many metres."""
    rows = await conn.fetch(Q["outlines"], codes, at, rough_m)
    return [StoredBoundary(**row) for row in rows]


async def _forget(conn: Connection, given: list[StoredBoundary]) -> None:
    await conn.executemany(Q["forget"], [(b.kind, b.code, b.valid_from) for b in given])


async def _insert(conn: Connection, given: list[StoredBoundary]) -> None:
    rows = [
        (
            b.force,
            b.code,
            b.name,
            b.kind,
            asyncpg.Range(b.valid_from, b.valid_to),
            b.wkb,
        )
        for b in given
    ]
    await conn.executemany(Q["insert"], rows)
