"""Which devices come near which places in time: targets in a grid, fixes streamed past.

Every fix is read once. A run of fixes is first asked as a box against the grid of the
targets (`target_grid`), a run that goes far as smaller ones; only what meets there is
measured, in float64, by fix and by line. So the answer is exact, and most fixes cost
little more than the reading.
"""

from typing import NamedTuple

import numpy as np

from geocorr import portions
from geocorr.arrays import Bools, Floats, Ints
from geocorr.kernels import compiled, inlined, reduction
from geocorr.lines import HAIR, Track, Windows, is_line, line_enters
from geocorr.target_grid import AROUND, Box, Grid, Words, cells_met, grid, slots_met

# Fixes that share a box; those of a tag that went so far meanwhile share smaller ones.
_BLOCK = 32
_WIDE_M = 512.0
_SMALL_BLOCK = 4

Disc = tuple[float, float, float]
Window = tuple[int, int]


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
    track: Track,
    starts: Ints,
    windows: Windows,
    gap_us: int,
    threads: int = portions.THREADS,
) -> tuple[Ints, Ints]:
    """Positions of targets and devices, sorted, each pair once.

    A pair is told if a fix of the device lies in the closed disc within the closed
    window, or a line between consecutive trusted fixes at most `gap_us` apart enters it
    then (0: no lines). `starts` [devices + 1] are offsets of each device's fixes, which
    are sorted by time; `windows` the targets' x, y, reach, from and to.
    """
    if not len(windows[0]):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return past(grid(windows), track, starts, gap_us, threads)


def past(
    met: Grid, track: Track, starts: Ints, gap_us: int, threads: int = portions.THREADS
) -> tuple[Ints, Ints]:
    """The same of a grid that is made already: where trails come in parts."""
    if not len(track.t):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = portions.each(
        lambda edges: _sweep(track, starts, edges, met, gap_us),
        portions.tasks(starts),
        threads,
    )
    pairs, devices = np.concatenate(found), len(starts) - 1
    keys = np.sort(pairs[:, 0] * devices + pairs[:, 1])
    return keys // devices, keys % devices


@compiled
def _sweep(track: Track, starts: Ints, edges: Ints, met: Grid, gap_us: int) -> Ints:
    """Target and device [n, 2] of the devices between the edges, each pair once.

    Each portion in three passes, because handing arrays on for every run of fixes would
    cost more than the fixes.
    """
    found = np.empty((0, 2), np.int64)
    notes = _Notes(np.full(met.targets, -1), np.full(met.targets, -1))
    room = _room(starts, edges)
    for p in range(len(edges) - 1):
        runs = _runs(track, starts, (edges[p], edges[p + 1]), met, gap_us, room)
        meetings = _meetings(track.t, runs, met)
        pairs = _measured(track, runs, meetings, met, notes, gap_us)
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


@reduction
def _runs(
    track: Track,
    starts: Ints,
    span: tuple[int, int],
    met: Grid,
    gap_us: int,
    room: _Runs,
) -> _Runs:
    """The runs of the devices [span) that meet an open cell, written into the room."""
    t, x, y, trusted = track
    device, lead, first, last, boxes = room
    around, times, place = met.around, met.times, met.place
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
                joined, head = -1, c
                if before >= 0 and t[c] - t[before] <= gap_us:
                    joined = head = before
                    box = _with(box, x[before], y[before])
                slots = slots_met(t[head], t[e - 1], times)
                a0, a1, b0, b1 = cells_met(box, place)
                if _any_open(around, (a0, a1, b0, b1), place[4]) & slots:
                    device[n], lead[n], first[n], last[n] = d, joined, c, e
                    boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3] = box
                    n += 1
                before = _last_trusted(trusted, c, e, before)
    return _Runs(device[:n], lead[:n], first[:n], last[:n], boxes[:n])


@inlined
def _any_open(around: Words, cells: tuple[int, int, int, int], rows: int) -> np.uint64:
    """The slots in which a target of the cells, or of those close by, is open."""
    found = np.uint64(0)
    for column in range(cells[0], cells[1] + 1, AROUND):
        for row in range(cells[2], cells[3] + 1, AROUND):
            found |= around[column * rows + row]
    return found


