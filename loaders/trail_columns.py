"""What the raw columns of a trail mean: numbers, times, names, in whole columns.

Arrow casts the clean majority; what it will not cast is judged value by value. Both
ways give the same answer (a test holds them against each other).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geocorr.arrays import US_PER_S, Bools, Floats, Ints
from geocorr.model import to_us

# Plain decimals with an optional sign and exponent; nothing else is a number.
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_EPOCH = r"^[+-]?\d+(\.\d+)?$"
_LEAF_ROWS = 64
NO_TIME_US = -(2**62)
# Seconds since 1970 beyond which a number is milliseconds or a slip, never a time.
_LAST_EPOCH_S = 1e11
_ISO = pa.timestamp("us", "UTC")
_NAIVE = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers [n]: NaN where blank or bad."""

    values: Floats
    blank: Bools
    bad: Bools


@dataclass(frozen=True, slots=True)
class Times:
    """A column of UTC microseconds [n]; `NO_TIME_US` where bad."""

    t_us: Ints
    bad: Bools


def is_text(column: pa.Array) -> bool:
    """Whether the values are text, to be read; else they have a type of their own."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
    )


def as_text(column: pa.Array) -> pa.Array:
    """Trimmed text without nulls."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    text = pc.fill_null(column.cast(pa.string()), "")
    return pc.utf8_trim_whitespace(text)


def numbers(column: pa.Array) -> Numbers:
    """Plain decimals, or a numeric type; NaN of such a type means not stated."""
    if is_text(column):
        return _numbers_of_text(as_text(column))
    kind = column.type
    if pa.types.is_null(kind):
        return _numbers(np.full(len(column), np.nan), _ones(column))
    if not _is_numeric(kind):
        blank = _bools(column.is_null())
        return Numbers(np.full(len(column), np.nan), blank, ~blank)
    values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return _numbers(values, np.isnan(values))


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    )


def _numbers_of_text(text: pa.Array) -> Numbers:
    blank = _bools(pc.equal(text, ""))
    try:
        cast = pc.if_else(pa.array(blank), None, text).cast(pa.float64())
    except pa.ArrowInvalid:
        fits = pc.match_substring_regex(text, NUMBER)
        cast = pc.if_else(fits, text, None).cast(pa.float64())
    return _numbers(cast.to_numpy(zero_copy_only=False), blank)


def _numbers(values: Floats, blank: Bools) -> Numbers:
    bad = ~np.isfinite(values) & ~blank
    return Numbers(np.where(bad | blank, np.nan, values), blank, bad)


def times(column: pa.Array) -> Times:
    """ISO 8601 with an offset, epoch seconds, or an aware timestamp type."""
    if is_text(column):
        return _times_of_text(as_text(column))
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return _times(_in_us(column).cast(_ISO, safe=False))
    if _is_numeric(kind):
        return epoch(column)
    return _times(pa.nulls(len(column), _ISO))


def _in_us(stamps: pa.Array) -> pa.Array:
    """The same with nulls for times so far off that microseconds would wrap round."""
    per_s = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[stamps.type.unit]
    last = min(int(_LAST_EPOCH_S) * per_s, 2**63 - 1)
    raw = stamps.cast(pa.int64())
    near = pc.and_(pc.less(raw, last), pc.greater(raw, -last))
    return pc.if_else(near, stamps, pa.scalar(None, stamps.type))


def epoch(column: pa.Array) -> Times:
    """Seconds since 1970, fractions too."""
    seconds = numbers(column).values
    good = np.abs(seconds) < _LAST_EPOCH_S  # NaN is not
    t_us = np.rint(np.where(good, seconds, 0.0) * US_PER_S).astype(np.int64)
    return Times(np.where(good, t_us, NO_TIME_US), ~good)


