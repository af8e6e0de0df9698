"""Who owns whom, on real PostGIS: places, lines, days, and the one owner or queue."""

from datetime import date

import pytest

from api.intake import loading_people
from sql import owners
from tests.db.deliveries import House
from tests.db.owned import AREAS, DAY, Town

LATER = date(2026, 4, 1)


@pytest.fixture
async def town(house: House) -> Town:
    """Two LPUs side by side, West and East, and a force without LPUs beyond a gap."""
    made = Town(house)
    await made.boundaries()
    return made


async def test_the_home_decides(town: Town) -> None:
    """WMP-6.5. Of a force whose LPUs nobody loaded the force owns."""
    await town.people("N1", "N2", "N3")
    await town.addresses("N1,home,-500,", "N2,home,500,", "N3,home,5000,")
    await town.decide()
    assert await town.owners() == {
        "N1": ("Kent", "W"),
        "N2": ("Kent", "E"),
        "N3": ("Essex", None),
    }
    held = await town.standing("N1")
    assert held.because == (
        f"Address {await town.number('N1')} is the home and lies in West (W) by its "
        "coordinates."
    )
    assert (held.rules, held.managing_unit) == (["WMP-6.5"], "OM")


async def test_before_the_worker_has_looked_nobody_is_lost(town: Town) -> None:
    await town.people("N1")
    assert await town.queues() == {"N1": "not_decided"}
    await town.decide()
    assert await town.queues() == {"N1": "not_aligned"}


async def test_a_second_look_appends_nothing(town: Town) -> None:
    await town.people("N1", "N2", "N3,Kent,RSO;MAPPA1")
    await town.addresses("N1,home,-500,", "N2,home,0,", "N3,home,10,")
    await town.offend("N1", 700, 700, 700, None)
    first = await town.decide()
    assert (first.nominals, first.changed) == (3, 3)
    again = await town.decide()
    assert (again.run, again.changed) == (None, 0)
    assert await town.house.count("ownership") == 3
    assert (await town.decide(LATER)).changed == 0


async def test_on_the_line_a_person_says(town: Town) -> None:
    """Within a metre of both, or in a sliver between them: nobody owns by chance."""
    await town.people(*(f"N{i}" for i in range(4)))
    await town.addresses("N0,home,0,", "N1,home,0.9,", "N2,home,-0.9,", "N3,home,1.1,")
    await town.decide()
    assert await town.queues() == dict.fromkeys(("N0", "N1", "N2"), "on_the_line")
    assert await town.owners() == {"N3": ("Kent", "E")}
    told = (await town.standing("N0")).because
    assert "on the line between East (E) and West (W)" in told


async def test_outside_every_area(town: Town) -> None:
    """In a gap between a force's LPUs, and in the sea."""
    await town.people("N1", "N2")
    await town.addresses("N1,home,2500,", "N2,home,-9000,")
    await town.decide()
    assert await town.queues() == {"N1": "outside", "N2": "outside"}
    assert "lies in Kent, in none of its LPUs" in (await town.standing("N1")).because
    assert "in the sea, abroad" in (await town.standing("N2")).because


async def test_two_homes(town: Town) -> None:
    """In one LPU they agree; in two nobody knows; with no fixed abode neither."""
    await town.people("N1", "N2", "N3", "N4")
    await town.addresses("N1,home,-500,", "N1,home,-600,ME1 1AA")
    await town.addresses("N2,home,-500,", "N2,home,600,ME1 1AA")
    await town.addresses("N3,home,-500,", "N3,none,,")
    await town.addresses("N4,home,-500,", "N4,home,,ZZ9 9ZZ")
    await town.decide()
    assert await town.owners() == {"N1": ("Kent", "W")}
    assert await town.queues() == {
        "N2": "contradictory",
        "N3": "contradictory",
        "N4": "to_be_placed",
    }


async def test_who_has_no_home_is_not_aligned(town: Town) -> None:
    """WMP-6.3. A bail address or a hostel alone makes nobody an owner."""
    await town.people("N1", "N2", "N3")
    await town.addresses("N1,none,,", "N2,police_bail,500,", "N2,family,500,")
    await town.decide()
    assert set((await town.queues()).values()) == {"not_aligned"}
    assert "No fixed abode" in (await town.standing("N1")).because
    assert "only family and police bail" in (await town.standing("N2")).because
    assert "No address" in (await town.standing("N3")).because


