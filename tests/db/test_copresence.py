"""Co-presence of two nominals out of the database, and everything asked wrongly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from api.verdicts.copresence import Asked, Together, of_nominals
from geocorr.errors import NotFound, UsageError
from tests.db.deliveries import House, at, order, stay

A, B = "N-O1", "N-O2"


async def asked(house: House, one=A, other=B, first=0.0, last=60.0) -> Together:
    who = Asked((one, other), at(first), at(last))
    return await of_nominals(house.conn, who, house.crs, house.policy)


@pytest.fixture
async def two(house: House) -> House:
    """Half an hour at one door, then 5 km apart; seven minutes more of neither."""
    await house.orders(order("O1", "T1"), order("O2", "T2"), order("O3", "T3"))
    await house.trails(
        *stay("T1", minute=0, minutes=61),
        *stay("T2", x=40, minute=10, minutes=21),
        *stay("T2", x=5_000, minute=38, minutes=23),
    )
    return house


async def test_when_and_for_how_long(two: House) -> None:
    found = await asked(two)
    (stayed,) = found.stays
    assert (stayed.from_at, stayed.to_at) == (at(10), at(30))
    assert (stayed.together_s, stayed.least_m, stayed.probability) == (1_200, 40, 1.0)
    assert found.common_s == 60 * (20 + 22)
    assert found.common_coverage == pytest.approx(0.7)
    assert [p.model_dump() for p in found.people] == [
        {"id": A, "devices": ["T1"], "coverage": 1.0},
        {"id": B, "devices": ["T2"], "coverage": 0.7},
    ]
    assert found.rules == ["HANTS-GPS-1", "LEICS-16"]
    assert "within 100 m of each other for 20 min, in 1 stay" in found.because
    assert "not two people together" in found.caveats[0]


async def test_the_place_is_in_degrees(two: House) -> None:
    (stayed,) = (await asked(two)).stays
    degrees = np.array([stayed.latitude]), np.array([stayed.longitude])
    (x,), (y,) = two.crs.to_metres(*degrees)
    assert (x, y) == pytest.approx((600_020, 150_000), abs=0.2)


async def test_a_part_of_the_time(two: House) -> None:
    found = await asked(two, first=12.5, last=20)
    assert [(s.from_at, s.to_at) for s in found.stays] == [(at(12.5), at(20))]
    assert found.common_coverage == 1.0


async def test_no_common_cover_is_said_and_is_no_error(two: House) -> None:
    found = await asked(two, other="N-O3")
    assert (found.common_s, found.stays) == (0.0, [])
    assert found.because.startswith("Nothing can be said of the two tags")


async def test_a_trail_is_a_nominals_only_inside_the_order(two: House) -> None:
    await two.orders(order("O4", "T4", first="2026-03-01", last="2026-03-09"))
    await two.trails(*stay("T4", minute=0, minutes=61), name="more.csv")
    found = await asked(two, other="N-O4")
    assert (found.common_s, found.people[1].devices) == (0.0, [])


async def test_leics_16_bail_is_not_matched(two: House) -> None:
    await two.orders(order("O5", "T5", basis="court_bail"))
    await two.trails(*stay("T5", minute=0, minutes=61), name="more.csv")
    found = await asked(two, other="N-O5")
    assert (found.common_s, found.people[1].devices) == (0.0, [])


async def test_one_nominal_twice_is_refused(two: House) -> None:
    with pytest.raises(UsageError, match="named twice"):
        await asked(two, other=A)


async def test_an_unknown_nominal_is_not_found(two: House) -> None:
    with pytest.raises(NotFound, match="No tag order of nominal NOBODY"):
        await asked(two, other="NOBODY")


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (60, 60, "ends before it begins"),
        (60, 0, "ends before it begins"),
        (0, 60 * 24 * 31 + 1, "longer than 31 days"),
    ],
)
async def test_an_impossible_time_is_refused(two: House, first, last, says) -> None:
    with pytest.raises(UsageError, match=says):
        await asked(two, first=first, last=last)


async def test_a_time_that_has_not_come_is_refused(two: House) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    who = Asked((A, B), tomorrow, tomorrow + timedelta(hours=1))
    with pytest.raises(UsageError, match="has not come yet"):
        await of_nominals(two.conn, who, two.crs, two.policy)


async def test_the_radius_is_the_policys(two: House) -> None:
    near = replace(two.policy.co_presence, radius_m=30.0)
    two.policy = replace(two.policy, co_presence=near)
    found = await asked(two)
    assert found.stays == []
    assert "were not within 30 m of each other at any time" in found.because
