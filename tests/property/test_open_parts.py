"""Open parts of a window against a plain look at every trusted fix near them."""

from dataclasses import replace

import numpy as np
import pytest

from geocorr import arrays
from geocorr.alibi import presence_of
from geocorr.arrays import ASSUMED
from geocorr.model import Verdict
from geocorr.presence import everyone, presences
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.test_proof import scene
from tests.unit.trail import EAST, NORTH, ZERO_US, target, wearer

POLICY = shipped()
TOP, FACTOR = POLICY.alibi.top_speed_m_s, POLICY.alibi.error_factor
CONE_S = POLICY.alibi.cone_h * 3600


def test_no_possible_is_without_a_speed_and_none_by_an_open_part_above_top_speed():
    rng = np.random.default_rng(41)
    possible = by_open = 0
    for _ in range(700):
        trails, worn, window = scene(rng)
        pairs = everyone(window, worn)
        (one,) = presences(trails, worn, window, pairs, POLICY)
        if one.verdict is not Verdict.POSSIBLE:
            continue
        possible += 1
        assert one.required_speed_kmh is not None
        found = presence_of(trails, worn, window, pairs, POLICY)
        if found.open_m_s[0] < np.inf:
            by_open += 1
            assert found.reachable[0]
            assert one.required_speed_kmh <= found.top_speed_m_s[0] * 3.6 + 0.05
    assert possible > 100
    assert by_open > 50


def unsure(rng) -> tuple:
    """A slow trail whose accuracy nobody states: nothing in it encloses anything."""
    t = np.cumsum(rng.choice([60, 120, 250, 2_000, 9_000], rng.integers(1, 12))) - 6_000
    x, y = np.cumsum(rng.normal(0, 40, (2, len(t))), axis=1) + rng.choice(
        [50, 900, 20_000, 90_000]
    )
    fixes = arrays.fixes(
        ["T1"] * len(t), ZERO_US + t.astype(np.int64) * 1_000_000, EAST + x, NORTH + y
    )
    begin = float(rng.integers(-5_000, 9_000))
    if rng.random() < 0.2:
        begin = float(rng.choice(t))
    return trust(fixes, POLICY), begin, begin + float(rng.choice([0, 60, 5_000]))


def looked_at(trails, lo: float, hi: float) -> float:
    """What each trusted fix leaves possible on its own; and the least between fixes."""
    good = np.flatnonzero(trails.trusted)
    t = (trails.fixes.t_us - ZERO_US) / 1e6
    d = np.hypot(trails.fixes.x_m - EAST, trails.fixes.y_m - NORTH)
    short = d - FACTOR * trails.r95_m.astype(float) - 100.0
    allowed, least = False, np.inf
    near = [i for i in good if lo - CONE_S <= t[i] <= hi + CONE_S]
    for n, i in enumerate(near):
        instants = np.clip([lo, hi], t[i] - CONE_S, t[i] + CONE_S)
        if short[i] > TOP * np.abs(instants - t[i]).max():
            continue
        allowed = True
        until = t[near[n + 1]] if n + 1 < len(near) else np.inf
        since = t[near[n - 1]] if n else -np.inf
        free = [
            min(abs(part - t[i]), CONE_S)
            for part in (min(hi, until), max(lo, since))
            if until >= lo and since <= hi
        ]
        for s in free:
            least = min(least, 0.0 if short[i] <= 0 else short[i] / s if s else np.inf)
    return min(least, TOP) if allowed else np.inf


@pytest.mark.parametrize("seed", range(4))
def test_an_open_part_is_what_its_fixes_say(seed):
    rng = np.random.default_rng([43, seed])
    finite = 0
    for _ in range(300):
        trails, lo, hi = unsure(rng)
        assert (trails.marks & np.uint8(ASSUMED)).all()
        window, worn = target(lo, hi), wearer()
        pairs = everyone(window, worn)
        found = presence_of(trails, worn, window, pairs, POLICY)
        expected = looked_at(trails, lo, hi)
        assert found.open_m_s[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert found.reachable[0] == (expected < np.inf)
        assert not found.bracketed[0]
        assert np.isnan(found.required_m_s[0])
        finite += expected < np.inf
    assert 60 < finite < 290


def test_more_top_speed_never_closes_an_open_part():
    rng = np.random.default_rng(44)
    for _ in range(300):
        trails, lo, hi = unsure(rng)
        window, worn = target(lo, hi), wearer()
        pairs, fast = everyone(window, worn), POLICY.with_top_speed(2 * TOP)
        less = presence_of(trails, worn, window, pairs, POLICY)
        more = presence_of(trails, worn, window, pairs, fast)
        assert more.reachable[0] or not less.reachable[0]
        alone = replace(window, radius_m=window.radius_m * 3)
        wider = presence_of(trails, worn, alone, pairs, POLICY)
        assert wider.open_m_s[0] <= less.open_m_s[0]
