"""One batch of a trail judged: which rows are fixes, what is wrong with the rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import (
    US_PER_S,
    Bytes,
    Codes,
    Fixes,
    Floats,
    Floats32,
    Ints,
    in_order,
)
from geocorr.geo import WorkingCrs
from geocorr.model import Fault, Mechanism, to_us
from loaders import trail_columns as columns
from loaders.mapping import TrailMap
from loaders.trail_judging import Judging
from loaders.trail_map import r95_factor, speed_factor, times_by_map
from loaders.trail_place import Scale, judge_place
from loaders.trail_raw import RawRows, Tally

_LATE = timedelta(minutes=5)
# GPS time begins on 6 January 1980: an earlier clock was never set.
_GPS_EPOCH_US = 315_964_800 * US_PER_S
_DEVICE_LENGTH = 200
# No circle is larger than the Earth; beyond that a number is a slip.
_MAX_ACCURACY_M = 1e7
_MAX_SPEED_KMH = 1e4
_MECHANISMS = {"": Mechanism.GPS, **{m.name: m for m in Mechanism}}


@dataclass(frozen=True, slots=True)
class TrailOptions:
    """What a trail is read with.

    `now` decides which times lie in the future; `with_motion` keeps speeds and
    directions in what `read_all` collects.
    """

    crs: WorkingCrs
    now: datetime
    max_scale_error: float
    map: TrailMap | None = None
    with_motion: bool = False


@dataclass(frozen=True, slots=True)
class TrailBatch:
    """Fixes of some rows in file order: `loose` is not sorted and has repeats."""

    loose: Fixes
    tally: Tally
    warnings: tuple[Fault, ...]

    @property
    def read(self) -> int:
        """Rows of the file in this batch: those accepted and those refused."""
        return len(self.loose) + self.tally.rows

    def fixes(self) -> Fixes:
        """The fixes sorted by device and time, identical repeats kept once."""
        return in_order(self.loose)


def judge(raw: RawRows, options: TrailOptions, check_scale: bool) -> TrailBatch:
    """Turn raw rows into fixes and faults.

    CrsError where `check_scale` is asked for and the working CRS is off at the data.
    """
    judging = Judging(raw)
    names, device = _devices(judging)
    t_us = _times(judging, options)
    scale = Scale(options.crs, options.max_scale_error, check_scale)
    place = judge_place(judging, scale)
    mechanism = _mechanisms(judging)
    accuracy_m = _accuracy(judging, mechanism, options.map)
    factor = speed_factor(options.map, raw.speed_unit)
    speed = _in_range(judging, "speed_kmh", _MAX_SPEED_KMH, factor)
    direction = _in_range(judging, "direction_deg", 360.0, 1.0)
    _unused(judging)
    kept = ~judging.refused
    devices, codes = _used(names, device[kept])
    loose = Fixes(
        devices,
        codes,
        t_us[kept],
        place.x_m[kept],
        place.y_m[kept],
        accuracy_m[kept],
        mechanism[kept],
        speed[0][kept],
        direction[0][kept],
    )
    return TrailBatch(loose, judging.tally(), (*speed[1], *direction[1]))


def _devices(judging: Judging) -> tuple[list[str], Ints]:
    names, device = columns.coded(judging.raw.columns["device_id"])
    blank = np.array([not name for name in names], dtype=np.bool_)
    odd = np.array(
        [len(name) > _DEVICE_LENGTH or not name.isprintable() for name in names],
        dtype=np.bool_,
    )
    judging.refuse(
        blank[device], "device_id", "MISSING_DEVICE", "Give the tag's identifier."
    )
    judging.refuse(
        odd[device],
        "device_id",
        "INVALID_DEVICE",
        f"An identifier has at most {_DEVICE_LENGTH} characters that can be printed.",
    )
    return names, device


def _used(names: list[str], device: Ints) -> tuple[tuple[str, ...], Codes]:
    """The device ids of accepted rows in order, and each row's index into them."""
    used = np.unique(device)
    ids = sorted(names[i] for i in used)
    place = {name: i for i, name in enumerate(ids)}
    new = np.zeros(len(names), dtype=np.int32)
    for i in used:
        new[i] = place[names[i]]
    return tuple(ids), new[device]


