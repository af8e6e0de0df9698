"""What verdicts rest on stays in the trails, and is put aside before it changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from api.keeping import purging
from api.verdicts import verdict_reading, verdicts
from api.verdicts.verdicts import Answered
from geocorr.model import to_us
from geocorr.policy import Policy
from sql import trail_rows, trail_store, verdict_evidence
from sql.db import Connection, Role, connection, transaction
from sql.trail_store import Keeping
from sql.trail_stretches import stretches
from tests.db.deliveries import House, at, crime, order, stay
from tests.db.test_purge import LONG, keeper
from tests.db.test_verdicts import CRIME, far

NAMES = ("T1", "T2", "T3", "T4")
# The crime's hour ends ten minutes before the day and the order of T4 do.
HOUR = 770


@pytest.fixture(params=[50, 0], ids=["few rows", "many rows"])
async def resting(
    house: House, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> House:
    """Four wearers near and far, asked as if they were many: one with a gap of hours,
    one with fixes beyond the end of the order."""
    monkeypatch.setattr(verdict_reading, "_FEW", 0)
    monkeypatch.setattr(trail_rows, "_FEW", request.param)
    await house.orders(*(order(f"O{name}", name) for name in NAMES[:3]))
    await house.orders(order("OT4", "T4", last="2026-03-10"))
    await house.trails(
        *stay("T1", minute=HOUR - 130, minutes=330),
        *far("T2", -9_000, range(HOUR - 130, HOUR + 200)),
        *far("T3", -90_000, range(HOUR - 150, HOUR - 140)),
        *far("T3", -90_000, range(HOUR + 110, HOUR + 120)),
        *far("T4", -30_000, range(HOUR - 130, HOUR + 200)),
    )
    await house.crimes(crime("A", minute=HOUR))
    return house


async def asked(house: House) -> Answered:
    return await verdicts.of_crime(house.conn, CRIME, None, house.policy)


async def packets(house: House, answered: Answered) -> list[bytes]:
    return [bytes(p) for p in await verdict_evidence.packets(house.conn, answered)]


async def put_aside(house: House) -> set[str]:
    """Whose fixes were put aside."""
    rows = await house.conn.fetch(
        "select device_ids[place] as device_id from verdict_slice"
        " join verdict_list using (run)"
    )
    return {row["device_id"] for row in rows}


async def late_fixes(house: House) -> None:
    rows = far("T2", 0, range(HOUR + 10, HOUR + 50, 7))
    await house.trails(*rows, name="late.csv")


async def fixes_in_a_gap(house: House) -> None:
    """Where T3 had no row at all."""
    await house.trails(*far("T3", -90_000, range(HOUR - 5, HOUR)), name="gap.csv")


async def another_policy(house: House) -> None:
    trust = replace(house.policy.trust, max_r95_m=6.0)
    await judged_again(house, replace(house.policy, trust=trust))


async def judged_again(house: House, policy: Policy) -> None:
    first, last = (np.full(4, to_us(at(m))) for m in (HOUR - 200, HOUR + 200))
    every = stretches(NAMES, np.arange(4, dtype=np.int32), first, last)
    async with transaction(house.conn):
        await trail_store.retrust(house.conn, every, Keeping(policy, house.crs.srid))


async def what_lies_outside_orders(house: House) -> None:
    """HANTS-GPS-1: T4's fixes of the next day are removed for good."""
    async with connection(house.database, Role.OWNER) as owner:
        await owner.execute(
            "update trail set received_at = received_at - $1::interval",
            timedelta(days=31),
        )
    gone = await purging.quarantined(house.conn, keeper(house), dry_run=False)
    assert [purged.device_id for purged in gone] == ["T4"]


async def a_day_that_is_over(house: House) -> None:
    days = (datetime.now(UTC).date() - at(0).date()).days - 1
    by = keeper(house, replace(LONG, trails=days))
    gone = await purging.purge(house.conn, by)
    assert [purge.kind.value for purge in gone][:1] == ["trails"]


