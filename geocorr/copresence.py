"""When two tags were near each other: the straight lines of both, at common times.

Between two fixes each tag is taken to move straight and at constant speed, as for a
crime (`matching.md`, Between two fixes). So does the difference of two tags where both
are covered, and when it lies within a radius a quadratic tells, in closed form. What
the lines do not cover is not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geocorr.arrays import (
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Trails,
    Wearers,
    check_lengths,
    compiled,
)
from geocorr.one_fix import probability
from geocorr.policy import CoPresence, Policy

# Said with every answer.
CAVEATS = (
    "Two tags near each other are not two people together: homes in one street, a "
    "hostel, a court or a probation office bring tags near each other every day.",
    "What the lines of both trails do not cover is not told, either way.",
)
_NEVER = np.int64(-1)
_NO_LINES = np.empty(0, np.int64)
MINUTE_S, HOUR_S = 60.0, 3_600.0


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


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays together of two people, in time order; one row a stay.

    `together_s` = time within the radius, which a stay may leave for a short while;
    `least_m` on the lines. `probability` that the true positions were within the radius
    at `observed_us`: the observation (a fix of either, against the other's line) of
    least error; NaN where a stay rests on lines alone.
    """

    from_us: Ints
    to_us: Ints
    together_s: Floats
    least_m: Floats
    probability: Floats
    observed_us: Ints

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.from_us)


@dataclass(frozen=True, slots=True)
class CoPresent:
    """What two trails show of each other in a time; common cover in seconds."""

    stays: Stays
    common_s: float


def co_presence(
    trails: Trails,
    wearers: Wearers,
    pair: tuple[Sequence[int], Sequence[int]],
    window_us: tuple[int, int],
    policy: Policy,
) -> CoPresent:
    """The stays together of two people in a closed time.

    `pair` holds each one's rows of `wearers`: the orders and devices of one person
    follow one another. Only trusted fixes inside an order count. A stay that leaves the
    radius for `co_presence.apart_s` or less goes on.
    """
    choice = policy.co_presence
    window = (0.0, (window_us[1] - window_us[0]) / US_PER_S)
    one, other = (
        _lines(trails, wearers, rows, window_us, policy.line.max_gap_s) for rows in pair
    )
    common_s, *spells = _together(one, other, window, choice.radius_m)
    seen = _observed(one, other, window), _observed(other, one, window)
    observed = np.concatenate(seen, axis=1)
    return CoPresent(
        _stays(tuple(spells), observed, window_us[0], choice), float(common_s)
    )


def _lines(
    trails: Trails,
    wearers: Wearers,
    rows: Sequence[int],
    window_us: tuple[int, int],
    max_gap_s: float,
) -> Lines:
    """The lines of one person that meet the window, in seconds since it begins.

    Of two tags worn at once the line that began first holds.
    """
    fixes, gap_us = trails.fixes, round(max_gap_s * US_PER_S)
    ends = [_ends(trails, wearers, row, gap_us) for row in rows]
    i, j = (np.concatenate([e[side] for e in ends] or [_NO_LINES]) for side in (0, 1))
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


@compiled
def _together(
    one: Lines, other: Lines, window: tuple[float, float], radius_m: float
) -> tuple[float, Floats, Floats, Floats]:
    """Common cover, and the spells within the radius: from, to, least distance.

    Spells that meet are one: at a fix both sides of it are measured at one time.
    """
    n, m = len(one.from_s), len(other.from_s)
    begins, ends, least = np.empty(n + m), np.empty(n + m), np.empty(n + m)
    common_s, found, i, j = 0.0, 0, 0, 0
    while i < n and j < m:
        lo = max(one.from_s[i], other.from_s[j], window[0])
        hi = min(one.to_s[i], other.to_s[j], window[1])
        if lo < hi:
            common_s += hi - lo
            begin, end, near = _within(one, i, other, j, (lo, hi), radius_m)
            if near <= radius_m:
                if found > 0 and ends[found - 1] == begin:
                    ends[found - 1] = end
                    least[found - 1] = min(least[found - 1], near)
                else:
                    begins[found], ends[found], least[found] = begin, end, near
                    found += 1
        if one.to_s[i] <= other.to_s[j]:
            i += 1
        else:
            j += 1
    return common_s, begins[:found], ends[:found], least[:found]


@compiled
def _within(
    one: Lines,
    i: int,
    other: Lines,
    j: int,
    part: tuple[float, float],
    radius_m: float,
) -> tuple[float, float, float]:
    """Entry, exit and least distance of two lines in a part that both cover.

    Their difference moves on a straight line: |D + u V|^2 <= R^2, u from 0 to 1.
    """
    lo, hi = part
    ax, ay = _at(one, i, lo)
    bx, by = _at(other, j, lo)
    dx, dy = ax - bx, ay - by
    ax, ay = _at(one, i, hi)
    bx, by = _at(other, j, hi)
    vx, vy = ax - bx - dx, ay - by - dy
    a, b = vx * vx + vy * vy, dx * vx + dy * vy
    nearest = 0.0 if a == 0.0 else min(max(-b / a, 0.0), 1.0)
    near = np.sqrt((dx + nearest * vx) ** 2 + (dy + nearest * vy) ** 2)
    first, last = 0.0, 1.0
    if a > 0.0:
        root = np.sqrt(max(b * b - a * (dx * dx + dy * dy - radius_m * radius_m), 0.0))
        first, last = max((-b - root) / a, 0.0), min((-b + root) / a, 1.0)
    begin = lo if first <= 0.0 else lo + first * (hi - lo)
    return begin, hi if last >= 1.0 else lo + last * (hi - lo), near


