"""Targets in a grid, fixes streamed past = brute force, for points and for lines."""

from types import SimpleNamespace

import numpy as np
import pytest
import rtree
from hypothesis import given, settings
from hypothesis import strategies as st

from geocorr import arrays, candidates, portions, stream
from geocorr.arrays import Fixes, Targets
from geocorr.lines import Track
from geocorr.trust import trust
from loaders.policy import shipped
from tests.bench import brute
from tests.property.scenes import EAST, NORTH, START_US, scene, seeds

SECOND_US = 1_000_000


def streamed(fixes: Fixes, trusted, targets: Targets, gap_us: int, threads: int = 1):
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, trusted)
    places = (targets.x_m, targets.y_m, targets.radius_m)
    windows = (*places, targets.from_us, targets.to_us)
    found = stream.near(track, fixes.device_starts(), windows, gap_us, threads)
    return np.stack(found, axis=1).tolist()


def assert_as_brute_force(fixes: Fixes, trusted, targets: Targets) -> None:
    expected = brute.pairs(SimpleNamespace(fixes=fixes, trusted=trusted), targets)
    for rule, gap_us in (("points", 0), ("lines", brute.GAP_US)):
        found = streamed(fixes, trusted, targets, gap_us)
        assert found == expected[rule].tolist()


@given(seed=seeds)
@settings(max_examples=200, deadline=None)
def test_the_stream_agrees_with_brute_force(seed):
    fixes, _, targets = scene(seed)
    trails = trust(fixes, shipped())
    assert_as_brute_force(fixes, trails.trusted, targets)


@given(seed=seeds, spread_m=st.sampled_from([50.0, 2e3, 5e4, 3e6]))
@settings(max_examples=100, deadline=None)
def test_any_extent_and_any_reach(seed, spread_m):
    """From all in one cell to cells that must grow; untrusted fixes among them."""
    rng = np.random.default_rng(seed)
    fixes = wandering(rng, spread_m)
    targets = scattered(rng, fixes, spread_m)
    assert_as_brute_force(fixes, rng.random(len(fixes)) < 0.7, targets)


def wandering(rng, spread_m: float) -> Fixes:
    n = int(rng.integers(1, 900))
    device = np.sort(rng.integers(0, rng.integers(1, 12), n))
    step_s = rng.choice([0, 20, 60, 60, 60, 299, 300, 301, 4000], n)
    t_us = START_US + np.cumsum(step_s) * SECOND_US
    x = EAST + np.cumsum(rng.normal(0, spread_m / 50, n))
    y = NORTH + np.cumsum(rng.normal(0, spread_m / 50, n))
    return arrays.fixes([f"D{d:02}" for d in device], t_us, x, y)


def scattered(rng, fixes: Fixes, spread_m: float) -> Targets:
    n = int(rng.integers(1, 120))
    near = rng.integers(0, len(fixes), n)
    length = rng.choice([0, 0, 600, 43_200], n) * SECOND_US
    from_us = fixes.t_us[near] - rng.choice([0, 1, 40], n) * SECOND_US * (length > 0)
    return Targets(
        fixes.x_m[near] + rng.normal(0, spread_m / 20, n),
        fixes.y_m[near] + rng.normal(0, spread_m / 20, n),
        from_us,
        from_us + length,
        rng.choice([0.0, 100.0, 100.0, spread_m / 4], n),
        np.zeros(n),
    )


@pytest.mark.parametrize("off_m", [0.0, 1e-9, -1e-9])
@pytest.mark.parametrize("off_us", [0, 1, -1])
def test_rim_and_ends_of_the_window_are_inside_to_the_last_bit(off_m, off_us):
    fixes = arrays.fixes(["A"], np.array([START_US]), np.array([0.0]), np.zeros(1))
    one = np.ones(1)
    window = np.array([START_US + off_us])
    for to_us in (window, window + 5 * SECOND_US):
        targets = Targets(100 * one, 0 * one, window, to_us, (100 + off_m) * one, one)
        inside = off_m >= 0 and window[0] <= START_US <= to_us[0]
        assert streamed(fixes, one > 0, targets, 0) == ([[0, 0]] if inside else [])


