"""Zones and breaches on real PostGIS: as trails arrive, late, twice, and by order."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from api.intake import loading_zones
from api.intake.zone_files import ZoneSources, examine_files
from api.zones import breaches, zones
from api.zones.breaches import BreachOutcome
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.geo import WorkingCrs
from loaders.report import LoadReport
from sql import breaches as stored
from sql import jobs
from sql import zones as stored_zones
from sql.breaches import BreachFilter, StoredBreach
from sql.db import Connection
from tests.db.deliveries import EAST, NORTH, ORDER_HEAD, House, at, order, stay, written

HEAD = (
    "zone_id,nominal_id,device_id,kind,easting,northing,radius_m,timetable,from,to,"
    "owner\n"
)


def zone(
    name: str,
    kind: str = "exclusion",
    x: float = 0,
    *,
    whose: str = "N-O1,",
    hours: str = "always",
    first: str = "2026-03-01",
    last: str = "",
) -> str:
    """A circle of 100 m, x metres east, of O1's nominal."""
    return f"{name},{whose},{kind},{EAST + x},{NORTH},100,{hours},{first},{last},IOM"


async def load(house: House, *rows: str) -> LoadReport:
    data = (HEAD + "\n".join(rows) + "\n").encode()
    report = await loading_zones.load_zones(house.conn, data, "z.csv", house.door)
    assert report.faults == ()
    await house.drain()
    return report


async def queue(house: House, **asked) -> list[StoredBreach]:
    return (await stored.find(house.conn, BreachFilter(**asked)))[1]


async def trails(house: House, *parts: Sequence[str], name: str) -> None:
    await house.trails(*(row for part in parts for row in part), name=name)
    await house.drain()


def minutes(breach: StoredBreach) -> tuple[float, float]:
    """Begin and end in minutes after ten."""
    return tuple(
        (t - at(0)) / timedelta(minutes=1) for t in (breach.from_at, breach.to_at)
    )


@pytest.fixture
async def watched(house: House) -> House:
    """O1 wears T1 and must keep out of Z1; T1 stays in it from 10:00 to 10:09."""
    await house.orders(order("O1", "T1"))
    await load(house, zone("Z1"))
    await trails(house, stay("T1"), name="first.csv")
    return house


async def test_an_entry_is_queued_as_its_trail_arrives(watched: House) -> None:
    """WMP2-8-EM. With owner, deadline, rules, evidence and its sentence."""
    (breach,) = await queue(watched)
    assert (breach.kind, breach.zone_id, breach.nominal_id) == ("entry", "Z1", "N-O1")
    assert (breach.device_id, breach.order_id, breach.owner) == ("T1", "O1", "IOM")
    assert minutes(breach) == (0, 9)
    assert breach.deadline_at - breach.detected_at == timedelta(hours=1)
    assert (breach.is_open, breach.overdue, breach.standing) == (True, False, "found")
    assert breach.rules == ["HANTS-GPS-1", "LEICS-16", "WMP2-8-EM"]
    assert breach.policy_hash == watched.policy.hash
    assert breach.fixes == 10
    assert "of the tag" in breach.because


async def test_a_breach_is_made_again_from_its_evidence(watched: House) -> None:
    """Later trails and later zones change nothing of it."""
    await trails(watched, stay("T1", x=900, minute=400), name="later.csv")
    await load(watched, zone("Z1", x=5_000, first="2026-03-11"))
    (breach,) = await queue(watched)
    told, again = await breaches.remade(watched.conn, breach.id, watched.policy)
    assert [told] == again
    with pytest.raises(NotFound):
        await breaches.remade(watched.conn, 99, watched.policy)


async def test_the_same_trail_twice_makes_nothing_new(watched: House) -> None:
    before = await watched.conn.fetch("select * from breach_finding")
    await trails(watched, stay("T1"), name="again.csv")
    assert await watched.conn.fetch("select * from breach_finding") == before
    # Nor does a job that comes twice.
    spells = [("T1", at(-60), at(60))]
    await zones.ask(watched.conn, spells, "again")
    await watched.drain()
    assert await watched.conn.fetch("select * from breach_finding") == before
    assert await watched.count("breach") == 1


async def test_a_late_trail_extends_a_breach_and_its_history_stays(
    watched: House,
) -> None:
    (before,) = await queue(watched)
    await trails(watched, stay("T1", minute=10, minutes=15), name="late.csv")
    (after,) = await queue(watched)
    assert (after.id, minutes(after), after.fixes) == (before.id, (0, 24), 25)
    assert after.deadline_at == before.deadline_at
    history = await stored.findings(watched.conn, after.id)
    assert [(f.standing, f.fixes) for f in history] == [("found", 10), ("found", 25)]
    assert history[0].because == before.because


