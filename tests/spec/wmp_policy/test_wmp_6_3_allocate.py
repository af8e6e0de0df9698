"""WMP-6.3-ALLOCATE. Those not geographically aligned are allocated by a person, on last
known address, family ties and/or offending history, and the tag's last nights."""

from datetime import date, timedelta

import pytest

from api.owners import proposing
from api.owners.owning_acts import Words
from geocorr.ownership.proposals import Source, SourceKind, propose
from loaders.policy import shipped as policy
from loaders.profile import shipped
from sql import audit, owners, proposals
from tests.db.deliveries import EAST, NORTH, House, at
from tests.db.owned import DAY, Town

CHOICES = shipped("wmp").allocation
W, E = ("Kent", "W"), ("Kent", "E")
WHO = Words("Central OMA", "knows the family")


def source(kind: SourceKind, place, age: int | None = 10, share: float = 1.0) -> Source:
    return Source(kind, place, age, "exact", share, kind.value)


@pytest.fixture
async def town(house: House) -> Town:
    made = Town(house)
    await made.boundaries()
    await made.people("N1")
    return made


async def proposed(town: Town):
    await town.decide()
    conn = town.house.conn
    await proposing.propose_all(conn, DAY, town.profiles, policy())
    return (await proposals.last(conn, ["N1"]))["N1"]


async def sleep(town: Town, x: float, *nights: int, basis: str = "licence") -> None:
    """The tag rests from ten to six, the nights so many days before the tenth."""
    if not await town.house.count("tag_order"):
        worn = f"O1,T1,N1,{basis},2026-02-01,"
        await town.house.orders(worn)
    rows = []
    for night in nights:
        begins = at(-720) - timedelta(days=night)
        for minute in range(0, 480, 4):
            when = begins + timedelta(minutes=minute)
            rows.append(f"T1,{when:%Y-%m-%dT%H:%M:%SZ},{EAST + x},{NORTH},8")
    await town.house.trails(*rows, name=f"nights{x}.csv")


def test_no_source_comes_first_by_its_kind() -> None:
    """WMP-6.3-ALLOCATE. "Last known address, family ties and/or offending history": no
    order among them. Each weighs by its age.

    | source           | age        | says | weighs |
    | ---------------- | ---------- | ---- | ------ |
    | family           | 10 days    | E    | 1.0    |
    | last known       | 100 days   | W    | 0.4    |
    | offending (half) | 10 days    | W    | 0.5    |
    """
    told = propose(
        [
            source(SourceKind.LAST_KNOWN, W, 100),
            source(SourceKind.OFFENDING, W, 10, 0.5),
            source(SourceKind.FAMILY, E, 10),
        ],
        CHOICES,
    )
    assert [(c.name, round(c.weight, 3)) for c in told.value] == [
        ("E", 1.0),
        ("W", 0.9),
    ]
    assert told.evidence["conflict"] is True
    assert told.rules == ("WMP-6.3-ALLOCATE",)
    assert told.because == (
        "Proposed E: family. In conflict with W by last_known, offending."
    )


def test_without_a_source_nothing_is_proposed() -> None:
    """WMP-6.3-ALLOCATE. Nobody is allocated by default."""
    told = propose([], CHOICES)
    assert told.value == ()
    assert "nothing can be proposed" in told.because


def test_an_unknown_age_weighs_as_an_old_one() -> None:
    """WMP-6.3-ALLOCATE. What nobody dated is not taken for new."""
    (known,) = propose([source(SourceKind.FAMILY, W, 10)], CHOICES).value
    (undated,) = propose([source(SourceKind.FAMILY, W, None)], CHOICES).value
    assert undated.weight == CHOICES.old_weight < known.weight


async def test_every_source_stands_side_by_side(town: Town) -> None:
    """WMP-6.3-ALLOCATE. Nights of the tag, last known address, family, offences."""
    await town.addresses("N1,last_known,-500,,2025-12-01", "N1,family,500,,2026-03-01")
    await town.offend("N1", 700, 700, -700)
    await sleep(town, -900, 0, 1, 2)
    told = await proposed(town)
    by_area = {c["lpu"]: {s["kind"] for s in c["sources"]} for c in told.candidates}
    assert by_area == {
        "W": {"nights", "last_known", "offending"},
        "E": {"family", "offending"},
    }
    assert "3 of 3 nights of the tag, last on 10 Mar 2026" in told.because
    assert "last known address (99 days old, by its coordinates)" in told.because
    assert set(told.rules) == {"WMP-6.3-ALLOCATE", "LEICS-16"}