def test_a_line_over_the_edge_of_a_block_is_found():
    """Thirty-two fixes share a box: the line to the thirty-third belongs to the next.

    Untrusted fixes in between do not hide it, even where they end in another block.
    """
    for untrusted in (0, 1, 40):
        n = 33 + untrusted
        step = np.full(n, 60 if untrusted < 40 else 5) * SECOND_US
        t_us = START_US + np.cumsum(step)
        x = np.where(np.arange(n) < 32, 0.0, 1000.0)
        trusted = (np.arange(n) < 32) | (np.arange(n) == n - 1)
        fixes = arrays.fixes(["A"] * n, t_us, x, np.zeros(n))
        one = np.ones(1)
        window = (t_us[30:31], t_us[-1:])
        targets = Targets(500 * one, 0 * one, *window, 50 * one, one)
        assert streamed(fixes, trusted, targets, brute.GAP_US) == [[0, 0]]


def test_a_line_over_the_edge_of_a_small_block_is_found():
    """A tag that goes far shares smaller boxes: no line between two of them is lost."""
    n = 70
    t_us = START_US + np.arange(n) * 60 * SECOND_US
    x = np.arange(n) * 400.0
    fixes = arrays.fixes(["A"] * n, t_us, x, np.zeros(n))
    for missing in ((), (4, 5, 31, 32, 63)):
        trusted = ~np.isin(np.arange(n), missing)
        for k in np.flatnonzero(trusted[:-1]):
            one, window = np.ones(1), (t_us[k : k + 1], t_us[k + 1 : k + 2])
            targets = Targets(x[k] + 200 * one, 0 * one, *window, 50 * one, one)
            assert streamed(fixes, trusted, targets, brute.GAP_US) == [[0, 0]]


def test_threads_change_nothing():
    rng = np.random.default_rng(5)
    fixes = wandering(rng, 2e3)
    copies = range(portions.PORTION * portions.TOGETHER // len(fixes) * 3)
    device = np.concatenate([fixes.device + 20 * k for k in copies])
    many = Fixes(
        tuple(f"D{d}" for d in range(20 * len(copies))),
        device,
        *(np.tile(column, len(copies)) for column in (fixes.t_us, fixes.x_m)),
        *(np.tile(column, len(copies)) for column in (fixes.y_m, fixes.accuracy_m)),
        np.tile(fixes.mechanism, len(copies)),
    )
    targets = scattered(rng, fixes, 2e3)
    trusted = np.ones(len(many), np.bool_)
    found = streamed(many, trusted, targets, brute.GAP_US, threads=4)
    alone = streamed(fixes, trusted[: len(fixes)], targets, brute.GAP_US)
    assert len(alone) * len(copies) == len(found)
    assert found == streamed(many, trusted, targets, brute.GAP_US, threads=1)


@given(seed=seeds)
@settings(max_examples=100, deadline=None)
def test_boxes_of_chunks_hold_all_that_the_stream_finds(seed):
    """The boxes that PostGIS asks its index about, here in an R-tree."""
    fixes, _, targets = scene(seed)
    trails = trust(fixes, shipped())
    chunks = candidates.cut(trails, 300)
    boxes = candidates.boxes(trails, chunks)
    tree = rtree.index.Index(properties=rtree.index.Property(dimension=3))
    for i in range(len(chunks)):
        tree.insert(i, (*boxes.low[i], *boxes.high[i]))
    sought = candidates.target_boxes(targets, targets.radius_m)
    met = {
        (g, int(fixes.device[chunks.first[chunk]]))
        for g in range(len(targets))
        for chunk in tree.intersection((*sought.low[g], *sought.high[g]))
    }
    found = streamed(fixes, trails.trusted, targets, brute.GAP_US)
    assert met >= {(g, d) for g, d in found}


def test_nothing_to_ask_or_nothing_to_be_asked():
    fixes, _, targets = scene(1)
    trusted = np.ones(len(fixes), np.bool_)
    assert streamed(fixes, trusted, targets.take(slice(0, 0)), 0) == []
    none = fixes.take(slice(0, 0))
    assert streamed(none, trusted[:0], targets, 0) == []
