"""The worker: does what files and people asked for, and the night's purge."""

import asyncio
from datetime import UTC, datetime

from api.cohorts import cohorts
from api.handling import handlers
from api.matches.assessing import ask_due
from api.owners import owning
from api.scores import notifications, scoring
from api.zones import zones
from geocorr.geo import WorkingCrs
from geocorr.policy import Policy
from geocorr.trust import off_spells
from sql import jobs, orders
from sql.db import Connection, Database, Role, connection, transaction
from sql.trail_quarantine import Purged, purge_quarantined
from sql.trail_store import Keeping


async def drain(database: Database, policy: Policy) -> None:
    """Do what waits in the queue, then return."""
    await jobs.drain(database, handlers(database, policy))


async def work(
    database: Database, policy: Policy, crs: WorkingCrs, stop: asyncio.Event
) -> None:
    """Do what comes until `stop` is set; every night what is due, scores at once
    where the night passed without them."""
    async with connection(database, Role.WORKER) as conn:
        await scoring.ask_missed(conn)

    async def nightly() -> None:
        async with connection(database, Role.WORKER) as conn:
            await purge(conn, policy, crs, dry_run=False)
            await ask_due(conn, policy, datetime.now(UTC))
            await zones.ask_about_silence(conn, datetime.now(UTC))
            await scoring.ask_everyone(conn, "a new day")
            await notifications.ask(conn)
            await owning.ask(conn, "a new day")
            await cohorts.ask_everyone(conn, "a new day")

    await jobs.work(database, handlers(database, policy), nightly, stop)


async def purge(
    conn: Connection, policy: Policy, crs: WorkingCrs, *, dry_run: bool
) -> list[Purged]:
    """HANTS-GPS-1. Remove fixes outside every order whose days are over."""
    async with transaction(conn):
        off = off_spells(await orders.events(conn))
        keeping = Keeping(policy, crs.srid, off)
        return await purge_quarantined(conn, datetime.now(UTC), keeping, dry_run)