async def test_a_postcode_places_and_says_how_well(town: Town) -> None:
    """By its point; near the line it says so; too coarse or unknown it does not."""
    await town.units("ME1 1AA,10,-500", "ME1 1AB,10,60", "ME1 1AC,60,-500")
    await town.people("N1", "N2", "N3", "N4")
    await town.addresses("N1,home,,me11aa", "N2,home,,ME1 1AB", "N3,home,,ME1 1AC")
    await town.addresses("N4,home,,ME9 9ZZ")
    await town.decide()
    assert await town.owners() == {"N1": ("Kent", "W"), "N2": ("Kent", "E")}
    assert (
        "near the line: West (W) is within 100 m" in (await town.standing("N2")).because
    )
    assert "near" not in (await town.standing("N1")).because
    assert await town.queues() == {"N3": "to_be_placed", "N4": "to_be_placed"}


async def test_a_postcode_that_comes_later_places(town: Town) -> None:
    await town.people("N1")
    await town.addresses("N1,home,,ME1 1AA")
    await town.decide()
    assert await town.queues() == {"N1": "to_be_placed"}
    await town.units("ME1 1AA,10,-500")
    await town.decide()
    assert await town.owners() == {"N1": ("Kent", "W")}


async def test_a_move_takes_effect_on_its_day(town: Town) -> None:
    """The day before still gives what it gave."""
    await town.people("N1")
    await town.addresses("N1,home,-500,,2026-01-01,2026-03-31")
    await town.addresses("N1,home,500,,2026-04-01,")
    for day in (DAY, date(2026, 3, 31), LATER):
        await town.decide(day)
    assert await town.owners(date(2026, 3, 31)) == {"N1": ("Kent", "W")}
    assert await town.owners(LATER) == {"N1": ("Kent", "E")}
    assert "boundaries" not in (await town.standing("N1", LATER)).because
    steps = await owners.history(town.house.conn, "N1")
    assert [s.day for s in steps] == [DAY, LATER]
    assert steps[1].supersedes == steps[0].id


async def test_new_boundaries_move_a_house_on_their_day(town: Town) -> None:
    """A force changes its LPUs: no history is rewritten."""
    old = [(*a, "", "2026-03-31") for a in AREAS[:2]]
    new = [
        ("W", "West", "Kent", "lpu", -2_000, -1_000, "2026-04-01", ""),
        ("E2", "New East", "Kent", "lpu", -1_000, 2_000, "2026-04-01", ""),
    ]
    await town.boundaries(*old, *new)
    await town.people("N1", "N2")
    await town.addresses("N1,home,-500,", "N2,home,-1500,")
    await town.decide()
    await town.decide(LATER)
    assert await town.owners() == {"N1": ("Kent", "W"), "N2": ("Kent", "W")}
    assert await town.owners(LATER) == {"N1": ("Kent", "E2"), "N2": ("Kent", "W")}
    told = (await town.standing("N1", LATER)).because
    assert told.endswith("It lay in W until the boundaries changed.")
    assert (await town.decide(LATER)).changed == 0


async def test_on_the_last_day_of_a_boundary_it_still_holds(town: Town) -> None:
    await town.boundaries(
        ("W", "West", "Kent", "lpu", -2_000, 0, "", "2026-03-28"),
        ("W2", "West again", "Kent", "lpu", -2_000, 0, "2026-03-29", ""),
    )
    await town.people("N1")
    await town.addresses("N1,home,-500,")
    for day in (28, 29, 30):
        await town.decide(date(2026, 3, day))
    found = [(await town.owners(date(2026, 3, day)))["N1"][1] for day in (28, 29, 30)]
    assert found == ["W", "W2", "W2"], "the clocks go forward on the 29th"


