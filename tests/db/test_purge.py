"""Retention: what goes when its time is over, what stays, and the record of both."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from api.keeping import auditing, holding, purging
from api.keeping.holding import Wanted
from api.matches import deciding
from api.matches.deciding import By
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.keeping.retention import Kind
from loaders.retention import shipped
from sql import audit, hit_decisions, hits, holds, purges
from sql.db import Connection, Role, connect
from tests.db.deliveries import BATCH, House, crime, order, stay
from tests.db.keeping import LONG, due, keeper, purged

TODAY = date(2026, 11, 21)
# Minutes to the same hour of the Saturday before.
EARLIER = -24 * 60 * 3
BY = By("Central A", "on the spot")


@pytest.fixture
async def evening(house: House, owner: Connection) -> House:
    """Four hits of last March, a year and two months ago as far as runs tell; hit 1
    dismissed, hit 2 sent and ruled out, nothing said of hits 3 and 4."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    await house.trails(
        *stay("T1"), *stay("T1", 5_000, 120), *stay("T2", 9_000), name="a.csv"
    )
    await house.trails(*stay("T2", 12_000, EARLIER), name="b.csv")
    await house.crimes(
        crime("K1"),
        crime("K2", 5_000, 120),
        crime("K3", 9_000),
        crime("K4", 12_000, EARLIER),
    )
    await house.drain()
    one, two, *_ = [h.id for h in await house.hits()]
    await deciding.dismiss(house.conn, [one], BY)
    await deciding.qualify(house.conn, [two], BY, send=True)
    await aged(owner, 425)
    return house


async def aged(owner: Connection, days: int) -> None:
    """All that was found, said and delivered, so many days earlier."""
    for table, column in (
        ("run", "started_at"),
        ("hit_decision", "said_at"),
        ("original_file", "received_at"),
        ("trail_file", "received_at"),
        ("trail", "received_at"),
        ("crime_version", "created_at"),
    ):
        await owner.execute(
            f"update {table} set {column} = {column} - $1::interval",
            timedelta(days=days),
        )


async def test_nothing_is_due_where_periods_are_long(evening: House) -> None:
    before = await evening.count("hit")
    assert await purged(evening) == {}
    assert await evening.count("hit") == before == 4
    assert await evening.count("purge_record") == 0


async def test_trails_go_day_by_day_and_the_evidence_of_hits_stays(
    evening: House,
) -> None:
    days = (datetime.now(UTC).date() - date(2026, 3, 8)).days
    evidence = [(await hits.one(evening.conn, n))["evidence"] for n in range(1, 5)]
    assert await purged(evening, trails=days) == {
        "trails": {"rows": 1, "fixes": 10},
        "trail_files": {"files": 1, "bytes": await _bytes(evening)},
    }
    assert await evening.count("fix") == 30
    left = [(await hits.one(evening.conn, n))["evidence"] for n in range(1, 5)]
    assert left == evidence
    # A day that is empty has gave back its room; another day still takes fixes.
    assert len(await purges.trail_days(evening.conn, datetime.now(UTC))) == 1
    assert (await evening.trails(*stay("T1", 7), name="c.csv")).accepted == 10


async def _bytes(house: House) -> int:
    """How long the file is that is to go, as it lay there: it went already."""
    return await house.conn.fetchval(
        "select (counts ->> 'bytes')::bigint from purge_record"
        " where kind = 'trail_files'"
    )


async def test_a_trail_file_goes_when_the_last_of_its_fixes_does(
    evening: House,
) -> None:
    late = (datetime.now(UTC).date() - date(2026, 3, 11)).days
    gone = await purged(evening, trails=late)
    assert gone["trail_files"]["files"] == 2
    assert gone["trails"]["fixes"] == 40
    assert await evening.count("trail_file_piece") == 0
    # That it came is still known, so that it does not come in again.
    assert await evening.count("trail_file") == 2
    report = await evening.trails(*stay("T2", 12_000, EARLIER), name="again.csv")
    assert [w.type for w in report.warnings] == ["ALREADY_LOADED"]
    assert await evening.count("fix") == 0


