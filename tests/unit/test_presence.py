"""HANTS-GPS-4: possible, open or ruled out, and how fast the tag would have to move."""

from dataclasses import replace

import numpy as np
import pytest

from geocorr import orders
from geocorr.model import Verdict
from geocorr.policy import overlay
from geocorr.presence import everyone, presences
from geocorr.trust import OffSpell, trust
from geocorr.verdict import By, excuse
from loaders.policy import shipped
from tests.unit.trail import ZERO_US, target, trail, wearer

MINUTES = [(60 * i, 3000, 0) for i in range(-10, 11)]


def asked(fixes, targets, wearers=None, policy=None, off=None):
    policy, wearers = policy or shipped(), wearers or wearer()
    trails = trust(fixes, policy, off)
    found = presences(trails, wearers, targets, everyone(targets, wearers), policy)
    assert len(found) == 1
    return found[0]


def test_a_tag_three_kilometres_away_all_the_time_is_ruled_out():
    found = asked(trail(*MINUTES), target(0, 60))
    assert found.verdict is Verdict.RULED_OUT
    # Out and back within a minute: 2 x (3000 - 100 - 15.2) m in 60 s.
    assert found.required_speed_kmh == pytest.approx(2 * 2884.8 / 60 * 3.6, abs=0.1)
    assert found.margin_m == pytest.approx(3000 - 15.2 - 30 * 35 - 100, abs=1)
    assert (found.coverage, found.uncovered) == (1.0, ())
    assert "would at some point have had to move at 346 km/h" in found.because
    assert " he " not in found.because


def test_a_tag_that_could_have_come_by_is_possible():
    fixes = trail(*[(60 * i, 900, 0) for i in range(-10, 11)])
    found = asked(fixes, target(0, 60))
    assert found.verdict is Verdict.POSSIBLE
    assert found.required_speed_kmh == pytest.approx(2 * 784.8 / 60 * 3.6, abs=0.1)


def test_a_ten_hour_gap_may_still_rule_out_someone_800_km_away():
    fixes = trail((-18_000, 800_000, 0), (18_000, 800_000, 0))
    found = asked(fixes, target(0, 60))
    assert found.verdict is Verdict.RULED_OUT
    assert found.coverage == 0.0
    assert [u.why for u in found.uncovered] == ["gap"]


def test_no_fix_is_never_not_there():
    before = trail((-60_000, 800_000, 0), (-59_940, 800_000, 0))
    found = asked(before, target(0, 60))
    assert found.verdict is Verdict.NO_DATA
    assert found.required_speed_kmh is None
    assert [u.why for u in found.uncovered] == ["after the last fix"]


def test_an_open_end_within_reach_is_possible():
    fixes = trail((-660, 10_000, 0), (-600, 10_000, 0))
    assert asked(fixes, target(0, 60)).verdict is Verdict.POSSIBLE
    far = trail((-660, 60_000, 0), (-600, 60_000, 0))
    assert asked(far, target(0, 60)).verdict is Verdict.NO_DATA


def test_an_assumed_accuracy_proves_nobody_absent():
    fixes = trail(*[(t, 300_000, y) for t, _, y in MINUTES], accuracy_m=np.nan)
    assert asked(fixes, target(0, 60)).verdict is Verdict.NO_DATA


def test_what_the_feed_declares_may_exclude():
    fixes = trail(*[(t, 300_000, y) for t, _, y in MINUTES], accuracy_m=np.nan)
    declared = overlay(shipped(), {"feed": {"accuracy_m": 12.0}})
    assert asked(fixes, target(0, 60), policy=declared).verdict is Verdict.RULED_OUT


def test_an_exclusion_says_whether_tampering_is_known():
    told = asked(trail(*MINUTES), target(0, 60)).because
    assert told.endswith(
        "in a straight line. No tag is taken to move faster than 126 km/h. Tamper "
        "state not known: no reports of strap or battery were given."
    )
    assert "amper" not in asked(trail(*MINUTES), target(0, 60), off=()).because
    near = trail(*[(60 * i, 900, 0) for i in range(-10, 11)])
    assert "amper" not in asked(near, target(0, 60)).because


