"""Could the tag have been there? Exclusion by space-time prisms (`matching.md`, alibi).

A window is bracketed where it lies between two trusted fixes of stated accuracy, inside
the order. A bracketed part excludes the vicinity if no path at top speed, errors at
their 99.9 %, touches it. "No fix" is never "not there".
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Targets,
    Trails,
    Wearers,
    check_lengths,
    compiled,
)
from geocorr.candidates import Pairs
from geocorr.choices import Alibi
from geocorr.policy import Policy
from geocorr.prism import Bracket, least_speed, nearest_m, required_speed

HOUR_S = 3600.0

# A fix by its time, place and error radius, in seconds and metres.
_End = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Alibis:
    """What brackets show of each pair; one row a pair, speeds in m/s.

    `bracketed`: every instant of the window is, consistently. `reachable`: a bracketed
    part allows it at top speed, or an open part lies within reach of a trusted fix.
    `required_m_s`: the smallest speed that allows it in any bracketed part, inf = none
    does, NaN = nothing is bracketed. `margin_m`: how far top speed falls short there.
    """

    bracketed: Bools
    reachable: Bools
    required_m_s: Floats
    margin_m: Floats
    top_speed_m_s: Floats

    def __post_init__(self) -> None:
        check_lengths(self)


class _Track(NamedTuple):
    t: Floats
    x: Floats
    y: Floats
    e: Floats
    r95: Floats
    trusted: Bools
    anchor: Bools


class _Aim(NamedTuple):
    """One pair: place, reach, window in seconds, order as positions, speeds."""

    x: float
    y: float
    reach_m: float
    from_s: float
    to_s: float
    first: int
    last: int
    # Two fixes that contradict each other at this speed prove nothing.
    agree_m_s: float
    top_m_s: float
    cone_s: float
    # Faster than this no required speed is asked for.
    most_m_s: float


def presence_of(
    trails: Trails,
    wearers: Wearers,
    targets: Targets,
    pairs: Pairs,
    policy: Policy,
    *,
    speeds: bool = True,
) -> Alibis:
    """Test each pair's window; the trails must reach beyond it to the next fixes.

    Without `speeds` only `bracketed` and `reachable` are to be trusted: several times
    quicker where many are excluded.
    """
    fixes, choice = trails.fixes, policy.alibi
    # Seconds from the first fix: microseconds are kept, doubles stay exact.
    origin_us = int(fixes.t_us.min(initial=0))
    r95 = trails.r95_m.astype(np.float64)
    trusted = trails.trusted
    track = _Track(
        _seconds(fixes.t_us, origin_us),
        fixes.x_m,
        fixes.y_m,
        r95 * choice.error_factor,
        r95,
        trusted,
        trusted & ((trails.marks & np.uint8(ASSUMED)) == 0),
    )
    starts, device = fixes.device_starts(), wearers.device[pairs.wearer]
    chosen = targets.take(pairs.target)
    top_m_s = chosen.top_speed_m_s
    if top_m_s is None:
        top_m_s = np.full(len(chosen), choice.top_speed_m_s)
    clock_s = choice.clock_error_s
    columns = _examine(
        track,
        (starts[device], starts[device + 1]),
        (
            _seconds(wearers.from_us[pairs.wearer], origin_us),
            _seconds(wearers.to_us[pairs.wearer], origin_us),
        ),
        (chosen.x_m, chosen.y_m, chosen.radius_m + choice.error_factor * chosen.r95_m),
        (
            _seconds(chosen.from_us, origin_us) - clock_s,
            _seconds(chosen.to_us, origin_us) + clock_s,
        ),
        (top_m_s, _speeds(choice, policy.line.max_gap_s, speeds)),
    )
    return Alibis(*columns)


def _seconds(t_us: Ints, origin_us: int) -> Floats:
    whole: Floats = (t_us - np.int64(origin_us)) / US_PER_S
    return whole


class _Speeds(NamedTuple):
    own_s: float
    headroom: float
    cone_s: float
    gap_s: float
    all: bool


def _speeds(choice: Alibi, gap_s: float, every: bool) -> _Speeds:
    own_s, cone_s = choice.own_speed_h * HOUR_S, choice.cone_h * HOUR_S
    return _Speeds(own_s, choice.own_speed_factor, cone_s, gap_s, every)


@compiled
def _examine(
    track: _Track,
    limits: tuple[Ints, Ints],
    orders: tuple[Floats, Floats],
    places: tuple[Floats, Floats, Floats],
    windows: tuple[Floats, Floats],
    limit: tuple[Floats, _Speeds],
) -> tuple[Bools, Bools, Floats, Floats, Floats]:
    n = len(limits[0])
    bracketed, reachable = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    required, margin, tops = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n)
    for k in range(n):
        a, b = limits[0][k], limits[1][k]
        own = track.t[a:b]
        first = a + np.searchsorted(own, orders[0][k])
        last = a + np.searchsorted(own, orders[1][k])
        window = (windows[0][k], windows[1][k])
        own_m_s = _own_speed(track, (first, last), window, limit[1])
        agree_m_s = max(limit[0][k], own_m_s)
        top_m_s = max(limit[0][k], limit[1].headroom * own_m_s)
        aim = _Aim(
            places[0][k],
            places[1][k],
            places[2][k],
            window[0],
            window[1],
            first,
            last,
            agree_m_s,
            top_m_s,
            limit[1].cone_s,
            np.inf if limit[1].all else top_m_s,
        )
        anchors = _anchors_around(track, aim)
        aim = _with_headroom(track, aim, anchors, limit[1].headroom)
        found = _one(track, aim, (orders[0][k], orders[1][k]), anchors)
        bracketed[k], reachable[k], required[k], margin[k] = found
        tops[k] = aim.top_m_s
    return bracketed, reachable, required, margin, tops


@compiled
def _own_speed(
    track: _Track,
    order: tuple[int, int],
    window: tuple[float, float],
    speeds: _Speeds,
) -> float:
    """The fastest line that the tag itself moved within an hour of the window."""
    own = track.t[order[0] : order[1]]
    i = order[0] + np.searchsorted(own, window[0] - speeds.own_s)
    end = order[0] + np.searchsorted(own, window[1] + speeds.own_s, side="right")
    t, x, y, r95, trusted = track.t, track.x, track.y, track.r95, track.trusted
    fastest, j = 0.0, -1
    for k in range(i, end):
        if not trusted[k]:
            continue
        if j >= 0 and 0.0 < t[k] - t[j] <= speeds.gap_s:
            net = (r95[k] + r95[j], t[k] - t[j])
            fastest = max(fastest, _net_speed(x[k] - x[j], y[k] - y[j], net, fastest))
        j = k
    return fastest


@compiled
def _with_headroom(track: _Track, aim: _Aim, anchors: Ints, headroom: float) -> _Aim:
    """The pair with as much room over the stretches of its window themselves.

    A tag that averaged 33 m/s was faster at times, and not on a straight line.
    """
    t, x, y, e = track.t, track.x, track.y, track.e
    top = aim.top_m_s
    for k in range(len(anchors) - 1):
        i, j = anchors[k], anchors[k + 1]
        if t[i] > aim.to_s or t[j] < aim.from_s or t[i] == t[j]:
            continue
        net = (e[i] + e[j], t[j] - t[i])
        speed = _net_speed(x[j] - x[i], y[j] - y[i], net, top / headroom)
        if speed <= aim.agree_m_s:
            top = max(top, headroom * speed)
    most = aim.most_m_s if aim.most_m_s == np.inf else top
    return _Aim(
        aim.x, aim.y, aim.reach_m, aim.from_s, aim.to_s, aim.first, aim.last,
        aim.agree_m_s, top, aim.cone_s, most,
    )  # fmt: skip


@compiled
def _net_speed(dx: float, dy: float, net: tuple[float, float], fastest: float) -> float:
    """Speed over (dx, dy), `net` of errors in metres, in seconds; 0 if no faster."""
    if dx * dx + dy * dy <= (fastest * net[1] + net[0]) ** 2:
        return 0.0
    speed: float = (math.sqrt(dx * dx + dy * dy) - net[0]) / net[1]
    return speed


@compiled
def _one(
    track: _Track, aim: _Aim, order: tuple[float, float], anchors: Ints
) -> tuple[bool, bool, float, float]:
    """Bracketed throughout, reachable, required speed, margin of one pair."""
    n = len(anchors)
    if n == 1 and track.t[anchors[0]] == aim.from_s == aim.to_s:
        i = anchors[0]
        around = (i, i, i, i)
        required, margin = _speed(track, aim, around), _short_m(track, aim, around)
        return order[0] <= aim.from_s < order[1], margin <= 0.0, required, margin
    whole, reachable = _open_ends(track, aim, anchors)
    whole &= order[0] <= aim.from_s and aim.to_s < order[1]
    # The loop hands on numbers, never arrays, whose holders would have to be counted.
    t, x, y, e = track.t, track.x, track.y, track.e
    least = np.full(max(n - 1, 0), np.nan)
    for k in range(n - 1):
        i, j = anchors[k], anchors[k + 1]
        if t[i] > aim.to_s or t[j] < aim.from_s:
            continue
        part = (max(t[i], aim.from_s), min(t[j], aim.to_s))
        ends = (t[i], x[i], y[i], e[i]), (t[j], x[j], y[j], e[j])
        least[k] = _least(_seen(aim, ends, part), aim)
        if least[k] < 0.0:
            whole, least[k] = False, np.nan
            reachable |= _cone(track, aim, (t[i], t[j]))
    required, margin = _tightest(track, aim, anchors, least)
    return whole, reachable or margin <= 0.0, required, margin


@compiled
def _tightest(
    track: _Track, aim: _Aim, anchors: Ints, least: Floats
) -> tuple[float, float]:
    """Least required speed of all stretches, and how far top speed falls short there.

    `least` bounds each stretch's from below (NaN: none of ours), so that only those
    which could still be the least are worked out. NaN, NaN without any stretch.
    """
    required, chosen = np.inf, -1
    while True:
        k = _lowest(least)
        if k < 0 or least[k] > aim.most_m_s or (chosen >= 0 and least[k] >= required):
            break
        least[k] = np.nan
        speed = _speed(track, aim, _around(anchors, k))
        if chosen < 0 or speed < required:
            required, chosen = speed, k
    if chosen < 0:
        return np.nan, np.nan
    return required, _short_m(track, aim, _around(anchors, chosen))


@compiled
def _lowest(values: Floats) -> int:
    """Position of the least value that is one, the first of equals; -1 without any."""
    found = -1
    for k in range(len(values)):
        if not np.isnan(values[k]) and (found < 0 or values[k] < values[found]):
            found = k
    return found


@compiled
def _around(anchors: Ints, k: int) -> tuple[int, int, int, int]:
    """The two anchors of a stretch, and the next on either side (or the same)."""
    before, after = anchors[max(k - 1, 0)], anchors[min(k + 2, len(anchors) - 1)]
    return before, anchors[k], anchors[k + 1], after


@compiled
def _least(b: Bracket, aim: _Aim) -> float:
    """Lower bound of a stretch's required speed; -1 where it is inconsistent."""
    if not _consistent(b, aim):
        return -1.0
    return least_speed(b, aim.reach_m)


