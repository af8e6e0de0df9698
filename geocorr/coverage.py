"""What a trail does not show of a window, stretch by stretch, and why."""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import (
    DEVICE,
    UNTRUSTED,
    US_PER_S,
    Bools,
    Bytes,
    Floats,
    Ints,
    Targets,
    Trails,
    Wearers,
    compiled,
)
from geocorr.candidates import Pairs

# Before and behind: [first, last) or [from, to], one row a pair.
Edges = tuple[Ints, Ints]

NO_ORDER, SILENT, POOR, BEFORE, AFTER, GAP = range(6)
WHYS = (
    "no order",
    "device reported flat, off, strap open or removed",
    "only fixes that cannot be trusted",
    "before the first fix",
    "after the last fix",
    "gap",
)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A stretch of the window that lies under no line, and why."""

    from_us: int
    to_us: int
    why: str

    @property
    def minutes(self) -> float:
        """How long it is."""
        return (self.to_us - self.from_us) / US_PER_S / 60


def covered(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, max_gap_s: float
) -> Floats:
    """Share of each pair's window that lies under lines; of an instant 1 or 0."""
    fixes = trails.fixes
    starts, device = fixes.device_starts(), wearers.device[pairs.wearer]
    return _shares(
        (fixes.t_us, trails.trusted),
        (starts[device], starts[device + 1]),
        (wearers.from_us[pairs.wearer], wearers.to_us[pairs.wearer]),
        (targets.from_us[pairs.target], targets.to_us[pairs.target]),
        round(max_gap_s * US_PER_S),
    )


@compiled
def _shares(
    track: tuple[Ints, Bools],
    limits: tuple[Ints, Ints],
    orders: tuple[Ints, Ints],
    windows: tuple[Ints, Ints],
    gap_us: int,
) -> Floats:
    t, trusted = track
    found = np.zeros(len(limits[0]))
    for k in range(len(found)):
        a, b = limits[0][k], limits[1][k]
        own, c0, c1 = t[a:b], windows[0][k], windows[1][k]
        first = a + np.searchsorted(own, max(orders[0][k], c0 - gap_us))
        last = a + np.searchsorted(own, min(orders[1][k] - 1, c1 + gap_us), "right")
        before = c0 - gap_us - 1
        for i in range(first, last):
            if not trusted[i]:
                continue
            if t[i] - before <= gap_us and c0 <= t[i] and before <= c1:
                found[k] = _with(found[k], max(before, c0), min(t[i], c1), c1 - c0)
            elif c0 == c1 == t[i]:
                found[k] = 1.0
            before = t[i]
    return found


@compiled
def _with(so_far: float, begin: int, end: int, window_us: int) -> float:
    """The share with one more line under [begin, end]; of an instant 1."""
    if window_us == 0:
        return 1.0
    share: float = so_far + (end - begin) / window_us
    return share


@dataclass(frozen=True, slots=True)
class Holes:
    """Stretches under no line: CSR over pairs; `why` indexes `WHYS`."""

    start: Ints
    from_us: Ints
    to_us: Ints
    why: Ints

    def of(self, k: int) -> tuple[Uncovered, ...]:
        """Those of one pair, in order."""
        part = slice(int(self.start[k]), int(self.start[k + 1]))
        columns = (self.from_us[part], self.to_us[part], self.why[part])
        return tuple(
            Uncovered(low, high, WHYS[why])
            for low, high, why in zip(*(c.tolist() for c in columns), strict=True)
        )


def holes(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, max_gap_s: float
) -> Holes:
    """The stretches of each pair's window that lie under no line of its wearer."""
    starts, device = trails.fixes.device_starts(), wearers.device[pairs.wearer]
    orders = (wearers.from_us[pairs.wearer], wearers.to_us[pairs.wearer])
    windows = (targets.from_us[pairs.target], targets.to_us[pairs.target])
    limits = (starts[device], starts[device + 1])
    return _all_holes(trails, limits, orders, windows, round(max_gap_s * US_PER_S))


