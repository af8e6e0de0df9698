"""Browsers of people who come in by a password: who has one, and what they send."""

import asyncio

from fastapi.testclient import TestClient
from httpx2 import Response

from api.login import passwords
from api.login.session import Session
from sql.db import Database, Role, connection
from tests.web.accounts import BASE, ORIGIN
from tests.web.pages import HTML

PASSWORD = "three green bottles"
HASH = asyncio.run(passwords.hashed(PASSWORD))


def enter(client: TestClient, name: str = "ann", password: str = PASSWORD, **more: str):
    form = {"name": name, "password": password, **more}
    return client.post("/login", data=form)


def choose(
    client: TestClient, old: str, new: str, again: str | None = None
) -> Response:
    csrf = Session(next(c.value for c in client.cookies.jar)).csrf
    again = new if again is None else again
    form = {"csrf": csrf, "old": old, "new": new, "again": again}
    return client.post("/password", data=form)


def elsewhere(client: TestClient, address: str = "203.0.113.9") -> TestClient:
    """Another browser, at another address, of the same service."""
    other = TestClient(client.app, base_url=BASE, client=(address, 50000))
    # The service runs already: a client of its own would start it again.
    other.portal = client.portal
    other.headers.update({**ORIGIN, **HTML})
    other.follow_redirects = False
    return other


def on_database(database: Database, act):
    async def acting():
        async with connection(database, Role.WORKER) as conn:
            return await act(conn)

    return asyncio.run(acting())


async def later(database: Database, past: str) -> None:
    """As if all that is kept of log-in had happened earlier."""
    async with connection(database, Role.OWNER) as conn:
        await conn.execute(f"update log_in_attempt set at = at - interval '{past}'")
        await conn.execute(f"update session set seen_at = seen_at - interval '{past}'")