async def test_a_late_trail_before_a_breach_extends_it_backwards(
    watched: House,
) -> None:
    await trails(watched, stay("T1", minute=-70, minutes=70), name="before.csv")
    (breach,) = await queue(watched)
    assert minutes(breach) == (-70, 9)


async def test_a_late_trail_joins_two_breaches(watched: House) -> None:
    await trails(watched, stay("T1", minute=60), name="second.csv")
    first, second = await queue(watched)
    assert (minutes(first), minutes(second)) == ((0, 9), (60, 69))
    await trails(watched, stay("T1", minute=10, minutes=50), name="between.csv")
    one, two = await queue(watched)
    assert (one.id, one.standing, minutes(one)) == (first.id, "found", (0, 69))
    assert (two.id, two.standing, two.joined_to) == (second.id, "joined", first.id)
    assert not two.is_open
    said = ("Sgt A", "seen to")
    with pytest.raises(ConflictError, match=f"part of breach {first.id}"):
        await breaches.record(watched.conn, two.id, BreachOutcome.EXPLAINED, said)


async def test_far_apart_entries_are_two(watched: House) -> None:
    away = stay("T1", x=900, minute=12, minutes=60)
    await trails(watched, away, stay("T1", minute=80), name="second.csv")
    found = await queue(watched)
    assert [round(minutes(b)[0]) for b in found] == [0, 80]


async def test_an_order_that_ends_earlier_takes_its_breach_back(watched: House) -> None:
    """LEICS-16. Outside every order a trail is looked at by nobody."""
    await watched.orders(order("O1", "T1", last="2026-03-05"))
    await watched.drain()
    (breach,) = await queue(watched)
    assert (breach.standing, breach.is_open) == ("not_found", False)
    history = await stored.findings(watched.conn, breach.id)
    assert [f.standing for f in history] == ["found", "not_found"]
    await watched.orders(order("O1", "T1"))
    await watched.drain()
    (again,) = await queue(watched)
    assert (again.id, again.standing) == (breach.id, "found")


@pytest.mark.parametrize(
    ("basis", "told"),
    [("court_bail", 1), ("community_order", 1), ("immigration_bail", 0), ("other", 0)],
)
async def test_the_basis_decides(house: House, basis: str, told: int) -> None:
    """LEICS-16. Court bail allows zones; immigration bail allows nothing."""
    await house.orders(order("O1", "T1", basis=basis))
    await load(house, zone("Z1"))
    await trails(house, stay("T1"), name="t.csv")
    assert len(await queue(house)) == told


async def test_a_basis_that_changes_takes_the_breach_back(watched: House) -> None:
    """LEICS-16."""
    await watched.orders(order("O1", "T1", basis="immigration_bail"))
    await watched.drain()
    assert [b.standing for b in await queue(watched)] == ["not_found"]


async def test_a_zone_that_comes_late_is_laid_over_what_is_stored(house: House) -> None:
    await house.orders(order("O1", "T1"))
    await trails(house, stay("T1"), name="t.csv")
    assert await queue(house) == []
    await load(house, zone("Z1"))
    assert [b.zone_id for b in await queue(house)] == ["Z1"]


async def test_a_zone_that_moves_is_a_new_version(watched: House) -> None:
    await load(watched, zone("Z1", x=3_000))
    assert [b.standing for b in await queue(watched)] == ["not_found"]
    held = (await stored_zones.by_id(watched.conn, ["Z1"]))["Z1"]
    assert held.version == 2
    assert (await stored_zones.version(watched.conn, "Z1", 1)).zone.place.x_m == EAST


async def test_the_same_zones_again_are_no_new_versions(watched: House) -> None:
    await load(watched, zone("Z1"))
    assert await watched.count("zone_version") == 1
    assert await jobs.waiting(watched.conn) == {}


async def test_a_zone_given_to_another_leaves_the_first(watched: House) -> None:
    await watched.orders(order("O2", "T2"))
    await trails(watched, stay("T2"), name="t2.csv")
    await load(watched, zone("Z1", whose="N-O2,"))
    told = {(b.nominal_id, b.standing) for b in await queue(watched)}
    assert told == {("N-O1", "not_found"), ("N-O2", "found")}


async def test_a_device_s_zone_holds_within_its_orders(house: House) -> None:
    await house.orders(order("O1", "T1", first=written(5)))
    await load(house, zone("Z1", whose=",T1"))
    await trails(house, stay("T1"), name="t.csv")
    (breach,) = await queue(house)
    assert minutes(breach) == (5, 9)


