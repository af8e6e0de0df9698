"""WMP2-38-SERIAL. "Any offender alleged to have used or threatened violence against two
or more victims, who are unconnected to each other, who are or have been intimate
partners of the perpetrator (as opposed to repeat offending against the same victim or
persons in the same household) over a rolling 3 year period"."""

from datetime import date, timedelta

import pytest

from geocorr.cohorts.domestic_abuse import domestic_abuse
from geocorr.cohorts.facts import Fact
from geocorr.cohorts.serial_abuse import serial
from geocorr.cohorts.standing import Standing
from tests.unit.casefacts import TODAY, WMP, abuse, ago, fact, nominal

A = abuse("A", household="H1")
B = abuse("B", household="H2")
MEETS, NOT = Standing.MEETS, Standing.NOT


@pytest.mark.parametrize(
    ("why", "recorded", "standing"),
    [
        ("two partners, two homes", (A, B), MEETS),
        ("one victim", (A,), NOT),
        ("one victim again and again", (A, abuse("A", ago(9))), NOT),
        ("two in one household", (A, abuse("B", household="H1")), NOT),
        ("one household, of earlier days too",
         (A, abuse("B", ago(2000), "H1"), abuse("B", household="H2")), NOT),
        ("a recorded link", (A, B, fact("victim_link", "A", victim="B")), NOT),
        ("a threat is enough", (A, abuse("B", household="H2", what="threat")), MEETS),
        ("neither violence nor threat",
         (A, abuse("B", household="H2", what="other")), NOT),
        ("a former partner", (A, abuse("B", relationship="former_partner")), MEETS),
        ("a mother", (A, abuse("B", household="H2", relationship="family")), NOT),
        ("became a partner later",
         (A, abuse("B", relationship="other"), abuse("B", ago(5), what="other")),
         MEETS),
        ("no household recorded", (abuse("A"), abuse("B")), MEETS),
        ("two of one home and one of another",
         (A, abuse("B", household="H1"), abuse("C", household="H3")), MEETS),
    ],
)  # fmt: skip
def test_two_unconnected_intimate_partners(
    why: str, recorded: tuple[Fact, ...], standing: Standing
) -> None:
    """WMP2-38-SERIAL. Every word of the definition, one by one."""
    found = serial(nominal(*recorded), TODAY, WMP)
    assert found.value is standing, why
    assert found.rules == ("WMP2-38-SERIAL",)


def test_victims_who_are_linked_through_a_third_only_are_told() -> None:
    """WMP2-38-SERIAL. A lived with B, B with C: A and C never shared a home."""
    chain = (A, abuse("B", household="H1;H2"), abuse("C", household="H2"))
    found = serial(nominal(*chain), TODAY, WMP)
    assert found.value is MEETS
    assert "A and C are linked through a third victim only" in found.because


def test_a_missing_household_is_told() -> None:
    """WMP2-38-SERIAL. Not recorded is not unconnected: a person looks."""
    found = serial(nominal(A, abuse("B")), TODAY, WMP)
    assert "no household is recorded of B" in found.because


@pytest.mark.parametrize(
    ("first", "day", "counts"),
    [
        (date(2023, 6, 2), date(2026, 6, 1), True),
        (date(2023, 6, 1), date(2026, 6, 1), False),  # three years are over
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),  # 29 February: 1 March
        (date(2020, 2, 29), date(2023, 2, 28), True),
        (date(2021, 2, 28), date(2024, 2, 27), True),
        (date(2021, 2, 28), date(2024, 2, 28), False),
        (date(2021, 3, 1), date(2024, 2, 29), True),  # a leap day does not shorten it
    ],
)
def test_the_edge_of_the_rolling_three_years(
    first: date, day: date, counts: bool
) -> None:
    """WMP2-38-SERIAL. An incident counts until the day before its third anniversary."""
    recorded = nominal(abuse("A", first), abuse("B", day - timedelta(1)))
    assert (serial(recorded, day, WMP).value is MEETS) is counts


def test_serial_perpetrators_are_managed_regardless_of_risk() -> None:
    """WMP2-38-SERIAL. Low risk and an unfavourable review do not keep one out."""
    low = fact("risk", "low", subject="domestic_abuse")
    unfit = fact("da_review", "not_suitable", ago(1))
    found = domestic_abuse(nominal(A, B, low, unfit), TODAY, WMP)
    assert found.value is MEETS
    assert found.evidence["headings"] == ["domestic abuse", "serial"]


def test_the_decision_names_victims_by_reference_and_their_last_days() -> None:
    """WMP2-38-SERIAL. The evidence, in one sentence."""
    found = serial(nominal(A, B), TODAY, WMP)
    assert found.because == (
        "Serial: violence or threats against A (last 2026-05-02), B (last 2026-05-02), "
        "unconnected with each other in 3 years."
    )
