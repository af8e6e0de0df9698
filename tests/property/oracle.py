"""Brute force, for tests only: `matching.md` read aloud, one fix at a time, no numpy.

Every crime against every fix of every wearer. Slow and obvious; it shares no code with
the engine but the policy's numbers and the words for marks.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import shapely
from scipy.stats import ncx2

from geocorr.arrays import (
    ASSUMED,
    COARSE,
    FUTURE,
    HOUR_US,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
    Fixes,
    Targets,
    Wearers,
)
from geocorr.model import Mechanism
from geocorr.policy import Policy


@dataclass
class Fix:
    t: int
    x: float
    y: float
    r95: float
    marks: int = 0
    stop: "Stop | None" = None

    @property
    def trusted(self) -> bool:
        return self.marks & ~ASSUMED == 0


@dataclass
class Stop:
    x: float
    y: float
    r95: float
    from_us: int
    to_us: int


def distance(a, b) -> float:
    return math.hypot(b.x - a.x, b.y - a.y)


def speed(a: Fix, b: Fix) -> float:
    return max(0.0, distance(a, b) - a.r95 - b.r95) / ((b.t - a.t) / 1e6)


def trails(fixes: Fixes, policy: Policy, now_us: int | None = None) -> list[list[Fix]]:
    """The marked fixes of each device."""
    out: list[list[Fix]] = [[] for _ in fixes.devices]
    for i in range(len(fixes)):
        mechanism = Mechanism(int(fixes.mechanism[i]))
        stated = float(fixes.accuracy_m[i])
        known = math.isfinite(stated) and stated > 0
        r95 = max(
            stated if known else policy.accuracy.default_m(mechanism),
            policy.accuracy.floor_m,
        )
        fix = Fix(int(fixes.t_us[i]), float(fixes.x_m[i]), float(fixes.y_m[i]), r95)
        fix.marks |= 0 if known else ASSUMED
        if mechanism not in (Mechanism.GPS, Mechanism.WIFI):
            fix.marks |= MECHANISM
        if r95 > policy.trust.max_r95_m:
            fix.marks |= COARSE
        if now_us is not None and fix.t > now_us:
            fix.marks |= FUTURE
        out[fixes.device[i]].append(fix)
    for trail in out:
        _mark(trail, policy)
        _stops(trail, policy)
    return out


def _mark(trail: list[Fix], policy: Policy) -> None:
    for a, b in pairwise(trail):
        if a.t == b.t:
            a.marks |= TWIN
            b.marks |= TWIN
    for fix, why in _outliers([f for f in trail if f.trusted], policy):
        fix.marks |= why
    gap = policy.line.max_gap_s * 1e6
    left = [f for f in trail if f.trusted]
    for a, b in pairwise(left):
        if b.t - a.t <= gap and speed(a, b) > policy.trust.max_speed_m_s:
            a.marks |= SPEED
            b.marks |= SPEED


def _outliers(good: list[Fix], policy: Policy) -> list[tuple[Fix, int]]:
    gap, choice = policy.line.max_gap_s * 1e6, policy.trust
    wrong = []
    for a, b, c in zip(good, good[1:], good[2:], strict=False):
        if b.t - a.t > gap or c.t - b.t > gap:
            continue
        slower = min(speed(a, b), speed(b, c))
        back = max(choice.spike_return_m, a.r95, c.r95)
        if slower > choice.spike_speed_m_s and distance(a, c) <= back:
            wrong.append((b, SPIKE))
        elif slower > choice.max_speed_m_s >= speed(a, c):
            wrong.append((b, SPEED))
    return wrong


def _stops(trail: list[Fix], policy: Policy) -> None:
    gap = round(policy.line.max_gap_s * 1e6)
    for hour in sorted({f.t // HOUR_US for f in trail}):
        begin, end = hour * HOUR_US, (hour + 1) * HOUR_US
        seen = [f for f in trail if f.trusted and begin - gap <= f.t < end + gap]
        while seen:
            members = [seen[0]]
            near = max(policy.stop.radius_m, policy.stop.r95_factor * seen[0].r95)
            for fix in seen[1:]:
                if fix.t - members[-1].t > gap or distance(seen[0], fix) > near:
                    break
                members.append(fix)
            if members[-1].t - members[0].t < policy.stop.min_s * 1e6:
                seen = seen[1:]
                continue
            n = len(members)
            stop = Stop(
                sum(f.x for f in members) / n,
                sum(f.y for f in members) / n,
                median(f.r95 for f in members),
                members[0].t,
                members[-1].t,
            )
            for fix in members:
                if begin <= fix.t < end:
                    fix.stop = stop
            seen = seen[n:]


@dataclass
class Place:
    x: float
    y: float


@dataclass
class Finding:
    verdict: str
    fixes_inside: int
    visits: int
    first_inside: int | None
    last_inside: int | None
    min_fix_m: float | None
    min_path_m: float | None
    dwell_s: float
    coverage: float
    probability: float | None


def findings(
    fixes: Fixes, wearers: Wearers, targets: Targets, policy: Policy
) -> dict[tuple[int, int], Finding]:
    """What is to be listed, by (target, wearer)."""
    marked = trails(fixes, policy)
    out = {}
    for g in range(len(targets)):
        for w in range(len(wearers)):
            lo, hi = int(wearers.from_us[w]), int(wearers.to_us[w])
            trail = [f for f in marked[wearers.device[w]] if lo <= f.t < hi]
            found = _finding(trail, (lo, hi), targets, g, policy)
            if found.verdict:
                out[g, w] = found
    return out


def _finding(trail, order, targets: Targets, g: int, policy: Policy) -> Finding:
    place = Place(float(targets.x_m[g]), float(targets.y_m[g]))
    radius, r95 = float(targets.radius_m[g]), float(targets.r95_m[g])
    c0, c1 = int(targets.from_us[g]), int(targets.to_us[g])
    window = [f for f in trail if c0 <= f.t <= c1]
    inside = [f for f in window if distance(f, place) <= radius]
    counting = [f for f in window if _counts(f, order, place, (radius, r95), policy)]
    lines = _parts(trail, place, radius, (c0, c1), policy)
    entering = [line for line in lines if line[0] <= radius]
    verdict = ""
    if len(counting) >= policy.match.min_fixes:
        verdict = "hit"
    elif counting or entering:
        verdict = "passed"
    return Finding(
        verdict,
        len(inside),
        _visits(window, inside),
        inside[0].t if inside else None,
        inside[-1].t if inside else None,
        min((distance(f, place) for f in window), default=None),
        min((line[0] for line in lines), default=None),
        sum(line[1] for line in entering),
        _coverage(trail, (c0, c1), policy),
        _best_p(inside, counting, order, place, (radius, r95)),
    )


def _observation(fix: Fix, order):
    stop = fix.stop
    if stop and order[0] <= stop.from_us and stop.to_us < order[1]:
        return stop
    return fix


def _p(observation, place, radius: float, place_r95: float) -> float:
    s = math.hypot(observation.r95, place_r95) / 2.4477
    nc = (distance(observation, place) / s) ** 2
    return float(ncx2.cdf((radius / s) ** 2, 2, nc))


def _counts(fix: Fix, order, place, circle, policy: Policy) -> bool:
    if policy.match.rule == "distance":
        return distance(fix, place) <= circle[0]
    if policy.match.rule == "half_circle":
        return _shared(fix, place, circle[0]) >= 0.5
    p = _p(_observation(fix, order), place, *circle)
    return p >= policy.match.min_probability


def _shared(fix: Fix, place, radius: float) -> float:
    """Share of the fix's circle (R95) that lies in the vicinity, by two polygons."""
    drawn = shapely.Point(fix.x - place.x, fix.y - place.y).buffer(fix.r95, 256)
    vicinity = shapely.Point(0, 0).buffer(radius, 256)
    return drawn.intersection(vicinity).area / drawn.area


