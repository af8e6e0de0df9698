"""The service as a client meets it: on real PostGIS, over HTTP, in one process."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import app as service
from api.login.who import UserRole
from api.settings import Settings
from sql.db import Database
from tests.web.accounts import BASE, ORIGIN, entered, made
from tests.web.pages import HTML
from tests.web.visitors import HASH

ClientAs = Callable[..., TestClient]


@pytest.fixture
def settings(grid: Path, tmp_path: Path) -> Settings:
    """A home with the grid in place; one force's feed has its zone."""
    (tmp_path / "proj").symlink_to(grid)
    return Settings(
        home=tmp_path,
        max_upload_mb=2,
        feed_zones={"gwp": "Europe/London"},
        requests_per_min=100_000,
    )


@pytest.fixture
def stranger(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A client of the service on the test's own database, who has not logged in."""
    monkeypatch.setattr(service, "database_of", lambda settings: database)
    with TestClient(service.create_app(settings), base_url=BASE) as client:
        yield client


@pytest.fixture
def visitor(stranger: TestClient, database: Database) -> TestClient:
    """A browser without a session; the account ann exists."""
    asyncio.run(made(database, "ann", password_hash=HASH))
    stranger.headers.update({**ORIGIN, **HTML})
    stranger.follow_redirects = False
    return stranger


@pytest.fixture
def client(stranger: TestClient, database: Database) -> TestClient:
    """A client who has logged in to an account with every role."""
    return entered(stranger, database)


@pytest.fixture
def client_as(stranger: TestClient, database: Database) -> ClientAs:
    """Makes one more client of the same service, logged in as `name` with roles.

    `client_as("ann", {UserRole.INVESTIGATOR}, ("dem", None))`: of a force and an LPU.
    """

    def make(
        name: str,
        roles: set[UserRole] = frozenset(UserRole),
        of: tuple[str | None, str | None] = (None, None),
        shown: str | None = None,
    ) -> TestClient:
        app = stranger.app
        assert isinstance(app, FastAPI)
        # The service runs already: a client of its own would start it again.
        other = TestClient(app, base_url=BASE)
        other.portal = stranger.portal
        return entered(other, database, name, roles, of, shown)

    return make
