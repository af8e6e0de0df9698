"""The service as a client meets it: on real PostGIS, over HTTP, in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import app as service
from api.settings import Settings
from sql.db import Database

BASE = "http://127.0.0.1"


@pytest.fixture
def settings(grid: Path, tmp_path: Path) -> Settings:
    """A home with the grid in place; one force's feed has its zone."""
    (tmp_path / "proj").symlink_to(grid)
    return Settings(home=tmp_path, max_upload_mb=2, feed_zones={"gwp": "Europe/London"})


@pytest.fixture
def client(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A client of the service on the test's own database."""
    monkeypatch.setattr(service, "database_of", lambda settings: database)
    with TestClient(service.create_app(settings), base_url=BASE) as client:
        yield client