async def test_dismissed_hits_go_and_qualified_ones_stay(evening: House) -> None:
    """Dismissed or never spoken of: a year from the last finding or word."""
    gone = await purged(evening, dismissed_hits=365)
    assert gone["dismissed_hits"]["pairs"] == gone["dismissed_hits"]["hits"] == 3
    assert gone["dismissed_hits"]["words"] == 1
    (left,) = await evening.hits()
    assert left.hit.crime_reference == "K2"
    assert (await hits.one(evening.conn, left.id))["evidence"]
    words = await hit_decisions.words(evening.conn, left.id)
    assert [w.word.value for w in words] == ["qualified", "sent"]


async def test_qualified_hits_go_after_their_own_time(evening: House) -> None:
    gone = await purged(evening, qualified_hits=400)
    assert gone["qualified_hits"]["hits"] == 1
    assert {h.hit.crime_reference for h in await evening.hits()} == {"K1", "K3", "K4"}


async def test_a_word_that_was_said_lately_keeps_the_hit(
    evening: House, owner: Connection
) -> None:
    await owner.execute("update hit_decision set said_at = now() where hit = 1")
    gone = await purged(evening, dismissed_hits=365)
    assert gone["dismissed_hits"]["hits"] == 2
    assert 1 in [h.id for h in await evening.hits()]


async def test_crimes_go_when_nothing_hangs_on_them_any_more(evening: House) -> None:
    gone = await purged(evening, crimes=200, dismissed_hits=365, qualified_hits=400)
    assert "crimes" in gone
    assert gone["crimes"]["crimes"] == 4
    for table in ("crime", "crime_version", "batch_crime", "coverage_statement"):
        assert await evening.count(table) == 0, table


async def test_a_crime_with_a_hit_stays(evening: House) -> None:
    gone = await purged(evening, crimes=200, dismissed_hits=365)
    assert gone.get("crimes", {}).get("crimes") == 3
    assert await evening.conn.fetchval("select reference from crime") == "K2"


async def test_files_go_after_their_crimes_with_what_was_refused(
    evening: House,
) -> None:
    await evening.crimes("no,row,at,all", batch="KNT20260312")
    assert (await purged(evening, files=200))["files"]["files"] == 1  # the orders
    assert await evening.conn.fetchval(
        "select count(*) from original_file where compressed <> ''"
    )
    await purged(evening, files=200, crimes=200, dismissed_hits=365, qualified_hits=400)
    held = await evening.conn.fetch(
        "select kind, compressed = '' as gone, purged_at is null as there"
        " from original_file order by kind"
    )
    assert {tuple(row) for row in held if row["kind"] == "crimes"} >= {
        ("crimes", True, False)
    }
    # The delivery itself is on record still, and the same file may come again.
    assert await evening.count("batch") == 2
    await evening.crimes(crime("K1"), batch=BATCH)
    assert await evening.count("crime") == 1


async def test_a_hold_on_a_crime_keeps_all_of_it(evening: House) -> None:
    wanted = Wanted(("Kent", "K1"), None)
    await holding.add(evening.conn, wanted, "trial", "DI H", TODAY)
    short = dict(trails=60, dismissed_hits=60, qualified_hits=60, crimes=60)
    planned = await due(evening, **short)
    assert planned[Kind.DISMISSED_HITS] == (2, 1)
    gone = await purged(evening, **short)
    assert [h.hit.crime_reference for h in await evening.hits()] == ["K1"]
    assert await evening.conn.fetchval("select reference from crime") == "K1"
    # All trails of a day round its window; the file that holds them too.
    assert await evening.count("fix") == 30
    assert gone["trails"]["fixes"] == 10
    assert await evening.count("trail_file_piece") == 1


async def test_a_hold_on_a_nominal_keeps_hits_and_trails(evening: House) -> None:
    held = await holding.add(
        evening.conn, Wanted(None, "N-O2"), "inquest", "DI H", TODAY
    )
    short = dict(trails=60, dismissed_hits=60, qualified_hits=60, crimes=60)
    await purged(evening, **short)
    assert {h.hit.nominal_id for h in await evening.hits()} == {"N-O2"}
    devices = await evening.conn.fetch("select distinct device_id from fix")
    assert [row["device_id"] for row in devices] == ["T2"]
    assert await evening.count("trail_file_piece") == 2
    # Ended, and it goes with all else.
    await holding.end(evening.conn, held.id, "over", "DI H")
    await purged(evening, **short)
    assert await evening.count("hit") == await evening.count("fix") == 0
    assert await evening.count("crime") == 0


