"""Entries, absences and silences of single zones, told in seconds and metres."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geocorr.breach_words import absence
from geocorr.breaches import Breach
from geocorr.model import Mechanism
from geocorr.trust import OffSpell
from tests.unit.trail import ZERO_US, trail, wearer
from tests.unit.zoned import breaches, seconds, zone

HOUR = (0, 3_600)
SQUARE = ((-100, -100), (100, -100), (100, 100), (-100, 100))


def stay(from_s: int, to_s: int, x: float = 0.0, step_s: int = 60):
    """A fix a minute at x metres east, a little apart so that no stop is needed."""
    return [(s, x, (s // step_s) % 2) for s in range(from_s, to_s + 1, step_s)]


def kinds(found: list[Breach]) -> list[str]:
    return [b.kind.value for b in found]


def test_an_entry_is_a_visit_with_its_depth_and_its_fixes() -> None:
    there = trail(*stay(0, 540, 900), *stay(600, 1_200, 40), *stay(1_260, 1_800, 900))
    (found,) = breaches(there, zone(), within_s=HOUR)
    assert found.kind == "entry"
    assert found.fixes == 11
    assert found.nearest_edge_m == pytest.approx(-60, abs=0.1)
    assert found.probability > 0.99
    # The lines that lead in and out are at constant speed: 860 m a minute.
    begin, end = seconds(found)
    assert begin == pytest.approx(600 - 60 * 60 / 860, abs=0.1)
    assert end == pytest.approx(1_200 + 60 * 60 / 860, abs=0.1)
    assert found.shown_s == pytest.approx(end - begin, abs=0.2)
    assert "11 fixes of the tag between 2026-03-10 10:09:55+00:00" in found.because
    assert "60 m inside its edge" in found.because


@pytest.mark.parametrize("corners", [(), SQUARE])
def test_a_line_through_is_an_entry_without_a_fix(corners) -> None:
    """A car that crosses between two fixes: the straight line finds it."""
    drive = trail((0, -500, 0), (60, 500, 0))
    (found,) = breaches(drive, zone(corners=corners), within_s=HOUR)
    assert (found.kind, found.fixes, found.probability) == ("entry", 0, None)
    assert found.nearest_edge_m == pytest.approx(-100)
    assert seconds(found) == (pytest.approx(24), pytest.approx(36))
    assert found.shown_s == 12
    assert "straight line" in found.because


@pytest.mark.parametrize("corners", [(), SQUARE])
def test_a_line_of_more_than_a_gap_shows_nothing(corners) -> None:
    drive = trail((0, -500, 0), (301, 500, 0))
    assert breaches(drive, zone(corners=corners), within_s=HOUR) == []


def test_a_line_that_touches_a_circle_is_an_entry() -> None:
    (found,) = breaches(trail((0, -500, 100), (60, 500, 100)), zone(), within_s=HOUR)
    assert found.nearest_edge_m == pytest.approx(0, abs=1e-6)


def test_an_area_counts_by_the_share_of_the_fix_that_lies_in_it() -> None:
    """On the edge that is one half, 15 m off at R95 10 next to nothing."""
    area = zone(corners=SQUARE)
    (on_edge,) = breaches(trail((10, 100, 0)), area, within_s=HOUR)
    assert on_edge.probability == pytest.approx(0.5, abs=1e-6)
    assert breaches(trail((10, 115, 0)), area, within_s=HOUR) == []
    (inside,) = breaches(trail((10, 90, 0)), area, within_s=HOUR)
    assert inside.probability == pytest.approx(0.9928, abs=1e-3)
    assert inside.nearest_edge_m == -10


@pytest.mark.parametrize("corners", [(), SQUARE])
def test_a_fix_much_coarser_than_the_zone_is_no_entry(corners) -> None:
    """A cell tower's circle drawn right on a small zone: it may be anywhere near."""
    cell = np.full(1, Mechanism.LBS, np.uint8)
    lone = trail((10, 0, 0), accuracy_m=1_500.0, mechanism=cell)
    assert breaches(lone, zone(corners=corners), within_s=HOUR) == []


