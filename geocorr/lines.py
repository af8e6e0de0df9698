"""What the straight lines of a trail show (`matching.md`, Between two fixes).

A line joins two consecutive trusted fixes at most one gap apart, at constant speed. The
kernels walk one pair of wearer and target after the other. They compare squares, with a
hair of slack, and ask the exact test only where that could tell.
"""

from typing import NamedTuple

import numpy as np

from geocorr.arrays import Bools, Codes, Floats, Ints, compiled

NEVER_US = np.iinfo(np.int64).min
# Squares within this factor of each other are left to the exact test.
HAIR = 1 + 1e-9

# Of each pair: x, y and radius in metres, window from and to in microseconds.
Windows = tuple[Floats, Floats, Floats, Ints, Ints]
Stopping = tuple[Codes, Floats, Floats]
# The ends of a line, x and y in metres of each. The kernels hand on numbers, never
# arrays: to count the holders of an array costs more than the arithmetic.
Ends = tuple[float, float, float, float]


class Track(NamedTuple):
    """The columns of a trail that lines are made of."""

    t: Ints
    x: Floats
    y: Floats
    trusted: Bools


class Spans(NamedTuple):
    """Positions per pair: [first, last) with context, [begin, end) in the window."""

    first: Ints
    last: Ints
    begin: Ints
    end: Ints


@compiled
def touches(
    track: Track, spans: Spans, windows: Windows, stops: Stopping, gap_us: int
) -> Bools:
    """Whether a fix, its stop or a line comes within reach (for radius) in the window.

    `stops` = the stop of each fix (-1 = none), and the stops' mean places.
    """
    x, y = track.x, track.y
    stop, stop_x, stop_y = stops
    touched = np.zeros(len(spans.first), np.bool_)
    for k in range(len(touched)):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        for i in range(spans.begin[k], spans.end[k]):
            s = stop[i]
            if _near(x[i], y[i], target) or (
                s >= 0 and _near(stop_x[s], stop_y[s], target)
            ):
                touched[k] = True
                break
        if not touched[k]:
            touched[k] = _enters(
                track, (spans.first[k], spans.last[k]), target, window, gap_us
            )
    return touched


@compiled
def enters(track: Track, spans: Spans, windows: Windows, gap_us: int) -> Bools:
    """Whether a line enters the vicinity within the window."""
    entered = np.zeros(len(spans.first), np.bool_)
    for k in range(len(entered)):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        span = (spans.first[k], spans.last[k])
        entered[k] = _enters(track, span, target, window, gap_us)
    return entered


@compiled
def _near(x: float, y: float, disc: tuple[float, float, float]) -> bool:
    dx, dy = x - disc[0], y - disc[1]
    near: bool = dx * dx + dy * dy <= disc[2] * disc[2] * HAIR
    return near


@compiled
def _enters(
    track: Track,
    span: tuple[int, int],
    target: tuple[float, float, float],
    window: tuple[int, int],
    gap_us: int,
) -> bool:
    """Whether one of the lines of [first, last) enters; it stops at the first."""
    t, x, y, trusted = track
    j = -1
    for i in range(span[0], span[1]):
        if not trusted[i]:
            continue
        previous, j = j, i
        times = (t[previous], t[i])
        if previous < 0 or not is_line(times, window, gap_us):
            continue
        ends = (x[previous], y[previous], x[i], y[i])
        if line_enters(ends, times, target, window):
            return True
    return False


@compiled
def line_enters(
    ends: Ends,
    times: tuple[int, int],
    target: tuple[float, float, float],
    window: tuple[int, int],
) -> bool:
    """Whether a line comes into the closed disc within the closed window, exactly."""
    if _least_square(ends, target) > target[2] * target[2] * HAIR:
        return False
    enters_: bool = _crossing(ends, times, target, window)[0] <= target[2]
    return enters_


@compiled
def is_line(times: tuple[int, int], window: tuple[int, int], gap_us: int) -> bool:
    """Whether trusted neighbours at these times are a line, in the window."""
    met: bool = times[0] <= window[1] and times[1] >= window[0]
    return met and 0 < times[1] - times[0] <= gap_us


@compiled
def _least_square(ends: Ends, target: tuple[float, float, float]) -> float:
    """Square of the least distance of the whole line, whatever the window."""
    px, py = ends[0] - target[0], ends[1] - target[1]
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    a = dx * dx + dy * dy
    u = 0.0 if a == 0.0 else min(max(-(px * dx + py * dy) / a, 0.0), 1.0)
    square: float = (px + u * dx) ** 2 + (py + u * dy) ** 2
    return square


