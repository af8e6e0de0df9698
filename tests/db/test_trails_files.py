"""A trail file is known by its content and kept as it came."""

import hashlib

import numpy as np

from sql import trail_files
from sql.db import Connection
from sql.trail_files import TrailFile
from tests.db.trail_scenes import RECEIVED

CONTENT = np.random.default_rng(1).bytes(6_000_000) + b"device_id,recorded_at\n" * 99
SHA256 = hashlib.sha256(CONTENT).digest()
FILE = TrailFile(SHA256, "tuesday.csv", RECEIVED, "hub")


def _parts() -> list[bytes]:
    return [CONTENT[i : i + 100_000] for i in range(0, len(CONTENT), 100_000)]


async def test_the_original_comes_back_to_the_byte(db: Connection) -> None:
    assert await trail_files.claim(db, FILE)
    size = await trail_files.keep(db, SHA256, _parts())
    back = b"".join([part async for part in trail_files.original(db, SHA256)])
    assert back == CONTENT
    assert size == await db.fetchval(
        "select sum(octet_length(bytes)) from trail_file_piece"
    )
    assert await db.fetchval("select count(*) from trail_file_piece") == 2


async def test_the_same_content_is_claimed_once(db: Connection) -> None:
    assert await trail_files.claim(db, FILE)
    again = TrailFile(SHA256, "other-name.csv", RECEIVED, "someone")
    assert not await trail_files.claim(db, again)
    assert await trail_files.find(db, SHA256) == FILE


async def test_counts_are_recorded(db: Connection) -> None:
    await trail_files.claim(db, FILE)
    await trail_files.count(db, SHA256, (100, 90, 10), None)
    found = await trail_files.find(db, SHA256)
    assert found is not None
    assert (found.n_read, found.n_new, found.n_repeats) == (100, 90, 10)


async def test_a_file_that_never_came_is_unknown(db: Connection) -> None:
    assert await trail_files.find(db, bytes(32)) is None
