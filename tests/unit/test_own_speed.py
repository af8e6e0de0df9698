"""The tag's own speed, and the bound on it that is kept with every chunk of a trail."""

import numpy as np
import pytest

from geocorr.anchors import Track
from geocorr.arrays import US_PER_S, Trails
from geocorr.candidates import Chunks, cut
from geocorr.own_speed import bounds, own_speed
from geocorr.trust import OffSpell, trust
from loaders.policy import shipped
from tests.db.trail_scenes import START_US, wander
from tests.unit.trail import trail

POLICY = shipped()
GAP_S = POLICY.line.max_gap_s


def exact(trails: Trails, window: tuple[float, float], gap_s: float = GAP_S) -> float:
    """What a verdict takes for the own speed within a stretch of seconds."""
    fixes, r95 = trails.fixes, trails.r95_m.astype(np.float64)
    t = (fixes.t_us - fixes.t_us.min()) / US_PER_S
    trusted = trails.trusted
    track = Track(t, fixes.x_m, fixes.y_m, 1.52 * r95, r95, trusted, trusted)
    return own_speed(track, (0, len(t)), window, (0.0, gap_s))


def scene(seed: int) -> Trails:
    """One tag that stands, jumps, spikes, falls silent and is not trusted at times."""
    rng = np.random.default_rng(seed)
    fixes = wander(seed, devices=1, minutes=int(rng.choice([20, 200, 300])))
    at = START_US + int(rng.integers(0, 200)) * 60_000_000
    off = [OffSpell("T00", at, at + int(rng.integers(1, 40)) * 60_000_000)]
    return trust(fixes, POLICY, off if rng.random() < 0.5 else None)


@pytest.mark.parametrize("seed", range(150))
def test_no_stretch_of_time_is_faster_than_the_bounds_of_its_chunks(seed):
    trails = scene(seed)
    chunks = cut(trails, GAP_S)
    kept, t = bounds(trails, chunks).astype(np.float64), trails.fixes.t_us
    assert len(kept) == len(chunks)
    rng = np.random.default_rng(seed)
    first = t.min()
    for _ in range(20):
        low, high = np.sort(rng.choice(t, 2))
        window = ((low - first) / US_PER_S, (high - first) / US_PER_S)
        touched = (t[chunks.first] <= high) & (t[chunks.last - 1] >= low)
        for gap_s in (GAP_S, 60.0):
            assert exact(trails, window, gap_s) <= kept[touched].max()
    whole = (0.0, (t.max() - first) / US_PER_S)
    # And it is no idle bound: what is fastest of all is that of a chunk.
    assert kept.max() == pytest.approx(exact(trails, whole), rel=1e-6, abs=1e-6)


def test_the_line_that_leads_into_a_chunk_is_bounded_there():
    """From 9:59 to 10:01 at 60 m/s; the hour is where the chunks part."""
    fixes = trail((-120, 0, 0), (-60, 0, 0), (60, 7_220, 0), (120, 7_220, 0))
    trails = trust(fixes, POLICY)
    before, after = bounds(trails, cut(trails, GAP_S)).tolist()
    assert before < 1e-30
    assert after == pytest.approx(60.0, rel=1e-6)
    assert after > 60.0


def test_what_is_not_trusted_makes_no_line():
    spike = [(60 * i, 0, 0) for i in range(5)]
    spike[2] = (120, 9_000, 0)
    trails = trust(trail(*spike), POLICY)
    assert not trails.trusted[2]
    assert bounds(trails, cut(trails, GAP_S)).max() < 1e-30


def test_no_chunk_no_bound():
    nothing = trust(trail((0, 0, 0)).take(slice(0, 0)), POLICY)
    none = np.empty(0, np.int64)
    assert len(bounds(nothing, Chunks(none, none, none))) == 0
