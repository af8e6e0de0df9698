"""The space-time prism against dense sampling and against its own closed form."""

import numpy as np
import pytest

from geocorr.prism import (
    Bracket,
    enough_speed,
    least_speed,
    lens_distance,
    nearest_m,
    required_speed,
    within_m,
)


def bracket(p1, p2, e=(10.0, 10.0), long=60.0, part=None) -> Bracket:
    """Fixes at p1 and p2 as a target at the origin sees them."""
    p1, p2 = np.array(p1, float), np.array(p2, float)
    begin, end = part or (0.0, long)
    distances = (np.hypot(*p1), np.hypot(*p2), np.hypot(*(p1 - p2)))
    return Bracket(*map(float, distances), *e, long, begin, end)


def random_brackets(n: int, seed: int):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        p1, p2 = rng.normal(0, rng.choice([200, 2000, 20_000]), (2, 2))
        long = float(rng.choice([0, 30, 60, 300, 3600]))
        a, b = np.sort(rng.uniform(0, long, 2))
        if rng.random() < 0.2:
            b = a
        e = rng.uniform(1, 150, 2)
        v = float(rng.uniform(0.5, 60))
        yield p1, p2, bracket(p1, p2, tuple(e), long, (float(a), float(b))), v


def sampled_m(p1, p2, b: Bracket, v: float, rng) -> float:
    """Nearest point found by throwing points into the prism; inf if none lies in it."""
    t = rng.uniform(b.begin, b.end, 3000) if b.end > b.begin else np.full(3000, b.begin)
    # Half thrown round the first fix, half straight towards the target.
    r1, r2 = b.e1 + v * t, b.e2 + v * (b.long - t)
    angle, far = rng.uniform(0, 2 * np.pi, 3000), r1 * np.sqrt(rng.uniform(0, 1, 3000))
    x, y = p1[0] + far * np.cos(angle), p1[1] + far * np.sin(angle)
    inside = np.hypot(x - p2[0], y - p2[1]) <= r2
    return float(np.hypot(x, y)[inside].min(initial=np.inf))


def test_no_sampled_place_is_nearer_than_the_closed_form_says():
    """10,000 random cases: never a false "ruled out"."""
    rng = np.random.default_rng(5)
    worst = 0.0
    for p1, p2, b, v in random_brackets(10_000, 4):
        worst = max(worst, nearest_m(b, v) - sampled_m(p1, p2, b, v, rng))
    assert worst < 1e-3


def test_the_closed_form_is_reached():
    """A grid fine enough finds a place nearly as near as promised."""
    for p1, p2, b, v in random_brackets(60, 9):
        promised = nearest_m(b, v)
        if not np.isfinite(promised):
            continue
        t = np.linspace(b.begin, b.end, 41)
        span = np.linspace(-1, 1, 401)
        found = np.inf
        for at in t:
            r1, r2 = b.e1 + v * at, b.e2 + v * (b.long - at)
            x = (p1[0] + r1 * span)[:, None]
            y = (p1[1] + r1 * span)[None, :]
            there = (np.hypot(x - p1[0], y - p1[1]) <= r1) & (
                np.hypot(x - p2[0], y - p2[1]) <= r2
            )
            found = min(found, np.hypot(x, y)[there].min(initial=np.inf))
        step = 2 * (b.e1 + v * b.end) * np.sqrt(2) / 400 + v * (b.end - b.begin) / 40
        if np.isfinite(found):
            assert found <= promised + step + 1e-6


def test_required_speed_is_where_the_answer_turns():
    for _, _, b, _ in random_brackets(2_000, 6):
        v = required_speed(b, 100.0)
        if not np.isfinite(v):
            assert nearest_m(b, 1e6) > 100.0
            continue
        assert nearest_m(b, v * (1 + 1e-6) + 1e-6) <= 100.0 + 1e-3
        assert v == 0 or nearest_m(b, v * 0.999 - 1e-3) > 100.0
        assert least_speed(b, 100.0) <= v * (1 + 1e-9)


def test_faster_never_makes_a_place_farther():
    for _, _, b, v in random_brackets(2_000, 8):
        slow, fast = nearest_m(b, v), nearest_m(b, v * 1.5)
        assert fast <= slow + 1e-6