async def test_verdict_lists_go_unless_their_crime_has_a_qualified_hit(
    evening: House, owner: Connection
) -> None:
    for number, version in ((1, 1), (2, 2)):
        await _asked(owner, number, version)
    gone = await purged(evening, verdict_lists=60)
    assert gone["verdict_lists"] == {"lists": 1, "answers": 2}
    left = await evening.conn.fetch(
        "select reference from verdict_list join crime_version v"
        " on v.id = crime_version join crime on crime.id = v.crime"
    )
    assert [row["reference"] for row in left] == ["K2"]


async def _asked(owner: Connection, number: int, version: int) -> None:
    """A list of two answers, as a run of a year ago gave it."""
    run = await owner.fetchval(
        "insert into run (kind, policy, policy_hash, software_version, started_at)"
        " values ('verdict', '{}', 'x', 'x', now() - interval '400 days') returning id"
    )
    two = {"real": [None, None], "text": ["a", "b"], "int": [1, 1]}
    await owner.execute(
        "insert into verdict_list (run, crime_version, x_m, y_m, window_from,"
        " window_to, radius_m, location_r95_m, tamper_known, device_ids, nominal_ids,"
        " order_ids, verdicts, required_speed_kmh, margin_m, coverage, uncovered,"
        " fixes, first_us, last_us, rules, because, evidence, evidence_ends)"
        " values ($1, $2, 1, 1, now(), now(), 100, 0, false, $3, $3, $3, $3, $4, $4,"
        " $4, $3, $5, $6, $6, $3, $3, '', $6)",
        run,
        version,
        two["text"],
        two["real"],
        two["int"],
        two["int"],
    )


async def test_shared_pieces_of_evidence_are_blanked_where_a_hit_was(
    house: House, owner: Connection
) -> None:
    """Three hits in two pieces; the second goes, and no byte of it is left."""
    await _packed(owner)
    before = {n: (await hits.one(house.conn, n))["evidence"] for n in (1, 2, 3)}
    assert [len(before[n]) for n in (1, 2, 3)] == [5_000, 6_000, 3_000]
    await purged(house, dismissed_hits=60)
    assert (await hits.one(house.conn, 1))["evidence"] == before[1]
    assert await hits.one(house.conn, 2) is None
    assert (await hits.one(house.conn, 3))["evidence"] == before[3]
    whole = b"".join(
        row["data"]
        for row in await house.conn.fetch(
            "select data from hit_evidence order by piece"
        )
    )
    assert whole == before[1] + bytes(6_000) + before[3]
    # The last two go, and with them the pieces.
    await owner.execute(
        "update hit_decision set said_at = said_at - interval '9 years'"
    )
    await owner.execute("update run set started_at = started_at - interval '9 years'")
    await purged(house, dismissed_hits=60, qualified_hits=60)
    assert await house.count("hit_evidence") == await house.count("hit") == 0