@compiled
def _open_ends(track: _Track, aim: _Aim, anchors: Ints) -> tuple[bool, bool]:
    """Whether anchors enclose the window, and whether an open end is within reach."""
    begins = track.t[anchors[0]] if len(anchors) else np.inf
    ends = track.t[anchors[-1]] if len(anchors) else -np.inf
    reachable = False
    if begins > aim.from_s:
        reachable |= _cone(track, aim, (aim.from_s, min(begins, aim.to_s)))
    if ends < aim.to_s:
        reachable |= _cone(track, aim, (max(ends, aim.from_s), aim.to_s))
    return begins <= aim.from_s and ends >= aim.to_s, reachable


@compiled
def _anchors_around(track: _Track, aim: _Aim) -> Ints:
    """Anchors of the window and two more on either side, inside the order."""
    own = track.t[aim.first : aim.last]
    lo = aim.first + np.searchsorted(own, aim.from_s)
    hi = aim.first + np.searchsorted(own, aim.to_s, side="right")
    more = 0
    while lo > aim.first and more < 2:
        lo -= 1
        more += 1 if track.anchor[lo] else 0
    more = 0
    while hi < aim.last and more < 2:
        more += 1 if track.anchor[hi] else 0
        hi += 1
    return lo + np.flatnonzero(track.anchor[lo:hi])