def _best_p(inside, counting, order, place, circle) -> float | None:
    seen = [f for f in [*inside, *counting]]
    if not seen:
        return None
    seen.sort(key=lambda f: (f.t, f.x, f.y))
    best = min(seen, key=lambda f: _observation(f, order).r95)
    return _p(_observation(best, order), place, *circle)


def _visits(window, inside) -> int:
    count, staying = 0, False
    for fix in window:
        if any(fix is f for f in inside):
            count += 0 if staying else 1
            staying = True
        elif fix.trusted:
            staying = False
    return count


def _pairs(trail, policy: Policy):
    good = [f for f in trail if f.trusted]
    gap = policy.line.max_gap_s * 1e6
    return [(a, b) for a, b in pairwise(good) if b.t - a.t <= gap]


def _parts(trail, place, radius, window, policy: Policy):
    """(least distance, dwell in s) of each line within the window, by bisection."""
    out = []
    for a, b in _pairs(trail, policy):
        lo, hi = max(a.t, window[0]), min(b.t, window[1])
        if lo > hi:
            continue

        def at(t, a=a, b=b):
            u = (t - a.t) / (b.t - a.t)
            x, y = a.x + u * (b.x - a.x), a.y + u * (b.y - a.y)
            return math.hypot(x - place.x, y - place.y)

        nearest = _least(at, lo, hi)
        dwell = 0.0
        if at(nearest) <= radius:
            entry = _edge(at, radius, nearest, lo)
            leave = _edge(at, radius, nearest, hi)
            dwell = (leave - entry) / 1e6
        out.append((at(nearest), dwell))
    return out


def _least(at, lo: float, hi: float) -> float:
    """Distance along a line is convex: ternary search."""
    for _ in range(200):
        third = (hi - lo) / 3
        if at(lo + third) <= at(hi - third):
            hi -= third
        else:
            lo += third
    return (lo + hi) / 2


def _edge(at, radius: float, inner: float, outer: float) -> float:
    """Where the line leaves the vicinity between `inner` and `outer`."""
    if at(outer) <= radius:
        return outer
    for _ in range(100):
        middle = (inner + outer) / 2
        if at(middle) <= radius:
            inner = middle
        else:
            outer = middle
    return inner


def _coverage(trail, window, policy: Policy) -> float:
    c0, c1 = window
    lines = [(a.t, b.t) for a, b in _pairs(trail, policy)]
    if c0 == c1:
        here = any(f.trusted and f.t == c0 for f in trail)
        return float(here or any(a <= c0 <= b for a, b in lines))
    return sum(max(0, min(b, c1) - max(a, c0)) for a, b in lines) / (c1 - c0)