def test_a_hole_in_an_area_is_outside() -> None:
    ring = shapely.Polygon(
        [(450_000 + a * 5, 250_000 + b * 5) for a, b in SQUARE],
        [[(450_000 + a, 250_000 + b) for a, b in SQUARE]],
    )
    area = replace(zone(), place=shapely.MultiPolygon([ring]))
    assert breaches(trail((10, 0, 0)), area, within_s=HOUR) == []
    assert kinds(breaches(trail((10, 300, 0)), area, within_s=HOUR)) == ["entry"]


def test_two_visits_near_each_other_are_one_and_far_apart_two() -> None:
    def visits(second: int) -> list[Breach]:
        points = stay(0, 120), [(200, 900, 0)], stay(second, second + 120)
        return breaches(trail(*(p for part in points for p in part)), zone())

    assert kinds(visits(600)) == ["entry"]
    assert kinds(visits(3_000)) == ["entry", "entry"]


def test_a_coarse_fix_beside_a_zone_is_no_entry() -> None:
    """A cell-tower fix on the spot says little: P is under one half."""
    lone = trail((10, 0, 0), accuracy_m=400.0)
    assert breaches(lone, zone(), within_s=HOUR) == []


def test_an_exclusion_zone_holds_in_its_hours_only() -> None:
    """The tag stays from 10:00 to 12:00; the zone holds from 11:00."""
    lunch = zone(timetable="Tue 11:00-13:00")
    (found,) = breaches(trail(*stay(0, 7_200)), lunch)
    assert seconds(found) == (3_600, 7_200)
    assert breaches(trail(*stay(0, 7_200)), zone(timetable="Wed 11:00-13:00")) == []


def test_a_zone_holds_from_its_first_day_to_its_last() -> None:
    later = zone(from_us=ZERO_US + 3_600_000_000, to_us=ZERO_US + 5_400_000_000)
    (found,) = breaches(trail(*stay(0, 7_200)), later)
    assert seconds(found) == (3_600, 5_399.999999)


def test_what_lies_outside_the_order_is_nobody_s() -> None:
    there = trail(*stay(0, 7_200))
    (found,) = breaches(there, zone(), worn=wearer(600, 1_200))
    assert seconds(found) == (600, 1_140)
    assert breaches(there, zone(nominal_id="N2")) == []


def test_a_device_s_zone_needs_no_nominal() -> None:
    (found,) = breaches(trail(*stay(0, 600)), zone(nominal_id="", device_id="T1"))
    assert found.kind == "entry"


def test_an_absence_is_shown_by_fixes_that_cannot_lie_inside() -> None:
    away = trail(*stay(0, 600), *stay(660, 3_600, 700), *stay(3_660, 4_200))
    (found,) = breaches(away, zone("curfew"), within_s=(0, 4_200))
    assert (found.kind, found.fixes) == ("absence", 50)
    assert seconds(found) == (660, 3_600)
    assert found.nearest_edge_m == pytest.approx(600, abs=0.1)
    assert found.probability == 0
    assert found.shown_s == 2_940
    assert "away from curfew address Z1 for 49 minutes" in found.because


def test_a_short_absence_is_not_told() -> None:
    away = trail(*stay(0, 600), *stay(660, 900, 700), *stay(960, 3_600))
    assert breaches(away, zone("curfew"), within_s=HOUR) == []


@pytest.mark.parametrize(("x", "told"), [(104, []), (107, []), (125, ["absence"])])
def test_beside_the_address_is_not_away(x: float, told: list[str]) -> None:
    """At R95 12 and radius 100, P falls to 0.05 some 8 m outside the edge."""
    near = trail(*stay(0, 3_600, x), accuracy_m=12.0)
    assert kinds(breaches(near, zone("curfew"), within_s=HOUR)) == told


