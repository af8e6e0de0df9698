"""The Brownian bridge: formula, simulated paths, and what the alibi test forbids."""

import numpy as np
import pytest

from geocorr import arrays, one_fix
from geocorr.arrays import Targets
from geocorr.bridge import Stretches, chance, variance_m2, wander
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, trail

POLICY = shipped()


def stretch(x2=600.0, gap_s=60.0, since_s=30.0, r=(10.0, 10.0), n=1) -> Stretches:
    """A line eastwards from (0, 0), n times over."""
    row = (0.0, 0.0, r[0], x2, 0.0, r[1], gap_s, since_s)
    return Stretches(*(np.full(n, v) for v in row))


def places(x, y, radius_m=100.0) -> Targets:
    """Discs without an error of their own; the window plays no part here."""
    x, y = np.atleast_1d(x).astype(float), np.atleast_1d(y).astype(float)
    window = np.zeros(len(x), np.int64)
    return Targets(x, y, window, window, np.full(len(x), radius_m), np.zeros(len(x)))


def test_the_variance_is_that_of_the_formula():
    of = stretch(since_s=15.0, r=(24.477, 48.954))
    # 60 x 1/4 x 3/4 x 8 + (3/4 x 10)^2 + (1/4 x 20)^2
    assert variance_m2(of, np.array([8.0])) == pytest.approx(90 + 56.25 + 25)
    at_fix = stretch(since_s=0.0, r=(24.477, 48.954))
    assert variance_m2(at_fix, np.array([8.0])) == pytest.approx(100.0)


def test_at_a_fix_it_says_what_the_fix_says():
    of, place = stretch(since_s=0.0), places(80.0, 0.0)
    alone = one_fix.probability(
        np.array([80.0]), np.array([10.0]), np.array([100.0]), np.array([0.0])
    )
    assert chance(of, place, np.array([50.0]), POLICY) == pytest.approx(alone)


def test_the_mode_is_the_speed_of_the_line():
    modes = [int(stretch(x2=x).mode(POLICY.bridge)[0]) for x in (10.0, 60.0, 600.0)]
    assert modes == [0, 1, 2]


def test_simulated_paths_are_where_it_says():
    """20,000 random walks tied at both ends, seen with errors: a frequency."""
    rng = np.random.default_rng(3)
    n, s_m, sigma = 20_000, 4.0, 8.0
    steps = rng.normal(0, s_m, (n, 60, 2))
    path = np.cumsum(steps, axis=1)
    share = np.arange(1, 61)[None, :, None] / 60
    path = path - share * path[:, -1:]
    errors = rng.normal(0, sigma, (n, 2, 2))
    middle = path[:, 29] + (errors[:, 0] + errors[:, 1]) / 2
    of = stretch(r=(sigma * 2.4477,) * 2)
    for off_m in (0.0, 30.0, 60.0):
        said = chance(of, places(300.0, off_m, 40.0), np.array([s_m**2]), POLICY)[0]
        seen = (np.hypot(middle[:, 0], middle[:, 1] - off_m) <= 40.0).mean()
        assert seen == pytest.approx(said, abs=4 * np.sqrt(said * (1 - said) / n))


def walk(s_m: float, n: int = 4_000, device: str = "T1", seed: int = 5):
    """A tag carried east at 10 m/s that wanders, a fix per 30 s with R95 10 m."""
    rng = np.random.default_rng(seed)
    off = np.cumsum(rng.normal(0, s_m * np.sqrt(30.0), (n, 2)), axis=0)
    off += rng.normal(0, 10 / 2.4477, (n, 2))
    t = np.arange(n) * 30.0
    return t, 10.0 * t + off[:, 0], off[:, 1], device


def fixes(*walks):
    t, x, y = (np.concatenate([w[k] for w in walks]) for k in range(3))
    names = [w[3] for w in walks for _ in w[0]]
    at_us = ZERO_US + np.round(t * 1e6).astype(np.int64)
    r95 = np.full(len(t), 10.0, np.float32)
    return arrays.fixes(names, at_us, EAST + x, NORTH + y, accuracy_m=r95)


@pytest.mark.parametrize("gap_s", [30.0, 60.0, 240.0])
def test_leaving_fixes_out_finds_the_wandering(gap_s):
    found = wander(trust(fixes(walk(3.0)), POLICY), gap_s, POLICY)
    assert found[2] == pytest.approx(9.0, rel=0.15)
    assert found[:2].tolist() == [0.0, 0.0]


def test_devices_are_kept_apart():
    one, two = walk(3.0, seed=5), walk(3.0, device="T2", seed=6)
    both = wander(trust(fixes(one, two), POLICY), 60.0, POLICY)
    each = [wander(trust(fixes(w), POLICY), 60.0, POLICY) for w in (one, two)]
    assert min(e[2] for e in each) <= both[2] <= max(e[2] for e in each)


def test_errors_alone_are_no_wandering():
    still = trail(*[(60 * i, 0, 0) for i in range(30)])
    assert wander(trust(still, POLICY), 60.0, POLICY).tolist() == [0.0, 0.0, 0.0]
    one = trail((0, 0, 0))
    assert wander(trust(one, POLICY), 60.0, POLICY).tolist() == [0.0, 0.0, 0.0]


def test_what_no_path_reaches_has_no_chance():
    """300 m to the side at mid-gap: 30 s at 35 m/s, but 600 m must be gone as well."""
    of, wild = stretch(x2=1900.0, n=2), np.full(2, 1e4)
    near, far = chance(of, places([950.0, 950.0], [0.0, 700.0]), wild, POLICY)
    assert near > 0.0
    assert far == 0.0


def test_a_pair_too_fast_for_the_top_speed_forbids_nothing():
    of = stretch(x2=5_000.0)
    assert chance(of, places(2_500.0, 0.0), np.zeros(1), POLICY)[0] == 1.0
