"""Entries and weights in a database, and days on which they were known."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from api.clock import today
from api.scores.notifications import Desk
from geocorr.scoring.entry import Entry
from geocorr.scoring.weights import WeightSet
from loaders.profile import Profiles
from sql import batches, entries, weights
from sql.db import Connection, transaction

DESK = Desk((), Profiles({}))


async def approve(
    conn: Connection, given: WeightSet, at: datetime | None = None
) -> int:
    """Put a weight set in force, approved at a time (None = now); its number."""
    file = f"{given.name} {given.version}".encode()
    async with transaction(conn):
        await batches.keep_original(conn, file, "weights", "tester")
        digest = hashlib.sha256(file).digest()
        number = await weights.keep(conn, given, (), (digest, "A"))
        told = ("0", {"changed": 0})
        tried = await weights.keep_simulation(
            conn, (number, None), given.effective_from, told, "A"
        )
        await conn.execute(
            "insert into weight_step (weight_set, step, simulation, by, reason,"
            " decided_at)"
            " values ($1, 'approved', $2, 'B', 'fits', coalesce($3, now()))",
            number,
            tried,
            at,
        )
    return number


async def bring(
    conn: Connection, given: Sequence[Entry], at: datetime | None = None
) -> None:
    """Entries that are known from a time on (None = now)."""
    async with transaction(conn):
        await entries.lock(conn)
        known_from = at or await entries.known_at(conn)
        await entries.keep(conn, list(given), known_from)


def noon(day: date) -> datetime:
    """Noon of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def ago(days: int) -> date:
    """So many days before today, by London's calendar."""
    return today() - timedelta(days=days)
