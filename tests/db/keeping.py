"""A house whose persons are of long ago, and what retention takes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.keeping import purging
from api.keeping.keeper import Keeper
from geocorr.keeping.retention import Kind, Retention
from loaders.retention import shipped
from sql.db import Connection
from tests.db.asking import (
    OF_CASES,
    OF_ENTRIES,
    OF_HITS,
    OF_INTELLIGENCE,
    OF_PERSONS,
)
from tests.db.deliveries import House
from tests.db.scoped import Scene

# Long enough for all that a house holds; a test says what it shortens.
LONG = replace(
    shipped(),
    trails=40_000,
    dismissed_hits=40_000,
    qualified_hits=40_000,
    verdict_lists=40_000,
    crimes=40_000,
    breaches=40_000,
    scores=40_000,
    casework=40_000,
    orders=40_000,
    nominals=40_000,
    files=40_000,
    audit=40_000,
)
SHORT = dict(
    trails=60,
    dismissed_hits=60,
    qualified_hits=60,
    verdict_lists=60,
    crimes=60,
    breaches=60,
    scores=60,
    casework=60,
    orders=60,
    nominals=60,
)
# Where a person stands, and what each row is of.
OF_PERSON = {
    **OF_CASES,
    **OF_ENTRIES,
    **OF_HITS,
    **OF_INTELLIGENCE,
    **OF_PERSONS,
    "consultation": "select ctid, nominal_id from consultation",
    "device_event": "select ctid, replace(device_id, 'T', 'N') from device_event",
}
# What speaks of the past, or is not theirs: neither is shifted.
_APART = (
    "audit", "audit_link", "audit_anchor", "hold", "hold_end", "purge_record",
    "migration", "trail_purge", "spatial_ref_sys", "account", "session",
    "log_in_attempt", "idempotency_key",
)  # fmt: skip


def keeper(house: House, retention: Retention = LONG) -> Keeper:
    return Keeper(retention, house.policy, house.crs, datetime.now(UTC), "geocorr")


async def purged(house: House, **periods: int) -> Mapping[str, Mapping[str, int]]:
    """What goes by kind. A dry run before says as many, and takes nothing; a second
    purge finds nothing."""
    by = keeper(house, replace(LONG, **periods))
    planned = await due(house, **periods)
    assert planned == await due(house, **periods)
    sums: dict[str, dict[str, int]] = {}
    for one in await purging.purge(house.conn, by):
        counts = sums.setdefault(one.kind.value, {})
        for name, n in one.gone.counts.items():
            counts[name] = counts.get(name, 0) + n
    for kind, (n, _) in planned.items():
        assert next(iter(sums.get(kind.value, {"none": 0}).values())) == n, kind
    assert await purging.purge(house.conn, by) == []
    return sums


async def due(house: House, **periods: int) -> dict[Kind, tuple[int, int]]:
    """By a dry run: how many would go, and how many are held."""
    by = keeper(house, replace(LONG, **periods))
    plan = await purging.plan(house.conn, by)
    return {one.kind: (one.due.n, one.due.held) for one in plan}


async def grown_old(scene: Scene, days: int = 300) -> None:
    """What was said just now was said so many days ago; cases and orders are over."""
    await scene.owner.execute("""
        insert into case_entry (managed_case, step, held_on, said_by, words)
        select id, 'closed', '2026-03-05', 'A', 'w' from managed_case;
        insert into cohort_decision (nominal_id, cohort, decision, day, reason,
            decided_by, decided_as, discussed_with, plan, shared_with)
        select nominal_id, 'fixed', 'leave', '2026-03-05', 'r', 'A', '', '', '', ''
        from nominal;
        update tag_order set during = tstzrange(lower(during), '2026-03-20');
        """)
    columns = await scene.owner.fetch(
        "select c.table_name::text, c.column_name::text"
        " from information_schema.columns c"
        " join pg_class on relname = c.table_name and relkind = 'r'"
        " and relnamespace = 'public'::regnamespace"
        " where c.table_schema = 'public' and c.is_generated = 'NEVER'"
        " and c.data_type = 'timestamp with time zone'"
        " and not c.table_name = any($1) and not c.table_name like 'pgqueuer%'"
        " and not relispartition",
        _APART,
    )
    for table, column in columns:
        await scene.owner.execute(
            f"update {table} set {column} = {column} - $1::interval"
            f" where {column} > now() - interval '30 days'",
            timedelta(days=days),
        )


async def left_of(owner: Connection, table: str) -> set[str]:
    """Whom the rows of a table are of."""
    return {row[1] for row in await owner.fetch(OF_PERSON[table])}


async def tables_that_name(owner: Connection, text: str) -> set[str]:
    """Every table in a row of which this stands, but for the audit and holds."""
    tables = await owner.fetch(
        "select relname::text from pg_class where relkind = 'r'"
        " and relnamespace = 'public'::regnamespace and not relispartition"
        " and not relname = any($1)",
        _APART,
    )
    return {
        table
        for (table,) in tables
        if await owner.fetchval(
            f"select exists (select from {table} as t where t::text like $1)",
            f"%{text}%",
        )
    }
