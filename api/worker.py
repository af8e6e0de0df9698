"""The worker: does what files and people asked for, and the night's purge."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from api.cohorts import cohorts
from api.handling import handlers
from api.keeping import purging
from api.keeping.keeper import Keeper
from api.matches.assessing import ask_due
from api.owners import owning
from api.scores import notifications, scoring
from api.zones import zones
from geocorr.geo import WorkingCrs
from geocorr.keeping.retention import Retention
from geocorr.policy import Policy
from sql import jobs
from sql.db import Database, Role, connection


async def drain(database: Database, policy: Policy) -> None:
    """Do what waits in the queue, then return."""
    await jobs.drain(database, handlers(database, policy))


@dataclass(frozen=True, slots=True)
class Choices:
    """By what the worker decides: matching, places, and how long things are kept."""

    policy: Policy
    crs: WorkingCrs
    retention: Retention


async def work(database: Database, by: Choices, stop: asyncio.Event) -> None:
    """Do what comes until `stop` is set; every night what is due, scores at once
    where the night passed without them."""
    policy = by.policy
    async with connection(database, Role.WORKER) as conn:
        await scoring.ask_missed(conn)

    async def nightly() -> None:
        async with connection(database, Role.WORKER) as conn:
            await ask_due(conn, policy, datetime.now(UTC))
            await zones.ask_about_silence(conn, datetime.now(UTC))
            await scoring.ask_everyone(conn, "a new day")
            await notifications.ask(conn)
            await owning.ask(conn, "a new day")
            await cohorts.ask_everyone(conn, "a new day")
            # Last: it may take long, and waits for those who read.
            now = datetime.now(UTC)
            keeper = Keeper(by.retention, policy, by.crs, now, "geocorr")
            await purging.purge(conn, keeper)

    await jobs.work(database, handlers(database, policy), nightly, stop)
