"""WMP-6.4. The Central IOM Development Team gives 250, 500 or 1000 to transfers in and
to others in need of case management who do not score (MAPPA, MARAC)."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from geocorr.errors import ConflictError, InputError
from geocorr.scoring.manual import (
    Ground,
    ManualScore,
    check_may_be_given,
    explained,
    final_scores,
)
from geocorr.scoring.weights import POINT
from tests.unit.scored import CHOICES

GIVEN = ManualScore("N1", 500, date(2026, 3, 2), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("points", "may_be"),
    [(250, True), (500, True), (1000, True), (0, False), (300, False), (2000, False)],
)
def test_it_is_250_500_or_1000(points: int, may_be: bool) -> None:
    """WMP-6.4."""
    score = replace(GIVEN, points=points)
    if may_be:
        check_may_be_given(score, 0, None, CHOICES)
    else:
        with pytest.raises(InputError, match="one of 250, 500, 1000"):
            check_may_be_given(score, 0, None, CHOICES)


def test_it_is_given_on_named_grounds() -> None:
    """WMP-6.4."""
    assert {"transfer_in", "mappa", "marac"} < set(Ground)


@pytest.mark.parametrize(
    ("computed", "may_be"), [(0.0, True), (249.999999, True), (250.0, False)]
)
def test_it_is_for_those_who_do_not_score(computed: float, may_be: bool) -> None:
    """WMP-6.4. Under 250, to the last digit."""
    micropoints = round(computed * POINT)
    if may_be:
        check_may_be_given(GIVEN, micropoints, None, CHOICES)
    else:
        with pytest.raises(ConflictError, match="for those under 250"):
            check_may_be_given(GIVEN, micropoints, None, CHOICES)


def test_there_is_one_at_a_time() -> None:
    """WMP-6.4. An ended one is no hindrance."""
    with pytest.raises(ConflictError, match="review or end that one first"):
        check_may_be_given(GIVEN, 0, GIVEN, CHOICES)
    check_may_be_given(GIVEN, 0, replace(GIVEN, ended_on=GIVEN.given_on), CHOICES)


@pytest.mark.parametrize(
    ("due", "may_be"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 9, 2), True),
        (date(2026, 9, 3), False),
    ],
)
def test_its_review_is_due_within_six_months(due: date, may_be: bool) -> None:
    """WMP-6.4. The six months are a choice."""
    score = replace(GIVEN, review_due=due)
    if may_be:
        check_may_be_given(score, 0, None, CHOICES)
    else:
        with pytest.raises(InputError, match="Give a review date from 2026-03-02"):
            check_may_be_given(score, 0, None, CHOICES)


@pytest.mark.parametrize(
    ("day", "ended_on", "stands"),
    [
        (date(2026, 3, 1), None, False),
        (date(2026, 3, 2), None, True),
        (date(2026, 6, 1), None, True),
        # Its review passed without a word.
        (date(2026, 6, 2), None, False),
        (date(2026, 4, 1), date(2026, 4, 2), True),
        (date(2026, 4, 2), date(2026, 4, 2), False),
    ],
)
def test_until_when_it_stands(day: date, ended_on: date | None, stands: bool) -> None:
    """WMP-6.4."""
    score = replace(GIVEN, ended_on=ended_on)
    assert score.stands_on(day) is stands
    assert explained(score, day, 0).value is stands


@pytest.mark.parametrize(
    ("computed", "final", "overtaken"),
    [
        (0, 500, False),
        (300, 500, False),
        (500, 500, False),
        (500.000001, 500.000001, True),
    ],
)
def test_the_computed_score_overtakes_it(computed, final, overtaken) -> None:
    """WMP-6.4. The larger holds; one that is overtaken ends."""
    micropoints = np.array([round(computed * POINT)])
    held, over = final_scores(micropoints, np.array([500 * POINT]))
    assert held.tolist() == [round(final * POINT)]
    assert over.tolist() == [overtaken]
    told = explained(GIVEN, date(2026, 4, 1), int(micropoints[0]))
    assert told.value is not overtaken
    assert told.rules == ("WMP-6.4",)
