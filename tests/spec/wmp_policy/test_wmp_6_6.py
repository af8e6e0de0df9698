"""WMP-6.6. A bail address on another LPU or force area: consult and get agreement."""

import pytest

from api.owners import consulting
from api.owners.owning_acts import Words
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.ownership.consultation import Answer
from sql import consultations
from sql.consultations import Asking, Consultation
from tests.db.deliveries import House
from tests.db.owned import DAY, Town

WHO = Words("Insp East", "no room")


@pytest.fixture
async def town(house: House) -> Town:
    """N1 lives in West."""
    made = Town(house)
    await made.boundaries()
    await made.people("N1")
    await made.addresses("N1,home,-500,")
    await made.decide()
    return made


async def ask(town: Town) -> int:
    return await consulting.ask_due(town.house.conn, DAY, town.profiles)


async def asked(town: Town) -> list[Consultation]:
    return await consultations.find(town.house.conn, Asking())


@pytest.mark.parametrize("kind", ["police_bail", "court_bail"])
async def test_a_bail_address_elsewhere_is_asked_about_once(
    town: Town, kind: str
) -> None:
    """WMP-6.6. Police bail and post-court bail; the owner stays meanwhile."""
    await town.addresses(f"N1,{kind},500,")
    assert [await ask(town), await ask(town)] == [1, 0]
    (question,) = await asked(town)
    assert (question.lpu, question.owner_lpu, question.answer) == ("E", "W", None)
    assert question.rules == ["WMP-6.6"]
    assert "the OM Inspector there is to agree" in question.because
    assert await town.owners() == {"N1": ("Kent", "W")}


async def test_another_force_is_asked_through_its_unit(town: Town) -> None:
    """WMP-6.6. For other force areas through the respective OMU."""
    await town.addresses("N1,court_bail,5000,")
    await ask(town)
    (question,) = await asked(town)
    assert (question.force, question.lpu) == ("Essex", None)
    assert "the Offender Management Unit there" in question.because


@pytest.mark.parametrize(
    "address", ["police_bail,-900,", "family,500,", "court_bail,,"]
)
async def test_nobody_is_asked_about_the_owner_s_own_area(
    town: Town, address: str
) -> None:
    """WMP-6.6. Nor about other addresses, nor about one that nobody can place."""
    await town.addresses(f"N1,{address}")
    assert await ask(town) == 0


async def test_agreed_the_area_that_was_asked_owns(town: Town) -> None:
    """WMP-6.6. From the day of the agreement, with who agreed and why."""
    await town.addresses("N1,police_bail,500,")
    await ask(town)
    words = Words("Insp East", "we take him")
    told = await consulting.say(town.house.conn, 1, Answer.AGREED, words, DAY)
    assert (told.answer, told.said_by) == ("agreed", "Insp East")
    assert await town.owners() == {"N1": ("Kent", "E")}
    held = await town.standing("N1")
    assert (held.act, held.rules) == ("transferred", ["WMP-6.6"])
    assert "we take him" in held.because


@pytest.mark.parametrize("said", [Answer.REFUSED, Answer.WITHDRAWN])
async def test_refused_or_withdrawn_the_owner_stays(town: Town, said: Answer) -> None:
    """WMP-6.6. And it is not asked again of the same owner."""
    await town.addresses("N1,police_bail,500,")
    await ask(town)
    await consulting.say(town.house.conn, 1, said, WHO, DAY)
    assert await town.owners() == {"N1": ("Kent", "W")}
    assert await ask(town) == 0
    with pytest.raises(ConflictError, match=f"{said} already"):
        await consulting.say(town.house.conn, 1, Answer.AGREED, WHO, DAY)


async def test_an_agreement_after_the_owner_changed_moves_nobody(town: Town) -> None:
    """WMP-6.6. What was agreed was another question; nothing of it is kept."""
    await town.addresses("N1,court_bail,5000,")
    await ask(town)
    await consulting.transfer(
        town.house.conn, "N1", "Essex", Words("Insp West", "moved"), DAY
    )
    to_essex = Words("OMU Essex", "yes")
    await consulting.say(town.house.conn, 2, Answer.AGREED, to_essex, DAY)
    assert await town.owners() == {"N1": ("Essex", None)}
    with pytest.raises(ConflictError, match="has another owner"):
        await consulting.say(town.house.conn, 1, Answer.AGREED, WHO, DAY)
    assert [c.answer for c in await asked(town) if c.id == 1] == [None]


async def test_a_transfer_waits_for_the_other_force(town: Town) -> None:
    """WMP-6.6. Asked, then agreed or refused; nothing moves before."""
    conn = town.house.conn
    words = Words("Insp West", "moved to Essex")
    number = await consulting.transfer(conn, "N1", "Essex", words, DAY)
    assert await town.owners() == {"N1": ("Kent", "W")}
    with pytest.raises(ConflictError, match="asked already"):
        await consulting.transfer(conn, "N1", "Essex", words, DAY)
    await consulting.say(conn, number, Answer.REFUSED, WHO, DAY)
    again = await consulting.transfer(conn, "N1", "Essex", words, DAY)
    await consulting.say(conn, again, Answer.AGREED, WHO, DAY)
    assert await town.owners() == {"N1": ("Essex", None)}


async def test_what_cannot_be_asked_or_answered(town: Town) -> None:
    """WMP-6.6. Each refusal says what to do."""
    conn = town.house.conn
    with pytest.raises(ConflictError, match="owns N1 already"):
        await consulting.transfer(conn, "N1", "Kent", WHO, DAY)
    with pytest.raises(NotFound, match="Known forces: Essex, Kent"):
        await consulting.transfer(conn, "N1", "Mars", WHO, DAY)
    with pytest.raises(NotFound, match="no consultation 9"):
        await consulting.say(conn, 9, Answer.AGREED, WHO, DAY)
    number = await consulting.transfer(conn, "N1", "Essex", WHO, DAY)
    with pytest.raises(InputError, match="no LPU of Essex"):
        await consulting.say(conn, number, Answer.AGREED, WHO, DAY, "E")
