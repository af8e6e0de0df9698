"""Ownership is total: one owner or one queue, whatever is on record and was said."""

import asyncio
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.owners import owning_acts
from api.owners.owning_acts import Words
from api.owners.owning_known import end_of
from geocorr.errors import ConflictError
from geocorr.geo import WorkingCrs
from geocorr.ownership.areas import Area, Located
from geocorr.ownership.joint import Offence, joint
from geocorr.ownership.owner import Abode, Home, Owner, Queued, owner
from geocorr.ownership.places import Address, AddressKind, Postcode, place
from loaders.profile import shipped
from sql import owned_spread, owners
from sql.db import Database, Role, connection
from tests.db.deliveries import House
from tests.db.owned import AREAS, DAY, Town

CHOICES = shipped("national").ownership
LPUS = [Area("Kent", code, code, "lpu") for code in "ABC"]
FORCE = Area("Essex", "ESX", "Essex", "force")
areas = st.lists(st.sampled_from([*LPUS, FORCE]), unique=True, max_size=3).map(tuple)
units = st.none() | st.builds(
    Postcode, st.just(1.0), st.just(2.0), st.sampled_from([10, 50, 60, 90])
)
flags = st.lists(st.sampled_from(["RSO", "MAPPA1", "MAPPA3", "DA"])).map(tuple)


@st.composite
def homes(draw) -> Home:
    at = draw(st.sampled_from([(None, None), (1.0, 2.0)]))
    kind = AddressKind.HOME
    address = Address(draw(st.integers(1, 9)), "N", kind, "X", *at, unit=draw(units))
    inside = draw(areas)
    near = tuple(a for a in draw(areas) if a not in inside)
    return Home(address, place(address, CHOICES), Located(inside, near))


others = st.builds(
    Address, st.just(1), st.just("N"), st.sampled_from([*AddressKind][1:])
)
abodes = st.builds(
    Abode, st.lists(homes(), max_size=3).map(tuple),
    st.lists(others, max_size=3).map(tuple), flags,
)  # fmt: skip


@given(abodes)
def test_there_is_one_owner_or_one_queue(abode: Abode) -> None:
    """WMP-6.5. And whoever owns is an area that a home lies in or near."""
    told = owner(abode)
    assert told.because.endswith(".")
    assert told.rules[0] == "WMP-6.5"
    if isinstance(told.value, Owner):
        reached = {
            (a.force, a.code if a.kind == "lpu" else None)
            for home in abode.homes
            for a in (*home.located.inside, *home.located.near)
        }
        assert (told.value.force, told.value.lpu) in reached
    else:
        assert isinstance(told.value, Queued)


@given(abodes, st.randoms())
def test_the_order_of_addresses_does_not_matter(abode: Abode, rng) -> None:
    mixed = list(abode.homes)
    rng.shuffle(mixed)
    again = owner(Abode(tuple(mixed), abode.others[::-1], abode.flags))
    assert again.value == owner(abode).value


@given(st.lists(st.sampled_from([None, *LPUS, FORCE]), max_size=20), st.booleans())
def test_who_shares_has_its_share(where: list[Area | None], high: bool) -> None:
    """WMP-6.5, WMP-6.1. By counting anew, area by area."""
    told = joint(Owner("Kent", "A"), [Offence(a) for a in where], high, CHOICES)
    most = max((where.count(a) for a in {*where} - {None}), default=0)
    expected = {}
    for area in (*LPUS[1:], FORCE):
        n = where.count(area)
        by_share = n >= 2 and 4 * n >= len(where)
        affected = high and n == most > 0
        if by_share or affected:
            lpu = area.code if area.kind == "lpu" else None
            expected[area.force, lpu] = (n, by_share, affected)
    got = {(j.force, j.lpu): (j.offences, j.by_share, j.affected) for j in told.value}
    assert got == expected


async def test_the_end_of_a_day_is_london_s() -> None:
    """Of 23 hours in March and 25 in October."""
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        before = end_of(day - timedelta(days=1))
        assert end_of(day) - before == timedelta(hours=hours)
        assert end_of(day).tzinfo is not None


