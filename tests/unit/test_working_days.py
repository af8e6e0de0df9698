"""One working day of silence, over week ends and bank holidays."""

from datetime import date, datetime

import pytest

from api.owners.inbox import bank_holidays
from geocorr.dates import LONDON
from geocorr.ownership.working_days import answer_by, is_working

FREE = bank_holidays(2026, 2027)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("since", "by"),
    [
        # Tuesday before nine: that day. Later: Wednesday.
        ("2026-03-10T03:15", "2026-03-11T00:00"),
        ("2026-03-10T09:00", "2026-03-12T00:00"),
        # Friday afternoon: Monday.
        ("2026-03-13T16:00", "2026-03-17T00:00"),
        ("2026-03-14T08:00", "2026-03-17T00:00"),
        # Maundy Thursday afternoon: Good Friday and Easter Monday are free.
        ("2026-04-02T15:00", "2026-04-08T00:00"),
        # Christmas Eve: Christmas, the week end, Boxing Day observed.
        ("2026-12-24T15:00", "2026-12-30T00:00"),
        # The clocks go forward on 29 March: midnight stays midnight.
        ("2026-03-27T15:00", "2026-03-31T00:00"),
    ],
)
def test_the_end_of_the_first_whole_working_day(since: str, by: str) -> None:
    assert answer_by(at(since), FREE, 9) == at(by)


def test_bank_holidays_are_those_of_england_and_wales() -> None:
    assert date(2026, 4, 6) in FREE
    assert date(2026, 1, 2) not in FREE  # Scotland's
    assert date(2026, 3, 17) not in FREE  # Northern Ireland's
    assert not is_working(date(2026, 12, 28), FREE)
    assert is_working(date(2026, 12, 29), FREE)
