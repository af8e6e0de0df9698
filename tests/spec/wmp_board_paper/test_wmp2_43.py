"""WMP2-43. ARMS for adult male registered sex offenders within six weeks of release."""

from dataclasses import replace
from datetime import date

import pytest

from geocorr.cohorts import arms
from geocorr.cohorts.arms import Registered
from loaders.profile import shipped

CHOICES = shipped("wmp").casework
DAY = date(2026, 3, 2)
MAN = Registered(date(1980, 1, 1), "male", released_on=date(2026, 3, 2))


def test_it_is_due_six_weeks_after_release() -> None:
    """WMP2-43. Released on 2 March 2026: by 13 April."""
    assert arms.due(MAN, CHOICES) == date(2026, 4, 13)
    assert arms.due(replace(MAN, released_on=None), CHOICES) is None


@pytest.mark.parametrize(
    ("person", "first"),
    [
        (MAN, 1),
        (replace(MAN, released_on=None, registered_on=DAY), 1),
        (replace(MAN, released_on=None, risk="very_high"), 2),
        (replace(MAN, released_on=None, risk="high"), 2),
        (replace(MAN, released_on=None, risk="medium"), 3),
        (replace(MAN, released_on=None), 3),
    ],
)
def test_releases_and_new_first_then_very_high_and_high(
    person: Registered, first: int
) -> None:
    """WMP2-43. Then the rest."""
    found = arms.priority(person)
    assert found.value == first
    assert found.because.startswith(f"Priority {first}: ")


@pytest.mark.parametrize(
    ("person", "does"),
    [
        (MAN, True),
        (replace(MAN, sex="M"), True),
        (replace(MAN, sex="female"), False),
        (replace(MAN, born=date(2010, 1, 1)), False),
        (replace(MAN, born=None), False),
    ],
)
def test_it_is_for_adult_men(person: Registered, does: bool) -> None:
    """WMP2-43. Who is not known to be both is not assumed to be."""
    assert arms.applies(person, DAY, CHOICES).value is does
