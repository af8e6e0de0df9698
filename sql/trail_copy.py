"""Chunks of trails as rows of PostgreSQL's binary COPY, packed as arrays.

Never a Python object a fix. A path is EWKB (LineStringM): a head of 13 bytes, then
x, y in metres and m in epoch seconds. A float64 keeps m to a quarter of a microsecond,
so microseconds survive by rounding.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geocorr.arrays import US_PER_S, Bytes, Floats, Ints, Trails, compiled
from geocorr.candidates import Boxes, Chunks, boxes
from geocorr.own_speed import bounds as speed_bounds
from sql import trail_attributes as attributes

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# PostgreSQL counts its microseconds from 2000-01-01.
PG_EPOCH_US = 946_684_800 * US_PER_S
CUBE = ("cube", 6)
VERTEX_BYTES = 24
PATH_HEAD_BYTES = 13
STOP_BYTES = 40
# Columns of a chunk's row, in the order they are written.
COLUMNS = (
    "device",
    "t_from",
    "t_to",
    "received_at",
    "n_own",
    "n_borrowed",
    "fastest_m_s",
    "line_gap_s",
    "bounds",
    "path",
    "attrs",
    "stops",
)
_LINESTRING_M_SRID = 0x60000002
_LITTLE_ENDIAN = 1

# name -> (big-endian format, values)
Field = tuple[str, npt.NDArray[np.generic]]


def table(fields: Mapping[str, Field]) -> bytes:
    """A whole binary COPY of fixed-width columns [n]; cubes are float64 [n, 6]."""
    return b"".join((HEADER, _heads(fields, len(fields)).tobytes(), TRAILER))


def timestamps(t_us: Ints) -> Field:
    """A timestamptz column from UTC microseconds."""
    return ">i8", t_us - PG_EPOCH_US


def cubes(low: Floats, high: Floats) -> Field:
    """A cube column from bounds [n, 3] in metres and microseconds (then seconds)."""
    scale = np.array([1.0, 1.0, US_PER_S])
    return "cube", np.concatenate([low / scale, high / scale], axis=1)


def chunk_rows(
    trails: Trails,
    chunks: Chunks,
    device_ids: Ints,
    received_us: Ints,
    kept: tuple[int, float],
) -> Bytes:
    """A binary COPY of these chunks, in the order of `COLUMNS`.

    `device_ids` [len(trails.fixes.devices)] are the database's own numbers;
    `received_us` [chunks] says when each chunk's last fix came in; `kept` is the SRID,
    and the longest line in seconds that the chunks were cut for.
    """
    srid, line_gap_s = kept
    fixes = trails.fixes
    first, last = chunks.first, chunks.last
    bits = attributes.columns(trails)
    modes = attributes.modes(bits, first, last)
    heads = _chunk_heads(trails, chunks, device_ids, received_us, line_gap_s)
    paths = _path_heads(chunks, srid)
    stop_first, stop_last = _stop_ranges(trails.stop, first, last)
    sizes = attributes.sizes(modes, last - first)
    vertices = np.stack([fixes.x_m, fixes.y_m, fixes.t_us / US_PER_S], axis=1)
    return _assemble(
        (heads, paths, _bytes_of(vertices), _stop_bytes(trails)),
        (first - chunks.borrowed, first, last, stop_first, stop_last, sizes),
        bits,
        modes,
        (np.frombuffer(HEADER, np.uint8), np.frombuffer(TRAILER, np.uint8)),
    )


def _chunk_heads(
    trails: Trails,
    chunks: Chunks,
    device_ids: Ints,
    received_us: Ints,
    line_gap_s: float,
) -> Bytes:
    fixes, box = trails.fixes, _own_boxes(trails, chunks)
    fields: dict[str, Field] = {
        "device": (">i4", device_ids[fixes.device[chunks.first]]),
        "t_from": timestamps(fixes.t_us[chunks.first]),
        "t_to": timestamps(fixes.t_us[chunks.last - 1]),
        "received_at": timestamps(received_us),
        "n_own": (">i4", chunks.last - chunks.first),
        "n_borrowed": (">i4", chunks.borrowed),
        "fastest_m_s": (">f4", speed_bounds(trails, chunks)),
        "line_gap_s": (">f4", np.full(len(chunks), line_gap_s)),
        "bounds": cubes(box.low, box.high),
    }
    return _heads(fields, len(COLUMNS))


def _own_boxes(trails: Trails, chunks: Chunks) -> Boxes:
    """Boxes of own and borrowed fixes, and of the stops of own fixes only.

    A borrowed fix's stop hangs on the hour before the last: with it, a row would
    change with fixes that lie too far away for a re-cut to notice.
    """
    none = np.zeros(len(chunks), np.int64)
    own = boxes(trails, Chunks(chunks.first, chunks.last, none))
    alone = replace(trails, stop=np.full_like(trails.stop, -1))
    path = boxes(alone, chunks)
    return Boxes(np.minimum(own.low, path.low), np.maximum(own.high, path.high))


def _heads(fields: Mapping[str, Field], n_columns: int) -> Bytes:
    """The fixed-width front of each row as bytes [n, width]."""
    layout: list[tuple[str, str] | tuple[str, str, int]] = [("n_columns", ">i2")]
    for name, (kind, _) in fields.items():
        layout.append((f"{name}_length", ">i4"))
        if kind == "cube":
            layout += [(f"{name}_dimensions", ">i4"), (name, ">f8", 6)]
        else:
            layout.append((name, kind))
    n = len(next(iter(fields.values()))[1])
    heads = np.zeros(n, np.dtype(layout))
    heads["n_columns"] = n_columns
    for name, (kind, values) in fields.items():
        heads[name] = values
        if kind == "cube":
            heads[f"{name}_dimensions"] = 3
        heads[f"{name}_length"] = 52 if kind == "cube" else np.dtype(kind).itemsize
    return heads.view(np.uint8).reshape(n, heads.dtype.itemsize)


def _path_heads(chunks: Chunks, srid: int) -> Bytes:
    """Length and EWKB head of each path [chunks, 17]."""
    layout = [("length", ">i4"), ("order", "u1"), ("type", "<u4"), ("srid", "<u4")]
    heads = np.zeros(len(chunks), np.dtype([*layout, ("points", "<u4")]))
    points = np.maximum(chunks.last - chunks.first + chunks.borrowed, 2)
    heads["length"] = PATH_HEAD_BYTES + VERTEX_BYTES * points
    heads["order"], heads["type"] = _LITTLE_ENDIAN, _LINESTRING_M_SRID
    heads["srid"], heads["points"] = srid, points
    return heads.view(np.uint8).reshape(len(chunks), heads.dtype.itemsize)


def _stop_bytes(trails: Trails) -> Bytes:
    """Stops as bytes [stops, 40]: x, y, R95, first and last time, little-endian."""
    stops = trails.stops
    layout = [
        ("x", "<f8"),
        ("y", "<f8"),
        ("r95", "<f8"),
        ("from", "<i8"),
        ("to", "<i8"),
    ]
    packed = np.zeros(len(stops), np.dtype(layout))
    packed["x"], packed["y"], packed["r95"] = stops.x_m, stops.y_m, stops.accuracy_m
    packed["from"], packed["to"] = stops.from_us, stops.to_us
    return packed.view(np.uint8).reshape(len(stops), STOP_BYTES)


def _bytes_of(values: Floats) -> Bytes:
    rows = np.ascontiguousarray(values, "<f8").view(np.uint8)
    return rows.reshape(len(values), VERTEX_BYTES)


@compiled
def _stop_ranges(
    stop: npt.NDArray[np.int32], first: Ints, last: Ints
) -> tuple[Ints, Ints]:
    """The stops [from, to) of each chunk; they stand in the order of its fixes."""
    low, high = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
    for k in range(len(first)):
        for i in range(first[k], last[k]):
            if stop[i] >= 0:
                if high[k] == 0:
                    low[k] = stop[i]
                high[k] = stop[i] + 1
    return low, high


@compiled
def _assemble(
    parts: tuple[Bytes, Bytes, Bytes, Bytes],
    spans: tuple[Ints, Ints, Ints, Ints, Ints, Ints],
    bits: attributes.Bits,
    modes: Bytes,
    ends: tuple[Bytes, Bytes],
) -> Bytes:
    """Lay the parts of every row end to end."""
    heads, paths, vertices, stops = parts
    begin, first, last, stop_first, stop_last, sizes = spans
    n = len(first)
    points = np.maximum(last - begin, 2)
    total = len(ends[0]) + len(ends[1]) + n * (heads.shape[1] + paths.shape[1] + 8)
    total += sizes.sum() + VERTEX_BYTES * points.sum()
    total += STOP_BYTES * (stop_last - stop_first).sum()
    out = np.empty(total, np.uint8)
    at = _put(out, 0, ends[0])
    for k in range(n):
        at = _put(out, at, heads[k])
        at = _put(out, at, paths[k])
        at = _put(out, at, vertices[begin[k] : last[k]].ravel())
        if last[k] - begin[k] == 1:
            at = _put(out, at, vertices[begin[k]])
        at = _put_length(out, at, sizes[k])
        at = attributes.encode(out, at, bits, modes[k], first[k], last[k])
        at = _put_length(out, at, STOP_BYTES * (stop_last[k] - stop_first[k]))
        at = _put(out, at, stops[stop_first[k] : stop_last[k]].ravel())
    _put(out, at, ends[1])
    return out


@compiled
def _put(out: Bytes, at: int, data: Bytes) -> int:
    out[at : at + len(data)] = data
    return at + len(data)


@compiled
def _put_length(out: Bytes, at: int, length: int) -> int:
    for b in range(4):
        out[at + b] = (length >> (24 - 8 * b)) & 255
    return at + 4
