"""Columns of numbers as byte planes: what all rows share is written once.

The lowest bytes of all values, then the next ones, and so on; before them one byte
whose bits tell which planes hold a byte a row and which one byte for all. Neighbouring
fixes agree in most of their bytes, so this takes half the room and loses none.
An empty column takes none at all.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bytes, compiled

Column = npt.NDArray[Any]
Unsigned = npt.NDArray[np.unsignedinteger]


@compiled
def put(out: Bytes, at: int, values: Unsigned, width: int) -> int:
    """Write a column of `width` bytes a value at `at`; return where it ends."""
    if len(values) == 0:
        return at
    differing = np.uint64(0)
    for value in values:
        differing |= np.uint64(value ^ values[0])
    head, mask = at, 0
    at += 1
    for plane in range(width):
        shift = np.uint64(8 * plane)
        rows = 1
        if (differing >> shift) & np.uint64(255):
            mask |= 1 << plane
            rows = len(values)
        # A slice of its own, which the compiler can fill many bytes at a time.
        octets = out[at : at + rows]
        for i in range(rows):
            octets[i] = np.uint8(values[i] >> shift)
        at += rows
    out[head] = mask
    return at


def take(data: bytes, at: int, rows: int, kind: str) -> tuple[Column, int]:
    """The column [rows] of dtype `kind` that stands at `at`, and where it ends."""
    width = np.dtype(kind).itemsize
    octets = np.empty((rows, width), np.uint8)
    if not rows:
        return octets.view(kind).ravel(), at
    mask = data[at]
    at += 1
    for plane in range(width):
        n = rows if mask >> plane & 1 else 1
        octets[:, plane] = np.frombuffer(data, np.uint8, n, at)
        at += n
    return octets.view(kind).ravel(), at
