"""Brute force = R-tree in memory, for points, lines, dwell and coverage."""

import numpy as np
import pytest
from hypothesis import given, settings

from geocorr.correlate import Hits, correlate
from geocorr.matcher import NEVER_US
from geocorr.policy import Policy
from geocorr.trust import trust
from loaders.policy import shipped
from tests.property import oracle
from tests.property.scenes import scene, seeds

POLICIES = {
    "probability": shipped(),
    "two fixes": shipped().with_match(min_fixes=2),
    "distance": shipped().with_match(rule="distance"),
    "half circle": shipped().with_match(rule="half_circle", min_fixes=2),
    "low probability": shipped().with_match(min_probability=0.2),
}


def by_pair(hits: Hits) -> dict[tuple[int, int], int]:
    pairs = zip(hits.pairs.target, hits.pairs.wearer, strict=True)
    return {(int(g), int(w)): i for i, (g, w) in enumerate(pairs)}


def same(value: float, expected: float | None, tolerance: float = 1e-4) -> bool:
    if expected is None:
        return bool(np.isnan(value) or value == NEVER_US)
    return bool(abs(value - expected) <= tolerance)


def assert_same(hits: Hits, expected: dict[tuple[int, int], oracle.Finding]) -> None:
    rows = by_pair(hits)
    assert rows.keys() == expected.keys()
    facts = hits.facts
    for pair, finding in expected.items():
        i = rows[pair]
        assert hits.verdict[i] == finding.verdict
        assert facts.fixes_inside[i] == finding.fixes_inside
        assert facts.visits[i] == finding.visits
        assert same(facts.first_inside_us[i], finding.first_inside, 0)
        assert same(facts.last_inside_us[i], finding.last_inside, 0)
        assert same(facts.min_fix_m[i], finding.min_fix_m)
        assert same(facts.min_path_m[i], finding.min_path_m)
        assert same(facts.dwell_s[i], finding.dwell_s, 2e-3)
        assert same(facts.coverage[i], finding.coverage)
        assert same(hits.rests.probability[i], finding.probability)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_the_engine_agrees_with_brute_force(policy: Policy, seed: int) -> None:
    fixes, wearers, targets = scene(seed)
    hits = correlate(trust(fixes, policy), wearers, targets, policy)
    assert_same(hits, oracle.findings(fixes, wearers, targets, policy))


@given(seed=seeds)
@settings(max_examples=100, deadline=None)
def test_marks_and_stops_agree_with_brute_force(seed: int) -> None:
    fixes, _, _ = scene(seed)
    trails = trust(fixes, shipped())
    expected = [f for trail in oracle.trails(fixes, shipped()) for f in trail]
    assert trails.marks.tolist() == [f.marks for f in expected]
    for i, fix in enumerate(expected):
        s = trails.stop[i]
        assert (s >= 0) == (fix.stop is not None)
        if fix.stop is not None:
            assert trails.stops.x_m[s] == pytest.approx(fix.stop.x, abs=1e-6)
            assert trails.stops.accuracy_m[s] == pytest.approx(fix.stop.r95)
            assert trails.stops.from_us[s] == fix.stop.from_us