def test_a_longer_part_or_a_larger_error_never_makes_a_place_farther():
    for _, _, b, v in random_brackets(2_000, 10):
        longer = b._replace(begin=max(0.0, b.begin - 5), end=min(b.long, b.end + 5))
        coarser = b._replace(e1=b.e1 + 20, e2=b.e2 + 20)
        assert nearest_m(longer, v) <= nearest_m(b, v) + 1e-4
        assert nearest_m(coarser, v) <= nearest_m(b, v) + 1e-4


def test_fixes_too_far_apart_for_the_speed_say_nothing():
    assert nearest_m(bracket((-5000, 0), (5000, 0), long=60.0), 35.0) == np.inf


def test_a_moment_at_a_fix_is_impossible_at_any_speed():
    b = bracket((1000, 0), (0, 0), long=60.0, part=(0.0, 0.0))
    assert required_speed(b, 100.0) == np.inf


def test_two_discs_share_what_they_share():
    assert lens_distance(10.0, 10.0, 0.0, 20.0, 30.0) == 0.0
    assert lens_distance(50.0, 50.0, 0.0, 20.0, 30.0) == 30.0
    assert lens_distance(5.0, 5.0, 100.0, 20.0, 30.0) == np.inf
    # Circles of 5 round (-3, 0) and (3, 0) cross at (0, 4).
    assert lens_distance(np.hypot(3, 9), np.hypot(3, 9), 6.0, 5.0, 5.0) == (
        pytest.approx(5.0)
    )


def test_required_speed_is_what_halving_the_speeds_finds():
    """Bisection over the lens itself: slow, and without a thought of rims and arcs."""
    for _, _, b, _ in random_brackets(1_000, 12):
        for reach_m in (0.0, 100.0, 1_500.0):
            found, halved = required_speed(b, reach_m), by_halving(b, reach_m)
            assert found == pytest.approx(halved, rel=1e-5, abs=1e-5)


def by_halving(b: Bracket, reach_m: float) -> float:
    if nearest_m(b, 1e7) > reach_m:
        return np.inf
    lo, hi = 0.0, 1e7
    while hi - lo > 1e-7 * (1 + lo):
        middle = (lo + hi) / 2
        lo, hi = (lo, middle) if nearest_m(b, middle) <= reach_m else (middle, hi)
    return hi


@pytest.mark.parametrize("part", [(0.0, 0.0), (60.0, 60.0)])
def test_at_the_very_moment_of_a_fix_only_the_other_fix_asks_for_speed(part):
    b = bracket((95, 0), (1000, 0), e=(10.0, 10.0), part=(0.0, 0.0))
    # Within 10 m of the first fix and 100 m of the target; then 890 m in a minute.
    assert required_speed(b, 100.0) == pytest.approx((1000 - 100 - 10) / 60)
    turned = bracket((1000, 0), (95, 0), part=(60.0, 60.0))
    assert required_speed(turned, 100.0) == required_speed(b, 100.0)
    assert required_speed(bracket((111, 0), (111, 0), part=part), 100.0) == np.inf


def test_one_glance_promises_no_less_than_what_is_found():
    """What is skipped by it would have changed nothing."""
    for _, _, b, v in random_brackets(3_000, 11):
        if b.apart <= v * b.long + b.e1 + b.e2:
            assert within_m(b, v) >= nearest_m(b, v) - 1e-6
        assert enough_speed(b, 100.0) >= required_speed(b, 100.0) * (1 - 1e-9)


def test_nearest_is_that_of_a_dense_look_through_the_part():
    for _, _, b, v in random_brackets(400, 12):
        if b.apart > v * b.long + b.e1 + b.e2:
            continue
        looked = min(
            lens_distance(b.d1, b.d2, b.apart, b.e1 + v * s, b.e2 + v * (b.long - s))
            for s in np.linspace(b.begin, b.end, 2_001)
        )
        assert nearest_m(b, v) <= looked + 1e-6
        assert nearest_m(b, v) >= looked - v * (b.end - b.begin) / 1_000 - 1e-6
