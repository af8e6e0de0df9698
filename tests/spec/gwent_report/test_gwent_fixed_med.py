"""GWENT-FIXED-MED. More serious neighbourhood crimes such as robbery and burglary are
included even with a medium OGRS score (50 to 74)."""

import pytest

from geocorr.cohorts.fixed import fixed
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import GWENT, TODAY, burgled, licence, nominal, ogrs


@pytest.mark.parametrize(
    ("offence", "percent", "standing"),
    [
        ("robbery", 49, "not"),
        ("robbery", 50, "meets"),
        ("burglary", 50, "meets"),
        ("burglary", 74, "meets"),
        ("vehicle_theft", 74, "not"),
        ("theft_from_person", 74, "not"),
    ],
)
def test_robbery_and_burglary_also_at_medium(
    offence: str, percent: int, standing: str
) -> None:
    """GWENT-FIXED-MED. The rule is named where it is what lets a nominal in."""
    recorded = nominal(licence(), burgled(offence), ogrs(percent))
    found = fixed(recorded, TODAY, GWENT)
    assert found.value == standing
    assert ("GWENT-FIXED-MED" in found.rules) is (found.value is Standing.MEETS)


def test_at_high_ogrs_it_is_not_needed() -> None:
    """GWENT-FIXED-MED. The ordinary rule holds then."""
    found = fixed(nominal(licence(), burgled(), ogrs(75)), TODAY, GWENT)
    assert "GWENT-FIXED-MED" not in found.rules
