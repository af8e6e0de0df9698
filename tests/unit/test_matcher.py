"""Boundary cases of matching.md: closed ends, instants, orders, lines, dwell."""

import numpy as np
import pytest
import shapely

from geocorr.model import Verdict, from_us
from geocorr.one_fix import half_inside, probability
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, found, target, trail, wearer

DISTANCE = shipped().with_match(rule="distance")
FAR = (0, 5_000)


@pytest.mark.parametrize(
    ("r95_m", "expected"),
    [
        (10, [1.00, 1.00, 1.00, 0.49, 0.00, 0.00, 0.00, 0.00]),
        (50, [1.00, 0.99, 0.81, 0.46, 0.14, 0.01, 0.00, 0.00]),
        (300, [0.28, 0.26, 0.24, 0.21, 0.19, 0.15, 0.09, 0.02]),
    ],
)
def test_probability_is_the_table_of_the_method(r95_m, expected):
    distances = np.array([0, 50, 80, 100, 120, 150, 200, 300], dtype=float)
    p = probability(distances, np.full(8, r95_m), np.full(8, 100.0), np.zeros(8))
    assert p.round(2).tolist() == expected


def test_probability_is_the_share_of_a_sampled_cloud():
    rng = np.random.default_rng(7)
    sigma = np.hypot(40.0, 30.0) / 2.4477
    cloud = rng.normal([70.0, 0.0], sigma, (400_000, 2))
    share = (np.hypot(*cloud.T) <= 100).mean()
    p = probability(*(np.array([v]) for v in (70.0, 40.0, 100.0, 30.0)))
    assert p[0] == pytest.approx(share, abs=0.003)


def test_probability_never_gives_up_in_the_tails():
    d, r = np.meshgrid([0.0, 1.0, 99.0, 101.0, 5e3, 5e5], [5.0, 20.0, 1e3, 2e4])
    p = probability(d.ravel(), r.ravel(), np.full(24, 100.0), np.zeros(24))
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()


@pytest.mark.parametrize("r95_m", [20.0, 90.0, 100.0, 140.0, 150.0, 300.0])
@pytest.mark.parametrize("distance_m", [0.0, 10.0, 60.0, 95.0, 120.0])
def test_half_circle_is_what_two_drawn_circles_share(r95_m, distance_m):
    vicinity = shapely.Point(0, 0).buffer(100, quad_segs=512)
    circle = shapely.Point(distance_m, 0).buffer(r95_m, quad_segs=512)
    share = vicinity.intersection(circle).area / circle.area
    got = half_inside(np.array([distance_m]), np.array([r95_m]), np.array([100.0]))
    assert abs(share - 0.5) > 1e-3
    assert got[0] == (share >= 0.5)


def test_a_fix_exactly_at_the_radius_is_inside():
    hits = found(trail((0, 60, 80), (900, *FAR)), target(0, 60), policy=DISTANCE)
    assert hits.facts.fixes_inside.tolist() == [1]


def test_a_fix_a_hair_beyond_the_radius_is_not():
    hits = found(trail((0, 60, 80.001), (900, *FAR)), target(0, 60), policy=DISTANCE)
    assert len(hits) == 0


@pytest.mark.parametrize("at", [0, 60])
def test_both_ends_of_the_window_are_inside_it(at):
    hits = found(trail((at, 0, 0), (at + 900, *FAR)), target(0, 60))
    assert hits.verdict.tolist() == [Verdict.HIT]


@pytest.mark.parametrize("at", [-0.001, 60.001])
def test_a_millisecond_outside_the_window_is_outside(at):
    assert len(found(trail((at, 0, 0), (at + 900, *FAR)), target(0, 60))) == 0


def test_a_window_of_zero_length_is_a_moment():
    hits = found(trail((0, -50, 0), (60, 50, 0)), target(30, 30))
    assert hits.verdict.tolist() == [Verdict.PASSED]
    assert hits.facts.min_path_m[0] == pytest.approx(0)
    assert hits.facts.dwell_s.tolist() == [0.0]
    assert (hits.window_share[0], hits.facts.coverage[0]) == (1.0, 1.0)


def test_two_fixes_of_one_time_are_both_inside_and_join_no_line():
    hits = found(trail((0, 0, 0), (0, 40, 0), (60, *FAR)), target(0, 60))
    assert hits.facts.fixes_inside.tolist() == [2]
    assert not hits.facts.path_enters[0]


def test_identical_repeats_count_once():
    assert len(trail((0, 0, 0), (0, 0, 0), (0, 0, 0))) == 1


def test_a_clock_going_backwards_is_only_another_order():
    forwards = trail((0, 0, 0), (60, 50, 0), (120, 400, 0))
    backwards = trail((120, 400, 0), (60, 50, 0), (0, 0, 0))
    assert forwards.t_us.tolist() == backwards.t_us.tolist()
    assert forwards.x_m.tolist() == backwards.x_m.tolist()


def test_a_gap_over_the_whole_window_joins_nothing():
    hits = found(trail((-200, -500, 0), (200, 500, 0)), target(-10, 10))
    assert len(hits) == 0


def test_a_drive_by_between_two_fixes_is_a_passing():
    """At one fix a minute a car leaves no fix in the vicinity; the line finds it."""
    hits = found(trail((0, -300, 30), (60, 300, 30)), target(0, 3600))
    assert hits.verdict.tolist() == [Verdict.PASSED]
    half = np.sqrt(100**2 - 30**2)
    assert hits.facts.dwell_s[0] == pytest.approx(2 * half / 10)
    entry = from_us(hits.facts.path_entry_us[0]) - from_us(ZERO_US)
    assert entry.total_seconds() == pytest.approx((300 - half) / 10, abs=1e-6)
    assert np.isnan(hits.rests.probability[0])


