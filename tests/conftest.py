"""What tests share: the OSTN15 grid, a private cluster, a database per test.

The cluster is real PostGIS in a temporary home, one per process that tests. A
template database is migrated once and copied for every test that asks for `db`: file
by file and in memory where there is room, which takes a tenth of what a disk takes.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
import pytest_asyncio

from geocorr import geo
from loaders import grid as ostn15
from sql import cluster as clusters
from sql import migrate
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connect

# Durability is for the service; a test's database is gone a minute later.
QUICK = {
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "max_connections": "60",
}
_ROOM_BYTES = 2 << 30
_numbers = itertools.count()
T = TypeVar("T")


@pytest.fixture(scope="session", autouse=True)
def grid() -> Path:
    """The folder of the OSTN15 grid, made once and kept between runs.

    In use before anything else, so that no context of PROJ begins without it.
    """
    folder = Path(tempfile.gettempdir()) / f"geocorr-tests-{os.geteuid()}" / "proj"
    folder.parent.mkdir(exist_ok=True)
    for path in (folder.parent, ostn15.ensure(folder).parent):
        path.chmod(0o755)
    geo.use_grid(str(folder))
    return folder


@pytest.fixture(autouse=True)
def grid_in_use(grid: Path) -> None:
    """The tests' own grid again, where the test before named a home of its own."""
    geo.use_grid(str(grid))


@pytest.fixture(scope="session")
def bng(grid: Path) -> geo.WorkingCrs:
    """The working CRS of the service: British National Grid through OSTN15."""
    return geo.working_crs(geo.BNG)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home for a cluster, in reach of the server's user (as root too)."""
    with _open_folder() as folder:
        yield folder


def _root() -> Path | None:
    """Memory where there is plenty, else the folder for temporary files.

    Most of a test's time went into writing its database: 20 MB in 300 files.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM_BYTES:
        return memory
    return None


class _open_folder:  # noqa: N801
    """A temporary folder that others may pass through; pytest's own is closed."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="geocorr-", dir=_root()))
        self.path.chmod(0o755)
        return self.path

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(grid: Path) -> Iterator[Cluster]:
    """A running private cluster with the migrated database `geocorr` in it."""
    with _open_folder() as folder:
        made = Cluster(folder, grid, QUICK)
        database = clusters.up(made)
        asyncio.run(_migrated(database))
        yield made
        clusters.down(made)


async def _migrated(database: Database) -> None:
    conn = await connect(database, Role.OWNER)
    await migrate.migrate(conn)
    await conn.close()


class _Superuser:
    """One connection that makes and drops databases, in a thread with its own loop.

    Starting psql for it would copy this process, grown large, twice a test.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        where = {"host": str(cluster.socket), "port": 5432, "database": "postgres"}
        self.conn = self._done(asyncpg.connect(user=clusters.SUPERUSER, **where))

    def __call__(self, statement: str) -> None:
        self._done(self.conn.execute(statement))

    def close(self) -> None:
        self._done(self.conn.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _done(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


@pytest.fixture(scope="session")
def superuser(cluster: Cluster) -> Iterator[_Superuser]:
    """Runs statements as the cluster's superuser, in its database `postgres`."""
    made = _Superuser(cluster)
    yield made
    made.close()


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database with the extensions and nothing else: for migrations."""
    name = f"empty_{next(_numbers)}"
    clusters.execute(cluster, f"create database {name} owner {Role.OWNER}")
    for extension in migrate.EXTENSIONS:
        clusters.execute(cluster, f"create extension {extension}", name)
    yield cluster.database_named(name)
    clusters.execute(cluster, f"drop database {name} with (force)")


@pytest.fixture
def database(cluster: Cluster, superuser: _Superuser) -> Iterator[Database]:
    """A fresh copy of the migrated database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    source = clusters.NAME
    superuser(
        f"create database {name} template {source} owner {Role.OWNER}"
        " strategy file_copy"
    )
    yield cluster.database_named(name)
    superuser(f"drop database {name} with (force)")


@pytest_asyncio.fixture
async def db(database: Database) -> AsyncIterator[Connection]:
    """A connection of the worker's role to the test's own database."""
    conn = await connect(database, Role.WORKER)
    yield conn
    await conn.close()


@pytest_asyncio.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """A connection of the owner's role to the test's own database."""
    conn = await connect(database, Role.OWNER)
    yield conn
    await conn.close()


@pytest_asyncio.fixture
async def web(database: Database) -> AsyncIterator[Connection]:
    """A connection of the web's role to the test's own database."""
    conn = await connect(database, Role.WEB)
    yield conn
    await conn.close()
