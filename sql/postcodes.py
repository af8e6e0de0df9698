"""Postcodes in the database: public reference data, the last file holds."""

from collections.abc import Sequence
from datetime import date

from sql import queries
from sql.db import Connection

Q = queries.read("postcodes")

# Row number, postcode without a space, x and y (working CRS), quality, terminated.
Staged = tuple[int, str, float | None, float | None, int, date | None]


async def stage(conn: Connection) -> None:
    """Make room for a file's rows, until the transaction ends."""
    await conn.execute(Q["stage"])


async def bring(conn: Connection, rows: Sequence[Staged]) -> None:
    """Some rows of the file, by COPY."""
    await conn.copy_records_to_table("postcode_stage", records=rows)


async def repeated(conn: Connection) -> int:
    """How many of the rows stand in the file again further down."""
    return int(await conn.fetchval(Q["repeated"]))


async def keep_file(conn: Connection, sha256: bytes, name: str, who: str) -> int:
    """Note which file came; its number."""
    return int(await conn.fetchval(Q["keep_file"], sha256, name, who))


async def merge(conn: Connection, file: int) -> int:
    """Take in what the file says anew; how many postcodes that are."""
    return int(await conn.fetchval(Q["merge"], file))


async def place(conn: Connection, postcode: str) -> tuple[float, float] | None:
    """Where a postcode (in capitals, without a space) lies; None where unknown."""
    row = await conn.fetchrow(Q["place"], postcode)
    return (row["x_m"], row["y_m"]) if row else None
