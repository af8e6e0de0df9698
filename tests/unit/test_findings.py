"""What a hit says in words: of the tag, with the observation that P is of."""

import numpy as np

from geocorr import findings
from geocorr.model import from_us
from geocorr.policy import overlay
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, found, target, trail, wearer


def sentence(fixes, window=(0, 60), policy=None) -> str:
    policy = policy or shipped()
    crime = findings.Offence(
        "Gwent", "GWP20260310", "A/1", "RB", from_us(ZERO_US), from_us(ZERO_US),
        EAST, NORTH,
    )  # fmt: skip
    hits = found(fixes, target(*window), policy=policy)
    trails = trust(fixes, policy)
    (row,) = findings.rows(hits, [crime], wearer(), trails, policy, "0")
    return row.because


def test_a_hit_names_its_most_accurate_observation_and_its_time():
    """Three fixes, the second the best: P is that one's, not the luckiest's."""
    fixes = trail((0, 0, 0), (30, 60, 0), (60, 0, 0), accuracy_m=[30.0, 10.0, 30.0])
    assert sentence(fixes) == (
        "3 fixes of the tag in the window are more likely than not to lie "
        "within 100 m of the place (the most accurate observation, at 2026-03-10 "
        "10:00:30+00:00, lies there with probability 1.00)."
    )


def test_a_passing_says_how_near_the_line_comes():
    assert sentence(trail((0, -300, 30), (60, 300, 30))) == (
        "No fix counts as within 100 m of the place, but in the window the "
        "straight line between two fixes at most 300 s apart, which is not a sighting, "
        "comes as near as 30 m."
    )


def test_a_hit_says_that_its_accuracy_was_assumed():
    told = sentence(trail((0, 0, 0), (30, 60, 0), accuracy_m=np.nan))
    assert told.endswith(
        "lies there with probability 1.00, its accuracy being assumed, not stated)."
    )
    better = trail((0, 0, 0), (30, 60, 0), accuracy_m=np.array([np.nan, 10.0]))
    assert "assumed" not in sentence(better)
    declared = overlay(shipped(), {"feed": {"accuracy_m": 10.0}})
    assert "assumed" not in sentence(
        trail((0, 0, 0), accuracy_m=np.nan), policy=declared
    )


def test_a_passing_says_that_the_accuracy_of_its_ends_was_assumed():
    by = trail((0, -300, 30), (60, 300, 30), accuracy_m=np.array([10.0, np.nan]))
    assert sentence(by).endswith(
        "comes as near as 30 m (the accuracy of these fixes is assumed, not stated)."
    )


def test_a_stop_of_which_one_accuracy_was_assumed_says_so():
    accuracy = np.full(10, 20.0)
    accuracy[1] = np.nan
    told = sentence(trail(*[(60 * i, 0, 0) for i in range(10)], accuracy_m=accuracy))
    assert "assumed" in told


def test_too_few_fixes_say_what_a_hit_takes():
    two = shipped().with_match(min_fixes=2)
    told = sentence(trail((0, 0, 0), (900, 5000, 0)), policy=two)
    assert told.startswith("Only 1 fix of the tag came within 100 m of the place")
    assert told.endswith("; a hit takes 2.")