X_M = [-9_000, -2_500, -1_500, -1, -0.5, 0, 0.5, 1, 1_500, 2_500, 5_000]
KINDS = ["home", "home", "home", "none", "family", "court_bail"]


def expected(x: float) -> tuple[str, str | None] | None:
    """The owner of a home at an exact place; None = a queue."""
    reach = [a for a in AREAS if a[0] != "KNT" and a[4] - 1 <= x <= a[5] + 1]
    if len(reach) != 1:
        return None
    return (reach[0][2], reach[0][0] if reach[0][3] == "lpu" else None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everyone_stands_once_whatever_is_said(
    seed: int, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    """A hundred people, random addresses and days, and random decisions of people."""
    asyncio.run(_try(random.Random(seed), database, bng, tmp_path))


async def _try(
    rng: random.Random, database: Database, crs: WorkingCrs, folder: Path
) -> None:
    async with connection(database, Role.WORKER) as conn:
        town = Town(House(database, conn, crs, folder))
        await town.boundaries()
        people = [f"N{i:03d}" for i in range(100)]
        await town.people(*people)
        given = {name: _addresses(rng) for name in people}
        await town.addresses(
            *(",".join((name, *row)) for name, rows in given.items() for row in rows)
        )
        said: dict[str, str] = {}
        for day in (DAY, DAY + timedelta(days=30), DAY + timedelta(days=60)):
            await town.decide(day)
            await _say(rng, town, day, people, said)
            await _check(town, day, given, said)
        await _check_again(town, given)


def _addresses(rng: random.Random) -> list[tuple[str, ...]]:
    rows = []
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        first = DAY + timedelta(days=rng.choice([-90, 20, 50]))
        last = first + timedelta(days=rng.choice([5, 40, 400]))
        kind = rng.choice(KINDS)
        x = "" if kind == "none" else str(rng.choice(X_M))
        rows.append((kind, x, "", f"{first}", f"{last}"))
    return list({(r[0], r[3]): r for r in rows}.values())


async def _say(
    rng: random.Random, town: Town, day: date, people: list[str], said: dict[str, str]
) -> None:
    conn = town.house.conn
    for name in rng.sample(people, 15):
        words, to = Words("A", "b"), ("allocated", rng.choice("WE"))
        if rng.random() < 0.7:
            await owning_acts.decide_for(conn, name, to, words, day, ["WMP-6.5"])
            said[name] = to[1]
            continue
        try:
            await owning_acts.release(conn, name, words, day)
            del said[name]
        except ConflictError:
            assert name not in said


def _homes(rows: list[tuple[str, ...]], day: date, kind: str) -> list[float | None]:
    on = [r for r in rows if r[0] == kind and r[3] <= f"{day}" <= r[4]]
    return [float(r[1]) if r[1] else None for r in on]


async def _check(town: Town, day: date, given, said: dict[str, str]) -> None:
    """Every nominal once; where nobody said otherwise, as counted by hand."""
    found = await owners.find(town.house.conn, day, owners.OwnedFilter(), (1_000, 0))
    assert found[0] == len(found[1]) == len(given)
    assert {o.nominal_id for o in found[1]} == set(given)
    for one in found[1]:
        assert (one.force is None) != (one.queue is None), one
        rows = given[one.nominal_id]
        xs = _homes(rows, day, "home")
        places = {expected(x) for x in xs}
        alone = not _homes(rows, day, "none")
        owner_now = places.pop() if len(places) == 1 and alone else None
        if one.nominal_id in said:
            assert (one.lpu, one.decided_by) == (said[one.nominal_id], "A")
        elif owner_now is None:
            assert one.queue is not None, one
        else:
            assert (one.force, one.lpu) == owner_now


async def _check_again(town: Town, given) -> None:
    """What an earlier day gave is still to be read, and deciding anew adds nothing."""
    before = await town.house.count("ownership")
    made = await town.decide(DAY + timedelta(days=60))
    assert (made.changed, made.nominals) == (0, len(given))
    assert await town.house.count("ownership") == before
    counts = await owners.queued(town.house.conn, DAY)
    owned = sum(s.owned for s in await owned_spread.spread(town.house.conn, DAY))
    assert owned + sum(counts.values()) == len(given)
