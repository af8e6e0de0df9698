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
    touched = np.zeros(len(spans.first), np.bool_)
    for k in range(len(touched)):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        for i in range(spans.begin[k], spans.end[k]):
            if _fix_near(track, i, target) or _stop_near(stops, i, target):
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
def _fix_near(track: Track, i: int, disc: tuple[float, float, float]) -> bool:
    dx, dy = track.x[i] - disc[0], track.y[i] - disc[1]
    near: bool = dx * dx + dy * dy <= disc[2] * disc[2] * HAIR
    return near


@compiled
def _stop_near(stops: Stopping, i: int, disc: tuple[float, float, float]) -> bool:
    s = stops[0][i]
    if s < 0:
        return False
    dx, dy = stops[1][s] - disc[0], stops[2][s] - disc[1]
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
    j = -1
    for i in range(span[0], span[1]):
        if not track.trusted[i]:
            continue
        previous, j = j, i
        if _is_line(track, previous, i, window, gap_us) and _line_enters(
            track, previous, i, target, window
        ):
            return True
    return False


@compiled
def _line_enters(
    track: Track,
    j: int,
    i: int,
    target: tuple[float, float, float],
    window: tuple[int, int],
) -> bool:
    if _least_square(track, j, i, target) > target[2] * target[2] * HAIR:
        return False
    enters_: bool = crossing(track, j, i, target, window)[0] <= target[2]
    return enters_


@compiled
def _is_line(
    track: Track, j: int, i: int, window: tuple[int, int], gap_us: int
) -> bool:
    """Whether trusted neighbours j (-1 = none) and i are a line, in the window."""
    if j < 0:
        return False
    span: int = track.t[i] - track.t[j]
    met: bool = track.t[j] <= window[1] and track.t[i] >= window[0]
    return met and 0 < span <= gap_us


@compiled
def _least_square(
    track: Track, j: int, i: int, target: tuple[float, float, float]
) -> float:
    """Square of the least distance of the whole line j-i, whatever the window."""
    px, py = track.x[j] - target[0], track.y[j] - target[1]
    dx, dy = track.x[i] - track.x[j], track.y[i] - track.y[j]
    a = dx * dx + dy * dy
    u = 0.0 if a == 0.0 else min(max(-(px * dx + py * dy) / a, 0.0), 1.0)
    square: float = (px + u * dx) ** 2 + (py + u * dy) ** 2
    return square


@compiled
def path_facts(
    track: Track, spans: Spans, windows: Windows, gap_us: int
) -> tuple[Bools, Ints, Ints, Floats, Floats, Floats]:
    """Whether lines enter, entry, exit, least distance, dwell in seconds, coverage."""
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
            if not track.trusted[i]:
                continue
            previous, j = j, i
            if not _is_line(track, previous, i, window, gap_us):
                continue
            covered[k] = _covered(covered[k], track, previous, i, window)
            # Neither nearer than any before, nor inside: nothing to tell.
            if _least_square(track, previous, i, target) > telling:
                continue
            d, u_in, u_out = crossing(track, previous, i, target, window)
            best = min(best, d)
            telling = max(best, target[2]) ** 2 * HAIR
            if d <= target[2]:
                span_us = track.t[i] - track.t[previous]
                if not entered[k]:
                    entry[k] = track.t[previous] + round(u_in * span_us)
                entered[k] = True
                leave[k] = track.t[previous] + round(u_out * span_us)
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
def _covered(
    so_far: float, track: Track, j: int, i: int, window: tuple[int, int]
) -> float:
    """Share of the window under lines, with that of the line j-i; of an instant 1."""
    if window[0] == window[1]:
        return 1.0
    under = min(track.t[i], window[1]) - max(track.t[j], window[0])
    share: float = so_far + under / (window[1] - window[0])
    return share


@compiled
def line_ends(
    track: Track, spans: tuple[Ints, Ints], windows: Windows, gap_us: int
) -> tuple[Ints, Ints]:
    """CSR of the fixes at the ends of lines that enter, each once a pair."""
    n = len(spans[0])
    start, fix, m = np.zeros(n + 1, np.int64), np.empty(64, np.int64), 0
    for k in range(n):
        target = (windows[0][k], windows[1][k], windows[2][k])
        window = (windows[3][k], windows[4][k])
        j = -1
        for i in range(spans[0][k], spans[1][k]):
            if not track.trusted[i]:
                continue
            previous, j = j, i
            if not _is_line(track, previous, i, window, gap_us):
                continue
            if not _line_enters(track, previous, i, target, window):
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
    t0, span = track.t[j], track.t[i] - track.t[j]
    lo = max(0.0, (window[0] - t0) / span)
    hi = min(1.0, (window[1] - t0) / span)
    px, py = track.x[j] - target[0], track.y[j] - target[1]
    dx, dy = track.x[i] - track.x[j], track.y[i] - track.y[j]
    a, b = dx * dx + dy * dy, px * dx + py * dy
    u = min(max(-b / a, lo), hi) if a > 0 else lo
    d = np.hypot(px + u * dx, py + u * dy)
    if a == 0.0:
        return d, lo, hi
    c = px * px + py * py - target[2] * target[2]
    root = np.sqrt(max(b * b - a * c, 0.0))
    return d, min(max((-b - root) / a, lo), hi), min(max((-b + root) / a, lo), hi)
