"""What is shown of a trail: nothing that was not observed, and as large as it is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from api.trails.shown import Target, Worn, between, letters, show
from api.views import hit_map
from geocorr import geo
from geocorr.candidates import Pairs
from geocorr.matcher import examine
from geocorr.model import from_us
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, target, trail, wearer

POLICY = shipped()
PLACE = Target("R1", EAST, NORTH, 100.0, ZERO_US, ZERO_US + 3_600_000_000)


def worn(*points: tuple[float, float, float], **columns) -> Worn:
    return Worn("T1", "N1", trust(trail(*points, **columns), POLICY))


def walk(*places: float, every_s: float = 60.0) -> list[tuple[float, float, float]]:
    """East of the place by so many metres, a fix each minute."""
    return [(i * every_s, x, 0.0) for i, x in enumerate(places)]


def test_a_line_joins_fixes_near_in_time_and_a_gap_tells_its_minutes(
    bng: geo.WorkingCrs,
) -> None:
    points = [(0.0, 400.0, 0.0), (60.0, 350.0, 0.0), (420.0, 300.0, 0.0)]
    found = show(worn(*points), PLACE, bng, POLICY)
    assert found.lines == ((0, 1),)
    assert [(g.begin, g.end, g.minutes) for g in found.gaps] == [(1, 2, 6.0)]


def test_a_line_passes_over_a_fix_that_is_not_trusted(bng: geo.WorkingCrs) -> None:
    accuracy = np.array([10, 500, 10], np.float32)
    found = show(worn(*walk(400, 0, 300), accuracy_m=accuracy), PLACE, bng, POLICY)
    assert found.lines == ((0, 2),)
    coarse = found.fixes[1]
    assert (coarse.trusted, coarse.marks) == (False, ("too coarse",))
    # It lies inside as it was recorded, and says why it proves nothing.
    assert coarse.label == "A1"


def test_visits_are_lettered_and_their_fixes_numbered(bng: geo.WorkingCrs) -> None:
    found = show(worn(*walk(400, 50, 20, 400, 60, 300)), PLACE, bng, POLICY)
    assert [fix.label for fix in found.fixes] == ["", "A1", "A2", "", "B1", ""]
    assert [visit.label for visit in found.visits] == ["A1 to A2", "B1"]


def test_a_fix_outside_the_window_is_in_no_visit(bng: geo.WorkingCrs) -> None:
    late = [(3_600.0, 10.0, 0.0), (3_601.0, 10.0, 0.0)]
    found = show(worn(*late), PLACE, bng, POLICY)
    assert [fix.label for fix in found.fixes] == ["A1", ""]


@pytest.mark.parametrize(
    ("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")]
)
def test_letters_go_on_after_z(number: int, name: str) -> None:
    assert letters(number) == name


@given(
    st.lists(
        st.tuples(
            st.integers(1, 400),
            st.floats(-250, 250),
            st.sampled_from([10.0, 500.0]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_visits_are_those_of_the_matcher(steps) -> None:
    times = np.cumsum([step for step, _, _ in steps]).tolist()
    points = [(float(t), x, 0.0) for t, (_, x, _) in zip(times, steps, strict=True)]
    accuracy = np.array([r95 for _, _, r95 in steps], np.float32)
    one = worn(*points, accuracy_m=accuracy)
    pair = Pairs(np.array([0]), np.array([0]))
    facts, _ = examine(one.trails, wearer(), target(0, 3_600), pair, POLICY)
    found = show(one, PLACE, geo.working_crs(geo.BNG), POLICY)
    assert len(found.visits) == facts.visits[0]
    assert sum(fix.inside for fix in found.fixes) == facts.fixes_inside[0]
    assert sum(visit.fixes for visit in found.visits) == facts.fixes_inside[0]


def test_circles_are_as_large_as_they_say(bng: geo.WorkingCrs) -> None:
    one = worn(*walk(400, 50), accuracy_m=30.0)
    shown = show(one, PLACE, bng, POLICY)
    time = (from_us(ZERO_US), from_us(ZERO_US + 1))
    drawn = hit_map.document(PLACE, [shown], time, bng)
    globe = Geod(ellps="WGS84")
    for fix in drawn["people"][0]["fixes"]:
        (ring,) = fix["circle"]
        assert ring[0] == ring[-1]
        for longitude, latitude in ring:
            here = (fix["longitude"], fix["latitude"])
            far = globe.inv(*here, longitude, latitude)[2]
            assert math.isclose(far, 30.0, rel_tol=2e-3)
    (area,) = drawn["target"]["area"]["coordinates"]
    place = (drawn["target"]["longitude"], drawn["target"]["latitude"])
    assert all(abs(globe.inv(*place, *corner)[2] - 100) < 0.3 for corner in area)


def test_the_document_says_times_in_utc(bng: geo.WorkingCrs) -> None:
    one = show(worn(*walk(400, 50, 400)), PLACE, bng, POLICY)
    time = (from_us(ZERO_US), from_us(ZERO_US + 1_000_000))
    drawn = hit_map.document(PLACE, [one], time, bng)
    assert drawn["slice"]["from"] == "2026-03-10T10:00:00Z"
    assert drawn["people"][0]["visits"] == [
        {
            "label": "A1",
            "from": "2026-03-10T10:01:00Z",
            "to": "2026-03-10T10:01:00Z",
        }
    ]


def test_between_keeps_both_ends() -> None:
    part = between(worn(*walk(1, 2, 3)).trails, ZERO_US, ZERO_US + 60_000_000)
    assert len(part.fixes) == 2
    assert part.fixes.t_us[0] == ZERO_US
