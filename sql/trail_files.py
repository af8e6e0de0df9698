"""Trail files as they came: known by content, kept compressed in pieces.

The evidence is never re-made from the rows that were cut out of it.
"""

import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sql import queries
from sql.db import Connection

Q = queries.read("trail_files")

_PIECE_BYTES = 4 << 20
# A file of gigabytes is waited for: the quickest level already gives a fifth.
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class TrailFile:
    """What is on record of a file; counts are of fixes."""

    sha256: bytes
    name: str
    received_at: datetime
    received_by: str
    n_read: int = 0
    n_new: int = 0
    n_repeats: int = 0


async def claim(conn: Connection, file: TrailFile) -> bool:
    """Put a file on record; False where its content is known already.

    Waits for another load of the same content and then answers by how that ended.
    """
    row = (file.sha256, file.name, file.received_at, file.received_by)
    return await conn.fetchval(Q["claim_file"], *row) is not None


async def keep(conn: Connection, sha256: bytes, source: Iterable[bytes]) -> int:
    """Store the file itself, read piece by piece; returns the bytes it took."""
    size = 0
    for number, piece in enumerate(_pieces(source)):
        await conn.execute(Q["keep_piece"], sha256, number, piece)
        size += len(piece)
    return size


async def count(
    conn: Connection,
    sha256: bytes,
    counts: tuple[int, int, int],
    span: tuple[datetime, datetime] | None,
) -> None:
    """Record what storing the file's fixes came to: how many were read, new and
    repeated, and of which times they are, None where there are none."""
    await conn.execute(Q["count_file"], sha256, *counts, *(span or (None, None)))


async def find(conn: Connection, sha256: bytes) -> TrailFile | None:
    """The record of a file by its content, None where it never came."""
    row = await conn.fetchrow(Q["find_file"], sha256)
    return None if row is None else TrailFile(*row)


async def original(conn: Connection, sha256: bytes) -> AsyncIterator[bytes]:
    """The file as it came, piece by piece."""
    inflate = zlib.decompressobj()
    number = 0
    while (piece := await conn.fetchval(Q["read_piece"], sha256, number)) is not None:
        yield inflate.decompress(piece)
        number += 1
    yield inflate.flush()


def _pieces(source: Iterable[bytes]) -> Iterator[bytes]:
    """The source compressed as one stream, cut to pieces of at least `_PIECE_BYTES`."""
    deflate = zlib.compressobj(_LEVEL)
    waiting = bytearray()
    for part in source:
        waiting += deflate.compress(part)
        if len(waiting) >= _PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting + deflate.flush())