@compiled
def path_facts(
    track: Track, spans: Spans, windows: Windows, gap_us: int
) -> tuple[Bools, Ints, Ints, Floats, Floats, Floats]:
    """Whether lines enter, entry, exit, least distance, dwell in seconds, coverage."""
    t, x, y, trusted = track
    n = len(spans.first)
    entered, least, dwell = np.zeros(n, np.bool_), np.full(n, np.nan), np.zeros(n)
    entry, leave = np.full(n, NEVER_US), np.full(n, NEVER_US)
    covered = np.zeros(n)
    for k in range(n):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        best, telling = np.inf, np.inf
        covered[k] = _instant(track, spans.begin[k], spans.end[k], window)
        j = -1
        for i in range(spans.first[k], spans.last[k]):
            if not trusted[i]:
                continue
            previous, j = j, i
            times = (t[previous], t[i])
            if previous < 0 or not is_line(times, window, gap_us):
                continue
            covered[k] = _covered(covered[k], times, window)
            ends = (x[previous], y[previous], x[i], y[i])
            # Neither nearer than any before, nor inside: nothing to tell.
            if _least_square(ends, target) > telling:
                continue
            d, u_in, u_out = _crossing(ends, times, target, window)
            best = min(best, d)
            telling = max(best, target[2]) ** 2 * HAIR
            if d <= target[2]:
                span_us = times[1] - times[0]
                if not entered[k]:
                    entry[k] = times[0] + round(u_in * span_us)
                entered[k] = True
                leave[k] = times[0] + round(u_out * span_us)
                dwell[k] += (u_out - u_in) * span_us / 1e6
        least[k] = best if best < np.inf else np.nan
    return entered, entry, leave, least, dwell, covered


@compiled
def _instant(track: Track, begin: int, end: int, window: tuple[int, int]) -> float:
    """What fixes cover alone: a trusted one its own instant, and no longer."""
    if window[0] < window[1]:
        return 0.0
    return 1.0 if track.trusted[begin:end].any() else 0.0


@compiled
def _covered(so_far: float, times: tuple[int, int], window: tuple[int, int]) -> float:
    """Share of the window under lines, this one added; of an instant 1."""
    if window[0] == window[1]:
        return 1.0
    under = min(times[1], window[1]) - max(times[0], window[0])
    share: float = so_far + under / (window[1] - window[0])
    return share


@compiled
def line_ends(
    track: Track, spans: tuple[Ints, Ints], windows: Windows, gap_us: int
) -> tuple[Ints, Ints]:
    """CSR of the fixes at the ends of lines that enter, each once a pair."""
    t, x, y, trusted = track
    n = len(spans[0])
    start, fix, m = np.zeros(n + 1, np.int64), np.empty(64, np.int64), 0
    for k in range(n):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        j = -1
        for i in range(spans[0][k], spans[1][k]):
            if not trusted[i]:
                continue
            previous, j = j, i
            times = (t[previous], t[i])
            if previous < 0 or not is_line(times, window, gap_us):
                continue
            ends = (x[previous], y[previous], x[i], y[i])
            if not line_enters(ends, times, target, window):
                continue
            if m + 2 > len(fix):
                fix = np.concatenate((fix, np.empty_like(fix)))
            # The end of the line before may be this one's beginning.
            if m == start[k] or fix[m - 1] != previous:
                fix[m] = previous
                m += 1
            fix[m] = i
            m += 1
        start[k + 1] = m
    return start, fix[:m]


@compiled
def crossing(
    track: Track,
    j: int,
    i: int,
    target: tuple[float, float, float],
    window: tuple[int, int],
) -> tuple[float, float, float]:
    """Least distance of the line j-i to the target within the window, in and out.

    Entry and exit are shares of the whole line, from the quadratic |p + u D|^2 = R^2
    clipped to the window; both are the nearest share where the line only touches.
    """
    ends = (track.x[j], track.y[j], track.x[i], track.y[i])
    return _crossing(ends, (track.t[j], track.t[i]), target, window)


@compiled
def _crossing(
    ends: Ends,
    times: tuple[int, int],
    target: tuple[float, float, float],
    window: tuple[int, int],
) -> tuple[float, float, float]:
    t0, span = times[0], times[1] - times[0]
    lo = max(0.0, (window[0] - t0) / span)
    hi = min(1.0, (window[1] - t0) / span)
    px, py = ends[0] - target[0], ends[1] - target[1]
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    a, b = dx * dx + dy * dy, px * dx + py * dy
    u = min(max(-b / a, lo), hi) if a > 0 else lo
    d = np.hypot(px + u * dx, py + u * dy)
    if a == 0.0:
        return d, lo, hi
    c = px * px + py * py - target[2] * target[2]
    root = np.sqrt(max(b * b - a * c, 0.0))
    return d, min(max((-b - root) / a, lo), hi), min(max((-b + root) / a, lo), hi)