def test_exactly_300_seconds_is_a_line_and_a_second_more_is_not():
    assert len(found(trail((0, -300, 0), (300, 300, 0)), target(0, 300))) == 1
    assert len(found(trail((0, -300, 0), (301, 300, 0)), target(0, 301))) == 0


def test_an_untrusted_fix_between_two_trusted_ones_does_not_bend_the_line():
    lbs = trail(
        (0, -300, 0), (60, 0, 4000), (120, 300, 0),
        mechanism=np.array([0, 2, 0], np.uint8),
    )  # fmt: skip
    hits = found(lbs, target(0, 120))
    assert hits.verdict.tolist() == [Verdict.PASSED]
    assert hits.facts.min_path_m[0] == pytest.approx(0)


def test_an_order_that_ends_inside_the_window_ends_the_wearer():
    fixes = trail((0, 300, 0), (60, 0, 0), (120, 0, 0))
    assert found(fixes, target(0, 120), wearer(0, 61)).facts.fixes_inside[0] == 1
    assert len(found(fixes, target(0, 120), wearer(0, 60))) == 0


def test_no_line_leads_out_of_an_order():
    fixes = trail((0, -300, 0), (60, 300, 0))
    assert len(found(fixes, target(0, 60), wearer(0, 60))) == 0


def test_the_luckiest_fix_of_a_stop_does_not_make_a_hit():
    """Sixty fixes 130 m away scatter; one falls at 60 m and proves nothing."""
    rng = np.random.default_rng(3)
    north = 130 + rng.normal(0, 12, 60)
    north[30] = 60
    fixes = trail(*[(60 * i, 0, y) for i, y in enumerate(north)], accuracy_m=60.0)
    hits = found(fixes, target(0, 3600))
    assert hits.verdict.tolist() == [Verdict.PASSED]
    alone = found(trail((1800, 0, 60), (2700, *FAR), accuracy_m=60.0), target(0, 3600))
    assert alone.verdict.tolist() == [Verdict.HIT]


def test_a_stop_over_the_turn_of_the_hour_is_one_on_both_sides():
    points = [(3600 + 60 * i, 0, 0) for i in range(-2, 10)]
    trails_stop = found(trail(*points), target(3400, 3599))
    assert trails_stop.verdict.tolist() == [Verdict.HIT]
    assert trails_stop.facts.fixes_inside.tolist() == [2]


def test_a_stop_that_reaches_over_an_order_speaks_for_no_fix():
    """Other people's fixes are not part of this wearer's observation."""
    points = [(60 * i, 0, 60) for i in range(5)] + [
        (60 * i, 0, 104) for i in range(5, 20)
    ]
    fixes = trail(*points, accuracy_m=30.0)
    assert found(fixes, target(0, 240)).verdict.tolist() == [Verdict.HIT]
    ends = found(fixes, target(0, 240), wearer(0, 241))
    assert ends.rests.probability[0] > 0.9


def test_min_fixes_turns_one_fix_into_a_passing():
    fixes = trail((0, 0, 0), (900, *FAR))
    two = shipped().with_match(min_fixes=2)
    assert found(fixes, target(0, 60), policy=two).verdict.tolist() == [Verdict.PASSED]


def test_a_cell_tower_fix_drawn_on_the_crime_is_no_hit_but_counts_as_inside():
    fixes = trail(
        (0, 0, 0), (900, *FAR), accuracy_m=np.nan, mechanism=np.array([2, 2], np.uint8)
    )
    assert len(found(fixes, target(0, 60))) == 0
    by_distance = found(fixes, target(0, 60), policy=DISTANCE)
    assert by_distance.facts.fixes_inside.tolist() == [1]
    assert by_distance.rests.mechanisms.tolist() == [[0, 0, 1, 0]]


def test_visits_are_runs_of_fixes_inside():
    fixes = trail((0, 0, 0), (60, 10, 0), (120, 500, 0), (180, 0, 0), (240, 500, 0))
    assert found(fixes, target(0, 240)).facts.visits.tolist() == [2]


def test_coverage_is_the_share_of_the_window_under_a_line():
    fixes = trail((0, 0, 0), (60, 0, 0), (120, 0, 0), (720, 0, 0))
    assert found(fixes, target(0, 480)).facts.coverage[0] == pytest.approx(0.25)


def test_dwell_is_what_sampling_every_20_ms_measures():
    rng = np.random.default_rng(11)
    points = [(60 * i, *rng.normal(0, 150, 2)) for i in range(12)]
    hits = found(trail(*points), target(30, 600))
    at = np.arange(30, 600, 0.02) + 0.01
    t, x, y = (np.array(c) for c in zip(*points, strict=True))
    inside = np.hypot(np.interp(at, t, x), np.interp(at, t, y)) <= 100
    assert hits.facts.dwell_s[0] == pytest.approx(inside.sum() * 0.02, abs=0.5)


def test_the_error_of_the_crimes_place_lowers_the_probability():
    fixes = trail((0, 0, 80), (900, *FAR))
    sharp = found(fixes, target(0, 60)).rests.probability[0]
    blurred = found(fixes, target(0, 60, r95_m=80)).rests.probability[0]
    assert blurred < sharp


def test_the_clock_test_says_what_an_hour_changes():
    fixes = trail((0, 0, 0), (60, 0, 0), (900, *FAR))
    assert found(fixes, target(0, 60)).clock_test == ("earlier:none;later:none",)
    stay = trail(*[(60 * i, 0, 0) for i in range(-80, 80)])
    assert found(stay, target(0, 60)).clock_test == ("same",)


def test_places_with_no_number_never_reach_the_matcher():
    with pytest.raises(Exception, match="no finite place"):
        trail((0, np.nan, 0))
    assert np.isfinite([EAST, NORTH]).all()
