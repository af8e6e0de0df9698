"""Killed, full, twice at once: nothing half stored, nothing twice, nothing lost."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.intake import loading
from geocorr.errors import DatabaseTrouble, DiskFull
from geocorr.geo import WorkingCrs
from sql import cluster as clusters
from sql import jobs, migrate
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connect, connection, transaction
from tests.conftest import QUICK
from tests.db.deliveries import House, at, crime, order, stay

ROOT = Path(__file__).parents[2]
TABLES = ("batch", "crime", "crime_version", "original_file", "tag_order", "trail",
          "trail_file", "trail_file_piece", "pgqueuer")  # fmt: skip
TRAIL = stay("T1", minute=20)
CRIMES = crime("A"), crime("B", x=1_000)


async def counts(conn: Connection) -> dict[str, int]:
    """Rows of everything that a load writes."""
    return {t: await conn.fetchval(f"select count(*) from {t}") for t in TABLES}


def loads(house: House) -> dict[str, Callable[[], Awaitable[object]]]:
    """One load of each kind, not begun."""
    return {
        "crimes": lambda: house.crimes(*CRIMES),
        "trails": lambda: house.trails(*TRAIL),
        "orders": lambda: house.orders(order("O1", "T1")),
    }


async def blocked(conn: Connection) -> int:
    """The server process that waits for a lock; there must come to be one."""
    for _ in range(1_200):
        if pid := await conn.fetchval("select pid from pg_locks where not granted"):
            return pid
        await asyncio.sleep(0.05)
    raise AssertionError("the load did not come as far as the queue")


@pytest.mark.parametrize("kind", ["crimes", "trails", "orders"])
async def test_a_connection_lost_in_a_load_leaves_nothing_half_stored(
    house: House, owner: Connection, cluster: Cluster, kind: str
) -> None:
    """The load is held up where it asks for the match, its last step, and cut off."""
    await house.orders(order("O1", "T1", last="2026-03-31"))
    if kind != "trails":
        await house.trails(*TRAIL)
    if kind != "crimes":
        await house.crimes(*CRIMES)
    await house.drain()
    before = await counts(owner)
    load = loads(house)[kind]
    async with owner.transaction():
        await owner.execute("lock table pgqueuer in share mode")
        running = asyncio.create_task(load())
        pid = await blocked(owner)
        clusters.execute(cluster, f"select pg_terminate_backend({pid})")
        with pytest.raises(DatabaseTrouble, match="nothing of this was stored"):
            await running
    assert await counts(owner) == before
    house.conn = await connect(house.database, Role.WORKER)
    try:
        await loads(house)[kind]()
        await house.drain()
        assert (await house.live()).keys() == {"A"}
    finally:
        await house.conn.close()


@pytest.fixture
def own(home: Path, grid: Path) -> Iterator[Cluster]:
    """A cluster of the test's own, which it may kill."""
    made = Cluster(home, grid, {"shared_buffers": "16MB", "fsync": "off"})
    asyncio.run(_migrated(clusters.up(made)))
    yield made
    clusters.down(made)


async def _migrated(database: Database) -> None:
    async with connection(database, Role.OWNER) as conn:
        await migrate.migrate(conn)


