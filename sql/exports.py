"""All that was found, asked and said at the crime of a hit, for its disclosure."""

from dataclasses import dataclass
from datetime import datetime

from sql import queries
from sql.db import Connection

Q = queries.read("exports")


@dataclass(frozen=True, slots=True)
class WordAtCrime:
    """A word on somebody at the crime, of the version that it was said of."""

    id: int
    hit: int
    crime_version: int
    device_id: str
    nominal_id: str
    verdict: str
    word: str
    said_by: str
    reason: str
    note: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """When and from whom a version of the crime came, and the SHA-256 of the file."""

    version: int
    created_at: datetime
    received_at: datetime
    sender: str
    sha256: str


async def hits_at(conn: Connection, hit: int) -> list[int]:
    """Every hit at the crime of this one, whatever became of it."""
    return [row["id"] for row in await conn.fetch(Q["hits_at_crime"], hit)]


async def words_at(conn: Connection, hit: int) -> list[WordAtCrime]:
    """All that people said of anybody at the crime, oldest first."""
    rows = await conn.fetch(Q["words_at_crime"], hit)
    return [WordAtCrime(**row) for row in rows]


async def lists_at(conn: Connection, hit: int) -> list[int]:
    """The runs in which verdicts were asked for at the crime, oldest first."""
    return [row["run"] for row in await conn.fetch(Q["lists_at_crime"], hit)]


async def deliveries_at(conn: Connection, hit: int) -> list[Delivery]:
    """How each version of the crime came."""
    rows = await conn.fetch(Q["deliveries_at_crime"], hit)
    return [Delivery(**row) for row in rows]


async def key(conn: Connection) -> bytes:
    """The secret by which people get their numbers in archives."""
    found: bytes = await conn.fetchval(Q["archive_key"])
    return found
