"""What people say of ownership: placed, made owner, released, planned; all appended."""

from datetime import date

import asyncpg
import pytest

from api.owners import owning_acts
from api.owners.owning_acts import Words
from geocorr.errors import ConflictError, InputError, NotFound
from sql import audit, joint_plans, owned_spread, owners
from sql.db import Connection
from tests.db.deliveries import EAST, NORTH, House
from tests.db.owned import AREAS, DAY, Town

WORDS = Words("Insp A", "all its burglaries")
LATER = date(2026, 4, 1)


@pytest.fixture
async def town(house: House) -> Town:
    """N1 of HIGH risk lives in West and offends in East."""
    made = Town(house)
    await made.boundaries()
    await made.people("N1", "N2")
    await made.addresses("N1,home,-500,", "N2,home,,ME1 1AA")
    await made.offend("N1", 500, 600, -700)
    await made.is_high("N1")
    await made.decide()
    return made


async def test_the_area_that_suffers_most_may_own(town: Town) -> None:
    """WMP-6.1. The finding by residence stays beside it, and holds when released."""
    conn = town.house.conn
    await owning_acts.make_owner(conn, "N1", "E", WORDS, DAY)
    held = await town.standing("N1")
    assert (held.lpu, held.act, held.decided_by) == ("E", "made_owner", "Insp A")
    assert held.rules == ["WMP-6.1"]
    assert held.because == "Insp A (made owner E): all its burglaries"
    assert not held.found_since
    assert (await town.decide()).changed == 0, "what was found is still so"
    await owning_acts.release(conn, "N1", Words("Insp B", "it was West"), LATER)
    assert (await town.standing("N1")).lpu == "E", "until it was released"
    assert (await town.standing("N1", LATER)).lpu == "W"
    acts = [(s.act, s.decided_by) for s in await owners.history(conn, "N1")]
    assert acts == [("found", None), ("made_owner", "Insp A"), ("released", "Insp B")]


async def test_no_other_area_may(town: Town) -> None:
    conn = town.house.conn
    for area in ("W", "ESX", "nowhere"):
        with pytest.raises(ConflictError, match="that is E, not"):
            await owning_acts.make_owner(conn, "N1", area, WORDS, DAY)
    await town.is_high("N1", "LOW", "HIGH")
    await town.decide()
    with pytest.raises(ConflictError, match="that is none"):
        await owning_acts.make_owner(conn, "N1", "E", WORDS, DAY)
    with pytest.raises(NotFound):
        await owning_acts.make_owner(conn, "N9", "E", WORDS, DAY)
    with pytest.raises(ConflictError, match="nothing to release"):
        await owning_acts.release(conn, "N1", WORDS, DAY)


async def test_a_person_s_decision_holds_when_the_finding_changes(town: Town) -> None:
    """Nobody is moved over a person's head: the change is told beside it."""
    conn = town.house.conn
    to = ("allocated", "W")
    await owning_acts.decide_for(conn, "N2", to, WORDS, DAY, ["WMP-6.3-ALLOCATE"])
    assert (await town.standing("N2")).lpu == "W"
    await town.units("ME1 1AA,10,500")
    await town.decide()
    held = await town.standing("N2")
    assert (held.lpu, held.found_since) == ("W", True)
    assert [o.nominal_id for o in await town.find(found_since=True)] == ["N2"]
    found = await owners.found_by(conn, DAY, ["N2"])
    assert found["N2"].lpu == "E"


async def test_a_decision_for_an_lpu_that_is_no_more_lapses(town: Town) -> None:
    """A force changes its LPUs: what stood for the old one is told and ends."""
    conn = town.house.conn
    to = ("allocated", "W")
    await owning_acts.decide_for(conn, "N2", to, WORDS, DAY, ["WMP-6.3-ALLOCATE"])
    west = [*AREAS[0], "", "2026-03-31"]
    new = ["NW", "New West", "Kent", "lpu", -2_000, 0, "2026-04-01", ""]
    await town.boundaries(west, new)
    made = await town.decide(LATER)
    assert made.lapsed == 1
    assert (await town.standing("N2")).lpu == "W", "that day it was so"
    assert await town.queues(LATER) == {"N2": "to_be_placed"}
    last = (await owners.history(conn, "N2"))[-1]
    assert (last.act, last.decided_by) == ("lapsed", None)
    assert "LPU W, for which Insp A decided, is no more" in last.because
    assert (await town.decide(LATER)).lapsed == 0
    with pytest.raises(NotFound, match="no LPU W on 2026-04-01"):
        await owning_acts.decide_for(conn, "N2", to, WORDS, LATER, ["WMP-6.5"])


