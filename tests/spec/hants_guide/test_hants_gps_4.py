"""HANTS-GPS-4. The force reviews the subject's movements to rule the subject in or
out: for that it is given all that the finding rests on, and all that it does not."""

import pytest

from geocorr.model import Verdict
from tests.unit.trail import found, target, trail


def test_there_are_five_findings_and_none_of_them_is_a_decision() -> None:
    """HANTS-GPS-4. The officer's decision has words of its own."""
    words = {verdict.value for verdict in Verdict}
    assert words == {"hit", "passed", "possible", "no_data", "ruled_out"}
    assert not words & {"ruled_in", "needs_more"}


@pytest.mark.parametrize(
    ("minutes", "share"), [(range(0, 61), 1.0), (range(15, 46), 0.5), ([30], 0.0)]
)
def test_coverage_says_what_the_trail_does_not_show(
    minutes: range, share: float
) -> None:
    """HANTS-GPS-4. The share of the crime's hour that lies under the trail."""
    fixes = trail(*((60 * minute, 0, 0) for minute in minutes))
    told = found(fixes, target(0, 3_600)).facts.coverage
    assert told.tolist() == pytest.approx([share])


def test_the_movements_are_told_as_visits_times_and_nearest_approach() -> None:
    """HANTS-GPS-4. Came at 10, left, came back at 30."""
    stays = [(60 * m, 0 if m in (10, 11, 30) else 400, 0) for m in range(8, 34)]
    facts = found(trail(*stays), target(0, 3_600)).facts
    assert (facts.visits[0], facts.fixes_inside[0]) == (2, 3)
    assert facts.last_inside_us[0] - facts.first_inside_us[0] == 20 * 60 * 1_000_000
    assert facts.min_fix_m[0] == 0


def test_a_clock_that_is_an_hour_out_is_told() -> None:
    """HANTS-GPS-4. Would it still be a hit if the crime's times had slipped?"""
    an_hour = trail((600, 0, 0), (660, 0, 0))
    for_hours = trail(*((60 * m, 0, 0) for m in range(-70, 140)))
    asked = target(0, 3_600)
    assert found(an_hour, asked).clock_test == ("earlier:none;later:none",)
    assert found(for_hours, asked).clock_test == ("same",)
