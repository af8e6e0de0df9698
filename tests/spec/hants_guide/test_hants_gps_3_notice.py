"""HANTS-GPS-3. "... a central processing team who will notify them when there are
'hits'": what the central team does between the finding and the force."""

import pytest

from api.matches import deciding
from api.matches.deciding import By
from geocorr.errors import ConflictError
from geocorr.performance.review import Stage, Word, may_follow
from sql import hit_decisions, hit_search
from sql.hit_search import HitFilter
from tests.db.deliveries import BATCH, House, crime, order, stay

TEAM = By("Central A", "ten fixes on the spot")


async def kent_is_told_of(house: House) -> list[str]:
    """The crimes on Kent's work list."""
    asked = HitFilter(force="Kent", stage="sent")
    _, found = await hit_search.find(house.conn, asked)
    return [stored.hit.crime_reference for stored in found]


@pytest.fixture
async def hit(house: House) -> int:
    """The hit of one tag at crime K1."""
    await house.orders(order("O1", "T1"))
    await house.trails(*stay("T1"))
    await house.crimes(crime("K1"))
    await house.drain()
    (found,) = await house.hits()
    return found.id


async def test_a_force_hears_of_a_hit_when_the_central_team_sends_it(
    house: House, hit: int
) -> None:
    """HANTS-GPS-3. Found, qualified with a reason, sent: then it is on the list."""
    assert await kent_is_told_of(house) == []
    await deciding.qualify(house.conn, [hit], TEAM)
    assert await kent_is_told_of(house) == []
    await deciding.send(house.conn, [hit], None, TEAM)
    assert await kent_is_told_of(house) == ["K1"]


async def test_it_may_be_qualified_and_sent_at_once(house: House, hit: int) -> None:
    """HANTS-GPS-3. The notice as soon as a hit is qualified."""
    await deciding.qualify(house.conn, [hit], TEAM, send=True)
    assert await kent_is_told_of(house) == ["K1"]


async def test_a_dismissed_hit_stays_with_its_reason(house: House, hit: int) -> None:
    """HANTS-GPS-3. It is told to nobody, and nothing of it is lost."""
    await deciding.dismiss(house.conn, [hit], By("Central A", "lives next door"))
    with pytest.raises(ConflictError, match="was dismissed"):
        await deciding.send(house.conn, [hit], None, TEAM)
    assert await kent_is_told_of(house) == []
    (found,) = await house.hits()
    assert (found.id, found.state, found.hit.verdict) == (hit, "live", "hit")
    (said,) = await hit_decisions.words(house.conn, hit)
    assert (said.word, said.said_by, said.reason) == (
        "dismissed",
        "Central A",
        "lives next door",
    )


async def test_a_corrected_crime_asks_for_it_again(house: House, hit: int) -> None:
    """HANTS-GPS-3. A qualification stays with its version of the crime.

    version 1   hit -> qualified -> sent        (recalled: the force is told)
    version 2   hit -> not reviewed yet         (shown: sent on version 1)
    """
    await deciding.qualify(house.conn, [hit], TEAM, send=True)
    await house.crimes(crime("K1", 20), batch=BATCH + "-2")
    await house.drain()
    (found,) = await house.hits()
    staged = await hit_decisions.stages(house.conn, [hit, found.id])
    assert await kent_is_told_of(house) == []
    assert staged[hit].stage == "recalled"
    assert staged[found.id].stage == "unreviewed"
    assert staged[found.id].earlier is not None
    assert staged[found.id].earlier.word == "sent"


def test_what_may_follow_what() -> None:
    """HANTS-GPS-3. Nobody is told of what nobody qualified."""
    assert [stage for stage in Stage if Word.SENT in may_follow(stage)] == ["qualified"]
    assert {stage for stage in Stage if Word.QUALIFIED in may_follow(stage)} == {
        "unreviewed",
        "dismissed",
    }