async def test_an_operator_places_an_address(town: Town) -> None:
    conn, crs = town.house.conn, town.house.crs
    number = await town.number("N2")
    first, second = (EAST - 500.0, NORTH), (EAST + 500.0, NORTH)
    for at, lpu in ((first, "W"), (second, "E")):
        await owning_acts.place_address(conn, "N2", number, at, WORDS, crs)
        await town.decide()
        assert (await town.standing("N2")).lpu == lpu
    assert "where an operator placed it" in (await town.standing("N2")).because
    assert await town.house.count("address_place") == 2
    with pytest.raises(NotFound, match="N1 has no address"):
        await owning_acts.place_address(conn, "N1", number, first, WORDS, crs)
    for nowhere in ((-1e9, 0.0), (float("nan"), 0.0)):
        with pytest.raises(InputError, match="no place"):
            await owning_acts.place_address(conn, "N2", number, nowhere, WORDS, crs)


async def test_a_joint_plan_names_a_lead_for_each(town: Town) -> None:
    """WMP-6.5."""
    conn = town.house.conn
    (due,) = await joint_plans.plans_due(conn, DAY)
    assert (due.nominal_id, due.lpu, due.plan) == ("N1", "W", None)
    leads = {"W": "Sgt A", "E": "Sgt B"}
    wrong = ({"W": "Sgt A"}, {**leads, "ESX": "C"}, {"W": "Sgt A", "E": "  "})
    for named in wrong:
        with pytest.raises(InputError, match="names a lead for each of E, W"):
            await owning_acts.keep_plan(conn, "N1", named, LATER, WORDS, DAY)
    with pytest.raises(InputError, match="after"):
        await owning_acts.keep_plan(conn, "N1", leads, DAY, WORDS, DAY)
    with pytest.raises(ConflictError, match="not jointly managed"):
        await owning_acts.keep_plan(conn, "N2", leads, LATER, WORDS, DAY)
    await owning_acts.keep_plan(conn, "N1", leads, LATER, WORDS, DAY)
    assert await joint_plans.plans_due(conn, DAY) == []
    assert len(await joint_plans.plans_due(conn, LATER)) == 1
    (plan,) = await joint_plans.plans(conn, "N1")
    assert plan.leads == [
        {"area": "E", "lead": "Sgt B"},
        {"area": "W", "lead": "Sgt A"},
    ]


async def test_a_look_is_audited_and_shows_no_coordinates(town: Town) -> None:
    conn = town.house.conn
    shown = await owning_acts.show(conn, "N1", DAY, "PC C", town.profiles)
    assert shown.standing.lpu == "W"
    assert [(a.kind, a.how) for a in shown.addresses] == [("home", "exact")]
    assert str(EAST - 500) not in repr(shown)
    last = (await audit.entries(conn, 1))[0]
    assert (last.actor, last.action, last.subject) == (
        "PC C",
        "read ownership",
        "nominal N1",
    )


async def test_nothing_that_was_decided_can_be_edited(
    town: Town, web: Connection
) -> None:
    for conn in (town.house.conn, web):
        for table, column in (
            ("ownership", "because"),
            ("joint_plan", "reason"),
            ("address_place", "reason"),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"update {table} set {column} = 'x'")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"delete from {table}")


@pytest.mark.parametrize("words", [("", "why"), ("who", " ")])
def test_who_and_why_are_needed(words) -> None:
    with pytest.raises(InputError):
        Words(*words)


async def test_owners_spread_over_areas(town: Town) -> None:
    """LEICS-29, LEICS-30."""
    await town.people("N3", "N4")
    await town.addresses("N3,home,-500,", "N4,home,500,")
    await town.decide()
    shares = await owned_spread.spread(town.house.conn, DAY)
    told = [(s.lpu, s.owned, s.shared) for s in shares]
    assert told == [("W", 2, 0), ("E", 1, 1)]
    assert await owners.queued(town.house.conn, DAY) == {"to_be_placed": 1}