async def test_a_home_that_has_ended_is_a_last_known_address(town: Town) -> None:
    """WMP-6.3-ALLOCATE. Its age counts from the day it ended."""
    await town.addresses("N1,home,-500,,2020-01-01,2026-02-28")
    told = await proposed(town)
    assert told.because == (
        "Proposed W: home on record (9 days old, by its coordinates)."
    )


@pytest.mark.parametrize("basis", ["court_bail", "immigration_bail", "other"])
async def test_nights_are_looked_at_only_where_the_basis_allows(
    town: Town, basis: str
) -> None:
    """WMP-6.3-ALLOCATE, LEICS-16. On court bail the trail says nothing here."""
    await sleep(town, -900, 0, 1, 2, basis=basis)
    told = await proposed(town)
    assert told.candidates == []
    assert told.nights == []


async def test_nights_in_custody_say_nothing(town: Town) -> None:
    """WMP-6.3-ALLOCATE. All fourteen in custody: no night counts."""
    await sleep(town, -900, 0, 1)
    await town.house.events("T1,2026-02-20T12:00:00Z,custody_from")
    told = await proposed(town)
    assert told.candidates == []
    assert [night["left_out"] for night in told.nights] == ["in custody"] * 14


async def test_no_coordinate_leaves_with_a_proposal(town: Town) -> None:
    """WMP-6.3-ALLOCATE. Areas, shares and ages; never where the tag slept."""
    await sleep(town, -900, 0, 1)
    told = await proposed(town)
    assert f"{EAST - 900}" not in f"{told.candidates}{told.nights}{told.because}"


async def test_a_person_allocates_and_both_are_kept(town: Town) -> None:
    """WMP-6.3-ALLOCATE. The proposal says W; the Central OMA Team says E."""
    await town.addresses("N1,last_known,-500,,2026-03-01")
    told = await proposed(town)
    assert told.lpu == "W"
    await proposing.allocate(town.house.conn, "N1", "E", WHO, DAY)
    assert await town.owners() == {"N1": E}
    held = await town.standing("N1")
    assert (held.act, held.decided_by) == ("allocated", "Central OMA")
    assert held.rules == ["WMP-6.3-ALLOCATE"]
    assert (await proposals.last(town.house.conn))["N1"].lpu == "W"
    acts = [(e.actor, e.action) for e in await audit.entries(town.house.conn)]
    assert ("Central OMA", "decide on owner") in acts


async def test_the_same_again_proposes_nothing_new(town: Town) -> None:
    """WMP-6.3-ALLOCATE. A proposal is appended where it says something new."""
    await town.addresses("N1,last_known,-500,,2026-03-01")
    await proposed(town)
    again = await proposing.propose_all(town.house.conn, DAY, town.profiles, policy())
    assert (again.waiting, again.changed) == (1, 0)
    await town.addresses("N1,family,500,,2026-03-09")
    again = await proposing.propose_all(town.house.conn, DAY, town.profiles, policy())
    assert again.changed == 1
    assert await town.house.count("proposal") == 2


async def test_a_proposal_for_an_earlier_day_is_not_the_last_one(town: Town) -> None:
    """WMP-6.3-ALLOCATE. Asked of a day that is over, it stands for that day alone."""
    await town.addresses("N1,last_known,-500,,2026-03-01", "N1,family,500,,2026-03-09")
    now = await proposed(town)
    earlier = date(2026, 3, 5)
    await town.decide(earlier)
    conn = town.house.conn
    await proposing.propose_all(conn, earlier, town.profiles, policy())
    assert (await proposals.last(conn, ["N1"]))["N1"].id == now.id
    (then,) = await proposing.listed(conn, earlier, "OMA")
    assert (then.day, len(then.candidates)) == (earlier, 1)


async def test_who_has_an_owner_needs_no_proposal(town: Town) -> None:
    """WMP-6.3-ALLOCATE. Only those who are not geographically aligned."""
    await town.addresses("N1,home,-500,")
    await town.decide()
    made = await proposing.propose_all(town.house.conn, DAY, town.profiles, policy())
    assert made.waiting == 0
    assert (await owners.queued(town.house.conn, DAY)) == {}
