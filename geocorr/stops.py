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
    Stops,
    compiled,
)
from geocorr.policy import Policy


class Track(NamedTuple):
    """The columns a kernel reads, and the marks that it sets."""

    t: Ints
    x: Floats
    y: Floats
    r: Floats32
    marks: Bytes


class _Choice(NamedTuple):
    radius_m: float
    r95_factor: float
    min_us: int
    gap_us: int


def find(starts: Ints, track: Track, policy: Policy) -> tuple[Codes, Stops]:
    """Stop of each fix (-1 = none) and the stops themselves.

    `starts` [devices + 1] are the offsets of each device's fixes in the track.
    """
    choice = _choice(policy)
    stop = np.full(len(track.t), -1, dtype=np.int32)
    spans = _find_stops(starts, track, choice, stop)
    return stop, Stops(*_observations(track, spans))


def _choice(policy: Policy) -> _Choice:
    choice = policy.stop
    min_us = round(choice.min_s * US_PER_S)
    return _Choice(choice.radius_m, choice.r95_factor, min_us, gap_us(policy))


def gap_us(policy: Policy) -> int:
    return round(policy.line.max_gap_s * US_PER_S)


@compiled
def trusted_of(marks: Bytes, first: int, last: int) -> Ints:
    """Positions of the fixes in [first, last) that nothing speaks against so far."""
    return first + np.flatnonzero((marks[first:last] & UNTRUSTED) == 0)


@compiled
def distance_m(track: Track, i: int, j: int) -> float:
    return math.hypot(track.x[j] - track.x[i], track.y[j] - track.y[i])


@compiled
def _find_stops(starts: Ints, track: Track, choice: _Choice, stop: Codes) -> Ints:
    """Set the stop of each fix; return the spans [n, 2] of positions, both ends in.

    Each UTC hour is searched with one gap either side, so that a stop over the turn
    of the hour is found from both sides, yet no stop depends on a distant hour.
    """
    spans = np.empty((64, 2), np.int64)
    n = 0
    for d in range(len(starts) - 1):
        good = trusted_of(track.marks, starts[d], starts[d + 1])
        t = track.t[good]
        first = 0
        while first < len(good):
            begin = t[first] // HOUR_US * HOUR_US
            end = begin + HOUR_US
            k = np.searchsorted(t, begin - choice.gap_us)
            stay_until = np.searchsorted(t, end + choice.gap_us)
            while k < stay_until:
                last = _stay(track, good[k:stay_until], choice) + k
                if t[last] - t[k] < choice.min_us:
                    k += 1
                    continue
                if t[last] >= begin and t[k] < end:
                    if n == len(spans):
                        spans = np.concatenate((spans, np.empty_like(spans)))
                    spans[n, 0], spans[n, 1] = good[k], good[last]
                    _assign(stop, good[k : last + 1], t[k : last + 1], begin, n)
                    n += 1
                k = last + 1
            first = np.searchsorted(t, end)
    return spans[:n]


@compiled
def _assign(stop: Codes, members: Ints, t: Ints, begin: int, n: int) -> None:
    """The members that lie in the hour itself belong to stop n."""
    for i, at in zip(members, t):  # noqa: B905  numba knows no strict
        if begin <= at < begin + HOUR_US:
            stop[i] = n


@compiled
def _stay(track: Track, good: Ints, choice: _Choice) -> int:
    """Length less one of the run from good[0] that stays near it without a gap."""
    anchor = good[0]
    near = max(choice.radius_m, choice.r95_factor * track.r[anchor])
    last = 0
    while last + 1 < len(good):
        i, j = good[last], good[last + 1]
        if track.t[j] - track.t[i] > choice.gap_us:
            break
        if distance_m(track, anchor, j) > near:
            break
        last += 1
    return last


@compiled
def _observations(
    track: Track, spans: Ints
) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """Mean place, median R95, first and last time of each span's trusted fixes."""
    n = len(spans)
    x, y, r95 = np.empty(n), np.empty(n), np.empty(n)
    from_us, to_us = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(n):
        first, last = spans[k]
        members = trusted_of(track.marks, first, last + 1)
        # Relative to the first, so that nothing is lost to large coordinates.
        x[k] = track.x[first] + (track.x[members] - track.x[first]).mean()
        y[k] = track.y[first] + (track.y[members] - track.y[first]).mean()
        r95[k] = np.median(track.r[members])
        from_us[k], to_us[k] = track.t[first], track.t[last]
    return x, y, r95, from_us, to_us
