"""What a trail shows of one zone in one window: entries, absences, silences.

one_fix      how likely a fix lies inside, as for a hit
lines        the straight line that runs through, as for a passing
coverage     what the trail does not show of a curfew, and why
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    COARSE,
    DEVICE,
    FUTURE,
    MECHANISM,
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Trails,
    Wearers,
)
from geocorr.coverage import uncovered
from geocorr.lines import Track
from geocorr.model import Mechanism
from geocorr.policy import Policy
from geocorr.zones import Span, Zone, chance, crossings, edge_m

_MIN_US = 60 * US_PER_S
_NO_ORDER = "no order"
Stay = tuple[float, float]


class BreachKind(StrEnum):
    """UNKNOWN is no breach: a silence in a curfew that someone has to look at."""

    ENTRY = "entry"
    ABSENCE = "absence"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding before it is put into words; None and 0 where nothing is shown."""

    kind: BreachKind
    from_us: int
    to_us: int
    nearest_edge_m: float | None = None
    probability: float | None = None
    fixes: int = 0
    shown_s: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one wearer's fixes say of one zone; columns of one row a fix in the order.

    `inside_p` is that of the observation (its stop, or the fix itself), `at_most_p`
    the greater of the two.
    """

    trails: Trails
    device: int
    order: Span
    zone: Zone
    track: Track
    edge_m: Floats
    inside_p: Floats
    at_most_p: Floats
    stated: Bools
    at_home: Bools

    @classmethod
    def of(cls, trails: Trails, wearers: Wearers, w: int, zone: Zone) -> "Seen":
        device = int(wearers.device[w])
        order = int(wearers.from_us[w]), int(wearers.to_us[w])
        fixes, starts = trails.fixes, trails.fixes.device_starts()
        own = fixes.t_us[starts[device] : starts[device + 1]]
        first, last = starts[device] + np.searchsorted(own, order)
        part = slice(int(first), int(last))
        marks, x, y = trails.marks[part], fixes.x_m[part], fixes.y_m[part]
        own_p = chance(zone.place, x, y, trails.r95_m[part].astype(np.float64))
        seen_p = chance(zone.place, *_observed(trails, part, order))
        unfit = np.uint8(DEVICE | FUTURE)
        return cls(
            trails,
            device,
            order,
            zone,
            Track(fixes.t_us[part], x, y, trails.trusted[part]),
            edge_m(zone.place, x, y),
            seen_p,
            np.maximum(own_p, seen_p),
            (marks & np.uint8(ASSUMED)) == 0,
            (fixes.mechanism[part] == Mechanism.RF) & ((marks & unfit) == 0),
        )

    def between(self, span: Span) -> slice:
        """Positions of the fixes in a closed time."""
        first = np.searchsorted(self.track.t, span[0])
        return slice(int(first), int(np.searchsorted(self.track.t, span[1], "right")))


def _observed(
    trails: Trails, part: slice, order: Span
) -> tuple[Floats, Floats, Floats]:
    """Place and R95 of each fix's observation: its stop, if all of it is in order."""
    fixes, stops = trails.fixes, trails.stops
    x, y = fixes.x_m[part].copy(), fixes.y_m[part].copy()
    r95 = trails.r95_m[part].astype(np.float64)
    at = np.flatnonzero(trails.stop[part] >= 0)
    s = trails.stop[part][at]
    whole = (stops.from_us[s] >= order[0]) & (stops.to_us[s] < order[1])
    at, s = at[whole], s[whole]
    x[at], y[at], r95[at] = stops.x_m[s], stops.y_m[s], stops.accuracy_m[s]
    return x, y, r95


def entries(seen: Seen, window: Span, policy: Policy) -> Iterator[Shown]:
    """Fixes that count as inside and lines through, joined where they are near."""
    gap_us = round(policy.line.max_gap_s * US_PER_S)
    counts = seen.inside_p >= policy.zones.min_probability
    own = [(float(t), float(t)) for t in seen.track.t[counts].tolist()]
    lines = list(crossings(seen.zone.place, seen.track, gap_us))
    stays = _clipped([*own, *lines], window)
    for group in _joined(stays, policy.zones.join_min * _MIN_US):
        span = group[0][0], max(end for _, end in group)
        begin, end = round(span[0]), round(span[1])
        part = seen.between((begin, end))
        p = seen.inside_p[part]
        yield Shown(
            BreachKind.ENTRY,
            begin,
            end,
            _deepest(seen, part, _clipped(lines, span)),
            float(p.max()) if len(p) else None,
            int(counts[part].sum()),
            _length_s(group),
        )


def _deepest(seen: Seen, part: slice, lines: Sequence[Stay]) -> float:
    """Least distance to the edge of the fixes, and of lines half way through."""
    trusted = np.flatnonzero(seen.track.trusted)
    t = seen.track.t[trusted].astype(np.float64)
    middles = np.array([(a + b) / 2 for a, b in lines], dtype=np.float64)
    x = np.interp(middles, t, seen.track.x[trusted]) if len(lines) else middles
    y = np.interp(middles, t, seen.track.y[trusted]) if len(lines) else middles
    away = np.append(seen.edge_m[part], edge_m(seen.zone.place, x, y))
    return float(away.min())


