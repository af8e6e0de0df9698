"""HANTS-FIXED. Statutory offenders who are prolific in their area and at high risk of
committing burglary, robbery, car crime or theft (but not shoplifting)."""

import pytest

from geocorr.cohorts.facts import Fact
from geocorr.cohorts.fixed import fixed
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import HANTS, TODAY, burgled, fact, licence, nominal, ogrs

PROLIFIC = fact("prolific", "North district")
MEETS, MAY, NOT = Standing.MEETS, Standing.MAY, Standing.NOT


def risk(level: str, of: str) -> Fact:
    return fact("risk", level, subject=of)


@pytest.mark.parametrize(
    ("recorded", "standing"),
    [
        # statutory     prolific    at high risk
        ((licence(),    PROLIFIC,   risk("high", "burglary")),      MEETS),
        ((licence(),    PROLIFIC,   risk("very_high", "vehicle_theft")), MEETS),
        ((licence(),    PROLIFIC,   risk("high", "other_theft")),   MEETS),
        ((licence(),    PROLIFIC,   burgled(), ogrs(75)),           MEETS),
        ((licence(),    PROLIFIC,   burgled(), ogrs(74)),           NOT),
        ((licence(),    PROLIFIC,   burgled()),                     MAY),
        ((licence(),    PROLIFIC,   risk("medium", "burglary")),    NOT),
        ((licence(),    PROLIFIC,   risk("high", "shoplifting")),   NOT),
        ((licence(),    PROLIFIC,   burgled("shoplifting"), ogrs(99)), NOT),
        ((licence(),                risk("high", "burglary")),      NOT),
        ((              PROLIFIC,   risk("high", "burglary")),      MAY),
    ],
)  # fmt: skip
def test_statutory_prolific_and_at_high_risk(
    recorded: tuple[Fact, ...], standing: Standing
) -> None:
    """HANTS-FIXED. All three, each as recorded; being prolific is no risk by itself."""
    found = fixed(nominal(*recorded), TODAY, HANTS)
    assert found.value is standing
    assert "HANTS-FIXED" in found.rules or standing is NOT


def test_the_decision_says_why() -> None:
    """HANTS-FIXED. With the matrix, the offence, the sentence and their days."""
    recorded = nominal(licence(), PROLIFIC, risk("high", "burglary"))
    assert fixed(recorded, TODAY, HANTS).because == (
        "On licence until 2026-12-18; prolific by the matrix North district since "
        "2026-05-02; high risk of burglary, assessed 2026-05-02."
    )
