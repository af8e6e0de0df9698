"""The database as most commands use it: one connection, for one question."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.ground import database as database_of
from api.settings import Settings
from sql.db import Connection, Role, connection

T = TypeVar("T")


def on_database(act: Callable[[Connection], Awaitable[T]]) -> T:
    """What `act` gives with a connection of the worker's role."""

    async def acting() -> T:
        async with connection(database_of(Settings()), Role.WORKER) as conn:
            return await act(conn)

    return asyncio.run(acting())
