"""What must not change, and what may change one way only."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from geocorr import arrays
from geocorr.arrays import HOUR_US, Fixes, Targets, Wearers
from geocorr.correlate import Hits, correlate
from geocorr.model import Verdict
from geocorr.trust import trust
from loaders.policy import shipped
from tests.property.scenes import scene, seeds

DISTANCE = shipped().with_match(rule="distance")


def match(fixes: Fixes, wearers: Wearers, targets: Targets, policy=DISTANCE) -> Hits:
    return correlate(trust(fixes, policy), wearers, targets, policy)


def pairs(hits: Hits) -> list[tuple[int, int, str]]:
    columns = (hits.pairs.target, hits.pairs.wearer, hits.verdict)
    return [(int(g), int(w), v.value) for g, w, v in zip(*columns, strict=True)]


def hit_pairs(hits: Hits) -> set[tuple[int, int]]:
    return {(g, w) for g, w, verdict in pairs(hits) if verdict == Verdict.HIT}


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_shifting_all_places_changes_nothing(seed):
    # By a power of two well inside the mantissa, so that no sum is rounded.
    fixes, wearers, targets = scene(seed)
    snapped = replace(fixes, x_m=np.round(fixes.x_m, 0), y_m=np.round(fixes.y_m, 0))
    snapped = arrays.in_order(snapped)
    targets = replace(targets, x_m=np.round(targets.x_m), y_m=np.round(targets.y_m))
    moved = replace(snapped, x_m=snapped.x_m + 2.0**15, y_m=snapped.y_m - 2.0**12)
    there = replace(targets, x_m=targets.x_m + 2.0**15, y_m=targets.y_m - 2.0**12)
    here = match(snapped, wearers, targets, shipped())
    assert pairs(here) == pairs(match(moved, wearers, there, shipped()))


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_shifting_all_times_by_hours_changes_nothing(seed):
    fixes, wearers, targets = scene(seed)
    by_us = 26 * HOUR_US
    later = replace(fixes, t_us=fixes.t_us + by_us)
    orders = replace(
        wearers,
        from_us=wearers.from_us + by_us,
        to_us=wearers.to_us + by_us,
    )
    then = match(later, orders, targets.shifted(by_us), shipped())
    assert pairs(match(fixes, wearers, targets, shipped())) == pairs(then)


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_a_larger_radius_never_loses_a_hit_by_distance(seed):
    fixes, wearers, targets = scene(seed)
    wider = replace(targets, radius_m=targets.radius_m * 1.5)
    assert hit_pairs(match(fixes, wearers, targets)) <= hit_pairs(
        match(fixes, wearers, wider)
    )


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_a_longer_window_never_loses_a_hit_by_distance(seed):
    fixes, wearers, targets = scene(seed)
    longer = replace(
        targets, from_us=targets.from_us - HOUR_US, to_us=targets.to_us + 1
    )
    assert hit_pairs(match(fixes, wearers, targets)) <= hit_pairs(
        match(fixes, wearers, longer)
    )


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_input_changes_nothing(seed):
    fixes, wearers, targets = scene(seed)
    shuffled = np.random.default_rng(seed).permutation(len(fixes))
    again = arrays.in_order(fixes.take(shuffled))
    assert pairs(match(fixes, wearers, targets)) == pairs(
        match(again, wearers, targets)
    )
