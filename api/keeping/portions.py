"""The kinds that go so many at once, each with its query and its removal."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from api.keeping.keeper import Keeper, Portions
from geocorr.keeping.retention import Kind
from sql import person_purges as persons
from sql import purges
from sql.db import Connection
from sql.purges import Due, Gone

# How many in one transaction: small enough to be no load, and to lose little.
_MANY, _FEW = 500, 20


def _by_time(
    kind: Kind,
    ask: Callable[[Connection, datetime], Awaitable[Due]],
    take: Callable[[Connection, datetime, int], Awaitable[Gone]],
    at_most: int = _MANY,
    *,
    frees: bool = True,
) -> Portions:
    """What goes by its time alone, and by what still hangs on it."""
    return Portions(
        lambda conn, k: ask(conn, k.until(kind)),
        lambda conn, k, n: take(conn, k.until(kind), n),
        at_most,
        frees,
    )


def _pairs(kind: Kind, qualified: bool) -> Portions:
    return Portions(
        lambda conn, k: purges.pairs_due(conn, qualified, k.until(kind)),
        lambda conn, k, n: purges.forget_pairs(conn, qualified, k.until(kind), n),
        _MANY,
        frees=True,
    )


async def _trail_files_due(conn: Connection, keeper: Keeper) -> Due:
    until = keeper.until(Kind.TRAIL_FILES)
    return await purges.trail_files_due(conn, until, keeper.margin)


async def _trail_files_gone(conn: Connection, keeper: Keeper, at_most: int) -> Gone:
    until = keeper.until(Kind.TRAIL_FILES)
    return await purges.forget_trail_files(conn, until, keeper.margin, at_most)


async def _orders_due(conn: Connection, keeper: Keeper) -> Due:
    times = keeper.until(Kind.ORDERS), keeper.until(Kind.TRAILS)
    return await persons.orders_due(conn, *times, keeper.margin)


async def _orders_gone(conn: Connection, keeper: Keeper, at_most: int) -> Gone:
    times = keeper.until(Kind.ORDERS), keeper.until(Kind.TRAILS)
    return await persons.forget_orders(conn, times, keeper.margin, at_most)


async def _keys_gone(conn: Connection, until: datetime, at_most: int) -> Gone:
    """All at once: they are small."""
    return await purges.forget_keys(conn, until)


async def _log_ins_gone(conn: Connection, until: datetime, at_most: int) -> Gone:
    """All at once: they are small."""
    return await purges.forget_log_ins(conn, until)


_last = partial(_by_time, frees=False)
PORTIONS: Mapping[Kind, Portions] = {
    Kind.TRAIL_FILES: Portions(_trail_files_due, _trail_files_gone, _FEW),
    Kind.DISMISSED_HITS: _pairs(Kind.DISMISSED_HITS, qualified=False),
    Kind.QUALIFIED_HITS: _pairs(Kind.QUALIFIED_HITS, qualified=True),
    Kind.VERDICT_LISTS: _by_time(
        Kind.VERDICT_LISTS, purges.lists_due, purges.forget_lists, _FEW
    ),
    Kind.CRIMES: _by_time(Kind.CRIMES, purges.crimes_due, purges.forget_crimes),
    Kind.BREACHES: _by_time(
        Kind.BREACHES, persons.breaches_due, persons.forget_breaches
    ),
    Kind.SCORES: _last(Kind.SCORES, persons.scores_due, persons.forget_scores, _FEW),
    Kind.NOTICES: _last(Kind.NOTICES, persons.notices_due, persons.forget_notices),
    Kind.CASEWORK: _by_time(
        Kind.CASEWORK, persons.casework_due, persons.forget_casework
    ),
    Kind.MEETINGS: _by_time(
        Kind.MEETINGS, persons.meetings_due, persons.forget_meetings
    ),
    Kind.ORDERS: Portions(_orders_due, _orders_gone, _MANY, frees=True),
    Kind.ZONES: _by_time(Kind.ZONES, persons.zones_due, persons.forget_zones),
    Kind.NOMINALS: _last(Kind.NOMINALS, persons.nominals_due, persons.forget_nominals),
    Kind.FILES: _last(Kind.FILES, purges.files_due, purges.forget_files, _FEW),
    Kind.IDEMPOTENCY_KEYS: _last(Kind.IDEMPOTENCY_KEYS, purges.keys_due, _keys_gone),
    Kind.SESSIONS: _last(Kind.SESSIONS, purges.log_ins_due, _log_ins_gone),
}
