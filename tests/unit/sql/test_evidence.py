"""Evidence packed many at once says the same as one after the other, to the byte."""

import struct
from dataclasses import replace

import numpy as np
import pytest

from geocorr.arrays import Trails
from geocorr.trust import trust
from loaders.policy import shipped
from sql import evidence
from tests.property.scenes import scene

ORDERS_US = (-(2**62), 1_774_701_296_000_000)


def plainly(trails: Trails, first: int, last: int) -> bytes:
    """The layout of the module's first lines, written down as it stands there."""
    part, f, s = slice(first, last), trails.fixes, trails.stops
    used = sorted({int(i) for i in trails.stop[part] if i >= 0})
    stop = [used.index(i) if i >= 0 else -1 for i in trails.stop[part].tolist()]
    head = struct.pack("<4sIIqq", b"GCE1", last - first, len(used), *ORDERS_US)
    fixes = [
        (f.t_us, "<i8"), (f.x_m, "<f8"), (f.y_m, "<f8"), (f.accuracy_m, "<f4"),
        (f.mechanism, "<u1"), (trails.r95_m, "<f4"), (trails.marks, "<u1"),
    ]  # fmt: skip
    stops = [
        (s.x_m, "<f8"), (s.y_m, "<f8"), (s.accuracy_m, "<f8"), (s.from_us, "<i8"),
        (s.to_us, "<i8"),
    ]  # fmt: skip
    columns = [column[part].astype(kind) for column, kind in fixes]
    columns += [np.array(stop, "<i4")]
    columns += [column[used].astype(kind) for column, kind in stops]
    return head + b"".join(column.tobytes() for column in columns)


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


def test_what_was_packed_is_unpacked() -> None:
    trails = trust(scene(3)[0], shipped())
    own = slice(0, int((trails.fixes.device == 0).sum()))
    packet = evidence.pack(trails, own.start, own.stop, ORDERS_US)
    found = evidence.unpack(packet, "T0", ("N1", "O1", "LEICS-16"))
    np.testing.assert_array_equal(found.trails.fixes.t_us, trails.fixes.t_us[own])
    np.testing.assert_array_equal(found.trails.marks, trails.marks[own])
    assert found.wearers.from_us.tolist() == [ORDERS_US[0]]
    assert found.wearers.nominal_id == ("N1",)


def test_nothing_listed_packs_nothing() -> None:
    trails, none = trust(scene(1)[0], shipped()), np.empty(0, np.int64)
    assert evidence.pack_all(trails, (none, none), (none, none)) == []


def test_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="no evidence"):
        evidence.unpack(bytes(40), "T0", ("", "", ""))
