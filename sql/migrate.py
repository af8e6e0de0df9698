"""Forward migrations: each file once, in order, under a lock, never edited after.

`migrations/NNNN_name.sql`; each runs in a transaction of its own together with its
row in `migration`. Many may start at once: one works, the others wait and find
nothing to do.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from geocorr.errors import MigrationEdited
from sql import queries
from sql.db import Connection, Role, transaction

FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{4})_(\w+)\.sql")

Q = queries.read("migrate")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name, its text and the SHA-256 of that."""

    version: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Every migration of the folder in order; ValueError where two share a number."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        name = _NAME.fullmatch(path.name)
        if name is None:
            raise ValueError(f"{path.name} is no migration: name it NNNN_what.sql.")
        found.append(Migration(int(name[1]), name[2], path.read_text("utf-8")))
    if len({m.version for m in found}) != len(found):
        raise ValueError("Two migrations have the same number.")
    return found


async def pending(conn: Connection, folder: Path = FOLDER) -> list[Migration]:
    """What is still to be applied; MigrationEdited where an applied file differs."""
    applied = await _applied(conn)
    known = migrations(folder)
    for migration in known:
        if applied.get(migration.version, migration.sha256) != migration.sha256:
            raise MigrationEdited(
                f"Migration {migration.version:04} was applied and then edited: "
                "put the file back and write a new migration instead."
            )
    return [m for m in known if m.version not in applied]


async def migrate(conn: Connection, folder: Path = FOLDER) -> list[Migration]:
    """Apply what is pending and return it; safe to run many at once."""
    await _lock(conn)
    try:
        await _journal(conn)
        todo = await pending(conn, folder)
        for migration in todo:
            async with transaction(conn):
                await conn.execute(migration.text)
                await _record(conn, migration)
        return todo
    finally:
        await _unlock(conn)


async def prepare(conn: Connection) -> None:
    """Roles and extensions on a database of one's own, as far as we may make them.

    A private cluster has them from the start. What is refused for want of rights is
    left out: an administrator may have made it, or works without separate roles.
    """
    for statement in (*map(_role, Role), *map(_extension, EXTENSIONS), _SCHEMA):
        try:
            await conn.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            continue


async def uses_ostn15(conn: Connection) -> bool:
    """Does PostGIS transform a known point of Ordnance Survey's right to 2 cm?

    Only a private cluster must: elsewhere nothing transforms in SQL.
    """
    return bool(await conn.fetchval(Q["uses_ostn15"]))


EXTENSIONS = ("postgis", "cube", "btree_gist")
_SCHEMA = f"grant usage, create on schema public to {Role.OWNER}"


def _extension(name: str) -> str:
    return f"create extension if not exists {name}"


def _role(role: Role) -> str:
    return (
        f"do $$ begin create role {role}; exception when duplicate_object then null;"
        f" end $$; grant {role} to current_user"
    )


async def _lock(conn: Connection) -> None:
    await conn.execute(Q["lock"])


async def _unlock(conn: Connection) -> None:
    await conn.execute(Q["unlock"])


async def _journal(conn: Connection) -> None:
    await conn.execute(Q["journal"])


async def _applied(conn: Connection) -> dict[int, str]:
    try:
        rows = await conn.fetch(Q["applied"])
    except asyncpg.UndefinedTableError:
        return {}
    return {row["version"]: row["sha256"] for row in rows}


async def _record(conn: Connection, migration: Migration) -> None:
    await conn.execute(Q["record"], migration.version, migration.name, migration.sha256)
