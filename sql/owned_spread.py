"""LEICS-29, LEICS-30. How many nominals each area owns, and where crimes happened."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from sql import queries
from sql.db import Connection

Q = queries.read("owned_spread")


@dataclass(frozen=True, slots=True)
class Share:
    """How many nominals an area owns, and in how many it shares."""

    force: str
    lpu: str | None
    owned: int
    shared: int


async def spread(conn: Connection, day: date, force: str | None = None) -> list[Share]:
    """LEICS-29, LEICS-30. The areas by the nominals they own, most first."""
    return [Share(**row) for row in await conn.fetch(Q["spread"], day, force)]


async def crime_places(
    conn: Connection, since: datetime, until: datetime
) -> npt.NDArray[np.float64]:
    """LEICS-29. Where the crimes of some time happened: x and y [n, 2] in metres."""
    rows = await conn.fetch(Q["crime_places"], since, until)
    return np.array([tuple(row) for row in rows], np.float64).reshape(-1, 2)