async def _held_up(house: House, cluster: Cluster) -> None:
    """A load of crimes that the server does not survive."""
    async with connection(house.database, Role.OWNER) as owner:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("lock table pgqueuer in share mode")
        running = asyncio.create_task(house.crimes(*CRIMES))
        await blocked(owner)
        server = int((cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGQUIT)  # at once, as in a crash: recovery follows
        with pytest.raises(DatabaseTrouble, match="nothing of this was stored"):
            await running


async def test_the_server_killed_in_a_load_loses_nothing_and_the_load_is_done_again(
    own: Cluster, bng: WorkingCrs, tmp_path: Path
) -> None:
    async with connection(own.database, Role.WORKER) as conn:
        house = House(own.database, conn, bng, tmp_path)
        await house.orders(order("O1", "T1"))
        await house.trails(*TRAIL)
        before = await counts(conn)
        await _held_up(house, own)
    with pytest.raises(DatabaseTrouble, match="geocorr up"):
        await connect(own.database, Role.WORKER)
    await asyncio.to_thread(clusters.up, own)
    async with connection(own.database, Role.WORKER) as conn:
        house.conn = conn
        assert await counts(conn) == before
        await house.crimes(*CRIMES)
        await house.drain()
        assert (await house.live()).keys() == {"A"}


@dataclass(frozen=True)
class Disk:
    """A cluster whose disk can be filled and emptied."""

    cluster: Cluster
    mounted: bool

    def fill(self) -> None:
        """To the brim; where we may not mount a small disk the server says it is."""
        if not self.mounted:
            clusters.execute(self.cluster, _SAY_FULL, clusters.NAME)
            return
        ballast = (self.cluster.home / "ballast").open("wb", buffering=0)
        with ballast, contextlib.suppress(OSError):
            while ballast.write(bytes(1 << 16)):
                pass

    def empty(self) -> None:
        (self.cluster.home / "ballast").unlink(missing_ok=True)
        if not self.mounted:
            drop = "drop trigger full on crime_version"
            clusters.execute(self.cluster, drop, clusters.NAME)


_SAY_FULL = """
    create function full() returns trigger language plpgsql as
        $$ begin raise sqlstate '53100'; end $$;
    create trigger full before insert on crime_version execute function full()
"""


@pytest.fixture
def disk(home: Path, grid: Path) -> Iterator[Disk]:
    """A cluster on a disk of 200 MB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", str(home)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, check=False).returncode
    small = {
        **QUICK,
        "shared_buffers": "16MB",
        "max_wal_size": "48MB",
        "min_wal_size": "32MB",
    }
    made = Cluster(home, grid, small)
    try:
        asyncio.run(_migrated(clusters.up(made)))
        yield Disk(made, mounted)
        clusters.down(made)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(home)], check=True)


async def test_a_full_disk_is_named_nothing_is_stored_and_the_service_goes_on(
    disk: Disk, bng: WorkingCrs, tmp_path: Path
) -> None:
    async with connection(disk.cluster.database, Role.WORKER) as conn:
        house = House(disk.cluster.database, conn, bng, tmp_path)
        await house.orders(order("O1", "T1"))
        before = await counts(conn)
        long = [crime(f"L{i}", free_text=os.urandom(4_000).hex()) for i in range(2_000)]
        disk.fill()
        with pytest.raises(DiskFull, match="nothing of this was stored"):
            await house.crimes(*long)
        assert await counts(conn) == before
        disk.empty()
        assert len((await house.crimes(*long)).versions) == 2_000


async def _matches(house: House) -> dict[str, int]:
    """The jobs of matching by state, whatever else is asked for beside them."""
    of_kind = (
        "select status, count(*) from pgqueuer where entrypoint = 'match' group by 1"
    )
    return dict(await house.conn.fetch(of_kind))


async def _twice(house: House, load) -> list[object]:
    """The same load on two connections at once."""
    async with connection(house.database, Role.WORKER) as second:
        other = House(house.database, second, house.crs, house.folder)
        return list(await asyncio.gather(load(house), load(other)))


async def test_two_loads_of_one_crime_file_at_once_make_one_delivery(
    house: House,
) -> None:
    done = await _twice(house, lambda h: h.crimes(*CRIMES))
    assert sorted(batch.repeated for batch in done) == [False, True]
    assert done[0].batch == done[1].batch
    assert done[0].outcome == done[1].outcome
    assert await house.count("crime_version") == 2
    assert await jobs.waiting(house.conn) == {"queued": 1}


async def test_two_loads_of_one_trail_file_at_once_store_it_once(house: House) -> None:
    done = await _twice(house, lambda h: h.trails(*TRAIL))
    told = sorted([w.type for w in report.warnings] for report in done)
    assert told == [["ALREADY_LOADED"], ["DEVICE_WITHOUT_ORDER"]]
    assert [report.accepted for report in done] == [10, 10]
    assert await house.count("fix") == 10


async def test_two_loads_of_one_order_file_at_once_store_it_once(house: House) -> None:
    await house.trails(*TRAIL)
    await house.crimes(*CRIMES)
    await house.drain()
    done = await _twice(house, lambda h: h.orders(order("O1", "T1")))
    assert [(r.accepted, r.faults) for r in done] == [(1, ()), (1, ())]
    assert await house.count("tag_order") == 1
    assert await _matches(house) == {"queued": 1}


async def test_two_files_that_claim_one_device_at_once_give_it_to_one(
    house: House,
) -> None:
    names = iter(["O1", "O2"])
    done = await _twice(house, lambda h: h.orders(order(next(names), "T1")))
    assert sorted(r.accepted for r in done) == [0, 1]
    assert await house.count("tag_order") == 1


async def _much(house: House) -> None:
    """Eight jobs, each with one crime where T1 was."""
    await house.orders(order("O1", "T1"))
    await house.trails(*TRAIL)
    for i in range(8):
        await house.crimes(crime(f"J{i}"))


async def test_two_workers_at_once_do_each_job_once(house: House) -> None:
    await _much(house)
    await asyncio.gather(house.drain(), house.drain())
    assert await house.matchings() == 8
    assert [state for *_, state in await house.states()] == ["live"] * 8
    assert await jobs.waiting(house.conn) == {}


async def test_a_worker_killed_in_a_match_leaves_the_job_to_the_next(
    house: House, owner: Connection
) -> None:
    """The match is held up where it stores its hits, and the worker is killed."""
    await house.orders(order("O1", "T1"))
    await house.trails(*TRAIL)
    await house.crimes(*CRIMES)
    async with owner.transaction():
        await owner.execute("lock table hit in exclusive mode")
        program = [sys.executable, "-c", WORKER, house.database.dsn]
        with subprocess.Popen(program, cwd=ROOT) as victim:
            try:
                await blocked(owner)
            finally:
                victim.send_signal(signal.SIGKILL)
    await _gone(owner)
    assert await house.count("hit") == 0
    assert await house.matchings() == 0, "what the killed worker began is undone"
    assert await _matches(house) == {"picked": 1}
    await owner.execute("update pgqueuer set heartbeat = now() - interval '1 min'")
    await house.drain()
    assert await house.states() == [("A", 1, "live")]
    assert await jobs.waiting(house.conn) == {}


WORKER = """
import asyncio, sys
from api import worker
from loaders.policy import shipped
from sql.db import Database
asyncio.run(worker.drain(Database(sys.argv[1], private=True), shipped()))
"""


async def _gone(owner: Connection) -> None:
    """Wait until the killed worker's connections have ended, and only ours is left."""
    theirs = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and usename = 'geocorr_worker'"
    )
    while await owner.fetchval(theirs) > 1:
        await asyncio.sleep(0.05)


