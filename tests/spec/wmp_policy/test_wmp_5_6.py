"""WMP-5.6. "DIP Data has been weighted according to DIP drug testing frequency and the
type of drug involved. Weightings have also been applied to HO Codes where nominals have
either refused mandatory drug tests (MDT) or have failed to attend MDT required
assessments within given time frames."""

from datetime import timedelta

from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import DAY, told

WEIGHTS = weight_set(
    ("dip", "cocaine", "", 30),
    ("dip", "cocaine", "weekly", 45),
    ("dip", "opiates", "", 10),
    ("dip", "opiates", "", 25, 3),
    ("dip", "92/50", "", 70),
)


def test_a_test_is_weighted_by_the_drug_and_by_how_often_it_is_tested_for() -> None:
    """WMP-5.6. Cocaine 30; tested for weekly 45."""
    for frequency, points in {"": 30, "monthly": 30, "weekly": 45}.items():
        explained = told(WEIGHTS, entry(of=("dip", "cocaine", frequency)))
        assert explained.computed == points * POINT


def test_the_third_test_of_the_period_may_weigh_more() -> None:
    """WMP-5.6. 10 and 10, and 25 for the third; counted from the latest back."""
    days = [DAY, DAY - timedelta(1), DAY - timedelta(2)]
    tests = [entry(f"E{i}", d, of=("dip", "opiates", "")) for i, d in enumerate(days)]
    weights = [line.weight for line in told(WEIGHTS, *tests).lines]
    assert sorted(weights) == [10 * POINT, 10 * POINT, 25 * POINT]


def test_a_refusal_is_weighted_by_its_home_office_code() -> None:
    """WMP-5.6. A test refused or an assessment missed is an offence with a code."""
    explained = told(WEIGHTS, entry(of=("dip", "92/50", "")))
    assert explained.computed == 70 * POINT
    assert "WMP-5.6" in explained.rules
