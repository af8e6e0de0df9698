"""The straight lines of two people at common times: how far apart, and when near.

Both move straight and at constant speed between their fixes, so their difference does,
too, and the time within a radius is where a quadratic says.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geocorr.arrays import US_PER_S, Floats, Ints, Trails, Wearers, compiled

_NO_LINES = np.empty(0, np.int64)


class Lines(NamedTuple):
    """One person's lines, in order and apart: ends in seconds and metres, R95 there."""

    from_s: Floats
    to_s: Floats
    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    r1: Floats
    r2: Floats


class Spells(NamedTuple):
    """Times within the radius, in order, apart: least distance, and where that was.

    The place is half way between the two.
    """

    from_s: Floats
    to_s: Floats
    least_m: Floats
    x_m: Floats
    y_m: Floats


class Observed(NamedTuple):
    """Fixes of one against the other's line: time, distance, R95 of both."""

    at_s: Floats
    apart_m: Floats
    r95_m: Floats
    other_r95_m: Floats


def lines_of(
    trails: Trails,
    wearers: Wearers,
    rows: Sequence[int],
    window_us: tuple[int, int],
    max_gap_s: float,
) -> Lines:
    """The lines of one person that meet the window, in seconds since it begins.

    `rows` are the person's among the wearers. Of two tags worn at once the line that
    began first holds.
    """
    fixes, gap_us = trails.fixes, round(max_gap_s * US_PER_S)
    ends = [_ends(trails, wearers, row, gap_us) for row in rows]
    i, j = (np.concatenate([_NO_LINES, *(e[side] for e in ends)]) for side in (0, 1))
    met = (fixes.t_us[i] <= window_us[1]) & (fixes.t_us[j] >= window_us[0])
    i, j = i[met], j[met]
    order = np.argsort(fixes.t_us[i], kind="stable")
    order = order[_apart(fixes.t_us[i[order]], fixes.t_us[j[order]])]
    i, j = i[order], j[order]
    r95_m = trails.r95_m.astype(np.float64)
    return Lines(
        (fixes.t_us[i] - window_us[0]) / US_PER_S,
        (fixes.t_us[j] - window_us[0]) / US_PER_S,
        fixes.x_m[i],
        fixes.y_m[i],
        fixes.x_m[j],
        fixes.y_m[j],
        r95_m[i],
        r95_m[j],
    )


def _ends(trails: Trails, wearers: Wearers, row: int, gap_us: int) -> tuple[Ints, Ints]:
    """Positions of the fixes at both ends of each line of one wearer."""
    fixes, starts = trails.fixes, trails.fixes.device_starts()
    device = int(wearers.device[row])
    own = np.arange(starts[device], starts[device + 1])
    t_us = fixes.t_us[own]
    ordered = (t_us >= wearers.from_us[row]) & (t_us < wearers.to_us[row])
    good = own[ordered & trails.trusted[own]]
    i, j = good[:-1], good[1:]
    long_us = fixes.t_us[j] - fixes.t_us[i]
    line = (long_us > 0) & (long_us <= gap_us)
    return i[line], j[line]


@compiled
def _apart(from_us: Ints, to_us: Ints) -> Ints:
    """Positions of lines, sorted by begin, of which none begins in an earlier one."""
    kept, n = np.empty(len(from_us), np.int64), 0
    for i in range(len(from_us)):
        if n == 0 or from_us[i] >= to_us[kept[n - 1]]:
            kept[n] = i
            n += 1
    return kept[:n]


def covered_s(lines: Lines, long_s: float) -> float:
    """Seconds of [0, long_s] under lines."""
    under = np.minimum(lines.to_s, long_s) - np.maximum(lines.from_s, 0.0)
    return float(np.maximum(under, 0.0).sum())


def together(
    one: Lines, other: Lines, long_s: float, radius_m: float
) -> tuple[float, Spells]:
    """Common cover of [0, long_s] in seconds, and the spells within the radius."""
    common_s, spells = _together(one, other, long_s, radius_m)
    return float(common_s), Spells(*spells.T)


