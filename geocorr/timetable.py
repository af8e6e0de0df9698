"""When a zone holds: weekly hours of London's clocks, and the UTC windows they make.

    Mon-Fri 19:00-07:00;Sat,Sun 00:00-24:00
    always

Hours that end before they begin run past midnight. In the hour that October has twice
the later beginning and the earlier end are taken: a doubtful hour is held against
nobody. A time that March leaves out is the instant of the jump.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from geocorr.arrays import DAY_US
from geocorr.dates import LONDON
from geocorr.errors import InputError
from geocorr.model import from_us, to_us

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS = "always"
_DAY_MIN = 24 * 60
_PART = re.compile(r"(?:([A-Za-z,\- ]+?)\s+)?(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
_GRAMMAR = (
    f'write it like "Mon-Fri 19:00-07:00;Sat,Sun 00:00-24:00", or "{ALWAYS}"; '
    f"days are {', '.join(DAYS)}"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """On these weekdays (0 = Monday) from minute to minute; past 1440 = next day."""

    days: tuple[int, ...]
    from_min: int
    to_min: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """Weekly hours as they were written, and what they mean. Empty hours = always."""

    text: str
    hours: tuple[Hours, ...]

    def windows(self, from_us: int, to_us_: int) -> list[tuple[int, int]]:
        """The stretches in force within [from_us, to_us_], apart and in order."""
        if to_us_ < from_us:
            return []
        if not self.hours:
            return [(from_us, to_us_)]
        spells = (
            (_instant(a, end=False), _instant(b, end=True))
            for a, b in self._walls(from_us, to_us_)
        )
        cut = ((max(a, from_us), min(b, to_us_)) for a, b in spells)
        return [(a, b) for a, b in cut if a < b or a == b == from_us == to_us_]

    def _walls(self, from_us: int, to_us_: int) -> Iterator[tuple[datetime, datetime]]:
        """The same as times on London's walls; hours that meet are one."""
        first = from_us_day(from_us - 2 * DAY_US)
        days = range((from_us_day(to_us_ + DAY_US) - first).days + 1)
        spells = sorted(self._of_day(first + timedelta(n)) for n in days)
        held: tuple[datetime, datetime] | None = None
        for begin, end in (spell for day in spells for spell in day):
            if held is None or begin > held[1]:
                if held is not None:
                    yield held
                held = begin, end
            else:
                held = held[0], max(held[1], end)
        if held is not None:
            yield held

    def _of_day(self, day: date) -> list[tuple[datetime, datetime]]:
        midnight = datetime.combine(day, time())
        return sorted(
            (
                midnight + timedelta(minutes=h.from_min),
                midnight + timedelta(minutes=h.to_min),
            )
            for h in self.hours
            if day.weekday() in h.days
        )


def parse(text: str) -> Timetable:
    """The timetable that a text says; InputError says how to write one."""
    plain = text.strip()
    if plain.casefold() == ALWAYS:
        return Timetable(ALWAYS, ())
    parts = [part.strip() for part in plain.split(";") if part.strip()]
    if not parts:
        raise InputError(f"A timetable is missing: {_GRAMMAR}.")
    return Timetable(";".join(parts), tuple(_hours(part) for part in parts))


def from_us_day(t_us: int) -> date:
    """The day on London's calendars."""
    return from_us(t_us).astimezone(LONDON).date()


def _hours(part: str) -> Hours:
    found = _PART.fullmatch(part)
    if found is None:
        raise InputError(f'"{part}" is no timetable: {_GRAMMAR}.')
    days = tuple(range(7)) if found[1] is None else _days(found[1])
    begin, end = _minute(part, *found.group(2, 3)), _minute(part, *found.group(4, 5))
    if begin in (_DAY_MIN, end):
        raise InputError(f'"{part}" has no length: {_GRAMMAR}.')
    return Hours(days, begin, end if end > begin else end + _DAY_MIN)


def _minute(part: str, hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _DAY_MIN:
        raise InputError(f'"{part}" has a time that no clock shows: {_GRAMMAR}.')
    return total


def _days(text: str) -> tuple[int, ...]:
    """Weekdays of `Mon-Fri`, `Sat,Sun`, `Fri-Mon`; in order, each once."""
    days: set[int] = set()
    for item in text.split(","):
        ends = [_day(text, name) for name in item.split("-")]
        if len(ends) > 2:
            raise InputError(f'"{text}" names no days: {_GRAMMAR}.')
        first, last = ends[0], ends[-1]
        days |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return tuple(sorted(days))


def _day(text: str, name: str) -> int:
    plain = name.strip().capitalize()
    if plain not in DAYS:
        raise InputError(f'"{text}" names no days: {_GRAMMAR}.')
    return DAYS.index(plain)


def _instant(wall: datetime, *, end: bool) -> int:
    """The UTC instant at which London's walls show this time."""
    both = [wall.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1)]
    first, last = sorted(both, key=lambda at: at.astimezone(UTC))
    if _shown(first) != wall and _shown(last) != wall:
        # The clock jumps over it: the jump is the full hour between the two readings.
        return to_us(last.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    return to_us(first if end else last)


def _shown(at: datetime) -> datetime:
    return at.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None)
