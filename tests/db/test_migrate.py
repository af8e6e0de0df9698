"""Migrations: once, in order, one at a time, never edited, and what they add up to."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from geocorr.errors import MigrationEdited
from sql import migrate, queries
from sql.cluster import Cluster
from sql.db import Connection, Database, Role, connection

SCHEMA = migrate.FOLDER.parent / "schema.sql"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("create table first (n int);")
    (tmp_path / "0002_second.sql").write_text("create table second (n int);")
    return tmp_path


def dump(cluster: Cluster, database: Database) -> list[str]:
    """The schema without what differs by order or name of the dump."""
    name = re.search(r"///(\w+)", database.dsn)[1]
    done = subprocess.run(
        [cluster.bin / "pg_dump", "-s", "-h", cluster.socket, "-U", "geocorr", name],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    lines = (line.rstrip(",") for line in done.stdout.splitlines())
    return sorted(x for x in lines if not re.match(r"(--|\\|$)", x))


async def test_schema_is_the_sum_of_the_migrations(
    cluster: Cluster, database: Database, empty_database: Database
) -> None:
    async with connection(empty_database, Role.OWNER) as conn:
        await conn.execute(queries.read("migrate")["journal"])
        await conn.execute(SCHEMA.read_text())
    assert dump(cluster, empty_database) == dump(cluster, database)


async def test_each_runs_once_and_in_order(
    empty_database: Database, folder: Path
) -> None:
    async with connection(empty_database, Role.OWNER) as conn:
        assert [m.name for m in await migrate.pending(conn, folder)] == [
            "first",
            "second",
        ]
        assert len(await migrate.migrate(conn, folder)) == 2
        assert await migrate.migrate(conn, folder) == []
        assert await migrate.pending(conn, folder) == []


async def test_an_edited_migration_is_refused(
    empty_database: Database, folder: Path
) -> None:
    async with connection(empty_database, Role.OWNER) as conn:
        await migrate.migrate(conn, folder)
        (folder / "0001_first.sql").write_text("create table other (n int);")
        (folder / "0003_third.sql").write_text("create table third (n int);")
        with pytest.raises(MigrationEdited, match="0001"):
            await migrate.migrate(conn, folder)
        assert await conn.fetchval("select to_regclass('third')") is None


async def test_a_broken_migration_leaves_nothing_of_itself(
    empty_database: Database, folder: Path
) -> None:
    (folder / "0002_second.sql").write_text("create table half (n int); select 1/0;")
    async with connection(empty_database, Role.OWNER) as conn:
        with pytest.raises(Exception, match="division by zero"):
            await migrate.migrate(conn, folder)
        assert await conn.fetchval("select to_regclass('half')") is None
        assert [m.version for m in await migrate.pending(conn, folder)] == [2]


async def test_four_at_once_apply_each_migration_once(empty_database: Database) -> None:
    async def one() -> int:
        async with connection(empty_database, Role.OWNER) as conn:
            return len(await migrate.migrate(conn))

    applied = await asyncio.gather(*(one() for _ in range(4)))
    assert sorted(applied) == [0, 0, 0, len(migrate.migrations())]


def test_two_migrations_of_one_number_are_refused(folder: Path) -> None:
    (folder / "0002_again.sql").write_text("select 1;")
    with pytest.raises(ValueError, match="same number"):
        migrate.migrations(folder)


async def test_nobody_of_ours_is_superuser(owner: Connection) -> None:
    rows = await owner.fetch(
        "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls"
        " from pg_roles where rolname like 'geocorr\\_%'"
    )
    assert {row["rolname"] for row in rows} == set(Role)
    assert not any(any(tuple(row)[1:]) for row in rows)
