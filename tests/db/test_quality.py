"""The quality of a stored trail, and a feed's declared accuracy in the database."""

from datetime import date

import pytest

from api.matches.quality import of_device
from geocorr.errors import NotFound
from geocorr.policy import overlay
from tests.db.deliveries import EAST, NORTH, House, crime, order, stay, written

DAY = date(2026, 3, 10)


async def test_a_stored_day_is_told(house: House) -> None:
    await house.orders(order("O1", "T1"))
    await house.trails(*stay("T1", minutes=30), *stay("T2", x=9_000, minutes=5))
    found = await of_device(house.conn, "T1", DAY, house.policy)
    (day,) = found.days
    assert (day.fixes, day.trusted_share, day.backwards) == (30, 1.0, None)
    assert not found.tamper_known
    await house.events(f"T1,{written(10)},strap_open")
    await house.drain()
    found = await of_device(house.conn, "T1", DAY, house.policy)
    assert found.tamper_known
    assert found.days[0].events == (("strap_open", 1),)
    assert found.days[0].reported_off == 20


async def test_a_day_without_a_fix_is_said(house: House) -> None:
    with pytest.raises(NotFound, match="No fix of device T1 is stored for 2026-03-10"):
        await of_device(house.conn, "T1", DAY, house.policy)


@pytest.mark.parametrize(("declared_m", "assumed"), [(0.0, True), (12.0, False)])
async def test_a_feed_declares_its_accuracy(
    house: House, declared_m: float, assumed: bool
) -> None:
    """Fixes that state none are marked assumed unless the policy says better."""
    house.policy = overlay(house.policy, {"feed": {"accuracy_m": declared_m}})
    await house.orders(order("O1", "T1"))
    bare = [f"T1,{written(20 + i)},{EAST},{NORTH}," for i in range(30)]
    await house.trails(*bare)
    await house.crimes(crime("A"))
    await house.drain()
    (stored,) = await house.hits()
    assert ("assumed" in stored.hit.because) == assumed
    assert stored.hit.median_accuracy_m == (20.0 if assumed else 12.0)
    found = await of_device(house.conn, "T1", DAY, house.policy)
    assert found.days[0].assumed == (30 if assumed else 0)
