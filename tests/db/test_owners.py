"""Who owns whom, on real PostGIS: places, lines, days, and the one owner or queue."""

import pytest

from loaders.profile import Profiles
from tests.db.deliveries import House
from tests.db.owned import Town


@pytest.fixture
async def town(house: House) -> Town:
    """Two LPUs side by side, West and East, and a force of its own beyond them."""
    made = Town(house)
    await made.boundaries()
    return made


async def test_the_home_decides(town: Town) -> None:
    """WMP-6.5."""
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
    assert held.rules == ["WMP-6.5"]
