"""Zones against the matcher of crimes, and against brute force of their own."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import ncx2, norm

from geocorr.arrays import Fixes
from geocorr.breach_history import Change, Finding, Known, Standing, changes
from geocorr.correlate import correlate
from geocorr.trust import trust
from geocorr.zone_facts import BreachKind
from geocorr.zones import Disc, chance, edge_m
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, target, trail, wearer
from tests.unit.zoned import breaches, zone

POLICY = shipped()
SHAPE = ((-300, -200), (250, -150), (100, 0), (300, 260), (-280, 240))


@st.composite
def walks(draw) -> Fixes:
    """A trail of up to 25 fixes about the zone, of mixed accuracy and step."""
    n = draw(st.integers(2, 25))
    steps = draw(st.lists(st.integers(1, 420), min_size=n, max_size=n))
    place = st.integers(-600, 600)
    x, y = (draw(st.lists(place, min_size=n, max_size=n)) for _ in range(2))
    accuracy = draw(st.lists(st.sampled_from([8, 30, 90, 300]), min_size=n, max_size=n))
    times = np.cumsum(steps)
    return trail(
        *zip(times.tolist(), x, y, strict=True),
        accuracy_m=np.array(accuracy, np.float32),
    )


@settings(max_examples=300, deadline=None)
@given(walks(), st.integers(0, 3_000), st.integers(0, 3_000), st.integers(20, 300))
def test_an_entry_is_found_where_a_crime_would_be_hit_or_passed(
    fixes: Fixes, begin: int, length: int, radius_m: int
) -> None:
    """WMP2-8-EM. One truth: a circle as a zone and as a crime's vicinity."""
    window = begin, begin + length
    place = zone(radius_m=float(radius_m))
    found = breaches(fixes, place, within_s=window)
    crime = target(*window, radius_m=float(radius_m))
    hits = correlate(trust(fixes, POLICY), wearer(), crime, POLICY)
    assert bool(found) == bool(len(hits))
    if found:
        facts = hits.facts
        assert sum(b.fixes for b in found) == facts.counting[0]
        nearest = np.nanmin([facts.min_fix_m[0], facts.min_path_m[0]]) - radius_m
        # A fix may count by its stop, and a line is measured half way through.
        assert min(b.nearest_edge_m for b in found) >= nearest - 0.1
        # Each is told to a tenth of a second.
        shown = sum(b.shown_s for b in found)
        assert shown == pytest.approx(facts.dwell_s[0], abs=0.06 * len(found))


@settings(max_examples=150, deadline=None)
@given(walks(), st.booleans())
def test_an_absence_holds_no_sign_of_being_there(fixes: Fixes, corners: bool) -> None:
    """WMP2-8-EM. Brute force: sampled lines and every fix of each absence."""
    place = zone("curfew", corners=SHAPE if corners else (), radius_m=120.0)
    found = breaches(fixes, place, within_s=(0, 12_000))
    trails = trust(fixes, POLICY)
    for breach in (b for b in found if b.kind == "absence"):
        inside = (fixes.t_us >= breach.from_us) & (fixes.t_us <= breach.to_us)
        p = _chance(place.place, fixes, trails.r95_m)
        # The oracle of areas counts points; it knows P to about a hundredth.
        assert (p[inside] <= POLICY.alibi.min_probability + 0.02).all()
        good = np.flatnonzero(trails.trusted & inside)
        for j, i in itertools.pairwise(good):
            if fixes.t_us[i] - fixes.t_us[j] <= 300_000_000:
                share = np.linspace(0, 1, 60)
                x = fixes.x_m[j] + share * (fixes.x_m[i] - fixes.x_m[j])
                y = fixes.y_m[j] + share * (fixes.y_m[i] - fixes.y_m[j])
                assert (_away(place.place, x, y) > -1e-6).all()


@settings(max_examples=100, deadline=None)
@given(walks(), st.booleans(), st.integers(0, 4_000))
def test_more_trail_never_takes_an_entry_s_time_away(
    fixes: Fixes, corners: bool, until: int
) -> None:
    """What the first part of a trail shows inside, the whole shows too, unless a late
    fix makes one of its fixes untrusted or part of another stop."""
    place = zone(corners=SHAPE if corners else ())
    early = fixes.take(fixes.t_us <= ZERO_US + until * 1_000_000)
    assume(len(early))
    before, after = trust(early, POLICY), trust(fixes, POLICY)
    n = len(early)
    assume((before.marks == after.marks[:n]).all())
    assume((before.stop == -1).all() and (after.stop[:n] == -1).all())
    whole = breaches(fixes, place)
    for breach in breaches(early, place):
        assert any(
            b.from_us <= breach.from_us and breach.to_us <= b.to_us for b in whole
        )


# A bivariate normal as 101 x 101 points of equal weight.
_STEPS = norm.ppf((np.arange(101) + 0.5) / 101)
_POINTS = np.stack(np.meshgrid(_STEPS, _STEPS), axis=-1).reshape(-1, 2)


def _chance(place, fixes: Fixes, r95_m) -> np.ndarray:
    sigma = r95_m.astype(float) / 2.4477
    if not isinstance(place, Disc):
        return _counted(place, fixes.x_m, fixes.y_m, sigma)
    d = _away(place, fixes.x_m, fixes.y_m) + place.radius_m
    return ncx2.cdf((place.radius_m / sigma) ** 2, 2, (d / sigma) ** 2)


