"""What everything stands on: the database and the grid, made ready and looked at."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

from api.settings import Settings
from geocorr.errors import DatabaseTrouble, GridMissing
from loaders import grid
from loaders import policy as policies
from sql import batches, cluster, jobs, migrate, runs
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connection
from sql.migrate import Migration


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand; what cannot be known is None. `queue` is jobs by state.

    `matched_otherwise` are the batches that another policy than the one in force, that
    of `policy_hash`, last matched.
    """

    database: str
    private: bool
    pending_migrations: int | None
    postgis_uses_ostn15: bool | None
    grid_file: str | None
    grid_sha256: str | None
    queue: dict[str, int] | None
    last_batch: dict[str, object] | None
    matched_otherwise: list[str] | None
    policy_hash: str
    free_disk_gb: float | None

    @property
    def up(self) -> bool:
        """Does the database answer?"""
        return self.database == "up"


def private_cluster(settings: Settings) -> Cluster:
    """Our own cluster in the settings' home."""
    return Cluster(settings.home.absolute(), settings.grid_folder.absolute())


def database(settings: Settings) -> Database:
    """Where the database is: the DSN's, or our own cluster's. Nothing is started."""
    if settings.dsn:
        return Database(settings.dsn)
    return private_cluster(settings).database


async def up(settings: Settings) -> list[Migration]:
    """Grid, cluster and migrations; returns what was applied. Safe to repeat.

    GridMissing where a private PostGIS would transform metres off.
    """
    settings.working_crs()
    if settings.dsn is None:
        await asyncio.to_thread(cluster.up, private_cluster(settings))
    applied = await migrated(settings)
    async with connection(database(settings), Role.OWNER) as conn:
        if settings.dsn is None and not await migrate.uses_ostn15(conn):
            raise GridMissing(
                "PostGIS does not use OSTN15: run `geocorr down`, then `geocorr up`."
            )
    return applied


async def migrated(settings: Settings) -> list[Migration]:
    """Apply the migrations that are pending and return them."""
    async with _owner(settings) as conn:
        return await migrate.migrate(conn)


async def pending(settings: Settings) -> list[Migration]:
    """The migrations that wait to be applied."""
    async with connection(database(settings), Role.OWNER) as conn:
        return await migrate.pending(conn)


def down(settings: Settings) -> bool:
    """Stop the private cluster; False where there was nothing of ours to stop."""
    return settings.dsn is None and cluster.down(private_cluster(settings))


async def status(settings: Settings) -> Status:
    """How things stand; a database that is down is an answer, not an error.

    UsageError or PolicyError where the policy in force cannot be read.
    """
    policy_hash = policies.read(settings.policy).hash
    try:
        async with connection(database(settings), Role.WORKER) as conn:
            asked = await _asked(conn, policy_hash)
    except DatabaseTrouble:
        asked = _Asked()
    file = settings.grid_folder / grid.NAME
    there = file.exists()
    return Status(
        private=settings.dsn is None,
        grid_file=str(file) if there else None,
        grid_sha256=grid.digest(settings.grid_folder) if there else None,
        policy_hash=policy_hash,
        free_disk_gb=_free_gb(settings),
        **asdict(asked),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What only the database can say."""

    database: str = "down"
    pending_migrations: int | None = None
    postgis_uses_ostn15: bool | None = None
    queue: dict[str, int] | None = None
    last_batch: dict[str, object] | None = None
    matched_otherwise: list[str] | None = None


async def _asked(conn: Connection, policy_hash: str) -> _Asked:
    waiting = len(await migrate.pending(conn))
    if waiting:
        return _Asked("up", waiting)
    ostn15 = await migrate.uses_ostn15(conn)
    waits, last = await jobs.waiting(conn), await _last_batch(conn)
    otherwise = await runs.matched_otherwise(conn, policy_hash)
    return _Asked("up", 0, ostn15, waits, last, otherwise)


async def _last_batch(conn: Connection) -> dict[str, object] | None:
    for batch in await batches.batches(conn, limit=1):
        return {
            "force": batch.force,
            "batch_id": batch.batch_id,
            "outcome": batch.outcome.value,
            "received_at": batch.received_at.isoformat(),
        }
    return None


def _free_gb(settings: Settings) -> float | None:
    if not settings.home.exists():
        return None
    return round(shutil.disk_usage(settings.home).free / 1e9, 1)


@asynccontextmanager
async def _owner(settings: Settings) -> AsyncIterator[Connection]:
    """The owner of the schema; on a database of one's own, made first if we may."""
    if settings.dsn:
        async with connection(database(settings), Role.OWNER) as conn:
            await migrate.prepare(conn)
    async with connection(database(settings), Role.OWNER) as conn:
        yield conn
