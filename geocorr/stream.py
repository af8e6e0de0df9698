"""Which devices come near which places in time: targets in a grid, fixes streamed past.

Every fix is read once. A run of fixes is first asked as a box against the grid of the
targets (`target_grid`), a run that goes far as smaller ones; only what meets there is
measured, in float64, by fix and by line. So the answer is exact, and most fixes cost
little more than the reading.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, cast

import numba
import numpy as np

from geocorr.arrays import Bools, Floats, Ints
from geocorr.kernels import Kernel, compiled
from geocorr.lines import HAIR, Track, Windows, is_line, line_enters
from geocorr.target_grid import (
    Box,
    Grid,
    any_open,
    cells_met,
    first_entry,
    grid,
    slots_met,
)

# Fixes that share a box; those of a tag that went so far meanwhile share smaller ones.
_BLOCK = 32
_WIDE_M = 512.0
_SMALL_BLOCK = 4
# Fixes of a portion, so few that they stay in the cache while it is looked at twice;
# and the portions that a thread takes up at a time.
_PORTION = 2**14
_TOGETHER = 16
# As many as there are cores, or as NUMBA_NUM_THREADS says.
THREADS = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]

Disc = tuple[float, float, float]
Window = tuple[int, int]

# Least and greatest in one sweep of wide registers; `Fixes` holds no NaN.
_reduction = cast(
    Callable[[Kernel], Kernel], partial(compiled, fastmath={"nnan", "nsz"})
)
# Part of its caller: to hand arrays on for every run would cost more than the fixes.
_inlined = cast(Callable[[Kernel], Kernel], partial(compiled, inline="always"))


class _Notes(NamedTuple):
    """Of each target the last device near it, and the last run held against it."""

    near: Ints
    done: Ints


class _Runs(NamedTuple):
    """Runs [first, last) of a device's fixes; a line leads in from `lead` (-1 = no).

    `box` [runs, 4]: least and greatest x and y, the line that leads in included.
    """

    device: Ints
    lead: Ints
    first: Ints
    last: Ints
    box: Floats


def near(
    track: Track, starts: Ints, windows: Windows, gap_us: int, threads: int = THREADS
) -> tuple[Ints, Ints]:
    """Positions of targets and devices, sorted, each pair once.

    A pair is told if a fix of the device lies in the closed disc within the closed
    window, or a line between consecutive trusted fixes at most `gap_us` apart enters it
    then (0: no lines). `starts` [devices + 1] are offsets of each device's fixes, which
    are sorted by time; `windows` the targets' x, y, reach, from and to.
    """
    if not len(track.t) or not len(windows[0]):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    asked = (grid(windows), len(windows[0]), gap_us)
    tasks = _tasks(starts)
    if len(tasks) == 1 or threads == 1:
        found = [_sweep(track, starts, edges, *asked) for edges in tasks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            work = [pool.submit(_sweep, track, starts, e, *asked) for e in tasks]
            found = [part.result() for part in work]
    pairs = np.concatenate(found)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pairs[order, 0], pairs[order, 1]


def _tasks(starts: Ints) -> list[Ints]:
    """What a thread takes up at a time: edges between devices, a portion from each."""
    n, devices = int(starts[-1]), len(starts) - 1
    inner = np.searchsorted(starts, np.arange(_PORTION, n, _PORTION))
    edges = np.unique(np.concatenate([[0], inner, [devices]])).astype(np.int64)
    firsts = range(0, len(edges) - 1, _TOGETHER)
    return [edges[first : first + _TOGETHER + 1] for first in firsts]


@compiled
def _sweep(
    track: Track, starts: Ints, edges: Ints, met: Grid, targets: int, gap_us: int
) -> Ints:
    """Pairs [n, 2] (target, device) of the devices between the edges, each once.

    Each portion in three passes, because handing arrays on for every run of fixes would
    cost more than the fixes.
    """
    found = np.empty((0, 2), np.int64)
    notes = _Notes(np.full(targets, -1), np.full(targets, -1))
    room = _room(starts, edges)
    for p in range(len(edges) - 1):
        runs = _runs(track, starts, (edges[p], edges[p + 1]), gap_us, room)
        strips = _strips(track.t, runs, met)
        pairs = _measured(track, runs, strips, met, notes, gap_us)
        found = np.concatenate((found, pairs))
    return found


@compiled
def _room(starts: Ints, edges: Ints) -> _Runs:
    """Room for the runs of any of the portions between the edges."""
    most = 0
    for p in range(len(edges) - 1):
        fixes = starts[edges[p + 1]] - starts[edges[p]]
        blocks = fixes // _BLOCK + edges[p + 1] - edges[p]
        most = max(most, fixes // _SMALL_BLOCK + blocks)
    columns = np.empty((4, most), np.int64)
    return _Runs(columns[0], columns[1], columns[2], columns[3], np.empty((most, 4)))


@_reduction
def _runs(
    track: Track, starts: Ints, span: tuple[int, int], gap_us: int, room: _Runs
) -> _Runs:
    """The runs of the devices [span) in order, written into the room for them."""
    t, x, y, trusted = track
    device, lead, first, last, boxes = room
    n = 0
    for d in range(span[0], span[1]):
        end, before = starts[d + 1], -1
        for a in range(starts[d], end, _BLOCK):
            b = min(a + _BLOCK, end)
            box = _bounds(x, y, a, b)
            step = _SMALL_BLOCK if _wide(box) else _BLOCK
            for c in range(a, b, step):
                e = min(c + step, b)
                if step < _BLOCK:
                    box = _bounds(x, y, c, e)
                lead[n] = -1
                if before >= 0 and t[c] - t[before] <= gap_us:
                    lead[n] = before
                    box = _with(box, x[before], y[before])
                device[n], first[n], last[n] = d, c, e
                boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3] = box
                n += 1
                before = _last_trusted(trusted, c, e, before)
    return _Runs(device[:n], lead[:n], first[:n], last[:n], boxes[:n])


@_inlined
def _bounds(x: Floats, y: Floats, a: int, b: int) -> Box:
    """Least and greatest x and y of the fixes [a, b)."""
    x0, x1, y0, y1 = x[a], x[a], y[a], y[a]
    for i in range(a + 1, b):
        x0, x1 = min(x0, x[i]), max(x1, x[i])
        y0, y1 = min(y0, y[i]), max(y1, y[i])
    return x0, x1, y0, y1


@_inlined
def _last_trusted(trusted: Bools, a: int, b: int, before: int) -> int:
    """The last trusted fix of [a, b), or the one before that."""
    i = b - 1
    while i >= a and not trusted[i]:
        i -= 1
    return i if i >= a else before


@compiled
def _wide(box: Box) -> bool:
    wide: bool = box[1] - box[0] > _WIDE_M or box[3] - box[2] > _WIDE_M
    return wide


@compiled
def _with(box: Box, x: float, y: float) -> Box:
    return min(box[0], x), max(box[1], x), min(box[2], y), max(box[3], y)


@compiled
def _strips(t: Ints, runs: _Runs, met: Grid) -> Ints:
    """Strips [n, 3] of cells (run, from, to) that are open when a run meets them."""
    open_, rows = met.open_, met.rows
    times = (met.from_us, met.to_us, met.slot_us)
    place = (met.x_m, met.y_m, met.side_m, met.columns, met.rows)
    lead, first, last, boxes = runs.lead, runs.first, runs.last, runs.box
    strips, n = np.empty((1024, 3), np.int64), 0
    for k in range(len(first)):
        head = first[k] if lead[k] < 0 else lead[k]
        slots = slots_met(t[head], t[last[k] - 1], times)
        if not slots:
            continue
        box = (boxes[k, 0], boxes[k, 1], boxes[k, 2], boxes[k, 3])
        a0, a1, b0, b1 = cells_met(box, place)
        for row in range(a0 * rows, a1 * rows + 1, rows):
            if not any_open(open_, row + b0, row + b1 + 1) & slots:
                continue
            if n == len(strips):
                strips = np.concatenate((strips, np.empty_like(strips)))
            strips[n, 0], strips[n, 1], strips[n, 2] = k, row + b0, row + b1 + 1
            n += 1
    return strips[:n]


@compiled
def _measured(
    track: Track, runs: _Runs, strips: Ints, met: Grid, notes: _Notes, gap_us: int
) -> Ints:
    """The pairs of all targets in strips, each measured once a run, told once."""
    t = track.t
    device, lead, first, last, boxes = runs
    x, y, reach = met.discs
    from_us, to_us = met.times
    open_, entry, cell, target = met.open_, met.first, met.cell, met.target
    near, done = notes
    pairs, n = np.empty((256, 2), np.int64), 0
    for s in range(len(strips)):
        k, until = strips[s, 0], strips[s, 2]
        begin, end = t[first[k] if lead[k] < 0 else lead[k]], t[last[k] - 1]
        bounds = (boxes[k, 0], boxes[k, 1], boxes[k, 2], boxes[k, 3])
        e = first_entry(open_, entry, strips[s, 1]) - 1
        while cell[e + 1] < until:
            e += 1
            if from_us[e] > end or to_us[e] < begin:
                continue
            disc = (x[e], y[e], reach[e])
            if not _meets(bounds, disc):
                continue
            g = target[e]
            if near[g] == device[k] or done[g] == first[k]:
                continue
            done[g] = first[k]
            run, window = (lead[k], first[k], last[k]), (from_us[e], to_us[e])
            if _comes_near(track, run, disc, window, gap_us):
                near[g] = device[k]
                if n == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[n, 0], pairs[n, 1] = g, device[k]
                n += 1
    return pairs[:n]


@compiled
def _meets(box: Box, disc: Disc) -> bool:
    x, y, reach = disc
    across = x - reach <= box[1] and x + reach >= box[0]
    meets: bool = across and y - reach <= box[3] and y + reach >= box[2]
    return meets


@compiled
def _comes_near(
    track: Track, run: tuple[int, int, int], disc: Disc, window: Window, gap_us: int
) -> bool:
    """Exactly: a fix, or a line that ends in the run, in the disc within the window."""
    t, x, y, trusted = track
    j, first, last = run
    for i in range(first, last):
        place = (x[i] - disc[0], y[i] - disc[1])
        if window[0] <= t[i] <= window[1] and _inside(place, disc[2]):
            return True
        if trusted[i]:
            ends, times = (x[j], y[j], x[i], y[i]), (t[j], t[i])
            joined = j >= 0 and is_line(times, window, gap_us)
            if joined and line_enters(ends, times, disc, window):
                return True
            if t[i] > window[1]:
                break
            j = i
    return False


@compiled
def _inside(place: tuple[float, float], reach: float) -> bool:
    """Exactly d <= reach; the distance itself is taken only where it is not plain."""
    if place[0] * place[0] + place[1] * place[1] > reach * reach * HAIR:
        return False
    inside: bool = np.hypot(place[0], place[1]) <= reach
    return inside
