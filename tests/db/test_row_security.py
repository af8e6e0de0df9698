"""Who sees which rows: every table with persons or crimes, asked as every role."""

from sql.db import Connection, Database, Role, connection
from tests.db.asking import (
    CASES,
    HAPPENED,
    HITS,
    OF_CASES,
    OF_CRIMES,
    OF_ENTRIES,
    OF_EVENTS,
    OF_FORCES,
    OF_HITS,
    OF_INTELLIGENCE,
    OF_PERSONS,
    OFFICER,
    WHO,
    WORKS_ON_HITS,
    ask_as,
    each,
    expect,
)
from tests.db.scoped import EVERYONE, Scene


async def test_cases_are_read_by_who_has_to_do_with_them(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        of = CASES.get(who, set())
        await expect(scene, asker, who, OF_CASES, of)
        intelligence = "intelligence" in WHO[who][0]
        await expect(scene, asker, who, OF_ENTRIES, of if intelligence else set())


async def test_crimes_and_hits_are_read_by_force_or_by_nominal(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        of = HITS.get(who, set())
        await expect(scene, asker, who, OF_HITS, of)
        crimes = {HAPPENED[nominal] for nominal in of}
        await expect(scene, asker, who, OF_CRIMES, crimes)


async def test_who_works_on_hits_sees_whom_they_are_of(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        by_hits = HITS.get(who, set()) if who in WORKS_ON_HITS else set()
        of = CASES.get(who, set()) | by_hits
        await expect(scene, asker, who, OF_PERSONS, of)
        events = of if "intelligence" in WHO[who][0] else by_hits
        await expect(scene, asker, who, OF_EVENTS, events)


async def test_zones_and_breaches(scene: Scene, asker: Connection) -> None:
    async for who in each(asker):
        roles = WHO[who][0]
        of = CASES.get(who, set()) if "intelligence" in roles else set()
        if "central_team" in roles:
            of = set(EVERYONE)
        await expect(scene, asker, who, OF_INTELLIGENCE, of)


async def test_deliveries_and_runs_by_force(scene: Scene, asker: Connection) -> None:
    async for who in each(asker):
        roles, (force, _) = WHO[who]
        files = {"Kent", "Essex"} if "central_team" in roles else set()
        if "investigator" in roles and force:
            files = {force}
        runs = {"Kent", "Essex", ""} - ({"Kent", "Essex"} - files)
        if not {"central_team", "investigator"} & set(roles):
            cases = {"lpu_team", "intelligence", "om_inspector", "supervisor"}
            runs = {"Kent", "Essex", ""} if cases & set(roles) else set()
        batches = {name: OF_FORCES[name] for name in ("batch", "batch_crime")}
        await expect(scene, asker, who, batches, files)
        await expect(scene, asker, who, {"run": OF_FORCES["run"]}, runs)


async def test_verdicts_by_crime_and_by_who_asked(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
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
        await expect(scene, asker, who, {"verdict_list": rows}, of)


async def test_consultations_by_who_is_asked_and_who_asks(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
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
        await expect(scene, asker, who, tables, of)


async def test_the_audit_is_the_auditors_and_everyone_writes_it(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        there = await scene.owner.fetchval("select count(*) from audit")
        await asker.execute(
            "insert into audit (actor, action, subject) values ('A', 'b', 'c')"
        )
        found = await asker.fetchval("select count(*) from audit")
        assert found == (there + 1 if "auditor" in WHO[who][0] else 0)


async def test_what_is_said_of_who_asks_ends_with_the_transaction(
    scene: Scene, database: Database
) -> None:
    count = "select count(*) from hit"
    async with connection(database, Role.WEB) as conn:
        async with conn.transaction():
            await ask_as(conn, "central")
            assert await conn.fetchval(count) == 3
        assert await conn.fetchval(count) == 0
