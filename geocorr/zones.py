"""Zones: places with a timetable that a wearer must keep out of, or stay in.

A circle is measured as a crime's vicinity is (`one_fix`, `lines`). Of an area with
corners a fix lies inside with the probability of the half-plane behind its nearest
edge, Phi(depth / s): exact far from corners, too high just inside a sharp one and too
low in a strip narrower than the fix's error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import shapely
from scipy.special import ndtr

from geocorr.arrays import Bools, Floats, Ints
from geocorr.lines import Track, crossing
from geocorr.one_fix import R95_PER_SIGMA, probability
from geocorr.timetable import Timetable

# What a line is cut to where only the zone's place is asked for.
_ANY_TIME = (-(2**62), 2**62)
Span: TypeAlias = tuple[int, int]


class ZoneKind(StrEnum):
    """An exclusion zone must not be entered; at a curfew's address a tag must be."""

    EXCLUSION = "exclusion"
    CURFEW = "curfew"


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle in working-CRS metres."""

    x_m: float
    y_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A place, a timetable and dates [from_us, to_us), of a nominal or of a device.

    One of `nominal_id` and `device_id` is empty. `owner` sees to its breaches.
    """

    zone_id: str
    kind: ZoneKind
    place: Disc | shapely.MultiPolygon
    timetable: Timetable
    from_us: int
    to_us: int
    owner: str
    nominal_id: str = ""
    device_id: str = ""

    def windows(self, within: Span) -> list[Span]:
        """WMP2-8-EM. When the zone is in force within [from, to], closed, in order."""
        low, high = max(within[0], self.from_us), min(within[1], self.to_us - 1)
        return self.timetable.windows(low, high)


def edge_m(place: Disc | shapely.MultiPolygon, x_m: Floats, y_m: Floats) -> Floats:
    """Metres from points [n] to the zone's edge, negative inside."""
    if isinstance(place, Disc):
        return np.hypot(x_m - place.x_m, y_m - place.y_m) - place.radius_m
    points = shapely.points(x_m, y_m)
    shapely.prepare(place)
    away = shapely.distance(shapely.boundary(place), points)
    return np.where(shapely.intersects(place, points), -away, away)


def chance(
    place: Disc | shapely.MultiPolygon, x_m: Floats, y_m: Floats, r95_m: Floats
) -> Floats:
    """Probability that the true positions of observations [n] lie inside."""
    if isinstance(place, Disc):
        away = np.hypot(x_m - place.x_m, y_m - place.y_m)
        radius = np.full(len(away), place.radius_m)
        return probability(away, r95_m, radius, np.zeros(len(away)))
    inside: Floats = ndtr(-edge_m(place, x_m, y_m) * R95_PER_SIGMA / r95_m)
    return inside


def crossings(
    place: Disc | shapely.MultiPolygon, track: Track, gap_us: int
) -> Iterator[tuple[float, float]]:
    """When lines of one device's trail lie inside, in microseconds, in order.

    A line joins trusted neighbours at most one gap apart.
    """
    good = np.flatnonzero(track.trusted)
    j, i = good[:-1], good[1:]
    span = track.t[i] - track.t[j]
    joined = (span > 0) & (span <= gap_us)
    j, i = j[joined], i[joined]
    near = _may_cross(place, track, j, i)
    for a, b in zip(j[near].tolist(), i[near].tolist(), strict=True):
        t0, span_us = int(track.t[a]), int(track.t[b] - track.t[a])
        for u_in, u_out in _shares(place, track, a, b):
            yield t0 + u_in * span_us, t0 + u_out * span_us


def _may_cross(
    place: Disc | shapely.MultiPolygon, track: Track, j: Ints, i: Ints
) -> Bools:
    """Which lines have a box that meets the zone's."""
    if isinstance(place, Disc):
        x, y, r = place.x_m, place.y_m, place.radius_m
        west, south, east, north = x - r, y - r, x + r, y + r
    else:
        west, south, east, north = place.bounds
    met: Bools = (
        (np.maximum(track.x[j], track.x[i]) >= west)
        & (np.minimum(track.x[j], track.x[i]) <= east)
        & (np.maximum(track.y[j], track.y[i]) >= south)
        & (np.minimum(track.y[j], track.y[i]) <= north)
    )
    return met


def _shares(
    place: Disc | shapely.MultiPolygon, track: Track, j: int, i: int
) -> list[tuple[float, float]]:
    """Shares of the line j-i at which it enters and leaves the zone."""
    if isinstance(place, Disc):
        target = (place.x_m, place.y_m, place.radius_m)
        away, u_in, u_out = crossing(track, j, i, target, _ANY_TIME)
        return [(u_in, u_out)] if away <= place.radius_m else []
    ends = [(track.x[j], track.y[j]), (track.x[i], track.y[i])]
    if ends[0] == ends[1]:
        there = bool(shapely.intersects_xy(place, *ends[0]))
        return [(0.0, 1.0)] if there else []
    line = shapely.LineString(ends)
    length = line.length
    shares = []
    for part in shapely.get_parts(shapely.intersection(line, place)):
        corners = shapely.get_coordinates(part)
        if len(corners):
            at = shapely.line_locate_point(line, shapely.points(corners)) / length
            shares.append((float(at.min()), float(at.max())))
    return sorted(shares)
