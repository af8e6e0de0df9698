"""What a trail does not show of a window, stretch by stretch, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geocorr.arrays import DEVICE, US_PER_S, Ints, Trails


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


def uncovered(
    trails: Trails,
    device: int,
    order_us: tuple[int, int],
    window_us: tuple[int, int],
    max_gap_s: float,
) -> tuple[Uncovered, ...]:
    """The stretches of a window that lie under no line of this wearer, in order."""
    starts = trails.fixes.device_starts()
    own = slice(int(starts[device]), int(starts[device + 1]))
    t_us, marks = trails.fixes.t_us[own], trails.marks[own]
    inside = (t_us >= order_us[0]) & (t_us < order_us[1])
    good = t_us[inside & trails.trusted[own]]
    silent = t_us[inside & ((marks & np.uint8(DEVICE)) != 0)]
    other = t_us[inside & ~trails.trusted[own]]
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