async def test_absence_and_silence_of_a_curfew(house: House) -> None:
    """Home to 10:10, away to 10:40, silent to 11:40, home again."""
    await house.orders(order("O1", "T1"))
    await load(house, zone("C1", "curfew"))
    parts = (
        stay("T1", minute=0, minutes=11),
        stay("T1", x=700, minute=11, minutes=30),
        stay("T1", minute=100, minutes=10),
    )
    await trails(house, *parts, name="t.csv")
    absence, silence = await queue(house)
    assert (absence.kind, minutes(absence)) == ("absence", (11, 40))
    assert (silence.kind, minutes(silence)) == ("unknown", (40, 100))
    assert silence.why == "gap"
    for breach in (absence, silence):
        told, again = await breaches.remade(house.conn, breach.id, house.policy)
        assert told in again


async def test_what_is_not_known_becomes_known(house: House) -> None:
    """Hour by hour: a silence is seen whole, and a late trail takes it back."""
    await house.orders(order("O1", "T1"))
    await load(house, zone("C1", "curfew"))
    await trails(house, stay("T1", minute=0), name="1.csv")
    assert await queue(house) == []
    await trails(house, stay("T1", minute=200), name="2.csv")
    (silence,) = await queue(house)
    assert (silence.kind, minutes(silence)) == ("unknown", (9, 200))
    late = stay("T1", x=700, minute=100, minutes=20)
    await trails(house, late, name="3.csv")
    found = {b.kind: minutes(b) for b in await queue(house) if b.is_open}
    assert found["absence"] == (100, 119)
    whole = [*stay("T1", minute=10, minutes=90), *stay("T1", minute=120, minutes=80)]
    await trails(house, whole, name="4.csv")
    left = [b.kind for b in await queue(house) if b.is_open]
    assert left == ["absence"]


async def test_a_strap_that_opens_is_not_known(house: House) -> None:
    await house.orders(order("O1", "T1"))
    await load(house, zone("C1", "curfew"))
    await trails(house, stay("T1", minute=0, minutes=120), name="1.csv")
    assert await queue(house) == []
    await house.events(f"T1,{written(30)},strap_open")
    await house.drain()
    (silence,) = await queue(house)
    assert (silence.kind, minutes(silence)) == ("unknown", (29, 119))
    assert "strap open" in silence.because


