"""Open parts of a window: no two anchors enclose them, so they can exclude nobody.

Where a trusted fix lies near such a part, the vicinity may have been reached from it,
or left towards it, in time: one cone (`matching.md`, Verdict of a pair).
"""

import math

import numpy as np

from geocorr.anchors import Aim, Track, long_m
from geocorr.arrays import Ints, compiled


@compiled
def open_ends(track: Track, aim: Aim, anchors: Ints) -> tuple[bool, float]:
    """Whether anchors enclose the window; and the speed (m/s) that its open ends take.

    Inf where they take more than top speed, or there are none.
    """
    begins = track.t[anchors[0]] if len(anchors) else np.inf
    ends = track.t[anchors[-1]] if len(anchors) else -np.inf
    speed = math.inf
    if begins > aim.from_s:
        speed = min(speed, cone(track, aim, (aim.from_s, min(begins, aim.to_s))))
    if ends < aim.to_s:
        speed = min(speed, cone(track, aim, (max(ends, aim.from_s), aim.to_s)))
    return begins <= aim.from_s and ends >= aim.to_s, speed


@compiled
def cone(track: Track, aim: Aim, part: tuple[float, float]) -> float:
    """The speed (m/s) that it takes to have been in the vicinity in an open part.

    Inf where no trusted fix near the part leaves it possible at top speed. Else the
    least that it takes from a fix to the next or the part's end, or back: a tag that
    stood far off until a minute ago did not use the hour before to come nearer. Where
    only that hour leaves it possible, top speed.
    """
    own = track.t[aim.first : aim.last]
    lo = max(part[0], aim.from_s)
    hi = min(part[1], aim.to_s)
    first = aim.first + int(np.searchsorted(own, lo - aim.cone_s))
    last = aim.first + int(np.searchsorted(own, hi + aim.cone_s, side="right"))
    least, before, within_reach = math.inf, -math.inf, False
    i = _next_trusted(track, first, last)
    while i < last:
        t, after = track.t[i], _next_trusted(track, i + 1, last)
        # The farthest instant of the part that lies within the cone's length.
        away = max(min(hi, t + aim.cone_s) - t, t - max(lo, t - aim.cone_s))
        d = long_m(track.x[i] - aim.x, track.y[i] - aim.y)
        short = d - track.e[i] - aim.reach_m
        if short <= aim.top_m_s * away:
            within_reach = True
            until = track.t[after] if after < last else math.inf
            if until >= lo and before <= hi:
                free = max(min(hi, until) - t, t - max(lo, before))
                least = min(least, _over(short, min(free, aim.cone_s)))
        before, i = t, after
    return min(least, aim.top_m_s) if within_reach else math.inf


@compiled
def _next_trusted(track: Track, i: int, last: int) -> int:
    while i < last and not track.trusted[i]:
        i += 1
    return i


@compiled
def _over(metres: float, seconds: float) -> float:
    if metres <= 0.0:
        return 0.0
    return metres / seconds if seconds > 0.0 else math.inf