@compiled
def _speed(track: _Track, aim: _Aim, around: tuple[int, int, int, int]) -> float:
    """Required speed of a stretch.

    Judged by its own two fixes and by the pairs that skip one of them: a poor fix
    between two good ones must not loosen the proof, so the tightest holds.
    """
    before, i, j, after = around
    part = (max(track.t[i], aim.from_s), min(track.t[j], aim.to_s))
    speed = required_speed(_bracket(track, aim, (i, j), part), aim.reach_m)
    for pair in ((before, j), (i, after)):
        b = _bracket(track, aim, pair, part)
        if pair != (i, j) and _consistent(b, aim):
            speed = max(speed, required_speed(b, aim.reach_m))
    return speed


@compiled
def _short_m(track: _Track, aim: _Aim, around: tuple[int, int, int, int]) -> float:
    """How far top speed falls short of the vicinity there, by the tightest pair."""
    before, i, j, after = around
    part = (max(track.t[i], aim.from_s), min(track.t[j], aim.to_s))
    near = nearest_m(_bracket(track, aim, (i, j), part), aim.top_m_s)
    for pair in ((before, j), (i, after)):
        b = _bracket(track, aim, pair, part)
        if pair != (i, j) and _consistent(b, aim):
            near = max(near, nearest_m(b, aim.top_m_s))
    return near - aim.reach_m


