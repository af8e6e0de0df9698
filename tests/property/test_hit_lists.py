"""Whatever is matched, said, assessed and forgotten: the list is what stands.

`hit_filed` says from scratch what the triggers keep in `hit_listed`.
"""

import asyncio
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geocorr.performance.review import Word
from sql import hits
from sql.db import Connection, Database, Role, connection

CRIMES, VERSIONS = 2, 2
_GROUND = """
insert into original_file (sha256, kind, size_bytes, compressed, received_by)
values (sha256('x'), 'crimes', 0, '', 'test') on conflict do nothing;
insert into batch (force, batch_id, sha256, sender, zone, outcome, n_read, n_accepted,
    n_rejected, faults, warnings, refused)
values ('Kent', 'B', sha256('x'), 'test', 'UTC', 'SUCCESSFUL', 1, 1, 0,
    '[]', '[]', '[]');
"""
_CRIME = """
insert into crime (force, reference, last_batch)
values ('Kent', 'K' || $1, (select max(id) from batch)) returning id
"""
_VERSION = """
insert into crime_version (crime, force, version, batch, crime_type,
    crime_type_description, window_from, window_to, latitude, longitude, x_m, y_m,
    free_text, flags, changed)
values ($1, 'Kent', $2, (select max(id) from batch), 'RB', '', '2026-03-10Z',
    '2026-03-10 01:00Z', 51, 0, 6e5, 2e5, '', '{}', '{}')
returning id
"""
_RUN = """
insert into run (kind, policy, policy_hash, software_version)
values ('match', '{}', '', '') returning id
"""
_HITS = """
insert into hit (run, force, crime_version, device_id, nominal_id, order_id, verdict,
    fixes_inside, visits, probability, mechanisms, rules, because)
select $1, 'Kent', $2, 'D' || tag, 'N' || tag, 'O' || tag, verdict, 1, 1,
    nullif(tag, 0) / 4.0, '', '{}', 'x'
from unnest($3::integer[], $4::text[]) as found (tag, verdict)
"""
_SAY = """
insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id, verdict,
    word, said_by, reason)
select id, crime_version, device_id, nominal_id, order_id, verdict, $2, 'test', 'x'
from hit where id = any($1::bigint[])
"""
_ASSESS = """
insert into assessment (run, hit, as_at, n, k, likelihood_ratio, rules, because, weeks,
    windows_from, windows_to, coverages, verdicts)
select $1, id, now(), 1, 0, ratio, '{}', 'x', '{}', '{}', '{}', '{}', '{}'
from unnest($2::bigint[], $3::float8[]) as told (id, ratio)
"""
_FORGET = (
    "delete from assessment where hit = any($1::bigint[])",
    "delete from hit_decision where hit = any($1::bigint[])",
    "delete from hit where id = any($1::bigint[]) and not exists"
    " (select from hit_decision where hit_decision.hit = hit.id)",
)
_DIFFERENCE = """
with anew as (
    select * from hit_filed where state = 'live' or stage = 'recalled'
)
(select 'missing' as what, anew.* from anew except all
    select 'missing', hit_listed.* from hit_listed)
union all
(select 'too many', hit_listed.* from hit_listed except all
    select 'too many', anew.* from anew)
"""

some = st.sets(st.integers(0, 5), min_size=1, max_size=3)
found = st.dictionaries(
    st.integers(0, 2), st.sampled_from(["hit", "passed", "possible"]), max_size=3
)
step = st.one_of(
    st.tuples(
        st.just("match"),
        st.integers(0, CRIMES - 1),
        st.integers(0, VERSIONS - 1),
        found,
    ),
    st.tuples(st.just("withdraw"), st.integers(0, CRIMES - 1)),
    st.tuples(st.just("say"), some, st.sampled_from(list(Word))),
    st.tuples(
        st.just("assess"),
        st.lists(
            st.tuples(st.integers(0, 5), st.none() | st.floats(0, 100)),
            min_size=1,
            max_size=4,
        ),
    ),
    st.tuples(st.just("forget"), some),
)


