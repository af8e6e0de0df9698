"""Days as the law counts them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocorr.dates import age_on, months_later, years_later

LEAP = date(2008, 2, 29)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (LEAP, 18, date(2026, 3, 1)),
        (LEAP, 20, date(2028, 2, 29)),
        (LEAP, -1, date(2007, 3, 1)),
        (date(2024, 2, 28), 2, date(2026, 2, 28)),
    ],
)
def test_an_anniversary_of_29_february_is_1_march(
    day: date, years: int, later: date
) -> None:
    assert years_later(day, years) == later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_with_their_last_day(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(0, 80))
def test_an_age_is_reached_on_the_birthday_and_not_before(
    born: date, years: int
) -> None:
    reached = years_later(born, years)
    assert age_on(born, reached) == years
    if years:
        assert age_on(born, date.fromordinal(reached.toordinal() - 1)) == years - 1
