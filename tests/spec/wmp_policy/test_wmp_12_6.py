"""WMP-12.6. Weights are reviewed annually and owned by Force Intelligence."""

from dataclasses import replace
from datetime import date

import pytest

from geocorr.scoring import draft as drafts
from tests.unit.scored import CHOICES, weight_set

SET = replace(
    weight_set(("crimes", "34B", "", 400)),
    effective_from=date(2026, 4, 1),
    review_due=date(2027, 3, 31),
)


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        (date(2027, 3, 30), False),
        (date(2027, 3, 31), False),
        (date(2027, 4, 1), True),
    ],
)
def test_a_review_is_overdue_the_day_after_it_was_due(day: date, overdue: bool) -> None:
    """WMP-12.6. From then on it warns on every score."""
    assert SET.overdue(day) is overdue


@pytest.mark.parametrize(
    ("due", "within_a_year"),
    [(date(2027, 4, 1), True), (date(2027, 4, 2), False)],
)
def test_a_review_is_due_within_a_year(due: date, within_a_year: bool) -> None:
    """WMP-12.6."""
    found = drafts.faults(replace(SET, review_due=due), CHOICES.weights_review_months)
    late = any(fault.type == "REVIEW_TOO_LATE" for fault in found)
    assert late is not within_a_year
