"""Zones and breaches in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from api.zones.breaches import BreachOutcome
from geocorr.arrays import BEGINNING_US, END_US
from geocorr.model import from_us
from geocorr.zones import Disc
from sql.zones import StoredZone

OUTCOMES = [
    (BreachOutcome.BREACHED.value, "Breached", "The wearer broke the condition."),
    (BreachOutcome.EXPLAINED.value, "Explained", "There is a good reason."),
    (BreachOutcome.NOT_A_BREACH.value, "Not a breach", "The tag says otherwise."),
    (BreachOutcome.REFERRED.value, "Referred", "Somebody else decides."),
]


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone on a page: no coordinates."""

    zone_id: str
    version: int
    kind: str
    whose: str
    size: str
    timetable: str
    from_at: datetime | None
    to_at: datetime | None
    owner: str


def line(stored: StoredZone) -> ZoneLine:
    """A zone as a row of the list."""
    zone = stored.zone
    return ZoneLine(
        zone.zone_id,
        stored.version,
        zone.kind.value.replace("_", " "),
        zone.nominal_id or f"device {zone.device_id}",
        _size(zone.place),
        zone.timetable.text or "always",
        None if zone.from_us <= BEGINNING_US else from_us(zone.from_us),
        None if zone.to_us >= END_US else from_us(zone.to_us),
        zone.owner,
    )


def _size(place: object) -> str:
    """How large a zone is, said without saying where it lies."""
    if isinstance(place, Disc):
        return f"circle of {place.radius_m:,.0f} m"
    area_m2: float = getattr(place, "area", 0.0)
    return f"area of {area_m2 / 1e6:,.2f} km²"
