"""Brute force for benchmarks: every fix and line of every device, for every target."""

import numpy as np

from geocorr.arrays import Ints, Targets, Trails, compiled

GAP_US = 300_000_000


def pairs(trails: Trails, targets: Targets) -> dict[str, Ints]:
    """(target, device) [n, 2] with a fix inside, and with a fix or line inside."""
    fixes = trails.fixes
    columns = (fixes.t_us, fixes.x_m, fixes.y_m, trails.trusted)
    places = (targets.x_m, targets.y_m, targets.radius_m)
    windows = (targets.from_us, targets.to_us)
    points, lines = _inside(fixes.device_starts(), columns, places, windows)
    return {"points": np.argwhere(points), "lines": np.argwhere(points | lines)}


@compiled
def _inside(starts, columns, places, windows):
    t, x, y, trusted = columns
    shape = (len(windows[0]), len(starts) - 1)
    points, lines = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for g in range(shape[0]):
        c0, c1 = windows[0][g], windows[1][g]
        place = (places[0][g], places[1][g], places[2][g])
        for d in range(shape[1]):
            own = t[starts[d] : starts[d + 1]]
            first = starts[d] + np.searchsorted(own, c0 - GAP_US)
            last = starts[d] + np.searchsorted(own, c1 + GAP_US, side="right")
            j = -1
            for i in range(first, last):
                if c0 <= t[i] <= c1:
                    inside = np.hypot(x[i] - place[0], y[i] - place[1]) <= place[2]
                    points[g, d] |= inside
                if trusted[i]:
                    if j >= 0 and 0 < t[i] - t[j] <= GAP_US:
                        ends = (x[j], y[j], x[i], y[i])
                        shares = (
                            (c0 - t[j]) / (t[i] - t[j]),
                            (c1 - t[j]) / (t[i] - t[j]),
                        )
                        lines[g, d] |= _crosses(ends, shares, place)
                    j = i
    return points, lines


@compiled
def _crosses(ends, shares, place):
    """Whether the part of a straight line between two shares comes into the disc."""
    lo, hi = max(shares[0], 0.0), min(shares[1], 1.0)
    if lo > hi:
        return False
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    px, py = ends[0] - place[0], ends[1] - place[1]
    square = dx * dx + dy * dy
    u = lo if square == 0 else min(max(-(px * dx + py * dy) / square, lo), hi)
    return np.hypot(px + u * dx, py + u * dy) <= place[2]
