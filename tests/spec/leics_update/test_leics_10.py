"""LEICS-10. "... an offence reduction of 37.54% from the April to September 2019
period, in comparison to the 2018 period"."""

from datetime import date

from geocorr.performance.cohort_tables import reduction
from geocorr.performance.grid import Period

IN_2018 = Period(date(2018, 4, 1), date(2018, 9, 30))
IN_2019 = Period(date(2019, 4, 1), date(2019, 9, 30))
AFTER = date(2019, 10, 1)


def test_a_fall_from_ten_thousand_to_6246_is_the_updates_figure() -> None:
    """LEICS-10. Over two periods of 183 days."""
    table = reduction((IN_2018, 10_000), (IN_2019, 6_246), AFTER)
    before, after = table.value.dicts()
    assert (before["days"], after["days"]) == (183, 183)
    assert (before["reduction_percent"], after["reduction_percent"]) == (None, 37.54)
    assert table.rules == ("LEICS-10",)


def test_a_period_that_is_not_over_is_compared_by_the_day() -> None:
    """LEICS-10. The update is of 20 September: ten days of its period were to come.

    The same offences a day in fewer days are no reduction.
    """
    table = reduction((IN_2018, 1_830), (IN_2019, 1_730), date(2019, 9, 20))
    after = table.value.dicts()[1]
    assert (after["days"], after["offences_a_day"]) == (173, 10)
    assert after["reduction_percent"] == 0
    assert "The later period is not over" in table.because


def test_a_rise_is_told_as_one_and_nothing_cannot_fall() -> None:
    """LEICS-10. A negative reduction; and none where there was no offence before."""
    rise = reduction((IN_2018, 100), (IN_2019, 150), AFTER)
    assert rise.value.dicts()[1]["reduction_percent"] == -50
    assert rise.because == "50.00 % more offences a day than in the period before."
    none = reduction((IN_2018, 0), (IN_2019, 5), AFTER)
    assert none.value.dicts()[1]["reduction_percent"] is None
    future = reduction((IN_2018, 5), (IN_2019, 0), date(2019, 1, 1))
    assert future.value.dicts()[1]["reduction_percent"] is None