def uncovered(
    trails: Trails,
    device: int,
    order_us: tuple[int, int],
    window_us: tuple[int, int],
    max_gap_s: float,
) -> tuple[Uncovered, ...]:
    """The stretches of a window that lie under no line of this wearer, in order."""
    # Of one device only: to look through all of them takes longer than the answer.
    own = np.searchsorted(trails.fixes.device, [device, device + 1])
    limits, orders, windows = (
        (np.array([edges[0]], np.int64), np.array([edges[1]], np.int64))
        for edges in (own, order_us, window_us)
    )
    gap_us = round(max_gap_s * US_PER_S)
    return _all_holes(trails, limits, orders, windows, gap_us).of(0)


def _all_holes(
    trails: Trails, limits: Edges, orders: Edges, windows: Edges, gap_us: int
) -> Holes:
    track = (trails.fixes.t_us, trails.marks)
    return Holes(*_found(track, limits, orders, windows, gap_us))


@compiled
def _found(
    track: tuple[Ints, Bytes], limits: Edges, orders: Edges, windows: Edges, gap_us: int
) -> tuple[Ints, Ints, Ints, Ints]:
    n = len(limits[0])
    start = np.zeros(n + 1, np.int64)
    out, m = np.empty((3, 64), np.int64), 0
    for k in range(n):
        a, b = limits[0][k], limits[1][k]
        order, window = (orders[0][k], orders[1][k]), (windows[0][k], windows[1][k])
        t, marks = _worn((track[0][a:b], track[1][a:b]), order)
        edges = _edges(t, marks, window, gap_us)
        for i in range(0, len(edges), 2):
            low = edges[i]
            for edge in (order[0], order[1], edges[i + 1]):
                if not low < edge <= edges[i + 1]:
                    continue
                if m == out.shape[1]:
                    out = np.concatenate((out, np.empty_like(out)), axis=1)
                out[0, m], out[1, m] = low, edge
                out[2, m] = _why((low, edge), order, t, marks)
                low, m = edge, m + 1
        start[k + 1] = m
    return start, out[0, :m].copy(), out[1, :m].copy(), out[2, :m].copy()


@compiled
def _worn(track: tuple[Ints, Bytes], order: tuple[int, int]) -> tuple[Ints, Bytes]:
    """The fixes inside the order."""
    first = np.searchsorted(track[0], order[0])
    last = np.searchsorted(track[0], order[1])
    return track[0][first:last], track[1][first:last]


@compiled
def _edges(t: Ints, marks: Bytes, window: tuple[int, int], gap_us: int) -> Ints:
    """The window less all lines: where each stretch begins and ends, alternately."""
    found, n = np.empty(2 * len(t) + 2, np.int64), 0
    low, before = window[0], -1
    for i in range(_trusted_before(marks, int(np.searchsorted(t, window[0]))), len(t)):
        if marks[i] & UNTRUSTED != 0:
            continue
        if before >= 0 and t[before] < window[1] and low < t[i] <= t[before] + gap_us:
            if t[before] > low:
                found[n], found[n + 1] = low, t[before]
                n += 2
            low = t[i]
        if t[i] >= window[1]:
            break
        before = i
    if low < window[1]:
        found[n], found[n + 1] = low, window[1]
        n += 2
    return found[:n]


@compiled
def _why(hole: tuple[int, int], order: tuple[int, int], t: Ints, marks: Bytes) -> int:
    low, high = hole
    if high <= order[0] or low >= order[1]:
        return NO_ORDER
    first, last = np.searchsorted(t, low), np.searchsorted(t, high, side="right")
    if (marks[first:last] & DEVICE).any():
        return SILENT
    for i in range(first, last):
        if low < t[i] < high and marks[i] & UNTRUSTED != 0:
            return POOR
    if not _any_trusted(marks, 0, int(np.searchsorted(t, high))):
        return BEFORE
    later = int(np.searchsorted(t, low, side="right"))
    return GAP if _any_trusted(marks, later, len(t)) else AFTER


@compiled
def _trusted_before(marks: Bytes, at: int) -> int:
    """Position of the last trusted fix before this one; 0 where there is none."""
    at -= 1
    while at > 0 and marks[at] & UNTRUSTED != 0:
        at -= 1
    return max(at, 0)


@compiled
def _any_trusted(marks: Bytes, first: int, last: int) -> bool:
    while first < last and marks[first] & UNTRUSTED != 0:
        first += 1
    return first < last
