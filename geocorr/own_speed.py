"""How fast the tag itself was seen to move: it is never taken to be slower than that.

`bounds` is kept with every chunk of a stored trail: where it shows that the tag's own
speed cannot count, a verdict need not look at the hour round its window.
"""

import math

import numpy as np

from geocorr.anchors import Aim, Track
from geocorr.arrays import US_PER_S, Bools, Floats, Floats32, Ints, Trails, compiled
from geocorr.candidates import Chunks

# Times, places and R95 of fixes, and which are trusted.
_Fixes = tuple[Ints, Floats, Floats, Floats32, Bools]


@compiled
def own_speed(
    track: Track,
    order: tuple[int, int],
    window: tuple[float, float],
    within: tuple[float, float],
) -> float:
    """The fastest line in m/s, less errors, near a window; 0 without any.

    `within` = how many seconds round the window, and the longest line in seconds.
    """
    own = track.t[order[0] : order[1]]
    i = order[0] + np.searchsorted(own, window[0] - within[0])
    end = order[0] + np.searchsorted(own, window[1] + within[0], side="right")
    t, x, y, r95, trusted = track.t, track.x, track.y, track.r95, track.trusted
    fastest, j = 0.0, -1
    for k in range(i, end):
        if not trusted[k]:
            continue
        if j >= 0 and 0.0 < t[k] - t[j] <= within[1]:
            net = (r95[k] + r95[j], t[k] - t[j])
            fastest = max(fastest, _net_speed(x[k] - x[j], y[k] - y[j], net, fastest))
        j = k
    return fastest


@compiled
def with_headroom(track: Track, aim: Aim, anchors: Ints, headroom: float) -> Aim:
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
    return Aim(
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


def bounds(trails: Trails, chunks: Chunks) -> Floats32:
    """Of each chunk a speed in m/s that no line into or within it exceeds.

    Of lines as long as the chunks were cut for: rounded up, never under what
    `own_speed` finds there.
    """
    fixes = trails.fixes
    columns = (fixes.t_us, fixes.x_m, fixes.y_m, trails.r95_m, trails.trusted)
    fastest = _fastest(columns, chunks.first, chunks.last, chunks.borrowed)
    return np.nextafter(fastest.astype(np.float32), np.float32(np.inf))


@compiled
def _fastest(fixes: _Fixes, first: Ints, last: Ints, borrowed: Ints) -> Floats:
    t, x, y, r95, trusted = fixes
    found = np.zeros(len(first))
    for c in range(len(first)):
        # The first of the borrowed is trusted, by the way they are borrowed.
        j = first[c] - borrowed[c] if borrowed[c] > 0 else -1
        for k in range(first[c], last[c]):
            if not trusted[k]:
                continue
            if j >= 0 and t[k] > t[j]:
                errors_m = np.float64(r95[k]) + np.float64(r95[j])
                net = (errors_m, (t[k] - t[j]) / US_PER_S)
                speed = _net_speed(x[k] - x[j], y[k] - y[j], net, found[c])
                found[c] = max(found[c], speed)
            j = k
    return found
