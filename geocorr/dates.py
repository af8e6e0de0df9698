"""Days as the law counts them: anniversaries, ages, whole months, London's clocks.

A 29 February is reached on 1 March in a common year (HANTS-YOUTH, birthdays).
"""

import calendar
from datetime import date
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def years_later(day: date, years: int) -> date:
    """The same day so many years on, or back where `years` is negative."""
    year = day.year + years
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)


def months_later(day: date, months: int) -> date:
    """The same day so many months on or back; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def age_on(born: date, day: date) -> int:
    """Whole years lived by a day; negative before birth."""
    age = day.year - born.year
    return age if years_later(born, age) <= day else age - 1
