"""A person's hours: stays, the lines between them, single fixes. Pure.

Places are the trail's own: a stay is a stop of the matcher's, at its mean place.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from api.trails.shown import Shown, Worn
from api.views import words as say
from geocorr.geo import WorkingCrs
from geocorr.model import from_us
from geocorr.policy import Policy

Feature = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stay:
    """Trusted fixes that stay together for five minutes or more; metres of the CRS."""

    device_id: str
    from_at: datetime
    to_at: datetime
    x_m: float
    y_m: float
    longitude: float
    latitude: float
    accuracy_m: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return (self.to_at - self.from_at).total_seconds()


def stays(people: Sequence[Worn], crs: WorkingCrs, policy: Policy) -> list[Stay]:
    """The stays of some stretches of trails, cut to what is shown, by time.

    Stops are kept hour by hour: those that follow each other at one place are one stay.
    """
    found: list[Stay] = []
    for worn in people:
        joined: list[Stay] = []
        for stay in _stops(worn, crs):
            if joined and _goes_on(joined[-1], stay, policy):
                stay = replace(joined.pop(), to_at=stay.to_at)
            joined.append(stay)
        found += joined
    return sorted(found, key=lambda stay: stay.from_at)


def _goes_on(stay: Stay, then: Stay, policy: Policy) -> bool:
    """Is it the same place by the rule for stops, with no gap between?"""
    near_m = max(policy.stop.radius_m, policy.stop.r95_factor * then.accuracy_m)
    silent_s = (then.from_at - stay.to_at).total_seconds()
    far_m = math.hypot(then.x_m - stay.x_m, then.y_m - stay.y_m)
    return silent_s <= policy.line.max_gap_s and far_m <= near_m


def _stops(worn: Worn, crs: WorkingCrs) -> Iterator[Stay]:
    stops, found = worn.trails.stops, worn.trails.stop
    used = np.unique(found[found >= 0])
    latitude, longitude = crs.to_wgs84(stops.x_m[used], stops.y_m[used])
    for i, stop in enumerate(used.tolist()):
        t_us = worn.trails.fixes.t_us[found == stop]
        yield Stay(
            worn.device_id,
            from_us(int(t_us[0])),
            from_us(int(t_us[-1])),
            float(stops.x_m[stop]),
            float(stops.y_m[stop]),
            float(longitude[i]),
            float(latitude[i]),
            float(stops.accuracy_m[stop]),
        )


def collection(people: Sequence[Shown], stayed: Sequence[Stay]) -> Feature:
    """What a map of places draws: stays, observed lines, and fixes no line leads to."""
    features = [_stay(stay) for stay in stayed]
    for person in people:
        features += _lines(person)
        features += _alone(person, stayed)
    return {"type": "FeatureCollection", "features": features}


def _stay(stay: Stay) -> Feature:
    time = f"{say.hour(stay.from_at)[:5]} to {say.hour(stay.to_at)[:5]}"
    return _point(
        (stay.longitude, stay.latitude),
        {
            "label": time,
            "detail": f"{say.day(stay.from_at)}, {say.seconds(stay.seconds)}",
            "group": stay.device_id,
            "radius_m": round(stay.accuracy_m, 1),
        },
    )


def _lines(person: Shown) -> Iterator[Feature]:
    """Runs of fixes that lines join, as one line each."""
    run: list[int] = []
    for begin, end in person.lines:
        if run and run[-1] != begin:
            yield _line(person, run)
            run = []
        run = [*run, end] if run else [begin, end]
    if run:
        yield _line(person, run)


def _line(person: Shown, run: Sequence[int]) -> Feature:
    places = [[person.fixes[i].longitude, person.fixes[i].latitude] for i in run]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": places},
        "properties": {"label": person.name, "group": person.device_id},
    }


def _alone(person: Shown, stayed: Sequence[Stay]) -> Iterator[Feature]:
    joined = {i for line in person.lines for i in line}
    spells = [(s.from_at, s.to_at) for s in stayed if s.device_id == person.device_id]
    for i, fix in enumerate(person.fixes):
        if i in joined or any(a <= fix.at <= b for a, b in spells):
            continue
        yield _point(
            (fix.longitude, fix.latitude),
            {
                "label": say.hour(fix.at)[:5],
                "detail": "" if fix.trusted else f"not trusted: {', '.join(fix.marks)}",
                "group": person.device_id,
                "radius_m": fix.r95_m,
            },
        )


def _point(place: tuple[float, float], properties: Feature) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(d, 7) for d in place]},
        "properties": properties,
    }
