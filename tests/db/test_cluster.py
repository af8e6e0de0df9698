"""The private cluster: up, down, killed, long paths, OSTN15 inside PostGIS."""

import os
import signal
import threading
from pathlib import Path

import pytest

from geocorr.errors import DatabaseTrouble
from sql import cluster as clusters
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connect

QUICK = {"shared_buffers": "16MB", "fsync": "off"}
# Ordnance Survey's OSTN15 developer pack: latitude, longitude, easting, northing.
OS_POINTS = {
    "Scilly": (49.9222639373, -6.29977752014, 91492.146, 11318.804),
    "Plymouth": (50.4388582561, -4.10864563561, 250359.811, 62016.569),
    "Kent": (51.3744702555, 1.44454730409, 639821.835, 169565.858),
    "London": (51.4893656495, -0.1199255718, 530624.974, 178388.464),
    "Anglesey": (53.4162851604, -4.28918069756, 247958.971, 393492.909),
    "Aberdeen": (57.1390251896, -2.04856030746, 397160.491, 805349.736),
}


@pytest.fixture
def small(home: Path, grid: Path):
    made = Cluster(home, grid, QUICK)
    yield made
    clusters.down(made)


async def version(database: Database) -> str:
    conn = await connect(database, Role.WORKER)
    try:
        return await conn.fetchval("select postgis_lib_version()")
    finally:
        await conn.close()


async def test_up_down_up_keeps_what_is_stored(small: Cluster) -> None:
    database = clusters.up(small)
    clusters.execute(small, "create table kept as select 1 as n", clusters.NAME)
    assert clusters.down(small)
    assert not clusters.running(small)
    assert not clusters.down(small)
    with pytest.raises(DatabaseTrouble, match="geocorr up"):
        await version(database)
    clusters.up(small)
    clusters.up(small)  # a second up changes nothing
    assert clusters.execute(small, "select n from kept", clusters.NAME) == "1"
    assert (await version(database)).startswith("3.")


async def test_starts_again_after_kill_9(small: Cluster) -> None:
    database = clusters.up(small)
    pid = int((small.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    clusters.up(small)
    assert (await version(database)).startswith("3.")


def test_two_at_once_make_one_cluster(small: Cluster) -> None:
    done: list[Database] = []
    threads = [
        threading.Thread(target=lambda: done.append(clusters.up(small)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [small.database] * 2


async def test_a_long_home_gets_a_short_socket_folder(home: Path, grid: Path) -> None:
    deep = home / ("long " * 20).strip() / ("name" * 10)
    deep.mkdir(parents=True)
    for folder in (deep.parent, deep):
        folder.chmod(0o755)
    made = Cluster(deep, grid, QUICK)
    assert len(bytes(made.socket / ".s.PGSQL.5432")) < 103
    try:
        assert (await version(clusters.up(made))).startswith("3.")
    finally:
        clusters.down(made)
        made.socket.rmdir()


def test_the_cluster_listens_to_no_network(cluster: Cluster) -> None:
    assert clusters.execute(cluster, "show listen_addresses") == ""
    assert clusters.execute(cluster, "show data_checksums") == "on"
    assert clusters.execute(cluster, "show unix_socket_permissions") == "0700"


@pytest.mark.parametrize("name", OS_POINTS)
async def test_postgis_uses_ostn15(db: Connection, name: str) -> None:
    latitude, longitude, easting, northing = OS_POINTS[name]
    off_m = await db.fetchval(
        "select st_distance(st_transform(st_setsrid(st_point($1, $2), 4326), 27700),"
        " st_setsrid(st_point($3, $4), 27700))",
        longitude,
        latitude,
        easting,
        northing,
    )
    assert off_m < 0.02