def _times_of_text(text: pa.Array) -> Times:
    try:
        return _times(text.cast(_ISO))
    except pa.ArrowInvalid:
        is_epoch = pc.match_substring_regex(text, _EPOCH)
    seconds = epoch(pc.if_else(is_epoch, text, ""))
    if pc.all(is_epoch).as_py():
        return seconds
    iso = _times(_cast_or_read(pc.if_else(is_epoch, "", text), _ISO, _iso_us))
    chosen = np.where(_bools(is_epoch), seconds.t_us, iso.t_us)
    return Times(chosen, chosen == NO_TIME_US)


def _times(stamps: pa.Array) -> Times:
    t_us = pc.fill_null(stamps.cast(pa.int64()), NO_TIME_US)
    array = t_us.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return Times(array, array == NO_TIME_US)


def _cast_or_read(
    text: pa.Array, kind: pa.DataType, read: Callable[[str], int | None]
) -> pa.Array:
    """Cast what Arrow can, in halves down to a few rows; read those one by one."""
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:
        half = len(text) // 2
    if len(text) <= _LEAF_ROWS:
        one_by_one = [read(value) for value in text.to_pylist()]
        return pa.array(one_by_one, pa.int64()).cast(kind)
    parts = (text.slice(0, half), text.slice(half))
    return pa.concat_arrays([_cast_or_read(part, kind, read) for part in parts])


def _iso_us(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
        return to_us(at) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def local_times(
    column: pa.Array, read: Callable[[str], tuple[int | None, bool]], zone: str
) -> Times:
    """Times read one by one (each different text once); local ones are of `zone`.

    `read` gives microseconds since 1970 on the clock that the text was written by, and
    whether it carries its own offset. A local time that a clock change skips or repeats
    is bad: nobody can tell when it was. Aware timestamp types are taken as they are.
    """
    if is_text(column):
        values, at = coded(column)
        pairs = [read(value) for value in values]
        t_us = pa.array([t for t, _ in pairs], pa.int64())
        aware = np.array([a for _, a in pairs], dtype=np.bool_)
        local = _from_zone(t_us.cast(_NAIVE), zone).t_us
        each = np.where(aware, _times(t_us.cast(_ISO)).t_us, local)[at]
        return Times(each, each == NO_TIME_US)
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        return _from_zone(_in_us(column).cast(_NAIVE, safe=False), zone)
    return times(column)


def _from_zone(naive: pa.Array, zone: str) -> Times:
    early, late = (
        _times(
            pc.assume_timezone(naive, zone, ambiguous=side, nonexistent=side).cast(_ISO)
        ).t_us
        for side in ("earliest", "latest")
    )
    t_us = np.where(early == late, early, NO_TIME_US)
    return Times(t_us, t_us == NO_TIME_US)


def shifted(found: Times, shift_s: float) -> Times:
    """The same times moved by so many seconds."""
    shift_us = timedelta(seconds=shift_s) // timedelta(microseconds=1)
    return Times(np.where(found.bad, NO_TIME_US, found.t_us + shift_us), found.bad)


def coded(column: pa.Array) -> tuple[list[str], Ints]:
    """Trimmed text as its different values and each row's index into them [n]."""
    text = as_text(column) if is_text(column) else _plain_text(column)
    found = text.dictionary_encode()
    indices = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return found.dictionary.to_pylist(), indices


def _plain_text(column: pa.Array) -> pa.Array:
    """Whole numbers are fair names of devices; of other types nothing is."""
    if pa.types.is_integer(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    return pa.array([""] * len(column), pa.string())


def shown(column: pa.Array, positions: Ints) -> list[str | None]:
    """The values at these rows as they came, for a report; None for a null."""
    values = column.take(pa.array(positions))
    try:
        return [v and v[:200] for v in values.cast(pa.string()).to_pylist()]
    except (pa.ArrowException, UnicodeDecodeError):
        return [f"a value of type {column.type}"[:200]] * len(values)


def stated(column: pa.Array) -> Bools:
    """Where a cell is neither blank nor null [n]."""
    if is_text(column):
        return _bools(pc.not_equal(as_text(column), ""))
    return _bools(column.is_valid())


def _bools(column: pa.Array) -> Bools:
    found: Bools = column.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found


def _ones(column: pa.Array) -> Bools:
    return np.ones(len(column), dtype=np.bool_)