def test_a_hit_of_assumed_accuracy_says_so():
    here = [(t, 0, 0) for t, _, _ in MINUTES]
    assert "assumed" in asked(trail(*here, accuracy_m=np.nan), target(0, 60)).because
    assert "assumed" not in asked(trail(*here), target(0, 60)).because


def test_an_order_that_ends_in_the_window_leaves_it_open():
    fixes = trail(*[(t, 300_000, y) for t, _, y in MINUTES])
    found = asked(fixes, target(0, 60), wearer(-600, 30))
    assert found.verdict is Verdict.NO_DATA
    assert [u.why for u in found.uncovered] == ["after the last fix", "no order"]


def test_a_strap_that_was_open_excludes_nobody():
    off = [OffSpell("T1", ZERO_US - 10**12, ZERO_US + 10**12)]
    found = asked(
        trail(*[(t, 300_000, y) for t, _, y in MINUTES]), target(0, 60), off=off
    )
    assert found.verdict is Verdict.NO_DATA
    assert "strap open" in found.uncovered[0].why


def test_a_cell_tower_fix_on_the_crime_leaves_it_possible():
    """R95 300 m right on the place: P = 0.28, though GPS says 300 km away."""
    points = [(t, 300_000, y) for t, _, y in MINUTES]
    mechanism = np.zeros(len(points) + 1, np.uint8)
    mechanism[11] = 2
    accuracy = np.full(len(points) + 1, 10.0)
    accuracy[11] = 300.0
    points.insert(11, (30, 0, 0))
    found = asked(
        trail(*points, accuracy_m=accuracy, mechanism=mechanism), target(0, 60)
    )
    assert found.verdict is Verdict.POSSIBLE
    # Not as if that speed were needed: the cell tower's fix may be the true one.
    assert ". Where trusted fixes enclose that time, it would" in found.because


def test_what_asks_for_no_speed_says_so_instead_of_naming_none():
    said = excuse(Verdict.POSSIBLE, 0.3, "there", "then", By.ENCLOSED)
    assert said == (
        "The tag may have been there then. Where trusted fixes enclose that time, the "
        "errors of its fixes and less than 1 km/h are enough."
    )
    assert excuse(Verdict.POSSIBLE, 0.0, "there", "then", By.FIX) == (
        "The tag may have been there then: a fix that is coarse or not trusted may lie "
        "there, at no speed at all."
    )


def test_an_open_part_names_the_speed_of_its_nearest_fix():
    """9,885 m beyond its error and the radius, from ten minutes before to the end."""
    stood = trail(*[(60 * i, 10_000, 0) for i in range(-60, -9)])
    found = asked(stood, target(0, 60))
    assert found.verdict is Verdict.POSSIBLE
    assert found.required_speed_kmh == pytest.approx(9_884.8 / 660 * 3.6, abs=0.1)
    assert found.because.endswith(
        ". Part of that time is open: from or to a trusted fix near it, it would at "
        "some point have had to move at 54 km/h or more, in a straight line."
    )


def test_the_fix_after_an_open_part_may_ask_for_less():
    after = trail(*[(60 * i, 3_000, 0) for i in range(10, 20)])
    found = asked(after, target(0, 60))
    assert found.required_speed_kmh == pytest.approx(2_884.8 / 600 * 3.6, abs=0.1)
    near = trail(*[(60 * i, 90, 0) for i in range(10, 20)], accuracy_m=99.0)
    assert asked(near, target(0, 60)).required_speed_kmh == 0.0


