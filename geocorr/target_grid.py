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

Words = npt.NDArray[np.uint64]
Box = tuple[float, float, float, float]


class Grid(NamedTuple):
    """Targets by the cells that their boxes meet.

    `open_` [columns * rows] has a bit for each slot of time in which a target of the
    cell is open; where any is set, `first` is the cell's first entry. The rest are
    entries, sorted by cell, with one beyond all cells at the end: `target`, and its
    disc and window again, because they are read one entry after the other.
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
    discs: tuple[Floats, Floats, Floats]
    times: tuple[Ints, Ints]


def grid(windows: Windows) -> Grid:
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
    place = (low_x, low_y, side, columns, rows, begin, end, slot_us)
    discs = (x[target], y[target], reach[target])
    times = (from_us[target], to_us[target])
    beyond = np.append(cell, columns * rows)
    return Grid(*place, open_, first, beyond, target, discs, times)


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
def slots_met(begin: int, end: int, times: tuple[int, int, int]) -> np.uint64:
    """The slots of time that [begin, end] meets; 0 where it meets none.

    `times` = a grid's from_us, to_us and slot_us.
    """
    if end < times[0] or begin > times[1]:
        return np.uint64(0)
    first = (max(begin, times[0]) - times[0]) // times[2]
    return _bits(first, (min(end, times[1]) - times[0]) // times[2])


@compiled
def cells_met(
    box: Box, place: tuple[float, float, float, int, int]
) -> tuple[int, int, int, int]:
    """Columns and rows that a box meets, first and last; none where it lies outside.

    `place` = a grid's x_m, y_m, side_m, columns and rows.
    """
    a0 = max(int(np.floor((box[0] - place[0]) / place[2])), 0)
    a1 = min(int(np.floor((box[1] - place[0]) / place[2])), place[3] - 1)
    b0 = max(int(np.floor((box[2] - place[1]) / place[2])), 0)
    b1 = min(int(np.floor((box[3] - place[1]) / place[2])), place[4] - 1)
    return a0, a1, b0, b1


@compiled
def any_open(open_: Words, first: int, last: int) -> np.uint64:
    """The slots in which any of the cells [first, last) is open."""
    found = np.uint64(0)
    for cell in range(first, last):
        found |= open_[cell]
    return found


@compiled
def first_entry(open_: Words, first: Codes, cell: int) -> int:
    """The first entry of the first cell from here on that has any."""
    while not open_[cell]:
        cell += 1
    entry: int = first[cell]
    return entry
