"""Counts and times as people read them."""

from datetime import UTC, datetime

from geocorr.wording import clock, counted, minute, stretch

WINTER = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
SUMMER = datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC)


def test_one_of_a_thing_is_not_plural():
    told = [counted(n, "crime") for n in (0, 1, 2, 1_000)]
    assert told == ["0 crimes", "1 crime", "2 crimes", "1,000 crimes"]
    assert [counted(n, "fix", "fixes") for n in (1, 2)] == ["1 fix", "2 fixes"]


def test_times_are_londons_with_their_offset():
    assert clock(WINTER) == "2026-03-29 00:59:59+00:00"
    assert clock(SUMMER) == "2026-03-29 02:00:00+01:00"
    assert minute(SUMMER) == "2026-03-29 02:00+01:00"


def test_a_printed_time_reads_back_as_the_same_instant():
    assert datetime.fromisoformat(clock(SUMMER)) == SUMMER


def test_a_stretch_without_length_is_one_time():
    assert stretch(WINTER, WINTER) == f"at {clock(WINTER)}"
    assert stretch(WINTER, SUMMER) == f"between {clock(WINTER)} and {clock(SUMMER)}"
