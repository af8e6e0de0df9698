"""Targets in a grid of square cells, each of which tells when any of its own is open.

The whole time of all targets is cut into 64 slots: a word a cell says in which of them
a target of that cell is open, so that most places and times are done with in one look.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Codes, Floats, Ints
from geocorr.kernels import compiled
from geocorr.lines import Windows

# Cells of a few hundred metres, but not too many.
_SIDE_M = 256.0
_MAX_CELLS = 2**22
_MAX_ENTRIES = 2**20
# The time from the first opening to the last closing in as many parts as a word holds.
_SLOTS = 64
# Cells each way, from one on, that are asked about in one look.
AROUND = 3

Words = npt.NDArray[np.uint64]
Box = tuple[float, float, float, float]
Place = tuple[float, float, float, int, int]
Times = tuple[int, int, float]


class Grid(NamedTuple):
    """Targets by the cells that their boxes meet.

    `targets` = how many. `place` = least x and y, cells a metre, columns, rows; `times`
    = from, to and slots a microsecond. `open_` [columns * rows] has a bit for each slot
    of time in which a target of the cell is open; where any is set, `first` is the
    cell's first entry. `around` has the bits of all the `AROUND` x `AROUND` cells from
    there on. The rest are entries, sorted by cell, with one beyond all cells at the
    end: `target`, and its disc [n, 3] and window [n, 2] again, because they are read
    together.
    """

    targets: int
    place: Place
    times: Times
    open_: Words
    around: Words
    first: Codes
    cell: Ints
    target: Ints
    discs: Floats
    windows: Ints


def grid(windows: Windows) -> Grid:
    """The grid of these targets: larger cells where small ones would be too many."""
    x, y, reach, from_us, to_us = windows
    low_x, low_y = float((x - reach).min()), float((y - reach).min())
    wide, high = float((x + reach).max()) - low_x, float((y + reach).max()) - low_y
    side = _SIDE_M
    while _too_many(wide / side, high / side, reach / side):
        side *= 2
    columns, rows = int(wide / side) + 1, int(high / side) + 1
    place = (low_x, low_y, 1 / side, columns, rows)
    cell, target = _entries(windows, place)
    order = np.argsort(cell, kind="stable")
    cell, target = cell[order], target[order]
    begin, end = int(from_us.min()), int(to_us.max())
    times = (begin, end, _SLOTS / (end - begin + 1))
    # Only the pages of cells with targets are ever touched.
    open_ = np.zeros(columns * rows, np.uint64)
    around = np.zeros(columns * rows, np.uint64)
    first = np.empty(columns * rows, np.int32)
    _open((open_, around), first, cell, _slots_of(from_us, to_us, times)[target], rows)
    beyond = np.append(cell, columns * rows)
    discs = np.stack([x[target], y[target], reach[target]], axis=1)
    opened = np.stack([from_us[target], to_us[target]], axis=1)
    return Grid(
        len(x), place, times, open_, around, first, beyond, target, discs, opened
    )


def _too_many(columns: float, rows: float, reach: Floats) -> bool:
    entries = float(((2 * reach + 2) ** 2).sum())
    crowded = entries > max(_MAX_ENTRIES, 16 * len(reach))
    return crowded or (columns + 1) * (rows + 1) > _MAX_CELLS


@compiled
def _entries(windows: Windows, place: Place) -> tuple[Ints, Ints]:
    """Cell and target of each meeting of a cell and a target's box."""
    x, y, reach = windows[:3]
    cell, target, n = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for g in range(len(x)):
        box = (x[g] - reach[g], x[g] + reach[g], y[g] - reach[g], y[g] + reach[g])
        a0, a1, b0, b1 = cells_met(box, place)
        for a in range(a0, a1 + 1):
            for b in range(b0, b1 + 1):
                if n == len(cell):
                    cell = np.concatenate((cell, np.empty_like(cell)))
                    target = np.concatenate((target, np.empty_like(target)))
                cell[n], target[n] = a * place[4] + b, g
                n += 1
    return cell[:n], target[:n]


@compiled
def _slots_of(from_us: Ints, to_us: Ints, times: Times) -> Words:
    slots = np.empty(len(from_us), np.uint64)
    for g in range(len(from_us)):
        slots[g] = slots_met(from_us[g], to_us[g], times)
    return slots


@compiled
def _open(
    words: tuple[Words, Words], first: Codes, cell: Ints, slots: Words, rows: int
) -> None:
    open_, around = words
    for e in range(len(cell) - 1, -1, -1):
        open_[cell[e]] |= slots[e]
        first[cell[e]] = e
        column, row = cell[e] // rows, cell[e] % rows
        for a in range(max(column - AROUND + 1, 0), column + 1):
            for b in range(max(row - AROUND + 1, 0), row + 1):
                around[a * rows + b] |= slots[e]


@compiled
def slots_met(begin: int, end: int, times: Times) -> np.uint64:
    """The slots of time that [begin, end] meets; 0 where it meets none.

    A later time is never in an earlier slot, however its share is rounded: so what
    meets in time meets in a slot. The same holds of places and cells.
    """
    if end < times[0] or begin > times[1]:
        return np.uint64(0)
    first = _slot(max(begin, times[0]), times)
    last = _slot(min(end, times[1]), times)
    return (~np.uint64(0) >> np.uint64(63 - (last - first))) << np.uint64(first)


@compiled
def _slot(at: int, times: Times) -> int:
    return min(int((at - times[0]) * times[2]), _SLOTS - 1)


@compiled
def cells_met(box: Box, place: Place) -> tuple[int, int, int, int]:
    """Columns and rows that a box meets, first and last; none where it lies outside."""
    x, y, a_metre, columns, rows = place
    a0 = max(int(np.floor((box[0] - x) * a_metre)), 0)
    a1 = min(int(np.floor((box[1] - x) * a_metre)), columns - 1)
    b0 = max(int(np.floor((box[2] - y) * a_metre)), 0)
    b1 = min(int(np.floor((box[3] - y) * a_metre)), rows - 1)
    return a0, a1, b0, b1
