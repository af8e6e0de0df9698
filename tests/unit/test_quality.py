"""How good a trail is, day by day, and what its troubles mean for verdicts."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from geocorr import arrays
from geocorr.model import DeviceEvent, EventKind, from_us
from geocorr.quality import DeviceDay, device_days
from geocorr.quality_words import meanings
from geocorr.trust import off_spells, trust
from geocorr.two_tracks import two_tracks
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, trail

LBS = 2
FAST_M_S = 70.0


def days(fixes, events=None, **options) -> tuple[DeviceDay, ...]:
    off = None if events is None else off_spells(events)
    trails = trust(fixes, shipped(), off, options.pop("now_us", None))
    return device_days(trails, shipped(), events or (), **options)


def means(day: DeviceDay) -> str:
    return " ".join(meanings(day, shipped()))


def minutes(n: int, x: float = 0.0) -> list[tuple[float, float, float]]:
    return [(60.0 * i, x, 0.0) for i in range(n)]


def event(minute: int, kind: EventKind) -> DeviceEvent:
    return DeviceEvent("T1", from_us(ZERO_US) + timedelta(minutes=minute), kind)


def test_a_good_day_has_nothing_to_look_at():
    (day,) = days(trail(*minutes(60)))
    assert (day.device_id, day.day) == ("T1", date(2026, 3, 10))
    assert (day.fixes, day.trusted_share, day.median_interval_s) == (60, 1.0, 60.0)
    assert (day.gaps, day.longest_gap_s, day.blind_spells) == (0, 60.0, 0)
    assert meanings(day, shipped()) == ()


def test_days_are_utc_and_a_silence_counts_where_it_ends():
    """10:00 is 14 hours before midnight."""
    night = 14 * 3600.0
    fixes = trail((night - 600, 0, 0), (night + 60, 0, 0), (night + 120, 0, 0))
    first, second = days(fixes)
    assert (first.day, second.day) == (date(2026, 3, 10), date(2026, 3, 11))
    assert (first.gaps, first.longest_gap_s) == (0, None)
    assert (second.gaps, second.longest_gap_s) == (1, 660.0)
    assert means(first) == "A single fix: it speaks for its own instant only."


def test_a_trail_without_fixes_has_no_day():
    assert days(trail(*minutes(1)).take(slice(0, 0))) == ()


def test_devices_are_told_apart():
    both = arrays.fixes(
        ["A", "B"], np.full(2, ZERO_US), np.full(2, EAST), np.full(2, NORTH)
    )
    assert [day.device_id for day in days(both)] == ["A", "B"]


def test_spikes_twins_and_the_future_are_counted():
    points = minutes(60)
    points[20] = (1200, 3000, 0)
    (day,) = days(trail(*points, (1800, 500, 0)), now_us=ZERO_US + 58 * 60 * 10**6)
    assert (day.outliers, day.twins, day.future) == (1, 2, 1)
    assert "2 fixes share their time with another place" in means(day)
    assert "1 fix in the future" in means(day)
    assert "spikes" not in means(day)


def test_many_spikes_are_said():
    points = [(60.0 * i, 3000.0 * (i % 10 == 5), 0.0) for i in range(60)]
    (day,) = days(trail(*points))
    assert day.outliers == 6
    assert "6 spikes or impossible speeds: kept, but not trusted." in means(day)


def test_a_clock_that_ran_backwards_is_said():
    back = (np.zeros(3, np.int32), ZERO_US + np.arange(3))
    (day,) = days(trail(*minutes(60)), backwards=back)
    assert day.backwards == 3
    assert means(day).startswith("Clock trouble: 3 fixes ran backwards in the file")
    (unknown,) = days(trail(*minutes(60)))
    assert unknown.backwards is None


def test_an_hour_on_cell_towers_is_blind():
    mechanism = np.array([0] * 30 + [LBS] * 61 + [0] * 30 + [LBS] * 5, np.uint8)
    (day,) = days(trail(*minutes(126), mechanism=mechanism))
    assert (day.blind_spells, day.blind_s) == (1, 3600.0)
    assert "60 min on cell towers or the home box alone" in means(day)
    assert (day.gaps, day.longest_gap_s) == (1, 62 * 60.0)
    assert "Only 48 % of fixes are trusted" in means(day)


def test_unstated_accuracy_and_a_slow_pace_are_said():
    (day,) = days(trail(*[(240.0 * i, 0, 0) for i in range(20)], accuracy_m=np.nan))
    assert "A fix every 240 s" in means(day)
    assert "20 fixes state no accuracy" in means(day)


def test_what_the_device_reported_is_counted():
    told = [event(5, EventKind.STRAP_OPEN), event(10, EventKind.STRAP_CLOSED)]
    (day,) = days(trail(*minutes(60)), told)
    assert day.events == (("strap_closed", 1), ("strap_open", 1))
    assert day.reported_off == 5
    assert "5 fixes while reported flat, off, open or removed" in means(day)


def test_two_wearers_on_one_device_are_in_two_places_at_once():
    """A at home, B 20 km away, each with a fix a minute, out of step."""
    home = minutes(30)
    away = [(t + 30, 20_000 + 5 * t, 300) for t, _, _ in minutes(30)]
    (day,) = days(trail(*home, *away))
    assert (day.swaps, day.two_places) == (58, True)
    assert "two wearers or two tags under one identifier" in means(day)


@pytest.mark.parametrize(
    "points",
    [
        # A drive at 216 km/h, and a flight at 900 km/h.
        [(60.0 * i, 3_600.0 * i, 0.0) for i in range(60)],
        [(60.0 * i, 15_000.0 * i, 0.0) for i in range(60)],
        # One jump that stays, and three wild fixes.
        [(60.0 * i, 50_000.0 * (i > 30), 0.0) for i in range(60)],
        [(60.0 * i, 30_000.0 * (i in (9, 29, 49)), 0.0) for i in range(60)],
    ],
    ids=["a drive", "a flight", "a jump", "three spikes"],
)
def test_one_tag_is_in_one_place(points):
    (day,) = days(trail(*points))
    assert not day.two_places


def apart(points) -> tuple[int, int]:
    fixes = trail(*points)
    columns = (fixes.t_us, fixes.x_m, fixes.y_m, fixes.accuracy_m)
    return tuple(two_tracks(*columns, FAST_M_S))


def test_the_lesser_track_is_counted_and_errors_are_taken_off():
    spread = [(0, 0, 0), (60, 20_000, 0), (120, 0, 0), (180, 0, 0), (240, 20_000, 0)]
    assert apart(spread) == (2, 2)
    # 70 m/s for a minute, and twice 10 m of error.
    assert apart([(0, 0, 0), (60, 4_220, 0), (120, 0, 0)]) == (0, 0)
    assert apart([(0, 0, 0), (60, 4_221, 0), (120, 0, 0)]) == (1, 1)
    assert apart([(0, 0, 0)]) == (0, 0)


def test_no_day_depends_on_another_device():
    one = days(trail(*minutes(60)))
    other = trail(*minutes(60, x=9_000), device="T2")
    fixes = trail(*minutes(60))
    both = arrays.fixes(
        ["T1"] * 60 + ["T2"] * 60,
        *(
            np.concatenate((getattr(fixes, name), getattr(other, name)))
            for name in ("t_us", "x_m", "y_m")
        ),
        accuracy_m=np.concatenate((fixes.accuracy_m, other.accuracy_m)),
    )
    found = days(both)
    assert found == (one[0], replace(one[0], device_id="T2"))
