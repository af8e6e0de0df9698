"""GWENT-FIXED. Neighbourhood crime offenders (burglary, robbery, theft from the person,
vehicle theft) with a high, very high or prolific risk of reoffending by OGRS."""

from datetime import date

import pytest

from geocorr.cohorts.fixed import fixed
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import (
    GWENT,
    TODAY,
    ago,
    burgled,
    fact,
    licence,
    nominal,
    ogrs,
)

MEETS, MAY, NOT = Standing.MEETS, Standing.MAY, Standing.NOT


@pytest.mark.parametrize(
    ("percent", "band"),
    [(0, "low"), (49, "low"), (50, "medium"), (74, "medium"), (75, "high"),
     (89, "high"), (90, "very high"), (100, "very high")],
)  # fmt: skip
def test_bands_of_ogrs(percent: int, band: str) -> None:
    """GWENT-FIXED. The cut-offs are the profile's: 50, 75, 90."""
    assert GWENT.ogrs_band(percent) == band


@pytest.mark.parametrize(
    ("offence", "percent", "standing"),
    [
        ("theft_from_person", 75, MEETS),
        ("theft_from_person", 74, NOT),
        ("vehicle_theft", 90, MEETS),
        ("vehicle_theft", 74.9, NOT),
        ("burglary", 75, MEETS),
        ("robbery", 100, MEETS),
        ("shoplifting", 100, NOT),
        ("violence", 100, NOT),
    ],
)
def test_offence_and_ogrs_together(
    offence: str, percent: float, standing: Standing
) -> None:
    """GWENT-FIXED. An index offence of neighbourhood crime, and OGRS of 75 or more."""
    recorded = nominal(licence(), burgled(offence), fact("ogrs", str(percent)))
    assert fixed(recorded, TODAY, GWENT).value is standing


def test_prolific_by_the_matrix_counts_as_high() -> None:
    """GWENT-FIXED. By the local matrix, as long as it says so."""
    low = (licence(), burgled("vehicle_theft"), ogrs(10))
    said = fact("prolific", "East")
    assert fixed(nominal(*low, said), TODAY, GWENT).value is MEETS
    over = fact("prolific", "East", ago(60), until=ago(1))
    assert fixed(nominal(*low, over), TODAY, GWENT).value is NOT


def test_the_last_assessment_holds() -> None:
    """GWENT-FIXED. A later OGRS stands before an earlier one; one to come does not."""
    case = (licence(), burgled("vehicle_theft"), fact("ogrs", "90", ago(90)))
    assert fixed(nominal(*case), TODAY, GWENT).value is MEETS
    assert fixed(nominal(*case, ogrs(60)), TODAY, GWENT).value is NOT
    later = fact("ogrs", "60", date(2026, 6, 2))
    assert fixed(nominal(*case, later), TODAY, GWENT).value is MEETS


def test_without_an_assessment_a_person_looks() -> None:
    """GWENT-FIXED. Not assessed is not low."""
    found = fixed(nominal(licence(), burgled("vehicle_theft")), TODAY, GWENT)
    assert found.value is MAY
    assert "no OGRS is recorded" in found.because


def test_the_decision_explains_itself() -> None:
    """GWENT-FIXED. Value, rules, evidence and one sentence."""
    found = fixed(nominal(licence(), burgled(), ogrs(78)), TODAY, GWENT)
    assert found.rules == ("GWENT-FIXED", "HANTS-CRIT", "GWENT-FIXED-MIX")
    assert found.because == (
        "Index offence burglary (convicted 2026-05-02); OGRS 78 (high), assessed "
        "2026-05-02; on licence until 2026-12-18."
    )
