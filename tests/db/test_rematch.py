"""What comes late matches again only what it touches; quarantine and purge."""

from datetime import UTC, datetime, timedelta

import pytest

from api.intake import loading_people
from api.keeping import purging
from api.keeping.purging import Keeper
from api.matches.matching import Why, match
from loaders.retention import shipped
from sql import crimes as stored_crimes
from sql import trail_quarantine
from sql.db import Connection
from tests.db.deliveries import House, at, crime, order, stay, written

# T1 at A, T2 at B and T3 at C, a kilometre from each other.
CRIMES = crime("A"), crime("B", x=1_000), crime("C", x=2_000)


@pytest.fixture
async def evening(house: House) -> House:
    """T1 and T2 wear a tag and were at A and B; T3 has neither order nor trail yet."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    await house.trails(*stay("T1", minute=20), *stay("T2", x=1_000, minute=20))
    await house.crimes(*CRIMES)
    await house.drain()
    assert (await house.live()).keys() == {"A", "B"}
    return house


async def _only(house: House, *touched: str) -> dict[str, int]:
    """The live hits after the worker's turn; none but those of `touched` are new."""
    before = await house.live()
    await house.drain()
    after = await house.live()
    rest = {**before, **after}.keys() - set(touched)
    assert {name: after[name] for name in rest} == {n: before[n] for n in rest}
    return {name: run for name, run in after.items() if name in touched}


async def _runs(house: House) -> list[tuple[str, int]]:
    """Kind and number of crimes of each run of matching, oldest first."""
    rows = await house.conn.fetch(
        "select kind, counts from run"
        " where kind not in ('assess', 'coverage') order by id"
    )
    return [(row["kind"], row["counts"]["crimes"]) for row in rows]


async def test_a_late_trail_file_matches_again_only_what_it_passes(
    evening: House,
) -> None:
    before = (await evening.live())["B"]
    # T2 was at B all along; the late file says that it stayed on.
    await evening.trails(*stay("T2", x=1_000, minute=30), name="late.csv")
    after = await _only(evening, "B")
    assert after["B"] > before
    assert (await evening.hits(reference="B"))[0].hit.fixes_inside == 20
    assert await _runs(evening) == [("batch", 3), ("trails", 1)]


async def test_fixes_that_were_stored_already_match_nothing_again(
    evening: House,
) -> None:
    report = await evening.trails(*stay("T1", minute=20), name="repeats.csv")
    assert [w.type for w in report.warnings] == ["IDENTICAL_REPEAT"]
    assert await _only(evening) == {}
    assert await _runs(evening) == [("batch", 3)]


async def test_a_trail_far_from_every_crime_matches_nothing_again(
    evening: House,
) -> None:
    await evening.trails(*stay("T1", x=90_000, minute=600), name="far.csv")
    assert await _only(evening) == {}
    assert await _runs(evening) == [("batch", 3)]


async def test_a_trail_before_its_order_yields_the_hit_when_the_order_comes(
    evening: House,
) -> None:
    await evening.trails(*stay("T3", x=2_000, minute=20), name="t3.csv")
    assert await _only(evening, "C") == {}, "nobody wears T3 yet"
    await evening.orders(order("O3", "T3"))
    assert (await _only(evening, "C")).keys() == {"C"}
    assert (await evening.hits(reference="C"))[0].hit.nominal_id == "N-O3"


async def test_an_order_that_ends_earlier_retires_its_hit(evening: House) -> None:
    first = (await evening.live())["A"]
    await evening.orders(order("O1", "T1", last="2026-03-09"))
    assert await _only(evening, "A") == {}
    gone = (await evening.hits(run=first))[0]
    assert (gone.hit.crime_reference, gone.state) == ("A", "retired")
    assert gone.state_reason == "a tag order came or changed"


async def test_an_order_that_ends_between_the_fixes_keeps_those_before(
    evening: House,
) -> None:
    await evening.orders(order("O1", "T1", last=written(25)))
    assert (await _only(evening, "A")).keys() == {"A"}
    assert (await evening.hits(reference="A"))[0].hit.fixes_inside == 5


async def test_the_same_orders_again_match_nothing_again(evening: House) -> None:
    await evening.orders(order("O1", "T1"), order("O2", "T2"))
    assert await _only(evening) == {}
    assert await _runs(evening) == [("batch", 3)]


async def test_a_device_that_changes_hands_gives_the_hit_to_its_new_wearer(
    evening: House,
) -> None:
    await evening.orders(
        order("O1", "T1", last="2026-03-08"), order("O9", "T1", "2026-03-09")
    )
    assert (await _only(evening, "A")).keys() == {"A"}
    assert [s.hit.nominal_id for s in await evening.hits(reference="A")] == ["N-O9"]
    assert ("A", 1, "retired") in await evening.states()


async def test_an_event_matches_again_only_the_crimes_of_its_device(
    evening: House,
) -> None:
    before = (await evening.live())["A"]
    await evening.events(f"T1,{written(15)},strap_open")
    after = await _only(evening, "A")
    assert after["A"] > before
    hit = (await evening.hits(reference="A"))[0].hit
    assert hit.coverage == 0, "with the strap open no line can be drawn"


async def test_the_same_event_again_matches_nothing_again(evening: House) -> None:
    event = f"T1,{written(15)},strap_open"
    await evening.events(event)
    await evening.drain()
    await evening.events(event)
    assert await _only(evening) == {}
    assert await _runs(evening) == [("batch", 3), ("events", 1)]


