"""Weekly hours of London's clocks: past midnight, over clock changes, as written."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr.errors import InputError
from geocorr.model import from_us, to_us
from geocorr.timetable import DAYS, Timetable, parse

LONDON = ZoneInfo("Europe/London")


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


def told(timetable: str, from_: str, to: str) -> list[str]:
    """The windows as text, in UTC."""
    found = parse(timetable).windows(us(from_), us(to))
    return [f"{from_us(a):%d %H:%M} {from_us(b):%d %H:%M}" for a, b in found]


def test_hours_past_midnight_belong_to_the_evening_before() -> None:
    """A Friday's curfew runs into Saturday; a Sunday has none of its own."""
    week = told("Mon-Fri 19:00-07:00", "2026-01-16T12:00Z", "2026-01-20T00:00Z")
    assert week == ["16 19:00 17 07:00", "19 19:00 20 00:00"]


def test_summer_hours_are_an_hour_earlier_in_utc() -> None:
    assert told("19:00-07:00", "2026-07-01T12:00Z", "2026-07-02T12:00Z") == [
        "01 18:00 02 06:00"
    ]


def test_a_day_of_twenty_five_hours() -> None:
    found = parse("Sun 00:00-24:00").windows(
        us("2026-10-20T00:00Z"), us("2026-10-30T00:00Z")
    )
    assert [(b - a) / 3.6e9 for a, b in found] == [25]
    assert told("Sun 00:00-24:00", "2026-10-20T00:00Z", "2026-10-30T00:00Z") == [
        "24 23:00 26 00:00"
    ]


def test_a_day_of_twenty_three_hours() -> None:
    assert told("Sun 00:00-24:00", "2026-03-25T00:00Z", "2026-04-01T00:00Z") == [
        "29 00:00 29 23:00"
    ]


def test_a_night_over_the_clock_change_lasts_thirteen_hours() -> None:
    assert told("Sat 19:00-07:00", "2026-10-20T00:00Z", "2026-10-30T00:00Z") == [
        "24 18:00 25 07:00"
    ]


def test_the_hour_that_october_has_twice_is_held_against_nobody() -> None:
    autumn = "2026-10-24T12:00Z", "2026-10-26T00:00Z"
    assert told("Sun 01:30-05:00", *autumn) == ["25 01:30 25 05:00"]
    assert told("Sat 22:00-01:30", *autumn) == ["24 21:00 25 00:30"]


def test_hours_that_meet_in_the_doubtful_hour_leave_no_hole() -> None:
    halves = "Sat 22:00-01:30;Sun 01:30-05:00"
    assert told(halves, "2026-10-24T12:00Z", "2026-10-26T00:00Z") == [
        "24 21:00 25 05:00"
    ]


def test_a_time_that_march_leaves_out_is_the_jump() -> None:
    spring = "2026-03-28T12:00Z", "2026-03-30T00:00Z"
    assert told("Sun 01:30-05:00", *spring) == ["29 01:00 29 04:00"]
    assert told("Sat 22:00-01:30", *spring) == ["28 22:00 29 01:00"]


def test_hours_that_overlap_are_one() -> None:
    both = "Mon 10:00-14:00;Mon-Wed 13:00-15:00"
    assert told(both, "2026-01-12T00:00Z", "2026-01-14T00:00Z") == [
        "12 10:00 12 15:00",
        "13 13:00 13 15:00",
    ]


def test_always_is_always() -> None:
    assert told("Always", "2026-10-24T12:00Z", "2026-10-26T00:00Z") == [
        "24 12:00 26 00:00"
    ]
    assert told("00:00-24:00", "2026-10-24T12:00Z", "2026-10-26T00:00Z") == [
        "24 12:00 26 00:00"
    ]


@pytest.mark.parametrize(
    "text",
    ["", " ; ", "Mon", "19-07", "Mon 25:00-26:00", "Mon 19:60-20:00", "Mon 24:00-07:00",
     "Mon 19:00-19:00", "Mo 19:00-20:00", "Mon-Wed-Fri 19:00-20:00", "never",
     "Mon 19:00", "Mon, 19:00-20:00"],
)  # fmt: skip
def test_what_is_no_timetable_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError, match="Mon-Fri 19:00-07:00"):
        parse(text)


def test_days_may_run_over_the_week_s_end() -> None:
    (hours,) = parse("fri - MON 10:00-11:00").hours
    assert [DAYS[d] for d in hours.days] == ["Mon", "Fri", "Sat", "Sun"]


def _holds(timetable: Timetable, at: datetime) -> bool:
    """By the wall clock, minute by minute; not in the hours of a clock change."""
    local = at.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    return any(
        (local.weekday() in h.days and h.from_min <= minute < h.to_min)
        or ((local.weekday() - 1) % 7 in h.days and minute < h.to_min - 1440)
        for h in timetable.hours
    )


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


HOURS = st.tuples(
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 95),
    st.integers(1, 96),
).filter(lambda h: h[1] != h[2])


@settings(max_examples=60, deadline=None)
@given(st.lists(HOURS, min_size=1, max_size=3), st.integers(0, 364 * 24))
def test_windows_are_what_the_wall_clock_says(hours, hour) -> None:
    text = ";".join(
        f"{','.join(sorted(days))} {_clock(a)}-{_clock(b)}" for days, a, b in hours
    )
    timetable = parse(text)
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    windows = timetable.windows(to_us(begin), to_us(begin + timedelta(days=3)))
    assert all(a < b for a, b in windows)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(windows))
    for step in range(7, 3 * 1440, 15):
        at = begin + timedelta(minutes=step)
        changing = at.month in (3, 10) and at.day > 24 and at.weekday() == 6
        if changing and at.hour < 3:
            continue
        held = any(a <= to_us(at) < b for a, b in windows)
        assert held == _holds(timetable, at), at
