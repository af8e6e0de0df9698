"""Who sees which rows: every table with persons or crimes, asked as every role."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import asyncpg
import pytest

from api.login.who import UserRole
from geocorr.errors import NotFound
from sql import (
    entries,
    hit_decisions,
    hits,
    idempotency,
    inbox,
    scores,
    trail_looks,
)
from sql.db import Connection, Database, Role, acting, connection, trouble
from sql.guarded import copy_into
from sql.idempotency import Kept
from tests.db.deliveries import TEN, House, crime, order, stay
from tests.db.owned import DAY
from tests.db.scoped import (
    CONSULTED,
    ESSEX_CRIME,
    EVERYONE,
    JOINT,
    KENT_CRIME,
    OWN_E,
    OWN_W,
    OWN_X,
    PROPOSED,
    Scene,
    staged,
)

KENT_W, KENT_E, KENT = ("Kent", "W"), ("Kent", "E"), ("Kent", None)
ALL_ROLES = tuple(role.value for role in UserRole)
OFFICER = "kent.officer"
# Who asks: roles, and of which force and LPU.
WHO: Mapping[str, tuple[tuple[str, ...], tuple[str | None, str | None]]] = {
    "nobody": ((), (None, None)),
    "no role": ((), KENT_W),
    "central": (("central_team",), (None, None)),
    OFFICER: (("investigator",), KENT),
    "officer of no force": (("investigator",), (None, None)),
    "officer of an LPU": (("investigator",), ("Essex", "X")),
    "team W": (("lpu_team",), KENT_W),
    "team E": (("lpu_team",), KENT_E),
    "team of no LPU": (("lpu_team",), KENT),
    "team of no force": (("lpu_team",), (None, "W")),
    "inspector W": (("om_inspector",), KENT_W),
    "supervisor of Kent": (("supervisor",), KENT),
    "intelligence": (("intelligence",), (None, None)),
    "intelligence of Kent": (("intelligence",), KENT),
    "auditor": (("auditor",), (None, None)),
    "admin": (("admin",), (None, None)),
    "everything": (ALL_ROLES, (None, None)),
}
_KENT = {OWN_W, OWN_E, JOINT, PROPOSED, CONSULTED}
# Whose case each may read; who is not named here, nobody's.
CASES: Mapping[str, set[str]] = {
    "team W": {OWN_W, JOINT, PROPOSED, CONSULTED},
    "team E": {OWN_E, JOINT},
    "inspector W": {OWN_W, JOINT, PROPOSED, CONSULTED},
    "supervisor of Kent": _KENT,
    "intelligence": set(EVERYONE),
    "intelligence of Kent": _KENT,
    "everything": set(EVERYONE),
}
# Whose hits, and so which crimes: of Kent's are W's and X's, of Essex's is E's.
HITS: Mapping[str, set[str]] = {
    "central": {OWN_W, OWN_X, OWN_E},
    OFFICER: {OWN_W, OWN_X},
    "officer of an LPU": {OWN_E},
    "team W": {OWN_W},
    "team E": {OWN_E},
    "inspector W": {OWN_W},
    "supervisor of Kent": {OWN_W, OWN_E},
    "everything": {OWN_W, OWN_X, OWN_E},
}
HAPPENED = {OWN_W: KENT_CRIME, OWN_X: KENT_CRIME, OWN_E: ESSEX_CRIME}
WORKS_ON_HITS = {"central", OFFICER, "officer of an LPU", "everything"}
# What each row of a table is of: a nominal or a crime, as the owner of the tables sees.
OF_CASES = {
    "nominal_address": "select ctid, nominal_id from nominal_address",
    "address_place": "select p.ctid, a.nominal_id from address_place p"
    " join nominal_address a on a.id = p.address",
    "ownership": "select ctid, nominal_id from ownership",
    "joint_plan": "select ctid, nominal_id from joint_plan",
    "proposal": "select ctid, nominal_id from proposal",
    "inbox_answer": "select ctid, nominal_id from inbox_answer",
    "inbox_escalation": "select ctid, nominal_id from inbox_escalation",
    "score_nominal": "select ctid, nominal_id from score_nominal",
    "score_change": "select c.ctid, n.nominal_id from score_change c"
    " join score_nominal n on n.id = c.nominal",
    "manual_score": "select ctid, nominal_id from manual_score",
    "manual_score_step": "select s.ctid, m.nominal_id from manual_score_step s"
    " join manual_score m on m.id = s.manual_score",
    "partner_assessment": "select ctid, nominal_id from partner_assessment",
    "meeting": "select ctid, nominal_ids[1] from meeting",
    "outbox": "select ctid, nominal_id from outbox",
    "outbox_step": "select s.ctid, o.nominal_id from outbox_step s"
    " join outbox o on o.id = s.outbox",
    "case_fact": "select ctid, nominal_id from case_fact",
    "cohort_proposal": "select ctid, nominal_id from cohort_proposal",
    "cohort_decision": "select ctid, nominal_id from cohort_decision",
    "referral": "select ctid, nominal_id from referral",
    "referral_ruling": "select r.ctid, f.nominal_id from referral_ruling r"
    " join referral f on f.id = r.referral",
    "managed_case": "select ctid, nominal_id from managed_case",
    "case_entry": "select e.ctid, m.nominal_id from case_entry e"
    " join managed_case m on m.id = e.managed_case",
    "disclosure": "select ctid, nominal_id from disclosure",
}
OF_INTELLIGENCE = {
    "zone_version": "select ctid, nominal_id from zone_version",
    "breach": "select ctid, nominal_id from breach",
    "breach_finding": "select f.id, b.nominal_id from breach_finding f"
    " join breach b on b.id = f.breach",
    "breach_outcome": "select o.ctid, b.nominal_id from breach_outcome o"
    " join breach b on b.id = o.breach",
}
OF_ENTRIES = {
    "entry_version": "select ctid, replace(entry_id, '-entry', '') from entry_version",
    "entry_event": "select ctid, replace(event_id, '-event', '') from entry_event",
}
OF_PERSONS = {
    "nominal": "select ctid, nominal_id from nominal",
    "tag_order": "select ctid, nominal_id from tag_order",
}
OF_EVENTS = {
    "device_event": "select e.ctid, o.nominal_id from device_event e"
    " join tag_order o using (device_id)",
}
OF_HITS = {
    "hit": "select id, nominal_id from hit",
    "hit_listed": "select ctid, nominal_id from hit_listed",
    "hit_decision": "select ctid, nominal_id from hit_decision",
    "assessment": "select a.ctid, hit.nominal_id from assessment a"
    " join hit on hit.id = a.hit",
}
OF_CRIMES = {
    "crime": "select ctid, reference from crime",
    "crime_version": "select v.ctid, reference from crime_version v"
    " join crime on crime.id = v.crime",
    "coverage_statement": "select s.ctid, reference from coverage_statement s"
    " join crime_version v on v.id = s.crime_version join crime on crime.id = v.crime",
    "coverage_due": "select d.ctid, reference from coverage_due d"
    " join crime_version v on v.id = d.crime_version join crime on crime.id = v.crime",
}
OF_FORCES = {
    "batch": "select ctid, force from batch",
    "batch_crime": "select b.ctid, force from batch_crime b join crime_version v"
    " on v.id = b.crime_version",
    "run": "select run.ctid, coalesce(force, '') from run"
    " left join batch on batch.id = run.batch",
}
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


@pytest.fixture
async def scene(house: House, owner: Connection) -> Scene:
    return await staged(house, owner)


@pytest.fixture
async def web(database: Database) -> AsyncIterator[Connection]:
    """A connection of the web's role in a transaction that says nothing yet."""
    async with connection(database, Role.WEB) as conn, conn.transaction():
        yield conn


