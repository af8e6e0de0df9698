"""What people say of hits, on real PostGIS: in order, kept, and asked for again."""

import asyncio

import pytest

from api.matches import deciding
from api.matches.deciding import By
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.performance.review import Stage, Word, may_follow
from sql import audit, hit_decisions
from sql.db import Role, acting, connection
from tests.db.deliveries import BATCH, House, crime, order, stay

TEAM = By("Central A", "fixes on the spot")
OFFICER = By("DC B", "seen on CCTV", "see exhibit 7")


@pytest.fixture
async def hits(house: House) -> list[int]:
    """Two tags at one place: a hit each at K1, one of T1 at K2."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    await house.trails(*stay("T1"), *stay("T2", 3), *stay("T1", 5_000, 120))
    await house.crimes(crime("K1"), crime("K2", 5_000, 120))
    await house.drain()
    return [stored.id for stored in await house.hits()]


async def stage(house: House, hit: int) -> Stage:
    return (await hit_decisions.stages(house.conn, [hit]))[hit].stage


async def now(house: House, reference: str, device: str = "T1") -> int:
    """The live hit of a device at a crime."""
    return next(
        stored.id
        for stored in await house.hits()
        if (stored.hit.crime_reference, stored.hit.device_id) == (reference, device)
    )


async def test_from_the_finding_to_the_decision(house: House, hits: list[int]) -> None:
    hit, other, _ = hits
    assert await stage(house, hit) == "unreviewed"
    assert await deciding.qualify(house.conn, [hit, other], TEAM) == [hit, other]
    assert await stage(house, hit) == "qualified"
    assert await deciding.send(house.conn, [hit], None, TEAM) == [hit]
    assert (await stage(house, hit), await stage(house, other)) == ("sent", "qualified")
    await deciding.decide(house.conn, hit, Word.NEEDS_MORE, OFFICER)
    await deciding.decide(house.conn, hit, Word.RULED_IN, OFFICER)
    staged, said = await deciding.history(house.conn, hit)
    assert (staged.stage, staged.said_by, staged.said_of) == ("ruled_in", "DC B", hit)
    assert [(s.word, s.said_by) for s in said] == [
        ("qualified", "Central A"),
        ("sent", "Central A"),
        ("needs_more", "DC B"),
        ("ruled_in", "DC B"),
    ]
    assert (said[0].reason, said[3].note) == ("fixes on the spot", "see exhibit 7")
    assert all(s.said_at is not None and s.of_this_finding for s in said)
    entries = await audit.entries(house.conn)
    told = [(e.actor, e.action, e.subject) for e in entries]
    assert told[0] == ("DC B", "hit ruled_in", f"hit {hit}")
    assert sum(subject == f"hit {hit}" for _, _, subject in told) == 4


async def test_qualified_and_sent_in_one_go(house: House, hits: list[int]) -> None:
    await deciding.qualify(house.conn, hits, TEAM, send=True)
    assert {await stage(house, hit) for hit in hits} == {"sent"}


async def test_what_waits_is_sent_by_force(house: House, hits: list[int]) -> None:
    await deciding.qualify(house.conn, hits[:2], TEAM)
    assert await deciding.send(house.conn, None, "Gwent", TEAM) == []
    assert await deciding.send(house.conn, None, "Kent", TEAM) == hits[:2]
    assert await deciding.send(house.conn, None, None, TEAM) == []


async def test_a_corrected_crime_asks_for_it_again(
    house: House, hits: list[int]
) -> None:
    hit = await now(house, "K1")
    await deciding.qualify(house.conn, [hit], TEAM, send=True)
    await deciding.decide(house.conn, hit, Word.RULED_IN, OFFICER)
    await house.crimes(crime("K1", 20), batch=BATCH + "-2")
    await house.drain()
    again = await now(house, "K1")
    staged = await hit_decisions.stages(house.conn, [hit, again])
    assert (staged[again].stage, staged[again].said_by) == ("unreviewed", None)
    assert staged[again].earlier is not None
    assert (staged[again].earlier.word, staged[again].earlier.crime_version) == (
        "ruled_in",
        1,
    )
    # The force was sent what no longer stands: it hears of it.
    assert (staged[hit].stage, staged[hit].live) == ("recalled", False)
    with pytest.raises(ConflictError, match="no longer stands"):
        await deciding.decide(house.conn, hit, Word.RULED_OUT, OFFICER)
    said = await hit_decisions.words(house.conn, again)
    assert [(s.crime_version, s.of_this_finding) for s in said] == [(1, False)] * 3


async def test_the_same_finding_made_again_keeps_its_words(
    house: House, hits: list[int]
) -> None:
    hit = await now(house, "K1")
    await deciding.qualify(house.conn, [hit], TEAM, send=True)
    await house.trails(*stay("T1", 2, 20), name="late.csv")
    await house.drain()
    again = await now(house, "K1")
    assert again != hit
    staged = await hit_decisions.stages(house.conn, [hit, again])
    assert (staged[again].stage, staged[again].said_of) == ("sent", hit)
    # The earlier hit was made again, not taken back.
    assert staged[hit].stage == "sent"


async def test_a_finding_that_goes_is_recalled_once(
    house: House, hits: list[int]
) -> None:
    first = await now(house, "K1")
    await deciding.qualify(house.conn, [first], TEAM, send=True)
    await house.trails(*stay("T1", 2, 20), name="late.csv")
    await house.drain()
    second = await now(house, "K1")
    await house.orders(order("O1", "T1", last="2026-03-05"))
    await house.drain()
    assert "K1" not in {
        s.hit.crime_reference for s in await house.hits() if s.hit.device_id == "T1"
    }
    assert await stage(house, second) == "recalled"
    assert await stage(house, first) == "sent"


async def test_a_tag_that_turns_out_to_be_anothers_is_asked_about_anew(
    house: House, hits: list[int]
) -> None:
    hit = await now(house, "K1")
    await deciding.qualify(house.conn, [hit], TEAM, send=True)
    await house.orders(order("O1", "T1").replace("N-O1", "N-other"))
    await house.drain()
    again = await now(house, "K1")
    assert await stage(house, again) == "unreviewed"
    assert await hit_decisions.words(house.conn, again) == []


@pytest.mark.parametrize("word", list(Word))
async def test_only_what_may_follow_is_taken(
    house: House, hits: list[int], word: Word
) -> None:
    """Every word after every stage: as the table says, and refused in words."""
    ways: dict[Stage, list[Word]] = {
        Stage.UNREVIEWED: [],
        Stage.QUALIFIED: [Word.QUALIFIED],
        Stage.DISMISSED: [Word.DISMISSED],
        Stage.SENT: [Word.QUALIFIED, Word.SENT],
        Stage.RULED_IN: [Word.QUALIFIED, Word.SENT, Word.RULED_IN],
        Stage.RULED_OUT: [Word.QUALIFIED, Word.SENT, Word.RULED_OUT],
        Stage.NEEDS_MORE: [Word.QUALIFIED, Word.SENT, Word.NEEDS_MORE],
    }
    hit = hits[0]
    for reached, way in ways.items():
        tried = house.conn.transaction()
        await tried.start()
        for step in way:
            await said(house, hit, step)
        assert await stage(house, hit) == reached
        if word in may_follow(reached):
            await said(house, hit, word)
            assert await stage(house, hit) == word
        else:
            with pytest.raises(ConflictError, match=f"Not {word}: hit {hit}"):
                await said(house, hit, word)
        await tried.rollback()


async def said(house: House, hit: int, word: Word) -> None:
    if word is Word.QUALIFIED:
        await deciding.qualify(house.conn, [hit], TEAM)
    elif word is Word.DISMISSED:
        await deciding.dismiss(house.conn, [hit], TEAM)
    elif word is Word.SENT:
        await deciding.send(house.conn, [hit], None, TEAM)
    else:
        await deciding.decide(house.conn, hit, word, OFFICER)


@pytest.mark.parametrize(
    ("more", "error"),
    [([999], NotFound), (range(10_000, 11_001), UsageError)],
)
async def test_all_of_many_or_none(
    house: House, hits: list[int], more: list[int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await deciding.dismiss(house.conn, [*hits, *more], TEAM)
    assert await house.count("hit_decision") == 0
    await deciding.dismiss(house.conn, hits[:1], TEAM)
    with pytest.raises(ConflictError, match=f"hit {hits[0]}: it was dismissed"):
        await deciding.dismiss(house.conn, hits, TEAM)
    with pytest.raises(UsageError, match="at least one"):
        await deciding.dismiss(house.conn, [], TEAM)
    assert await house.count("hit_decision") == 1


@pytest.mark.parametrize("by", [By("", "x"), By("A", ""), By("  ", "x"), By("A", " ")])
async def test_nothing_is_said_without_a_name_and_a_reason(
    house: House, hits: list[int], by: By
) -> None:
    with pytest.raises(InputError, match="name and a reason"):
        await deciding.qualify(house.conn, hits, by)
    assert await house.count("hit_decision") == 0


async def test_two_at_once_do_not_speak_over_each_other(
    house: House, hits: list[int]
) -> None:
    async def one(who: str) -> object:
        async with connection(house.database, Role.WEB) as conn:
            await acting(conn, who, ["central_team"], (None, None), until_end=False)
            try:
                return await deciding.qualify(conn, hits, By(who, "mine"))
            except ConflictError as refused:
                return refused

    told = await asyncio.gather(*(one(f"person {n}") for n in range(4)))
    assert sum(isinstance(t, list) for t in told) == 1
    assert await house.count("hit_decision") == len(hits)