async def test_court_bail_is_not_matched(evening: House) -> None:
    """LEICS-16. The wearer is not convicted: zones only until the force says more."""
    await evening.trails(*stay("T3", x=2_000, minute=20), name="t3.csv")
    await evening.orders(order("O3", "T3", basis="court_bail"))
    assert await _only(evening, "C") == {}


async def test_an_order_turned_into_court_bail_retires_its_hit(evening: House) -> None:
    """LEICS-16. A changed basis is a changed order."""
    await evening.orders(order("O1", "T1", basis="court_bail"))
    assert await _only(evening, "A") == {}
    assert ("A", 1, "retired") in await evening.states()


async def test_an_order_in_a_clash_is_refused_and_what_was_stored_stands(
    evening: House,
) -> None:
    report = await evening.orders(order("O7", "T1", "2026-03-05"), order("O8", "T8"))
    assert [(f.value, f.type) for f in report.faults] == [("O7", "OVERLAPPING_ORDER")]
    assert "O1" in report.faults[0].action
    assert (report.accepted, report.rejected) == (1, 1)
    stored = await evening.conn.fetch("select order_id from tag_order order by 1")
    assert [row[0] for row in stored] == ["O1", "O2", "O8"]


async def test_a_refused_change_does_not_make_room_for_the_next_row(
    evening: House,
) -> None:
    """O1 cannot move to T2, which O2 holds; so it stays on T1, and O9 must wait."""
    report = await evening.orders(order("O1", "T2"), order("O9", "T1", "2026-03-05"))
    assert [f.value for f in report.faults] == ["O1", "O9"]
    assert report.accepted == 0
    assert await _only(evening) == {}


async def test_two_orders_may_swap_their_devices_in_one_file(evening: House) -> None:
    report = await evening.orders(order("O1", "T2"), order("O2", "T1"))
    assert report.faults == ()
    assert (await _only(evening, "A", "B")).keys() == {"A", "B"}
    assert [s.hit.nominal_id for s in await evening.hits()] == ["N-O2", "N-O1"]


async def _outside(house: House) -> None:
    """T1's order ends at ten past ten; the fixes from then on are nobody's."""
    await house.orders(order("O1", "T1", last=written(10)))
    await house.trails(*stay("T1", minute=5, minutes=20))
    await house.crimes(crime("A", minute=11), crime("B", minute=0))
    await house.drain()


async def test_fixes_outside_every_order_are_never_matched(house: House) -> None:
    """HANTS-GPS-1."""
    await _outside(house)
    assert (await house.live()).keys() == {"B"}
    assert (await house.hits(reference="B"))[0].hit.fixes_inside == 5


async def test_fixes_outside_every_order_are_listed(house: House) -> None:
    """HANTS-GPS-1."""
    await _outside(house)
    (found,) = await trail_quarantine.quarantined(house.conn, 30)
    assert (found.device_id, found.from_at) == ("T1", at(10))
    assert found.to_at == at(24)


async def _aged(owner: Connection, days: int) -> None:
    await owner.execute(
        "update trail set received_at = received_at - $1::interval",
        timedelta(days=days),
    )


def keeper(house: House) -> Keeper:
    return Keeper(shipped(), house.policy, house.crs, datetime.now(UTC), "tester")


@pytest.mark.parametrize(("days", "due"), [(29, False), (31, True)])
async def test_a_dry_run_of_the_purge_says_what_is_due_and_leaves_it(
    house: House, owner: Connection, days: int, due: bool
) -> None:
    """HANTS-GPS-1. Thirty days from the delivery."""
    await _outside(house)
    await _aged(owner, days)
    told = await purging.quarantined(house.conn, keeper(house), dry_run=True)
    assert sum(p.n_fixes for p in told) == (15 if due else 0)
    assert await house.count("fix") == 20
    assert await house.count("trail_purge") == 0


async def test_the_purge_removes_what_is_due_and_keeps_a_record(
    house: House, owner: Connection
) -> None:
    """HANTS-GPS-1."""
    await _outside(house)
    await _aged(owner, 31)
    before = await house.live()
    by = keeper(house)
    (gone,) = await purging.quarantined(house.conn, by, dry_run=False)
    assert (gone.device_id, gone.n_fixes) == ("T1", 15)
    assert await house.count("fix") == 5
    record = await house.conn.fetchrow(
        "select device_id, t_from, t_to from trail_purge"
    )
    assert tuple(record) == ("T1", at(10), at(24))
    assert await trail_quarantine.quarantined(house.conn, 30) == []
    assert await purging.quarantined(house.conn, by, dry_run=False) == []
    assert await house.live() == before


async def test_a_nominals_birthday_that_comes_late_takes_the_hit_away(
    evening: House,
) -> None:
    """HANTS-GPS-1. For adults on the crime's date."""
    data = (
        b"nominal_id,family_name,given_names,date_of_birth\n"
        b"N-O1,Example,Young,2010-01-01\n"
    )
    await loading_people.load_nominals(evening.conn, data, "n.csv", evening.door)
    assert await _only(evening, "A") == {}
    assert ("A", 1, "retired") in await evening.states()


async def test_matching_a_version_that_is_not_the_latest_touches_nothing(
    evening: House,
) -> None:
    first = (await stored_crimes.versions(evening.conn, "Kent", "A"))[0]
    await evening.crimes(crime("A", x=20))
    await evening.drain()
    before = await evening.states()
    done = await match(evening.conn, [first.id], evening.policy, Why("rematch", "x"))
    assert (done.crimes, done.hits, done.superseded) == (0, 0, 0)
    assert await evening.states() == before
