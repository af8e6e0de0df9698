"""Nominals and their addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from geocorr.model import Nominal
from sql import queries
from sql.db import Connection, transaction

Q = queries.read("nominals")


@dataclass(frozen=True, slots=True)
class StoredAddress:
    """One address, half-open in time; metres of the working CRS if known."""

    nominal_id: str
    kind: str
    line: str
    postcode: str | None = None
    x_m: float | None = None
    y_m: float | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    source: str | None = None
    recorded_at: datetime | None = None


async def upsert_nominals(conn: Connection, nominals: Iterable[Nominal]) -> None:
    """Add nominals; of a known one the new wording holds."""
    async with transaction(conn):
        await conn.executemany(Q["upsert_nominals"], [astuple(n) for n in nominals])


async def nominals(conn: Connection, ids: Sequence[str] | None = None) -> list[Nominal]:
    """These nominals, or all, by id."""
    rows = await conn.fetch(Q["nominals"], ids)
    return [Nominal(**{**row, "flags": tuple(row["flags"])}) for row in rows]


async def upsert_addresses(
    conn: Connection, addresses: Iterable[StoredAddress]
) -> None:
    """Add addresses; a known one (same nominal, kind, words, begin) is renewed."""
    async with transaction(conn):
        await conn.executemany(Q["upsert_addresses"], [astuple(a) for a in addresses])


async def addresses(
    conn: Connection, ids: Sequence[str] | None = None
) -> list[StoredAddress]:
    """The addresses of these nominals, or of all, oldest first."""
    return [StoredAddress(**row) for row in await conn.fetch(Q["addresses"], ids)]