@compiled
def _together(
    one: Lines, other: Lines, long_s: float, radius_m: float
) -> tuple[float, Floats]:
    """As `together`, spells [n, 5]. Those that meet are one: at a fix both sides of it
    are measured at one time."""
    n, m = len(one.from_s), len(other.from_s)
    spells = np.empty((n + m, 5))
    common_s, found, i, j = 0.0, 0, 0, 0
    while i < n and j < m:
        lo = max(one.from_s[i], other.from_s[j], 0.0)
        hi = min(one.to_s[i], other.to_s[j], long_s)
        if lo < hi:
            common_s += hi - lo
            spell = _within(one, i, other, j, (lo, hi), radius_m)
            if spell[2] <= radius_m:
                found = _added(spells, found, spell)
        if one.to_s[i] <= other.to_s[j]:
            i += 1
        else:
            j += 1
    return common_s, spells[:found]


@compiled
def _added(
    spells: Floats, found: int, spell: tuple[float, float, float, float, float]
) -> int:
    """One spell more, or the last one made longer; how many there are."""
    last = found - 1
    if found == 0 or spells[last, 1] != spell[0]:
        for c in range(5):
            spells[found, c] = spell[c]
        return found + 1
    spells[last, 1] = spell[1]
    if spell[2] < spells[last, 2]:
        for c in range(2, 5):
            spells[last, c] = spell[c]
    return found


@compiled
def _within(
    one: Lines,
    i: int,
    other: Lines,
    j: int,
    part: tuple[float, float],
    radius_m: float,
) -> tuple[float, float, float, float, float]:
    """The spell of two lines in a part that both cover: none if it is not near.

    Their difference moves on a straight line: |D + u V|^2 <= R^2, u from 0 to 1.
    """
    lo, hi = part
    ax, ay = _at(one, i, lo)
    bx, by = _at(other, j, lo)
    cx, cy = _at(one, i, hi)
    ex, ey = _at(other, j, hi)
    dx, dy = ax - bx, ay - by
    vx, vy = cx - ex - dx, cy - ey - dy
    a, b = vx * vx + vy * vy, dx * vx + dy * vy
    u = 0.0 if a == 0.0 else min(max(-b / a, 0.0), 1.0)
    near = np.sqrt((dx + u * vx) ** 2 + (dy + u * vy) ** 2)
    first, last = 0.0, 1.0
    if a > 0.0:
        root = np.sqrt(max(b * b - a * (dx * dx + dy * dy - radius_m * radius_m), 0.0))
        first, last = max((-b - root) / a, 0.0), min((-b + root) / a, 1.0)
    begin = lo if first <= 0.0 else lo + first * (hi - lo)
    end = hi if last >= 1.0 else lo + last * (hi - lo)
    x = (ax + bx) / 2 + u * (cx + ex - ax - bx) / 2
    y = (ay + by) / 2 + u * (cy + ey - ay - by) / 2
    return begin, end, near, x, y


@compiled
def _at(lines: Lines, i: int, t: float) -> tuple[float, float]:
    """Where a line is at a time within it."""
    u = (t - lines.from_s[i]) / (lines.to_s[i] - lines.from_s[i])
    return (
        lines.x1[i] + u * (lines.x2[i] - lines.x1[i]),
        lines.y1[i] + u * (lines.y2[i] - lines.y1[i]),
    )


def observed(fixed: Lines, drawn: Lines, long_s: float) -> Observed:
    """Each fix of one in [0, long_s] against the line of the other, where it has one.

    On a line the greater R95 of its ends holds: neighbouring fixes share their error.
    """
    t, first = np.unique(np.concatenate([fixed.from_s, fixed.to_s]), return_index=True)
    x, y, r = (
        np.concatenate(ends)[first]
        for ends in ((fixed.x1, fixed.x2), (fixed.y1, fixed.y2), (fixed.r1, fixed.r2))
    )
    at = np.searchsorted(drawn.from_s, t, side="right") - 1
    inside = (at >= 0) & (t >= 0.0) & (t <= long_s)
    inside[inside] = t[inside] <= drawn.to_s[at[inside]]
    t, x, y, r, at = t[inside], x[inside], y[inside], r[inside], at[inside]
    u = (t - drawn.from_s[at]) / (drawn.to_s[at] - drawn.from_s[at])
    apart_m = np.hypot(
        x - drawn.x1[at] - u * (drawn.x2[at] - drawn.x1[at]),
        y - drawn.y1[at] - u * (drawn.y2[at] - drawn.y1[at]),
    )
    return Observed(t, apart_m, r, np.maximum(drawn.r1[at], drawn.r2[at]))