async def _packed(owner: Connection) -> None:
    await owner.execute("""
        insert into original_file (sha256, kind, size_bytes, compressed, received_by)
        values (sha256('x'), 'crimes', 1, 'x', 'x');
        insert into batch (force, batch_id, day, sha256, sender, zone, outcome, n_read,
            n_accepted, n_rejected, faults, warnings, refused)
        values ('Kent', 'K', '2025-01-01', sha256('x'), 'x', 'UTC', 'SUCCESSFUL',
            3, 3, 0, '[]', '[]', '[]');
        insert into crime (force, reference, last_batch) values ('Kent', 'P1', 1);
        insert into crime_version (crime, version, batch, crime_type,
            crime_type_description, window_from, window_to, latitude, longitude, x_m,
            y_m, free_text, flags, changed, force)
        values (1, 1, 1, 'TOMV', '', '2025-01-01', '2025-01-01', 51, 0, 1, 1, '', '{}',
            '{}', 'Kent');
        insert into run (kind, policy, policy_hash, software_version, started_at)
        values ('batch', '{}', 'x', 'x', now() - interval '100 days')
        """)
    for n, (at, size) in enumerate(((0, 5_000), (5_000, 6_000), (11_000, 3_000)), 1):
        await owner.execute(
            "insert into hit (run, crime_version, device_id, nominal_id, order_id,"
            " verdict, fixes_inside, visits, mechanisms, rules, because, evidence_at,"
            " evidence_bytes, force) values (1, 1, $1, $1, $1, 'hit', 1, 1, '', '{}',"
            " '', $2, $3, 'Kent')",
            f"T{n}",
            at,
            size,
        )
        if n != 2:
            await owner.execute(
                "insert into hit_decision (hit, crime_version, device_id, nominal_id,"
                " order_id, verdict, word, said_by, reason) values ($1, 1, $2, $2, $2,"
                " 'hit', 'qualified', 'x', 'x')",
                n,
                f"T{n}",
            )
    whole = b"1" * 5_000 + b"2" * 6_000 + b"3" * 3_000
    for piece in range(2):
        await owner.execute(
            "insert into hit_evidence values (1, $1, $2)",
            piece,
            whole[8_100 * piece : 8_100 * (piece + 1)],
        )


async def test_quarantined_fixes_of_a_held_time_stay(
    house: House, owner: Connection
) -> None:
    """HANTS-GPS-1. An order that comes late may yet say whose they are."""
    await house.trails(*stay("T9"), *stay("T9", 0, EARLIER))
    await house.crimes(crime("K1"))
    await owner.execute("update trail set received_at = now() - interval '40 days'")
    await holding.add(house.conn, Wanted(("Kent", "K1"), None), "x", "DI H", TODAY)
    assert (await purged(house))["quarantined_fixes"] == {"fixes": 10, "devices": 1}
    assert await house.count("fix") == 10


async def test_every_portion_is_on_record_and_audited(evening: House) -> None:
    retention = replace(LONG, dismissed_hits=365)
    await purging.purge(evening.conn, keeper(evening, retention))
    (record,) = await purges.records(evening.conn)
    assert (record.kind, record.purged_by, record.days) == (
        "dismissed_hits", "geocorr", 365,
    )  # fmt: skip
    assert record.retention_hash == retention.hash != shipped().hash
    assert record.counts["hits"] == 3
    assert record.from_at is not None
    note = (await audit.entries(evening.conn, 1))[0]
    assert (note.actor, note.action, note.subject) == (
        "geocorr", "purge", "dismissed_hits",
    )  # fmt: skip
    told = json.dumps([dict(record.counts), dict(note.detail)])
    assert "T1" not in told
    assert "N-O1" not in told


async def test_the_audit_goes_up_to_what_is_held(
    house: House, owner: Connection
) -> None:
    for year in (2017, 2018, 2019, 2020):
        await owner.execute(
            "insert into audit (actor, action, subject, at) values ('DC A', 'read',"
            " $1, $2)",
            f"nominal N{year}",
            datetime(year, 1, 1, tzinfo=UTC),
        )
    await owner.execute(
        "insert into nominal (nominal_id, family_name, given_names, flags)"
        " values ('N2019', 'Example', 'Ann', '{}')"
    )
    await holding.add(house.conn, Wanted(None, "N2019"), "trial", "DI H", TODAY)
    assert (await purged(house, audit=2192))["audit"] == {"entries": 2}
    left = [e.subject for e in await audit.entries(house.conn)]
    assert "nominal N2018" not in left
    assert {"nominal N2019", "nominal N2020"} <= set(left)
    assert (await auditing.verify(house.conn)).holds
    assert "audit" not in await purged(house, audit=2192)


