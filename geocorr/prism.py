"""Where a tag can have been between two fixes at a given speed (`matching.md`, alibi).

Between (p1, t1, e1) and (p2, t2, e2) a tag that moves at most v is, at time t, in two
discs at once: round p1 with radius e1 + v (t - t1), round p2 with e2 + v (t2 - t). The
space-time prism of Hagerstrand (1970), with the fixes' own errors.
"""

import math
from typing import NamedTuple

from geocorr.arrays import compiled

# Beyond this no speed is a speed: the window is shorter than any journey.
_ANY_SPEED_M_S = 1e7
_GOLDEN = (math.sqrt(5) - 1) / 2
_STEPS = 64


class Bracket(NamedTuple):
    """Two fixes as a target sees them: distances in metres, times in seconds.

    d1, d2: target to fix; apart: fix to fix; e1, e2: error radii; long: t2 - t1.
    [begin, end] is the part of the window between them, in seconds since t1.
    """

    d1: float
    d2: float
    apart: float
    e1: float
    e2: float
    long: float
    begin: float
    end: float


@compiled
def lens_distance(d1: float, d2: float, apart: float, r1: float, r2: float) -> float:
    """Distance from the target to the points in both discs; inf where there are none.

    Zero inside both. Else the nearest point of one disc if the other holds it, else
    the nearer of the two points where the circles meet.
    """
    if apart > r1 + r2:
        return math.inf
    if d1 <= r1 and d2 <= r2:
        return 0.0
    if d1 > r1 and _from_second(d1, d2, apart, r1) <= r2:
        return d1 - r1
    if d2 > r2 and _from_second(d2, d1, apart, r2) <= r1:
        return d2 - r2
    return _to_crossing(d1, d2, apart, r1, r2)


@compiled
def _from_second(d1: float, d2: float, apart: float, r1: float) -> float:
    """Distance from p2 to the point of disc 1 that is nearest to the target."""
    share = r1 / d1
    # Stewart's theorem along the line from p1 to the target.
    square = share * d2 * d2 + (1 - share) * apart * apart - r1 * (d1 - r1)
    return math.sqrt(max(square, 0.0))


@compiled
def _to_crossing(d1: float, d2: float, apart: float, r1: float, r2: float) -> float:
    """Distance from the target to the nearer crossing of the circles."""
    if apart == 0.0:
        return max(d1 - min(r1, r2), 0.0)
    along = (r1 * r1 - r2 * r2 + apart * apart) / (2 * apart)
    across = math.sqrt(max(r1 * r1 - along * along, 0.0))
    x = (d1 * d1 - d2 * d2 + apart * apart) / (2 * apart)
    y = math.sqrt(max(d1 * d1 - x * x, 0.0))
    return math.hypot(x - along, y - across)


@compiled
def nearest_m(b: Bracket, v: float) -> float:
    """Least distance to the target that is possible at speed v in the part.

    Inf where the fixes themselves are too far apart for v. Convex in time, so golden
    section finds it; zero as soon as it is found.
    """
    if b.apart > v * b.long + b.e1 + b.e2:
        return math.inf
    lo, hi = b.begin, b.end
    best = min(_at(b, v, lo), _at(b, v, hi))
    for _ in range(_STEPS):
        if best == 0.0 or hi - lo < 1e-6:
            break
        left, right = hi - _GOLDEN * (hi - lo), lo + _GOLDEN * (hi - lo)
        at_left, at_right = _at(b, v, left), _at(b, v, right)
        best = min(best, at_left, at_right)
        if at_left <= at_right:
            hi = right
        else:
            lo = left
    return best


@compiled
def _at(b: Bracket, v: float, since: float) -> float:
    """Distance to where the tag can be so many seconds after the first fix."""
    r1, r2 = b.e1 + v * since, b.e2 + v * (b.long - since)
    return lens_distance(b.d1, b.d2, b.apart, r1, r2)


@compiled
def least_speed(b: Bracket, reach_m: float) -> float:
    """A speed in m/s below which the tag cannot have come within reach: closed form."""
    out, back = b.d1 - reach_m - b.e1, b.d2 - reach_m - b.e2
    least = max(0.0, _over(b.apart - b.e1 - b.e2, b.long))
    least = max(least, _over(max(0.0, out) + max(0.0, back), b.long))
    return max(least, _over(out, b.end), _over(back, b.long - b.begin))


@compiled
def _over(metres: float, seconds: float) -> float:
    if metres <= 0.0:
        return 0.0
    return metres / seconds if seconds > 0.0 else math.inf


@compiled
def required_speed(b: Bracket, reach_m: float) -> float:
    """The smallest speed (m/s) at which the tag can have come within reach; inf = none.

    Monotone from the pair's own speed upwards, so bisection finds it.
    """
    lo = least_speed(b, reach_m)
    if lo > _ANY_SPEED_M_S:
        return math.inf
    if nearest_m(b, lo) <= reach_m:
        return lo
    hi = max(2 * lo, 1.0)
    while nearest_m(b, hi) > reach_m:
        lo, hi = hi, 2 * hi
        if hi > _ANY_SPEED_M_S:
            return math.inf
    for _ in range(_STEPS):
        middle = (lo + hi) / 2
        if nearest_m(b, middle) <= reach_m:
            hi = middle
        else:
            lo = middle
        if hi - lo < 1e-9 * hi:
            break
    return hi