async def test_the_nightly_look_tells_of_a_device_that_fell_silent(
    house: House,
) -> None:
    """Nothing came after ten past ten; the next morning somebody has to ask why."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    await load(house, zone("C1", "curfew", hours="Tue 09:00-15:00"))
    await load(house, zone("C2", "curfew", whose="N-O2,", hours="Tue 09:00-15:00"))
    await trails(house, stay("T1"), name="t.csv")
    assert await queue(house) == []
    for _ in range(2):
        await zones.ask_about_silence(house.conn, at(24 * 60))
        await house.drain()
    found = {b.zone_id: b for b in await queue(house)}
    assert minutes(found["C1"]) == (9, 300)
    assert minutes(found["C2"]) == (-60, 300), "it never sent a fix"
    assert {b.kind for b in found.values()} == {"unknown"}
    await trails(house, stay("T1", minute=10, minutes=300), name="late.csv")
    assert not (await queue(house, zone_id="C1"))[0].is_open


async def test_an_outcome_is_appended_and_closes(watched: House) -> None:
    (breach,) = await queue(watched)
    await breaches.record(
        watched.conn, breach.id, BreachOutcome("explained"), ("Sgt A", "to hospital")
    )
    (closed,) = await queue(watched)
    assert (closed.is_open, closed.outcome, closed.decided_by) == (
        False,
        "explained",
        "Sgt A",
    )
    await breaches.record(
        watched.conn, breach.id, BreachOutcome("breached"), ("Insp B", "not so")
    )
    said = await stored.outcomes(watched.conn, breach.id)
    assert [(o.outcome, o.decided_by, o.reason) for o in said] == [
        ("explained", "Sgt A", "to hospital"),
        ("breached", "Insp B", "not so"),
    ]
    assert not (await queue(watched))[0].found_since
    await trails(watched, stay("T1", minute=10), name="late.csv")
    assert (await queue(watched))[0].found_since
    audit = await watched.conn.fetch("select actor, action, subject, detail from audit")
    assert audit[0]["subject"] == f"breach {breach.id}"
    assert "hospital" not in str([tuple(row) for row in audit])


async def test_an_outcome_needs_a_breach_words_and_a_name(watched: House) -> None:
    with pytest.raises(NotFound):
        await breaches.record(watched.conn, 99, BreachOutcome("breached"), ("A", "b"))
    for who in (("", "words"), ("A", "  ")):
        with pytest.raises(InputError):
            await breaches.record(watched.conn, 1, BreachOutcome("breached"), who)


async def test_nothing_of_a_breach_can_be_edited(
    watched: House, web: Connection
) -> None:
    texts = {"zone_version": "owner", "breach": "owner"}
    texts |= {"breach_finding": "because", "breach_outcome": "reason"}
    for table, column in texts.items():
        for conn in (watched.conn, web):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"delete from {table}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"update {table} set {column} = 'x'")


async def test_what_is_late_is_overdue(watched: House, owner: Connection) -> None:
    assert await queue(watched, overdue=True) == []
    await owner.execute("update breach set deadline_at = now() - interval '1 minute'")
    (late,) = await queue(watched, overdue=True)
    assert late.overdue
    await breaches.record(
        watched.conn, late.id, BreachOutcome("referred"), ("Sgt A", "to probation")
    )
    assert await queue(watched, overdue=True) == []
    assert [b.overdue for b in await queue(watched)] == [False]


async def test_two_at_once_make_one_breach(watched: House, bng: WorkingCrs) -> None:
    await watched.trails(*stay("T1", minute=100), name="a.csv")
    await watched.trails(*stay("T1", minute=110), name="b.csv")
    await asyncio.gather(watched.drain(), watched.drain())
    assert [minutes(b) for b in await queue(watched)] == [(0, 9), (100, 119)]


async def test_the_queue_is_read_in_pages(watched: House) -> None:
    await load(watched, zone("Z2"), zone("Z3"))
    total, page = await stored.find(watched.conn, BreachFilter(is_open=True), 1, 1)
    assert (total, [b.zone_id for b in page]) == (3, ["Z2"])
    total, page = await stored.find(watched.conn, BreachFilter(kind="absence"))
    assert (total, page) == (0, [])
    zones_total, held = await stored_zones.find(
        watched.conn, stored_zones.ZoneFilter(owner="IOM"), 2
    )
    assert (zones_total, [z.zone.zone_id for z in held]) == (3, ["Z1", "Z2"])


async def test_a_polygon_comes_back_as_it_was_sent(house: House) -> None:
    await house.orders(order("O1", "T1"))
    head = "zone_id,device_id,kind,wkt,timetable,from,owner\n"
    ring = [(0, 0), (50, 0), (50, 50), (0, 50), (0, 0)]
    wkt = ",".join(f"{EAST + x} {NORTH - 20 + y}" for x, y in ring)
    row = f'P1,T1,exclusion,"POLYGON(({wkt}))",always,2026-03-01,IOM\n'
    report = await loading_zones.load_zones(
        house.conn, (head + row).encode(), "p.csv", house.door
    )
    assert report.accepted == 1, report.faults
    await trails(house, stay("T1", x=25), name="t.csv")
    (breach,) = await queue(house)
    assert breach.nearest_edge_m == -20
    told, again = await breaches.remade(house.conn, breach.id, house.policy)
    assert [told] == again


async def test_files_and_database_find_the_same(house: House, bng: WorkingCrs) -> None:
    """WMP2-8-EM. To the sentence: visits, a line through, absences, silences, stops."""
    zone_rows = (
        zone("Z1", x=700, hours="Tue 10:00-12:30"),
        zone("Z2", x=-400),
        zone("C1", "curfew", hours="Mon-Fri 09:00-15:00"),
        zone("C2", "curfew", whose=",T2"),
    )
    rows = [
        *stay("T1", minute=0, minutes=40),
        *stay("T1", x=700, minute=41, minutes=50),
        *stay("T1", x=-800, minute=92, minutes=1),
        *stay("T1", x=0, minute=93, minutes=30),
        *stay("T1", x=300, minute=200, minutes=25),
        *stay("T2", x=900, minute=10, minutes=200),
    ]
    order_rows = (order("O1", "T1"), order("O2", "T2", basis="court_bail"))
    await house.orders(*order_rows)
    await load(house, *zone_rows)
    await trails(house, rows, name="t.csv")
    sources = ZoneSources((house.folder / "t.csv",), house.folder / "z.csv")
    sources.zones.write_text(HEAD + "\n".join(zone_rows) + "\n")
    held = house.folder / "o.csv"
    held.write_text("\n".join([ORDER_HEAD, *order_rows, ""]))
    told = examine_files(replace(sources, orders=held), bng, house.policy)
    # Of files everyone's time is looked at from the first fix of all to the last.
    ends = {"before the first fix", "after the last fix"}
    on_files = sorted(r.because for r in told.rows if r.why not in ends)
    assert len(on_files) >= 6
    assert sorted(b.because for b in await queue(house)) == on_files
