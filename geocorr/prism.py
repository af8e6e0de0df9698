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
# Halvings that leave micrometres of a rim of a kilometre.
_RIM_STEPS = 45


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
    meet = _meet(b, v)
    best = _at(b, v, meet)
    lo, hi = _no_farther(b, v, (meet, best))
    best = min(best, _at(b, v, lo), _at(b, v, hi))
    left, right = hi - _GOLDEN * (hi - lo), lo + _GOLDEN * (hi - lo)
    at_left, at_right = _at(b, v, left), _at(b, v, right)
    for _ in range(_STEPS):
        best = min(best, at_left, at_right)
        if best == 0.0 or hi - lo < 1e-6:
            break
        if at_left <= at_right:
            hi, right, at_right = right, left, at_left
            left = hi - _GOLDEN * (hi - lo)
            at_left = _at(b, v, left)
        else:
            lo, left, at_left = left, right, at_right
            right = lo + _GOLDEN * (hi - lo)
            at_right = _at(b, v, right)
    return best


@compiled
def within_m(b: Bracket, v: float) -> float:
    """A distance that `nearest_m` does not exceed, at one glance; inf as there."""
    if b.apart > v * b.long + b.e1 + b.e2:
        return math.inf
    return _at(b, v, _meet(b, v))


@compiled
def _meet(b: Bracket, v: float) -> float:
    """When both discs have come equally near to the target, if in the part."""
    since = ((b.d1 - b.e1) - (b.d2 - b.e2) + v * b.long) / (2 * v)
    return min(max(since, b.begin), b.end)


@compiled
def _no_farther(
    b: Bracket, v: float, known: tuple[float, float]
) -> tuple[float, float]:
    """When the tag can be no farther than at a known time (and so far) it can be.

    Of either disc alone: neither is nearer than its own rim.
    """
    since, near = known
    lo = max(b.begin, (b.d1 - b.e1 - near) / v)
    hi = min(b.end, b.long - (b.d2 - b.e2 - near) / v)
    return min(lo, since), max(hi, since)


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

    With a(q) and b(q) the ways from a point q to the two error circles, it can have
    been at q in the part iff (a + b) / long, a / end and b / (long - begin) are at most
    v. The greatest of the three is convex in q: its minimum over the disc round the
    target is that of the straight way itself, where that meets the disc, and lies on
    the rim in view of it where not.
    """
    if b.long == 0.0 or b.end == 0.0 or b.begin == b.long:
        speed = _at_once(b, reach_m)
    else:
        speed = _on_the_way(b, reach_m)
    return speed if speed <= _ANY_SPEED_M_S else math.inf


@compiled
def _at_once(b: Bracket, reach_m: float) -> float:
    """The same where the part is the very moment of one of the fixes."""
    if b.long == 0.0:
        there = lens_distance(b.d1, b.d2, b.apart, b.e1, b.e2) <= reach_m
        return 0.0 if there else math.inf
    if b.end == 0.0:
        way = lens_distance(b.d2, b.apart, b.d1, reach_m, b.e1) - b.e2
    else:
        way = lens_distance(b.d1, b.apart, b.d2, reach_m, b.e2) - b.e1
    return max(way, 0.0) / b.long


@compiled
def enough_speed(b: Bracket, reach_m: float) -> float:
    """A speed (m/s) that `required_speed` does not exceed, at one glance.

    That of the point of the vicinity which lies nearest to the straight way.
    """
    if b.long == 0.0 or b.end == 0.0 or b.begin == b.long:
        return math.inf
    x, y = _place(b)
    speed, along, near = _straight(b, x, y)
    if near <= reach_m:
        return speed
    dx, dy = along - x, -y
    share = reach_m / math.sqrt(dx * dx + dy * dy)
    return max(speed, _by_way_of(b, x + share * dx, y + share * dy))


@compiled
def _on_the_way(b: Bracket, reach_m: float) -> float:
    """The least speed where the part has a before and an after, p1 at (0, 0)."""
    x, y = _place(b)
    speed, along, near = _straight(b, x, y)
    if near <= reach_m:
        return speed
    return max(speed, _over_rim(b, (x, y), along, reach_m))


@compiled
def _straight(b: Bracket, x: float, y: float) -> tuple[float, float, float]:
    """Of the straight way: its speed, where it comes nearest in time, and how near."""
    free = b.apart - b.e1 - b.e2
    if free > 0.0:
        # All points of the straight way that are in time ask for the same, and least.
        speed = free / b.long
        lo, hi = b.e1 + speed * b.begin, b.e1 + speed * b.end
        along = min(max(x, lo), hi)
        return speed, along, math.sqrt((x - along) ** 2 + y * y)
    along = (max(0.0, b.apart - b.e2) + min(b.apart, b.e1)) / 2
    return 0.0, along, lens_distance(b.d1, b.d2, b.apart, b.e1, b.e2)


@compiled
def _place(b: Bracket) -> tuple[float, float]:
    """The target where p1 = (0, 0) and p2 = (apart, 0)."""
    if b.apart == 0.0:
        return b.d1, 0.0
    x = (b.apart + (b.d1 - b.d2) * (b.d1 + b.d2) / b.apart) / 2
    x = min(max(x, -b.d1), b.d1)
    return x, math.sqrt(b.d1 * b.d1 - x * x)


@compiled
def _over_rim(
    b: Bracket, place: tuple[float, float], along: float, reach_m: float
) -> float:
    """Least speed over the rim's arc in view of (along, 0), by golden section.

    Unimodal there: of two points in view, all between them lie in the triangle that
    they make with the point that sees them, and the speed is convex.
    """
    dx, dy = along - place[0], -place[1]
    towards = math.atan2(dy, dx)
    half = math.acos(min(reach_m / math.sqrt(dx * dx + dy * dy), 1.0))
    lo, hi = towards - half, towards + half
    left, right = hi - _GOLDEN * (hi - lo), lo + _GOLDEN * (hi - lo)
    at_left = _at_rim(b, place, left, reach_m)
    at_right = _at_rim(b, place, right, reach_m)
    for _ in range(_RIM_STEPS):
        if at_left <= at_right:
            hi, right, at_right = right, left, at_left
            left = hi - _GOLDEN * (hi - lo)
            at_left = _at_rim(b, place, left, reach_m)
        else:
            lo, left, at_left = left, right, at_right
            right = lo + _GOLDEN * (hi - lo)
            at_right = _at_rim(b, place, right, reach_m)
    return min(at_left, at_right)


@compiled
def _at_rim(
    b: Bracket, place: tuple[float, float], angle: float, reach_m: float
) -> float:
    """The speed that it takes to have been at a point of the rim."""
    x = place[0] + reach_m * math.cos(angle)
    y = place[1] + reach_m * math.sin(angle)
    return _by_way_of(b, x, y)


@compiled
def _by_way_of(b: Bracket, x: float, y: float) -> float:
    """The speed that it takes to have been at a point in the part."""
    out = max(0.0, math.sqrt(x * x + y * y) - b.e1)
    back = max(0.0, math.sqrt((x - b.apart) ** 2 + y * y) - b.e2)
    return max((out + back) / b.long, out / b.end, back / (b.long - b.begin))
