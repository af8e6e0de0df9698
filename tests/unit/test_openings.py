"""Whose case ought to be opened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geocorr.cohorts.case import CaseKind
from geocorr.cohorts.openings import Opening, openings, order_ends
from loaders.profile import shipped
from tests.unit.casefacts import TODAY, fact, licence, nominal

CHOICES = shipped("hants").casework
BORN = date(2008, 10, 1)  # 17 years and 8 months on 1 June 2026
ORDER = fact("statutory", "youth_order", until=date(2027, 2, 1))
RSO = {"flags": "RSO PPO"}


def told(person, *had: CaseKind, day: date = TODAY) -> tuple[Opening, ...]:
    return openings(person, day, had, CHOICES)


def test_a_youth_under_an_order_comes_at_17_and_a_half() -> None:
    person = replace(nominal(ORDER, born=BORN), statutory=True)
    (found,) = told(person)
    assert (found.kind, found.due_on) == (CaseKind.YOUTH, date(2026, 4, 1))
    assert found.told.value is True
    assert dict(found.facts) == {
        "born": "2008-10-01",
        "order_or_above": "yes",
        "order_ends": "2027-02-01",
        "with_probation": "yes",
    }
    assert told(person, day=date(2026, 3, 31)) == ()
    assert told(person, day=date(2026, 10, 1)) == ()  # eighteen: IOM has taken over
    assert told(person, CaseKind.YOUTH) == ()


@pytest.mark.parametrize(
    "person",
    [
        nominal(ORDER, born=None),
        nominal(born=BORN),
        nominal(licence(), born=BORN),
        nominal(
            fact("statutory", "youth_order", until=TODAY - timedelta(1)), born=BORN
        ),
    ],
)
def test_without_a_birthday_or_a_youth_order_nobody_comes(person) -> None:
    assert told(person) == ()


def test_a_youth_who_does_not_qualify_is_told_with_the_reason() -> None:
    """The panel may still look: the software does not decide."""
    (found,) = told(nominal(ORDER, born=BORN))
    assert found.told.value is False
    assert "not passed to probation" in found.told.because


def test_a_man_released_is_due_for_arms_in_six_weeks() -> None:
    custody = fact("custody", "12", "2026-01-10", until=date(2026, 5, 20))
    (found,) = told(nominal(custody, **RSO))
    assert (found.kind, found.due_on) == (CaseKind.ARMS, date(2026, 7, 1))
    assert found.told.because.endswith("Priority 1: released from custody or new on "
                                       "the register.")  # fmt: skip
    assert ("released_on", "2026-05-20") in found.facts
    assert told(nominal(custody, **RSO), CaseKind.ARMS) == ()


def test_one_who_is_not_released_yet_has_no_day() -> None:
    custody = fact("custody", "12", "2026-01-10", until=date(2026, 12, 1))
    risk = fact("risk", "very_high", subject="sexual")
    (found,) = told(nominal(custody, risk, **RSO))
    assert found.due_on is None
    assert "Priority 2: risk is very high." in found.told.because


@pytest.mark.parametrize("who", [{"sex": "F"}, {"born": date(2010, 1, 1)}])
def test_arms_is_for_adult_men(who) -> None:
    assert told(nominal(**{**RSO, **who})) == ()


def test_the_last_of_several_orders_ends_the_case() -> None:
    first, last = licence(date(2026, 8, 1)), licence(date(2026, 9, 1))
    assert order_ends(nominal(first, last), TODAY) == date(2026, 9, 1)
    without_end = fact("statutory", "licence")
    assert order_ends(nominal(first, without_end), TODAY) is None
    assert order_ends(nominal(), TODAY) is None
