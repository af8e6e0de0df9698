"""The ground that database benchmarks stand on: a private cluster, tuned as in service.

It lies in a temporary folder and is gone afterwards.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from geocorr import geo
from loaders import grid as ostn15
from sql import cluster as clusters
from sql import migrate
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connect


@asynccontextmanager
async def database() -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """What opens connections, as owner, to a fresh migrated database."""
    async with place() as fresh:
        yield lambda: connect(fresh, Role.OWNER)


@asynccontextmanager
async def place() -> AsyncIterator[Database]:
    """A fresh migrated database."""
    folder = Path(tempfile.mkdtemp(prefix="geocorr-bench-"))
    folder.chmod(0o755)
    grid = folder / "proj"
    ostn15.ensure(grid).parent.chmod(0o755)
    geo.use_grid(str(grid))
    cluster = Cluster(folder, grid)
    fresh = clusters.up(cluster)
    try:
        conn = await connect(fresh, Role.OWNER)
        await migrate.migrate(conn)
        await conn.close()
        yield fresh
    finally:
        clusters.down(cluster)
        shutil.rmtree(folder, ignore_errors=True)
