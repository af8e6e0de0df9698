"""WMP-6.3-DAILY. LPUs check the box daily and retrieve those identified as theirs."""

from datetime import UTC, datetime

import pytest

from api.owners import inbox, proposing
from api.owners.owning_acts import Words
from geocorr.errors import ConflictError
from sql import audit
from sql import inbox as stored
from tests.db.deliveries import House
from tests.db.owned import DAY, Town

WHO = Words("PC West", "known here")
MORNING = datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.fixture
async def town(house: House) -> Town:
    """N1 and N2 live in West, N3 in East."""
    made = Town(house)
    await made.boundaries()
    await made.people("N1", "N2", "N3")
    await made.addresses("N1,home,-500,", "N2,home,-600,", "N3,home,500,")
    await made.decide()
    return made


async def waiting(town: Town, lpu: str | None = "W", now: datetime = MORNING):
    return await inbox.items(town.house.conn, now, DAY, town.profiles, lpu)


async def named(town: Town, lpu: str | None = "W") -> list[str]:
    return [item.given.nominal_id for item in await waiting(town, lpu)]


async def test_the_box_shows_whom_the_lpu_owns_and_why(town: Town) -> None:
    """WMP-6.3-DAILY. Each with the reason, oldest first."""
    first, second = await waiting(town)
    assert (first.given.nominal_id, second.given.nominal_id) == ("N1", "N2")
    assert "is the home and lies in West (W)" in first.given.because
    assert first.given.rules == ["WMP-6.5"]
    assert await named(town, "E") == ["N3"]
    assert await named(town, None) == ["N1", "N2", "N3"]


async def test_accepted_it_leaves_the_box(town: Town) -> None:
    """WMP-6.3-DAILY. And stays out, though the software looks again."""
    await inbox.accept(town.house.conn, "N1", "W", WHO, DAY)
    assert await named(town) == ["N2"]
    await town.offend("N1", 700, 700, 700)
    assert (await town.decide()).changed == 1  # East shares N1 from now on.
    assert await named(town) == ["N2"]
    with pytest.raises(ConflictError, match="PC West accepted N1 for W already"):
        await inbox.accept(town.house.conn, "N1", "W", WHO, DAY)


async def test_disputed_it_goes_back_to_the_central_team(town: Town) -> None:
    """WMP-6.3-DAILY. Nobody owns until a person allocates again."""
    await inbox.dispute(town.house.conn, "N1", "W", WHO, DAY)
    assert await named(town) == ["N2"]
    held = await town.standing("N1")
    assert (held.lpu, held.queue) == (None, "disputed")
    assert held.because == "PC West of W disputes: known here"
    await proposing.allocate(town.house.conn, "N1", "W", Words("OMA", "he is"), DAY)
    assert await named(town) == ["N2", "N1"]


async def test_one_lpu_claims_from_another(town: Town) -> None:
    """WMP-6.3-DAILY. It is theirs then, and not asked again."""
    await inbox.claim(town.house.conn, "N1", "E", Words("PC East", "lives here"), DAY)
    assert (await town.owners())["N1"] == ("Kent", "E")
    assert (await named(town), await named(town, "E")) == (["N2"], ["N3"])
    held = await town.standing("N1")
    assert (held.act, held.decided_by) == ("claimed", "PC East")
    with pytest.raises(ConflictError, match="owns N1 already"):
        await inbox.claim(town.house.conn, "N1", "E", WHO, DAY)


async def test_only_the_owner_answers(town: Town) -> None:
    """WMP-6.3-DAILY. Another LPU claims; it neither accepts nor disputes."""
    with pytest.raises(ConflictError, match="claim it if it is yours"):
        await inbox.accept(town.house.conn, "N1", "E", WHO, DAY)
    with pytest.raises(ConflictError, match="claim it if it is yours"):
        await inbox.dispute(town.house.conn, "N1", "E", WHO, DAY)


async def test_a_working_day_of_silence_is_escalated_once(town: Town) -> None:
    """WMP-6.3-DAILY. To be answered by midnight after one whole working day."""
    (item, _) = await waiting(town)
    late = item.answer_by
    assert not item.given.escalated_at
    conn = town.house.conn
    assert await inbox.escalate(conn, item.given.since, DAY, town.profiles) == []
    told = await inbox.escalate(conn, late, DAY, town.profiles)
    assert [i.given.nominal_id for i in told] == ["N1", "N2", "N3"]
    assert await inbox.escalate(conn, late, DAY, town.profiles) == []
    (item, _) = await waiting(town, now=late)
    assert item.escalated
    assert item.given.escalated_at is not None


async def test_who_moves_comes_into_the_next_lpu_s_box(town: Town) -> None:
    """WMP-6.3-DAILY. And, back again, into the first one's anew."""
    conn = town.house.conn
    await inbox.accept(conn, "N1", "W", WHO, DAY)
    await proposing.allocate(conn, "N1", "E", Words("OMA", "moved"), DAY)
    assert await named(town, "E") == ["N3", "N1"]
    await inbox.accept(conn, "N1", "E", Words("PC East", "ours"), DAY)
    await proposing.allocate(conn, "N1", "W", Words("OMA", "back"), DAY)
    assert await named(town) == ["N2", "N1"]


async def test_every_look_and_every_answer_is_audited(town: Town) -> None:
    """WMP-6.3-DAILY. Who looked at whose box, and who said what."""
    conn = town.house.conn
    await inbox.read(conn, (MORNING, DAY), town.profiles, "W", "PC West")
    await inbox.accept(conn, "N1", "W", WHO, DAY)
    acts = [(e.actor, e.action, e.subject) for e in await audit.entries(conn)]
    assert acts[0] == ("PC West", "inbox accepted", "nominal N1")
    assert acts[1] == ("PC West", "read inbox", "LPU W")
    (given,) = await stored.inbox(conn, DAY, "W", "N1", True)
    assert (given.answer, given.said_by, given.reason) == (
        "accepted",
        "PC West",
        "known here",
    )
