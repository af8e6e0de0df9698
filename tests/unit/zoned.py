"""Zones for tests, in metres and times of `tests.unit.trail`'s place and day."""

import shapely

from geocorr.arrays import BEGINNING_US, END_US, Fixes, Wearers
from geocorr.breaches import Breach, find
from geocorr.policy import Policy
from geocorr.timetable import parse
from geocorr.trust import OffSpell, trust
from geocorr.zones import Disc, Zone, ZoneKind
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, wearer


def zone(
    kind: str = "exclusion",
    *,
    x: float = 0.0,
    y: float = 0.0,
    radius_m: float = 100.0,
    timetable: str = "always",
    corners: tuple[tuple[float, float], ...] = (),
    **more,
) -> Zone:
    """A circle at (x, y), or an area with these corners, of nominal N1."""
    place: Disc | shapely.MultiPolygon = Disc(EAST + x, NORTH + y, radius_m)
    if corners:
        moved = [(EAST + a, NORTH + b) for a, b in corners]
        place = shapely.MultiPolygon([shapely.Polygon(moved)])
    given = {"zone_id": "Z1", "from_us": BEGINNING_US, "to_us": END_US}
    given |= {"owner": "Central IOM", "nominal_id": "N1", **more}
    return Zone(kind=ZoneKind(kind), place=place, timetable=parse(timetable), **given)


def breaches(
    fixes: Fixes,
    *zones: Zone,
    within_s: tuple[float, float] = (0, 86_400),
    worn: Wearers | None = None,
    policy: Policy | None = None,
    off: tuple[OffSpell, ...] = (),
) -> list[Breach]:
    """What the trail of device 0 shows of these zones."""
    chosen = policy or shipped()
    span = ZERO_US + round(within_s[0] * 1e6), ZERO_US + round(within_s[1] * 1e6)
    spans = [span] * len(fixes.devices)
    return find(trust(fixes, chosen, off), worn or wearer(), zones, spans, chosen)


def seconds(breach: Breach) -> tuple[float, float]:
    """Begin and end in seconds of the test's day."""
    return (breach.from_us - ZERO_US) / 1e6, (breach.to_us - ZERO_US) / 1e6
