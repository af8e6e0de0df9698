"""One wearer's trail as one zone sees it: how likely inside, how far from the edge."""

from dataclasses import dataclass, replace

import numpy as np

from geocorr.arrays import (
    ASSUMED,
    DEVICE,
    FUTURE,
    US_PER_S,
    Bools,
    Floats,
    Trails,
    Wearers,
)
from geocorr.lines import Track
from geocorr.model import Mechanism
from geocorr.policy import Policy
from geocorr.zones import Span, Zone, chance, crossings, edge_m

# A begin and an end in microseconds, between fixes too.
Stay = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one wearer's fixes say of one zone; columns of one row a fix in the order.

    `trail` is that of the wearer's device alone, in the order. `inside_p` is that of
    the observation (its stop, or the fix itself), `at_most_p` the greater of the two.
    `at_home`: a radio fix, which says "at the registered address".
    """

    trail: Trails
    order: Span
    zone: Zone
    track: Track
    edge_m: Floats
    inside_p: Floats
    at_most_p: Floats
    stated: Bools
    at_home: Bools

    @classmethod
    def of(cls, trails: Trails, wearers: Wearers, w: int, zone: Zone) -> "Seen":
        order = int(wearers.from_us[w]), int(wearers.to_us[w])
        trail = _own(trails, int(wearers.device[w]), order)
        fixes, r95_m = trail.fixes, trail.r95_m.astype(np.float64)
        own_p = chance(zone.place, fixes.x_m, fixes.y_m, r95_m)
        seen_p = chance(zone.place, *_observed(trail, order))
        worn = (trail.marks & np.uint8(DEVICE | FUTURE)) == 0
        return cls(
            trail,
            order,
            zone,
            Track(fixes.t_us, fixes.x_m, fixes.y_m, trail.trusted),
            edge_m(zone.place, fixes.x_m, fixes.y_m),
            seen_p,
            np.maximum(own_p, seen_p),
            (trail.marks & np.uint8(ASSUMED)) == 0,
            (fixes.mechanism == Mechanism.RF) & worn,
        )

    def lines(self, policy: Policy) -> list[Stay]:
        """When straight lines lie inside."""
        gap_us = round(policy.line.max_gap_s * US_PER_S)
        return list(crossings(self.zone.place, self.track, gap_us))

    def between(self, span: Span) -> slice:
        """Positions of the fixes in a closed time."""
        first = np.searchsorted(self.track.t, span[0])
        return slice(int(first), int(np.searchsorted(self.track.t, span[1], "right")))


def _own(trails: Trails, device: int, order: Span) -> Trails:
    """The trail of one device within an order; its stops are those of all."""
    fixes, starts = trails.fixes, trails.fixes.device_starts()
    own = fixes.t_us[starts[device] : starts[device + 1]]
    first, last = (int(i) for i in starts[device] + np.searchsorted(own, order))
    part = slice(first, last)
    alone = replace(
        fixes.take(part),
        devices=(fixes.devices[device],),
        device=np.zeros(last - first, np.int32),
    )
    columns = (trails.r95_m[part], trails.marks[part], trails.stop[part])
    return Trails(alone, *columns, trails.stops)


def _observed(trail: Trails, order: Span) -> tuple[Floats, Floats, Floats]:
    """Place and R95 of each fix's observation: its stop, if all of it is in order."""
    fixes, stops = trail.fixes, trail.stops
    x, y, r95 = fixes.x_m.copy(), fixes.y_m.copy(), trail.r95_m.astype(np.float64)
    at = np.flatnonzero(trail.stop >= 0)
    s = trail.stop[at]
    whole = (stops.from_us[s] >= order[0]) & (stops.to_us[s] < order[1])
    at, s = at[whole], s[whole]
    x[at], y[at], r95[at] = stops.x_m[s], stops.y_m[s], stops.accuracy_m[s]
    return x, y, r95
