"""How surprising hits are, out of the database: the same as from the trails alone."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from api.intake.loading import load_orders
from api.matches import assessing, hits_file
from api.matches.assessing import assess_hits, rates
from api.matches.matching import Why, match
from geocorr import arrays, findings
from geocorr.cover import cover
from geocorr.model import Mechanism, to_us
from geocorr.orders import wearers
from geocorr.surprise import rates_of
from geocorr.trust import trust
from sql import assessments, jobs, orders, trail_cover, trail_rows
from sql.db import transaction
from sql.hit_search import HitFilter, Sort, find
from tests.db import deliveries
from tests.db.deliveries import EAST, NORTH, TEN, House, at, crime, order, stay, written

WEEK_MIN = 7 * 24 * 60
EARLY = "2025-12-01"
ORDERS = tuple(order(f"O{i}", f"T{i}", first=EARLY) for i in range(1, 4))


def weekly(device: str, weeks: range, x: float = 0) -> list[str]:
    """Three hours from half past eight at one place, so many weeks off."""
    return [
        line for week in weeks for line in stay(device, x, week * WEEK_MIN - 90, 180)
    ]


# T1 is always there; T2 was there that once; T3 never.
TRAILS = (
    *weekly("T1", range(-8, 1)),
    *weekly("T2", range(-8, 0), 3_000),
    *weekly("T2", range(1)),
    *weekly("T3", range(-8, 1), 6_000),
)


@pytest.fixture
async def found(house: House) -> House:
    await house.orders(*ORDERS)
    await house.trails(*TRAILS)
    await house.crimes(crime("A"), crime("B", x=6_000, minute=30))
    await house.drain()
    return house


async def versions(house: House) -> list[int]:
    rows = await house.conn.fetch("select id from crime_version order by id")
    return [row["id"] for row in rows]


async def told(house: House, nominal: str) -> list[assessments.StoredAssessment]:
    """The assessments of a nominal's live hit of A, newest first."""
    (hit,) = [s.id for s in await house.hits(reference="A") if _of(s, nominal)]
    return (await assessments.of_hit(house.conn, hit))[1]


def _of(stored: object, nominal: str) -> bool:
    return stored.hit.nominal_id == nominal


async def test_the_worker_assesses_what_it_matched(found: House) -> None:
    (habit,), (stranger,) = await told(found, "N-O1"), await told(found, "N-O2")
    assert (habit.assessment.n, habit.assessment.k) == (8, 8)
    assert (stranger.assessment.n, stranger.assessment.k) == (8, 0)
    assert habit.assessment.likelihood_ratio < 1.2
    assert stranger.assessment.likelihood_ratio > 12
    assert stranger.assessment.base_rate == pytest.approx(2 / 3 / 10, rel=1e-3)
    counts = "select counts from run where kind = 'assess'"
    (run,) = await found.conn.fetch(counts)
    assert run["counts"] == {"crimes": 2, "hits": 3, "assessable": 3}


async def test_the_controls_stay_with_the_finding(found: House) -> None:
    (habit,), (stranger,) = await told(found, "N-O1"), await told(found, "N-O2")
    before = [c for c in habit.controls if c.week < 0]
    assert [c.week for c in before] == list(range(-8, 0))
    assert {c.coverage for c in before} == {1.0}
    assert {c.verdict for c in before} == {"hit"}
    assert before[0].window_from == TEN - timedelta(weeks=8)
    assert before[0].window_to == before[0].window_from + timedelta(hours=1)
    assert {c.verdict for c in stranger.controls} == {""}
    # After the crime nothing came in: known, and not counted.
    assert {c.coverage for c in habit.controls if c.week > 0} == {0.0}


async def test_hits_show_what_the_last_assessment_says(found: House) -> None:
    by_nominal = {s.hit.nominal_id: s.hit for s in await found.hits(reference="A")}
    habit, stranger = by_nominal["N-O1"], by_nominal["N-O2"]
    assert habit.likelihood_ratio < stranger.likelihood_ratio
    assert habit.lambda_ == stranger.lambda_ > 0.9
    line = hits_file.as_json(stranger)
    (last,) = await told(found, "N-O2")
    assert line["base_rate"] == last.assessment.base_rate
    assert line["lambda"] == last.assessment.expected
    # Ranked by the ratio, though all have the same probability.
    _, ranked = await find(found.conn, HitFilter(sort=Sort.STRENGTH))
    ratios = [s.hit.likelihood_ratio for s in ranked]
    assert ratios == sorted(ratios, reverse=True)
    assert ranked[0].hit.nominal_id == "N-O2"
    # In the table of hits itself nothing is written.
    bare = "select count(*) from hit where base_rate is not null"
    assert await found.conn.fetchval(bare) == 0


