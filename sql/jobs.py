"""The queue: work asked for inside a transaction, done after it by a worker.

pgqueuer keeps the queue in our own database, so that a file and the work it asks for
are stored together or not at all. A job that meets trouble of the service is tried
again; one that fails for good is held and shown by `geocorr status`, not lost.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from pgqueuer import PgQueuer, Queries
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode

from geocorr.errors import ServiceError
from sql import queries
from sql.db import Connection, Database, Role, connection

Q = queries.read("jobs")

Payload = Mapping[str, object]
Handler = Callable[[Payload], Awaitable[None]]
DAILY = "15 3 * * *"
# A full disk or a lost database may pass: again after 2, 4, 8 and 16 seconds.
_ATTEMPTS = 5
_FIRST_PAUSE = timedelta(seconds=2)


async def enqueue(conn: Connection, kind: str, payload: Payload) -> None:
    """Ask for work; it can be taken once the caller's transaction commits."""
    await Queries(AsyncpgDriver(conn)).enqueue(kind, json.dumps(payload).encode())


async def waiting(conn: Connection) -> dict[str, int]:
    """How many jobs there are of each state."""
    return {row["status"]: row["n"] for row in await conn.fetch(Q["count_jobs"])}


async def drain(database: Database, handlers: Mapping[str, Handler]) -> None:
    """Do what is in the queue, then return."""
    async with connection(database, Role.WORKER) as conn:
        queuer = _queuer(conn, handlers)
        await queuer.qm.run(
            mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1)
        )


async def work(
    database: Database,
    handlers: Mapping[str, Handler],
    daily: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
) -> None:
    """Do what comes, and `daily` once a night, until `stop` is set."""
    async with connection(database, Role.WORKER) as conn:
        queuer = _queuer(conn, handlers)

        @queuer.schedule("daily", DAILY)
        async def nightly(schedule: object) -> None:
            await daily()

        ending = asyncio.create_task(_when_set(stop, queuer))
        try:
            await queuer.run(dequeue_timeout=timedelta(seconds=5))
        finally:
            ending.cancel()


def _queuer(conn: Connection, handlers: Mapping[str, Handler]) -> PgQueuer:
    queuer = PgQueuer(AsyncpgDriver(conn))
    for kind, handler in handlers.items():
        _register(queuer, kind, handler)
    return queuer


def _register(queuer: PgQueuer, kind: str, handler: Handler) -> None:
    @queuer.entrypoint(kind, on_failure="hold")
    async def run(job: Job) -> None:
        try:
            await handler(json.loads(job.payload or b"{}"))
        except ServiceError as trouble:
            if job.attempts + 1 >= _ATTEMPTS:
                raise
            delay = _FIRST_PAUSE * 2**job.attempts
            raise RetryRequested(delay, type(trouble).__name__) from trouble


async def _when_set(stop: asyncio.Event, queuer: PgQueuer) -> None:
    await stop.wait()
    queuer.shutdown.set()