def curfew(seen: Seen, window: Span, policy: Policy) -> Iterator[Shown]:
    """What a curfew's window shows: absences, and silences to be looked at."""
    yield from _absences(seen, window, policy)
    yield from _silences(seen, window, policy)


def _absences(seen: Seen, window: Span, policy: Policy) -> Iterator[Shown]:
    """Runs of fixes that show the tag away, long enough to be told."""
    part = seen.between(window)
    may_be_there = seen.at_most_p > policy.alibi.min_probability
    away = seen.track.trusted & seen.stated & ~may_be_there
    gap_us = round(policy.line.max_gap_s * US_PER_S)
    t = seen.track.t
    lines = list(crossings(seen.zone.place, seen.track, gap_us))
    there = [float(v) for v in t[part][(may_be_there | seen.at_home)[part]].tolist()]
    back = sorted([*there, *(a for a, _ in lines), *(b for _, b in lines)])
    runs = _runs(t[part][away[part]], np.array(back), gap_us)
    near = _joined(runs, policy.zones.join_min * _MIN_US, back)
    for group in near:
        if _length_s(group) < policy.zones.absence_min * 60:
            continue
        span = round(group[0][0]), round(group[-1][1])
        of_run = np.zeros(len(t), np.bool_)
        of_run[seen.between(span)] = True
        of_run &= away
        yield Shown(
            BreachKind.ABSENCE,
            *span,
            float(seen.edge_m[of_run].min()),
            float(seen.at_most_p[of_run].max()),
            int(of_run.sum()),
            _length_s(group),
        )


def _runs(t: Ints, back: Floats, gap_us: int) -> list[Stay]:
    """Consecutive times at most one gap apart with no coming back between."""
    if not len(t):
        return []
    came = np.searchsorted(back, t[1:]) > np.searchsorted(back, t[:-1])
    cuts = np.flatnonzero((np.diff(t) > gap_us) | came)
    first = [0, *(cuts + 1).tolist()]
    last = [*cuts.tolist(), len(t) - 1]
    return [(float(t[a]), float(t[b])) for a, b in zip(first, last, strict=True)]


def _silences(seen: Seen, window: Span, policy: Policy) -> Iterator[Shown]:
    """Stretches of a curfew of which the trail says nothing either way."""
    least_us = policy.zones.unknown_min * _MIN_US
    telling = _telling(seen, policy)
    where = (seen.device, seen.order, window)
    for hole in uncovered(telling, *where, policy.line.max_gap_s):
        if hole.to_us - hole.from_us >= least_us and hole.why != _NO_ORDER:
            yield Shown(BreachKind.UNKNOWN, hole.from_us, hole.to_us, why=hole.why)


def _telling(seen: Seen, policy: Policy) -> Trails:
    """The trail in which a fix covers if it can tell of the address at all.

    A radio fix says "at the registered address"; a place elsewhere of which nobody
    stated how accurate it is says nothing.
    """
    trails, starts = seen.trails, seen.trails.fixes.device_starts()
    first = int(starts[seen.device])
    first += int(
        np.searchsorted(
            trails.fixes.t_us[first : starts[seen.device + 1]], seen.order[0]
        )
    )
    own = slice(first, first + len(seen.track.t))
    marks, part = trails.marks.copy(), trails.marks[own].copy()
    part[seen.at_home] &= ~np.uint8(MECHANISM | COARSE)
    dumb = ~seen.stated & (seen.at_most_p <= policy.alibi.min_probability)
    part[dumb & ~seen.at_home] |= np.uint8(COARSE)
    marks[own] = part
    return replace(trails, marks=marks)


def _clipped(stays: Iterable[Stay], window: Stay) -> list[Stay]:
    """The parts of stays inside a closed window, in order."""
    cut = ((max(a, window[0]), min(b, window[1])) for a, b in stays)
    return sorted((a, b) for a, b in cut if a <= b)


def _joined(
    stays: Sequence[Stay], join_us: float, back: Sequence[float] = ()
) -> list[list[Stay]]:
    """Stays in groups, a group as long as the next begins soon after, none between."""
    groups: list[list[Stay]] = []
    edge = -np.inf
    for stay in stays:
        apart = bisect_right(back, edge) < bisect_left(back, stay[0])
        if not groups or stay[0] - edge > join_us or apart:
            groups.append([])
        groups[-1].append(stay)
        edge = max(edge, stay[1]) if len(groups[-1]) > 1 else stay[1]
    return groups


def _length_s(stays: Sequence[Stay]) -> float:
    """Seconds under at least one of these stays, which stand in order."""
    total, edge = 0.0, -np.inf
    for begin, end in stays:
        total += max(0.0, end - max(begin, edge))
        edge = max(edge, end)
    return round(total / US_PER_S, 1)
