"""What every route stands on: settings, the door in, and connections by role."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from api.intake.loading import Door
from api.login.asking import Asking
from api.login.who import Who
from api.settings import Settings
from geocorr.errors import DatabaseTrouble
from sql.db import Connection, Pool, Role, acting, trouble

_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Services:
    """The service's parts. `zones`: the zone of each force's feed by identifier.

    `who` asks: what they may not see, their connections of the web's role do not show;
    to nobody (None) they show nothing.
    """

    settings: Settings
    door: Door
    zones: Mapping[str, str]
    pools: Mapping[Role, Pool]
    who: Who | None = None

    @asynccontextmanager
    async def reading(self, role: Role = Role.WEB) -> AsyncIterator[Connection]:
        """A connection that can change nothing: what it reads is one moment's."""
        # Repeatable read: a total and its page never tell of two moments.
        moment = {"isolation": "repeatable_read", "readonly": True}
        async with self._lent(role) as conn, conn.transaction(**moment):
            await self._say_who(conn, until_end=True)
            yield conn

    @asynccontextmanager
    async def connection(self, role: Role) -> AsyncIterator[Connection]:
        """A connection of this role; DatabaseTrouble where none can be had soon.

        The web's is one transaction, which ends with the block: all or nothing.
        """
        async with self._lent(role) as conn:
            if role is not Role.WEB:
                await self._say_who(conn, until_end=False)
                yield conn
                return
            async with conn.transaction():
                await self._say_who(conn, until_end=True)
                yield conn

    async def _say_who(self, conn: Connection, *, until_end: bool) -> None:
        if self.who is not None:
            where = (self.who.force, self.who.lpu)
            roles = self.who.roles
            await acting(conn, self.who.name, roles, where, until_end=until_end)

    @asynccontextmanager
    async def _lent(self, role: Role) -> AsyncIterator[Connection]:
        pool = self.pools[role]
        try:
            with trouble():
                conn = await pool.acquire(timeout=_WAIT_S)
        except (OSError, TimeoutError) as error:
            raise DatabaseTrouble(
                f"The database cannot be reached ({type(error).__name__}): "
                "look at `geocorr status` and try again."
            ) from error
        try:
            with trouble():
                yield conn
        finally:
            await pool.release(conn)


def started(request: Request) -> Services:
    """The parts of the service that answers, before it is known who asks."""
    found = request.app.state.services
    if not isinstance(found, Services):
        raise DatabaseTrouble("The service is starting: try again in a moment.")
    return found


def services(request: Request, who: Asking) -> Services:
    """The same, for who asks."""
    return asked_by(request, who)


def asked_by(request: Request, who: Who) -> Services:
    """The parts for this person, in whose name all is looked at and brought in."""
    parts = started(request)
    return replace(parts, who=who, door=replace(parts.door, who=who.name))


Parts = Annotated[Services, Depends(services)]


async def _read_only(parts: Parts) -> AsyncIterator[Connection]:
    async with parts.reading() as conn:
        yield conn


# Given back before the answer is sent, so that a slow reader holds no connection.
Reading = Annotated[Connection, Depends(_read_only, scope="function")]
