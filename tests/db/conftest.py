"""A database with its doors, for the tests that load files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from geocorr.geo import WorkingCrs
from sql.db import Connection, Database, Role, connection
from tests.db.deliveries import House
from tests.db.scoped import Scene, staged


@pytest.fixture
def house(database: Database, db: Connection, bng: WorkingCrs, tmp_path: Path) -> House:
    """An empty house."""
    return House(database, db, bng, tmp_path)


@pytest.fixture
async def scene(house: House, owner: Connection) -> Scene:
    """Two forces, three LPUs, and persons in every table."""
    return await staged(house, owner)


@pytest.fixture
async def asker(database: Database) -> AsyncIterator[Connection]:
    """A connection of the web's role in a transaction that says nothing yet."""
    async with connection(database, Role.WEB) as conn, conn.transaction():
        yield conn
