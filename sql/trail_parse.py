"""Rows of PostgreSQL's binary COPY back into trails, by offsets.

Only own fixes come back: the vertices a chunk borrowed are its neighbour's own.
"""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import (
    UNTRUSTED,
    Bytes,
    Codes,
    Fixes,
    Floats,
    Ints,
    Stops,
    Trails,
    compiled,
)
from sql import trail_attributes as attributes
from sql.trail_copy import (
    HEADER,
    PATH_HEAD_BYTES,
    PG_EPOCH_US,
    STOP_BYTES,
    VERTEX_BYTES,
)

# What to select, in this order.
COLUMNS = (
    "device",
    "t_from",
    "received_at",
    "n_own",
    "n_borrowed",
    "path",
    "attrs",
    "stops",
)
# What is known of each row: values, offsets of the packed parts, number of stops.
_DEVICE, _T_FROM, _RECEIVED, _N_OWN, _N_BORROWED, _PATH, _ATTRS, _STOPS = range(8)
_N_STOPS = 8
_ITEMS = 9


@dataclass(frozen=True, slots=True)
class Read:
    """Trails as stored, and for each fix when its row's last fix came in."""

    trails: Trails
    received_us: Ints


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read: the (sorted) devices and the database's numbers of them.

    Speed and direction come only with `motion`; matching does not need them. Of a
    single device `within_us` keeps the fixes between two times, both ends in.
    """

    devices: tuple[str, ...]
    ids: Ints
    motion: bool = False
    within_us: tuple[int, int] | None = None


def parse(data: Bytes, asked: Asked) -> Read:
    """Trails out of a binary COPY of `COLUMNS`, rows in any order, each once."""
    found = _scan(data, len(HEADER))
    device = _positions(found[_DEVICE], asked.ids)
    order = np.lexsort((found[_T_FROM], device))
    return _filled(data, found[:, order], device[order], asked)


def _positions(numbers: Ints, ids: Ints) -> Ints:
    """Which of the devices asked for each row belongs to."""
    if len(ids) <= 1:
        return np.zeros(len(numbers), np.int64)
    by_number = np.argsort(ids, kind="stable")
    return by_number[np.searchsorted(ids[by_number], numbers)]


def _filled(data: Bytes, found: Ints, device: Ints, asked: Asked) -> Read:
    n_own = found[_N_OWN]
    n = int(n_own.sum())
    places, t_us = np.empty((2, n)), np.empty(n, np.int64)
    bits = np.empty((attributes.COLUMNS, n), np.uint32)
    stops = np.empty((int(found[_N_STOPS].sum()), 5))
    marks, stop = np.empty(n, np.uint8), np.empty(n, np.int32)
    spans = stops.view(np.int64)[:, 3:]
    _unpack(data, found, (places, t_us, bits, _bytes(stops)), (spans, marks, stop))
    kept = _kept(t_us, asked.within_us)
    bits = bits[:, kept]
    fixes = Fixes(
        asked.devices,
        np.repeat(device.astype(np.int32), n_own)[kept],
        t_us[kept],
        places[0, kept],
        places[1, kept],
        attributes.floats(bits, attributes.ACCURACY),
        attributes.codes(bits, attributes.MECHANISM),
        attributes.floats(bits, attributes.SPEED) if asked.motion else None,
        attributes.floats(bits, attributes.DIRECTION) if asked.motion else None,
    )
    mean = (stops[:, 0].copy(), stops[:, 1].copy(), stops[:, 2].copy())
    observed = Stops(*mean, spans[:, 0].copy(), spans[:, 1].copy())
    r95_m = attributes.floats(bits, attributes.R95)
    received_us = np.repeat(found[_RECEIVED] + PG_EPOCH_US, n_own)[kept]
    trails = Trails(fixes, r95_m, marks[kept], stop[kept], observed)
    return Read(trails, received_us)


def _kept(t_us: Ints, within_us: tuple[int, int] | None) -> slice:
    """Positions of the times asked for; stops stay whole, they are of the hour."""
    if within_us is None:
        return slice(None)
    first, last = np.searchsorted(t_us, [within_us[0], within_us[1] + 1])
    return slice(int(first), int(last))


def _bytes(values: Floats) -> Bytes:
    return values.view(np.uint8).reshape(-1)


@compiled
def _integer(data: Bytes, at: int, width: int) -> int:
    """A signed big-endian integer."""
    value = int(data[at])
    if value > 127:
        value -= 256
    for b in range(1, width):
        value = value << 8 | int(data[at + b])
    return value


@compiled
def _scan(data: Bytes, at: int) -> Ints:
    """The items of each row as [items, rows], named below `COLUMNS`."""
    found = np.empty((_ITEMS, 64), np.int64)
    n = 0
    while at < len(data) and _integer(data, at, 2) >= 0:
        if n == found.shape[1]:
            found = np.concatenate((found, np.empty_like(found)), axis=1)
        at += 2
        for c in range(5):
            width = 8 if c in (_T_FROM, _RECEIVED) else 4
            found[c, n] = _integer(data, at + 4, width)
            at += 4 + width
        for c in range(5, 8):
            length = _integer(data, at, 4)
            found[c, n] = at + 4
            at += 4 + length
        found[_N_STOPS, n] = length // STOP_BYTES
        n += 1
    return found[:, :n].copy()


@compiled
def _unpack(
    data: Bytes,
    found: Ints,
    out: tuple[Floats, Ints, attributes.Bits, Bytes],
    judged: tuple[Ints, Bytes, Codes],
) -> None:
    """Fill the columns row by row; `stops` are bytes of which `spans` are a view."""
    places, t_us, bits, stops = out
    spans, marks, stop = judged
    first = first_stop = 0
    for k in range(found.shape[1]):
        last = first + found[_N_OWN, k]
        last_stop = first_stop + found[_N_STOPS, k]
        at = found[_PATH, k] + PATH_HEAD_BYTES + VERTEX_BYTES * found[_N_BORROWED, k]
        _unpack_path(data, at, (places, t_us), first, last)
        attributes.decode(data, found[_ATTRS, k], bits, first, last)
        size = STOP_BYTES * found[_N_STOPS, k]
        to, at = STOP_BYTES * first_stop, found[_STOPS, k]
        stops[to : to + size] = data[at : at + size]
        for i in range(first, last):
            marks[i] = bits[attributes.MARKS, i]
        _assign(stop, (first, last), spans[first_stop:last_stop], first_stop, t_us)
        for i in range(first, last):
            if marks[i] & UNTRUSTED:
                stop[i] = -1
        first, first_stop = last, last_stop


@compiled
def _unpack_path(
    data: Bytes, at: int, out: tuple[Floats, Ints], first: int, last: int
) -> None:
    """Places, and microseconds by rounding what lies above the whole second."""
    places, t_us = out
    vertices = data[at : at + VERTEX_BYTES * (last - first)].copy().view(np.float64)
    for i in range(last - first):
        places[0, first + i] = vertices[3 * i]
        places[1, first + i] = vertices[3 * i + 1]
        m = vertices[3 * i + 2]
        second = np.floor(m)
        above_us = int(np.rint((m - second) * 1e6))
        t_us[first + i] = int(second) * 1_000_000 + above_us


@compiled
def _assign(
    stop: Codes, fixes: tuple[int, int], spans: Ints, first_stop: int, t_us: Ints
) -> None:
    """A fix within a stop's times belongs to it (if trusted: no two have one time)."""
    j = 0
    for i in range(fixes[0], fixes[1]):
        while j < len(spans) and spans[j, 1] < t_us[i]:
            j += 1
        within = j < len(spans) and spans[j, 0] <= t_us[i]
        stop[i] = first_stop + j if within else -1
