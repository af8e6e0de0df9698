"""What is kept of persons and goes when its time is over: what is due, its removal.

By functions of the schema alone (migration 0032), as all else that goes.
"""

from datetime import datetime, timedelta

from sql import queries
from sql.db import Connection
from sql.purges import Due, Gone, as_gone, due

Q = queries.read("person_purges")


async def breaches_due(conn: Connection, until: datetime) -> Due:
    """Breaches by their last finding or word."""
    return await due(conn, "breaches_due($1)", until)


async def scores_due(conn: Connection, until: datetime) -> Due:
    """Lists of scores: of a day, a portion and a force."""
    return Due(**await conn.fetchrow(Q["due_scores"], until))


async def notices_due(conn: Connection, until: datetime) -> Due:
    """Notices of first scores and changed bands."""
    return await due(conn, "notices_due($1)", until)


async def casework_due(conn: Connection, until: datetime) -> Due:
    """Nominals whose casework goes, none of which is open."""
    return await due(conn, "casework_due($1)", until)


async def meetings_due(conn: Connection, until: datetime) -> Due:
    """Meetings and panels of which no casework is left."""
    return await due(conn, "meetings_due($1)", until)


async def orders_due(
    conn: Connection, until: datetime, trails_until: datetime, margin: timedelta
) -> Due:
    """Orders on which nothing rests; trails up to `trails_until` are no hindrance."""
    asked = (until, trails_until, margin)
    return await due(conn, "orders_due($1, $2, $3)", *asked)


async def zones_due(conn: Connection, until: datetime) -> Due:
    """Zones in all their versions."""
    return await due(conn, "zones_due($1)", until)


async def nominals_due(conn: Connection, until: datetime) -> Due:
    """Nominals whom nothing names any more."""
    return await due(conn, "nominals_due($1)", until)


async def forget_breaches(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove breaches with their findings, evidence and outcomes."""
    return as_gone(await conn.fetchrow(Q["forget_breaches"], until, at_most))


async def forget_scores(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove lists of scores, and the changes of band that later ones replaced."""
    return as_gone(await conn.fetchrow(Q["forget_scores"], until, at_most))


async def forget_notices(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove notices, and what became of them."""
    return as_gone(await conn.fetchrow(Q["forget_notices"], until, at_most))


async def forget_casework(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove all casework of some nominals."""
    return as_gone(await conn.fetchrow(Q["forget_casework"], until, at_most))


async def forget_meetings(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove meetings and panels."""
    return as_gone(await conn.fetchrow(Q["forget_meetings"], until, at_most))


async def forget_orders(
    conn: Connection,
    times: tuple[datetime, datetime],
    margin: timedelta,
    at_most: int,
) -> Gone:
    """Remove orders and what devices reported; `times` = of orders, of trails."""
    asked = (*times, margin, at_most)
    return as_gone(await conn.fetchrow(Q["forget_orders"], *asked))


async def forget_zones(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove zones in all their versions."""
    return as_gone(await conn.fetchrow(Q["forget_zones"], until, at_most))


async def forget_nominals(conn: Connection, until: datetime, at_most: int) -> Gone:
    """Remove nominals with all that is theirs alone."""
    return as_gone(await conn.fetchrow(Q["forget_nominals"], until, at_most))