def test_what_only_an_older_fix_leaves_possible_asks_for_no_more_than_top_speed():
    """From ten minutes before, 60 km would take 327 km/h; from an hour before, less."""
    stood = trail(*[(60 * i, 60_000, 0) for i in range(-100, -9)])
    found = asked(stood, target(0, 60))
    assert found.verdict is Verdict.POSSIBLE
    assert found.required_speed_kmh == 126.0


def test_a_coarse_fix_alone_asks_for_no_speed():
    tower = trail((30, 0, 0), accuracy_m=300.0, mechanism=np.array([2], np.uint8))
    found = asked(tower, target(0, 60))
    assert (found.verdict, found.required_speed_kmh) == (Verdict.POSSIBLE, 0.0)
    assert "coarse or not trusted" in found.because


def test_an_enclosed_window_may_ask_for_less_than_an_open_part():
    """The least of both counts: no `possible` is without a speed."""
    fixes = trail(*[(60 * i, 900, 0) for i in range(-10, 2)])
    found = asked(fixes, target(0, 600))
    assert found.verdict is Verdict.POSSIBLE
    assert found.required_speed_kmh == pytest.approx(784.8 / 540 * 3.6, abs=0.1)


@pytest.mark.parametrize(("x", "word"), [(0, "possible"), (100_000, "no_data")])
def test_two_tags_on_one_identifier_rule_nothing_out_and_are_told(x, word):
    points = [(60 * i, 300_000 * (i % 2) + x, 0) for i in range(-20, 20)]
    found = asked(trail(*points), target(30, 90))
    assert found.verdict == word
    assert "in two places at once" in found.because
    assert found.because.endswith("nothing can be ruled out.")
    one = asked(trail(*[(60 * i, x, 0) for i in range(-20, 20, 9)]), target(30, 90))
    assert "two places" not in one.because


def test_a_moment_at_a_far_fix_is_impossible_at_any_speed():
    found = asked(trail(*MINUTES), target(0, 0))
    assert found.verdict is Verdict.RULED_OUT
    assert found.required_speed_kmh is None
    assert "no speed would have been enough" in found.because


def test_fixes_too_far_apart_for_any_car_exclude_nobody():
    """Nobody can tell which is wrong: that stretch is not bracketed."""
    fixes = trail((-600, 300_000, 0), (0, 300_000, 0), (600, 400_000, 0))
    assert asked(fixes, target(100, 200)).verdict is Verdict.NO_DATA


def test_a_poor_fix_between_two_good_ones_does_not_loosen_the_proof():
    good = trail((-60, 2400, 0), (60, 2400, 0))
    poor = trail(
        (-60, 2400, 0), (0, 2350, 0), (60, 2400, 0),
        accuracy_m=np.array([10.0, 95.0, 10.0]),
    )  # fmt: skip
    window = target(-30, 30)
    with_poor = asked(poor, window)
    assert with_poor.required_speed_kmh >= asked(good, window).required_speed_kmh


def test_the_top_speed_is_never_under_what_the_tag_itself_drove():
    """1,500 m out and back in a minute takes 170 km/h; this tag was driven at 215."""
    idle = [(60 * i, 0, 0) for i in range(-4, 11)]
    driven = [(60 * i, 3600 * (i + 4), 0) for i in range(-10, -4)]
    window = target(0, 60, x=1500)
    assert asked(trail(*idle), window).verdict is Verdict.RULED_OUT
    assert asked(trail(*driven, *idle), window).verdict is Verdict.POSSIBLE


def test_an_asked_top_speed_below_the_tags_own_gives_way_to_it_and_says_so():
    driven = [(60 * i, 3600 * (i + 4), 0) for i in range(-10, -4)]
    idle = [(60 * i, 0, 0) for i in range(-4, 11)]
    slow, window = shipped().with_top_speed(5.0), target(0, 60, x=1500)
    found = asked(trail(*driven, *idle), window, policy=slow)
    assert found.verdict is Verdict.POSSIBLE
    assert (
        "The tag's own movement about that time, with room for more, makes 322 km/h "
        "its top speed here, not 18 km/h."
    ) in found.because
    assert "own movement" not in asked(trail(*idle), window, policy=slow).because


