"""Where a tag can be expected between two fixes: a Brownian bridge (`matching.md`).

The straight line knows the errors of its two fixes and nothing of what the tag did in
between. The bridge adds the wandering that the trail itself shows: how far each fix
lies from the line of its two neighbours (leave one out; Horne and others 2007,
doi:10.1890/06-0957.1), for each mode of movement apart. Where the alibi test forbids
the place the chance is zero. No verdict rests on it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geocorr.arrays import (
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Targets,
    Trails,
    check_lengths,
    compiled,
)
from geocorr.choices import Bridge
from geocorr.one_fix import R95_PER_SIGMA, probability
from geocorr.policy import Policy
from geocorr.prism import lens_distance


@dataclass(frozen=True, slots=True)
class Stretches:
    """Pairs of fixes of one tag each, and an instant between; one row a pair.

    Places and R95 in metres; `gap_s` from the first fix to the second, above zero;
    `since_s` from the first fix to the instant, in [0, gap_s].
    """

    x1_m: Floats
    y1_m: Floats
    r1_m: Floats
    x2_m: Floats
    y2_m: Floats
    r2_m: Floats
    gap_s: Floats
    since_s: Floats

    def __post_init__(self) -> None:
        check_lengths(self)

    @property
    def share(self) -> Floats:
        """How much of the gap has gone by, 0 to 1."""
        return self.since_s / self.gap_s

    def mean(self) -> tuple[Floats, Floats]:
        """The place on the straight line at the instant."""
        a = self.share
        x = self.x1_m + a * (self.x2_m - self.x1_m)
        y = self.y1_m + a * (self.y2_m - self.y1_m)
        return x, y

    def mode(self, choice: Bridge) -> Ints:
        """Mode of movement by the line's own speed: 0 still, 1 on foot, 2 driven."""
        gone = np.hypot(self.x2_m - self.x1_m, self.y2_m - self.y1_m)
        bounds = (choice.still_m_s, choice.on_foot_m_s)
        return np.digitize(gone / self.gap_s, bounds).astype(np.int64)


def variance_m2(of: Stretches, wander_m2_s: Floats) -> Floats:
    """Per-axis variance round the mean: T a (1-a) s_m^2 + (1-a)^2 s_1^2 + a^2 s_2^2.

    `wander_m2_s` = s_m^2 of each row, zero for the bare straight line.
    """
    a = of.share
    s1, s2 = of.r1_m / R95_PER_SIGMA, of.r2_m / R95_PER_SIGMA
    variance: Floats = (
        of.gap_s * a * (1 - a) * wander_m2_s + ((1 - a) * s1) ** 2 + (a * s2) ** 2
    )
    return variance


def wander(trails: Trails, gap_s: float, policy: Policy) -> Floats:
    """s_m^2 [3] by mode, in m^2/s, from trusted fixes left out of their own line.

    Each trusted fix is left out and its line drawn from the nearest trusted fixes of
    the device at least half of `gap_s` before and after: wandering grows with the gap,
    so the gap must be like that of the stretches it is meant for. What the squared
    distance from the line exceeds the three fixes' errors by is wandering; zero where
    errors alone explain it, or nothing is known.
    """
    of, off_m2, r_m = _left_out(trails, gap_s, policy.line.max_gap_s)
    excess = off_m2 / 2 - variance_m2(of, np.zeros(len(off_m2)))
    excess -= (r_m / R95_PER_SIGMA) ** 2
    room = of.gap_s * of.share * (1 - of.share)
    mode = of.mode(policy.bridge)
    found = np.zeros(3)
    for k in range(3):
        here = mode == k
        if here.any():
            found[k] = max(0.0, float(excess[here].sum() / room[here].sum()))
    return found


def _left_out(
    trails: Trails, gap_s: float, line_s: float
) -> tuple[Stretches, Floats, Floats]:
    """The neighbours' stretches, the squared distances from them, the R95 left out."""
    f, r = trails.fixes, trails.r95_m.astype(np.float64)
    i, j, k = _neighbours(trails, gap_s / 2, max(gap_s, line_s))
    of = Stretches(
        *(f.x_m[i], f.y_m[i], r[i]),
        *(f.x_m[k], f.y_m[k], r[k]),
        (f.t_us[k] - f.t_us[i]) / US_PER_S,
        (f.t_us[j] - f.t_us[i]) / US_PER_S,
    )
    x, y = of.mean()
    return of, (f.x_m[j] - x) ** 2 + (f.y_m[j] - y) ** 2, r[j]


def _neighbours(
    trails: Trails, least_s: float, most_s: float
) -> tuple[Ints, Ints, Ints]:
    """Trusted fixes of one device: before, left out, after; each side so far off."""
    t_us, starts = trails.fixes.t_us, trails.fixes.device_starts()
    least, most = round(least_s * US_PER_S), round(most_s * US_PER_S)
    found = []
    for a, b in pairwise(starts):
        good = a + np.flatnonzero(trails.trusted[a:b])
        t = t_us[good]
        before = np.searchsorted(t, t - max(least, 1), side="right") - 1
        after = np.searchsorted(t, t + max(least, 1))
        own = np.flatnonzero((before >= 0) & (after < len(t)))
        i, k = before[own], after[own]
        near = (t[own] - t[i] <= most) & (t[k] - t[own] <= most)
        found.append(good[np.stack((i, own, k))[:, near]])
    i, j, k = np.concatenate([np.empty((3, 0), np.int64), *found], axis=1)
    return i, j, k


def chance(
    of: Stretches, targets: Targets, wander_m2_s: Floats, policy: Policy
) -> Floats:
    """Probability that the tag was in the vicinity at the instant; rows go in pairs.

    Rice, as for one fix, round the mean of the bridge; zero where no path at top speed
    reaches the vicinity, errors at their 99.9 %.
    """
    x, y = of.mean()
    d = np.hypot(x - targets.x_m, y - targets.y_m)
    r95 = np.sqrt(variance_m2(of, wander_m2_s)) * R95_PER_SIGMA
    p = probability(d, r95, targets.radius_m, targets.r95_m)
    return np.where(_allowed(of, targets, policy), p, 0.0)


def _allowed(of: Stretches, targets: Targets, policy: Policy) -> Bools:
    """Does the alibi test allow the vicinity at the instant, at top speed?"""
    choice = policy.alibi
    factor, v = choice.error_factor, choice.top_speed_m_s
    apart = np.hypot(of.x2_m - of.x1_m, of.y2_m - of.y1_m)
    r1 = factor * of.r1_m + v * of.since_s
    r2 = factor * of.r2_m + v * (of.gap_s - of.since_s)
    reach = targets.radius_m + factor * targets.r95_m
    d1 = np.hypot(of.x1_m - targets.x_m, of.y1_m - targets.y_m)
    d2 = np.hypot(of.x2_m - targets.x_m, of.y2_m - targets.y_m)
    # A pair inconsistent at top speed forbids nothing.
    return (apart > r1 + r2) | (_lens(d1, d2, apart, r1, r2) <= reach)


@compiled
def _lens(d1: Floats, d2: Floats, apart: Floats, r1: Floats, r2: Floats) -> Floats:
    out = np.empty(len(d1))
    for k in range(len(out)):
        out[k] = lens_distance(d1[k], d2[k], apart[k], r1[k], r2[k])
    return out
