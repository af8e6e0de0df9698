"""Stops: trusted fixes that stay together are one observation (matching.md, Words).

Their errors are correlated, and the luckiest of sixty fixes proves nothing: a stop
stands at its mean place with its median accuracy.
"""

import math
from typing import NamedTuple

import numpy as np

from geocorr.arrays import (
    HOUR_US,
    UNTRUSTED,
    US_PER_S,
    Bytes,
    Codes,
    Floats,
    Floats32,
    Ints,
    compiled,
)
from geocorr.kernels import inlined, reduction
from geocorr.lines import HAIR
from geocorr.policy import Policy


class Track(NamedTuple):
    """The columns a kernel reads, and the marks that it sets."""

    t: Ints
    x: Floats
    y: Floats
    r: Floats32
    marks: Bytes


class Choice(NamedTuple):
    radius_m: float
    r95_factor: float
    min_us: int
    gap_us: int


def choice(policy: Policy) -> Choice:
    of = policy.stop
    return Choice(
        of.radius_m, of.r95_factor, round(of.min_s * US_PER_S), gap_us(policy)
    )


def gap_us(policy: Policy) -> int:
    return round(policy.line.max_gap_s * US_PER_S)


@compiled
def find(
    starts: Ints,
    span: tuple[int, int],
    track: Track,
    of: Choice,
    into: tuple[Codes, int],
) -> Ints:
    """Set the stop of each fix (-1 = none) of the devices [span); return the stops.

    The stops [n, 2] are positions of their first and last fix. `starts` [devices + 1]
    are the offsets of each device's fixes; `into` = the stop of each fix, and the
    number of the first stop found. Each UTC hour is searched with one gap either side,
    so that a stop over the turn of the hour is found from both sides, yet no stop
    depends on a distant hour.
    """
    t, marks = track.t, track.marks
    stop, before = into
    stop[starts[span[0]] : starts[span[1]]] = -1
    stops, n = np.empty((64, 2), np.int64), 0
    trusted = np.empty(starts[span[1]] - starts[span[0]], np.int64)
    for d in range(span[0], span[1]):
        good = trusted[: _trusted_of(marks, starts[d], starts[d + 1], trusted)]
        later = 0
        while later < len(good):
            begin = t[good[later]] // HOUR_US * HOUR_US
            end = begin + HOUR_US
            k = later
            while k > 0 and t[good[k - 1]] >= begin - of.gap_us:
                k -= 1
            later = _from(t, good, later, end)
            until = _from(t, good, later, end + of.gap_us)
            while k < until:
                first = good[k]
                last = _stay(track, good, (k, until), of)
                if t[good[last]] - t[first] < of.min_us:
                    k += 1
                    continue
                if t[good[last]] >= begin and t[first] < end:
                    if n == len(stops):
                        stops = np.concatenate((stops, np.empty_like(stops)))
                    stops[n, 0], stops[n, 1] = first, good[last]
                    _assign(stop, good[k : last + 1], t, begin, before + n)
                    n += 1
                k = last + 1
    return stops[:n]


@inlined
def _assign(stop: Codes, members: Ints, t: Ints, begin: int, number: int) -> None:
    """The members that lie in the hour itself belong to the stop of this number."""
    for i in members:
        if begin <= t[i] < begin + HOUR_US:
            stop[i] = number


@inlined
def _stay(track: Track, good: Ints, asked: tuple[int, int], of: Choice) -> int:
    """Where the run of `good` from asked[0] on ends that stays near its first fix."""
    t, x, y, r = track.t, track.x, track.y, track.r
    last, until = asked
    first = good[last]
    near_m = max(of.radius_m, of.r95_factor * r[first])
    while last + 1 < until:
        i, j = good[last], good[last + 1]
        off = (x[j] - x[first], y[j] - y[first])
        if t[j] - t[i] > of.gap_us or not _within(off, near_m):
            break
        last += 1
    return last


@compiled
def _trusted_of(marks: Bytes, first: int, last: int, into: Ints) -> int:
    """Write the fixes of [first, last) that nothing speaks against; how many."""
    n = 0
    for i in range(first, last):
        into[n] = i
        n += (marks[i] & UNTRUSTED) == 0
    return n


@inlined
def _from(t: Ints, good: Ints, k: int, at: int) -> int:
    """The first of `good` from k on that is not before this time."""
    while k < len(good) and t[good[k]] < at:
        k += 1
    return k


@compiled
def _within(off: tuple[float, float], near_m: float) -> bool:
    """Exactly d <= near, the distance itself taken only where it is not plain."""
    square, limit = off[0] * off[0] + off[1] * off[1], near_m * near_m
    if square * HAIR < limit:
        return True
    within: bool = square <= limit * HAIR and math.hypot(off[0], off[1]) <= near_m
    return within


@compiled
def observations(
    track: Track, spans: Ints
) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """Mean place, median R95, first and last time of each span's trusted fixes."""
    t, x, y, r, marks = track
    n = len(spans)
    mean_x, mean_y, r95 = np.empty(n), np.empty(n), np.empty(n)
    from_us, to_us = np.empty(n, np.int64), np.empty(n, np.int64)
    room = np.empty(64, np.float32)
    for k in range(n):
        first, last = spans[k]
        while last - first >= len(room):
            room = np.empty(2 * len(room), np.float32)
        # Relative to the first, so that nothing is lost to large coordinates.
        members, off_x, off_y = 0, 0.0, 0.0
        for i in range(first, last + 1):
            if (marks[i] & UNTRUSTED) == 0:
                off_x += x[i] - x[first]
                off_y += y[i] - y[first]
                room[members] = r[i]
                members += 1
        mean_x[k], mean_y[k] = x[first] + off_x / members, y[first] + off_y / members
        r95[k] = _median(room, members)
        from_us[k], to_us[k] = t[first], t[last]
    return mean_x, mean_y, r95, from_us, to_us


@reduction
def _median(values: Floats32, n: int) -> float:
    """Of the first n values: the middle one, or the mean of the two."""
    low = _ranked(values, n, (n + 1) // 2)
    middle: float = low if n % 2 else (low + _ranked(values, n, n // 2 + 1)) / 2
    return middle


@reduction
def _ranked(values: Floats32, n: int, rank: int) -> float:
    """The value of this rank, from 1 on: halves what lies between least and greatest.

    A stop has few values and many of them equal: to count them again and again, many at
    a time, is quicker than to sort them.
    """
    least, most = values[0], values[0]
    for i in range(n):
        least, most = min(least, values[i]), max(most, values[i])
    while least < most:
        middle = least + (most - least) / np.float32(2)
        if middle >= most:
            middle = least
        count, below, above = np.int32(0), least, most
        for i in range(n):
            up_to = values[i] <= middle
            count += np.int32(up_to)
            below = max(below, values[i] if up_to else least)
            above = min(above, most if up_to else values[i])
        if count >= rank:
            most = below
        else:
            least = above
    found: float = least
    return found