async def test_old_answers_and_sessions_go(house: House, owner: Connection) -> None:
    await owner.execute(
        "insert into idempotency_key (key, request, answered_at, status, answer)"
        " values ('k', sha256('k'), now() - interval '31 days', 200, '{}'),"
        " ('l', sha256('l'), now(), 200, '{}')"
    )
    account = await owner.fetchval(
        "insert into account (name, shown, roles, subject, made_by)"
        " values ('ann', 'Ann', '{auditor}', 'ann', 'x') returning id"
    )
    for number, ended in enumerate(("1 day", "31 days")):
        await owner.execute(
            "insert into session (id, account, way, address, expires_at) values"
            " (sha256($1), $2, 'password', '', now() - $3::text::interval)",
            bytes([number]),
            account,
            ended,
        )
    gone = await purged(house)
    assert gone["idempotency_keys"] == {"keys": 1}
    assert gone["sessions"] == {"sessions": 1, "attempts": 0, "journeys": 0}
    assert await owner.fetchval("select count(*) from session") == 1


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER])
async def test_neither_role_deletes_by_itself_or_too_early(
    evening: House, role: Role
) -> None:
    conn = await connect(evening.database, role)
    for table in ("hit", "hit_decision", "crime", "crime_version", "original_file"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(f"delete from {table}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await purges.forget_pairs(conn, False, datetime.now(UTC), 9)
    await conn.close()
    assert await evening.count("hit") == 4


async def test_every_table_that_hangs_on_what_goes_is_looked_after(
    owner: Connection,
) -> None:
    """Whoever adds a reference to one of these has to say here what becomes of it."""
    rows = await owner.fetch(
        "select conrelid::regclass::text as from_, confrelid::regclass::text as to_"
        " from pg_constraint where contype = 'f' and confdeltype = 'a'"
    )
    gone = {"hit", "crime", "crime_version", "verdict_list", "trail_file"}
    assert {(r["from_"], r["to_"]) for r in rows if r["to_"] in gone} == {
        ("assessment", "hit"),
        ("hit_decision", "hit"),
        ("hit_decision", "crime_version"),
        ("hit", "crime_version"),
        ("batch_crime", "crime_version"),
        ("coverage_statement", "crime_version"),
        ("coverage_due", "crime_version"),
        ("verdict_list", "crime_version"),
        ("crime_version", "crime"),
    }


async def test_holds_are_listed_and_ended_once(evening: House) -> None:
    conn = evening.conn
    wanted = Wanted(("Kent", "K1"), None, TODAY + timedelta(days=1))
    made = await holding.add(conn, wanted, "trial", "DI H", TODAY)
    over = Wanted(None, "N-O1", datetime.now(UTC).date())
    await holding.add(conn, over, "trial", "DI H", TODAY)
    assert [h.subject for h in await holds.listed(conn)] == [
        "crime Kent/K1",
        "nominal N-O1",
    ]
    ended = await holding.end(conn, made.id, "acquitted", "DI H")
    assert (ended.live, ended.ended_by, ended.end_reason) == (
        False, "DI H", "acquitted",
    )  # fmt: skip
    with pytest.raises(ConflictError, match="was ended by DI H"):
        await holding.end(conn, made.id, "x", "DI H")
    acts = [(e.action, e.subject, e.why) for e in await audit.entries(conn, 3)]
    assert acts == [
        ("end hold", "crime Kent/K1", "acquitted"),
        ("add hold", "nominal N-O1", "trial"),
        ("add hold", "crime Kent/K1", "trial"),
    ]


@pytest.mark.parametrize(
    ("wanted", "reason", "error"),
    [
        (Wanted(None, None), "x", UsageError),
        (Wanted(("Kent", "K1"), "N-O1"), "x", UsageError),
        (Wanted(("Kent", "K9"), None), "x", NotFound),
        (Wanted(None, "N9"), "x", NotFound),
        (Wanted(None, "N-O1"), " ", InputError),
        (Wanted(None, "N-O1", TODAY - timedelta(days=1)), "x", UsageError),
    ],
)
async def test_what_cannot_be_held_is_refused(
    evening: House, wanted: Wanted, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await holding.add(evening.conn, wanted, reason, "DI H", TODAY)
    assert await holds.listed(evening.conn) == []


async def test_the_times_of_a_files_fixes_are_on_record(evening: House) -> None:
    spans = await evening.conn.fetch(
        "select first_fix_at, last_fix_at from trail_file order by name"
    )
    assert [(s[0].day, s[1].day) for s in spans] == [(10, 10), (7, 7)]
