"""Connections: as which role, with which codecs, and what their failures mean.

A private cluster lets a role in by the socket (peer). A database of one's own is
reached by its DSN, and the role is then taken on where the database has it.
Geometry and cube values stay text or bytes; jsonb is read and written by `json`.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeAlias

import asyncpg

from geocorr.errors import DatabaseTrouble, DiskFull, NotFound

Connection: TypeAlias = asyncpg.Connection
Pool: TypeAlias = asyncpg.Pool
Record: TypeAlias = asyncpg.Record


class Role(StrEnum):
    """Who the database thinks we are: each may do only what its work needs."""

    OWNER = "geocorr_owner"
    WORKER = "geocorr_worker"
    WEB = "geocorr_web"


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is. `private`: our own cluster, entered by role name."""

    dsn: str
    private: bool = False


# The force and the LPU of who asks; None where they have none.
Where: TypeAlias = tuple[str | None, str | None]
_ACTING = (
    "select set_config('geocorr.account', $1, $5), set_config('geocorr.roles', $2, $5),"
    " set_config('geocorr.force', $3, $5), set_config('geocorr.lpu', $4, $5)"
)

# What means "the database is in trouble", whatever was asked of it: classes 08, 53,
# 57P0x, 58, 40P01 and whatever the network says.
_TROUBLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresSystemError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InterfaceError,
    ConnectionError,
)
_UNREACHABLE = (
    *_TROUBLE,
    OSError,
    TimeoutError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


@contextmanager
def trouble() -> Iterator[None]:
    """Turn the database's own failures into DiskFull and DatabaseTrouble.

    What row security refuses is NotFound, as if it were not there.
    """
    try:
        yield
    except asyncpg.InsufficientPrivilegeError as hidden:
        if "row-level security" not in str(hidden):
            raise
        raise NotFound(
            "It is not there, or not yours to see or to change: nothing was stored."
        ) from hidden
    except asyncpg.DiskFullError as full:
        raise DiskFull(
            "The database's disk is full: nothing of this was stored. "
            "Make room and send it again."
        ) from full
    except _TROUBLE as error:
        raise DatabaseTrouble(
            f"The database stopped half way ({type(error).__name__}): nothing of this "
            "was stored. Look at `geocorr status` and try again."
        ) from error


async def connect(
    database: Database, role: Role, timeout_s: float = 10.0
) -> Connection:
    """One connection as `role`; DatabaseTrouble where it cannot be had."""
    user = {"user": role.value} if database.private else {}
    try:
        connection = await asyncpg.connect(database.dsn, timeout=timeout_s, **user)
        await _prepare(connection, database, role)
    except _UNREACHABLE as error:
        raise _unreachable(error) from error
    return connection


@asynccontextmanager
async def connection(database: Database, role: Role) -> AsyncIterator[Connection]:
    """A connection for the length of the block, closed after it."""
    conn = await connect(database, role)
    try:
        with trouble():
            yield conn
    finally:
        # The server may have gone, and then there is nobody to take leave of.
        with suppress(*_TROUBLE):
            await conn.close()


async def pool(database: Database, role: Role, size: int = 8) -> Pool:
    """A pool of up to `size` connections as `role`; the caller closes it."""
    user = {"user": role.value} if database.private else {}
    try:
        return await asyncpg.create_pool(
            database.dsn,
            min_size=1,
            max_size=size,
            init=partial(_prepare, database=database, role=role),
            **user,
        )
    except _UNREACHABLE as error:
        raise _unreachable(error) from error


@asynccontextmanager
async def transaction(conn: Connection) -> AsyncIterator[None]:
    """All or nothing: a failure of the database comes out as one of our errors."""
    with trouble():
        async with conn.transaction():
            yield


@asynccontextmanager
async def taken_back(conn: Connection) -> AsyncIterator[None]:
    """To see what would come of something: nothing that is done here stays done."""
    with trouble():
        part = conn.transaction()
        await part.start()
        try:
            yield
        finally:
            await part.rollback()


async def acting(
    conn: Connection,
    account: str,
    roles: Iterable[str],
    where: Where,
    *,
    until_end: bool,
) -> None:
    """Say who asks, in one round trip: row security shows them theirs and no more.

    `account` is a log-in name. `until_end`: of the transaction, else of the session,
    which a pool ends before it lends the connection again.
    """
    said = (account, ",".join(sorted(roles)), *(word or "" for word in where))
    await conn.execute(_ACTING, *said, until_end)


async def _prepare(conn: Connection, database: Database, role: Role) -> None:
    """Codecs and, on a foreign database, the role: where it exists and we may."""
    for kind in ("json", "jsonb"):
        await conn.set_type_codec(
            kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads
        )
    if not database.private:
        # Not a server setting of the connection: that would refuse where the role
        # is absent. RESET ALL, which the pool runs between users, leaves roles alone.
        await conn.execute(
            "select set_config('role', rolname, false) from pg_roles"
            " where rolname = $1 and pg_has_role(current_user, oid, 'member')",
            role.value,
        )


def _unreachable(error: BaseException) -> DatabaseTrouble:
    return DatabaseTrouble(
        f"The database cannot be reached ({type(error).__name__}). "
        "Start it with `geocorr up`, or look at GEOCORR_DSN."
    )
