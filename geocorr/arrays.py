"""The same things as columns: equal-length arrays, checked once, here.

UTC microseconds (int64), working-CRS metres (float64), R95 in metres (float32).
Arrays are never changed in place; every function returns new ones.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from geocorr.errors import InputError
from geocorr.kernels import compiled as compiled

Table = TypeVar("Table")

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

US_PER_S = 1_000_000
HOUR_US = 3_600 * US_PER_S
DAY_US = 24 * HOUR_US
# Open ends of orders: far outside any fix, and safe to add an hour to.
BEGINNING_US = -(2**62)
END_US = 2**62

# Why a fix is not trusted, and that its accuracy was assumed; bits of `Trails.marks`.
ASSUMED = 1
MECHANISM = 2
COARSE = 4
SPEED = 8
SPIKE = 16
TWIN = 32
DEVICE = 64
FUTURE = 128
UNTRUSTED = MECHANISM | COARSE | SPEED | SPIKE | TWIN | DEVICE | FUTURE


@dataclass(frozen=True, slots=True)
class Fixes:
    """Located times of many devices, sorted by (device, t_us, x_m, y_m), no repeats.

    `device` indexes `devices` (sorted ids). `accuracy_m` is R95, NaN = not stated.
    `mechanism` holds `model.Mechanism`. `speed_kmh` and `direction_deg` are NaN where
    not stated, and None where the caller does not need them.
    """

    devices: tuple[str, ...]
    device: Codes
    t_us: Ints
    x_m: Floats
    y_m: Floats
    accuracy_m: Floats32
    mechanism: Bytes
    speed_kmh: Floats32 | None = None
    direction_deg: Floats32 | None = None

    def __post_init__(self) -> None:
        check_lengths(self)
        if not (np.isfinite(self.x_m).all() and np.isfinite(self.y_m).all()):
            raise InputError(
                "A fix has no finite place: refuse it before it gets here."
            )

    def __len__(self) -> int:
        return len(self.t_us)

    def take(self, index: npt.NDArray[np.integer] | Bools | slice) -> "Fixes":
        """The fixes at these positions, in that order; devices stay as they are."""
        return rows(self, index)

    def device_starts(self) -> Ints:
        """Offsets [len(devices) + 1] of each device's first fix."""
        # Codes of the column's own type: else the whole column would be converted.
        codes = np.arange(len(self.devices) + 1, dtype=self.device.dtype)
        return np.searchsorted(self.device, codes).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops as one observation each: mean place, median R95, first and last time."""

    x_m: Floats
    y_m: Floats
    accuracy_m: Floats
    from_us: Ints
    to_us: Ints

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, slots=True)
class Trails:
    """Fixes ready to be matched: R95 filled in, marks set, stops found.

    `r95_m` is never NaN. `marks` holds the bits above: trusted where
    `marks & UNTRUSTED == 0`. `stop` indexes `stops`, -1 where a fix stands alone.
    `tamper_known`: the devices' reports of strap and battery were there to mark by.
    """

    fixes: Fixes
    r95_m: Floats32
    marks: Bytes
    stop: Codes
    stops: Stops
    tamper_known: bool = False

    def __post_init__(self) -> None:
        if not len(self.r95_m) == len(self.marks) == len(self.stop) == len(self.fixes):
            raise InputError("Columns of a trail differ in length.")

    @property
    def trusted(self) -> Bools:
        """Which fixes may join a line."""
        trusted: Bools = (self.marks & np.uint8(UNTRUSTED)) == 0
        return trusted


@dataclass(frozen=True, slots=True)
class Wearers:
    """Devices while an order is in force, half-open [from_us, to_us).

    `device` indexes the devices of the trails; `nominal_id` is empty where no orders
    are known (each device is then a wearer, always in force). `rules` holds the ids,
    joined by `;`, of the rules that made it a wearer.
    """

    device: Codes
    from_us: Ints
    to_us: Ints
    nominal_id: tuple[str, ...]
    order_id: tuple[str, ...]
    rules: tuple[str, ...]

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.device)

    def of(self, nominals: Container[str]) -> "Wearers":
        """Those of these nominals."""
        kept = [i for i, name in enumerate(self.nominal_id) if name in nominals]
        ids = (self.nominal_id, self.order_id, self.rules)
        return Wearers(
            self.device[kept],
            self.from_us[kept],
            self.to_us[kept],
            *(tuple(of[i] for i in kept) for of in ids),
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """Places with a closed window [from_us, to_us], a radius and an error circle.

    `top_speed_m_s` is what no tag outruns there, None = the policy's for all.
    """

    x_m: Floats
    y_m: Floats
    from_us: Ints
    to_us: Ints
    radius_m: Floats
    r95_m: Floats
    top_speed_m_s: Floats | None = None

    def __post_init__(self) -> None:
        check_lengths(self)
        if (self.to_us < self.from_us).any():
            raise InputError("A target's window ends before it begins.")

    def __len__(self) -> int:
        return len(self.x_m)

    def shifted(self, by_us: int) -> "Targets":
        """The same targets with windows moved by so many microseconds."""
        return replace(self, from_us=self.from_us + by_us, to_us=self.to_us + by_us)

    def take(self, index: npt.NDArray[np.integer] | Bools | slice) -> "Targets":
        """The targets at these positions."""
        return rows(self, index)


def fixes(  # noqa: PLR0913  one argument a column of the trail file
    device_ids: Sequence[str] | npt.NDArray[np.object_],
    t_us: Ints,
    x_m: Floats,
    y_m: Floats,
    *,
    accuracy_m: Floats32 | None = None,
    mechanism: Bytes | None = None,
    speed_kmh: Floats32 | None = None,
    direction_deg: Floats32 | None = None,
) -> Fixes:
    """Sort and deduplicate loose columns into `Fixes`.

    An identical repeat (same device, time and place) is kept once. Shapes [n];
    missing accuracy is NaN, missing mechanism GPS.
    """
    names, codes = np.unique(np.asarray(device_ids, dtype=object), return_inverse=True)
    n = len(t_us)
    unsorted = Fixes(
        tuple(str(name) for name in names),
        codes.astype(np.int32),
        np.asarray(t_us, dtype=np.int64),
        np.asarray(x_m, dtype=np.float64),
        np.asarray(y_m, dtype=np.float64),
        np.full(n, np.nan, np.float32) if accuracy_m is None else accuracy_m,
        np.zeros(n, np.uint8) if mechanism is None else mechanism,
        speed_kmh,
        direction_deg,
    )
    return in_order(unsorted)


def in_order(loose: Fixes) -> Fixes:
    """The same fixes sorted by device, time and place, identical repeats kept once."""
    if not _sorted(loose):
        keys = (loose.y_m, loose.x_m, loose.t_us, loose.device)
        loose = loose.take(np.lexsort(keys))
    repeat = np.zeros(len(loose), dtype=np.bool_)
    repeat[1:] = (
        (np.diff(loose.device) == 0)
        & (np.diff(loose.t_us) == 0)
        & (np.diff(loose.x_m) == 0)
        & (np.diff(loose.y_m) == 0)
    )
    return loose.take(~repeat) if repeat.any() else loose


def _sorted(loose: Fixes) -> bool:
    step, tick = np.diff(loose.device), np.diff(loose.t_us)
    return bool(((step > 0) | ((step == 0) & (tick > 0))).all())


def rows(table: Table, index: npt.NDArray[np.integer] | Bools | slice) -> Table:
    """The rows of a frozen table of columns at these positions, in that order."""
    changed = {name: column[index] for name, column in columns_of(table).items()}
    return replace(table, **changed)  # type: ignore[type-var]


def columns_of(table: object) -> dict[str, npt.NDArray[np.generic]]:
    """The array columns of a frozen table by name."""
    kind: type = type(table)
    named = ((name, getattr(table, name)) for name in _names(kind))
    return {name: c for name, c in named if isinstance(c, np.ndarray)}


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a kind of table, looked up once: small tables are made often."""
    return tuple(f.name for f in fields(kind))


def check_lengths(table: object) -> None:
    """InputError unless every array column of the table has the same length."""
    lengths = {len(column) for column in columns_of(table).values()}
    if len(lengths) > 1:
        raise InputError(f"{type(table).__name__} has columns of differing lengths.")
