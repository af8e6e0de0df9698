"""What a trail does not show of a window, stretch by stretch, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geocorr.arrays import (
    DEVICE,
    UNTRUSTED,
    US_PER_S,
    Bools,
    Floats,
    Ints,
    Targets,
    Trails,
    Wearers,
    compiled,
)
from geocorr.candidates import Pairs


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


def uncovered(
    trails: Trails,
    device: int,
    order_us: tuple[int, int],
    window_us: tuple[int, int],
    max_gap_s: float,
) -> tuple[Uncovered, ...]:
    """The stretches of a window that lie under no line of this wearer, in order."""
    # Of one device only: to look through all of them takes longer than the answer.
    first, last = np.searchsorted(trails.fixes.device, [device, device + 1])
    own = slice(int(first), int(last))
    t_us, marks = trails.fixes.t_us[own], trails.marks[own]
    trusted = (marks & np.uint8(UNTRUSTED)) == 0
    inside = (t_us >= order_us[0]) & (t_us < order_us[1])
    good = t_us[inside & trusted]
    silent = t_us[inside & ((marks & np.uint8(DEVICE)) != 0)]
    other = t_us[inside & ~trusted]
    found = []
    for low, high in _holes(good, order_us, window_us, round(max_gap_s * US_PER_S)):
        why = _why((low, high), order_us, good, (silent, other))
        found.append(Uncovered(low, high, why))
    return tuple(found)


def _holes(
    good: Ints, order_us: tuple[int, int], window_us: tuple[int, int], gap_us: int
) -> Iterator[tuple[int, int]]:
    """The window less all lines, cut where the order begins and ends."""
    low = window_us[0]
    first, last = np.searchsorted(good, window_us)
    near = good[max(int(first) - 1, 0) : int(last) + 1]
    for i in np.flatnonzero(np.diff(near) <= gap_us).tolist():
        begin, end = int(near[i]), int(near[i + 1])
        if end <= low or begin >= window_us[1]:
            continue
        if begin > low:
            yield from _cut((low, begin), order_us)
        low = max(low, end)
    if low < window_us[1]:
        yield from _cut((low, window_us[1]), order_us)


def _cut(hole: tuple[int, int], order_us: tuple[int, int]) -> Iterator[tuple[int, int]]:
    edges = [e for e in order_us if hole[0] < e < hole[1]]
    points = [hole[0], *edges, hole[1]]
    yield from pairwise(points)


def _why(
    hole: tuple[int, int],
    order_us: tuple[int, int],
    good: Ints,
    other: tuple[Ints, Ints],
) -> str:
    low, high = hole
    if high <= order_us[0] or low >= order_us[1]:
        return "no order"
    silent, untrusted = other
    if ((silent >= low) & (silent <= high)).any():
        return "device reported flat, off, strap open or removed"
    if ((untrusted > low) & (untrusted < high)).any():
        return "only fixes that cannot be trusted"
    if not len(good) or high <= good[0]:
        return "before the first fix"
    return "after the last fix" if low >= good[-1] else "gap"