@inlined
def _bounds(x: Floats, y: Floats, a: int, b: int) -> Box:
    """Least and greatest x and y of the fixes [a, b)."""
    x0, x1, y0, y1 = x[a], x[a], y[a], y[a]
    for i in range(a + 1, b):
        x0, x1 = min(x0, x[i]), max(x1, x[i])
        y0, y1 = min(y0, y[i]), max(y1, y[i])
    return x0, x1, y0, y1


@inlined
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
def _meetings(t: Ints, runs: _Runs, met: Grid) -> Ints:
    """Run and entry [n, 2] wherever a target's box and window meet a run's."""
    open_, entry, cell, rows = met.open_, met.first, met.cell, met.place[4]
    found, n = np.empty((1024, 2), np.int64), 0
    for k in range(len(runs.first)):
        head = runs.first[k] if runs.lead[k] < 0 else runs.lead[k]
        during = (t[head], t[runs.last[k] - 1])
        slots = slots_met(during[0], during[1], met.times)
        x0, x1, y0, y1 = runs.box[k]
        a0, a1, b0, b1 = cells_met((x0, x1, y0, y1), met.place)
        for column in range(a0 * rows, a1 * rows + 1, rows):
            for c in range(column + b0, column + b1 + 1):
                if not open_[c] & slots:
                    continue
                e = entry[c]
                while cell[e] == c:
                    window = (met.windows[e, 0], met.windows[e, 1])
                    disc = (met.discs[e, 0], met.discs[e, 1], met.discs[e, 2])
                    if _meets((x0, x1, y0, y1), disc, during, window):
                        if n == len(found):
                            found = np.concatenate((found, np.empty_like(found)))
                        found[n, 0], found[n, 1] = k, e
                        n += 1
                    e += 1
    return found[:n]


@compiled
def _meets(box: Box, disc: Disc, during: Window, window: Window) -> bool:
    if window[0] > during[1] or window[1] < during[0]:
        return False
    x, y, reach = disc
    across = x - reach <= box[1] and x + reach >= box[0]
    meets: bool = across and y - reach <= box[3] and y + reach >= box[2]
    return meets


@compiled
def _measured(
    track: Track, runs: _Runs, meetings: Ints, met: Grid, notes: _Notes, gap_us: int
) -> Ints:
    """Target and device [n, 2] of what comes near, each pair told once."""
    device, lead, first, last, _ = runs
    discs, windows, target = met.discs, met.windows, met.target
    near, done = notes
    found, n = np.empty((len(meetings), 2), np.int64), 0
    for m in range(len(meetings)):
        k, e = meetings[m, 0], meetings[m, 1]
        g = target[e]
        if near[g] == device[k] or done[g] == first[k]:
            continue
        done[g] = first[k]
        run, window = (lead[k], first[k], last[k]), (windows[e, 0], windows[e, 1])
        disc = (discs[e, 0], discs[e, 1], discs[e, 2])
        if _comes_near(track, run, disc, window, gap_us):
            near[g] = device[k]
            found[n, 0], found[n, 1] = g, device[k]
            n += 1
    return found[:n]


@inlined
def _comes_near(
    track: Track, run: tuple[int, int, int], disc: Disc, window: Window, gap_us: int
) -> bool:
    """Exactly: a fix, or a line that ends in the run, in the disc within the window."""
    t, x, y, trusted = track
    j, first, last = run
    comes = False
    for i in range(first, last):
        place = (x[i] - disc[0], y[i] - disc[1])
        if window[0] <= t[i] <= window[1] and _inside(place, disc[2]):
            comes = True
            break
        if trusted[i]:
            ends, times = (x[j], y[j], x[i], y[i]), (t[j], t[i])
            joined = j >= 0 and is_line(times, window, gap_us)
            if joined and line_enters(ends, times, disc, window):
                comes = True
                break
            if t[i] > window[1]:
                break
            j = i
    return comes


@compiled
def _inside(place: tuple[float, float], reach: float) -> bool:
    """Exactly d <= reach; the distance itself is taken only where it is not plain."""
    if place[0] * place[0] + place[1] * place[1] > reach * reach * HAIR:
        return False
    inside: bool = np.hypot(place[0], place[1]) <= reach
    return inside
