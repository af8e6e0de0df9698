"""The fixes that a hit rests on, packed as they were when it was found.

Kept beside the hit, so that it can be made again byte for byte after late fixes have
re-cut the trail. Layout, little-endian: "GCE2"; how many fixes and stops (uint32); the
order's time in force and the first fix's time (three int64, microseconds); then the
columns of `_PLANES` as byte planes (`evidence_planes`), times as steps from the fix
before, R95 as what differs from the stated accuracy's bits, stops counted from 1; then
the columns of `_STOPS`, one after the other. "GCE1", which older hits carry, has no
first time, and the columns of `_FIXES` as they are.
"""

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
from sql import evidence_planes as planes
from sql.evidence_planes import Column, Unsigned

_HEAD_1 = struct.Struct("<4sIIqq")
_HEAD_2 = struct.Struct("<4sIIqqq")
_FIXES = ("<i8", "<f8", "<f8", "<f4", "<u1", "<f4", "<u1", "<i4")
_PLANES = ("<u8", "<u8", "<u8", "<u4", "<u1", "<u4", "<u1", "<u4")
_STOPS = ("<f8", "<f8", "<f8", "<i8", "<i8")
_STOP_BYTES = 40
# The most that a fix can take, and the masks of the planes.
_FIX_BYTES, _MASK_BYTES = 38, len(_PLANES)
_HEAD_COLUMNS = np.dtype(
    [
        ("magic", "S4"),
        ("fixes", "<u4"),
        ("stops", "<u4"),
        ("from", "<i8"),
        ("to", "<i8"),
        ("first", "<i8"),
    ]
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One wearer's trail round one target: enough to judge the pair again."""

    trails: Trails
    wearers: Wearers


class Packets(NamedTuple):
    """Packets end to end, and where each ends."""

    data: Bytes
    ends: Ints

    def each(self) -> list[memoryview]:
        """One packet after the other."""
        edges, whole = [0, *self.ends.tolist()], self.data.data
        return [whole[a:b] for a, b in itertools.pairwise(edges)]


def pack(trails: Trails, first: int, last: int, order_us: tuple[int, int]) -> bytes:
    """The fixes at [first, last) with their marks and stops."""
    span = (np.array([first]), np.array([last]))
    return bytes(pack_all(trails, span, tuple(np.array([t]) for t in order_us))[0])


def pack_all(
    trails: Trails, spans: tuple[Ints, Ints], orders_us: tuple[Ints, ...]
) -> list[memoryview]:
    """One packet each of the fixes at [first, last): spans and orders are columns."""
    return packets(trails, spans, orders_us).each()


def packets(
    trails: Trails, spans: tuple[Ints, Ints], orders_us: tuple[Ints, ...]
) -> Packets:
    """The same, still end to end."""
    first, last = spans
    times = np.append(trails.fixes.t_us, 0)
    heads = np.zeros(len(first), _HEAD_COLUMNS)
    heads["magic"], heads["fixes"] = b"GCE2", last - first
    heads["stops"] = _count_stops(trails.stop, first, last)
    heads["from"], heads["to"] = orders_us
    heads["first"] = np.where(last > first, times[first], 0)
    most = (_FIX_BYTES * (last - first)).sum() + _STOP_BYTES * heads["stops"].sum()
    packed, ends = _packed(
        heads.view(np.uint8).reshape(len(heads), _HEAD_2.size),
        _unsigned(trails),
        (trails.stop, _stop_bytes(trails.stops)),
        spans,
        int(most) + (_HEAD_2.size + _MASK_BYTES) * len(first),
    )
    return Packets(packed[: ends[-1] if len(ends) else 0], ends)


def spans(
    fixes: Fixes, device: Codes, times_us: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """Positions [first, last) of the fixes of each device in half-open times."""
    return _spans(fixes.t_us, fixes.device_starts(), device, times_us)


@compiled
def _spans(
    t_us: Ints, starts: Ints, device: Codes, times_us: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    first, last = np.empty(len(device), np.int64), np.empty(len(device), np.int64)
    for k in range(len(device)):
        begin = starts[device[k]]
        own = t_us[begin : starts[device[k] + 1]]
        first[k] = begin + np.searchsorted(own, times_us[0][k])
        last[k] = begin + np.searchsorted(own, times_us[1][k])
    return first, last


def _unsigned(trails: Trails) -> tuple[Unsigned, ...]:
    """The columns of all fixes but for their stops, as `_PLANES` has them."""
    f = trails.fixes
    accuracy = np.ascontiguousarray(f.accuracy_m, "<f4").view("<u4")
    r95 = np.ascontiguousarray(trails.r95_m, "<f4").view("<u4")
    return (
        np.diff(f.t_us, prepend=0).view("<u8"),
        np.ascontiguousarray(f.x_m, "<f8").view("<u8"),
        np.ascontiguousarray(f.y_m, "<f8").view("<u8"),
        accuracy,
        f.mechanism,
        r95 ^ accuracy,
        trails.marks,
    )


def _stop_bytes(stops: Stops) -> tuple[Bytes, ...]:
    columns = (stops.x_m, stops.y_m, stops.accuracy_m, stops.from_us, stops.to_us)
    return tuple(
        np.ascontiguousarray(column, kind).view(np.uint8)
        for column, kind in zip(columns, _STOPS, strict=True)
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
    columns: tuple[Unsigned, ...],
    stopping: tuple[Codes, tuple[Bytes, ...]],
    spans: tuple[Ints, Ints],
    most: int,
) -> tuple[Bytes, Ints]:
    """The packets end to end, in at most so many bytes, and where each ends."""
    out, at = np.empty(most, np.uint8), 0
    ends = np.empty(len(heads), np.int64)
    t, x, y, accuracy, mechanism, r95, marks = columns
    stop, stops = stopping
    for k in range(len(heads)):
        at = _put(out, at, heads[k])
        a, b = spans[0][k], spans[1][k]
        steps = t[a:b].copy()
        steps[:1] = 0
        at = planes.put(out, at, steps, 8)
        at = planes.put(out, at, x[a:b], 8)
        at = planes.put(out, at, y[a:b], 8)
        at = planes.put(out, at, accuracy[a:b], 4)
        at = planes.put(out, at, mechanism[a:b], 1)
        at = planes.put(out, at, r95[a:b], 4)
        at = planes.put(out, at, marks[a:b], 1)
        used = _used(stop[a:b])
        at = planes.put(out, at, _numbers(stop[a:b], used), 4)
        for c in range(len(stops)):
            for s in used:
                at = _put(out, at, stops[c][8 * s : 8 * s + 8])
        ends[k] = at
    return out, ends


@compiled
def _numbers(stop: Codes, used: Codes) -> Unsigned:
    """Each fix's stop as its place in `used`, from 1; 0 where a fix stands alone."""
    numbers = np.zeros(len(stop), np.uint32)
    last, number = np.int32(-1), np.uint32(0)
    for i in range(len(stop)):
        # Neighbours share their stop, as a rule.
        if stop[i] >= 0 and stop[i] != last:
            last, number = stop[i], np.uint32(np.searchsorted(used, stop[i]) + 1)
        numbers[i] = number if stop[i] >= 0 else 0
    return numbers


@compiled
def _put(out: Bytes, at: int, data: Bytes) -> int:
    out[at : at + len(data)] = data
    return at + len(data)


def unpack(data: bytes, device_id: str, wearer: tuple[str, str, str]) -> Evidence:
    """What `pack` packed, now or in the older layout; ValueError for something else.

    `wearer` = nominal, order and rule ids, which stand beside it.
    """
    if data[:4] not in _LAYOUTS:
        raise ValueError("this is no evidence of a hit")
    _, n_fixes, n_stops, from_us, to_us = _HEAD_1.unpack_from(data)
    columns, at = _LAYOUTS[data[:4]](data, n_fixes)
    t_us, x_m, y_m, accuracy_m, mechanism, r95_m, marks, stop = columns
    device = np.zeros(n_fixes, np.int32)
    fixes = Fixes((device_id,), device, t_us, x_m, y_m, accuracy_m, mechanism)
    stops = Stops(*_plain(data, at, n_stops, _STOPS)[0])
    wearers = Wearers(
        np.zeros(1, np.int32),
        np.array([from_us], np.int64),
        np.array([to_us], np.int64),
        *((value,) for value in wearer),
    )
    return Evidence(Trails(fixes, r95_m, marks, stop, stops), wearers)


def _plain(
    data: bytes, at: int, rows: int, kinds: Sequence[str]
) -> tuple[list[Column], int]:
    """Columns one after the other, and where they end."""
    columns = []
    for kind in kinds:
        columns.append(np.frombuffer(data, kind, rows, at))
        at += rows * np.dtype(kind).itemsize
    return columns, at


def _of_layout_1(data: bytes, rows: int) -> tuple[list[Column], int]:
    return _plain(data, _HEAD_1.size, rows, _FIXES)


def _of_layout_2(data: bytes, rows: int) -> tuple[list[Column], int]:
    at, columns = _HEAD_2.size, []
    for kind in _PLANES:
        column, at = planes.take(data, at, rows, kind)
        columns.append(column)
    steps, x, y, accuracy, mechanism, r95, marks, stop = columns
    first_us = _HEAD_2.unpack_from(data)[-1]
    return [
        np.cumsum(steps.view("<i8")) + first_us,
        x.view("<f8"),
        y.view("<f8"),
        accuracy.view("<f4"),
        mechanism,
        (r95 ^ accuracy).view("<f4"),
        marks,
        stop.view("<i4") - np.int32(1),
    ], at


_LAYOUTS = {b"GCE1": _of_layout_1, b"GCE2": _of_layout_2}
