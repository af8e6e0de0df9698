"""The map's own reckoning, held against Python's: metres, clocks, runs of fixes."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import api
from api import pictures

MODULES = Path(api.__file__).parent / "assets" / "map"
LONDON = ZoneInfo("Europe/London")
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)


def asked(module: str, expression: str, given_: object) -> object:
    """What an expression of a module (as `m`) makes of a value (as `x`), in Node."""
    script = (
        f"import * as m from {json.dumps((MODULES / module).as_uri())};"
        "import { readFileSync } from 'node:fs';"
        "const x = JSON.parse(readFileSync(0, 'utf8'));"
        f"console.log(JSON.stringify({expression}));"
    )
    command = ["node", "--input-type=module", "-e", script]
    ran = subprocess.run(
        command, input=json.dumps(given_), capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


places = st.tuples(st.floats(-8, 2), st.floats(49.9, 60.9), st.floats(1, 5_000))


@settings(max_examples=5, deadline=None)
@given(st.lists(places, min_size=20, max_size=20))
def test_circles_have_their_true_metres(around: list[tuple[float, ...]]) -> None:
    rings = asked("geodesy.mjs", "x.map(([a, b, r]) => m.circle([a, b], r))", around)
    ground = Geod(ellps="WGS84")
    assert isinstance(rings, list)
    for (longitude, latitude, radius_m), ring in zip(around, rings, strict=True):
        assert ring[0] == ring[-1]
        far = [ground.inv(longitude, latitude, *corner)[2] for corner in ring]
        assert far == pytest.approx([radius_m] * len(far), rel=2e-3)


def test_times_are_londons_with_their_offset_across_both_changes() -> None:
    hours = [
        day.timestamp() + minute * 60
        for day in (SPRING, AUTUMN)
        for minute in range(180)
    ]
    told = asked("clock.mjs", "x.map((at) => m.clock(at * 1000))", hours)
    assert told == [london(at) for at in hours]


def london(at: float) -> str:
    local = datetime.fromtimestamp(at, LONDON)
    offset = local.strftime("%z")
    clock = f"{local:%H:%M:%S} {offset[:3]}:{offset[3:]}"
    return f"{clock}, {local.day} {local:%B %Y}"


@pytest.mark.parametrize(
    "begin", [SPRING, AUTUMN, datetime(2026, 6, 1, 22, 7, tzinfo=UTC)]
)
@pytest.mark.parametrize("span_h", [0.2, 2, 9, 48, 400])
def test_ticks_are_round_hours_of_london_between_the_ends(
    begin: datetime, span_h: float
) -> None:
    ends = [begin.timestamp() * 1000, (begin.timestamp() + span_h * 3600) * 1000]
    found = asked("clock.mjs", "m.ticks(x[0], x[1], 12)", ends)
    assert isinstance(found, list)
    assert 1 <= len(found) <= 15
    assert found == sorted(set(found))
    assert all(ends[0] <= at <= ends[1] for at in found)
    local = [datetime.fromtimestamp(at / 1000, LONDON) for at in found]
    assert all(at.second == 0 for at in local)
    if span_h >= 9:
        assert all(at.minute == 0 for at in local)


def test_runs_join_only_what_follows_on() -> None:
    pairs = [(0, 1), (1, 2), (4, 5), (5, 6), (7, 8)]
    said = [{"from": a, "to": b} for a, b in pairs]
    assert asked("scene.mjs", "m.stretches({pairs: x})", said) == [
        [0, 1, 2],
        [4, 5, 6],
        [7, 8],
    ]


@given(
    st.lists(st.integers(0, 50), max_size=12).map(sorted),
    st.lists(st.integers(-1, 51), min_size=10, max_size=10),
)
@settings(max_examples=5, deadline=None)
def test_the_last_fix_is_the_last_at_or_before_a_moment(
    times: list[int], moments: list[int]
) -> None:
    expression = "x[1].map((at) => m.lastFix(x[0].map((t) => ({ at: t })), at))"
    found = asked("scene.mjs", expression, [times, moments])
    assert found == [sum(t <= at for t in times) - 1 for at in moments]


def test_a_time_that_is_none_is_refused() -> None:
    target = {"longitude": 0, "latitude": 0, "window_from": "soon", "window_to": "x"}
    document = {"target": target, "people": [], "slice": {"from": "x", "to": "y"}}
    expression = "(() => { try { m.scene(x) } catch (e) { return e.message } })()"
    assert asked("scene.mjs", expression, document) == "soon is no time."


def test_map_and_picture_have_the_same_colours() -> None:
    looks = asked("looks.mjs", "x.map((n) => m.look(n))", list(range(30)))
    assert isinstance(looks, list)
    assert [one["colour"] for one in looks[:6]] == list(pictures.COLOURS)
    # Thirty people differ, each by colour or by shape.
    assert len({(one["colour"], one["shape"]) for one in looks}) == 30
