"""The things geocorr speaks of, one at a time, as frozen values.

Many at once are columns: see `geocorr.arrays`. Times are aware UTC datetimes; places
are WGS84 degrees and working-CRS metres. Words are those of the glossary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Mechanism(IntEnum):
    """How a fix was made. RF says "at the registered address" and is no position."""

    GPS = 0
    WIFI = 1
    LBS = 2
    RF = 3


class Verdict(StrEnum):
    """The software's finding on one wearer and one target, strongest first."""

    HIT = "hit"
    PASSED = "passed"
    POSSIBLE = "possible"
    NO_DATA = "no_data"
    RULED_OUT = "ruled_out"


class Rule(StrEnum):
    """What makes a fix count for a hit (`matching.md`, verdict of a pair)."""

    PROBABILITY = "probability"
    DISTANCE = "distance"
    HALF_CIRCLE = "half_circle"


class Basis(StrEnum):
    """The legal basis of a tag order; what it allows is policy (LEICS-16)."""

    LICENCE = "licence"
    COMMUNITY_ORDER = "community_order"
    COURT_BAIL = "court_bail"
    IMMIGRATION_BAIL = "immigration_bail"
    OTHER = "other"


class EventKind(StrEnum):
    """What a device or its monitoring centre reports beside fixes."""

    BATTERY_FLAT = "battery_flat"
    POWER_ON = "power_on"
    POWER_OFF = "power_off"
    STRAP_OPEN = "strap_open"
    STRAP_CLOSED = "strap_closed"
    REMOVED = "removed"
    FITTED = "fitted"
    CUSTODY_FROM = "custody_from"
    CUSTODY_TO = "custody_to"
    HOSPITAL_FROM = "hospital_from"
    HOSPITAL_TO = "hospital_to"


class Outcome(StrEnum):
    """What became of a file: one word, the same on every surface."""

    SUCCESSFUL = "SUCCESSFUL"
    PARTIAL = "PARTIAL"
    ERROR = "ERROR"
    FAILED = "FAILED"


def aware(at: datetime, name: str) -> datetime:
    """Return `at` in UTC; ValueError where it has no offset."""
    if at.tzinfo is None:
        raise ValueError(f"{name} has no offset: give an aware time")
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Decision(Generic[T_co]):
    """A value that explains itself: by which rules, on what evidence, in a sentence.

    The software's; a person's own stands beside it and never over it. `evidence` holds
    what JSON can: text, numbers, lists and tables.
    """

    value: T_co
    rules: tuple[str, ...]
    evidence: Mapping[str, object]
    because: str


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(at: datetime) -> int:
    """UTC microseconds since 1970 of an aware time, exactly."""
    return (aware(at, "time") - EPOCH) // timedelta(microseconds=1)


def from_us(t_us: int) -> datetime:
    """The aware UTC time of microseconds since 1970, exactly."""
    return EPOCH + timedelta(microseconds=int(t_us))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row (or, with no row, with the whole file).

    Warnings have the same shape. `row` counts records from 1 without the heading,
    `line` is the line of the file; `action` says in a sentence what to do.
    """

    row: int | None
    line: int | None
    crime_reference: str | None
    field: str | None
    type: str
    value: str | None
    action: str


@dataclass(frozen=True, slots=True)
class Crime:
    """One offence as one delivery words it; force and reference make its identity."""

    police_force: str
    crime_reference: str
    crime_type: str
    crime_type_description: str
    batch_id: str
    window_from: datetime
    window_to: datetime
    latitude: float
    longitude: float
    x_m: float
    y_m: float
    free_text: str = ""
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        aware(self.window_from, "window_from")
        aware(self.window_to, "window_to")
        if self.window_to < self.window_from:
            raise ValueError("window_to is before window_from")


@dataclass(frozen=True, slots=True)
class TagOrder:
    """A device on a nominal, half-open in time [from_at, to_at); None = open."""

    order_id: str
    device_id: str
    nominal_id: str
    basis: Basis
    from_at: datetime
    to_at: datetime | None = None
    licence_ends: datetime | None = None
    fitted_at: datetime | None = None
    force: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """A state that a device or its monitoring centre reported."""

    device_id: str
    at: datetime
    kind: EventKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Nominal:
    """A person on police record, of interest for a policing purpose."""

    nominal_id: str
    family_name: str
    given_names: str
    date_of_birth: str | None = None
    sex: str | None = None
    pnc_id: str | None = None
    cro: str | None = None
    prison_number: str | None = None
    crn: str | None = None
    force: str | None = None
    statutory: bool | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One wearer and one crime worth telling a force: a row of the hits file.

    Fields up to `lambda_` are the file's columns in their order (`lambda` is a word of
    the language). None = nothing to say, or not assessed yet. `because` says why.
    """

    force: str
    batch_id: str
    crime_reference: str
    crime_type: str
    window_from: datetime
    window_to: datetime
    device_id: str
    nominal_id: str
    verdict: str
    fixes_inside: int
    visits: int
    first_inside: datetime | None
    last_inside: datetime | None
    dwell_s: float
    min_fix_distance_m: float | None
    min_path_distance_m: float | None
    probability: float | None
    median_accuracy_m: float | None
    mechanisms: str
    coverage: float
    base_rate: float | None
    likelihood_ratio: float | None
    required_speed_kmh: float | None
    rules: str
    policy_hash: str
    version: str
    crime_version: int
    worst_accuracy_m: float | None
    window_share: float
    clock_test: str
    lambda_: float | None
    because: str