@pytest.mark.parametrize("long_h", [0, 6, 24 * 365])
@pytest.mark.parametrize("piece_bytes", [1 << 24, 700])
async def test_the_database_counts_as_the_trails_alone(
    found: House, monkeypatch: pytest.MonkeyPatch, piece_bytes: int, long_h: int
) -> None:
    """Also with coarse and wild fixes, of which stretches cannot be told by rows; and
    whether times are asked for one by one or together."""
    monkeypatch.setattr(trail_cover, "_PIECE_BYTES", piece_bytes)
    monkeypatch.setattr(trail_cover, "_LONG", timedelta(hours=long_h))
    noisy = [f"T3,{written(-3 * WEEK_MIN + i)},{EAST},{NORTH},900" for i in range(4)]
    wild = [f"T1,{written(-2 * WEEK_MIN + 20.5)},{EAST + 90_000},{NORTH},8"]
    gap = stay("T2", 0, -5 * WEEK_MIN + 200, 7)
    await found.trails(*noisy, *wild, *gap, name="more.csv")
    await found.drain()
    async with transaction(found.conn):
        stored = await rates(found.conn, await versions(found), found.policy)
        trails = await _trails(found)
        targets = findings.targets(stored.offences, found.policy)
        ids = await trail_rows.numbers(found.conn, trails.fixes.devices)
        span = [(at(-9 * WEEK_MIN), at(WEEK_MIN))]
        covered = await trail_cover.covered(found.conn, span, ids, 300.0)
    worn = await _worn(found, trails.fixes.devices)
    as_at_us = to_us(at(100 * WEEK_MIN))
    alone = rates_of(trails, worn, targets, as_at_us, found.policy)
    assert [o.reference for o in stored.offences] == ["A", "B"]
    for name in ("n", "k", "b", "hit", "monitored", "footfall", "expected", "hours"):
        mine, theirs = getattr(stored.rates, name), getattr(alone, name)
        assert np.array_equal(mine, theirs, equal_nan=True), name
    assert stored.rates.people == alone.people == ("N-O1", "N-O2", "N-O3")
    assert stored.rates.n.min() >= 7
    by_fixes = cover(trails, 300.0)
    assert covered.device.tolist() == by_fixes.device.tolist()
    assert covered.from_us.tolist() == by_fixes.from_us.tolist()
    assert covered.to_us.tolist() == by_fixes.to_us.tolist()


async def _trails(house: House) -> arrays.Trails:
    rows = await house.conn.fetch(
        "select device_id, seen_at, st_x(place), st_y(place) from fix"
    )
    coarse = {1: 900.0}
    accuracy = [coarse.get(int(_is_coarse(r)), 8.0) for r in rows]
    loose = arrays.fixes(
        [r[0] for r in rows],
        np.array([to_us(r[1]) for r in rows]),
        np.array([r[2] for r in rows]),
        np.array([r[3] for r in rows]),
        accuracy_m=np.array(accuracy, np.float32),
        mechanism=np.full(len(rows), Mechanism.GPS, np.uint8),
    )
    return trust(loose, house.policy)


def _is_coarse(row: object) -> bool:
    return row[0] == "T3" and row[2] == EAST


async def _worn(house: House, devices: tuple[str, ...]) -> arrays.Wearers:
    held, _ = await orders.with_births(house.conn, devices)
    return wearers(held, devices, house.policy, purpose="base_rate")