def _times(judging: Judging, options: TrailOptions) -> Ints:
    column = judging.raw.columns["recorded_at"]
    time = options.map and options.map.time
    found = times_by_map(column, time) if time else columns.times(column)
    early = ~found.bad & (found.t_us < _GPS_EPOCH_US)
    late = ~found.bad & (found.t_us > to_us(options.now + _LATE))
    judging.refuse(
        found.bad,
        "recorded_at",
        "INVALID_TIME",
        "Give ISO 8601 with Z or an offset, or seconds since 1970; a time without an "
        "offset, or one that a clock change skips or repeats, needs its offset.",
    )
    judging.refuse(
        early,
        "recorded_at",
        "INVALID_TIME",
        "This is before 1980, so the tag's clock was not set: leave the fix out.",
    )
    judging.refuse(
        late,
        "recorded_at",
        "FUTURE_TIME",
        "This is more than five minutes ahead: check the clock, the zone and the unit.",
    )
    return found.t_us


def _number(judging: Judging, field: str) -> Floats:
    """An optional column of numbers [n], NaN where blank; what is none is a fault."""
    column = judging.column(field)
    if column is None:
        return np.full(len(judging.refused), np.nan)
    found = columns.numbers(column)
    action = "Give a plain decimal number, or leave the cell blank."
    judging.refuse(found.bad, field, "INVALID_NUMBER", action)
    return found.values


def _accuracy(
    judging: Judging, mechanism: Bytes, trail_map: TrailMap | None
) -> Floats32:
    """R95 in metres, NaN where blank or 0 (not known) and the feed declares none."""
    values = _number(judging, "accuracy_m")
    impossible = (values < 0) | (values > _MAX_ACCURACY_M)
    judging.refuse(
        impossible,
        "accuracy_m",
        "INVALID_NUMBER",
        "Accuracy is the radius of a circle in metres: blank where it is not known.",
    )
    known = (values > 0) & ~impossible
    if trail_map is not None and trail_map.feed_accuracy_m:
        declared = ~known & (mechanism == Mechanism.GPS)
        values = np.where(declared, trail_map.feed_accuracy_m, values)
        known |= declared
    factor = r95_factor(trail_map)
    return np.where(known, values * factor, np.nan).astype(np.float32)


def _mechanisms(judging: Judging) -> Bytes:
    column = judging.column("mechanism")
    if column is None:
        return np.full(len(judging.refused), Mechanism.GPS, dtype=np.uint8)
    names, at = columns.coded(column)
    plain = [name.upper().replace("-", "") for name in names]
    known = np.array([name in _MECHANISMS for name in plain], dtype=np.bool_)
    codes = [_MECHANISMS.get(name, Mechanism.GPS) for name in plain]
    judging.refuse(
        ~known[at],
        "mechanism",
        "UNKNOWN_MECHANISM",
        "Give GPS, LBS, WIFI or RF; blank means GPS.",
    )
    return np.array(codes, dtype=np.uint8)[at]


def _in_range(
    judging: Judging, field: str, most: float, factor: float
) -> tuple[Floats32, tuple[Fault, ...]]:
    """A number from 0 to `most`, NaN elsewhere: many feeds write -1 for "unknown"."""
    values = _number(judging, field) * factor
    outside = (values < 0) | (values > most)
    kept = np.where(outside, np.nan, values).astype(np.float32)
    if not outside.any():
        return kept, ()
    action = f"Nothing to do: a value outside 0 to {most:g} is taken as not stated."
    count = str(int(outside.sum()))
    return kept, (Fault(None, None, None, field, "VALUE_IGNORED", count, action),)


def _unused(judging: Judging) -> None:
    """Columns that are kept with the file but not with the fix must still be sound."""
    for field in ("hdop", "satellites"):
        _number(judging, field)
    received = judging.column("received_at")
    if received is not None:
        bad = columns.times(received).bad & columns.stated(received)
        action = "Give ISO 8601 with Z or an offset, or leave the cell blank."
        judging.refuse(bad, "received_at", "INVALID_TIME", action)