@dataclass
class Ground:
    """Two crimes in two versions; what is done to their hits."""

    worker: Connection
    owner: Connection
    crimes: list[int]
    versions: list[list[int]]

    async def do(self, what: str, *given: object) -> None:
        async with self.worker.transaction():
            await getattr(self, what)(*given)

    async def ids(self, chosen: set[int]) -> list[int]:
        """The latest hits, by how long ago they were found."""
        rows = await self.worker.fetch("select id from hit order by id desc")
        return [rows[n][0] for n in sorted(chosen) if n < len(rows)]

    async def match(self, crime: int, version: int, who: dict[int, str]) -> None:
        run = await self.worker.fetchval(_RUN)
        number = self.versions[crime][version]
        tags = (list(who), list(who.values()))
        await self.worker.execute(_HITS, run, number, *tags)
        await hits.supersede(self.worker, [number], run, "again")

    async def withdraw(self, crime: int) -> None:
        number = self.crimes[crime]
        state = "update crime set state = $2 where id = $1"
        await self.worker.execute(state, number, "withdrawn")
        await hits.retire_withdrawn(self.worker, [number])
        await self.worker.execute(state, number, "current")

    async def say(self, chosen: set[int], word: Word) -> None:
        await self.worker.execute(_SAY, await self.ids(chosen), word.value)

    async def assess(self, told: list[tuple[int, float | None]]) -> None:
        run = await self.worker.fetchval(_RUN)
        for number, ratio in told:
            for hit in await self.ids({number}):
                await self.worker.execute(_ASSESS, run, [hit], [ratio])

    async def forget(self, chosen: set[int]) -> None:
        numbers = await self.ids(chosen)
        for statement in _FORGET:
            await self.owner.execute(statement, numbers)


async def _ground(worker: Connection, owner: Connection) -> Ground:
    for table in ("assessment", "hit_decision", "hit"):
        await owner.execute(f"delete from {table}")
    assert await worker.fetchval("select count(*) from hit_listed") == 0
    await worker.execute(_GROUND)
    taken = await worker.fetchval("select count(*) from crime")
    crimes = [await worker.fetchval(_CRIME, f"{taken + n}") for n in range(CRIMES)]
    versions = [
        [await worker.fetchval(_VERSION, crime, v + 1) for v in range(VERSIONS)]
        for crime in crimes
    ]
    return Ground(worker, owner, crimes, versions)


async def _through(database: Database, steps: list[tuple[object, ...]]) -> None:
    async with (
        connection(database, Role.WORKER) as worker,
        connection(database, Role.OWNER) as owner,
    ):
        ground = await _ground(worker, owner)
        for number, (what, *given_) in enumerate(steps):
            await ground.do(str(what), *given_)
            wrong = await owner.fetch(_DIFFERENCE)
            assert not wrong, (steps[: number + 1], [dict(row) for row in wrong])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(step, min_size=1, max_size=8))
def test_the_list_is_what_stands(
    database: Database, steps: list[tuple[object, ...]]
) -> None:
    asyncio.run(_through(database, steps))


KNOWN = [
    ("match", 0, 0, {0: "hit", 1: "passed"}),
    ("say", {0, 1}, Word.QUALIFIED),
    ("say", {0, 1}, Word.SENT),
    # Taken back, found again, taken back again, and the crime corrected.
    ("match", 0, 0, {0: "hit"}),
    ("match", 0, 0, {0: "hit", 1: "passed"}),
    ("withdraw", 0),
    ("match", 0, 1, {0: "hit", 1: "hit"}),
    ("assess", [(0, 3.0), (0, 2.0), (1, None)]),
    ("forget", {2, 3}),
]


def test_sent_taken_back_and_found_again(database: Database) -> None:
    asyncio.run(_through(database, KNOWN))


async def test_a_word_said_while_a_match_replaces_the_hit(database: Database) -> None:
    """Whichever commits first: the word stands beside the hit that took its place."""
    for said_first in (True, False):
        async with (
            connection(database, Role.WORKER) as worker,
            connection(database, Role.OWNER) as owner,
            connection(database, Role.WORKER) as person,
        ):
            ground = await _ground(worker, owner)
            await ground.do("match", 0, 0, {0: "hit"})
            (hit,) = await ground.ids({0})
            speaking, matching = person.transaction(), worker.transaction()
            await matching.start()
            await speaking.start()
            if said_first:
                await person.execute(_SAY, [hit], "qualified")
                match = asyncio.create_task(ground.match(0, 0, {0: "hit"}))
                await _waits(owner)
                await speaking.commit()
                await match
                await matching.commit()
            else:
                await ground.match(0, 0, {0: "hit"})
                say = asyncio.create_task(person.execute(_SAY, [hit], "qualified"))
                await _waits(owner)
                await matching.commit()
                await say
                await speaking.commit()
            assert not await owner.fetch(_DIFFERENCE)
            stage = await owner.fetchval("select stage from hit_listed")
            assert stage == "qualified"


async def _waits(owner: Connection) -> None:
    """Until somebody waits for somebody."""
    blocked = (
        "select count(*) from pg_locks where not granted"
        " and (database is null or database ="
        " (select oid from pg_database where datname = current_database()))"
    )
    for _ in range(500):
        if await owner.fetchval(blocked):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waited")