@compiled
def _at(lines: Lines, i: int, t: float) -> tuple[float, float]:
    """Where a line is at a time within it."""
    u = (t - lines.from_s[i]) / (lines.to_s[i] - lines.from_s[i])
    return (
        lines.x1[i] + u * (lines.x2[i] - lines.x1[i]),
        lines.y1[i] + u * (lines.y2[i] - lines.y1[i]),
    )


def _observed(fixed: Lines, drawn: Lines, window: tuple[float, float]) -> Floats:
    """Each fix of one against the line of the other: rows time, distance, R95s [4, n].

    On a line the greater R95 of its ends holds: neighbouring fixes share their error.
    """
    t = np.concatenate([fixed.from_s, fixed.to_s])
    x = np.concatenate([fixed.x1, fixed.x2])
    y = np.concatenate([fixed.y1, fixed.y2])
    r = np.concatenate([fixed.r1, fixed.r2])
    t, first = np.unique(t, return_index=True)
    x, y, r = x[first], y[first], r[first]
    at = np.searchsorted(drawn.from_s, t, side="right") - 1
    inside = (at >= 0) & (t >= window[0]) & (t <= window[1])
    inside[inside] = t[inside] <= drawn.to_s[at[inside]]
    t, x, y, r, at = t[inside], x[inside], y[inside], r[inside], at[inside]
    long_s = drawn.to_s[at] - drawn.from_s[at]
    u = (t - drawn.from_s[at]) / long_s
    apart = np.hypot(
        x - drawn.x1[at] - u * (drawn.x2[at] - drawn.x1[at]),
        y - drawn.y1[at] - u * (drawn.y2[at] - drawn.y1[at]),
    )
    return np.stack([t, apart, r, np.maximum(drawn.r1[at], drawn.r2[at])])


def _stays(
    spells: tuple[Floats, ...], observed: Floats, origin_us: int, choice: CoPresence
) -> Stays:
    begin, end, least = spells
    new = np.ones(len(begin), np.bool_)
    new[1:] = begin[1:] - end[:-1] > choice.apart_s
    first = np.flatnonzero(new)
    best = _most_accurate(observed, (begin, end), new)
    p, observed_us = np.full(len(first), np.nan), np.full(len(first), _NEVER)
    has = best >= 0
    t, apart, r, other_r = observed[:, best[has]]
    p[has] = probability(apart, r, np.full(len(r), choice.radius_m), other_r)
    observed_us[has] = origin_us + _microseconds(t)
    return Stays(
        origin_us + _microseconds(begin[first]),
        origin_us + _microseconds(end[_lasts(new)]),
        np.add.reduceat(end - begin, first) if len(first) else np.empty(0),
        np.minimum.reduceat(least, first) if len(first) else np.empty(0),
        p,
        observed_us,
    )


def _most_accurate(observed: Floats, spells: tuple[Floats, Floats], new: Bools) -> Ints:
    """Position of each stay's observation of least error, the earliest of equals.

    Of those within a spell; -1 where there is none. `new` = a stay begins with a spell.
    """
    t, _, r, other_r = observed
    best = np.full(int(new.sum()), -1)
    spell = np.searchsorted(spells[0], t, side="right") - 1
    inside = np.flatnonzero(spell >= 0)
    inside = inside[t[inside] <= spells[1][spell[inside]]]
    stay = (np.cumsum(new) - 1)[spell[inside]]
    error = r[inside] ** 2 + other_r[inside] ** 2
    order = np.lexsort((t[inside], error, stay))
    told, first = np.unique(stay[order], return_index=True)
    best[told] = inside[order][first]
    return best


def _lasts(new: Bools) -> Ints:
    """Positions of the last spell of each stay."""
    return np.append(np.flatnonzero(new)[1:], len(new))[: int(new.sum())] - 1


def _microseconds(seconds: Floats) -> Ints:
    whole: Ints = np.round(seconds * US_PER_S).astype(np.int64)
    return whole


def explain(found: CoPresent, asked_s: float, policy: Policy) -> str:
    """What both trails show of each other in `asked_s` seconds, of the tags alone."""
    radius_m = policy.co_presence.radius_m
    if not found.common_s:
        return (
            "Nothing can be said of the two tags: the lines of their trails have no "
            "time in common here."
        )
    covered = (
        f"{_long(found.common_s)} that the lines of both trails cover "
        f"({100 * found.common_s / asked_s:.0f} % of the time asked)"
    )
    if not len(found.stays):
        return (
            f"By straight lines between their fixes the two tags were not within "
            f"{radius_m:g} m of each other at any time of the {covered}."
        )
    n = len(found.stays)
    return (
        f"By straight lines between their fixes the two tags were within {radius_m:g} "
        f"m of each other for {_long(float(found.stays.together_s.sum()))}, in {n:,} "
        f"stay{'' if n == 1 else 's'}, of the {covered}."
    )


def _long(seconds: float) -> str:
    """Seconds, minutes or hours, as people say them."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 3 * HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds / HOUR_S:.1f} h"
