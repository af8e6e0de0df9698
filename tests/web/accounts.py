"""Accounts for tests, and clients that are logged in as one, as a browser would be."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from fastapi.testclient import TestClient

from api.login.session import Session, digest, new_secret
from api.login.who import UserRole
from sql import accounts, sessions
from sql.accounts import NewAccount
from sql.db import Database, Role, connection
from sql.sessions import Way

EVERYONE = "test.all"
BASE = "http://127.0.0.1"
# What a browser says of every form of ours.
ORIGIN = {"Origin": BASE}


def entered(
    client: TestClient,
    database: Database,
    name: str = EVERYONE,
    roles: Collection[UserRole] = tuple(UserRole),
    of: tuple[str | None, str | None] = (None, None),
    shown: str | None = None,
) -> TestClient:
    """The client with a session of a new account with these roles, force and LPU."""
    account = asyncio.run(made(database, name, roles, of, shown=shown))
    session = asyncio.run(_session(database, account))
    client.cookies.set("geocorr", session.id)
    client.headers.update(ORIGIN)
    return client


async def made(
    database: Database,
    name: str,
    roles: Collection[UserRole] = tuple(UserRole),
    of: tuple[str | None, str | None] = (None, None),
    password_hash: str | None = None,
    must_change: bool = False,
    shown: str | None = None,
) -> int:
    """The number of the account of this name, made if there is none."""
    words = (
        name,
        shown or name.title(),
        tuple(roles),
        *of,
        name,
        password_hash,
        must_change,
    )
    async with connection(database, Role.WORKER) as conn:
        number = await accounts.make(conn, NewAccount(*words), "test")
        return number or (await accounts.named(conn, name)).id


async def token(database: Database, account: int) -> str:
    """A script's key."""
    key = new_secret()
    async with connection(database, Role.WORKER) as conn:
        lasts = timedelta(days=1)
        await accounts.make_token(conn, digest(key), account, "t", "test", lasts)
    return key


async def _session(database: Database, account: int) -> Session:
    session, lasts = Session(new_secret()), timedelta(hours=1)
    async with connection(database, Role.WEB) as conn:
        words = (session.sha256, account, Way.PASSWORD, "test", lasts)
        assert await sessions.open_session(conn, *words)
    return session
