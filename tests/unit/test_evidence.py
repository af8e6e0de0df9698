"""The evidence finds what is planted, and counts it right."""

import numpy as np
import pytest
from scipy.stats import binomtest

from geocorr.arrays import US_PER_S
from loaders.policy import shipped
from tests.bench import evidence_calibration as calibrating
from tests.bench import evidence_hiding as hiding
from tests.unit.trail import ZERO_US, trail

POLICY = shipped()


def odd_minutes_hidden(fixes):
    return (fixes.t_us - ZERO_US) // (60 * US_PER_S) % 4 < 2


def walked(**off):
    """An hour at 1 m/s, a fix a minute; `off` puts single minutes elsewhere."""
    places = {int(k[1:]): v for k, v in off.items()}
    return trail(
        *[(60 * i, *places.get(i, (60.0 * i, 0.0))) for i in range(60)], accuracy_m=10.0
    )


def wrong(fixes, kind: str) -> list[int]:
    left, hidden = hiding.hide(fixes, odd_minutes_hidden, POLICY)
    targets = hiding.places(hidden, kind, POLICY)
    out, bracketed = hiding.excluded(left, hidden, targets, POLICY)
    assert bracketed.all()
    return ((hidden.t_us[out] - ZERO_US) // (60 * US_PER_S)).tolist()


def test_on_an_honest_trail_no_hidden_fix_is_called_impossible():
    assert wrong(walked(), "sure") == []
    assert wrong(walked(), "rim") == []


def test_hidden_fixes_farther_off_than_any_speed_are_found():
    """3,900 m to the side within a minute, there for another, and back."""
    off = walked(m30=(1_800.0, 3_900.0), m31=(1_860.0, 3_900.0))
    assert wrong(off, "sure") == [30, 31]


def test_places_far_off_are_ruled_out_where_the_gap_is_short():
    fixes = walked()
    left, hidden = hiding.hide(fixes, odd_minutes_hidden, POLICY)
    far = hiding.places(hidden, "far", POLICY)
    d = np.hypot(far.x_m - hidden.x_m, far.y_m - hidden.y_m)
    assert d == pytest.approx(3_000.0)
    assert hiding.excluded(left, hidden, far, POLICY)[0].all()


def test_a_sure_place_holds_the_whole_circle_of_the_hidden_fix():
    _, hidden = hiding.hide(walked(), odd_minutes_hidden, POLICY)
    sure = hiding.places(hidden, "sure", POLICY)
    d = np.hypot(sure.x_m - hidden.x_m, sure.y_m - hidden.y_m)
    assert (sure.radius_m >= d + 1.52 * hidden.r95_m).all()


@pytest.mark.parametrize(("errors", "cases"), [(0, 50), (3, 400), (50, 50)])
def test_the_interval_is_that_of_clopper_and_pearson(errors, cases):
    exact = binomtest(errors, cases).proportion_ci(method="exact")
    assert hiding.interval(errors, cases) == pytest.approx((exact.low, exact.high))


def test_a_reliability_table_counts_what_was_so():
    said = np.array([0.0, 0.45, 0.45, 0.45, 0.45, 1.0])
    was = np.array([False, True, False, False, False, True])
    table = calibrating.calibration(said, was)
    assert [(b.n, b.predicted, b.seen) for b in table.bins] == [
        (1, 0.0, 0.0),
        (4, pytest.approx(0.45), 0.25),
        (1, 1.0, 1.0),
    ]
    assert table.brier == pytest.approx((0.55**2 + 3 * 0.45**2) / 6)


def test_honest_probabilities_lie_on_the_diagonal():
    rng = np.random.default_rng(4)
    said = rng.random(50_000)
    table = calibrating.calibration(said, rng.random(50_000) < said)
    for b in table.bins:
        assert b.seen == pytest.approx(b.predicted, abs=4 / np.sqrt(b.n))
