"""WMP-5.7. "Warrants have been 'weighted' in accordance with national categorisation
and threat."""

import pytest

from geocorr.scoring.entry import DataSet, known_code, known_grade
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import told

WEIGHTS = weight_set(
    ("warrants", "A", "high", 250),
    ("warrants", "A", "", 150),
    ("warrants", "B", "", 60),
)


@pytest.mark.parametrize(
    ("category", "threat", "points"),
    [("A", "high", 250), ("A", "low", 150), ("A", "", 150), ("B", "high", 60)],
)
def test_a_warrant_is_weighted_by_category_and_threat(
    category: str, threat: str, points: int
) -> None:
    """WMP-5.7. The exact threat before the category alone."""
    explained = told(WEIGHTS, entry(of=("warrants", category, threat)))
    assert explained.computed == points * POINT
    assert "WMP-5.7" in explained.rules


def test_there_are_three_categories_and_three_threats() -> None:
    """WMP-5.7. Anything else is refused at the door."""
    categories = [known_code(DataSet.WARRANTS, c) for c in ("a", "B", "C", "D", "")]
    assert categories == ["A", "B", "C", None, None]
    threats = [known_grade(DataSet.WARRANTS, "A", t) for t in ("low", "HIGH", "", "x")]
    assert threats == ["low", "high", "", None]