def _counted(place, x, y, sigma) -> np.ndarray:
    """The share of a normal's points that lie in an area."""
    at = np.stack([x, y], axis=1)[:, None] + sigma[:, None, None] * _POINTS
    inside = shapely.contains_xy(place, at[..., 0].ravel(), at[..., 1].ravel())
    return inside.reshape(len(x), -1).mean(axis=1)


def _away(place, x, y) -> np.ndarray:
    """Signed metres to the edge, one point after the other."""
    if isinstance(place, Disc):
        return np.hypot(x - place.x_m, y - place.y_m) - place.radius_m
    points = [shapely.Point(a, b) for a, b in zip(x, y, strict=True)]
    return np.array(
        [
            -place.boundary.distance(p) if place.contains(p) else place.distance(p)
            for p in points
        ]
    )


PLACES = st.lists(
    st.tuples(*[st.integers(-500, 500)] * 2, st.integers(5, 2_000)),
    min_size=1,
    max_size=20,
)


def _columns(points) -> tuple[np.ndarray, ...]:
    x, y, r95 = np.array(points, float).T
    return EAST + x, NORTH + y, r95


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_edges_and_chances_are_what_they_are_point_by_point(points) -> None:
    place = zone(corners=SHAPE).place
    x, y, r95 = _columns(points)
    assert np.allclose(edge_m(place, x, y), _away(place, x, y), atol=1e-6)
    expected = _counted(place, x, y, r95 / 2.4477)
    assert np.allclose(chance(place, x, y, r95), expected, atol=0.02)


@settings(max_examples=100, deadline=None)
@given(PLACES, st.integers(1, 400), st.integers(1, 400), st.booleans())
def test_the_chance_of_a_rectangle_is_a_product(points, a, b, hole) -> None:
    """Exactly; with a hole of half its size, less that."""
    x, y, r95 = _columns(points)
    sigma = r95 / 2.4477

    def product(half_a: float, half_b: float) -> np.ndarray:
        both = [(x - EAST, half_a), (y - NORTH, half_b)]
        parts = [
            norm.cdf((h - d) / sigma) - norm.cdf((-h - d) / sigma) for d, h in both
        ]
        return parts[0] * parts[1]

    outer = shapely.box(EAST - a, NORTH - b, EAST + a, NORTH + b)
    inner = shapely.box(EAST - a / 2, NORTH - b / 2, EAST + a / 2, NORTH + b / 2)
    area = outer.difference(inner) if hole else outer
    expected = product(a, b) - (product(a / 2, b / 2) if hole else 0)
    found = chance(shapely.MultiPolygon([area]), x, y, r95)
    assert np.allclose(found, expected, atol=1e-9)


def test_the_chance_of_a_circle_is_that_of_many_corners() -> None:
    disc = zone(radius_m=100.0).place
    area = shapely.Point(EAST, NORTH).buffer(100.0, quad_segs=500)
    x, y = EAST + np.linspace(0, 400, 41), np.full(41, NORTH)
    for r95 in (10.0, 80.0, 600.0):
        same = chance(shapely.MultiPolygon([area]), x, y, np.full(41, r95))
        assert np.allclose(chance(disc, x, y, np.full(41, r95)), same, atol=1e-4)


def _finding(kind: str, begin: int, length: int) -> Finding:
    words = f"{kind} {begin} {length}"
    return Finding("Z", "T", "O", BreachKind(kind), begin, begin + length, words)


FINDINGS = st.lists(
    st.tuples(st.sampled_from(["entry", "absence"]), st.integers(0, 60)),
    max_size=6,
    unique_by=lambda f: (f[0], f[1] // 10),
).map(lambda raw: [_finding(kind, 10 * (at // 10), at % 10) for kind, at in raw])


def _append(known: list[Known], found: list[Finding], made: list[Change]):
    """What is stored after these changes."""
    table = {k.breach: k for k in known}
    for change in made:
        number = change.breach or len(table) + 1
        last = table[number].last if change.found is None else found[change.found]
        table[number] = Known(number, change.standing, last)
    return list(table.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(FINDINGS, min_size=1, max_size=4))
def test_what_stands_is_what_was_found_last(rounds: list[list[Finding]]) -> None:
    """WMP2-8-EM. Whatever came before; and the same again changes nothing."""
    known: list[Known] = []
    for found in rounds:
        known = _append(known, found, changes(known, found))
        standing = [k.last for k in known if k.standing is Standing.FOUND]
        assert sorted(map(repr, standing)) == sorted(map(repr, found))
        assert changes(known, found) == []


def test_a_longer_finding_joins_the_two_that_it_touches() -> None:
    one, two = _finding("entry", 0, 10), _finding("entry", 20, 10)
    known = [Known(1, Standing.FOUND, one), Known(2, Standing.FOUND, two)]
    both = replace(_finding("entry", 0, 30), because="longer")
    assert changes(known, [both]) == [
        Change(1, Standing.FOUND, 0),
        Change(2, Standing.JOINED, None, 1),
    ]