async def ask_as(conn: Connection, name: str) -> None:
    """Say who asks; a person of no role is somebody all the same."""
    roles, where = WHO[name]
    if name != "nobody":
        await acting(conn, name, roles, where, until_end=True)


async def seen(scene: Scene, web: Connection, table: str, of: str) -> list[str]:
    """What the rows that the web sees of a table are of, sorted."""
    known = dict(map(tuple, await scene.owner.fetch(of)))
    assert known, f"nobody is in {table}"
    key = re.match(r"select (?:\w+\.)?(\w+)", of)[1]
    return sorted(known[r[0]] for r in await web.fetch(f"select {key} from {table}"))


async def expect(
    scene: Scene, web: Connection, who: str, tables: Mapping[str, str], of: set[str]
) -> None:
    """Of these tables all rows of these, and no other."""
    for table, rows in tables.items():
        there = sorted(row[1] for row in await scene.owner.fetch(rows) if row[1] in of)
        assert await seen(scene, web, table, rows) == there, (who, table)


async def each(web: Connection) -> AsyncIterator[str]:
    """Everyone in turn, in parts of the transaction that leave nothing behind."""
    for who in WHO:
        part = web.transaction()
        await part.start()
        await ask_as(web, who)
        yield who
        await part.rollback()


async def test_cases_are_read_by_who_has_to_do_with_them(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        of = CASES.get(who, set())
        await expect(scene, web, who, OF_CASES, of)
        intelligence = "intelligence" in WHO[who][0]
        await expect(scene, web, who, OF_ENTRIES, of if intelligence else set())


async def test_crimes_and_hits_are_read_by_force_or_by_nominal(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        of = HITS.get(who, set())
        await expect(scene, web, who, OF_HITS, of)
        crimes = {HAPPENED[nominal] for nominal in of}
        await expect(scene, web, who, OF_CRIMES, crimes)


async def test_who_works_on_hits_sees_whom_they_are_of(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        by_hits = HITS.get(who, set()) if who in WORKS_ON_HITS else set()
        of = CASES.get(who, set()) | by_hits
        await expect(scene, web, who, OF_PERSONS, of)
        events = of if "intelligence" in WHO[who][0] else by_hits
        await expect(scene, web, who, OF_EVENTS, events)


async def test_zones_and_breaches(scene: Scene, web: Connection) -> None:
    async for who in each(web):
        roles = WHO[who][0]
        of = CASES.get(who, set()) if "intelligence" in roles else set()
        if "central_team" in roles:
            of = set(EVERYONE)
        await expect(scene, web, who, OF_INTELLIGENCE, of)


async def test_deliveries_and_runs_by_force(scene: Scene, web: Connection) -> None:
    async for who in each(web):
        roles, (force, _) = WHO[who]
        files = {"Kent", "Essex"} if "central_team" in roles else set()
        if "investigator" in roles and force:
            files = {force}
        runs = {"Kent", "Essex", ""} - ({"Kent", "Essex"} - files)
        if not {"central_team", "investigator"} & set(roles):
            cases = {"lpu_team", "intelligence", "om_inspector", "supervisor"}
            runs = {"Kent", "Essex", ""} if cases & set(roles) else set()
        batches = {name: OF_FORCES[name] for name in ("batch", "batch_crime")}
        await expect(scene, web, who, batches, files)
        await expect(scene, web, who, {"run": OF_FORCES["run"]}, runs)


async def test_verdicts_by_crime_and_by_who_asked(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        roles, (force, _) = WHO[who]
        of = {"Kent", "Essex", ""} if "central_team" in roles else set()
        if who == OFFICER:
            of = {"Kent", ""}
        elif "investigator" in roles and force:
            of = {force}
        rows = (
            "select l.run, coalesce(force, '') from verdict_list l"
            " left join crime_version v on v.id = l.crime_version"
        )
        await expect(scene, web, who, {"verdict_list": rows}, of)


async def test_consultations_by_who_is_asked_and_who_asks(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        of = {
            "team W": {"W"},
            "team E": {"E"},
            "inspector W": {"W"},
            "team of no LPU": {"W", "E"},
            "supervisor of Kent": {"W", "E"},
            "intelligence of Kent": {"W", "E"},
            "intelligence": {"W", "E"},
            "everything": {"W", "E"},
        }.get(who, set())
        tables = {
            "consultation": "select ctid, lpu from consultation",
            "consultation_answer": "select a.ctid, c.lpu from consultation_answer a"
            " join consultation c on c.id = a.consultation",
        }
        await expect(scene, web, who, tables, of)


async def test_the_audit_is_the_auditors_and_everyone_writes_it(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        there = await scene.owner.fetchval("select count(*) from audit")
        await web.execute(
            "insert into audit (actor, action, subject) values ('A', 'b', 'c')"
        )
        found = await web.fetchval("select count(*) from audit")
        assert found == (there + 1 if "auditor" in WHO[who][0] else 0)


async def test_a_score_may_be_reckoned_from_all_its_entries(
    scene: Scene, web: Connection
) -> None:
    await ask_as(web, "team W")
    async with entries.reckoning(web):
        (one,) = await entries.versions(web, OWN_W)
        assert await entries.versions(web, OWN_X) == []
    assert one.entry.entry_id == "N-W-entry"
    assert await entries.versions(web, OWN_W) == []


async def test_lists_of_scores_are_cut_to_who_is_seen(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        of = CASES.get(who, set())
        lists = await scores.lists(web, DAY.replace(day=1))
        given = {
            n: int(g) for x in lists for n, g in zip(x.nominals, x.given, strict=True)
        }
        numbers = await scene.owner.fetch("select nominal_id, id from score_nominal")
        assert given == {n: n * 100 for name, n in numbers if name in of}
        days = (DAY.replace(day=1), DAY)
        for name, number in numbers:
            told = await scores.of_nominal(web, number, days)
            assert [one.given for one in told] == ([number * 100] if name in of else [])


async def test_what_a_hit_rests_on_is_shown_to_who_works_on_it(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        there = await scene.owner.fetch("select id, nominal_id, evidence from hit")
        for number, nominal, evidence in there:
            found = await hits.one(web, number)
            assert (found is not None) == (nominal in HITS.get(who, set()))
            shown = found is not None and who in WORKS_ON_HITS
            assert (found and found["evidence"]) == (evidence if shown else None)


async def test_a_trail_round_a_hit_is_shown_to_who_works_on_it_and_noted(
    scene: Scene, web: Connection
) -> None:
    async for who in each(web):
        hour = timedelta(hours=1)
        shown = HITS.get(who, set()) if who in WORKS_ON_HITS else set()
        before = await scene.owner.fetchval("select max(id) from audit")
        for number, nominal in await scene.owner.fetch(
            "select id, nominal_id from hit"
        ):
            found = await trail_looks.round_hit(web, number, hour, hour, "")
            assert [len(one.trails.fixes) for one in found] == [10] * (nominal in shown)
        await web.execute("select set_config('geocorr.roles', 'auditor', true)")
        notes = await web.fetch(
            "select actor, subject from audit where id > $1", before
        )
        noted = sorted(note["subject"] for note in notes)
        assert noted == sorted(f"nominal {nominal}" for nominal in shown)
        assert {note["actor"] for note in notes} <= {who}


async def test_a_longer_look_needs_a_reason(scene: Scene, web: Connection) -> None:
    await ask_as(web, "central")
    number = await scene.owner.fetchval("select min(id) from hit")
    margin, freely = timedelta(hours=2), timedelta(hours=1)
    (found,) = await trail_looks.round_hit(web, number, margin, freely, "an alibi")
    assert found.to_at - found.from_at == timedelta(hours=5)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="reason"):
        await trail_looks.round_hit(web, number, margin, freely, "")


async def test_a_search_for_locations(scene: Scene, web: Connection) -> None:
    async for who in each(web):
        roles = WHO[who][0]
        allowed = CASES.get(who, set()) if "intelligence" in roles else set()
        if {"central_team", "investigator"} & set(roles):
            allowed = allowed | HITS.get(who, set())
        longest = timedelta(hours=48)
        for nominal in (OWN_W, OWN_E, OWN_X):
            asked = (web, nominal, (TEN, TEN + longest), longest, "he is missing")
            found = await trail_looks.of_nominal(*asked)
            assert [len(one.trails.fixes) for one in found] == [10] * (
                nominal in allowed
            )


async def test_a_search_is_neither_endless_nor_without_a_reason(
    scene: Scene, web: Connection
) -> None:
    await ask_as(web, "everything")
    longest, two = timedelta(hours=48), timedelta(days=2)
    for time, reason in (
        ((TEN, TEN + two), ""),
        ((TEN, TEN + two + timedelta(seconds=1)), "r"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with web.transaction():
                await trail_looks.of_nominal(web, OWN_W, time, longest, reason)


@pytest.mark.parametrize(
    "table, column",
    [
        ("hit", "evidence"),
        ("breach_finding", "evidence"),
        ("verdict_list", "evidence"),
        ("verdict_evidence", "bytes"),
        ("hit_evidence", "data"),
        ("score_list", "nominals"),
        ("trail", "path"),
        ("fix", "place"),
        ("device", "id"),
        ("original_file", "compressed"),
        ("pgqueuer", "payload"),
        ("account", "password_hash"),
    ],
)
async def test_fixes_files_and_secrets_are_not_read_at_all(
    scene: Scene, web: Connection, table: str, column: str
) -> None:
    await ask_as(web, "everything")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await web.fetch(f"select {column} from {table}")


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


async def test_nobody_says_a_word_on_what_they_do_not_see(
    scene: Scene, web: Connection
) -> None:
    of = "select id from hit where nominal_id = $1"
    ours = await scene.owner.fetchval(of, OWN_W)
    theirs = await scene.owner.fetchval(of, OWN_E)
    say = (
        "insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id,"
        " verdict, word, said_by, reason)"
        " values ($1, 1, 'D', 'N', 'O', 'hit', 'ruled_out', 'A', 'r')"
    )
    await ask_as(web, OFFICER)
    await web.execute(say, ours)
    with pytest.raises(NotFound, match="not yours"), trouble():
        async with web.transaction():
            await web.execute(say, theirs)
    assert await hit_decisions.stages(web, [theirs]) == {}
    # Who sees a hit for its nominal's sake decides nothing of it.
    await ask_as(web, "team W")
    assert set(await hit_decisions.stages(web, [ours])) == {ours}
    with pytest.raises(NotFound), trouble():
        await web.execute(say, ours)


@pytest.mark.parametrize("nominal, may", [(OWN_W, True), (OWN_X, False)])
async def test_what_is_said_of_a_nominal_is_said_by_who_sees_them(
    scene: Scene, web: Connection, nominal: str, may: bool
) -> None:
    await ask_as(web, "team W")
    words = (
        "insert into partner_assessment (nominal_id, agency, assessed_on, level,"
        " reason, by) values ($1, 'A', '2026-03-01', 'low', 'r', 'A')"
    )
    if may:
        await web.execute(words, nominal)
        return
    with pytest.raises(NotFound), trouble():
        await web.execute(words, nominal)


@pytest.mark.parametrize(
    "who, nominal, act, area, may",
    [
        ("team W", OWN_W, "disputed", (None, None), True),
        ("team W", PROPOSED, "claimed", ("Kent", "W"), True),
        ("team W", JOINT, "claimed", ("Kent", "E"), False),
        ("team W", OWN_E, "claimed", ("Kent", "W"), False),
        ("team W", OWN_W, "released", (None, None), False),
        ("team W", CONSULTED, "transferred", ("Kent", "W"), False),
        ("inspector W", CONSULTED, "transferred", ("Kent", "W"), True),
        ("inspector W", CONSULTED, "transferred", ("Essex", "X"), False),
        ("intelligence", OWN_X, "allocated", ("Kent", "W"), True),
        ("intelligence of Kent", OWN_X, "allocated", ("Kent", "W"), False),
        (OFFICER, OWN_W, "claimed", ("Kent", "W"), False),
    ],
)
async def test_who_decides_what_of_an_owner(
    scene: Scene, web: Connection, who: str, nominal: str, act: str, area, may: bool
) -> None:
    await ask_as(web, who)
    words = (
        "insert into ownership (nominal_id, day, act, force, lpu, queue, rules,"
        " evidence, because, decided_by) values ($1, '2026-03-09', $2, $3, $4,"
        " case when $2 = 'disputed' then 'disputed' end, '{}', '{}', 'b', 'A')"
        " returning id"
    )
    if may:
        assert await web.fetchval(words, nominal, act, *area)
        return
    with pytest.raises(NotFound), trouble():
        await web.fetchval(words, nominal, act, *area)


@pytest.mark.parametrize("lpu, may", [("W", True), ("E", False)])
async def test_an_lpu_answers_for_itself(
    scene: Scene, web: Connection, lpu: str, may: bool
) -> None:
    await ask_as(web, "team W")
    decision = await web.fetchval(
        "select max(id) from ownership where nominal_id = $1", JOINT
    )
    answer = (JOINT, decision, lpu)
    if may:
        await inbox.answer(web, answer, "accepted", ("A", "r"))
        return
    with pytest.raises(NotFound), trouble():
        await inbox.answer(web, answer, "accepted", ("A", "r"))


async def test_an_answer_is_given_again_to_who_asked_alone(web: Connection) -> None:
    kept = Kept(b"r" * 32, 201, {"secret": 1})
    await ask_as(web, OFFICER)
    await idempotency.keep(web, "k", kept)
    assert await idempotency.find(web, "k") == kept
    await ask_as(web, "team W")
    assert await idempotency.find(web, "k") is None
    await idempotency.keep(web, "k", kept)


async def test_what_is_said_of_who_asks_ends_with_the_transaction(
    scene: Scene, database: Database
) -> None:
    count = "select count(*) from hit"
    async with connection(database, Role.WEB) as conn:
        async with conn.transaction():
            await ask_as(conn, "central")
            assert await conn.fetchval(count) == 3
        assert await conn.fetchval(count) == 0


async def test_every_table_that_the_web_reads_is_guarded_or_open(
    owner: Connection,
) -> None:
    """A new table with persons or crimes needs a policy (`guard`) and a line above."""
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
