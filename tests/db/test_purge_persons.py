"""Retention of persons: breaches, scores, casework, orders, and nominals at last."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from api.keeping import holding
from api.keeping.holding import Wanted
from geocorr.keeping.retention import Kind
from sql import person_purges as persons
from sql import purges
from sql.db import Connection, Role, connect
from tests.db.keeping import (
    OF_PERSON,
    SHORT,
    due,
    grown_old,
    left_of,
    purged,
    tables_that_name,
)
from tests.db.scoped import EVERYONE, OWN_E, OWN_W, OWN_X, Scene

TODAY = datetime.now(UTC).date()


@pytest.fixture
async def old(scene: Scene) -> Scene:
    """Persons in every table, of whom nothing was said for ten months; hits sent."""
    await grown_old(scene)
    return scene


async def hold(scene: Scene, nominal: str) -> int:
    wanted = Wanted(None, nominal)
    made = await holding.add(scene.house.conn, wanted, "inquest", "DI H", TODAY)
    return made.id


async def test_nothing_is_due_where_periods_are_long(old: Scene) -> None:
    before = {table: await left_of(old.owner, table) for table in OF_PERSON}
    assert await purged(old.house) == {}
    assert before == {table: await left_of(old.owner, table) for table in OF_PERSON}


async def test_nothing_of_a_person_is_left_when_every_time_is_over(
    old: Scene,
) -> None:
    """Wherever a number of theirs may stand, in whatever column."""
    gone = await purged(old.house, **SHORT)
    for table in OF_PERSON:
        assert await left_of(old.owner, table) == set(), table
    for nominal in EVERYONE:
        assert await tables_that_name(old.owner, nominal) <= {"original_file"}
    n = len(EVERYONE)
    assert gone["nominals"]["nominals"] == gone["casework"]["nominals"] == n
    assert gone["breaches"] == {"breaches": n, "findings": n, "outcomes": n}
    assert gone["notices"] == {"notices": n, "steps": n}
    assert gone["orders"] == {"orders": 3, "events": 3}
    assert gone["zones"] == {"zones": n, "versions": n}
    assert gone["scores"]["lists"] == 1


async def test_a_hold_keeps_everything_of_a_nominal_and_nothing_of_others(
    old: Scene,
) -> None:
    number = await hold(old, OWN_W)
    planned = await due(old.house, **SHORT)
    for kind in (
        Kind.QUALIFIED_HITS, Kind.BREACHES, Kind.SCORES, Kind.NOTICES, Kind.CASEWORK,
    ):  # fmt: skip
        assert planned[kind][1] == 1, kind
    there = {table: await left_of(old.owner, table) for table in OF_PERSON}
    await purged(old.house, **SHORT)
    for table, were in there.items():
        # A meeting is kept by the casework that is held, a zone by the order, and the
        # nominal by all that is.
        assert await left_of(old.owner, table) == were & {OWN_W}, table
    given = await old.owner.fetch(
        "select nominals, computed, manual_nominals, manual_given from score_list"
    )
    (theirs,) = await old.owner.fetch("select id from score_nominal")
    (n,) = theirs
    assert [tuple(row) for row in given] == [([n], [n * 10], [n], [n * 100])]
    await holding.end(old.house.conn, number, "over", "DI H")
    await purged(old.house, **SHORT)
    assert await tables_that_name(old.owner, OWN_W) <= {"original_file"}


async def test_a_hold_alone_keeps_orders_zones_meetings_and_the_nominal(
    old: Scene,
) -> None:
    """Of whom nothing else is left that would keep them."""
    await old.owner.execute(
        "insert into tag_order (order_id, device_id, nominal_id, basis, during,"
        " updated_at) values ('Q', 'T-Q', 'N-none', 'licence',"
        " '[2026-02-01,2026-02-20)', '2026-02-20')"
    )
    await purged(old.house, **{**SHORT, "orders": 40_000, "nominals": 40_000}
                 | {"casework": 40_000})  # fmt: skip
    await old.owner.execute(
        "delete from disclosure; delete from case_entry; delete from managed_case;"
        "delete from referral_ruling; delete from referral;"
        "delete from consultation_answer; delete from consultation;"
        "delete from cohort_decision; delete from cohort_proposal"
    )
    await hold(old, "N-none")
    planned = await due(old.house, **SHORT)
    assert planned[Kind.ORDERS] == (3, 1)
    assert planned[Kind.MEETINGS] == (len(EVERYONE) - 1, 1)
    await purged(old.house, **SHORT)
    for table in ("tag_order", "meeting", "zone_version", "nominal"):
        assert await left_of(old.owner, table) == {"N-none"}, table
    await old.owner.execute("delete from tag_order; delete from meeting")
    planned = await due(old.house, **SHORT)
    assert planned[Kind.ZONES] == (0, 1)
    await old.owner.execute("delete from zone_version")
    planned = await due(old.house, **SHORT)
    assert planned[Kind.NOMINALS] == (0, 1)
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "nominal") == {"N-none"}


async def test_what_was_said_lately_keeps_it(old: Scene) -> None:
    """Of each kind one word that is new keeps that one."""
    await old.owner.execute("""
        insert into breach_outcome (breach, outcome, decided_by, reason)
        select id, 'explained', 'A', 'r' from breach where nominal_id = 'N-W';
        insert into disclosure (nominal_id, agency, agreement, what, purpose, said_by)
        values ('N-W', 'A', 'S', 'w', 'p', 'A');
        update tag_order set updated_at = now() where nominal_id = 'N-W';
        update outbox set created_at = now() where nominal_id = 'N-W';
        """)
    await purged(old.house, **SHORT)
    for table in ("breach", "breach_finding", "breach_outcome", "disclosure",
                  "managed_case", "case_entry", "referral", "cohort_decision",
                  "tag_order", "outbox", "outbox_step", "nominal", "zone_version",
                  "meeting", "entry_version"):  # fmt: skip
        assert await left_of(old.owner, table) == {OWN_W}, table


@pytest.mark.parametrize(
    "said",
    [
        "update nominal set updated_at = now()",
        "insert into nominal_address (nominal_id, kind, line) values ('N-W', 'h', 'x')",
        "update case_fact set until_day = current_date + 9",
        "update manual_score set review_due = current_date + 9",
        "update entry_version set known_from = now()",
        "update ownership set decided_at = now(), act = 'claimed', decided_by = 'A'",
        "insert into reason (account, purpose, subject, reason)"
        " values ('A', 'locations', 'nominal N-W', 'r')",
    ],
)
async def test_a_nominal_stays_while_anything_is_said_of_them(
    old: Scene, said: str
) -> None:
    of = {
        "update entry_version": " where entry_id = 'N-W-entry'",
        "insert": "",
    }
    where = next((w for k, w in of.items() if said.startswith(k)), None)
    await old.owner.execute(
        said + (" where nominal_id = 'N-W'" if where is None else where)
    )
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "nominal") == {OWN_W}


async def test_joined_breaches_are_one_whole(old: Scene) -> None:
    """An old breach that is part of one with a new word stays with it, and goes so."""
    joined = """
        insert into breach_finding (breach, run, zone_version, standing, joined_to,
            reason, found_at, from_at, to_at, fixes, shown_s, why, rules, because)
        select part.id, f.run, f.zone_version, 'joined', whole.id, '', $1, now(), now(),
            0, 0, '', '{}', 'b'
        from breach as part, breach as whole, breach_finding as f
        where part.nominal_id = $2 and whole.nominal_id = $3 and f.breach = part.id"""
    long_ago = datetime.now(UTC) - timedelta(days=300)
    await old.owner.execute(joined, long_ago, OWN_W, OWN_E)
    await old.owner.execute(joined, long_ago, OWN_E, OWN_X)
    await old.owner.execute(
        "insert into breach_outcome (breach, outcome, decided_by, reason)"
        " select id, 'breached', 'A', 'r' from breach where nominal_id = $1",
        OWN_X,
    )
    whole = {OWN_W, OWN_E, OWN_X}
    await purged(old.house, breaches=60)
    assert await left_of(old.owner, "breach") == whole
    await old.owner.execute("update breach_outcome set decided_at = $1", long_ago)
    # One at a time is still the whole.
    gone = await persons.forget_breaches(
        old.house.conn, datetime.now(UTC) - timedelta(days=60), 1
    )
    assert gone.counts["breaches"] == 3
    assert await left_of(old.owner, "breach") == set()


async def test_the_band_that_a_nominal_is_in_stays(old: Scene) -> None:
    """Of changes the last says so; those before it go with the lists."""
    await old.owner.execute(
        "insert into score_change (run, nominal, day, was, band, given)"
        " select run, nominal, day, 'LOW', 'HIGH', 2 from score_change"
        " where nominal = (select id from score_nominal where nominal_id = 'N-W')"
    )
    assert (await purged(old.house, scores=60))["scores"] == {
        "lists": 1, "changes": 1, "simulations": 0,
    }  # fmt: skip
    bands = await old.owner.fetch(
        "select nominal_id, band from score_change"
        " join score_nominal n on n.id = nominal"
    )
    assert {nominal: band for nominal, band in bands} == {
        nominal: "HIGH" if nominal == OWN_W else "LOW" for nominal in EVERYONE
    }


async def test_a_day_that_was_scored_lately_stays(old: Scene) -> None:
    await old.owner.execute(
        "update run set started_at = now() where id in (select run from score_run)"
    )
    assert "scores" not in await purged(old.house, scores=60)


async def test_who_moved_farthest_in_a_trial_of_weights_goes(old: Scene) -> None:
    await old.owner.execute("""
        insert into weight_set (name, version, purpose, owner, effective_from,
            review_due, data_set_caps, faults, sha256, author)
        select 'w', '1', 'score', 'o', '2026-01-01', '2026-01-01', '{}', '[]', sha256,
            'A' from original_file limit 1;
        insert into weight_simulation (weight_set, day, software_version, result, by,
            simulated_at)
        select 1, '2026-03-01', 'v', json_build_object('moves', 3, 'movers',
            json_build_array(json_build_object('nominal_id', whom))), 'A',
            now() - interval '300 days'
        from unnest(array['N-W', 'N-E']) as whom""")
    await hold(old, OWN_E)
    await purged(old.house, scores=60)
    results = await old.owner.fetch("select result from weight_simulation order by id")
    assert [row[0]["moves"] for row in results] == [3, 3]
    assert [len(row[0]["movers"]) for row in results] == [0, 1]


@pytest.mark.parametrize(
    "opened",
    [
        "insert into case_entry (managed_case, step, held_on, said_by, words, said_at)"
        " select id, 'reopened', '2026-03-06', 'A', 'w', now() - interval '300 days'"
        " from managed_case where nominal_id = 'N-W'",
        "insert into cohort_decision (nominal_id, cohort, decision, day, reason,"
        " decided_by, decided_as, discussed_with, plan, shared_with, decided_at)"
        " values ('N-W', 'flex', 'enter', '2026-03-06', 'r', 'A', '', '', '', '',"
        " now() - interval '300 days')",
    ],
)
async def test_an_open_case_keeps_all_casework_and_the_nominal(
    old: Scene, opened: str
) -> None:
    await old.owner.execute(opened)
    await purged(old.house, **SHORT)
    for table in ("referral", "referral_ruling", "managed_case", "case_entry",
                  "disclosure", "cohort_decision", "meeting", "nominal",
                  "entry_version", "manual_score"):  # fmt: skip
        assert await left_of(old.owner, table) == {OWN_W}, table


async def test_a_meeting_goes_when_nobody_in_it_has_casework_left(old: Scene) -> None:
    await old.owner.execute("""
        insert into meeting (kind, held_on, agencies, nominal_ids, outcome, by,
            recorded_at)
        values ('odoc', '2026-03-01', '{A}', '{N-W,N-E}', 'o', 'A',
            now() - interval '300 days');
        insert into panel (kind, force, held_on, chair, agencies, said_by, said_at)
        values ('selection', 'Kent', '2026-03-01', 'C', '{A}', 'A',
            now() - interval '300 days');
        insert into referral_ruling (referral, step, panel, agencies, said_by, reason,
            said_at)
        select id, 'accepted', 1, '{A}', 'A', 'r', now() - interval '300 days'
        from referral where nominal_id = 'N-W'
        on conflict (referral) do update set panel = 1;
        update disclosure set said_at = now() where nominal_id = 'N-W'""")
    await purged(old.house, **SHORT)
    named = await old.owner.fetch("select nominal_ids from meeting order by id")
    assert [row[0] for row in named] == [[OWN_W], [OWN_W, OWN_E]]
    assert await old.house.count("panel") == 1
    # Whom a meeting that stays names, stays.
    assert await left_of(old.owner, "nominal") == {OWN_W, OWN_E}
    await old.owner.execute("update disclosure set said_at = '2026-03-01'")
    gone = await purged(old.house, **SHORT)
    assert gone["meetings"] == {"meetings": 3}
    assert await old.house.count("panel") == 0


async def test_an_area_is_not_asked_again_about_an_address_that_stands(
    old: Scene,
) -> None:
    asked = """
        insert into consultation (kind, nominal_id, address, owner_force, force, rules,
            because, asked_at)
        select 'bail', nominal_id, id, 'Kent', 'Essex', '{}', 'b',
            now() - interval '300 days'
        from nominal_address where nominal_id = $1"""
    await old.owner.execute(asked, OWN_W)
    await old.owner.execute(
        "update nominal_address set valid_to = '2026-03-09' where nominal_id = $1",
        OWN_E,
    )
    await old.owner.execute(asked, OWN_E)
    await purged(old.house, casework=60)
    assert await left_of(old.owner, "consultation") == {OWN_W}
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "consultation") == set()


async def test_orders_stay_while_anything_rests_on_them(old: Scene) -> None:
    await purged(old.house, **{**SHORT, "qualified_hits": 40_000})
    assert await left_of(old.owner, "tag_order") == {OWN_W, OWN_E, OWN_X}
    assert await left_of(old.owner, "nominal") == {OWN_W, OWN_E, OWN_X}
    assert await left_of(old.owner, "device_event") == {OWN_W, OWN_E, OWN_X}
    await old.owner.execute(
        "insert into breach (zone_id, kind, nominal_id, device_id, order_id, owner,"
        " deadline_at) values ('z', 'entry', 'N-W', 'T-W', 'W', 'O', now())"
    )
    await old.owner.execute(
        "update verdict_list set order_ids = '{X}' where run ="
        " (select min(run) from verdict_list)"
    )
    short = {**SHORT, "breaches": 40_000, "verdict_lists": 40_000}
    await purged(old.house, **short)
    orders = await old.owner.fetch("select order_id from tag_order order by 1")
    assert [row[0] for row in orders] == ["W", "X"]


async def test_orders_stay_while_their_trails_do(old: Scene) -> None:
    """Without an order nobody could say whose they are, and they would go at once."""
    await purged(old.house, **{**SHORT, "trails": 40_000})
    assert await left_of(old.owner, "tag_order") == {OWN_W, OWN_E, OWN_X}
    assert await old.house.count("fix") == 30


async def test_who_wore_tags_at_the_time_of_a_crime_that_is_held_stays(
    old: Scene,
) -> None:
    wanted = Wanted(("Kent", "K1"), None)
    await holding.add(old.house.conn, wanted, "trial", "DI H", TODAY)
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "hit") == {OWN_W, OWN_X}
    assert await left_of(old.owner, "tag_order") == {OWN_W, OWN_E, OWN_X}
    assert await left_of(old.owner, "nominal") == {OWN_W, OWN_E, OWN_X}
    assert await old.house.count("fix") == 30


async def test_an_order_or_zone_that_has_not_ended_stays(old: Scene) -> None:
    await old.owner.execute(
        "update tag_order set during = '[2026-03-01,)' where nominal_id = 'N-W';"
        "update zone_version set during = '[2026-03-01, 2099-01-01)'"
        " where nominal_id = 'N-E'"
    )
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "tag_order") == {OWN_W}
    assert await left_of(old.owner, "zone_version") == {OWN_W, OWN_E}
    assert await left_of(old.owner, "nominal") == {OWN_W, OWN_E}


async def test_reports_under_no_order_go_in_their_time(old: Scene) -> None:
    await old.owner.execute(
        "insert into device_event (device_id, at, kind, note, received_at) values"
        " ('T-9', '2026-03-01', 'battery_flat', '', '2026-03-01'),"
        " ('T-9', '2026-03-02', 'battery_flat', '', now())"
    )
    await purged(old.house, orders=60)
    left = await old.owner.fetch(
        "select at::date from device_event where device_id = 'T-9'"
    )
    assert [row[0].day for row in left] == [2]


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER])
async def test_neither_role_deletes_by_itself_or_too_early(
    old: Scene, role: Role
) -> None:
    conn = await connect(old.house.database, role)
    for table in ("breach", "score_list", "managed_case", "tag_order", "nominal",
                  "entry_version", "meeting", "zone_version"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(f"delete from {table}")
    late = datetime.now(UTC) - timedelta(days=27)
    for forget in (
        persons.forget_breaches, persons.forget_scores, persons.forget_notices,
        persons.forget_casework, persons.forget_meetings, persons.forget_zones,
        persons.forget_nominals,
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await forget(conn, late, 9)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await persons.forget_orders(conn, (late, late), timedelta(0), 9)
    if role is Role.WEB:
        over = late - timedelta(days=9)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await persons.forget_nominals(conn, over, 9)
    await conn.close()
    assert await left_of(old.owner, "nominal") == EVERYONE


async def test_an_entry_that_passed_to_somebody_else_keeps_both(old: Scene) -> None:
    """Without its last version the one before it would hold again."""
    await old.owner.execute("""
        insert into entry_version (entry_id, version, replaces, nominal, kind, event_on,
            outcome, handling, withdrawn, known_from)
        select 'N-W-entry', 2, v.id, other.id, v.kind, v.event_on, 'none', '', false,
            v.known_from
        from entry_version as v, score_nominal as other
        where v.entry_id = 'N-W-entry' and other.nominal_id = 'N-E';
        insert into case_fact (fact_id, version, nominal_id, kind, value, subject,
            on_day, victim, household, relationship, source, withdrawn, recorded_by,
            recorded_at)
        values ('N-X', 2, 'N-joint', 'k', 'v', '', '2026-03-01', '', '', '', 's', false,
            'A', '2026-03-01');
        update nominal set updated_at = now() where nominal_id in ('N-E', 'N-joint')""")
    await purged(old.house, **SHORT)
    assert await left_of(old.owner, "nominal") == {OWN_W, OWN_E, OWN_X, "N-joint"}
    assert await old.owner.fetchval(
        "select count(*) from entry_version where entry_id = 'N-W-entry'"
    ) == 2  # fmt: skip
    await old.owner.execute("update nominal set updated_at = '2026-03-01'")
    gone = await purged(old.house, **SHORT)
    assert gone["nominals"]["nominals"] == 4
    assert await old.house.count("entry_version") == 0
    assert await old.house.count("case_fact") == 0


async def test_an_event_that_others_name_stays(old: Scene) -> None:
    await old.owner.execute(
        "update entry_version set event ="
        " (select id from entry_event where event_id = 'N-W-event');"
        "update nominal set updated_at = now() where nominal_id = 'N-E'"
    )
    await purged(old.house, **SHORT)
    events = await old.owner.fetch("select event_id from entry_event")
    assert "N-W-event" in {row[0] for row in events}


async def test_portions_are_each_on_record(old: Scene) -> None:
    await purged(old.house, **SHORT)
    kinds = [record.kind for record in await purges.records(old.house.conn)]
    order = [kind.value for kind in Kind if kind.value in kinds]
    assert kinds == order[::-1]
    assert {"breaches", "scores", "notices", "casework", "meetings", "orders", "zones",
            "nominals"} <= set(kinds)  # fmt: skip


async def test_every_table_that_hangs_on_what_goes_is_looked_after(
    owner: Connection,
) -> None:
    """Whoever adds a reference to one of these has to say here what becomes of it."""
    rows = await owner.fetch(
        "select conrelid::regclass::text as from_, confrelid::regclass::text as to_"
        " from pg_constraint where contype = 'f' and confdeltype = 'a'"
    )
    gone = {
        "breach", "zone_version", "outbox", "managed_case", "referral", "panel",
        "consultation", "cohort_proposal", "tag_order", "nominal", "nominal_address",
        "score_nominal", "entry_version", "entry_event", "manual_score", "ownership",
        "hold",
    }  # fmt: skip
    assert {(r["from_"], r["to_"]) for r in rows if r["to_"] in gone} == {
        ("breach_finding", "breach"),
        ("breach_finding", "zone_version"),
        ("breach_outcome", "breach"),
        ("outbox_step", "outbox"),
        ("case_entry", "managed_case"),
        ("managed_case", "referral"),
        ("referral_ruling", "referral"),
        ("referral_ruling", "panel"),
        ("consultation_answer", "consultation"),
        ("consultation", "nominal_address"),
        ("address_place", "nominal_address"),
        ("cohort_decision", "cohort_proposal"),
        ("entry_version", "score_nominal"),
        ("score_change", "score_nominal"),
        ("entry_version", "entry_version"),
        ("entry_version", "entry_event"),
        ("manual_score_step", "manual_score"),
        ("ownership", "ownership"),
        ("inbox_answer", "ownership"),
        ("inbox_escalation", "ownership"),
        ("hold_end", "hold"),
    }
