"""GWENT-FIXED-MIX. The fixed cohort can include a mix of offenders serving community
orders and those leaving prison on licence."""

import pytest

from geocorr.cohorts.fixed import fixed
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import GWENT, TODAY, burgled, fact, nominal, ogrs


@pytest.mark.parametrize("sentence", ["community_order", "licence"])
def test_both_kinds_are_in(sentence: str) -> None:
    """GWENT-FIXED-MIX. Nothing more is asked of one than of the other."""
    recorded = nominal(fact("statutory", sentence), burgled(), ogrs(80))
    found = fixed(recorded, TODAY, GWENT)
    assert found.value is Standing.MEETS
    assert "GWENT-FIXED-MIX" in found.rules
