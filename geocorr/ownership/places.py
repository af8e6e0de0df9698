"""Addresses of nominals, and where each lies: its own coordinates, else an operator's,
else its postcode's, else nowhere yet (WMP-6.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from geocorr.ownership.choices import Ownership


class AddressKind(StrEnum):
    """What an address is to a nominal; NONE = no fixed abode."""

    HOME = "home"
    POLICE_BAIL = "police_bail"
    COURT_BAIL = "court_bail"
    LAST_KNOWN = "last_known"
    FAMILY = "family"
    APPROVED_PREMISES = "approved_premises"
    NONE = "none"


class How(StrEnum):
    """By what a place is known."""

    EXACT = "exact"
    OPERATOR = "operator"
    POSTCODE = "postcode"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Postcode:
    """The mean place of a postcode in working-CRS metres; None = it has none.

    `quality` is Code-Point Open's: 10 within a building, 60 a sector's mean, 90 none.
    """

    x_m: float | None
    y_m: float | None
    quality: int


@dataclass(frozen=True, slots=True)
class Address:
    """One address, half-open in time, as stored: `number` is its own.

    `x_m`, `y_m` are its own coordinates, `operator` those that a person gave, in
    working-CRS metres; `unit` is its postcode's row, where the table has one.
    """

    number: int
    nominal_id: str
    kind: AddressKind
    postcode: str | None = None
    x_m: float | None = None
    y_m: float | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    source: str | None = None
    recorded_at: datetime | None = None
    operator: tuple[float, float] | None = None
    unit: Postcode | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is one of the nominal's addresses at this instant."""
        begun = self.from_at is None or self.from_at <= at
        return begun and (self.to_at is None or at < self.to_at)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an address lies: how that is known, and within how many metres.

    `x_m` and `y_m` are None where `how` is NONE; `quality` is a postcode's.
    """

    how: How
    x_m: float | None = None
    y_m: float | None = None
    near_m: float = 0.0
    quality: int | None = None


NOWHERE = Placed(How.NONE)


def place(address: Address, choices: Ownership) -> Placed:
    """WMP-6.5. Where an address lies. What a person said of it comes first, since it
    was said in view of the rest; a postcode only where its quality is good enough."""
    near_m = choices.line_m
    if address.operator is not None:
        return Placed(How.OPERATOR, *address.operator, near_m)
    if address.x_m is not None and address.y_m is not None:
        return Placed(How.EXACT, address.x_m, address.y_m, near_m)
    return _by_postcode(address.unit, choices.postcode_near_m)


def _by_postcode(unit: Postcode | None, near_m: Mapping[str, float]) -> Placed:
    if unit is None or unit.x_m is None or str(unit.quality) not in near_m:
        return NOWHERE
    near = near_m[str(unit.quality)]
    return Placed(How.POSTCODE, unit.x_m, unit.y_m, near, unit.quality)
