"""Matching in the database: the same as on files, and again from its own evidence."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.matches.hits_file import csv_text
from api.matches.match_files import Sources, match_files
from api.matches.matching import Why, match, remade
from geocorr.errors import NotFound
from geocorr.model import Hit
from tests.db.deliveries import (
    EAST,
    NORTH,
    ORDER_HEAD,
    TRAIL_HEAD,
    House,
    crime,
    crimes,
    order,
    stay,
    written,
)


def drive(device: str, y: float = 40, minute: float = 20) -> list[str]:
    """Ten minutes eastwards past A at 30 m/s: no fix inside, the line is."""
    return [
        f"{device},{written(minute + i)},{EAST - 900 - 8_100 + 1_800 * i},{NORTH + y},8"
        for i in range(10)
    ]


def coarse(device: str) -> list[str]:
    """Fixes of cell towers and worse, on the spot."""
    return [f"{device},{written(i * 7)},{EAST},{NORTH},{r}" for i, r in enumerate(R95)]


R95 = (30, 60, 90, 120, 300, 1_500)
ORDERS = (order("O1", "T1"), order("O2", "T2"), order("O3", "T3", last=written(30)))
CRIMES = (
    crime("A"),
    crime("B", minute=-20),
    crime("C", x=60, minute=25, to="20260310103000"),
    crime("D", x=140),
)
TRAILS = (
    *stay("T1", minute=20, minutes=30),
    *drive("T2"),
    *coarse("T3"),
    *stay("T3", x=130, minute=26, minutes=8),
)


@pytest.fixture
async def found(house: House) -> House:
    """Hits of stops, of a passing car, of coarse fixes and of half an order."""
    await house.orders(*ORDERS)
    await house.trails(*TRAILS)
    await house.crimes(*CRIMES)
    await house.drain()
    return house


async def text(house: House) -> str:
    return csv_text([s.hit for s in await house.hits()])


async def test_the_database_finds_what_files_find(found: House, tmp_path: Path) -> None:
    named = {
        "orders.csv": [ORDER_HEAD, *ORDERS],
        "trails.csv": [TRAIL_HEAD, *TRAILS],
        "crimes.csv": crimes(*CRIMES).decode().splitlines(),
    }
    for name, lines in named.items():
        (tmp_path / name).write_text("\n".join([*lines, ""]))
    paths = {name.split(".")[0]: tmp_path / name for name in named}
    sources = Sources((paths["trails"],), paths["crimes"], paths["orders"])
    on_files = match_files(sources, found.crs, found.policy)
    assert await text(found) == csv_text(on_files.hits)
    assert {(h.verdict, h.device_id) for h in on_files.hits} >= {
        ("hit", "T1"),
        ("passed", "T2"),
        ("hit", "T3"),
    }


async def test_the_same_again_is_the_same(found: House) -> None:
    before = await text(found)
    versions = await found.conn.fetch("select id from crime_version order by id desc")
    why = Why("rematch", "asked for")
    await match(found.conn, [row[0] for row in versions], found.policy, why)
    assert await text(found) == before
    live = await found.conn.fetchval("select count(*) from hit where state = 'live'")
    assert await found.count("hit") == 2 * live


async def _all_hits(house: House) -> list[int]:
    return [row[0] for row in await house.conn.fetch("select id from hit order by id")]


async def _made_again(house: House, hit_id: int) -> tuple[Hit, Hit]:
    stored, again = await remade(house.conn, hit_id)
    assert csv_text([again]) == csv_text([stored])
    assert again.because == stored.because
    return stored, again


async def test_every_hit_keeps_the_evidence_that_makes_it_again(found: House) -> None:
    numbers = await _all_hits(found)
    assert len(numbers) >= 8
    for number in numbers:
        await _made_again(found, number)
    missing = "select count(*) from hit where evidence is null"
    assert await found.conn.fetchval(missing) == 0


async def test_a_hit_is_made_again_after_late_fixes_recut_its_trail(
    found: House,
) -> None:
    before = {n: csv_text([(await _made_again(found, n))[0]]) for n in (1, 2, 3)}
    # Between the old fixes, and far off: the old lines are no longer in the store.
    late = [
        f"{device},{written(20.5 + i)},{EAST + 3_000},{NORTH},8"
        for device in ("T1", "T2", "T3")
        for i in range(10)
    ]
    await found.trails(*late, name="late.csv")
    await found.events(f"T1,{written(0)},strap_open")
    await found.drain()
    states = await found.conn.fetch(
        "select id, state from hit where id = any($1)", [*before]
    )
    assert {row["state"] for row in states} <= {"superseded", "retired"}
    assert {n: csv_text([(await _made_again(found, n))[0]]) for n in before} == before


async def test_a_hit_is_made_again_by_the_policy_of_its_day(found: House) -> None:
    numbers = await _all_hits(found)
    old_hash = found.policy.hash
    found.policy = found.policy.with_match(rule="distance", radius_m=35.0, pad_min=10.0)
    await found.crimes(crime("A", free_text="now told otherwise"), *CRIMES[1:])
    await found.drain()
    for number in numbers:
        stored, _ = await _made_again(found, number)
        assert stored.policy_hash == old_hash
    newer = set(await _all_hits(found)) - set(numbers)
    assert newer
    for number in newer:
        stored, _ = await _made_again(found, number)
        assert stored.policy_hash == found.policy.hash


async def test_a_hit_that_is_not_there_is_said_to_be_missing(house: House) -> None:
    with pytest.raises(NotFound, match="no hit 99"):
        await remade(house.conn, 99)


async def test_a_hit_with_a_long_gap_is_made_again(house: House) -> None:
    """The evidence reaches as far round the window as the policy's lines do."""
    line = replace(house.policy.line, max_gap_s=1_500.0)
    house.policy = replace(house.policy, line=line)
    await house.orders(ORDERS[1])
    # Past the place at 8 min, within the window, and at 112 min, an hour later.
    fixes = [(-2, -500), (22, 700), (82, 900), (106, 300), (130, -900)]
    await house.trails(*(f"T2,{written(t)},{EAST + x},{NORTH},8" for t, x in fixes))
    await house.crimes(crime("A"))
    await house.drain()
    (number,) = await _all_hits(house)
    stored, _ = await _made_again(house, number)
    assert stored.clock_test == "earlier:none;later:passed"
