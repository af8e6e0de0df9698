"""WMP-5.9-DECAY. "The score is designed to degrade automatically across a rolling two
year time period."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geocorr.scoring.columns import columns
from geocorr.scoring.decay import fading
from geocorr.scoring.score import scores
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import CHOICES, told

WEIGHTS = weight_set(("crimes", "34", "", 400))


@pytest.mark.parametrize(
    ("day", "points"),
    [
        (date(2025, 3, 3), 400 * POINT),
        (date(2025, 3, 4), 400 * POINT * 729 // 730),
        (date(2026, 3, 3), 200 * POINT),
        (date(2027, 3, 2), 400 * POINT // 730),
        (date(2027, 3, 3), 0),
    ],
)
def test_a_robbery_fades_in_a_straight_line(day: date, points: int) -> None:
    """WMP-5.9-DECAY. Of 3 March 2025, weighing 400.

    | day | score |
    | --- | --- |
    | 3 March 2025 | 400 |
    | a day later | 400 x 729 / 730 |
    | a year later | 200 |
    | the day before two years | 400 x 1 / 730 |
    | two calendar years later | 0 |
    """
    assert told(WEIGHTS, entry(event_on=date(2025, 3, 3)), day=day).computed == points


def test_calendar_years_and_leap_days() -> None:
    """WMP-5.9-DECAY. A 29 February ends on 1 March two years later: 731 days."""
    leap = entry(event_on=date(2024, 2, 29))
    assert told(WEIGHTS, leap, day=date(2026, 2, 28)).computed == 400 * POINT // 731
    assert told(WEIGHTS, leap, day=date(2026, 3, 1)).computed == 0


def test_the_sentence_says_how_much_is_left() -> None:
    """WMP-5.9-DECAY. As an officer reads it."""
    (line,) = told(
        WEIGHTS, entry(event_on=date(2025, 3, 3)), day=date(2025, 12, 7)
    ).lines
    assert line.text == "crimes 34B on 3 March 2025: 400 x 0.62 = 247.12"


def test_a_force_may_choose_steps_or_half_lives() -> None:
    """WMP-5.9-DECAY. Both end after two years, and neither ever rises."""
    robbery, _ = columns([entry(event_on=date(2025, 3, 3))], ())
    for decay, later in {"step": 200, "exponential": 99.619}.items():
        choices = replace(CHOICES, decay=decay)
        day = date(2026, 3, 3)
        (score,) = scores(robbery, day, WEIGHTS, choices).micropoints
        assert score / POINT == pytest.approx(later, abs=0.01)
        shares = fading(day, choices).left / fading(day, choices).whole
        assert (shares[1:] <= shares[:-1]).all()
        gone = day + timedelta(365)
        assert len(scores(robbery, gone, WEIGHTS, choices).micropoints) == 0
