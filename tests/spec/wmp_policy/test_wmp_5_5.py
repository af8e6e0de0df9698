"""WMP-5.5. "Intelligence has been broken down by IMS heading and the Grading Evaluation
score and they have been weighted accordingly."""

import pytest

from geocorr.scoring.explanation import Reader
from geocorr.scoring.grading import graded
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import told

WEIGHTS = weight_set(
    ("ims", "drugs", "A", 90), ("ims", "drugs", "B2", 60), ("ims", "drugs", "2B", 55),
    ("ims", "burglary", "", 40),
)  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "grading", "points"),
    [
        ("drugs", "A11", 90),
        ("drugs", "B24", 60),
        ("drugs", "B44", None),
        ("drugs", "2BP", 55),
        ("burglary", "E55", 40),
    ],
)
def test_intelligence_is_weighted_by_heading_and_grading(
    heading: str, grading: str, points: int | None
) -> None:
    """WMP-5.5. In 5x5x5 and in 3x5x2; where the set has no weight, that is said."""
    explained = told(WEIGHTS, entry(of=("ims", heading, grading)))
    assert explained.computed == (points or 0) * POINT
    assert bool(explained.warnings) == (points is None)
    assert "WMP-5.5" in explained.rules


def test_a_grading_is_source_intelligence_and_handling() -> None:
    """WMP-5.5. B24 and 2BP, taken apart; other letters are no grading."""
    assert graded("B24") == ("5x5x5", "B", "2", "4")
    assert graded("2bp") == ("3x5x2", "2", "B", "P")
    assert [graded(text) for text in ("F24", "B26", "4BP", "2BX", "")] == [None] * 5


def test_the_handling_code_decides_who_may_see_an_entry() -> None:
    """WMP-5.5. Handling 4 stays in its own force; others see only the data set."""
    heard = entry(of=("ims", "drugs", "B24"))
    for reader, seen in {
        Reader(intelligence=True): False,
        Reader(intelligence=False): False,
    }.items():
        (line,) = told(WEIGHTS, heard, reader=reader).lines
        assert bool(line.entry_id) == seen
        assert line.text == "IMS: 1 entry, together 60.00"
    (line,) = told(WEIGHTS, entry(of=("ims", "drugs", "B21"))).lines
    assert line.entry_id == "E1"
