"""Evidence packed many at once says the same as one after the other, to the byte."""

import struct
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from geocorr.arrays import Trails
from geocorr.trust import trust
from loaders.policy import shipped
from sql import evidence
from tests.property.scenes import scene

ORDERS_US = (-(2**62), 1_774_701_296_000_000)


def columns_of(trails: Trails, first: int, last: int) -> list[np.ndarray]:
    """Times, places, accuracies, mechanisms, R95, marks and stops, counted from 0."""
    part, f = slice(first, last), trails.fixes
    used = stops_used(trails, first, last)
    stop = [used.index(i) if i >= 0 else -1 for i in trails.stop[part].tolist()]
    fixes = [
        (f.t_us, "<i8"), (f.x_m, "<f8"), (f.y_m, "<f8"), (f.accuracy_m, "<f4"),
        (f.mechanism, "<u1"), (trails.r95_m, "<f4"), (trails.marks, "<u1"),
    ]  # fmt: skip
    columns = [column[part].astype(kind) for column, kind in fixes]
    return [*columns, np.array(stop, "<i4")]


def stops_used(trails: Trails, first: int, last: int) -> list[int]:
    return sorted({int(i) for i in trails.stop[first:last] if i >= 0})


def stop_bytes(trails: Trails, used: list[int]) -> bytes:
    s = trails.stops
    stops = [
        (s.x_m, "<f8"), (s.y_m, "<f8"), (s.accuracy_m, "<f8"), (s.from_us, "<i8"),
        (s.to_us, "<i8"),
    ]  # fmt: skip
    return b"".join(column[used].astype(kind).tobytes() for column, kind in stops)


def plainly(trails: Trails, first: int, last: int) -> bytes:
    """The layout of the module's first lines, written down as it stands there."""
    used = stops_used(trails, first, last)
    t, x, y, accuracy, mechanism, r95, marks, stop = columns_of(trails, first, last)
    start = int(t[0]) if len(t) else 0
    head = struct.pack("<4sIIqqq", b"GCE2", last - first, len(used), *ORDERS_US, start)
    columns = [
        (np.diff(t, prepend=t[:1]), 8), (x, 8), (y, 8), (accuracy, 4), (mechanism, 1),
        (r95.view("<u4") ^ accuracy.view("<u4"), 4), (marks, 1), (stop + 1, 4),
    ]  # fmt: skip
    packed = b"".join(by_planes(column.tobytes(), width) for column, width in columns)
    return head + packed + stop_bytes(trails, used)


def by_planes(octets: bytes, width: int) -> bytes:
    planes = [octets[plane::width] for plane in range(width)] if octets else []
    mask = sum(1 << i for i, plane in enumerate(planes) if len(set(plane)) > 1)
    kept = [plane if len(set(plane)) > 1 else plane[:1] for plane in planes]
    return bytes([mask] * bool(planes)) + b"".join(kept)


def as_it_was(trails: Trails, first: int, last: int) -> bytes:
    """The older layout, in which hits were stored once."""
    used = stops_used(trails, first, last)
    head = struct.pack("<4sIIqq", b"GCE1", last - first, len(used), *ORDERS_US)
    columns = b"".join(c.tobytes() for c in columns_of(trails, first, last))
    return head + columns + stop_bytes(trails, used)


def spans(trails: Trails, seed: int) -> tuple[np.ndarray, np.ndarray]:
    edges = np.random.default_rng(seed).integers(0, len(trails.fixes) + 1, (20, 2))
    return edges.min(axis=1), edges.max(axis=1)


@pytest.mark.parametrize("seed", range(12))
def test_many_at_once_are_each_as_laid_down(seed: int) -> None:
    trails = trust(scene(seed)[0], shipped())
    if seed % 3 == 0:  # stops in no order: nothing promises one
        mixed = np.random.default_rng(seed).permutation(len(trails.stops))
        stop = np.where(trails.stop >= 0, mixed[trails.stop], -1).astype(np.int32)
        trails = replace(trails, stop=stop)
    first, last = spans(trails, seed)
    orders = tuple(np.full(len(first), t) for t in ORDERS_US)
    packets = evidence.pack_all(trails, (first, last), orders)
    expected = [plainly(trails, a, b) for a, b in zip(first, last, strict=True)]
    assert packets == expected
    assert evidence.pack(trails, int(first[0]), int(last[0]), ORDERS_US) == packets[0]


@pytest.mark.parametrize("layout", [plainly, as_it_was])
@pytest.mark.parametrize("seed", range(6))
def test_what_was_packed_is_unpacked_to_the_bit(
    layout: Callable[[Trails, int, int], bytes], seed: int
) -> None:
    trails = trust(scene(seed)[0], shipped())
    for device in range(len(trails.fixes.devices)):
        first, last = trails.fixes.device_starts()[device : device + 2].tolist()
        packet = layout(trails, first, last)
        found = evidence.unpack(packet, "T0", ("N1", "O1", "LEICS-16"))
        kept = found.trails
        same = zip(
            columns_of(kept, 0, last - first),
            columns_of(trails, first, last),
            strict=True,
        )
        for ours, theirs in same:
            assert ours.tobytes() == theirs.tobytes()
        assert stop_bytes(kept, list(range(len(kept.stops)))) == stop_bytes(
            trails, stops_used(trails, first, last)
        )
        assert found.wearers.from_us.tolist() == [ORDERS_US[0]]
        assert found.wearers.nominal_id == ("N1",)
        assert evidence.pack(kept, 0, last - first, ORDERS_US) == plainly(
            trails, first, last
        )


def test_nothing_listed_packs_nothing() -> None:
    trails, none = trust(scene(1)[0], shipped()), np.empty(0, np.int64)
    assert evidence.pack_all(trails, (none, none), (none, none)) == []


def test_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="no evidence"):
        evidence.unpack(bytes(40), "T0", ("", "", ""))
