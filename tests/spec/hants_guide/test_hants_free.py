"""HANTS-FREE. Forces may manage other offenders who are a force priority; in Hampshire
and the Isle of Wight there is a focus on domestic abuse perpetrators."""

import pytest

from geocorr.cohorts.flex import free
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import HANTS, TODAY, fact, licence, nominal

HIGH_RISK = fact("risk", "high", subject="domestic_abuse")


@pytest.mark.parametrize(
    ("recorded", "standing"),
    [
        (nominal(licence(), flags="DA"), Standing.MEETS),
        (nominal(licence(), HIGH_RISK), Standing.MEETS),
        (nominal(licence(), flags="OCG"), Standing.NOT),  # no cohort of this force
        (nominal(HIGH_RISK, statutory=False), Standing.NOT),
    ],
)
def test_the_free_cohort_is_the_forces_own(recorded, standing: Standing) -> None:
    """HANTS-FREE. Domestic abuse, of those whom probation manages by statute."""
    assert free(recorded, TODAY, HANTS).value is standing


def test_the_decision_names_which_cohort() -> None:
    """HANTS-FREE. The free cohort is a heading; the rule and the profile are named."""
    found = free(nominal(licence(), HIGH_RISK), TODAY, HANTS)
    assert found.evidence["headings"] == ["domestic abuse"]
    assert found.rules == ("HANTS-FREE", "HANTS-CRIT")
