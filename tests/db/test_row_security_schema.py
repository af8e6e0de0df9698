"""Nothing that comes later is left unguarded; the worker works under the policies."""

import asyncpg
import pytest

from sql.db import Connection, Role
from sql.guarded import copy_into
from tests.db.asking import (
    OF_CASES,
    OF_CRIMES,
    OF_ENTRIES,
    OF_EVENTS,
    OF_FORCES,
    OF_HITS,
    OF_INTELLIGENCE,
    OF_PERSONS,
)
from tests.db.deliveries import House, crime, order, stay
from tests.db.scoped import Scene

OF_OTHERS = {
    "verdict_list", "consultation", "consultation_answer", "weight_simulation", "audit",
    "audit_link", "audit_anchor", "hold", "hold_end", "idempotency_key", "reason",
}  # fmt: skip
COVERED = {
    *OF_CASES, *OF_INTELLIGENCE, *OF_ENTRIES, *OF_PERSONS, *OF_EVENTS, *OF_HITS,
    *OF_CRIMES, *OF_FORCES, *OF_OTHERS,
}  # fmt: skip
# What the web reads whoever asks: no person and no crime stands in it.
OPEN = {
    "boundary": "areas as published",
    "postcode": "places as published",
    "migration": "which version of the schema this is",
    "pgqueuer": "how many jobs wait; their contents it does not read",
    "pgqueuer_log": "how jobs ended",
    "entry_kind": "what entries are weighted by",
    "score_profile": "choices",
    "score_run": "which day was scored when",
    "weight_set": "choices",
    "weight": "choices",
    "weight_step": "who approved a set of weights",
    "cohort_weighting": "choices of a force",
    "panel": "when agencies sat",
    "sharing_agreement": "between whom information may be shared",
    "oidc_journey": "who is on the way to a provider; nobody by name",
    "purge_record": "how much went, without saying whose it was",
}
# What the web may ask with the owner's rights: each looks who asks, or tells nothing.
TRUSTED = {
    "our_nominals", "case_nominals", "our_crimes", "score_lists_seen", "scores_given",
    "hit_evidence_of", "breach_evidence_of", "trail_round_hit", "trail_of_nominal",
    # Who comes in, before it is known who asks.
    "log_in_began", "log_in_ended", "session_opened", "session_seen", "session_ended",
    "sessions_ended", "token_used", "password_changed", "account_of_subject",
    # Who looked at hits that one sees.
    "lookers",
}  # fmt: skip


async def test_nobody_has_a_right_on_a_days_trails(
    scene: Scene, owner: Connection, db: Connection
) -> None:
    await db.execute("select trail_partition('2031-05-06')")
    parts = await owner.fetch("select inhrelid::oid from pg_inherits")
    assert len(parts) > 1
    rights = "select, insert, update, delete, truncate, references, trigger"
    for role in (Role.WEB, Role.WORKER, "public"):
        for part in parts:
            asked = "select has_table_privilege($1, $2::oid, $3)"
            assert not await owner.fetchval(asked, str(role), part[0], rights)


async def test_every_table_that_the_web_reads_is_guarded_or_open(
    owner: Connection,
) -> None:
    """A new table with persons or crimes needs a policy, and a line in `asking`."""
    tables = await owner.fetch(
        "select relname::text, relrowsecurity, exists ("
        "    select from pg_policy where polrelid = c.oid and polroles @> array["
        "    to_regrole('geocorr_web')::oid]) as policy"
        " from pg_class c where relkind in ('r', 'p', 'm', 'f')"
        " and relnamespace = 'public'::regnamespace"
        " and relname not in (select 'spatial_ref_sys')"
        " and has_any_column_privilege('geocorr_web', c.oid, 'select')"
    )
    guarded = {t["relname"] for t in tables if t["relrowsecurity"] and t["policy"]}
    assert guarded == COVERED
    assert {t["relname"] for t in tables} - guarded <= set(OPEN)


async def test_every_view_asks_as_who_reads_it(owner: Connection) -> None:
    views = await owner.fetch(
        "select relname::text from pg_class where relkind = 'v'"
        " and relnamespace = 'public'::regnamespace"
        " and has_any_column_privilege('geocorr_web', oid, 'select')"
        " and not coalesce(reloptions, '{}') && array['security_invoker=true']"
        " and relname not in ('geometry_columns', 'geography_columns')"
    )
    assert [*views] == []


async def test_every_function_of_the_owners_rights_is_known_and_pinned(
    owner: Connection,
) -> None:
    functions = await owner.fetch(
        "select proname::text, coalesce(array_to_string(proconfig, ','), '') as set,"
        " has_function_privilege('geocorr_web', oid, 'execute')"
        "    and prorettype <> 'trigger'::regtype as webs"
        " from pg_proc p where prosecdef and pronamespace = 'public'::regnamespace"
        " and not exists (select from pg_depend where objid = p.oid and deptype = 'e')"
    )
    assert {f["proname"] for f in functions if f["webs"]} <= TRUSTED
    assert all("search_path=public, pg_temp" in f["set"] for f in functions)


async def test_the_worker_sees_and_stores_all_by_its_policies(house: House) -> None:
    conn = house.conn
    assert await conn.fetchval("select row_security_active('hit')")
    await house.orders(order("A", "T1"))
    await house.trails(*stay("T1"))
    await house.crimes(crime("C1"))
    await house.drain()
    assert [s.hit.nominal_id for s in await house.hits()] == ["N-A"]
    assert await house.count("assessment") == 1
    # A policy that lets all through leaves the index of places in use.
    async with conn.transaction():
        await conn.execute("set local enable_seqscan = off")
        plan = await conn.fetch(
            "explain select from crime_version"
            " where place && st_makeenvelope(0, 0, 1, 1)"
        )
    assert any("crime_version_place" in line[0] for line in plan)


async def test_who_owns_the_tables_stores_without_a_stage(owner: Connection) -> None:
    async with owner.transaction(), copy_into(owner, "hit", ("id",)) as table:
        assert table == "hit"


async def test_a_crime_keeps_its_force_in_every_row(scene: Scene) -> None:
    wrong = await scene.owner.fetchval(
        "select count(*) from hit join crime_version v on v.id = hit.crime_version"
        " join crime on crime.id = v.crime"
        " where hit.force <> crime.force or v.force <> crime.force"
    )
    assert wrong == 0
    for table in ("hit", "crime_version"):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await scene.owner.execute(f"update {table} set force = 'Gwent'")
