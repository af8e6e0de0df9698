"""Loading crimes: versions, the match they start, corrections and withdrawals."""

import asyncpg
import pytest

from api.matches.matching import SOFTWARE
from sql import audit, runs
from sql.db import Connection
from tests.db.deliveries import BATCH, House, crime, order, stay

REPLACES, ADDS = BATCH + "-R", BATCH + "-A"


@pytest.fixture
async def watched(house: House) -> House:
    """Two wearers: T1 at A, T2 at B, a kilometre apart, in the crimes' hour."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    await house.trails(*stay("T1", minute=20), *stay("T2", x=1_000, minute=20))
    return house


A, B = crime("A"), crime("B", x=1_000)


async def test_a_crime_file_is_stored_and_matched_by_the_worker(watched: House) -> None:
    stored = await watched.crimes(A, B)
    assert len(stored.versions) == 2
    assert await watched.live() == {}, "nothing is matched inside the load"
    await watched.drain()
    assert (await watched.live()).keys() == {"A", "B"}
    assert {s.hit.device_id for s in await watched.hits()} == {"T1", "T2"}


async def test_a_run_says_all_that_decided_it(watched: House) -> None:
    stored = await watched.crimes(A, B)
    await watched.drain()
    total, (listed,) = await runs.find(watched.conn, stored.batch, "batch")
    assert total == 1
    assert listed.state == "done"
    assert listed.policy_hash == watched.policy.hash
    assert listed.software_version == SOFTWARE
    assert listed.counts == {"crimes": 2, "hits": 2, "superseded": 0}
    assert listed.timing["match_s"] > 0
    assert listed.finished_at >= listed.started_at
    one = await runs.one(watched.conn, listed.id)
    assert one["policy"]["match"]["radius_m"] == 100


@pytest.mark.parametrize("column", ["verdict", "evidence", "run", "nominal_id"])
async def test_the_worker_cannot_edit_what_a_hit_says(
    db: Connection, column: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(f"update hit set {column} = {column}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute("delete from hit")


async def test_a_corrected_crime_is_matched_again_alone(watched: House) -> None:
    await watched.crimes(A, B)
    await watched.drain()
    before = await watched.live()
    stored = await watched.crimes(crime("A", x=30), B)
    await watched.drain()
    after = await watched.live()
    assert len(stored.versions) == 1
    assert after["B"] == before["B"], "nobody asked for B again"
    assert after["A"] > before["A"]
    assert await watched.states() == [
        ("A", 1, "superseded"),
        ("B", 1, "live"),
        ("A", 2, "live"),
    ]
    earlier = await watched.hits(run=before["A"])
    assert [s.hit.crime_reference for s in earlier] == ["A", "B"]
    assert earlier[0].state_reason == "a newer version of the crime came"


async def test_a_correction_that_moves_the_crime_away_leaves_no_live_hit(
    watched: House,
) -> None:
    await watched.crimes(A)
    await watched.drain()
    await watched.crimes(crime("A", x=5_000))
    await watched.drain()
    assert await watched.live() == {}
    assert await watched.states() == [("A", 1, "superseded")]


async def test_a_change_of_wording_keeps_the_finding_under_its_new_version(
    watched: House,
) -> None:
    await watched.crimes(A)
    await watched.drain()
    await watched.crimes(crime("A", free_text="door forced"))
    await watched.drain()
    assert [s.hit.crime_version for s in await watched.hits()] == [2]


async def test_a_replacement_withdraws_and_a_return_is_matched_again(
    watched: House,
) -> None:
    await watched.crimes(A, B)
    await watched.drain()
    first = await watched.live()
    replaced = await watched.crimes(A, batch=REPLACES)
    await watched.drain()
    assert len(replaced.withdrawn) == 1
    assert await watched.live() == {"A": first["A"]}
    gone = [s for s in await watched.hits(run=first["B"]) if s.state == "retired"]
    assert [s.hit.crime_reference for s in gone] == ["B"]
    assert gone[0].state_reason == "the force withdrew the crime"
    back = await watched.crimes(B, batch=ADDS)
    await watched.drain()
    assert (len(back.reinstated), back.versions) == (1, ())
    after = await watched.live()
    assert after["A"] == first["A"]
    assert after["B"] > first["B"]


async def test_an_addition_leaves_what_was_there(watched: House) -> None:
    await watched.crimes(A)
    await watched.drain()
    first = await watched.live()
    await watched.crimes(B, batch=ADDS)
    await watched.drain()
    after = await watched.live()
    assert after["A"] == first["A"]
    assert after.keys() == {"A", "B"}


async def test_the_same_file_twice_does_nothing(watched: House) -> None:
    first = await watched.crimes(A, B)
    await watched.drain()
    before = await watched.live()
    again = await watched.crimes(A, B)
    await watched.drain()
    assert again.repeated
    assert again.batch == first.batch
    assert await watched.live() == before
    assert (await watched.matchings(), await watched.count("batch")) == (1, 1)


async def test_the_same_trail_file_twice_does_nothing(watched: House) -> None:
    rows = [*stay("T1", minute=20), *stay("T2", x=1_000, minute=20)]
    report = await watched.trails(*rows, name="again.csv")
    assert [w.type for w in report.warnings] == ["ALREADY_LOADED"]
    assert report.accepted == 20
    assert await watched.count("trail_file") == 1


async def test_a_device_without_an_order_is_stored_and_told(house: House) -> None:
    report = await house.trails(*stay("T1"), *stay("T9"), *stay("T8"))
    assert await house.count("trail") == 3
    told = {w.type: w.value for w in report.warnings}
    assert told == {"DEVICE_WITHOUT_ORDER": "3"}
    assert report.outcome == "SUCCESSFUL"
    await house.orders(order("O1", "T1"), order("O9", "T9", "2026-04-01"))
    later = await house.trails(*stay("T1", minute=99), *stay("T9", minute=99))
    assert {w.type: w.value for w in later.warnings} == {"DEVICE_WITHOUT_ORDER": "1"}


async def test_every_file_is_kept_as_it_came(watched: House) -> None:
    await watched.crimes(A)
    await watched.events("T1,2026-03-10T09:00:00Z,fitted")
    kinds = await watched.conn.fetch("select kind from original_file order by 1")
    assert [row["kind"] for row in kinds] == ["crimes", "events", "orders"]
    assert await watched.count("trail_file_piece") == 1
    assert await audit.entries(watched.conn) == []
