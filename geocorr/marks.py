"""What speaks against a fix: its own accuracy and kind, its time, and its speed.

The kernels set the bits of `Trails.marks` for a span of devices, whose fixes stand one
device after the other, sorted by time.
"""

import math
from typing import NamedTuple

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    COARSE,
    FUTURE,
    MECHANISM,
    SPEED,
    SPIKE,
    TWIN,
    UNTRUSTED,
    US_PER_S,
    Bytes,
    Floats32,
    Ints,
    compiled,
)
from geocorr.lines import HAIR
from geocorr.model import Mechanism
from geocorr.policy import Policy
from geocorr.stops import Track, gap_us

_GPS, _WIFI = int(Mechanism.GPS), int(Mechanism.WIFI)


class Accuracy(NamedTuple):
    """R95 taken of each mechanism where none is stated, and whether that is assumed."""

    taken: Floats32
    assumed: Ints
    floor: np.float32
    coarse: np.float32


def accuracy(policy: Policy) -> Accuracy:
    """What the feed declares is stated, too, but of satellite fixes alone: a cell tower
    is never so near.
    """
    of, declared_m = policy.accuracy, policy.feed.accuracy_m
    taken = np.array([of.default_m(m) for m in Mechanism], dtype=np.float32)
    assumed = np.full(len(taken), ASSUMED)
    if declared_m:
        taken[_GPS], assumed[_GPS] = declared_m, 0
    limits = np.float32(of.floor_m), np.float32(policy.trust.max_r95_m)
    return Accuracy(taken, assumed, *limits)


@compiled
def state(
    starts: Ints,
    span: tuple[int, int],
    fixes: tuple[Floats32, Bytes],
    track: Track,
    of: Accuracy,
    now_us: int,
) -> None:
    """Fill in R95 (zero or missing = unknown); mark what one fix shows by itself.

    Or two with one time stamp. `fixes` = their stated accuracy and their mechanism.
    """
    stated, mechanism = fixes
    t, r, marks = track.t, track.r, track.marks
    for d in range(span[0], span[1]):
        first = starts[d]
        for i in range(first, starts[d + 1]):
            kind = mechanism[i]
            if kind >= len(of.taken):
                raise IndexError("A fix has an unknown mechanism.")
            mark = np.int64(marks[i])
            r95 = stated[i]
            if not (r95 > 0 and r95 < np.inf):
                r95 = of.taken[kind]
                mark |= of.assumed[kind]
            r95 = max(r95, of.floor)
            r[i] = r95
            mark |= _alone(kind, r95 > of.coarse, t[i] > now_us)
            if i > first and t[i] == t[i - 1]:
                mark |= TWIN
                marks[i - 1] |= TWIN
            marks[i] = mark


@compiled
def _alone(kind: int, coarse: bool, future: bool) -> int:
    mark = 0 if kind in (_GPS, _WIFI) else MECHANISM
    mark |= COARSE if coarse else 0
    return mark | (FUTURE if future else 0)


class Gate(NamedTuple):
    """Speeds from which on a leg, or a leap out and back, is not believed."""

    max_speed_m_s: float
    spike_speed_m_s: float
    spike_return_m: float
    gap_us: int


def gate(policy: Policy) -> Gate:
    of = policy.trust
    speeds = (of.max_speed_m_s, of.spike_speed_m_s)
    return Gate(*speeds, of.spike_return_m, gap_us(policy))


@compiled
def speeds(starts: Ints, span: tuple[int, int], track: Track, gate: Gate) -> None:
    """Mark lone outliers first, then both ends of any leg still too fast.

    Only legs within one gap are judged: over a longer silence nothing can be said.
    Most legs are plainly slow; a device that has no other is done with at once.
    """
    t, x, y, r, marks = track
    slow_m_s = min(gate.max_speed_m_s, gate.spike_speed_m_s)
    for d in range(span[0], span[1]):
        a = b = -1
        fast = any_fast = False
        for c in range(starts[d], starts[d + 1]):
            if marks[c] & UNTRUSTED:
                continue
            was_fast, fast = fast, False
            if b >= 0 and t[c] - t[b] <= gate.gap_us:
                leg = (x[c] - x[b], y[c] - y[b], t[c] - t[b])
                fast = _perhaps_faster(leg, np.float64(r[b]) + r[c], slow_m_s)
            if fast and was_fast:
                marks[b] |= _outlier(track, a, b, c, gate)
            any_fast |= fast
            a, b = b, c
        if any_fast:
            _mark_legs(track, starts[d], starts[d + 1], gate)


@compiled
def _perhaps_faster(
    leg: tuple[float, float, int], errors_m: float, speed_m_s: float
) -> bool:
    """False only where a leg, less both errors, is plainly no faster than this."""
    slow_m = speed_m_s * (leg[2] / US_PER_S) + errors_m
    faster: bool = (leg[0] * leg[0] + leg[1] * leg[1]) * HAIR > slow_m * slow_m
    return faster


@compiled
def _mark_legs(track: Track, first: int, last: int, gate: Gate) -> None:
    t, marks = track.t, track.marks
    i = -1
    for j in range(first, last):
        if marks[j] & UNTRUSTED:
            continue
        near = i >= 0 and t[j] - t[i] <= gate.gap_us
        if near and _net_speed(track, i, j) > gate.max_speed_m_s:
            marks[i] |= np.uint8(SPEED)
            marks[j] |= np.uint8(SPEED)
        i = j


@compiled
def _outlier(track: Track, a: int, b: int, c: int, gate: Gate) -> np.uint8:
    """Whether b alone is wrong between a and c: SPIKE, SPEED or 0."""
    slower = min(_net_speed(track, a, b), _net_speed(track, b, c))
    near = max(gate.spike_return_m, track.r[a], track.r[c])
    if slower > gate.spike_speed_m_s and _distance_m(track, a, c) <= near:
        return np.uint8(SPIKE)
    direct = _net_speed(track, a, c)
    return np.uint8(SPEED if slower > gate.max_speed_m_s >= direct else 0)


@compiled
def _net_speed(track: Track, i: int, j: int) -> float:
    """Speed in m/s from fix i to fix j after taking off both errors."""
    net = _distance_m(track, i, j) - track.r[i] - track.r[j]
    speed_m_s: float = max(0.0, net) / ((track.t[j] - track.t[i]) / 1e6)
    return speed_m_s


@compiled
def _distance_m(track: Track, i: int, j: int) -> float:
    return math.hypot(track.x[j] - track.x[i], track.y[j] - track.y[i])
