"""Same file, same crime: what a delivery adds, changes, withdraws and reinstates."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from geocorr.errors import NotFound
from geocorr.model import Crime, Outcome
from sql import batches, crimes
from sql.batches import Delivery
from sql.crimes import StoredBatch
from sql.db import Connection, Database, Role, connection

FORCE = "Sussex"
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)


def crime(reference: str, **changes: object) -> Crime:
    plain = Crime(
        police_force=FORCE,
        crime_reference=reference,
        crime_type="TFMV",
        crime_type_description="Theft from vehicle",
        batch_id="SXP20261102",
        window_from=NINE,
        window_to=NINE + timedelta(hours=1),
        latitude=50.83,
        longitude=-0.14,
        x_m=531_000.0,
        y_m=104_000.0,
        free_text="window broken",
    )
    return replace(plain, **changes)


def delivery(name: str, suffix: str = "", **changes: object) -> Delivery:
    plain = Delivery(
        force=FORCE,
        batch_id=f"SXP20261102{suffix}",
        day=date(2026, 11, 2),
        suffix=suffix,
        original=name.encode(),
        sender="tester",
        zone="UTC",
        outcome=Outcome.SUCCESSFUL,
        cause=None,
        read=2,
        accepted=2,
        rejected=0,
    )
    return replace(plain, **changes)


async def send(
    conn: Connection, what: Delivery, *given: Crime, refused: tuple[str, ...] = ()
) -> StoredBatch:
    references = {*(c.crime_reference for c in given), *refused}
    return await crimes.store_batch(conn, what, given, references)


async def current(conn: Connection) -> set[str]:
    rows = await conn.fetch("select reference from crime where state = 'current'")
    return {row["reference"] for row in rows}


async def test_a_delivery_comes_back_as_it_was_sent(db: Connection) -> None:
    stored = await send(db, delivery("one"), crime("A"), crime("B"))
    assert not stored.repeated
    found = await crimes.of_batch(db, stored.batch)
    assert [v.crime for v in found] == [crime("A"), crime("B")]
    assert [v.id for v in found] == list(stored.versions)
    assert [v.changed for v in found] == [(), ()]
    assert await batches.original(db, delivery("one").sha256) == b"one"


async def test_the_same_bytes_again_make_nothing_new(db: Connection) -> None:
    first = await send(db, delivery("one"), crime("A"))
    again = await send(db, delivery("one"), crime("A"))
    assert again == StoredBatch(first.batch, Outcome.SUCCESSFUL, repeated=True)
    assert await db.fetchval("select count(*) from batch") == 1


async def test_one_can_go_back_to_an_earlier_file(db: Connection) -> None:
    await send(db, delivery("one"), crime("A"))
    await send(db, delivery("two"), crime("A", crime_type="TOMV"))
    back = await send(db, delivery("one"), crime("A"))
    assert not back.repeated
    found = await crimes.versions(db, FORCE, "A")
    assert [v.crime.crime_type for v in found] == ["TFMV", "TOMV", "TFMV"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"crime_type": "TOMV"}, ("crime_type",)),
        ({"window_to": NINE + timedelta(hours=2)}, ("window_to",)),
        ({"x_m": 531_001.5}, ("place",)),
        ({"free_text": "", "window_from": NINE - timedelta(1)}, None),
        ({"crime_type_description": "x"}, ("crime_type_description",)),
    ],
)
async def test_changed_fields_are_named(
    db: Connection, changes: dict[str, object], named: tuple[str, ...] | None
) -> None:
    await send(db, delivery("one"), crime("A"))
    stored = await send(db, delivery("two"), crime("A", **changes))
    new = (await crimes.by_version(db, stored.versions))[0]
    assert new.version == 2
    assert new.changed == (named or ("window_from", "free_text"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"x_m": 531_000.6, "y_m": 104_000.6},
        {"latitude": 50.830001, "longitude": -0.140001},
        {"batch_id": "SXP20261103"},
    ],
)
async def test_the_same_meaning_is_no_version(
    db: Connection, changes: dict[str, object]
) -> None:
    first = await send(db, delivery("one"), crime("A"))
    stored = await send(db, delivery("two"), crime("A", **changes))
    assert stored.versions == ()
    found = await crimes.of_batch(db, stored.batch)
    assert [v.id for v in found] == list(first.versions)


async def test_one_reference_twice_in_a_file_makes_two_versions(db: Connection) -> None:
    twice = (crime("A"), crime("A", crime_type="TOMV"))
    stored = await send(db, delivery("one"), *twice)
    found = await crimes.versions(db, FORCE, "A")
    assert [(v.version, v.changed) for v in found] == [(1, ()), (2, ("crime_type",))]
    assert [v.id for v in found] == list(stored.versions)


@pytest.mark.parametrize("suffix", ["", "-A", "-1", "-2-A"])
async def test_an_addition_withdraws_nothing(db: Connection, suffix: str) -> None:
    await send(db, delivery("one"), crime("A"))
    stored = await send(db, delivery("two", suffix), crime("B"))
    assert stored.withdrawn == ()
    assert await current(db) == {"A", "B"}


@pytest.mark.parametrize("suffix", ["-R", "-1-r"])
async def test_a_replacement_withdraws_what_it_does_not_name(
    db: Connection, suffix: str
) -> None:
    first = await send(db, delivery("one"), *map(crime, "ABC"))
    stored = await send(db, delivery("two", suffix), crime("A"), refused=("B",))
    assert len(stored.withdrawn) == 1
    assert await current(db) == {"A", "B"}
    latest = (await batches.batches(db, FORCE))[0]
    assert (latest.id, latest.supersedes) == (stored.batch, first.batch)


async def test_a_replacement_leaves_other_days_and_forces(db: Connection) -> None:
    other_day = delivery("day", day=date(2026, 11, 1))
    await send(db, other_day, crime("A"))
    await send(db, delivery("kent", force="Kent"), crime("B", police_force="Kent"))
    stored = await send(db, delivery("two", "-R"), crime("C"))
    assert stored.withdrawn == ()
    assert await current(db) == {"A", "B", "C"}


async def test_a_crime_belongs_to_the_day_of_its_latest_delivery(
    db: Connection,
) -> None:
    await send(db, delivery("one"), crime("A"))
    await send(db, delivery("two", day=date(2026, 11, 3)), crime("A"))
    await send(db, delivery("three", "-R"), crime("B"))
    assert await current(db) == {"A", "B"}


@pytest.mark.parametrize("outcome", [Outcome.ERROR, Outcome.FAILED])
async def test_a_refused_file_is_kept_and_withdraws_nothing(
    db: Connection, outcome: Outcome
) -> None:
    await send(db, delivery("one"), crime("A"))
    bad = delivery("bad", "-R", outcome=outcome, faults=({"type": "NOT_UTF8"},))
    stored = await send(db, bad)
    assert (stored.outcome, stored.withdrawn) == (outcome, ())
    assert await current(db) == {"A"}
    told = await batches.faults(db, stored.batch)
    assert told["faults"] == ({"type": "NOT_UTF8"},)
    assert await batches.original(db, bad.sha256) == b"bad"


async def test_a_file_of_no_known_force_is_kept(db: Connection) -> None:
    bad = delivery("x", force=None, batch_id=None, day=None, outcome=Outcome.FAILED)
    stored = await send(db, bad)
    assert (await batches.batches(db))[0].id == stored.batch


async def test_a_withdrawn_crime_is_reinstated(db: Connection) -> None:
    await send(db, delivery("one"), crime("A"), crime("B"))
    gone = await send(db, delivery("two", "-R"), crime("B"))
    back = await send(db, delivery("three", "-A"), crime("A"))
    assert back.reinstated == gone.withdrawn
    assert back.versions == ()
    assert await current(db) == {"A", "B"}


async def test_two_loads_at_once_store_once(database: Database) -> None:
    async def load() -> StoredBatch:
        async with connection(database, Role.WORKER) as conn:
            return await send(conn, delivery("one"), crime("A"))

    both = await asyncio.gather(load(), load())
    assert sorted(s.repeated for s in both) == [False, True]
    assert both[0].batch == both[1].batch


async def test_a_failure_half_way_leaves_nothing(db: Connection) -> None:
    bad = crime("B", crime_type="\x00")
    with pytest.raises(asyncpg.PostgresError):
        await send(db, delivery("one"), crime("A"), bad)
    assert await db.fetchval("select count(*) from batch") == 0


async def test_five_thousand_crimes_take_well_under_a_second(db: Connection) -> None:
    many = [crime(str(n), x_m=530_000.0 + n) for n in range(5_000)]
    began = time.perf_counter()
    stored = await send(db, delivery("one"), *many)
    assert len(stored.versions) == 5_000
    assert time.perf_counter() - began < 3  # 0.3 s on an idle machine


async def test_versions_may_not_be_edited_or_deleted(db: Connection) -> None:
    await send(db, delivery("one"), crime("A"))
    for statement in (
        "update crime_version set crime_type = 'X'",
        "delete from crime_version",
        "delete from crime",
        "update original_file set compressed = ''",
        "update hit set verdict = 'hit'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(statement)


async def test_the_web_reads_crimes_and_writes_none(web: Connection) -> None:
    assert await web.fetchval("select count(*) from crime") == 0
    for statement in (
        "insert into crime (force, reference, last_batch) values ('a', 'b', 1)",
        "update crime set state = 'withdrawn'",
        "delete from hit",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await web.execute(statement)


async def test_what_is_not_there_is_not_found(db: Connection) -> None:
    with pytest.raises(NotFound, match="Sussex/Z"):
        await crimes.versions(db, FORCE, "Z")
    with pytest.raises(NotFound):
        await batches.faults(db, 1)
    with pytest.raises(NotFound):
        await batches.original(db, b"\0" * 32)
