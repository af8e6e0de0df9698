"""HANTS-GPS-4. "... so they can rule the offender in/out of an investigation": the
officer's decision stands beside the software's finding and never overwrites it."""

import asyncpg
import pytest

from api.matches import deciding
from api.matches.deciding import By
from geocorr.errors import ConflictError, InputError
from geocorr.performance.review import Stage, Word, may_follow
from sql import hit_decisions
from sql.db import Connection
from tests.db.deliveries import House, crime, order, stay

TEAM = By("Central A", "ten fixes on the spot")
OFFICER = By("DC B", "seen on CCTV")
WRITTEN = {"hit_decision", "hit_listed", "audit", "audit_link"}


@pytest.fixture
async def sent(house: House) -> int:
    """A hit that Kent was sent."""
    await house.orders(order("O1", "T1"))
    await house.trails(*stay("T1"))
    await house.crimes(crime("K1"))
    await house.drain()
    (found,) = await house.hits()
    await deciding.qualify(house.conn, [found.id], TEAM, send=True)
    return found.id


async def contents(owner: Connection) -> dict[str, str | None]:
    """A digest of every table."""
    names = await owner.fetch(
        "select relname from pg_class where relkind in ('r', 'p')"
        " and relnamespace = 'public'::regnamespace"
    )
    digest = "select md5(string_agg(t::text, '' order by t::text)) from {} as t"
    return {name: await owner.fetchval(digest.format(name)) for (name,) in names}


@pytest.mark.parametrize("word", [Word.RULED_IN, Word.RULED_OUT, Word.NEEDS_MORE])
async def test_the_finding_stays_as_it_was(
    house: House, sent: int, word: Word, owner: Connection
) -> None:
    """HANTS-GPS-4. Whatever the officer decides, not a byte of the hit changes."""
    before = await owner.fetchrow("select hit::text from hit where id = $1", sent)
    await deciding.decide(house.conn, sent, word, OFFICER)
    after = await owner.fetchrow("select hit::text from hit where id = $1", sent)
    assert after == before
    (staged,) = (await hit_decisions.stages(house.conn, [sent])).values()
    assert (staged.stage, staged.said_by) == (word, "DC B")


async def test_a_hit_never_becomes_an_entry(
    house: House, sent: int, owner: Connection
) -> None:
    """HANTS-GPS-4. Being near a crime is not an offence, and no intelligence either.

    Ruled in, and yet nothing is written but the decision, the stage in the list of hits
    and the audit: no entry, no score, no cohort, no owner.
    """
    before = await contents(owner)
    await deciding.decide(house.conn, sent, Word.RULED_IN, OFFICER)
    await house.drain()
    after = await contents(owner)
    assert len(before) > 20
    assert {name for name in after if after[name] != before[name]} == WRITTEN


async def test_a_second_thought_stands_beside_the_first(
    house: House, sent: int
) -> None:
    """HANTS-GPS-4. Who, when and why of each; the last one holds."""
    await deciding.decide(house.conn, sent, Word.NEEDS_MORE, By("DC B", "ask the bus"))
    await deciding.decide(house.conn, sent, Word.RULED_OUT, By("DS C", "on the bus"))
    staged, said = await deciding.history(house.conn, sent)
    assert staged.stage == "ruled_out"
    assert [(s.word, s.said_by, s.reason) for s in said[-2:]] == [
        ("needs_more", "DC B", "ask the bus"),
        ("ruled_out", "DS C", "on the bus"),
    ]


async def test_nobody_can_change_what_was_said(
    db: Connection, web: Connection, sent: int
) -> None:
    """HANTS-GPS-4. Not even the service itself: the database refuses."""
    for conn in (db, web):
        for change in ("update hit_decision set note = ''", "delete from hit_decision"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(change)


async def test_a_decision_needs_a_reason(house: House, sent: int) -> None:
    """HANTS-GPS-4. And the name of who decides."""
    for by in (By("DC B", ""), By("", "seen on CCTV")):
        with pytest.raises(InputError, match="name and a reason"):
            await deciding.decide(house.conn, sent, Word.RULED_IN, by)


async def test_a_finding_that_no_longer_stands_is_not_decided_on(
    house: House, sent: int
) -> None:
    """HANTS-GPS-4. The order turns out to have ended before: the hit is retired."""
    await house.orders(order("O1", "T1", last="2026-03-05"))
    await house.drain()
    with pytest.raises(ConflictError, match="no longer stands"):
        await deciding.decide(house.conn, sent, Word.RULED_IN, OFFICER)
    assert (await deciding.history(house.conn, sent))[0].stage == "recalled"


def test_only_what_the_force_was_sent_is_decided_on() -> None:
    """HANTS-GPS-4. After a decision only other decisions: the central team is done."""
    decided = {Stage.RULED_IN, Stage.RULED_OUT, Stage.NEEDS_MORE}
    for word in (Word.RULED_IN, Word.RULED_OUT, Word.NEEDS_MORE):
        assert {s for s in Stage if word in may_follow(s)} == {Stage.SENT, *decided}
