"""HANTS-GPS-3. The central team notifies the force of hits: a subject was in the
vicinity of a crime."""

import pytest

from geocorr.arrays import Fixes
from geocorr.policy import Policy
from geocorr.verdict import explain
from loaders.policy import shipped
from tests.unit.trail import found, target, trail

BY_DISTANCE = shipped().with_match(rule="distance")


def verdict(fixes: Fixes, policy: Policy | None = None) -> str:
    """What is told of one crime at (0, 0) between 0 and 3600 s; "" is nothing."""
    told = found(fixes, target(from_s=0, to_s=3_600), policy=policy).verdict.tolist()
    return str(told[0]) if told else ""


@pytest.mark.parametrize(
    ("metres", "told"), [(0, "hit"), (99.9, "hit"), (100, "hit"), (100.1, "")]
)
def test_the_vicinity_is_a_hundred_metres_by_distance(metres: float, told: str) -> None:
    """HANTS-GPS-3. Its edge belongs to it."""
    assert verdict(trail((600, metres, 0)), BY_DISTANCE) == told


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "told"),
    [
        (80, 50, "hit"),  # P = 0.81
        (120, 50, ""),  # P = 0.14
        (0, 300, ""),  # P = 0.28: drawn on the spot, and yet more likely elsewhere
        (90, 10, "hit"),
    ],
)
def test_a_hit_is_more_likely_than_not(
    metres: float, accuracy_m: float, told: str
) -> None:
    """HANTS-GPS-3. A coarse fix on the spot says less than a good one beside it."""
    assert verdict(trail((600, metres, 0), accuracy_m=accuracy_m)) == told


def test_who_drives_past_between_two_fixes_passed() -> None:
    """HANTS-GPS-3. No fix lies inside, but the line between two does."""
    assert verdict(trail((600, -500, 20), (660, 500, 20))) == "passed"


def test_a_line_over_a_long_gap_is_no_line() -> None:
    """HANTS-GPS-3. Five minutes at most: beyond that nobody knows the way taken."""
    assert verdict(trail((600, -500, 20), (900, 500, 20))) == "passed"
    assert verdict(trail((600, -500, 20), (901, 500, 20))) == ""


def test_fewer_fixes_than_asked_for_are_a_passing() -> None:
    """HANTS-GPS-3. The national hub asks for two."""
    two = BY_DISTANCE.with_match(min_fixes=2)
    assert verdict(trail((600, 0, 0)), two) == "passed"
    assert verdict(trail((600, 0, 0), (1_200, 0, 0)), two) == "hit"


def test_the_sentence_speaks_of_the_tag_and_never_of_the_person() -> None:
    """HANTS-GPS-3. Being near a crime is not an offence."""
    for word, counting in (("hit", 3), ("passed", 0), ("passed", 1)):
        told = explain(word, counting, 12.0, 100.0, shipped())
        words = set(told.lower().replace(".", "").split())
        assert not words & {"he", "she", "offender", "suspect", "wearer", "guilty"}
        assert "100 m" in told or "12 m" in told
