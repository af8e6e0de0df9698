"""The fixes that a hit rests on, packed as they were when it was found.

Kept beside the hit, so that it can be made again byte for byte after late fixes have
re-cut the trail. Layout, little-endian: "GCE1"; how many fixes and stops (uint32); the
order's time in force (two int64, microseconds); then the columns of `_FIXES` and of
`_STOPS`, one after the other.
"""

import itertools
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr.arrays import (
    Bytes,
    Codes,
    Fixes,
    Ints,
    Stops,
    Trails,
    Wearers,
    compiled,
)

_MAGIC = b"GCE1"
_HEAD = struct.Struct("<4sIIqq")
_FIXES = ("<i8", "<f8", "<f8", "<f4", "<u1", "<f4", "<u1", "<i4")
_STOPS = ("<f8", "<f8", "<f8", "<i8", "<i8")
_FIX_WIDTHS = (8, 8, 8, 4, 1, 4, 1)
_STOP_WIDTHS = (8, 8, 8, 8, 8)
_FIX_BYTES = sum(_FIX_WIDTHS) + 4
_STOP_BYTES = sum(_STOP_WIDTHS)
_HEAD_COLUMNS = np.dtype(
    [
        ("magic", "S4"),
        ("fixes", "<u4"),
        ("stops", "<u4"),
        ("from", "<i8"),
        ("to", "<i8"),
    ]
)

Column = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One wearer's trail round one target: enough to judge the pair again."""

    trails: Trails
    wearers: Wearers


def pack(trails: Trails, first: int, last: int, order_us: tuple[int, int]) -> bytes:
    """The fixes at [first, last) with their marks and stops."""
    span = (np.array([first]), np.array([last]))
    return pack_all(trails, span, tuple(np.array([t]) for t in order_us))[0]


def pack_all(
    trails: Trails, spans: tuple[Ints, Ints], orders_us: tuple[Ints, ...]
) -> list[bytes]:
    """One packet each of the fixes at [first, last): spans and orders are columns."""
    f, s = trails.fixes, trails.stops
    fixes = (
        f.t_us,
        f.x_m,
        f.y_m,
        f.accuracy_m,
        f.mechanism,
        trails.r95_m,
        trails.marks,
    )
    stops = (s.x_m, s.y_m, s.accuracy_m, s.from_us, s.to_us)
    heads = np.zeros(len(spans[0]), _HEAD_COLUMNS)
    heads["magic"], heads["fixes"] = _MAGIC, spans[1] - spans[0]
    heads["stops"] = _count_stops(trails.stop, *spans)
    heads["from"], heads["to"] = orders_us
    sizes = _HEAD.size + heads["fixes"] * _FIX_BYTES + heads["stops"] * _STOP_BYTES
    ends = np.cumsum(sizes, dtype=np.int64)
    packed = _packed(
        heads.view(np.uint8).reshape(len(heads), _HEAD.size),
        (_raw(fixes, _FIXES[:-1]), _raw(stops, _STOPS)),
        trails.stop,
        spans,
        ends,
    ).tobytes()
    return [packed[a:b] for a, b in itertools.pairwise([0, *ends.tolist()])]


def _raw(columns: tuple[Column, ...], kinds: tuple[str, ...]) -> tuple[Bytes, ...]:
    """The columns' bytes, little-endian and end to end."""
    return tuple(
        np.ascontiguousarray(column, kind).view(np.uint8)
        for column, kind in zip(columns, kinds, strict=True)
    )


@compiled
def _count_stops(stop: Codes, first: Ints, last: Ints) -> Ints:
    """How many stops the fixes of each span belong to."""
    counts = np.zeros(len(first), np.int64)
    for k in range(len(first)):
        counts[k] = len(_used(stop[first[k] : last[k]]))
    return counts


@compiled
def _used(stop: Codes) -> Codes:
    """The stops that occur, each once, sorted; they stand sorted as a rule."""
    kept, n = np.empty_like(stop), 0
    for s in stop:
        if s < 0 or (n > 0 and kept[n - 1] == s):
            continue
        if n > 0 and s < kept[n - 1]:
            return np.unique(stop[stop >= 0])
        kept[n] = s
        n += 1
    return kept[:n]


@compiled
def _packed(
    heads: Bytes,
    columns: tuple[tuple[Bytes, ...], tuple[Bytes, ...]],
    stop: Codes,
    spans: tuple[Ints, Ints],
    ends: Ints,
) -> Bytes:
    out, at = np.empty(ends[-1] if len(ends) else 0, np.uint8), 0
    for k in range(len(heads)):
        at = _put(out, at, heads[k])
        first, last = spans[0][k], spans[1][k]
        for c in range(len(_FIX_WIDTHS)):
            width = _FIX_WIDTHS[c]
            at = _put(out, at, columns[0][c][first * width : last * width])
        used = _used(stop[first:last])
        numbers = np.empty(last - first, np.int32)
        for i in range(first, last):
            s = stop[i]
            numbers[i - first] = -1 if s < 0 else np.searchsorted(used, s)
        at = _put(out, at, numbers.view(np.uint8))
        for c in range(len(_STOP_WIDTHS)):
            width = _STOP_WIDTHS[c]
            for s in used:
                at = _put(out, at, columns[1][c][s * width : (s + 1) * width])
    return out


@compiled
def _put(out: Bytes, at: int, data: Bytes) -> int:
    out[at : at + len(data)] = data
    return at + len(data)


def unpack(data: bytes, device_id: str, wearer: tuple[str, str, str]) -> Evidence:
    """What `pack` packed; ValueError where it is something else.

    `wearer` = nominal, order and rule ids, which stand beside it.
    """
    magic, n_fixes, n_stops, from_us, to_us = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise ValueError("this is no evidence of a hit")
    columns, at = [], _HEAD.size
    sizes = [(k, n_fixes) for k in _FIXES] + [(k, n_stops) for k in _STOPS]
    for kind, n in sizes:
        columns.append(np.frombuffer(data, kind, n, at))
        at += n * np.dtype(kind).itemsize
    t_us, x_m, y_m, accuracy_m, mechanism, r95_m, marks, stop = columns[: len(_FIXES)]
    device = np.zeros(n_fixes, np.int32)
    fixes = Fixes((device_id,), device, t_us, x_m, y_m, accuracy_m, mechanism)
    stops = Stops(*columns[len(_FIXES) :])
    wearers = Wearers(
        np.zeros(1, np.int32),
        np.array([from_us], np.int64),
        np.array([to_us], np.int64),
        *((value,) for value in wearer),
    )
    return Evidence(Trails(fixes, r95_m, marks, stop, stops), wearers)