async def test_a_match_that_fails_keeps_its_job_and_no_half_run(
    house: House, owner: Connection
) -> None:
    await house.orders(order("O1", "T1"))
    await house.trails(*TRAIL)
    await house.crimes(*CRIMES)
    await owner.execute("alter table hit add constraint broken check (false)")
    await house.drain()
    assert await house.matchings() == 0
    assert await jobs.waiting(house.conn) == {"failed": 1}


async def test_a_correction_and_a_match_of_the_same_crimes_wait_for_each_other(
    house: House, owner: Connection
) -> None:
    """Both lock crimes in the order of their numbers, else each held what the other
    wants: here the crimes stand in the file the other way round."""
    await house.crimes(crime("Z"))
    await house.crimes(crime("A"))
    first, last = "select id from crime where reference = $1 for update", "Z"
    async with owner.transaction():
        await owner.fetchval(first, last)
        correction = asyncio.create_task(
            house.crimes(crime("A", free_text="new"), crime("Z", free_text="new"))
        )
        await blocked(owner)
        await owner.fetchval(first, "A")
    assert len((await correction).versions) == 2


async def test_crimes_wait_for_a_trail_that_is_nearly_stored(
    house: House, owner: Connection
) -> None:
    """It has asked already which crimes it touches: later ones must see its fixes."""
    async with connection(house.database, Role.WORKER) as second:
        async with transaction(second):
            spells = [("T1", at(0), at(60))]
            await loading.rematch(second, spells, house.door, "trails", "a file came")
            late = asyncio.create_task(house.crimes(*CRIMES))
            await blocked(owner)
            assert not late.done()
        assert len((await late).versions) == 2
