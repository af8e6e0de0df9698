"""What is said is said by who sees of whom it is said."""

import pytest

from geocorr.errors import NotFound
from sql import hit_decisions, idempotency, inbox
from sql.db import Connection, trouble
from sql.idempotency import Kept
from tests.db.asking import OFFICER, ask_as
from tests.db.scoped import CONSULTED, JOINT, OWN_E, OWN_W, OWN_X, PROPOSED, Scene


async def test_nobody_says_a_word_on_what_they_do_not_see(
    scene: Scene, asker: Connection
) -> None:
    of = "select id from hit where nominal_id = $1"
    ours = await scene.owner.fetchval(of, OWN_W)
    theirs = await scene.owner.fetchval(of, OWN_E)
    say = (
        "insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id,"
        " verdict, word, said_by, reason)"
        " values ($1, 1, 'D', 'N', 'O', 'hit', 'ruled_out', 'A', 'r')"
    )
    await ask_as(asker, OFFICER)
    await asker.execute(say, ours)
    with pytest.raises(NotFound, match="not yours"), trouble():
        async with asker.transaction():
            await asker.execute(say, theirs)
    assert await hit_decisions.stages(asker, [theirs]) == {}
    # Who sees a hit for its nominal's sake decides nothing of it.
    await ask_as(asker, "team W")
    assert set(await hit_decisions.stages(asker, [ours])) == {ours}
    with pytest.raises(NotFound), trouble():
        await asker.execute(say, ours)


@pytest.mark.parametrize("nominal, may", [(OWN_W, True), (OWN_X, False)])
async def test_what_is_said_of_a_nominal_is_said_by_who_sees_them(
    scene: Scene, asker: Connection, nominal: str, may: bool
) -> None:
    await ask_as(asker, "team W")
    words = (
        "insert into partner_assessment (nominal_id, agency, assessed_on, level,"
        " reason, by) values ($1, 'A', '2026-03-01', 'low', 'r', 'A')"
    )
    if may:
        await asker.execute(words, nominal)
        return
    with pytest.raises(NotFound), trouble():
        await asker.execute(words, nominal)


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
    scene: Scene, asker: Connection, who: str, nominal: str, act: str, area, may: bool
) -> None:
    await ask_as(asker, who)
    words = (
        "insert into ownership (nominal_id, day, act, force, lpu, queue, rules,"
        " evidence, because, decided_by) values ($1, '2026-03-09', $2, $3, $4,"
        " case when $2 = 'disputed' then 'disputed' end, '{}', '{}', 'b', 'A')"
        " returning id"
    )
    if may:
        assert await asker.fetchval(words, nominal, act, *area)
        return
    with pytest.raises(NotFound), trouble():
        await asker.fetchval(words, nominal, act, *area)


@pytest.mark.parametrize("lpu, may", [("W", True), ("E", False)])
async def test_an_lpu_answers_for_itself(
    scene: Scene, asker: Connection, lpu: str, may: bool
) -> None:
    await ask_as(asker, "team W")
    decision = await asker.fetchval(
        "select max(id) from ownership where nominal_id = $1", JOINT
    )
    answer = (JOINT, decision, lpu)
    if may:
        await inbox.answer(asker, answer, "accepted", ("A", "r"))
        return
    with pytest.raises(NotFound), trouble():
        await inbox.answer(asker, answer, "accepted", ("A", "r"))


async def test_an_answer_is_given_again_to_who_asked_alone(asker: Connection) -> None:
    kept = Kept(b"r" * 32, 201, {"secret": 1})
    await ask_as(asker, OFFICER)
    await idempotency.keep(asker, "k", kept)
    assert await idempotency.find(asker, "k") == kept
    await ask_as(asker, "team W")
    assert await idempotency.find(asker, "k") is None
    await idempotency.keep(asker, "k", kept)
