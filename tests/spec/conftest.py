"""A database with its doors, for the rules that are about what is kept."""

from pathlib import Path

import pytest

from geocorr.geo import WorkingCrs
from sql.db import Connection, Database
from tests.db.deliveries import House


@pytest.fixture
def house(database: Database, db: Connection, bng: WorkingCrs, tmp_path: Path) -> House:
    """An empty house."""
    return House(database, db, bng, tmp_path)
