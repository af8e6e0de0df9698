"""HANTS-YOUTH. From the youth offending team to IOM."""

from dataclasses import replace
from datetime import date

import pytest

from geocorr.cohorts.youth import Youth, milestones, transfers
from loaders.profile import shipped

CHOICES = shipped("hants").casework
BORN = date(2009, 5, 10)
LONG_ORDER = Youth(BORN, True, date(2027, 8, 10), with_probation=True)


def test_three_months_of_the_order_are_left_on_the_birthday() -> None:
    """HANTS-YOUTH. 18 on 10 May 2027: the order must last to 10 August 2027.

    | order ends     | considered |
    | -------------- | ---------- |
    | 10 August 2027 | yes        |
    | 9 August 2027  | no         |
    """
    assert transfers(LONG_ORDER, CHOICES).value is True
    short = replace(LONG_ORDER, order_ends=date(2027, 8, 9))
    found = transfers(short, CHOICES)
    assert found.value is False
    assert found.rules == ("HANTS-YOUTH",)
    assert "less than 3 months of the order" in found.because


@pytest.mark.parametrize(
    ("youth", "why"),
    [
        (replace(LONG_ORDER, with_probation=False), "not passed to probation"),
        (replace(LONG_ORDER, order_or_above=False), "no Youth Rehabilitation Order"),
        (replace(LONG_ORDER, order_ends=None), "less than 3 months"),
    ],
)
def test_what_speaks_against_it_is_said(youth: Youth, why: str) -> None:
    """HANTS-YOUTH. With probation, a Youth Rehabilitation Order or above."""
    found = transfers(youth, CHOICES)
    assert found.value is False
    assert why in found.because


def test_the_days_of_a_transfer() -> None:
    """HANTS-YOUTH. It starts at 17 and a half; liaison at 17 and 9 months; then 18."""
    days = milestones(LONG_ORDER, CHOICES)
    assert days.starts_on == date(2026, 11, 10)
    assert days.liaison_on == date(2027, 2, 10)
    assert days.takes_over_on == date(2027, 5, 10)


def test_convicted_when_older_the_transfer_starts_then() -> None:
    """HANTS-YOUTH. ... unless an individual is convicted at an older age."""
    late = replace(LONG_ORDER, convicted_on=date(2027, 3, 1))
    days = milestones(late, CHOICES)
    assert days.starts_on == days.liaison_on == date(2027, 3, 1)
    assert days.takes_over_on == date(2027, 5, 10)


def test_a_birthday_on_29_february_is_reached_on_1_march() -> None:
    """HANTS-YOUTH. Born on 29 February 2008: 18 on 1 March 2026."""
    days = milestones(replace(LONG_ORDER, born=date(2008, 2, 29)), CHOICES)
    assert days.takes_over_on == date(2026, 3, 1)
    assert days.starts_on == date(2025, 8, 29)
