"""Which fixes may join a line, and why not (matching.md, Words)."""

from datetime import timedelta

import numpy as np
import pytest

from geocorr.arrays import (
    ASSUMED,
    COARSE,
    DEVICE,
    FUTURE,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
)
from geocorr.model import DeviceEvent, EventKind, from_us
from geocorr.policy import overlay
from geocorr.trust import off_spells, trust
from loaders.policy import shipped
from tests.unit.trail import ZERO_US, trail


def marks(fixes, **options):
    return trust(fixes, shipped(), **options).marks.tolist()


def event(at_s: float, kind: EventKind, device: str = "T1") -> DeviceEvent:
    return DeviceEvent(device, from_us(ZERO_US) + timedelta(seconds=at_s), kind)


def test_a_stated_gps_fix_is_trusted():
    assert marks(trail((0, 0, 0))) == [0]


@pytest.mark.parametrize("accuracy_m", [np.nan, 0.0])
def test_unknown_accuracy_is_assumed_by_mechanism_and_marked(accuracy_m):
    fixes = trail(
        (0, 0, 0), (600, 0, 0), (1200, 0, 0),
        accuracy_m=accuracy_m, mechanism=np.array([0, 1, 2], np.uint8),
    )  # fmt: skip
    found = trust(fixes, shipped())
    assert found.r95_m.tolist() == [20.0, 200.0, 1500.0]
    assert found.marks.tolist() == [
        ASSUMED,
        ASSUMED | COARSE,
        ASSUMED | COARSE | MECHANISM,
    ]
    assert found.trusted.tolist() == [True, False, False]


def test_what_the_feed_declares_counts_as_stated_of_satellite_fixes():
    fixes = trail(
        (0, 0, 0), (600, 0, 0), (1200, 0, 0), (1800, 0, 0),
        accuracy_m=np.array([np.nan, np.nan, np.nan, 40.0]),
        mechanism=np.array([0, 1, 2, 0], np.uint8),
    )  # fmt: skip
    declared = overlay(shipped(), {"feed": {"accuracy_m": 12.0}})
    found = trust(fixes, declared)
    assert found.r95_m.tolist() == [12.0, 200.0, 1500.0, 40.0]
    assert (found.marks & ASSUMED).tolist() == [0, ASSUMED, ASSUMED, 0]


def test_a_trail_knows_whether_anybody_reported_tampering():
    assert not trust(trail((0, 0, 0)), shipped()).tamper_known
    assert trust(trail((0, 0, 0)), shipped(), ()).tamper_known


def test_an_accuracy_below_the_floor_is_raised_to_it():
    assert trust(trail((0, 0, 0), accuracy_m=1.0), shipped()).r95_m.tolist() == [5.0]


def test_exactly_100_m_is_trusted_and_more_is_not():
    assert marks(trail((0, 0, 0), accuracy_m=100.0)) == [0]
    assert marks(trail((0, 0, 0), accuracy_m=100.1)) == [COARSE]


def test_two_places_at_one_time_are_both_untrusted():
    assert marks(trail((0, 0, 0), (0, 90, 0), (60, 0, 0))) == [TWIN, TWIN, 0]


def test_a_spike_out_and_back_is_untrusted_alone():
    fixes = trail((0, 0, 0), (60, 3000, 0), (120, 10, 0))
    assert marks(fixes) == [0, SPIKE, 0]


def test_one_fix_far_off_a_journey_is_untrusted_alone():
    fixes = trail((0, 0, 0), (60, 60_000, 0), (120, 2400, 0))
    assert marks(fixes) == [0, SPEED, 0]


def test_where_nobody_can_tell_which_end_is_wrong_neither_is_trusted():
    fixes = trail((0, 0, 0), (60, 10, 0), (120, 90_000, 0), (180, 90_010, 0))
    assert marks(fixes) == [0, SPEED, SPEED, 0]


def test_a_fast_train_passes_the_gate():
    assert marks(trail((0, 0, 0), (60, 4000, 0), (120, 8000, 0))) == [0, 0, 0]


def test_speed_is_judged_after_taking_off_both_errors():
    barely = trail((0, 0, 0), (10, 790, 0), accuracy_m=50.0)
    assert marks(barely) == [0, 0]
    assert marks(trail((0, 0, 0), (10, 801, 0), accuracy_m=50.0)) == [SPEED, SPEED]


def test_a_fix_in_the_future_is_not_trusted():
    fixes = trail((0, 0, 0), (60, 0, 0))
    assert marks(fixes, now_us=ZERO_US + 1) == [0, FUTURE]


def test_while_the_strap_is_open_no_fix_is_trusted():
    spells = off_spells(
        [event(60, EventKind.STRAP_OPEN), event(120, EventKind.STRAP_CLOSED)]
    )
    fixes = trail(*[(30 * i, 0, 0) for i in range(6)])
    assert marks(fixes, off=spells) == [0, 0, DEVICE, DEVICE, 0, 0]


def test_a_removed_device_stays_untrusted_until_it_is_fitted():
    spells = off_spells([event(0, EventKind.REMOVED), event(10, EventKind.POWER_ON)])
    assert marks(trail((0, 0, 0), (9999, 0, 0)), off=spells) == [DEVICE, DEVICE]


def test_events_of_other_devices_say_nothing():
    spells = off_spells([event(0, EventKind.BATTERY_FLAT, "T2")])
    assert marks(trail((0, 0, 0)), off=spells) == [0]


def test_custody_is_no_state_of_the_device():
    assert off_spells([event(0, EventKind.CUSTODY_FROM)]) == ()


def test_five_minutes_in_one_place_are_a_stop_and_less_are_not():
    five = trust(trail(*[(60 * i, 5 * i, 0) for i in range(6)]), shipped())
    assert five.stop.tolist() == [0] * 6
    assert five.stops.x_m[0] == pytest.approx(450_012.5)
    four = trust(trail(*[(60 * i, 0, 0) for i in range(5)]), shipped())
    assert four.stop.tolist() == [-1] * 5


def test_a_gap_ends_a_stop():
    fixes = trail(*[(301 * i, 0, 0) for i in range(6)])
    assert trust(fixes, shipped()).stop.tolist() == [-1] * 6


def test_a_coarser_fix_may_wander_further_in_its_stop():
    points = [(60 * i, 100 * (i % 2), 0) for i in range(8)]
    assert (trust(trail(*points, accuracy_m=80.0), shipped()).stop == 0).all()
    assert (trust(trail(*points, accuracy_m=10.0), shipped()).stop == -1).all()
