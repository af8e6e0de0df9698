"""WMP2-19. Adults are highlighted by a matrix for acquisitive crime; the score is an
indicator, no definitive decision, and low or non-scoring offenders may be managed."""

from datetime import date
from pathlib import Path

import pytest

from geocorr.scoring import draft as drafts
from geocorr.scoring.acquisitive import highlighted
from geocorr.scoring.weights import POINT, Kind, Purpose
from loaders.weights import parse
from tests.unit.scored import CHOICES

DAY = date(2026, 3, 2)
FOLDER = Path(__file__).parents[3] / "fixtures" / "weights"


@pytest.mark.parametrize(
    ("born", "points", "value", "why"),
    [
        (date(1990, 1, 1), 250, True, "a person selects"),
        (date(1990, 1, 1), 249.999999, False, "may select them all the same"),
        (date(1990, 1, 1), 0, False, "may select them all the same"),
        # 18 today; 18 tomorrow.
        (date(2008, 3, 2), 900, True, "a person selects"),
        (date(2008, 3, 3), 900, False, "the matrix is for adults"),
        (None, 900, False, "no date of birth"),
    ],
)
def test_whom_the_matrix_highlights(born, points, value, why) -> None:
    """WMP2-19."""
    told = highlighted("N1", born, DAY, round(points * POINT), CHOICES.matrix)
    assert (told.value, told.rules) == (value, ("WMP2-19",))
    assert why in told.because


def test_the_matrix_is_a_weight_set_of_its_own() -> None:
    """WMP2-19. It weighs acquisitive crime alone, and that is no gap."""
    data = (FOLDER / "illustrative_acquisitive.csv").read_bytes()
    _, draft = parse(data, "matrix.csv")
    whole = draft.weights
    assert whole.purpose is Purpose.ACQUISITIVE
    assert drafts.faults(whole, CHOICES.weights_review_months) == ()
    assert whole.find(Kind("crimes", "28/3", "")) is not None
    assert whole.find(Kind("crimes", "1", "")) is None
    assert whole.find(Kind("ims", "drugs", "B24")) is None
