"""Where a tag spent its nights, and which nights say nothing."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from geocorr import arrays
from geocorr.arrays import BEGINNING_US, END_US, Trails, Wearers
from geocorr.model import DeviceEvent, EventKind, from_us, to_us
from geocorr.ownership.nights import Rest, last_nights, rests, spells
from geocorr.trust import trust
from loaders.policy import shipped as policy
from loaders.profile import shipped
from tests.unit.trail import EAST, NORTH

CHOICES = shipped("national").allocation
DAY = date(2026, 3, 10)
NIGHTS = last_nights(DAY, CHOICES)


def trail(*rests: tuple[datetime, float, float]) -> Trails:
    """Rests of a device: begin, hours, metres east; a fix every four minutes."""
    times, x = [], []
    for begins, hours, east in rests:
        minutes = np.arange(0, hours * 60, 4)
        times += [to_us(begins + timedelta(minutes=float(m))) for m in minutes]
        x += [EAST + east] * len(minutes)
    fixes = arrays.fixes(
        ["T1"] * len(x),
        np.array(times, np.int64),
        np.array(x),
        np.full(len(x), NORTH),
        accuracy_m=np.full(len(x), 8, np.float32),
    )
    return trust(fixes, policy(), ())


def worn(from_us: int = BEGINNING_US, to_us_: int = END_US) -> Wearers:
    columns = (np.array([0], np.int32), np.array([from_us]), np.array([to_us_]))
    return Wearers(*columns, ("N1",), ("O1",), ("LEICS-16",))


def told(trails: Trails, wearers: Wearers | None = None, **away) -> list[Rest]:
    events, premises = away.get("events", ()), away.get("premises", {})
    of = (spells(events, NIGHTS[-1].to_us), premises)
    return list(rests(trails, wearers or worn(), NIGHTS, of, CHOICES))


def evening(day: int, hour: int = 22) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_fourteen_nights_from_ten_to_six() -> None:
    assert len(NIGHTS) == 14
    assert NIGHTS[-1].day == DAY
    assert from_us(NIGHTS[-1].from_us) == datetime(2026, 3, 9, 22, tzinfo=UTC)
    assert from_us(NIGHTS[-1].to_us) == datetime(2026, 3, 10, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("morning", "hours"), [(date(2026, 3, 29), 7), (date(2026, 10, 25), 9)]
)
def test_a_night_when_the_clocks_change(morning: date, hours: int) -> None:
    night = last_nights(morning, CHOICES)[-1]
    assert (night.to_us - night.from_us) / 3.6e9 == hours


def test_the_longest_rest_is_where_the_night_was_spent() -> None:
    (rest,) = told(trail((evening(9), 2, 0), (evening(10, 0) + HOUR, 4, 5_000)))
    assert rest.night == DAY
    assert rest.x_m == pytest.approx(EAST + 5_000, abs=1)
    assert rest.rest_s == pytest.approx(4 * 3600, abs=1800)


HOUR = timedelta(hours=0.5)


def test_an_hour_s_rest_is_no_night() -> None:
    assert told(trail((evening(9), 1, 0))) == []


def test_rest_in_the_evening_alone_does_not_count() -> None:
    assert told(trail((evening(9, 17), 4.9, 0))) == []


def test_a_night_outside_the_order_is_not_looked_at() -> None:
    before = worn(to_us_=to_us(evening(9)))
    assert told(trail((evening(9), 8, 0)), before) == []


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ((EventKind.CUSTODY_FROM, EventKind.CUSTODY_TO), "in custody"),
        ((EventKind.CUSTODY_FROM, None), "in custody"),
        ((EventKind.HOSPITAL_FROM, EventKind.HOSPITAL_TO), "in hospital"),
    ],
)
def test_nights_in_custody_or_hospital_are_left_out(kinds, why: str) -> None:
    """Those before and after count; an open spell lasts on."""
    times = (evening(8, 12), evening(9, 12))
    events = [
        DeviceEvent("T1", at, kind)
        for at, kind in zip(times, kinds, strict=True)
        if kind is not None
    ]
    where = trail(*((evening(day), 8, 0) for day in (7, 8, 9)))
    found = {rest.night.day: rest.left_out for rest in told(where, events=events)}
    assert found == {8: "", 9: why, 10: "" if kinds[1] else why}


def test_a_night_in_custody_without_a_fix_is_told_too() -> None:
    events = [DeviceEvent("T1", evening(1), EventKind.CUSTODY_FROM)]
    found = told(trail((evening(7, 12), 1, 0)), events=events)
    assert {rest.left_out for rest in found} == {"in custody"}
    assert len(found) == 9


def test_approved_premises_are_left_out() -> None:
    near = {"N1": [(EAST + 100, NORTH)]}
    (rest,) = told(trail((evening(9), 8, 0)), premises=near)
    assert rest.left_out == "at approved premises"
    far = {"N1": [(EAST + 400, NORTH)], "N2": [(EAST, NORTH)]}
    (rest,) = told(trail((evening(9), 8, 0)), premises=far)
    assert rest.left_out == ""
