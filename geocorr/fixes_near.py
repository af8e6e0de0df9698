"""Which fixes of a pair could count, and which do (`matching.md`, One fix).

A fix speaks for its own place or for its stop, of which it is one observation.
"""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import Bools, Codes, Floats, Ints, Targets, Trails, compiled
from geocorr.candidates import reach_m
from geocorr.lines import HAIR, Spans
from geocorr.one_fix import half_inside, likely
from geocorr.policy import Policy


@dataclass(frozen=True, slots=True)
class Near:
    """Fixes in window and order that could count: CSR over pairs.

    `start` [pairs + 1] offsets into the rest; `fix` positions; `distance_m` of the fix
    and `observed_m` of its observation (its stop, or itself), whose R95 is `r95_m`;
    `inside` = d <= R; `counts` = satisfies the policy's rule.
    """

    start: Ints
    fix: Ints
    distance_m: Floats
    observed_m: Floats
    r95_m: Floats
    inside: Bools
    counts: Bools


def near(
    trails: Trails,
    spans: Spans,
    orders: tuple[Ints, Ints],
    chosen: Targets,
    policy: Policy,
) -> Near:
    """The fixes of each pair that could count; one row a pair in every argument.

    `orders` = each pair's order in force, half-open, in microseconds.
    """
    fixes, stops = trails.fixes, trails.stops
    reach = reach_m(chosen, policy)
    start, fix, pair, stop = _reachable(
        (fixes.x_m, fixes.y_m, trails.stop),
        (stops.x_m, stops.y_m, stops.from_us, stops.to_us),
        (spans.begin, spans.end, *orders),
        (chosen.x_m, chosen.y_m, np.maximum(reach, chosen.radius_m)),
    )
    target = chosen.take(pair)
    distance = np.hypot(fixes.x_m[fix] - target.x_m, fixes.y_m[fix] - target.y_m)
    own_r95 = trails.r95_m[fix].astype(np.float64)
    observed, r95 = distance.copy(), own_r95.copy()
    at = stop >= 0
    s = stop[at]
    observed[at] = np.hypot(
        stops.x_m[s] - target.x_m[at], stops.y_m[s] - target.y_m[at]
    )
    r95[at] = stops.accuracy_m[s]
    if policy.match.rule == "distance":
        counts = distance <= target.radius_m
    elif policy.match.rule == "half_circle":
        counts = half_inside(distance, own_r95, target.radius_m)
    else:
        counts = _likely(pair, observed, r95, target, policy.match.min_probability)
    inside = distance <= target.radius_m
    return Near(start, fix, distance, observed, r95, inside, counts)


def _likely(
    pair: Ints, observed_m: Floats, r95_m: Floats, target: Targets, least: float
) -> Bools:
    """Whether each is likely enough; the fixes of one stop are asked about once."""
    new = np.ones(len(pair), np.bool_)
    new[1:] = (np.diff(pair) != 0) | (np.diff(observed_m) != 0) | (np.diff(r95_m) != 0)
    place = target.take(new)
    found = likely(observed_m[new], r95_m[new], place.radius_m, place.r95_m, least)
    return np.asarray(found[np.cumsum(new) - 1])


@compiled
def _reachable(
    fixes: tuple[Floats, Floats, Codes],
    stops: tuple[Floats, Floats, Ints, Ints],
    spans: tuple[Ints, Ints, Ints, Ints],
    targets: tuple[Floats, Floats, Floats],
) -> tuple[Ints, Ints, Ints, Codes]:
    """CSR of the fixes whose own place or stop lies within reach of the target."""
    begin, end, order_from, order_to = spans
    start = np.zeros(len(begin) + 1, np.int64)
    fix, pair = np.empty(256, np.int64), np.empty(256, np.int64)
    stop = np.empty(256, np.int32)
    for k in range(len(begin)):
        m = start[k]
        # Room for all of the pair, so that the loop over its fixes stays a plain one.
        while m + end[k] - begin[k] > len(fix):
            fix = np.concatenate((fix, np.empty_like(fix)))
            pair = np.concatenate((pair, np.empty_like(pair)))
            stop = np.concatenate((stop, np.empty_like(stop)))
        disc = (targets[0][k], targets[1][k], targets[2][k])
        order = (order_from[k], order_to[k])
        found = (fix[m:], stop[m:])
        n = _reachable_of_one(fixes, stops, (begin[k], end[k]), order, disc, found)
        pair[m : m + n] = k
        start[k + 1] = m + n
    m = start[len(begin)]
    return start, fix[:m], pair[:m], stop[:m]


@compiled
def _reachable_of_one(
    fixes: tuple[Floats, Floats, Codes],
    stops: tuple[Floats, Floats, Ints, Ints],
    span: tuple[int, int],
    order: tuple[int, int],
    disc: tuple[float, float, float],
    found: tuple[Ints, Codes],
) -> int:
    """Write those of one pair, with their stops, into `found`; how many."""
    x, y, own_stop = fixes
    stop_x, stop_y, stop_from, stop_to = stops
    fix, stop = found
    m = 0
    for i in range(span[0], span[1]):
        s = own_stop[i]
        # Only if all of the stop lies in the order: no one else's fixes speak.
        if s >= 0 and (stop_from[s] < order[0] or stop_to[s] >= order[1]):
            s = -1
        near = _within(x[i], y[i], disc)
        if near or (s >= 0 and _within(stop_x[s], stop_y[s], disc)):
            fix[m], stop[m] = i, s
            m += 1
    return m


@compiled
def _within(x: float, y: float, disc: tuple[float, float, float]) -> bool:
    """Exactly d <= R, the distance itself taken only where it is not plain."""
    dx, dy = x - disc[0], y - disc[1]
    square, limit = dx * dx + dy * dy, disc[2] * disc[2]
    if square > limit * HAIR:
        return False
    if square * HAIR < limit:
        return True
    within: bool = np.hypot(dx, dy) <= disc[2]
    return within
