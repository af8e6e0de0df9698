"""The demo's log-ins: each role has one, and it opens the door."""

import asyncio
import io

import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from api.commands import demo_accounts
from api.login.who import UserRole
from sql import accounts
from sql.db import Database, Role, connection
from tests.web.accounts import ORIGIN
from tests.web.pages import HTML


@pytest.fixture
def password(database: Database) -> str:
    """What the demo prints, run for the second time."""

    async def twice() -> str:
        async with connection(database, Role.WORKER) as conn:
            first = await demo_accounts.let_in(conn, "demo")
            second = await demo_accounts.let_in(conn, "demo")
            assert first != second
            return second

    return asyncio.run(twice())


def test_every_role_has_a_log_in(
    stranger: TestClient, database: Database, password: str
) -> None:
    assert set(demo_accounts.NAMES) == set(UserRole)
    for name, _ in demo_accounts.NAMES.values():
        stranger.cookies.clear()
        form = {"name": name, "password": password}
        answer = stranger.post("/login", data=form, headers={**ORIGIN, **HTML})
        assert (answer.status_code, answer.url.path) == (200, "/")


def test_what_is_printed(database: Database, password: str) -> None:
    out = io.StringIO()
    demo_accounts.tell(Console(file=out, width=100), password)

    async def held() -> list[accounts.Account]:
        async with connection(database, Role.WORKER) as conn:
            return await accounts.listed(conn)

    found = asyncio.run(held())
    assert password in out.getvalue()
    assert len(found) == len(UserRole)
    for account in found:
        assert account.name in out.getvalue()
        assert not account.must_change
