"""HANTS-END. The end of the licence or order ends the case."""

from datetime import date

import pytest

from geocorr.cohorts.case import CaseEntry, CaseKind, Step, admit, state
from geocorr.cohorts.due import due
from geocorr.errors import ConflictError
from loaders.profile import shipped

CHOICES = shipped("hants").casework
DAY = date(2026, 3, 2)
OPENED = CaseEntry(Step.OPENED, DAY, "PC A", "panel", {"lead": "PC A", "grade": "red"})
ORDER = CaseEntry(Step.ORDER, DAY, "PC A", "licence", {"ends": "2026-09-30"})
CLOSED = CaseEntry(Step.CLOSED, date(2026, 9, 30), "PC A", "licence over")


def tasks(*entries: CaseEntry) -> dict[str, date]:
    found = due(state(CaseKind.IOM, (OPENED, *entries)), CHOICES)
    return {str(d.evidence["what"]): d.value for d in found if "END" in d.rules[0]}


def test_a_transition_plan_is_due_eight_weeks_before() -> None:
    """HANTS-END. Licence to 30 September: plan by 5 August, then de-registration."""
    assert tasks(ORDER) == {"plan": date(2026, 8, 5), "close": date(2026, 9, 30)}


def test_with_the_plan_made_only_the_end_is_due() -> None:
    """HANTS-END. The plan scales support back until the licence ends."""
    plan = CaseEntry(Step.PLAN, date(2026, 7, 1), "PC A", "scale back from August")
    assert tasks(ORDER, plan) == {"close": date(2026, 9, 30)}


def test_another_order_asks_for_another_plan() -> None:
    """HANTS-END. A licence that is prolonged ends later."""
    plan = CaseEntry(Step.PLAN, date(2026, 7, 1), "PC A", "scale back from August")
    longer = CaseEntry(
        Step.ORDER, date(2026, 8, 1), "PC A", "x", {"ends": "2026-12-31"}
    )
    assert tasks(ORDER, plan, longer) == {
        "plan": date(2026, 11, 5),
        "close": date(2026, 12, 31),
    }


def test_support_again_on_release() -> None:
    """HANTS-END. Imprisoned again, IOM can offer support on release."""
    again = CaseEntry(Step.REOPENED, date(2027, 1, 4), "PC A", "released again")
    admit(state(CaseKind.IOM, (OPENED, CLOSED)), again, CHOICES.pathways)
    stands = state(CaseKind.IOM, (OPENED, ORDER, CLOSED, again))
    assert stands.is_open
    assert stands.order_ends is None
    with pytest.raises(ConflictError, match="closed case"):
        admit(stands, again, CHOICES.pathways)
