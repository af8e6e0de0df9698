"""Which trails come near which targets, asked of PostGIS; nothing is missed.

PostGIS measures the path of each row whose box meets a target's and leaves out those
that stay away, or come near within the window. The rest is measured here on the row's
own bytes: fixes, lines, the mean places of stops. Lines are not cut to the window, nor
anything to an order: a few pairs too many come out, never one too few.
"""

from math import ceil, floor

import numpy as np

from geocorr.arrays import (
    HOUR_US,
    UNTRUSTED,
    US_PER_S,
    Bools,
    Bytes,
    Floats,
    Ints,
    Targets,
    compiled,
)
from geocorr.candidates import reach_m, target_boxes
from geocorr.model import from_us
from geocorr.policy import Policy
from sql import queries
from sql import trail_attributes as attributes
from sql.db import Connection
from sql.trail_copy import PATH_HEAD_BYTES, STOP_BYTES, VERTEX_BYTES

Q = queries.read("trail_near")

# Targets asked about at once: one answer has to fit into one value of the database.
_PORTION = 2_500
# So that no rounding, ours or that of PostGIS, loses a pair.
_SLACK_M = 0.01
_HOUR_S = HOUR_US // US_PER_S
_HEAD_BYTES = 8
# The length of a path that PostGIS found near: there is nothing to measure.
_SURELY = -1


async def near(conn: Connection, targets: Targets, policy: Policy) -> tuple[Ints, Ints]:
    """Positions of targets and numbers of devices that may have come near, each once.

    Every pair that is a hit or a passing is among them.
    """
    found = [
        await _portion(conn, targets, slice(at, at + _PORTION), policy)
        for at in range(0, len(targets), _PORTION)
    ]
    pairs = np.unique(np.concatenate(found or [_NONE]), axis=0)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


_NONE = np.empty((0, 2), np.int64)


async def _portion(
    conn: Connection, targets: Targets, part: slice, policy: Policy
) -> Ints:
    """Pairs [n, 2] of some of the targets, perhaps repeated."""
    some = targets.take(part)
    reach = np.maximum(reach_m(some, policy), some.radius_m) + _SLACK_M
    box = target_boxes(some, reach)
    scale = np.array([1.0, 1.0, US_PER_S])
    columns = (some.x_m, some.y_m, reach, *(box.low / scale).T, *(box.high / scale).T)
    gap_s = policy.line.max_gap_s
    early, late = columns[5].min() - _HOUR_S, columns[8].max() + gap_s
    times = (from_us(floor(early) * US_PER_S), from_us(ceil(late) * US_PER_S))
    data = await conn.fetchval(
        Q["near_targets"], *(c.tolist() for c in columns), gap_s, *times
    )
    if data is None:
        return _NONE
    discs = np.stack([*columns[:3], columns[5], columns[8]], axis=1)
    pairs = _pairs(np.frombuffer(data, np.uint8), discs)
    pairs[:, 0] += part.start
    return pairs


@compiled
def _pairs(data: Bytes, discs: Floats) -> Ints:
    """The (target, device) of each row that comes into its target's disc in time."""
    pairs, n, at = np.empty((len(data) // 16, 2), np.int64), 0, 0
    while at < len(data):
        target, device = _integer(data, at) - 1, _integer(data, at + 4)
        stops = at + 12
        row = stops + _integer(data, at + 8) + 4
        length = _integer(data, row - 4)
        at, disc = row + max(length, 0), discs[target]
        near = length == _SURELY or _stop_near(data[stops : row - 4], disc)
        if near or _path_near(data[row:at], disc):
            pairs[n, 0], pairs[n, 1] = target, device
            n += 1
    return pairs[:n].copy()


@compiled
def _stop_near(stops: Bytes, disc: Floats) -> bool:
    """Whether the mean place of one of a row's stops lies in the disc in time."""
    values = stops.copy().view(np.float64)
    times_us = values.view(np.int64)
    for s in range(0, len(values), STOP_BYTES // 8):
        dx, dy = values[s] - disc[0], values[s + 1] - disc[1]
        in_time = times_us[s + 3] <= disc[4] * 1e6 and times_us[s + 4] >= disc[3] * 1e6
        if in_time and dx * dx + dy * dy <= disc[2] * disc[2]:
            return True
    return False


@compiled
def _path_near(row: Bytes, disc: Floats) -> bool:
    """Whether a fix of a row, or a line between trusted ones, meets the disc in time.

    No bytes, no path: it is known to stay away.
    """
    if not len(row):
        return False
    borrowed, own = _integer(row, 0), _integer(row, 4)
    first = _HEAD_BYTES + PATH_HEAD_BYTES
    end = first + VERTEX_BYTES * max(borrowed + own, 2)
    vertices = row[first:end].copy().view(np.float64)
    trusted = _trusted(row, end, borrowed, own)
    j = -1
    for i in range(borrowed + own):
        if _meets(vertices, i, i, disc) or (j >= 0 and _meets(vertices, j, i, disc)):
            return True
        if trusted[i]:
            j = i
    return False


@compiled
def _trusted(row: Bytes, at: int, borrowed: int, own: int) -> Bools:
    """Of borrowed fixes the first is trusted, by the way they are borrowed."""
    bits = np.empty((attributes.COLUMNS, own), np.uint32)
    attributes.decode(row, at, bits, 0, own)
    trusted = np.zeros(borrowed + own, np.bool_)
    trusted[: min(borrowed, 1)] = True
    for i in range(own):
        trusted[borrowed + i] = bits[attributes.MARKS, i] & UNTRUSTED == 0
    return trusted


@compiled
def _meets(vertices: Floats, j: int, i: int, disc: Floats) -> bool:
    """Whether the straight line from vertex j to i comes into the disc in time."""
    if vertices[3 * j + 2] > disc[4] or vertices[3 * i + 2] < disc[3]:
        return False
    px, py = vertices[3 * j] - disc[0], vertices[3 * j + 1] - disc[1]
    dx, dy = (
        vertices[3 * i] - vertices[3 * j],
        vertices[3 * i + 1] - vertices[3 * j + 1],
    )
    a = dx * dx + dy * dy
    u = 0.0 if a == 0.0 else min(max(-(px * dx + py * dy) / a, 0.0), 1.0)
    near: bool = (px + u * dx) ** 2 + (py + u * dy) ** 2 <= disc[2] * disc[2]
    return near


@compiled
def _integer(data: Bytes, at: int) -> int:
    """A signed big-endian integer of four bytes."""
    value = 0
    for b in range(4):
        value = value << 8 | int(data[at + b])
    return value - (1 << 32) if value >= 1 << 31 else value
