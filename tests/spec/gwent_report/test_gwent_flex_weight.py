"""GWENT-FLEX-WEIGHT. Local areas may weight within the cohort (violence, an index
offence, prison leavers, young adults) if local crime trends are the evidence."""

from datetime import date

import pytest

from geocorr.cohorts.facts import CaseFacts, Cohort, Fact
from geocorr.cohorts.fixed import Weighted
from geocorr.cohorts.selection import Weighting, assess
from geocorr.cohorts.standing import Judged, Standing
from tests.unit.casefacts import GWENT, TODAY, ago, burgled, fact, nominal, ogrs

LICENCE = fact("statutory", "licence", ago(30))
IN = (LICENCE, burgled(), ogrs(80))
YOUNG = date(2001, 6, 1)  # 25 on the day


def weighting(attribute: str, force: str = "Demoshire") -> Weighting:
    trend = "knife robberies up 12 % in 2025, analysis 26/114"
    return Weighting(force, Weighted(attribute), trend, ago(100), date(2026, 12, 31))


def placed(recorded: CaseFacts, *weightings: Weighting, day: date = TODAY) -> Judged:
    return assess(recorded, day, GWENT, weightings)[Cohort.FIXED]


@pytest.mark.parametrize(
    ("attribute", "facts", "born", "counts"),
    [
        ("violence", (fact("risk", "high", subject="violence"),), None, True),
        ("violence", (fact("index_offence", "violence"),), None, True),
        ("violence", (fact("risk", "medium", subject="violence"),), None, False),
        ("burglary", (), None, True),
        ("robbery", (), None, False),
        ("prison_leavers", (), None, True),
        ("young_adults", (), YOUNG, True),
        ("young_adults", (), date(2000, 6, 1), False),  # 26 that day
        ("young_adults", (), date(2008, 6, 2), False),  # 17 still
        ("young_adults", (), None, False),
    ],
)
def test_what_may_be_weighted(
    attribute: str, facts: tuple[Fact, ...], born: date | None, counts: bool
) -> None:
    """GWENT-FLEX-WEIGHT. It puts a nominal before others of the cohort."""
    found = placed(nominal(*IN, *facts, born=born), weighting(attribute))
    assert found.value is Standing.MEETS
    assert found.evidence["priority"] == (1 if counts else 0)
    assert ("GWENT-FLEX-WEIGHT" in found.rules) is counts


def test_the_evidence_is_attached() -> None:
    """GWENT-FLEX-WEIGHT. The trend is shown with every decision that it bears on."""
    found = placed(nominal(*IN), weighting("burglary"), weighting("prison_leavers"))
    assert [w["attribute"] for w in found.evidence["weighted_by"]] == [
        "burglary",
        "prison_leavers",
    ]
    assert all(
        "analysis 26/114" in w["evidence"] for w in found.evidence["weighted_by"]
    )
    assert found.because.endswith("Weighted locally: burglary, prison leavers.")


def test_nobody_enters_or_leaves_by_it() -> None:
    """GWENT-FLEX-WEIGHT. It orders the cohort and is the force's own, for its days."""
    shoplifter = nominal(LICENCE, burgled("shoplifting"), ogrs(99))
    assert placed(shoplifter, weighting("prison_leavers")).value is Standing.NOT
    elsewhere = weighting("burglary", force="Gwent")
    assert placed(nominal(*IN), elsewhere).evidence["priority"] == 0
    over = date(2027, 1, 1)
    held = placed(nominal(*IN[1:], statutory=True), weighting("burglary"), day=over)
    assert held.evidence["priority"] == 0
