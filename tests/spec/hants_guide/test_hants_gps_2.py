"""HANTS-GPS-2. Police send daily crime data to a central processing team; crime data
is overlaid with tag data."""

from tests.unit.trail import found, target, trail


def test_a_crime_is_laid_over_the_trails_of_its_time() -> None:
    """HANTS-GPS-2. The same place an hour earlier says nothing of this crime."""
    crime = target(from_s=0, to_s=3_600)
    there = trail((600, 0, 0), (660, 0, 0))
    too_early = trail((-3_600, 0, 0), (-3_540, 0, 0))
    assert found(there, crime).verdict.tolist() == ["hit"]
    assert len(found(too_early, crime)) == 0


def test_the_window_is_closed_at_both_ends() -> None:
    """HANTS-GPS-2. A fix at the very first or last instant counts."""
    for instant in (0, 3_600):
        assert len(found(trail((instant, 0, 0)), target(from_s=0, to_s=3_600))) == 1
    assert len(found(trail((3_601, 0, 0)), target(from_s=0, to_s=3_600))) == 0
