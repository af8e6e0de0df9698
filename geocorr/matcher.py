"""The exact facts of a pair: what the trail shows of one wearer and one target.

Points first (`matching.md`, One fix), then the straight line between two trusted fixes
(Between two fixes). The kernels loop; the mathematics stands beside them in numpy.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geocorr import fixes_near, lines
from geocorr.arrays import (
    ASSUMED,
    US_PER_S,
    Bools,
    Bytes,
    Floats,
    Floats32,
    Ints,
    Targets,
    Trails,
    Wearers,
    check_lengths,
    compiled,
)
from geocorr.candidates import Pairs, reach_m
from geocorr.fixes_near import Near as Near
from geocorr.lines import HAIR, NEVER_US, Spans, Track, Windows
from geocorr.one_fix import probability
from geocorr.policy import Policy


@dataclass(frozen=True, slots=True)
class Rests:
    """What the fixes that a finding rests on say; one row a pair.

    `probability` is that of the most accurate observation (the earliest of equals, not
    the luckiest), NaN where no fix came into question; `mechanisms` counts [n, 4].
    `assumed`: the accuracy of that observation, or of a line's end where no fix counts,
    was not stated.
    """

    probability: Floats
    observed_us: Ints
    assumed: Bools
    median_accuracy_m: Floats
    worst_accuracy_m: Floats
    mechanisms: Ints

    def __post_init__(self) -> None:
        check_lengths(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the trail shows of each pair; all columns have one row a pair.

    Distances are NaN and times NEVER_US where there is nothing to measure. `path_*` are
    of the straight lines, the rest of the fixes. [first, last) are the positions of the
    fixes used: the window's and those one gap either side, all inside the order.
    """

    first: Ints
    last: Ints
    counting: Ints
    fixes_inside: Ints
    visits: Ints
    first_inside_us: Ints
    last_inside_us: Ints
    min_fix_m: Floats
    path_enters: Bools
    path_entry_us: Ints
    path_exit_us: Ints
    min_path_m: Floats
    dwell_s: Floats
    coverage: Floats

    def __post_init__(self) -> None:
        check_lengths(self)


class Signs(NamedTuple):
    """The facts that make a verdict, alone; one row a pair."""

    counting: Ints
    path_enters: Bools


