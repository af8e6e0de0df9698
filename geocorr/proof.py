"""Which fixes of a wearer's order a verdict rests on, and whether they suffice.

What stands here and nothing else of the trail gives the same verdict again: all round
the window, out to the second anchor on either side (the alibi test asks also the pair
that skips one), the hour of the tag's own speed where that held, and the cone where the
window is open.
"""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    HOUR_US,
    UNTRUSTED,
    US_PER_S,
    Bools,
    Bytes,
    Ints,
    Targets,
    Trails,
    Wearers,
    check_lengths,
    compiled,
)
from geocorr.candidates import Pairs
from geocorr.policy import Policy

_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Proofs:
    """Positions [first, last) of the fixes that each pair's verdict rests on.

    `enclosed`: two anchors stand before the window and two behind it.
    """

    first: Ints
    last: Ints
    enclosed: Bools

    def __post_init__(self) -> None:
        check_lengths(self)


def around_us(policy: Policy) -> int:
    """How far round a window a verdict may look, anchors apart."""
    return max(near_us(policy), round(policy.alibi.cone_h * HOUR_US) + clock_us(policy))


def near_us(policy: Policy) -> int:
    """How far round a window that is bracketed a verdict may look, anchors apart."""
    own_us = round(policy.alibi.own_speed_h * HOUR_US) + clock_us(policy)
    return max(own_us, gap_us(policy))


def gap_us(policy: Policy) -> int:
    """How far where the tag's own speed does not count, either."""
    return round(policy.line.max_gap_s * US_PER_S) + clock_us(policy)


def clock_us(policy: Policy) -> int:
    """How far the clock of a feed may be off: it widens the window."""
    return round(policy.alibi.clock_error_s * US_PER_S)


def proofs(
    trails: Trails,
    wearers: Wearers,
    targets: Targets,
    pairs: Pairs,
    policy: Policy,
    shown: tuple[Bools, Bools],
) -> Proofs:
    """The fixes behind each verdict.

    `shown`: whether the window is bracketed (else the cone counts), and whether the
    tag's own speed held. Where it is and that did not, what lies farther off than a gap
    and two anchors does not count.
    """
    starts, device = trails.fixes.device_starts(), wearers.device[pairs.wearer]
    bracketed, own_speed = shown
    reach_us = np.where(own_speed, near_us(policy), gap_us(policy))
    return Proofs(
        *_spans(
            (trails.fixes.t_us, trails.marks),
            (starts[device], starts[device + 1]),
            (wearers.from_us[pairs.wearer], wearers.to_us[pairs.wearer]),
            (targets.from_us[pairs.target], targets.to_us[pairs.target]),
            np.where(bracketed, reach_us, around_us(policy)),
            clock_us(policy),
        )
    )


@compiled
def _spans(
    track: tuple[Ints, Bytes],
    limits: tuple[Ints, Ints],
    orders: tuple[Ints, Ints],
    windows: tuple[Ints, Ints],
    around: Ints,
    clock: int,
) -> tuple[Ints, Ints, Bools]:
    n = len(around)
    first, last = np.zeros(n, np.int64), np.zeros(n, np.int64)
    enclosed = np.zeros(n, np.bool_)
    t, marks = track
    for k in range(n):
        a, b = limits[0][k], limits[1][k]
        own = t[a:b]
        order = (
            a + np.searchsorted(own, orders[0][k]),
            a + np.searchsorted(own, orders[1][k]),
        )
        c0, c1 = windows[0][k], windows[1][k]
        begin = _within(order, a + np.searchsorted(own, c0 - clock))
        end = _within(order, a + np.searchsorted(own, c1 + clock, side="right"))
        lo, before = _out(marks, begin - 1, order[0] - 1, -1)
        hi, after = _out(marks, end, order[1], 1)
        low = _within(order, a + np.searchsorted(own, c0 - around[k]))
        high = a + np.searchsorted(own, c1 + around[k], side="right")
        first[k] = min(begin if lo < 0 else lo, low)
        last[k] = max(end if hi < 0 else hi + 1, _within(order, high))
        enclosed[k] = before == _ENOUGH and after == _ENOUGH
    return first, last, enclosed


@compiled
def _within(order: tuple[int, int], position: int) -> int:
    return min(max(position, order[0]), order[1])


@compiled
def _out(marks: Bytes, at: int, end: int, step: int) -> tuple[int, int]:
    """From `at` outwards to the second anchor: its position, and how many there are.

    Without two, as far as there are any; without one, the nearest trusted fix, which
    tells a gap from the trail's end; -1 where there is none either.
    """
    found, anchors, nearest = -1, 0, -1
    while at != end and anchors < _ENOUGH:
        if nearest < 0 and marks[at] & UNTRUSTED == 0:
            nearest = at
        if marks[at] & (UNTRUSTED | ASSUMED) == 0:
            found, anchors = at, anchors + 1
        at += step
    return (found if anchors else nearest), anchors
