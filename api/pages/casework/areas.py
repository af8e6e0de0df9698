"""Of which area a page speaks: a person's own, or the one that the address names."""

from api import clock
from api.login.who import UserRole, Who
from api.owners.owning_known import end_of
from geocorr.errors import UsageError
from sql import boundaries
from sql.db import Connection

# An LPU's code, and how it is called.
Named = tuple[str, str]


def lpu_of(who: Who, asked: str | None) -> str | None:
    """The LPU that a page shows: one's own, else the one asked for; None = all."""
    return who.lpu or asked


def lpu_said(who: Who, typed: str) -> str:
    """The LPU for which somebody decides; UsageError where it is not theirs."""
    if who.lpu is None or UserRole.INTELLIGENCE in who.roles:
        return typed or who.lpu or ""
    if typed not in ("", who.lpu):
        raise UsageError(f"You decide for {who.lpu}, not for {typed}.")
    return who.lpu


async def choices(conn: Connection, who: Who) -> dict[str, list[Named]]:
    """What a form asks of force and LPU: nothing where a person has their own."""
    return {"lpus": await lpus_for(conn, who), "forces": await forces_for(conn, who)}


async def lpus_for(conn: Connection, who: Who) -> list[Named]:
    """The LPUs that a person may choose from; none where they have their own."""
    return [] if who.lpu else await lpus(conn)


async def forces_for(conn: Connection, who: Who) -> list[Named]:
    """The forces that a person may choose from; none where they have their own."""
    return [] if who.force else await forces(conn)


async def lpus(conn: Connection) -> list[Named]:
    """The LPUs of today, by force and code."""
    found = await boundaries.names(conn, "lpu", end_of(clock.today()))
    return [(one.code, f"{one.code} {one.name}, {one.force}") for one in found]


async def lpus_of(conn: Connection, force: str) -> list[Named]:
    """The LPUs of one force, by code."""
    found = await boundaries.names(conn, "lpu", end_of(clock.today()))
    return [(one.code, f"{one.code} {one.name}") for one in found if one.force == force]


async def forces(conn: Connection) -> list[Named]:
    """The forces of which a boundary is loaded."""
    found = await boundaries.names(conn, "force", end_of(clock.today()))
    return [(one.force, one.force) for one in found]
