"""Which devices come near which places in time: targets in a grid, fixes streamed past.

Every fix is read once. A run of fixes is first asked as a box against a grid of square
cells, each of which says in 64 bits in which parts of the whole time any target in it
is open; only what meets there is measured, in float64, by fix and by line. So the
answer is exact, and most fixes cost little more than the reading.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, cast

import numba
import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bools, Codes, Floats, Ints
from geocorr.kernels import Kernel, compiled
from geocorr.lines import HAIR, Track, Windows, is_line, line_enters

# Fixes that share a box, and cells of a few hundred metres, but not too many.
_BLOCK = 32
_SIDE_M = 256.0
_MAX_CELLS = 2**22
_MAX_ENTRIES = 2**20
# The time from the first opening to the last closing in as many parts as a word holds.
_SLOTS = 64
# Fixes of a portion, so few that they stay in the cache while it is looked at twice;
# and the portions that a thread takes up at a time.
_PORTION = 2**15
_TOGETHER = 8
# As many as there are cores, or as NUMBA_NUM_THREADS says.
THREADS = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]

Words = npt.NDArray[np.uint64]
Box = tuple[float, float, float, float]
Disc = tuple[float, float, float]
Window = tuple[int, int]

# Least and greatest in one sweep of wide registers; `Fixes` holds no NaN.
_reduction = cast(
    Callable[[Kernel], Kernel], partial(compiled, fastmath={"nnan", "nsz"})
)


class _Grid(NamedTuple):
    """Targets by the cells that their boxes meet.

    `open_` [columns * rows] has a bit for each slot of time in which a target of the
    cell is open; where any is set, `first` is the cell's first entry. `cell` and
    `target` are the entries, sorted by cell, with one beyond all cells at the end.
    """

    x_m: float
    y_m: float
    side_m: float
    columns: int
    rows: int
    from_us: int
    to_us: int
    slot_us: int
    open_: Words
    first: Codes
    cell: Ints
    target: Ints


class _Notes(NamedTuple):
    """Of each target the last device near it, and the last run held against it."""

    near: Ints
    done: Ints


# The targets in their grid, and how far apart in time two fixes may be joined.
_Asked = tuple[_Grid, Windows, int]


class _Blocks(NamedTuple):
    """Runs [first, last) of a device's fixes; a line leads in from `lead` (-1 = no)."""

    device: Ints
    lead: Ints
    first: Ints
    last: Ints


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
    asked = (_grid(windows), windows, gap_us)
    tasks = _tasks(starts)
    if len(tasks) == 1 or threads == 1:
        found = [_sweep(track, starts, edges, asked) for edges in tasks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            work = [pool.submit(_sweep, track, starts, e, asked) for e in tasks]
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


def _grid(windows: Windows) -> _Grid:
    """The grid of these targets: larger cells where small ones would be too many."""
    x, y, reach, from_us, to_us = windows
    low_x, low_y = float((x - reach).min()), float((y - reach).min())
    wide, high = float((x + reach).max()) - low_x, float((y + reach).max()) - low_y
    side = _SIDE_M
    while _too_many(wide / side, high / side, reach / side):
        side *= 2
    columns, rows = int(wide / side) + 1, int(high / side) + 1
    cell, target = _entries(windows, (low_x, low_y, side), rows)
    order = np.argsort(cell, kind="stable")
    cell, target = cell[order], target[order]
    begin, end = int(from_us.min()), int(to_us.max())
    slot_us = (end - begin) // _SLOTS + 1
    # Only the pages of cells with targets are ever touched.
    open_ = np.zeros(columns * rows, np.uint64)
    first = np.empty(columns * rows, np.int32)
    _open(open_, first, cell, _slots_of(from_us, to_us, begin, slot_us)[target])
    cell = np.append(cell, columns * rows)
    place = (low_x, low_y, side, columns, rows)
    return _Grid(*place, begin, end, slot_us, open_, first, cell, target)


def _too_many(columns: float, rows: float, reach: Floats) -> bool:
    entries = float(((2 * reach + 2) ** 2).sum())
    crowded = entries > max(_MAX_ENTRIES, 16 * len(reach))
    return crowded or (columns + 1) * (rows + 1) > _MAX_CELLS


@compiled
def _entries(
    windows: Windows, place: tuple[float, float, float], rows: int
) -> tuple[Ints, Ints]:
    """Cell and target of each meeting of a cell and a target's box."""
    x, y, reach = windows[:3]
    cell, target, n = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    low_x, low_y, side = place
    for g in range(len(x)):
        for a in range(
            int((x[g] - reach[g] - low_x) / side),
            int((x[g] + reach[g] - low_x) / side) + 1,
        ):
            for b in range(
                int((y[g] - reach[g] - low_y) / side),
                int((y[g] + reach[g] - low_y) / side) + 1,
            ):
                if n == len(cell):
                    cell = np.concatenate((cell, np.empty_like(cell)))
                    target = np.concatenate((target, np.empty_like(target)))
                cell[n], target[n] = a * rows + b, g
                n += 1
    return cell[:n], target[:n]


@compiled
def _slots_of(from_us: Ints, to_us: Ints, begin: int, slot_us: int) -> Words:
    slots = np.empty(len(from_us), np.uint64)
    for g in range(len(from_us)):
        slots[g] = _bits((from_us[g] - begin) // slot_us, (to_us[g] - begin) // slot_us)
    return slots


@compiled
def _bits(first: int, last: int) -> np.uint64:
    """A word with the bits from first to last, both in, set."""
    return (~np.uint64(0) >> np.uint64(63 - (last - first))) << np.uint64(first)


@compiled
def _open(open_: Words, first: Codes, cell: Ints, slots: Words) -> None:
    for e in range(len(cell) - 1, -1, -1):
        open_[cell[e]] |= slots[e]
        first[cell[e]] = e


@compiled
def _sweep(track: Track, starts: Ints, edges: Ints, asked: _Asked) -> Ints:
    """Pairs [n, 2] (target, device) of the devices between the edges, each once.

    Each portion in three passes, because handing arrays on for every run of fixes would
    cost more than the fixes.
    """
    found = np.empty((0, 2), np.int64)
    n_targets = len(asked[1][0])
    notes = _Notes(np.full(n_targets, -1), np.full(n_targets, -1))
    for p in range(len(edges) - 1):
        blocks = _blocks(track, starts, (edges[p], edges[p + 1]), asked[2])
        met = _strips(track, blocks, asked[0])
        found = np.concatenate((found, _measured(track, blocks, met, asked, notes)))
    return found


@compiled
def _blocks(track: Track, starts: Ints, span: tuple[int, int], gap_us: int) -> _Blocks:
    t, trusted = track.t, track.trusted
    most = (starts[span[1]] - starts[span[0]]) // _BLOCK + span[1] - span[0]
    device, lead = np.empty(most, np.int64), np.empty(most, np.int64)
    first, last = np.empty(most, np.int64), np.empty(most, np.int64)
    n = 0
    for d in range(span[0], span[1]):
        before = -1
        for a in range(starts[d], starts[d + 1], _BLOCK):
            b = min(a + _BLOCK, starts[d + 1])
            leads = before >= 0 and t[a] - t[before] <= gap_us
            device[n], lead[n] = d, before if leads else -1
            first[n], last[n] = a, b
            n += 1
            before = _last_trusted(trusted, a, b, before)
    return _Blocks(device[:n], lead[:n], first[:n], last[:n])


@compiled
def _last_trusted(trusted: Bools, a: int, b: int, before: int) -> int:
    for i in range(b - 1, a - 1, -1):
        if trusted[i]:
            return i
    return before


@compiled
def _strips(track: Track, blocks: _Blocks, grid: _Grid) -> tuple[Ints, Floats]:
    """Strips [n, 3] of cells (block, from, to) that are open when a block meets them.

    And the box of each block that has a strip.
    """
    t, x, y, _ = track
    open_, rows = grid.open_, grid.rows
    times = (grid.from_us, grid.to_us, grid.slot_us)
    place = (grid.x_m, grid.y_m, grid.side_m, grid.columns, grid.rows)
    lead, first, last = blocks.lead, blocks.first, blocks.last
    strips, n = np.empty((256, 3), np.int64), 0
    boxes = np.empty((len(first), 4))
    for k in range(len(first)):
        a, b = first[k], last[k]
        head = a if lead[k] < 0 else lead[k]
        slots = _slots(t[head], t[b - 1], times)
        if not slots:
            continue
        box = _bounds(x, y, head, a, b)
        boxes[k, 0], boxes[k, 1], boxes[k, 2], boxes[k, 3] = box
        a0, a1, b0, b1 = _cells(box, place)
        for row in range(a0 * rows, a1 * rows + 1, rows):
            if not _any(open_, row + b0, row + b1 + 1) & slots:
                continue
            if n == len(strips):
                strips = np.concatenate((strips, np.empty_like(strips)))
            strips[n, 0], strips[n, 1], strips[n, 2] = k, row + b0, row + b1 + 1
            n += 1
    return strips[:n], boxes


@compiled
def _slots(begin: int, end: int, times: tuple[int, int, int]) -> np.uint64:
    """The slots of time that [begin, end] meets; 0 where it meets none."""
    if end < times[0] or begin > times[1]:
        return np.uint64(0)
    first = (max(begin, times[0]) - times[0]) // times[2]
    return _bits(first, (min(end, times[1]) - times[0]) // times[2])


@compiled
def _cells(
    box: Box, place: tuple[float, float, float, int, int]
) -> tuple[int, int, int, int]:
    """Columns and rows that a box meets, first and last; none where it lies outside."""
    a0 = max(int(np.floor((box[0] - place[0]) / place[2])), 0)
    a1 = min(int(np.floor((box[1] - place[0]) / place[2])), place[3] - 1)
    b0 = max(int(np.floor((box[2] - place[1]) / place[2])), 0)
    b1 = min(int(np.floor((box[3] - place[1]) / place[2])), place[4] - 1)
    return a0, a1, b0, b1


@_reduction
def _bounds(x: Floats, y: Floats, head: int, a: int, b: int) -> Box:
    """Least and greatest x and y of fix `head` and of the fixes [a, b)."""
    x0, x1, y0, y1 = x[head], x[head], y[head], y[head]
    for i in range(a, b):
        x0, x1 = min(x0, x[i]), max(x1, x[i])
        y0, y1 = min(y0, y[i]), max(y1, y[i])
    return x0, x1, y0, y1


@compiled
def _any(open_: Words, first: int, last: int) -> np.uint64:
    found = np.uint64(0)
    for cell in range(first, last):
        found |= open_[cell]
    return found


@compiled
def _measured(
    track: Track,
    blocks: _Blocks,
    met: tuple[Ints, Floats],
    asked: _Asked,
    notes: _Notes,
) -> Ints:
    """The pairs of all targets in strips, each measured once a block, told once."""
    (strips, box), (grid, windows, gap_us) = met, asked
    device, lead, first, last = blocks
    x, y, reach, from_us, to_us = windows
    open_, entry, cell, target = grid.open_, grid.first, grid.cell, grid.target
    near, done = notes
    pairs, n = np.empty((256, 2), np.int64), 0
    for s in range(len(strips)):
        k, until = strips[s, 0], strips[s, 2]
        bounds = (box[k, 0], box[k, 1], box[k, 2], box[k, 3])
        e = _first_entry(open_, entry, strips[s, 1])
        while cell[e] < until:
            g = target[e]
            e += 1
            disc, window = (x[g], y[g], reach[g]), (from_us[g], to_us[g])
            if near[g] == device[k] or done[g] == first[k] or not _meets(bounds, disc):
                continue
            done[g] = first[k]
            run = (lead[k], first[k], last[k])
            if _comes_near(track, run, disc, window, gap_us):
                near[g] = device[k]
                if n == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[n, 0], pairs[n, 1] = g, device[k]
                n += 1
    return pairs[:n]


@compiled
def _first_entry(open_: Words, first: Codes, cell: int) -> int:
    """The first entry of the first cell from here on that has any."""
    while not open_[cell]:
        cell += 1
    entry: int = first[cell]
    return entry


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
    if t[last - 1] < window[0]:
        return False
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