def screen(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> Bools:
    """Which pairs have a fix, stop or line within reach at all; the rest list nothing.

    Exact, and quick: squares only, and it stops at the first thing found.
    """
    asked = _ask(trails, wearers, targets, pairs, policy)
    stops = trails.stops
    reach = np.maximum(reach_m(asked.chosen, policy), asked.chosen.radius_m)
    return lines.touches(
        asked.track,
        asked.spans,
        (asked.chosen.x_m, asked.chosen.y_m, reach, *asked.windows[3:]),
        (trails.stop, stops.x_m, stops.y_m),
        asked.gap_us,
    )


def signs(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> Signs:
    """What decides on each pair, without the rest of its facts."""
    asked = _ask(trails, wearers, targets, pairs, policy)
    near = _near(trails, asked, policy)
    before = np.concatenate([[0], np.cumsum(near.counts)])
    counting = before[near.start[1:]] - before[near.start[:-1]]
    entered = lines.enters(asked.track, asked.spans, asked.windows, asked.gap_us)
    return Signs(counting, entered)


def examine(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> tuple[Facts, Near]:
    """The facts of each pair, and the fixes that they rest on."""
    asked = _ask(trails, wearers, targets, pairs, policy)
    near = _near(trails, asked, policy)
    there = (asked.track, asked.spans, asked.windows)
    points = _point_facts(*there, (near.start, near.counts))
    paths = lines.path_facts(*there, asked.gap_us)
    return Facts(asked.spans.first, asked.spans.last, *points, *paths), near


@dataclass(frozen=True, slots=True)
class _Asked:
    """The pairs as the kernels read them: columns of one row a pair."""

    track: Track
    spans: Spans
    orders: tuple[Ints, Ints]
    chosen: Targets
    gap_us: int

    @property
    def windows(self) -> Windows:
        c = self.chosen
        return c.x_m, c.y_m, c.radius_m, c.from_us, c.to_us


def _ask(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> _Asked:
    gap_us, fixes = round(policy.line.max_gap_s * US_PER_S), trails.fixes
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, trails.trusted)
    starts, device = fixes.device_starts(), wearers.device[pairs.wearer]
    orders = (wearers.from_us[pairs.wearer], wearers.to_us[pairs.wearer])
    chosen = targets.take(pairs.target)
    limits = (starts[device], starts[device + 1])
    spans = _spans(fixes.t_us, limits, orders, (chosen.from_us, chosen.to_us), gap_us)
    return _Asked(track, spans, orders, chosen, gap_us)


def _near(trails: Trails, asked: _Asked, policy: Policy) -> Near:
    there = (asked.spans, asked.orders, asked.chosen)
    return fixes_near.near(trails, *there, policy)


def rest(
    trails: Trails,
    targets: Targets,
    pairs: Pairs,
    found: tuple[Facts, Near],
    gap_s: float,
) -> Rests:
    """What each pair rests on: the fixes inside or counting, else its lines' ends."""
    facts, near = found
    fixes, chosen = trails.fixes, targets.take(pairs.target)
    track = Track(fixes.t_us, fixes.x_m, fixes.y_m, trails.trusted)
    windows = (chosen.x_m, chosen.y_m, chosen.radius_m, chosen.from_us, chosen.to_us)
    ends = lines.line_ends(
        track, (facts.first, facts.last), windows, round(gap_s * US_PER_S)
    )
    best, assumed, median, worst, mechanisms = _summary(
        (near.start, near.fix, near.inside | near.counts, near.r95_m),
        ends,
        facts.counting,
        (trails.r95_m, fixes.mechanism, (trails.marks & np.uint8(ASSUMED)) > 0),
    )
    p, observed_us = np.full(len(best), np.nan), np.full(len(best), NEVER_US)
    has = best >= 0
    seen, place = best[has], chosen.take(has)
    p[has] = probability(
        near.observed_m[seen], near.r95_m[seen], place.radius_m, place.r95_m
    )
    observed_us[has] = fixes.t_us[near.fix[seen]]
    return Rests(p, observed_us, assumed, median, worst, mechanisms)


@compiled
def _summary(
    near: tuple[Ints, Ints, Bools, Floats],
    ends: tuple[Ints, Ints],
    counting: Ints,
    of: tuple[Floats32, Bytes, Bools],
) -> tuple[Ints, Bools, Floats, Floats, Ints]:
    """Best observation (position in near, -1 = none), whether assumed, R95s, kinds."""
    n = len(near[0]) - 1
    assumed = np.zeros(n, np.bool_)
    best, mechanisms = np.full(n, -1), np.zeros((n, 4), np.int64)
    median, worst = np.full(n, np.nan), np.full(n, np.nan)
    for k in range(n):
        a, b = near[0][k], near[0][k + 1]
        chosen = a + np.flatnonzero(near[2][a:b])
        resting = decisive = ends[1][ends[0][k] : ends[0][k + 1]]
        if len(chosen):
            best[k] = chosen[np.argmin(near[3][chosen])]
            resting = near[1][chosen]
        if counting[k]:
            # A stop's accuracy is its fixes' together: they all carry it.
            decisive = resting[near[3][chosen] == near[3][best[k]]]
        assumed[k] = of[2][decisive].any()
        if len(resting):
            median[k], worst[k] = np.median(of[0][resting]), of[0][resting].max()
        for i in resting:
            mechanisms[k, of[1][i]] += 1
    return best, assumed, median, worst, mechanisms


@compiled
def _spans(
    t: Ints,
    limits: tuple[Ints, Ints],
    orders: tuple[Ints, Ints],
    windows: tuple[Ints, Ints],
    gap_us: int,
) -> Spans:
    """Positions of each pair's fixes by binary search."""
    n = len(limits[0])
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    begin, end = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(n):
        a, b = limits[0][k], limits[1][k]
        own = t[a:b]
        order_lo = a + np.searchsorted(own, orders[0][k])
        order_hi = a + np.searchsorted(own, orders[1][k])
        c0, c1 = windows[0][k], windows[1][k]
        first[k] = max(order_lo, a + np.searchsorted(own, c0 - gap_us))
        last[k] = min(order_hi, a + np.searchsorted(own, c1 + gap_us, side="right"))
        begin[k] = max(order_lo, a + np.searchsorted(own, c0))
        end[k] = min(order_hi, a + np.searchsorted(own, c1, side="right"))
    return Spans(first, last, begin, end)


@compiled
def _point_facts(
    track: Track,
    spans: Spans,
    windows: Windows,
    near: tuple[Ints, Bools],
) -> tuple[Ints, Ints, Ints, Ints, Ints, Floats]:
    """Counting fixes, fixes inside, visits, first and last inside, least distance.

    A visit is a run of consecutive fixes inside; an untrusted fix outside (a cell
    tower two kilometres away) does not end it.
    """
    t, x, y, trusted = track
    n = len(spans.first)
    counting, inside, visits = (
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
    )
    first, last = np.full(n, NEVER_US), np.full(n, NEVER_US)
    least = np.full(n, np.nan)
    for k in range(n):
        counting[k] = near[1][near[0][k] : near[0][k + 1]].sum()
        staying, best, telling = False, np.inf, np.inf
        for i in range(spans.begin[k], spans.end[k]):
            dx, dy = x[i] - windows[0][k], y[i] - windows[1][k]
            d = np.inf
            # Neither nearer than any before, nor inside: nothing to tell.
            if dx * dx + dy * dy <= telling:
                d = np.hypot(dx, dy)
                best = min(best, d)
                telling = max(best, windows[2][k]) ** 2 * HAIR
            if d <= windows[2][k]:
                inside[k] += 1
                visits[k] += 0 if staying else 1
                staying = True
                first[k] = t[i] if inside[k] == 1 else first[k]
                last[k] = t[i]
            elif trusted[i]:
                staying = False
        least[k] = best if best < np.inf else np.nan
    return counting, inside, visits, first, last, least
