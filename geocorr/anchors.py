"""A pair as the alibi test sees it, and the anchors about its window.

An anchor is a trusted fix of stated accuracy: two enclose what an exclusion may speak
of. Seconds count from the first fix; order and fixes are positions in the track.
"""

import math
from typing import NamedTuple

import numpy as np

from geocorr.arrays import Bools, Floats, Ints, compiled
from geocorr.prism import Bracket

# A fix by its time, place and error radius, in seconds and metres.
End = tuple[float, float, float, float]


class Track(NamedTuple):
    """Fixes as columns; `e` is how far the true place may lie off at 99.9 %."""

    t: Floats
    x: Floats
    y: Floats
    e: Floats
    r95: Floats
    trusted: Bools
    anchor: Bools


class Aim(NamedTuple):
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


@compiled
def anchors_around(track: Track, aim: Aim) -> Ints:
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
def around(anchors: Ints, k: int) -> tuple[int, int, int, int]:
    """The two anchors of a stretch, and the next on either side (or the same)."""
    before, after = anchors[max(k - 1, 0)], anchors[min(k + 2, len(anchors) - 1)]
    return before, anchors[k], anchors[k + 1], after


@compiled
def bracket(
    track: Track, aim: Aim, pair: tuple[int, int], part: tuple[float, float]
) -> Bracket:
    """Two fixes of the track as the target sees them, for a part of the window."""
    i, j = pair
    t, x, y, e = track.t, track.x, track.y, track.e
    return seen(aim, ((t[i], x[i], y[i], e[i]), (t[j], x[j], y[j], e[j])), part)


@compiled
def seen(aim: Aim, ends: tuple[End, End], part: tuple[float, float]) -> Bracket:
    """The same of fixes by their values."""
    (t1, x1, y1, e1), (t2, x2, y2, e2) = ends
    return Bracket(
        long_m(x1 - aim.x, y1 - aim.y),
        long_m(x2 - aim.x, y2 - aim.y),
        long_m(x1 - x2, y1 - y2),
        e1,
        e2,
        t2 - t1,
        part[0] - t1,
        part[1] - t1,
    )


@compiled
def consistent(b: Bracket, aim: Aim) -> bool:
    """Whether the tag can have gone from one fix to the other."""
    agree: bool = b.apart <= aim.agree_m_s * b.long + b.e1 + b.e2
    return agree


@compiled
def long_m(dx: float, dy: float) -> float:
    """The length of a step in metres."""
    return math.sqrt(dx * dx + dy * dy)
