"""What a trail shows of one zone in its windows: entries, absences, silences.

one_fix      how likely a fix lies inside, as for a hit
lines        the straight line that runs through, as for a passing
coverage     what the trail does not show of a curfew, and why
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from geocorr.arrays import (
    COARSE,
    MECHANISM,
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Trails,
)
from geocorr.coverage import uncovered
from geocorr.policy import Policy
from geocorr.zone_seen import Seen, Stay
from geocorr.zones import Span, edge_m

_MIN_US = 60 * US_PER_S
_NO_ORDER = "no order"
_NEVER = np.empty(0, np.float64)


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


def entries(seen: Seen, windows: Sequence[Span], policy: Policy) -> Iterator[Shown]:
    """Fixes that count as inside and lines through, joined where they are near."""
    counts = seen.inside_p >= policy.zones.min_probability
    lines = seen.lines(policy)
    stays = [*((float(t), float(t)) for t in seen.track.t[counts]), *lines]
    join_us = policy.zones.join_min * _MIN_US
    for window in windows:
        for group in _joined(_clipped(stays, window), join_us):
            yield _entry(seen, group, counts, lines)


def _entry(
    seen: Seen, group: Sequence[Stay], counts: Bools, lines: Sequence[Stay]
) -> Shown:
    """One visit: `counts` says which fixes make it, `lines` when lines lie inside."""
    span = group[0][0], max(end for _, end in group)
    begin, end = round(span[0]), round(span[1])
    part = seen.between((begin, end))
    p = seen.inside_p[part]
    return Shown(
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


def curfew(seen: Seen, windows: Sequence[Span], policy: Policy) -> Iterator[Shown]:
    """What a curfew's windows show: absences, and silences to be looked at."""
    yield from _absences(seen, windows, policy)
    yield from _silences(seen, windows, policy)


def _absences(seen: Seen, windows: Sequence[Span], policy: Policy) -> Iterator[Shown]:
    """Runs of fixes that show the tag away, long enough to be told."""
    may_be_there = seen.at_most_p > policy.alibi.min_probability
    away = seen.track.trusted & seen.stated & ~may_be_there
    there = seen.track.t[may_be_there | seen.at_home].astype(np.float64)
    lines = [t for line in seen.lines(policy) for t in line]
    back = np.sort(np.append(there, lines))
    gap_us = round(policy.line.max_gap_s * US_PER_S)
    join_us = policy.zones.join_min * _MIN_US
    for window in windows:
        part = seen.between(window)
        runs = _runs(seen.track.t[part][away[part]], back, gap_us)
        for group in _joined(runs, join_us, back):
            if _length_s(group) >= policy.zones.absence_min * 60:
                yield _absence(seen, group, away)


def _absence(seen: Seen, group: Sequence[Stay], away: Bools) -> Shown:
    """Runs that belong together, and the fixes that show them."""
    begin, end = round(group[0][0]), round(group[-1][1])
    part = seen.between((begin, end))
    shows = away[part]
    return Shown(
        BreachKind.ABSENCE,
        begin,
        end,
        float(seen.edge_m[part][shows].min()),
        float(seen.at_most_p[part][shows].max()),
        int(shows.sum()),
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


def _silences(seen: Seen, windows: Sequence[Span], policy: Policy) -> Iterator[Shown]:
    """Stretches of a curfew of which the trail says nothing either way."""
    least_us = policy.zones.unknown_min * _MIN_US
    telling, gap_s = _telling(seen, policy), policy.line.max_gap_s
    for window in windows:
        for hole in uncovered(telling, 0, seen.order, window, gap_s):
            if hole.to_us - hole.from_us >= least_us and hole.why != _NO_ORDER:
                yield Shown(BreachKind.UNKNOWN, hole.from_us, hole.to_us, why=hole.why)


def _telling(seen: Seen, policy: Policy) -> Trails:
    """The trail in which a fix covers if it can tell of the address at all.

    A radio fix does; a place elsewhere of which nobody stated how accurate it is says
    nothing.
    """
    marks = seen.trail.marks.copy()
    marks[seen.at_home] &= ~np.uint8(MECHANISM | COARSE)
    dumb = ~seen.stated & (seen.at_most_p <= policy.alibi.min_probability)
    marks[dumb & ~seen.at_home] |= np.uint8(COARSE)
    return replace(seen.trail, marks=marks)


def _clipped(stays: Iterable[Stay], window: Stay) -> list[Stay]:
    """The parts of stays inside a closed window, in order."""
    cut = ((max(a, window[0]), min(b, window[1])) for a, b in stays)
    return sorted((a, b) for a, b in cut if a <= b)


def _joined(
    stays: Sequence[Stay], join_us: float, back: Floats = _NEVER
) -> list[list[Stay]]:
    """Stays in groups, a group as long as the next begins soon after, none between."""
    groups: list[list[Stay]] = []
    edge = -np.inf
    for stay in stays:
        apart = back.searchsorted(edge, "right") < back.searchsorted(stay[0])
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