def test_a_tag_that_averaged_a_speed_may_have_been_faster_on_the_way():
    """2,040 m in a minute, 33 m/s net of errors: no straight line need hold it."""
    drive = trail(*[(60 * i, 2_040 * i, 0) for i in range(-3, 5)])
    off_the_line = target(25, 35, x=1_020, y=700)
    choice = shipped().alibi
    bare = replace(shipped(), alibi=replace(choice, own_speed_factor=1.0))
    assert asked(drive, off_the_line, policy=bare).verdict is Verdict.RULED_OUT
    assert asked(drive, off_the_line).verdict is Verdict.POSSIBLE


def test_a_target_has_its_own_top_speed():
    """1,500 m out and back in a minute takes 170 km/h."""
    fixes = trail(*[(60 * i, 0, 0) for i in range(-10, 11)])
    window = target(0, 60, x=1500)
    fast = replace(window, top_speed_m_s=np.array([60.0]))
    assert asked(fixes, window).verdict is Verdict.RULED_OUT
    assert asked(fixes, fast).verdict is Verdict.POSSIBLE


def test_a_hit_is_a_hit_and_a_passing_a_passing():
    here = trail(*[(t, 0, 0) for t, _, _ in MINUTES])
    assert asked(here, target(0, 60)).verdict is Verdict.HIT
    by = trail((0, -300, 30), (60, 300, 30))
    assert asked(by, target(0, 60)).verdict is Verdict.PASSED


def test_everyone_is_every_pair():
    pairs = everyone(target(0, 60), orders.every_device(["A", "B", "C"]))
    assert pairs.wearer.tolist() == [0, 1, 2]


def test_faster_never_turns_possible_into_ruled_out():
    rng = np.random.default_rng(2)
    for _ in range(150):
        points = [(60 * i, *rng.normal(0, 1500, 2)) for i in range(10)]
        fixes, window = trail(*points), target(130, 400, x=1200)
        slow, fast = (
            replace(shipped(), alibi=replace(shipped().alibi, top_speed_m_s=v))
            for v in (30.0, 60.0)
        )
        if asked(fixes, window, policy=slow).verdict is Verdict.POSSIBLE:
            assert asked(fixes, window, policy=fast).verdict is not Verdict.RULED_OUT


def test_nobody_who_was_there_is_ever_ruled_out():
    """Truth by hiding: dense true paths, seen once a minute with honest errors."""
    rng = np.random.default_rng(12)
    there = 0
    for _ in range(400):
        t = np.arange(0, 1800)
        pace = np.repeat(rng.choice([0, 2, 15, 30], 30), 60)
        heading = np.cumsum(rng.normal(0, 0.02, 1800))
        x, y = np.cumsum(pace * np.cos(heading)), np.cumsum(pace * np.sin(heading))
        seen = np.arange(0, 1800, int(rng.choice([60, 120, 400])))
        r95 = float(rng.choice([8, 20, 60]))
        angle = rng.uniform(0, 2 * np.pi, len(seen))
        off = rng.uniform(0, 1.5 * r95, len(seen))
        points = zip(
            t[seen], x[seen] + off * np.cos(angle), y[seen] + off * np.sin(angle),
            strict=True,
        )  # fmt: skip
        at = int(rng.integers(0, 1700))
        place = {"x": x[at] + rng.normal(0, 200), "y": y[at] + rng.normal(0, 200)}
        window = slice(max(at - 60, 0), at + 60)
        near = np.hypot(x[window] - place["x"], y[window] - place["y"]).min() <= 100
        found = asked(
            trail(*points, accuracy_m=r95), target(max(at - 60, 0), at + 59, **place)
        )
        there += int(near)
        assert not (near and found.verdict is Verdict.RULED_OUT)
    assert there > 100
