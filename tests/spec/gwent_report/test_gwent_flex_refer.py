"""GWENT-FLEX-REFER. Referrals with similar needs, risks or offending: by judgement of
people, never by the software alone."""

import pytest

from geocorr.cohorts.facts import Fact
from geocorr.cohorts.flex import flex
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import GWENT, TODAY, burgled, fact, licence, nominal, ogrs

MAY, NOT = Standing.MAY, Standing.NOT


def says(agency: str, what: str) -> Fact:
    return fact("judged", what, subject=agency)


BOTH = (says("police", "greater_risk"), says("probation", "greater_risk"))
LIKELY = says("probation", "likely_to_progress")
SIMILAR = says("police", "similar_profile")


@pytest.mark.parametrize(
    ("why", "recorded", "standing"),
    [
        ("low OGRS, both agencies see more", (burgled(), ogrs(30), *BOTH), MAY),
        ("medium OGRS, both do", (burgled("vehicle_theft"), ogrs(60), *BOTH), MAY),
        ("only the police do", (burgled(), ogrs(30), BOTH[0]), NOT),
        ("nobody does", (burgled(), ogrs(30)), NOT),
        ("high OGRS is for the fixed cohort", (burgled(), ogrs(80), *BOTH), NOT),
        ("a shoplifter likely to progress", (burgled("shoplifting"), LIKELY), MAY),
        ("a shoplifter", (burgled("shoplifting"),), NOT),
        ("persistent, not acquisitive, alike",
         (burgled("violence"), ogrs(80), SIMILAR), MAY),
        ("the same, not persistent", (burgled("violence"), ogrs(40), SIMILAR), NOT),
        ("nothing recorded", (), NOT),
    ],
)  # fmt: skip
def test_three_ways_to_be_referred(
    why: str, recorded: tuple[Fact, ...], standing: Standing
) -> None:
    """GWENT-FLEX-REFER. Each is to be considered; none selects by itself."""
    found = flex(nominal(licence(), *recorded), TODAY, GWENT)
    assert found.value is standing, why
    if standing is MAY:
        assert found.because.startswith("To be considered: ")
