"""Zones: places with a timetable that a wearer must keep out of, or stay in.

A circle is measured as a crime's vicinity is (`one_fix`, `lines`). The probability that
a fix lies in an area with corners is exact, too: the bivariate normal over a polygon is
a signed sum of right triangles, each in Owen's T (Owen 1956, Annals of Mathematical
Statistics 27).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import shapely
from scipy.special import owens_t

from geocorr.arrays import Bools, Floats, Ints
from geocorr.lines import Track, crossing
from geocorr.one_fix import R95_PER_SIGMA, probability
from geocorr.timetable import Timetable

# What a line is cut to where only the zone's place is asked for.
_ANY_TIME = (-(2**62), 2**62)
_FAR_SIGMA = 8.0
_AT_ONCE = 10_000
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
    sigma = r95_m / R95_PER_SIGMA
    depth = -edge_m(place, x_m, y_m) / sigma
    p = np.where(depth > 0, 1.0, 0.0)
    # Farther from the edge than this no digit changes: 1 - exp(-d^2 / 2 s^2).
    near = np.flatnonzero(np.abs(depth) < _FAR_SIGMA)
    for at in range(0, len(near), _AT_ONCE):
        some = near[at : at + _AT_ONCE]
        p[some] = _over_area(place, x_m[some], y_m[some], sigma[some])
    return p


def _over_area(
    place: shapely.MultiPolygon, x_m: Floats, y_m: Floats, sigma: Floats
) -> Floats:
    """Probability over the area of normal distributions round these points [n].

    Each edge spans a triangle with the point; h is the signed distance of its line, a
    and b where it begins and ends along that, in sigmas. Of the right triangle up to k
    it is V(h, k) = atan(k / h) / 2 pi - T(h, k / h).
    """
    rings = [
        shapely.get_coordinates(ring)
        for polygon in shapely.get_parts(place)
        for part in [shapely.geometry.polygon.orient(polygon)]
        for ring in (part.exterior, *part.interiors)
    ]
    begin = np.concatenate([ring[:-1] for ring in rings])
    along = np.concatenate([np.diff(ring, axis=0) for ring in rings])
    length = np.hypot(*along.T)
    begin, along = begin[length > 0], (along[length > 0].T / length[length > 0]).T
    px = (begin[:, 0] - x_m[:, None]) / sigma[:, None]
    py = (begin[:, 1] - y_m[:, None]) / sigma[:, None]
    h = px * along[:, 1] - py * along[:, 0]
    a = px * along[:, 0] + py * along[:, 1]
    b = a + length[length > 0] / sigma[:, None]
    total = (_triangle(h, b) - _triangle(h, a)).sum(axis=1)
    return np.asarray(np.clip(total, 0.0, 1.0), np.float64)


def _triangle(h: Floats, k: Floats) -> Floats:
    """V(h, k), with the sign of h times that of k; none where the line meets it."""
    safe = np.where(h == 0.0, 1.0, h)
    tangent = k / safe
    v = np.arctan(tangent) / (2 * np.pi) - owens_t(safe, tangent)
    return np.asarray(np.where(h == 0.0, 0.0, v), np.float64)


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
