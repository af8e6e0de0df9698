"""Could the tag have been there? Exclusion by space-time prisms (`matching.md`, alibi).

A window is bracketed where it lies between two trusted fixes of stated accuracy, inside
the order. A bracketed part excludes the vicinity if no path at top speed, errors at
their 99.9 %, touches it. "No fix" is never "not there".
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geocorr.anchors import (
    Aim,
    Track,
    anchors_around,
    around,
    bracket,
    consistent,
    seen,
)
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
from geocorr.cones import cone, open_ends
from geocorr.own_speed import own_speed, with_headroom
from geocorr.policy import Policy
from geocorr.prism import (
    Bracket,
    enough_speed,
    least_speed,
    nearest_m,
    required_speed,
    within_m,
)

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Alibis:
    """What brackets show of each pair; one row a pair, speeds in m/s.

    `bracketed`: every instant of the window is, consistently. `reachable`: a bracketed
    part allows it at top speed, or an open part lies within reach of a trusted fix.
    `required_m_s`: the smallest speed that allows it in any bracketed part, inf = none
    does, NaN = nothing is bracketed. `margin_m`: how far top speed falls short there.
    `open_m_s`: the speed that an open part takes, inf = none, or more than top speed.
    """

    bracketed: Bools
    reachable: Bools
    required_m_s: Floats
    open_m_s: Floats
    margin_m: Floats
    top_speed_m_s: Floats

    def __post_init__(self) -> None:
        check_lengths(self)


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
    track = Track(
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
    track: Track,
    limits: tuple[Ints, Ints],
    orders: tuple[Floats, Floats],
    places: tuple[Floats, Floats, Floats],
    windows: tuple[Floats, Floats],
    limit: tuple[Floats, _Speeds],
) -> tuple[Bools, Bools, Floats, Floats, Floats, Floats]:
    n, speeds = len(limits[0]), limit[1]
    bracketed, reachable = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    required, margin = np.full(n, np.nan), np.full(n, np.nan)
    open_, tops = np.full(n, np.inf), np.zeros(n)
    for k in range(n):
        a, b = limits[0][k], limits[1][k]
        own = track.t[a:b]
        first = a + np.searchsorted(own, orders[0][k])
        last = a + np.searchsorted(own, orders[1][k])
        window = (windows[0][k], windows[1][k])
        within = (speeds.own_s, speeds.gap_s)
        own_m_s = own_speed(track, (first, last), window, within)
        agree_m_s = max(limit[0][k], own_m_s)
        top_m_s = max(limit[0][k], speeds.headroom * own_m_s)
        aim = Aim(
            places[0][k],
            places[1][k],
            places[2][k],
            window[0],
            window[1],
            first,
            last,
            agree_m_s,
            top_m_s,
            speeds.cone_s,
            np.inf if speeds.all else top_m_s,
        )
        anchors = anchors_around(track, aim)
        aim = with_headroom(track, aim, anchors, speeds.headroom)
        found = _one(track, aim, (orders[0][k], orders[1][k]), anchors)
        bracketed[k], open_[k], required[k], margin[k] = found
        reachable[k] = open_[k] < np.inf or margin[k] <= 0.0
        tops[k] = aim.top_m_s
    return bracketed, reachable, required, open_, margin, tops


@compiled
def _one(
    track: Track, aim: Aim, order: tuple[float, float], anchors: Ints
) -> tuple[bool, float, float, float]:
    """Bracketed throughout, speed of an open part, required speed, margin of a pair."""
    n = len(anchors)
    if n == 1 and track.t[anchors[0]] == aim.from_s == aim.to_s:
        i = anchors[0]
        alone = (i, i, i, i)
        required, margin = _speed(track, aim, alone), _short_m(track, aim, alone)
        return order[0] <= aim.from_s < order[1], np.inf, required, margin
    whole, open_m_s = open_ends(track, aim, anchors)
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
        least[k] = _least(seen(aim, ends, part), aim)
        if least[k] < 0.0:
            whole, least[k] = False, np.nan
            open_m_s = min(open_m_s, cone(track, aim, (t[i], t[j])))
    required, margin = _tightest(track, aim, anchors, least)
    return whole, open_m_s, required, margin


@compiled
def _tightest(
    track: Track, aim: Aim, anchors: Ints, least: Floats
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
        speed = _speed(track, aim, around(anchors, k))
        if chosen < 0 or speed < required:
            required, chosen = speed, k
    if chosen < 0:
        return np.nan, np.nan
    return required, _short_m(track, aim, around(anchors, chosen))


@compiled
def _lowest(values: Floats) -> int:
    """Position of the least value that is one, the first of equals; -1 without any."""
    found = -1
    for k in range(len(values)):
        if not np.isnan(values[k]) and (found < 0 or values[k] < values[found]):
            found = k
    return found


@compiled
def _least(b: Bracket, aim: Aim) -> float:
    """Lower bound of a stretch's required speed; -1 where it is inconsistent."""
    if not consistent(b, aim):
        return -1.0
    return least_speed(b, aim.reach_m)


@compiled
def _speed(track: Track, aim: Aim, fixes: tuple[int, int, int, int]) -> float:
    """Required speed of a stretch.

    Judged by its own two fixes and by the pairs that skip one of them: a poor fix
    between two good ones must not loosen the proof, so the tightest holds.
    """
    before, i, j, after = fixes
    part = (max(track.t[i], aim.from_s), min(track.t[j], aim.to_s))
    speed = required_speed(bracket(track, aim, (i, j), part), aim.reach_m)
    for pair in ((before, j), (i, after)):
        b = bracket(track, aim, pair, part)
        # Most such pairs span more time and ask for less, as one glance shows.
        if pair == (i, j) or enough_speed(b, aim.reach_m) <= speed:
            continue
        if consistent(b, aim):
            speed = max(speed, required_speed(b, aim.reach_m))
    return speed


@compiled
def _short_m(track: Track, aim: Aim, fixes: tuple[int, int, int, int]) -> float:
    """How far top speed falls short of the vicinity there, by the tightest pair."""
    before, i, j, after = fixes
    part = (max(track.t[i], aim.from_s), min(track.t[j], aim.to_s))
    near = nearest_m(bracket(track, aim, (i, j), part), aim.top_m_s)
    for pair in ((before, j), (i, after)):
        b = bracket(track, aim, pair, part)
        if pair == (i, j) or within_m(b, aim.top_m_s) <= near:
            continue
        if consistent(b, aim):
            near = max(near, nearest_m(b, aim.top_m_s))
    return near - aim.reach_m
