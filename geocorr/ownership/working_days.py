"""Working days in England and Wales; the bank holidays come from outside."""

from collections.abc import Set
from datetime import date, datetime, time, timedelta

from geocorr.dates import LONDON

_SATURDAY = 5
_DAY = timedelta(days=1)


def is_working(day: date, holidays: Set[date]) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def answer_by(since: datetime, holidays: Set[date], begins_h: int) -> datetime:
    """WMP-6.3-DAILY. The end (London midnight) of one whole working day of silence.

    What came before `begins_h` of a working day is to be answered that day, else on
    the next one.
    """
    local = since.astimezone(LONDON)
    day = local.date() if local.hour < begins_h else local.date() + _DAY
    while not is_working(day, holidays):
        day += _DAY
    return datetime.combine(day + _DAY, time(), LONDON)
