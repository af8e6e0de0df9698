"""WMP-6.2. Sex offenders stay with Public Protection, the dangerous with MAPPA."""

import pytest

from geocorr.ownership.areas import Area, Located
from geocorr.ownership.owner import Abode, Home, Owner, Queued, Unit, owner, unit
from geocorr.ownership.places import Address, AddressKind, place
from loaders.profile import shipped

AREA = Area("West Midlands", "W", "Wolverhampton", "lpu")


@pytest.mark.parametrize(
    ("flags", "managed_by"),
    [
        ((), Unit.OM),
        (("PPO", "DA", "OCG"), Unit.OM),
        (("RSO",), Unit.PPU),
        (("MAPPA1",), Unit.MAPPA),
        (("MAPPA2", "DA"), Unit.MAPPA),
        (("MAPPA3",), Unit.MAPPA),
        # A sex offender is under MAPPA, too; Public Protection manages.
        (("MAPPA2", "RSO"), Unit.PPU),
    ],
)
def test_flags_decide_the_unit(flags: tuple[str, ...], managed_by: Unit) -> None:
    """WMP-6.2. Emerging risk (domestic abuse) is still for offender managers."""
    assert unit(flags) is managed_by


def test_the_unit_never_decides_which_lpu_owns() -> None:
    """WMP-6.2. The LPU of residence owns whoever manages, and the rule is named."""
    address = Address(1, "N1", AddressKind.HOME, x_m=1.0, y_m=2.0)
    home = Home(address, place(address, shipped("wmp").ownership), Located((AREA,), ()))
    for flags, rules in (((), ("WMP-6.5",)), (("RSO",), ("WMP-6.5", "WMP-6.2"))):
        told = owner(Abode((home,), (), flags))
        assert isinstance(told.value, Owner)
        assert (told.value.lpu, told.rules) == ("W", rules)


def test_who_waits_in_a_queue_is_managed_all_the_same() -> None:
    """WMP-6.2. A registered sex offender of no fixed abode is Public Protection's."""
    told = owner(Abode((), (), ("RSO",)))
    assert isinstance(told.value, Queued)
    assert told.value.unit is Unit.PPU
