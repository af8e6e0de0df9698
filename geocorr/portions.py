"""Fixes of many devices in portions that stay in the cache, taken up by threads.

A portion holds whole devices. What one thread takes up at a time is several of them in
a row, so that threads end together and little is said between them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numba
import numpy as np

from geocorr.arrays import Ints

Task = TypeVar("Task")
Found = TypeVar("Found")

# Fixes of a portion, so few that they stay in the cache while it is looked at again;
# and the portions that a thread takes up at a time.
PORTION = 2**14
TOGETHER = 32
# As many as there are cores, or as NUMBA_NUM_THREADS says.
THREADS = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def tasks(starts: Ints) -> list[Ints]:
    """What a thread takes up at a time: edges between devices, a portion from each.

    `starts` [devices + 1] are the offsets of each device's fixes.
    """
    n, devices = int(starts[-1]), len(starts) - 1
    inner = np.searchsorted(starts, np.arange(PORTION, n, PORTION))
    edges = np.unique(np.concatenate([[0], inner, [devices]])).astype(np.int64)
    firsts = range(0, max(len(edges) - 1, 1), TOGETHER)
    return [edges[first : first + TOGETHER + 1] for first in firsts]


def each(
    work: Callable[[Task], Found], of: Sequence[Task], threads: int = THREADS
) -> list[Found]:
    """What the work finds in each task, in their order."""
    if len(of) < 2 or threads == 1:
        return [work(task) for task in of]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, of))
