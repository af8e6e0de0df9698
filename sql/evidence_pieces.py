"""Evidence of a run cut into pieces that each fill a page, as rows of a binary COPY."""

import numpy as np

from geocorr.arrays import Bytes
from sql.trail_copy import HEADER, TRAILER

# How large those of hits are; what reads or removes them counts by it.
OF_HITS_BYTES = 8_100
# A piece's row up to its bytes: run, number, size, each value behind its length.
_FIXED = {"columns": 3, "run_bytes": 8, "piece_bytes": 4}
_HEAD = np.dtype(
    [
        ("columns", ">i2"),
        ("run_bytes", ">i4"),
        ("run", ">i8"),
        ("piece_bytes", ">i4"),
        ("piece", ">i4"),
        ("size", ">i4"),
    ]
)


def rows(run: int, first: int, data: Bytes, size: int) -> tuple[Bytes, int]:
    """A whole binary COPY of these bytes in pieces of `size`, the last a shorter one,
    numbered from `first`; and how many there are."""
    full, rest = divmod(len(data), size)
    heads = np.zeros(full + (rest > 0), _HEAD)
    for name, value in _FIXED.items():
        heads[name] = value
    heads["run"], heads["piece"] = run, first + np.arange(len(heads))
    heads["size"], heads["size"][full:] = size, rest
    octets = heads.view(np.uint8).reshape(len(heads), _HEAD.itemsize)
    begin = len(HEADER)
    out = np.empty(begin + octets.size + len(data) + len(TRAILER), np.uint8)
    end = begin + full * (_HEAD.itemsize + size)
    whole = out[begin:end].reshape(full, _HEAD.itemsize + size)
    whole[:, : _HEAD.itemsize] = octets[:full]
    whole[:, _HEAD.itemsize :] = data[: full * size].reshape(full, size)
    last = (octets[full:].ravel(), data[full * size :], _octets(TRAILER))
    out[:begin], out[end:] = _octets(HEADER), np.concatenate(last)
    return out, len(heads)


def _octets(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)