def test_no_fix_is_not_absent_but_not_known() -> None:
    silent = trail(*stay(0, 600), *stay(6_000, 6_600))
    (found,) = breaches(silent, zone("curfew"), within_s=(0, 6_600))
    assert (found.kind, found.why) == ("unknown", "gap")
    assert seconds(found) == (600, 6_000)
    assert (found.fixes, found.probability, found.nearest_edge_m) == (0, None, None)
    assert "not known is not absent" in found.because


def test_a_short_silence_is_not_told() -> None:
    silent = trail(*stay(0, 600), *stay(2_340, 3_000))
    assert breaches(silent, zone("curfew"), within_s=(0, 3_000)) == []


def test_a_strap_that_is_open_is_not_known_and_says_so() -> None:
    """Fixes go on at another place; the tag may lie there without its wearer."""
    off = OffSpell("T1", ZERO_US + 600_000_000, ZERO_US + 3_000_000_000)
    away = trail(*stay(0, 540), *stay(600, 3_000, 700), *stay(3_060, 3_600))
    (found,) = breaches(away, zone("curfew"), within_s=HOUR, off=(off,))
    assert found.kind == "unknown"
    assert "strap open" in found.because


def test_an_assumed_accuracy_shows_nobody_absent() -> None:
    """Two hours elsewhere, but nobody says how accurate the fixes are: not known."""
    away = trail(*stay(0, 7_200, 700), accuracy_m=np.nan)
    assert kinds(breaches(away, zone("curfew"), within_s=(0, 7_200))) == ["unknown"]


def test_an_assumed_accuracy_at_home_leaves_no_question() -> None:
    home = trail(*stay(0, 7_200), accuracy_m=np.nan)
    assert breaches(home, zone("curfew"), within_s=(0, 7_200)) == []


def test_a_radio_fix_says_at_the_registered_address() -> None:
    """It ends an absence, and under such fixes nothing is unknown."""
    points = [*stay(0, 900, 700), (930, 700, 0), *stay(960, 1_800, 700)]
    mechanism = np.zeros(len(points), np.uint8)
    (alone,) = breaches(trail(*points), zone("curfew"), within_s=(0, 1_800))
    assert seconds(alone) == (0, 1_800)
    mechanism[16] = Mechanism.RF
    split = breaches(
        trail(*points, mechanism=mechanism), zone("curfew"), within_s=(0, 1_800)
    )
    assert [seconds(b) for b in split] == [(0, 900), (960, 1_800)]
    radio = np.full(61, Mechanism.RF, np.uint8)
    home = trail(*stay(0, 3_600, 700), mechanism=radio)
    assert breaches(home, zone("curfew"), within_s=HOUR) == []


def test_a_line_through_the_address_ends_an_absence() -> None:
    """Away on one side, then on the other: it may have stopped by on the way."""
    points = [*stay(0, 600, -400), *stay(660, 1_260, 400)]
    found = breaches(trail(*points), zone("curfew"), within_s=(0, 1_260))
    assert [seconds(b) for b in found] == [(0, 600), (660, 1_260)]


def test_a_curfew_over_midnight_is_one_window() -> None:
    """Away from 18:00 to 08:00; told is what lies between 19:00 and 07:00."""
    away = trail(*stay(8 * 3_600, 22 * 3_600, 700))
    (found,) = breaches(away, zone("curfew", timetable="19:00-07:00"))
    assert seconds(found) == (9 * 3_600, 21 * 3_600)


def test_rules_of_the_order_stand_beside_the_zone_s() -> None:
    (found,) = breaches(trail(*stay(0, 600)), zone(), within_s=HOUR)
    assert found.rules == ("LEICS-16", "WMP2-8-EM")


def test_a_bound_of_probability_is_never_told_lower_than_it_is() -> None:
    def told(p: float) -> str:
        return absence("C", "then", (3, 600.0), 50.0, p)

    assert "at most 0.01 of lying inside" in told(0.0)
    assert "at most 0.32 of lying inside" in told(0.312)