@compiled
def _consistent(b: Bracket, aim: _Aim) -> bool:
    """Whether the tag can have gone from one fix to the other."""
    consistent: bool = b.apart <= aim.agree_m_s * b.long + b.e1 + b.e2
    return consistent


@compiled
def _bracket(
    track: _Track, aim: _Aim, pair: tuple[int, int], part: tuple[float, float]
) -> Bracket:
    i, j = pair
    t, x, y, e = track.t, track.x, track.y, track.e
    return _seen(aim, ((t[i], x[i], y[i], e[i]), (t[j], x[j], y[j], e[j])), part)


@compiled
def _seen(aim: _Aim, ends: tuple[_End, _End], part: tuple[float, float]) -> Bracket:
    """Two fixes as the target sees them, for a part of the window."""
    (t1, x1, y1, e1), (t2, x2, y2, e2) = ends
    return Bracket(
        _long_m(x1 - aim.x, y1 - aim.y),
        _long_m(x2 - aim.x, y2 - aim.y),
        _long_m(x1 - x2, y1 - y2),
        e1,
        e2,
        t2 - t1,
        part[0] - t1,
        part[1] - t1,
    )


@compiled
def _long_m(dx: float, dy: float) -> float:
    return math.sqrt(dx * dx + dy * dy)


@compiled
def _cone(track: _Track, aim: _Aim, part: tuple[float, float]) -> bool:
    """Can a trusted fix near an open part reach the vicinity in that part in time?"""
    own = track.t[aim.first : aim.last]
    lo = max(part[0], aim.from_s)
    hi = min(part[1], aim.to_s)
    first = aim.first + np.searchsorted(own, lo - aim.cone_s)
    last = aim.first + np.searchsorted(own, hi + aim.cone_s, side="right")
    for i in range(first, last):
        if not track.trusted[i]:
            continue
        t = track.t[i]
        # The farthest instant of the part that lies within the cone's length.
        away = max(min(hi, t + aim.cone_s) - t, t - max(lo, t - aim.cone_s))
        d = _long_m(track.x[i] - aim.x, track.y[i] - aim.y)
        if d - track.e[i] - aim.reach_m <= aim.top_m_s * away:
            return True
    return False
