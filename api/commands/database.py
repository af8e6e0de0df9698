"""The database as most commands use it: one connection, for one question."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console

from api import worker
from api.commands import log_to_stderr
from api.ground import database as database_of
from api.settings import Settings
from loaders import policy as policies
from sql.db import Connection, Role, connection

T = TypeVar("T")


def on_database(act: Callable[[Connection], Awaitable[T]]) -> T:
    """What `act` gives with a connection of the worker's role."""

    async def acting() -> T:
        async with connection(database_of(Settings()), Role.WORKER) as conn:
            return await act(conn)

    return asyncio.run(acting())


def scored_at_once() -> None:
    """Do what waits in the queue, as the worker would: a score is asked for there."""
    settings = Settings()
    log_to_stderr()
    with Console(stderr=True).status("Scoring whom this touches ..."):
        asyncio.run(worker.drain(database_of(settings), policies.read(settings.policy)))
