"""Nominals and their addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from geocorr.errors import NotFound
from geocorr.model import Nominal
from geocorr.ownership.places import Address, AddressKind, Postcode
from sql import queries
from sql.db import Connection, Record, transaction

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


@dataclass(frozen=True, slots=True)
class Flags:
    """The force that a nominal is on record with, and the flags."""

    nominal_id: str
    force: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an operator says that an address lies (working-CRS metres), and why."""

    x_m: float
    y_m: float
    by: str
    reason: str


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


async def flags(conn: Connection, ids: Sequence[str] | None = None) -> list[Flags]:
    """Force and flags of these nominals, or of all, by id."""
    rows = await conn.fetch(Q["flags"], ids)
    return [Flags(row[0], row[1], tuple(row[2])) for row in rows]


async def sharing_pnc(conn: Connection, ids: Sequence[str]) -> list[tuple[str, str]]:
    """These nominals whose PNC id another one has too, each with that one."""
    return [(row[0], row[1]) for row in await conn.fetch(Q["sharing_pnc"], ids)]


async def addresses_at(
    conn: Connection,
    at: datetime,
    ids: Sequence[str] | None = None,
    ended: bool = False,
) -> list[Address]:
    """The addresses that hold at an instant, with operators' places and postcodes.

    With `ended` also those that have ended by then.
    """
    rows = await conn.fetch(Q["addresses_at"], ids, at, ended)
    return [_address(row) for row in rows]


async def place_address(
    conn: Connection, nominal_id: str, address: int, placing: Placing
) -> int:
    """Append where an operator says that an address lies; its number."""
    placed = (placing.x_m, placing.y_m, placing.by, placing.reason)
    number = await conn.fetchval(Q["place_address"], nominal_id, address, *placed)
    if number is None:
        raise NotFound(
            f"Nominal {nominal_id} has no address {address}: `geocorr own show "
            f"{nominal_id}` lists them."
        )
    return int(number)


def _address(row: Record) -> Address:
    placed = (row["placed_x_m"], row["placed_y_m"])
    unit = (row["unit_x_m"], row["unit_y_m"], row["quality"])
    return Address(
        row["id"],
        row["nominal_id"],
        AddressKind(row["kind"]),
        row["postcode"],
        row["x_m"],
        row["y_m"],
        row["from_at"],
        row["to_at"],
        row["source"],
        row["recorded_at"],
        None if placed[0] is None else placed,
        None if unit[2] is None else Postcode(*unit),
    )