async def test_who_offends_elsewhere_is_shared(town: Town) -> None:
    """WMP-6.5. Offences without a known place count in the whole, for no LPU."""
    await town.people("N1", "N2", "N3")
    await town.addresses("N1,home,-500,", "N2,home,-500,", "N3,home,-500,")
    await town.offend("N1", 500, 600, -700, None, None)
    await town.offend("N2", 500, -600, -700)
    await town.offend("N3", 500, 500, *[-700] * 7)
    await town.decide()
    (shared,) = (await town.standing("N1")).joint
    assert (shared["lpu"], shared["offences"], shared["of"]) == ("E", 2, 5)
    assert (shared["by_share"], shared["affected"]) == (True, False)
    assert (await town.standing("N2")).joint == []
    assert (await town.standing("N3")).joint == []
    listed = await town.find(lpu="E", joint=True)
    assert [o.nominal_id for o in listed] == ["N1"]
    assert await town.find(lpu="E") == []


async def test_an_offence_older_than_two_years_or_ended_does_not_count(
    town: Town,
) -> None:
    await town.people("N1")
    await town.addresses("N1,home,-500,")
    await town.offend("N1", 500, 600)
    await town.decide(date(2028, 2, 29))
    assert len((await town.standing("N1", date(2028, 2, 29))).joint) == 1
    await town.decide(date(2028, 3, 1))
    assert (await town.standing("N1", date(2028, 3, 1))).joint == []


async def test_high_risk_is_shared_with_the_area_that_suffers_most(
    town: Town,
) -> None:
    """WMP-6.1. One offence is enough; from MEDIUM on it is not."""
    await town.people("N1")
    await town.addresses("N1,home,-500,")
    await town.offend("N1", 500)
    await town.decide()
    assert (await town.standing("N1")).joint == []
    await town.is_high("N1")
    await town.decide()
    (shared,) = (await town.standing("N1")).joint
    assert (shared["lpu"], shared["affected"], shared["rules"]) == (
        "E",
        True,
        ["WMP-6.1"],
    )
    await town.is_high("N1", "MEDIUM", "HIGH")
    await town.decide()
    assert (await town.standing("N1")).joint == []


async def test_the_worker_decides_when_files_come(house: House) -> None:
    """Nominals first, then addresses, boundaries, postcodes: each is looked at."""
    town = Town(house)
    await town.people("N1", "N2")
    await house.drain()
    today = await house.conn.fetchval("select max(day) from ownership")
    assert await town.queues(today) == {"N1": "not_aligned", "N2": "not_aligned"}
    await town.addresses("N1,home,-500,", "N2,home,,ME1 1AA")
    await house.drain()
    assert await town.queues(today) == {"N1": "outside", "N2": "to_be_placed"}
    await town.boundaries()
    await house.drain()
    assert await town.owners(today) == {"N1": ("Kent", "W")}
    await town.units("ME1 1AA,10,500")
    await house.drain()
    assert await town.owners(today) == {"N1": ("Kent", "W"), "N2": ("Kent", "E")}
    queue = await house.conn.fetch("select * from ownership_queue")
    assert queue == []


async def test_what_is_found_anew_of_a_past_day_does_not_hold_today(
    town: Town,
) -> None:
    """A late correction of an old address: today is looked at again by itself."""
    await town.people("N1")
    await town.addresses("N1,home,-500,,2026-01-01,2026-03-31")
    await town.addresses("N1,home,500,,2026-04-01,")
    await town.house.drain()
    today = await town.house.conn.fetchval("select max(day) from ownership")
    assert await town.owners(today) == {"N1": ("Kent", "E")}
    made = await town.decide(DAY)
    assert (made.changed, await town.owners()) == (1, {"N1": ("Kent", "W")})
    await town.house.drain()
    assert await town.owners(today) == {"N1": ("Kent", "E")}


async def test_two_nominals_of_one_pnc_id_are_told_of(house: House) -> None:
    """A warning, not a refusal: records are merged by people."""
    head = "nominal_id,family_name,given_names,pnc_id\n"
    data = (head + "N1,F,G,2001/0123456F\nN2,F,G,\nN3,F,G,2001/0123456F\n").encode()
    load = loading_people.load_nominals
    report = await load(house.conn, data, "n.csv", house.door)
    assert report.faults == ()
    assert [(w.type, w.value) for w in report.warnings] == [
        ("PNC_ID_OF_ANOTHER", "N1"),
        ("PNC_ID_OF_ANOTHER", "N3"),
    ]