CHANGES: dict[Callable[[House], Awaitable[None]], set[str]] = {
    late_fixes: {"T2"},
    fixes_in_a_gap: {"T3"},
    another_policy: set(NAMES),
    what_lies_outside_orders: {"T4"},
    a_day_that_is_over: set(NAMES),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changes_is_put_aside_as_it_was(
    resting: House, change: Callable[[House], Awaitable[None]]
) -> None:
    answered = await asked(resting)
    before = await packets(resting, answered)
    assert await resting.count("verdict_evidence") == 0
    assert await resting.count("verdict_slice") == 0
    await change(resting)
    assert await put_aside(resting) == CHANGES[change]
    assert await packets(resting, answered) == before
    assert await verdicts.remade(resting.conn, answered) == answered.lines
    # What is aside already stays as it is.
    await judged_again(resting, resting.policy)
    assert await put_aside(resting) == set(NAMES)
    assert await packets(resting, answered) == before


async def test_every_run_keeps_what_it_saw(resting: House) -> None:
    first = await asked(resting)
    await late_fixes(resting)
    second = await asked(resting)
    await another_policy(resting)
    before = {line.nominal_id: line for line in first.lines}
    now = {line.nominal_id: line for line in second.lines}
    assert before["N-OT2"].verdict == "ruled_out" != now["N-OT2"].verdict
    for answered in (first, second):
        assert await verdicts.remade(resting.conn, answered) == answered.lines


async def test_lists_that_are_over_take_along_what_was_put_aside(
    resting: House,
) -> None:
    answered = await asked(resting)
    await late_fixes(resting)
    assert await resting.count("verdict_slice") == 1
    async with connection(resting.database, Role.OWNER) as owner:
        await owner.execute("delete from verdict_list where run = $1", answered.run)
    assert await resting.count("verdict_slice") == 0
    # And nobody puts anything aside for it any more.
    await another_policy(resting)
    assert await resting.count("verdict_slice") == 0


async def test_fixes_that_are_gone_are_told(resting: House) -> None:
    answered = await asked(resting)
    async with connection(resting.database, Role.OWNER) as owner:
        await owner.execute("delete from trail")
    with pytest.raises(ValueError, match="that a verdict rests on are gone"):
        await verdicts.remade(resting.conn, answered)


@asynccontextmanager
async def another(house: House) -> AsyncIterator[Connection]:
    """Somebody else in the middle of a transaction that comes to nothing."""
    async with connection(house.database, Role.WORKER) as conn:
        change = conn.transaction()
        await change.start()
        try:
            yield conn
        finally:
            await change.rollback()


async def test_while_trails_change_their_fixes_are_copied(resting: House) -> None:
    """And nobody waits; afterwards they are not."""
    still = await asked(resting)
    async with another(resting) as conn:
        await conn.execute(
            "delete from trail where t_from >= $1 and t_from < $2",
            at(HOUR), at(HOUR + 1),
        )  # fmt: skip
        answered = await asked(resting)
    assert await resting.count("verdict_evidence") > 0
    async with another(resting) as conn:
        await conn.execute("select trail_partition('2026-03-09')")
        new_day = await asked(resting)
    for other in (answered, new_day):
        assert other.lines == still.lines
        assert await packets(resting, other) == await packets(resting, still)
    await another_policy(resting)
    runs = await resting.conn.fetch("select distinct run from verdict_slice")
    assert [row["run"] for row in runs] == [still.run]


async def test_who_changes_trails_waits_for_the_answer_that_rests_on_them(
    resting: House,
) -> None:
    async with connection(resting.database, Role.WORKER) as conn:
        answer = conn.transaction()
        await answer.start()
        answered = await verdicts.of_crime(conn, CRIME, None, resting.policy)
        load = asyncio.create_task(late_fixes(resting))
        # Another answer need not wait, nor does its question stop the load.
        async with connection(resting.database, Role.WORKER) as reader:
            while not await reader.fetchval(
                "select exists (select from pg_locks where not granted)"
            ):
                await asyncio.sleep(0.01)
            assert (await reader.fetchval("select count(*) from verdict_list")) == 0
        assert not load.done()
        before = await verdict_evidence.packets(conn, answered)
        await answer.commit()
    await load
    assert await put_aside(resting) == {"T2"}
    assert await packets(resting, answered) == before


async def test_two_answers_at_once_rest_on_the_same_trails(resting: House) -> None:
    async with another(resting) as conn:
        await verdicts.of_crime(conn, CRIME, None, resting.policy)
        await asked(resting)
        assert await resting.count("verdict_evidence") == 0
