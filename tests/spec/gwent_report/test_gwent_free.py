"""GWENT-FREE. Other cohorts that an area runs: serious violence, serious organised
crime, domestic abuse, WISDOM."""

import pytest

from geocorr.cohorts.facts import CaseFacts
from geocorr.cohorts.flex import free
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import GWENT, TODAY, fact, licence, nominal


@pytest.mark.parametrize(
    ("recorded", "heading"),
    [
        (nominal(licence(), flags="WISDOM"), "wisdom"),
        (nominal(licence(), flags="OCG"), "organised crime"),
        (nominal(licence(), flags="DA"), "domestic abuse"),
        (nominal(licence(), fact("risk", "high", subject="violence")),
         "serious violence"),
    ],
)  # fmt: skip
def test_each_free_cohort(recorded: CaseFacts, heading: str) -> None:
    """GWENT-FREE. The decision names which."""
    found = free(recorded, TODAY, GWENT)
    assert found.value is Standing.MEETS
    assert found.evidence["headings"] == [heading]
    assert "GWENT-FREE" in found.rules


def test_others_are_in_none() -> None:
    """GWENT-FREE. Medium risk of violence is not serious violence."""
    medium = fact("risk", "medium", subject="violence")
    assert free(nominal(licence(), medium), TODAY, GWENT).value is Standing.NOT