async def test_when_the_weeks_after_have_come_a_second_finding_is_added(
    found: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = await told(found, "N-O2")
    monkeypatch.setattr(deliveries, "NOW", at(100 * WEEK_MIN))
    await found.trails(*weekly("T2", range(1, 5)), name="after.csv")
    await found.drain()
    as_at = at(4 * WEEK_MIN + 60)
    await assess_hits(found.conn, await versions(found), found.policy, as_at)
    second, *_, kept = await told(found, "N-O2")
    assert kept == first
    # Three hours of UTC hold the hour of London before and after the clock change.
    assert (second.assessment.n, second.assessment.k) == (12, 4)
    assert second.assessment.base_rate > first.assessment.base_rate
    (hit,) = [s for s in await found.hits(reference="A") if _of(s, "N-O2")]
    assert hit.hit.likelihood_ratio == second.assessment.likelihood_ratio
    assert second.as_at == as_at


async def test_assessments_are_due_when_weeks_have_come(house: House) -> None:
    """At four weeks and at eight, a day later each; and where there is none at all."""
    await house.orders(*ORDERS)
    await house.trails(*TRAILS)
    await house.crimes(crime("A"))
    choice = house.policy.surprise
    all_of = None
    for weeks, expected in ((0.5, True), (1, False), (4.1, False), (4.2, True)):
        if all_of is None:
            await _match_only(house)
            all_of = await versions(house)
        now = at(60 + weeks * WEEK_MIN)
        due = await assessments.due(house.conn, choice, now)
        assert list(due) == (all_of if expected else []), weeks
        if expected:
            await assess_hits(house.conn, all_of, house.policy, now)
    for weeks, expected in ((8.1, False), (8.2, True), (30, False)):
        now = at(60 + weeks * WEEK_MIN)
        asked = await assessing.ask_due(house.conn, house.policy, now)
        assert asked == len(all_of) * expected, weeks
        if expected:
            assert await jobs.waiting(house.conn) == {"queued": 1}
            await assess_hits(house.conn, all_of, house.policy, now)


async def _match_only(house: House) -> None:
    await match(house.conn, await versions(house), house.policy, Why("batch", "asked"))
    await house.conn.execute("delete from pgqueuer")


async def test_leics_16_court_bail_is_not_used_for_base_rates(house: House) -> None:
    """Switched on for matching alone: the hit is there, its surprise is not told, and
    nobody's footfall counts his hours."""
    basis = {**house.policy.basis, "court_bail": ("match", "zones")}
    house.policy = replace(house.policy, basis=basis)
    bail = order("O1", "T1", first=EARLY, basis="court_bail")
    await house.orders(bail, *ORDERS[1:])
    await house.trails(*TRAILS)
    await house.crimes(crime("A"))
    await house.drain()
    (bare,), (stranger,) = await told(house, "N-O1"), await told(house, "N-O2")
    assert bare.assessment.base_rate is None
    assert bare.controls == ()
    assert bare.assessment.because.startswith("Not assessable: no order")
    assert stranger.assessment.footfall == 0
    async with transaction(house.conn):
        held = await rates(house.conn, await versions(house), house.policy)
    assert held.rates.people == ("N-O2", "N-O3")


async def test_footfall_is_of_the_force_that_monitors(house: House) -> None:
    """T3 is another force's: his hours elsewhere do not make the place look empty."""
    head = "order_id,device_id,nominal_id,basis,from,to,force"
    rows = [f"O{i},T{i},N-O{i},licence,{EARLY},,{f}" for i, f in _FORCES]
    data = "\n".join([head, *rows, ""]).encode()
    await load_orders(house.conn, data, "o.csv", house.door)
    await house.trails(*TRAILS)
    await house.crimes(crime("A"))
    await house.drain()
    (stranger,) = await told(house, "N-O2")
    assert stranger.assessment.footfall == 0.5
    async with transaction(house.conn):
        held = await rates(house.conn, await versions(house), house.policy)
    assert held.rates.member[:, 0].tolist() == [True, True, False]
    assert held.rates.monitored.all()


_FORCES = ((1, "Kent"), (2, "knt"), (3, "Gwent"))


async def test_without_orders_or_hits_there_is_nothing_to_say(house: House) -> None:
    await house.crimes(crime("A"))
    done = await assess_hits(house.conn, await versions(house), house.policy)
    assert (done.crimes, done.hits, done.assessable) == (1, 0, 0)
    async with transaction(house.conn):
        held = await rates(house.conn, await versions(house), house.policy)
        none = await rates(house.conn, [], house.policy)
    assert held.rates.b.shape == (0, 1)
    assert np.isnan(held.rates.footfall).all()
    assert none.rates.b.shape == (0, 0)


async def test_portions_make_no_difference(
    found: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [s.hit for s in await found.hits()]
    monkeypatch.setattr(assessing, "_PORTION", 1)
    await assess_hits(found.conn, await versions(found), found.policy)
    assert [s.hit for s in await found.hits()] == whole
    assert len(await told(found, "N-O1")) == 2
